<?php

/**
 * A peer of the deployed protocol with ext-sodium and ext-openssl; `tests/peers/README.md` has the lines it speaks.
 */

declare(strict_types=1);

namespace Deployed;

require __DIR__ . '/deployed.php';

/** Every way to be refused ends here: the other side learns no reason. */
final class Refused extends \Exception
{
}

/** @template T @param T|false|null $value @return T */
function need(#[\SensitiveParameter] mixed $value): mixed
{
    return $value === false || $value === null ? throw new Refused() : $value;
}

function public_key(string $pem): \OpenSSLAsymmetricKey
{
    return need(openssl_pkey_get_public($pem));
}

function secret_key(#[\SensitiveParameter] string $pem): \OpenSSLAsymmetricKey
{
    return need(openssl_pkey_get_private($pem));
}

function padding(string $byte): int
{
    $padding = strlen($byte) === 1 ? ord($byte) : 0;
    $known = [OPENSSL_PKCS1_PADDING, OPENSSL_PKCS1_OAEP_PADDING, OAEP_SHA256];

    return in_array($padding, $known, true) ? $padding : throw new Refused();
}

function box_pair(#[\SensitiveParameter] string $seed, string $public): string
{
    $secret = sodium_crypto_box_secretkey(sodium_crypto_box_seed_keypair($seed));

    return sodium_crypto_box_keypair_from_secretkey_and_publickey($secret, $public);
}

/** @return list<string> */
function stream_make(#[\SensitiveParameter] string $key, string ...$chunks): array
{
    $last = array_key_last($chunks) ?? throw new Refused();
    [$state, $header] = sodium_crypto_secretstream_xchacha20poly1305_init_push($key);
    $sealed = [$header];
    foreach ($chunks as $i => $chunk) {
        $tag = $i === $last
            ? SODIUM_CRYPTO_SECRETSTREAM_XCHACHA20POLY1305_TAG_FINAL
            : SODIUM_CRYPTO_SECRETSTREAM_XCHACHA20POLY1305_TAG_MESSAGE;
        $sealed[] = sodium_crypto_secretstream_xchacha20poly1305_push($state, $chunk, '', $tag);
    }

    return $sealed;
}

/** @return list<string> */
function stream_open(#[\SensitiveParameter] string $key, string $header, string ...$sealed): array
{
    $last = array_key_last($sealed) ?? throw new Refused();
    $state = sodium_crypto_secretstream_xchacha20poly1305_init_pull($header, $key);
    $chunks = [];
    foreach ($sealed as $i => $piece) {
        [$chunk, $tag] = need(sodium_crypto_secretstream_xchacha20poly1305_pull($state, $piece));
        if (($tag === SODIUM_CRYPTO_SECRETSTREAM_XCHACHA20POLY1305_TAG_FINAL) !== ($i === $last)) {
            throw new Refused();
        }
        $chunks[] = $chunk;
    }

    return $chunks;
}

/** What to do for each verb: fields in, fields out. @return array<string, callable> */
function verbs(): array
{
    return [
        'name' => fn () => ['php ext-sodium ext-openssl'],

        'kx-public' => fn ($seed) => [sodium_crypto_kx_publickey(sodium_crypto_kx_seed_keypair($seed))],
        'kx-client' => fn ($seed, $server)
            => sodium_crypto_kx_client_session_keys(sodium_crypto_kx_seed_keypair($seed), $server),
        'kx-server' => fn ($seed, $client)
            => sodium_crypto_kx_server_session_keys(sodium_crypto_kx_seed_keypair($seed), $client),

        'proof-make' => fn ($pem, $message)
            => @openssl_private_encrypt($message, $proof, secret_key($pem)) ? [$proof] : throw new Refused(),
        'proof-open' => fn ($pem, $proof)
            => @openssl_public_decrypt($proof, $message, public_key($pem)) ? [$message] : throw new Refused(),

        'rsa-wrap' => fn ($pem, $padding, $message)
            => [need(rsa_wrap(public_key($pem), padding($padding), $message))],
        'rsa-unwrap' => fn ($pem, $padding, $wrapped)
            => [need(rsa_unwrap(secret_key($pem), padding($padding), $wrapped))],

        'envelope-seal' => fn ($tx, $pem, $padding, $ad, $message)
            => [deployed_seal($tx, public_key($pem), padding($padding), $ad, $message)],
        'envelope-open' => fn ($rx, $pem, $padding, $ad, $json)
            => [need(deployed_open($rx, secret_key($pem), padding($padding), $ad, $json))],

        'box-public' => fn ($seed) => [sodium_crypto_box_publickey(sodium_crypto_box_seed_keypair($seed))],
        'box-make' => fn ($seed, $receiver, $nonce, $message)
            => [sodium_crypto_box($message, $nonce, box_pair($seed, $receiver))],
        'box-open' => fn ($seed, $sender, $nonce, $box)
            => [need(sodium_crypto_box_open($box, $nonce, box_pair($seed, $sender)))],
        'seal-make' => fn ($receiver, $message) => [sodium_crypto_box_seal($message, $receiver)],
        'seal-open' => fn ($seed, $sealed)
            => [need(sodium_crypto_box_seal_open($sealed, sodium_crypto_box_seed_keypair($seed)))],

        'sign-public' => fn ($seed) => [sodium_crypto_sign_publickey(sodium_crypto_sign_seed_keypair($seed))],
        'sign-make' => fn ($seed, $message) => [sodium_crypto_sign_detached(
            $message,
            sodium_crypto_sign_secretkey(sodium_crypto_sign_seed_keypair($seed)),
        )],
        'sign-check' => fn ($public, $signature, $message)
            => sodium_crypto_sign_verify_detached($signature, $message, $public) ? [] : throw new Refused(),

        'stream-make' => stream_make(...),
        'stream-open' => stream_open(...),

        'secretbox-make' => fn ($key, $nonce, $message) => [sodium_crypto_secretbox($message, $nonce, $key)],
        'secretbox-open' => fn ($key, $nonce, $box) => [need(sodium_crypto_secretbox_open($box, $nonce, $key))],
    ];
}

/** @param array<string, callable> $verbs */
function answer(array $verbs, #[\SensitiveParameter] string $line): string
{
    $fields = explode(' ', $line);
    $verb = array_shift($fields);
    if (!isset($verbs[$verb])) {
        return 'what';
    }
    try {
        $fields = array_map(fn ($field) => $field === '-' ? '' : need(@hex2bin($field)), $fields);
        $answer = $verbs[$verb](...$fields);
    } catch (Refused | \SodiumException | \RuntimeException | \ArgumentCountError) {
        return 'no';
    }

    return implode(' ', ['ok', ...array_map(fn ($field) => $field === '' ? '-' : bin2hex($field), $answer)]);
}

$verbs = verbs();
while (($line = fgets(STDIN)) !== false) {
    fwrite(STDOUT, answer($verbs, rtrim($line, "\n")) . "\n");
}
