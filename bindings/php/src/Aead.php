<?php

declare(strict_types=1);

namespace Secenv;

/** XChaCha20-Poly1305, libsodium's `crypto_aead_xchacha20poly1305_ietf`: encryption that also binds open data. */
final class Aead
{
    /** The length of a key. */
    public const KEY_BYTES = 32;
    /** The length of a nonce. */
    public const NONCE_BYTES = 24;
    /** How much longer a sealed text is than its message. */
    public const TAG_BYTES = 16;

    /** Makes a key. */
    public static function key(): Secret
    {
        return Random::secret(self::KEY_BYTES);
    }

    /** A nonce: random, and long enough to be so. Use each once under one key. */
    public static function nonce(): string
    {
        return Random::bytes(self::NONCE_BYTES);
    }

    /** Seals `$message` under `$key` and binds it to `$ad`, which is not part of the result. */
    public static function seal(
        #[\SensitiveParameter] Secret|string $key,
        string $nonce,
        string $ad,
        #[\SensitiveParameter] Secret|string $message,
    ): string {
        $length = Native::length($message);
        $sealed = Native::room($length + self::TAG_BYTES);
        Native::sodium(
            Status::Unavailable,
            'secenv_aead_xchacha20poly1305_ietf_encrypt',
            $sealed,
            null,
            Native::at($message),
            $length,
            $ad,
            \strlen($ad),
            null,
            Native::exactly(self::NONCE_BYTES, 'nonce', $nonce),
            Native::exactly(self::KEY_BYTES, 'key', $key),
        );
        return Native::string($sealed, $length + self::TAG_BYTES);
    }

    /** Opens a sealed text. Throws `Rejected` if it or `$ad` was changed, or the key is another. */
    public static function open(
        #[\SensitiveParameter] Secret|string $key,
        string $nonce,
        string $ad,
        string $sealed,
    ): Secret {
        $message = Secret::blank(Native::opened($sealed, self::TAG_BYTES));
        Native::sodium(
            Status::Rejected,
            'secenv_aead_xchacha20poly1305_ietf_decrypt',
            $message->address(),
            null,
            null,
            $sealed,
            \strlen($sealed),
            $ad,
            \strlen($ad),
            Native::received(self::NONCE_BYTES, $nonce),
            Native::exactly(self::KEY_BYTES, 'key', $key),
        );
        return $message;
    }
}
