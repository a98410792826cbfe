<?php

declare(strict_types=1);

namespace Secenv;

/** The secret half of an RSA key, 2048 to 8192 bits. */
final class RsaSecret extends Handle
{
    /** Makes a new key. */
    public static function generate(int $bits = 3072): self
    {
        if ($bits < 0 || $bits > 0xffffffff) {
            throw SecenvException::of(Status::InvalidArgument->value);
        }
        return new self(Native::give('secenv_rsa_secret', 'secenv_rsa_secret_generate', $bits));
    }

    /** Reads a key: PEM or DER, PKCS#8 or PKCS#1, not encrypted. */
    public static function parse(#[\SensitiveParameter] Secret|string $key): self
    {
        return new self(Native::give(
            'secenv_rsa_secret',
            'secenv_rsa_secret_parse',
            Native::at($key),
            Native::length($key),
        ));
    }

    /** The key as PKCS#8 in PEM, what `openssl_pkey_export` gives. */
    public function encodeSecret(): Secret
    {
        return Native::bytes('secenv_rsa_secret_encode_secret', $this->pointer());
    }

    /** The public half. */
    public function public(): RsaPublic
    {
        return RsaPublic::own(Native::give('secenv_rsa_public', 'secenv_rsa_secret_public', $this->pointer()));
    }

    /**
     * Unwraps what `RsaPublic::wrap` or `openssl_public_encrypt` made.
     *
     * With `Padding::Pkcs1` a bad padding gives bytes that mean nothing, as OpenSSL does since 3.2: check what you get.
     */
    public function unwrap(Padding $padding, string $wrapped): Secret
    {
        return Native::bytes(
            'secenv_rsa_secret_unwrap',
            $this->pointer(),
            $padding->value,
            $wrapped,
            \strlen($wrapped),
        );
    }

    /** Signs: PSS with SHA-256 and a salt of 32 bytes. */
    public function sign(#[\SensitiveParameter] Secret|string $message): string
    {
        return Native::text(
            'secenv_rsa_secret_sign',
            $this->pointer(),
            Native::at($message),
            Native::length($message),
        );
    }

    /**
     * `openssl_private_encrypt`: PKCS#1 type 1 over the bare message. For the deployed protocol only: `sign` is better.
     */
    public function privateEncrypt(#[\SensitiveParameter] Secret|string $message): string
    {
        return Native::text(
            'secenv_rsa_secret_private_encrypt',
            $this->pointer(),
            Native::at($message),
            Native::length($message),
        );
    }

    protected function free(object $pointer): void
    {
        Native::plain('secenv_rsa_secret_free', $pointer);
    }
}
