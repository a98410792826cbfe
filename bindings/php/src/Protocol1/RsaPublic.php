<?php

declare(strict_types=1);

namespace Secenv\Protocol1;

use Secenv\Exception\Misuse;
use Secenv\Exception\Rejected;
use Secenv\Handle;
use Secenv\Native;
use Secenv\Secret;

/** The public half of an RSA key, 2048 to 8192 bits. */
final class RsaPublic extends Handle
{
    /**
     * Reads a key: PEM or DER, SPKI or PKCS#1.
     *
     * @throws Rejected if it is no public RSA key of 2048 to 8192 bits
     */
    public static function parse(string $key): self
    {
        return Native::call('secenv_rsa_public_parse', $key);
    }

    /**
     * The key as SPKI in PEM, what `openssl_pkey_get_details` calls `key`.
     *
     * @throws Misuse if this was freed
     */
    public function encode(): string
    {
        return Native::call('secenv_rsa_public_encode', $this);
    }

    /**
     * Wraps a short message, such as a key, to the holder of the secret half.
     *
     * @throws Rejected if the message is longer than the key can hold
     */
    public function wrap(Padding $padding, #[\SensitiveParameter] Secret|string $message): string
    {
        return Native::call('secenv_rsa_public_wrap', $this, $padding->value, $message);
    }

    /**
     * Returns if `$signature` is `RsaSecret::sign`'s for `$message`.
     *
     * @throws Rejected if it is not
     */
    public function verify(#[\SensitiveParameter] Secret|string $message, string $signature): void
    {
        Native::call('secenv_rsa_public_verify', $this, $message, $signature);
    }

    /**
     * `openssl_public_decrypt`: the message that `privateEncrypt` was given.
     *
     * @throws Rejected if this key's other half did not make it
     */
    public function publicDecrypt(string $proof): string
    {
        return Native::call('secenv_rsa_public_public_decrypt', $this, $proof);
    }
}
