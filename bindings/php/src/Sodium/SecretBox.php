<?php

declare(strict_types=1);

namespace Secenv\Sodium;

use Secenv\Exception\Misuse;
use Secenv\Exception\Rejected;
use Secenv\Exception\Unavailable;
use Secenv\Native;
use Secenv\Secret;

/** Encryption under a shared key, libsodium's `crypto_secretbox_easy`. */
final class SecretBox
{
    /** The length of a key. */
    public const KEY_BYTES = 32;
    /** The length of a nonce. */
    public const NONCE_BYTES = 24;
    /** How much longer a box is than its message. */
    public const TAG_BYTES = 16;

    /**
     * Makes a key.
     *
     * @throws Unavailable if there is no memory
     */
    public static function key(): Secret
    {
        return Random::secret(self::KEY_BYTES);
    }

    /**
     * A nonce: random, and long enough to be so. Use each once under one key.
     *
     * @throws Unavailable if there is no memory
     */
    public static function nonce(): string
    {
        return Random::bytes(self::NONCE_BYTES);
    }

    /**
     * Seals `$message` under `$key`.
     *
     * @throws Misuse if the key or the nonce has another length
     */
    public static function seal(
        #[\SensitiveParameter] Secret|string $key,
        string $nonce,
        #[\SensitiveParameter] Secret|string $message,
    ): string {
        return Native::call('secenv_secretbox_easy', $message, $nonce, $key);
    }

    /**
     * Opens a box.
     *
     * @throws Misuse if the key has another length
     * @throws Rejected if the box was changed or sealed under another key
     */
    public static function open(#[\SensitiveParameter] Secret|string $key, string $nonce, string $box): Secret
    {
        return Native::call('secenv_secretbox_open_easy', $box, $nonce, $key);
    }
}
