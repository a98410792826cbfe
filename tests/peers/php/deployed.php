<?php

/**
 * The message of the deployed protocol, as a PHP team writes it with ext-sodium and ext-openssl: no libsecenv here.
 *
 * The peer speaks it over a pipe, and the benchmarks call it in a loop.
 */

declare(strict_types=1);

namespace Deployed;

/** Names a wrap of OAEP with SHA-256, for which ext-openssl has no constant; the others are its own numbers. */
const OAEP_SHA256 = 5;

/** Seals a message: `{"data": base64(XChaCha20-Poly1305), "nonce": base64(RSA(nonce))}`. */
function deployed_seal(
    #[\SensitiveParameter] string $tx,
    \OpenSSLAsymmetricKey $receiver,
    int $padding,
    string $ad,
    #[\SensitiveParameter] string $message,
): string {
    $nonce = random_bytes(SODIUM_CRYPTO_AEAD_XCHACHA20POLY1305_IETF_NPUBBYTES);
    $wrapped = rsa_wrap($receiver, $padding, $nonce);
    if ($wrapped === null) {
        throw new \RuntimeException('the nonce cannot be encrypted to this key');
    }
    $data = sodium_crypto_aead_xchacha20poly1305_ietf_encrypt($message, $ad, $nonce, $tx);

    return json_encode(['data' => base64_encode($data), 'nonce' => base64_encode($wrapped)], JSON_THROW_ON_ERROR);
}

/** Opens a message; `null` if it was changed, or was not sealed to us. */
function deployed_open(
    #[\SensitiveParameter] string $rx,
    #[\SensitiveParameter] \OpenSSLAsymmetricKey $receiver,
    int $padding,
    string $ad,
    string $json,
): ?string {
    $fields = json_decode($json, true);
    if (!is_array($fields) || !is_string($fields['data'] ?? null) || !is_string($fields['nonce'] ?? null)) {
        return null;
    }
    $data = base64_decode($fields['data'], true);
    $wrapped = base64_decode($fields['nonce'], true);
    if ($data === false || $wrapped === false) {
        return null;
    }
    $nonce = rsa_unwrap($receiver, $padding, $wrapped);
    // Newer OpenSSL answers a wrong PKCS#1 padding with random bytes of random length: the length must be looked at.
    if ($nonce === null || strlen($nonce) !== SODIUM_CRYPTO_AEAD_XCHACHA20POLY1305_IETF_NPUBBYTES) {
        return null;
    }
    $message = sodium_crypto_aead_xchacha20poly1305_ietf_decrypt($data, $ad, $nonce, $rx);

    return $message === false ? null : $message;
}

/** RSA with a public key; `null` if the message is too long. */
function rsa_wrap(\OpenSSLAsymmetricKey $key, int $padding, #[\SensitiveParameter] string $message): ?string
{
    if ($padding === OAEP_SHA256) {
        $message = oaep_pad($message, rsa_bytes($key));
        $padding = OPENSSL_NO_PADDING;
    }

    return $message !== null && @openssl_public_encrypt($message, $wrapped, $key, $padding) ? $wrapped : null;
}

/** RSA with a secret key; `null` if the padding is wrong. */
function rsa_unwrap(#[\SensitiveParameter] \OpenSSLAsymmetricKey $key, int $padding, string $wrapped): ?string
{
    $raw = $padding === OAEP_SHA256 ? OPENSSL_NO_PADDING : $padding;
    if (strlen($wrapped) !== rsa_bytes($key) || !@openssl_private_decrypt($wrapped, $message, $key, $raw)) {
        return null;
    }

    return $padding === OAEP_SHA256 ? oaep_unpad($message) : $message;
}

function rsa_bytes(\OpenSSLAsymmetricKey $key): int
{
    return intdiv(openssl_pkey_get_details($key)['bits'] + 7, 8);
}

/**
 * EME-OAEP with SHA-256 and an empty label (RFC 8017, 7.1.1): PHP learns to set OAEP's hash only in 8.5.
 */
function oaep_pad(#[\SensitiveParameter] string $message, int $size): ?string
{
    $fill = $size - strlen($message) - 2 * 32 - 2;
    if ($fill < 0) {
        return null;
    }
    $seed = random_bytes(32);
    $block = hash('sha256', '', true) . str_repeat("\0", $fill) . "\1" . $message;
    $block ^= mgf1($seed, strlen($block));

    return "\0" . ($seed ^ mgf1($block, 32)) . $block;
}

/** The reverse (RFC 8017, 7.1.2): one answer for every wrong block, given after all of it was looked at. */
function oaep_unpad(#[\SensitiveParameter] string $padded): ?string
{
    $block = substr($padded, 33);
    $seed = substr($padded, 1, 32) ^ mgf1($block, 32);
    $block ^= mgf1($seed, strlen($block));
    $rest = ltrim(substr($block, 32), "\0");
    $good = hash_equals(hash('sha256', '', true), substr($block, 0, 32));
    $good = ($padded[0] === "\0") & $good & (($rest[0] ?? '') === "\1");

    return $good ? substr($rest, 1) : null;
}

function mgf1(#[\SensitiveParameter] string $seed, int $length): string
{
    $mask = '';
    for ($i = 0; strlen($mask) < $length; $i++) {
        $mask .= hash('sha256', $seed . pack('N', $i), true);
    }

    return substr($mask, 0, $length);
}
