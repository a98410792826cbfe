<?php

declare(strict_types=1);

namespace Secenv;

/** Encryption under a shared key, libsodium's `crypto_secretbox_easy`. */
final class SecretBox
{
    /** The length of a key. */
    public const KEY_BYTES = 32;
    /** The length of a nonce. */
    public const NONCE_BYTES = 24;
    /** How much longer a box is than its message. */
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

    /** Seals `$message` under `$key`. */
    public static function seal(
        #[\SensitiveParameter] Secret|string $key,
        string $nonce,
        #[\SensitiveParameter] Secret|string $message,
    ): string {
        $length = Native::length($message);
        $box = Native::room($length + self::TAG_BYTES);
        Native::sodium(
            Status::Unavailable,
            'secenv_secretbox_easy',
            $box,
            Native::at($message),
            $length,
            Native::exactly(self::NONCE_BYTES, 'nonce', $nonce),
            Native::exactly(self::KEY_BYTES, 'key', $key),
        );
        return Native::string($box, $length + self::TAG_BYTES);
    }

    /** Opens a box. Throws `Rejected` if it was changed or sealed under another key. */
    public static function open(
        #[\SensitiveParameter] Secret|string $key,
        string $nonce,
        string $box,
    ): Secret {
        $message = Secret::blank(Native::opened($box, self::TAG_BYTES));
        Native::sodium(
            Status::Rejected,
            'secenv_secretbox_open_easy',
            $message->address(),
            $box,
            \strlen($box),
            Native::received(self::NONCE_BYTES, $nonce),
            Native::exactly(self::KEY_BYTES, 'key', $key),
        );
        return $message;
    }
}
