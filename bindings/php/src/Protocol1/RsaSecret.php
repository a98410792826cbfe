<?php

declare(strict_types=1);

namespace Secenv\Protocol1;

use Secenv\Exception\Misuse;
use Secenv\Exception\Rejected;
use Secenv\Exception\Unavailable;
use Secenv\Handle;
use Secenv\Native;
use Secenv\Secret;

/** The secret half of an RSA key, 2048 to 8192 bits. */
final class RsaSecret extends Handle
{
    /**
     * Makes a new key.
     *
     * @throws Misuse for another number of bits
     * @throws Unavailable if the system has no randomness
     */
    public static function generate(int $bits = 3072): self
    {
        return Native::call('secenv_rsa_secret_generate', $bits);
    }

    /**
     * Reads a key: PEM or DER, PKCS#8 or PKCS#1, not encrypted.
     *
     * @throws Misuse if it is encrypted
     * @throws Rejected if it is no secret RSA key of 2048 to 8192 bits
     */
    public static function parse(#[\SensitiveParameter] Secret|string $key): self
    {
        return Native::call('secenv_rsa_secret_parse', $key);
    }

    /**
     * The key as PKCS#8 in PEM, what `openssl_pkey_export` gives.
     *
     * @throws Misuse if this was freed
     */
    public function encodeSecret(): Secret
    {
        return Native::call('secenv_rsa_secret_encode_secret', $this);
    }

    /**
     * The public half.
     *
     * @throws Misuse if this was freed
     */
    public function public(): RsaPublic
    {
        return Native::call('secenv_rsa_secret_public', $this);
    }

    /**
     * Unwraps what `RsaPublic::wrap` or `openssl_public_encrypt` made.
     *
     * With `Padding::Pkcs1` a bad padding gives bytes that mean nothing, as OpenSSL does since 3.2: check what you get.
     *
     * @throws Rejected if it was changed, or made for another key or padding
     */
    public function unwrap(Padding $padding, string $wrapped): Secret
    {
        return Native::call('secenv_rsa_secret_unwrap', $this, $padding->value, $wrapped);
    }

    /**
     * Signs: PSS with SHA-256 and a salt of 32 bytes.
     *
     * @throws Unavailable if the system has no randomness
     */
    public function sign(#[\SensitiveParameter] Secret|string $message): string
    {
        return Native::call('secenv_rsa_secret_sign', $this, $message);
    }

    /**
     * `openssl_private_encrypt`: PKCS#1 type 1 over the bare message. For the deployed protocol only: `sign` is better.
     *
     * @throws Rejected if the message is longer than the key can hold
     */
    public function privateEncrypt(#[\SensitiveParameter] Secret|string $message): string
    {
        return Native::call('secenv_rsa_secret_private_encrypt', $this, $message);
    }
}
