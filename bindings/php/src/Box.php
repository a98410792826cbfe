<?php

declare(strict_types=1);

namespace Secenv;

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

    /** Makes a key pair. */
    public static function keypair(): KeyPair
    {
        return KeyPair::from('secenv_box_keypair', self::PUBLIC_BYTES, self::SECRET_BYTES);
    }

    /** Makes the key pair that belongs to `$seed`. */
    public static function seedKeypair(#[\SensitiveParameter] Secret|string $seed): KeyPair
    {
        return KeyPair::from(
            'secenv_box_seed_keypair',
            self::PUBLIC_BYTES,
            self::SECRET_BYTES,
            Native::exactly(self::SEED_BYTES, 'seed', $seed),
        );
    }

    /** A nonce: random, and long enough to be so. Use each once. */
    public static function nonce(): string
    {
        return Random::bytes(self::NONCE_BYTES);
    }

    /** Seals `$message` from `$sender` to the holder of `$receiverPublic`. */
    public static function seal(
        KeyPair $sender,
        string $receiverPublic,
        string $nonce,
        #[\SensitiveParameter] Secret|string $message,
    ): string {
        $length = Native::length($message);
        $box = Native::room($length + self::TAG_BYTES);
        Native::sodium(
            Status::Rejected,
            'secenv_box_easy',
            $box,
            Native::at($message),
            $length,
            Native::exactly(self::NONCE_BYTES, 'nonce', $nonce),
            Native::received(self::PUBLIC_BYTES, $receiverPublic),
            Native::exactly(self::SECRET_BYTES, 'secret key', $sender->secret),
        );
        return Native::string($box, $length + self::TAG_BYTES);
    }

    /** Opens a box. Throws `Rejected` if it was changed, is for somebody else or from somebody else. */
    public static function open(KeyPair $receiver, string $senderPublic, string $nonce, string $box): Secret
    {
        $message = Secret::blank(Native::opened($box, self::TAG_BYTES));
        Native::sodium(
            Status::Rejected,
            'secenv_box_open_easy',
            $message->address(),
            $box,
            \strlen($box),
            Native::received(self::NONCE_BYTES, $nonce),
            Native::received(self::PUBLIC_BYTES, $senderPublic),
            Native::exactly(self::SECRET_BYTES, 'secret key', $receiver->secret),
        );
        return $message;
    }
}
