<?php

declare(strict_types=1);

namespace Secenv\Sodium;

use Secenv\Exception\Misuse;
use Secenv\Exception\Rejected;
use Secenv\Exception\Unavailable;
use Secenv\Native;
use Secenv\Secret;

/** XChaCha20-Poly1305, libsodium's `crypto_aead_xchacha20poly1305_ietf`: encryption that also binds open data. */
final class Aead
{
    /** The length of a key. */
    public const KEY_BYTES = 32;
    /** The length of a nonce. */
    public const NONCE_BYTES = 24;
    /** How much longer a sealed text is than its message. */
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
     * Seals `$message` under `$key` and binds it to `$ad`, which is not part of the result.
     *
     * @throws Misuse if the key or the nonce has another length
     */
    public static function seal(
        #[\SensitiveParameter] Secret|string $key,
        string $nonce,
        string $ad,
        #[\SensitiveParameter] Secret|string $message,
    ): string {
        return Native::call('secenv_aead_xchacha20poly1305_ietf_encrypt', $message, $ad, $nonce, $key);
    }

    /**
     * Opens a sealed text.
     *
     * @throws Misuse if the key has another length
     * @throws Rejected if the text or `$ad` was changed, or the key is another
     */
    public static function open(
        #[\SensitiveParameter] Secret|string $key,
        string $nonce,
        string $ad,
        string $sealed,
    ): Secret {
        return Native::call('secenv_aead_xchacha20poly1305_ietf_decrypt', $sealed, $ad, $nonce, $key);
    }
}
