<?php

declare(strict_types=1);

namespace Secenv\Sodium;

use Secenv\Exception\Misuse;
use Secenv\Exception\Rejected;
use Secenv\Exception\Unavailable;
use Secenv\Native;
use Secenv\Secret;

/** Public-key encryption that both sides authenticate, libsodium's `crypto_box_easy`. */
final class Box
{
    /** The length of a public key. */
    public const PUBLIC_BYTES = 32;
    /** The length of a secret key. */
    public const SECRET_BYTES = 32;
    /** The length of a seed. */
    public const SEED_BYTES = 32;
    /** The length of a nonce. */
    public const NONCE_BYTES = 24;
    /** How much longer a box is than its message. */
    public const TAG_BYTES = 16;

    /**
     * Makes a key pair.
     *
     * @throws Unavailable if there is no memory
     */
    public static function keypair(): KeyPair
    {
        return KeyPair::from('secenv_box_keypair');
    }

    /**
     * Makes the key pair that belongs to `$seed`.
     *
     * @throws Misuse if the seed has another length
     */
    public static function seedKeypair(#[\SensitiveParameter] Secret|string $seed): KeyPair
    {
        return KeyPair::from('secenv_box_seed_keypair', $seed);
    }

    /**
     * A nonce: random, and long enough to be so. Use each once.
     *
     * @throws Unavailable if there is no memory
     */
    public static function nonce(): string
    {
        return Random::bytes(self::NONCE_BYTES);
    }

    /**
     * Seals `$message` from `$sender` to the holder of `$receiverPublic`.
     *
     * @throws Misuse if the secret key or the nonce has another length
     * @throws Rejected if the receiver's key is not acceptable
     */
    public static function seal(
        KeyPair $sender,
        string $receiverPublic,
        string $nonce,
        #[\SensitiveParameter] Secret|string $message,
    ): string {
        return Native::call('secenv_box_easy', $message, $nonce, $receiverPublic, $sender->secret);
    }

    /**
     * Opens a box.
     *
     * @throws Misuse if the secret key has another length
     * @throws Rejected if the box was changed, is for somebody else or from somebody else
     */
    public static function open(KeyPair $receiver, string $senderPublic, string $nonce, string $box): Secret
    {
        return Native::call('secenv_box_open_easy', $box, $nonce, $senderPublic, $receiver->secret);
    }
}
