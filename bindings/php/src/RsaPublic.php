<?php

declare(strict_types=1);

namespace Secenv;

/** The public half of an RSA key, 2048 to 8192 bits. */
final class RsaPublic extends Handle
{
    /** Reads a key: PEM or DER, SPKI or PKCS#1. */
    public static function parse(string $key): self
    {
        return new self(Native::give('secenv_rsa_public', 'secenv_rsa_public_parse', $key, \strlen($key)));
    }

    /**
     * Takes over a `secenv_rsa_public`.
     *
     * @internal
     */
    public static function own(object $pointer): self
    {
        return new self($pointer);
    }

    /** The key as SPKI in PEM, what `openssl_pkey_get_details` calls `key`. */
    public function encode(): string
    {
        return Native::text('secenv_rsa_public_encode', $this->pointer());
    }

    /** Wraps a short message, such as a key, to the holder of the secret half. */
    public function wrap(Padding $padding, #[\SensitiveParameter] Secret|string $message): string
    {
        return Native::text(
            'secenv_rsa_public_wrap',
            $this->pointer(),
            $padding->value,
            Native::at($message),
            Native::length($message),
        );
    }

    /** Returns if `$signature` is `RsaSecret::sign`'s for `$message`, and throws `Rejected` if it is not. */
    public function verify(#[\SensitiveParameter] Secret|string $message, string $signature): void
    {
        Native::call(
            'secenv_rsa_public_verify',
            $this->pointer(),
            Native::at($message),
            Native::length($message),
            $signature,
            \strlen($signature),
        );
    }

    /** `openssl_public_decrypt`: the message that `privateEncrypt` was given. */
    public function publicDecrypt(string $proof): string
    {
        return Native::text(
            'secenv_rsa_public_public_decrypt',
            $this->pointer(),
            $proof,
            \strlen($proof),
        );
    }

    protected function free(object $pointer): void
    {
        Native::plain('secenv_rsa_public_free', $pointer);
    }
}
