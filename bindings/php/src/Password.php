<?php

declare(strict_types=1);

namespace Secenv;

/** Argon2id, libsodium's `crypto_pwhash`: keys from passwords, and passwords to be checked. */
final class Password
{
    /** The length of a salt. */
    public const SALT_BYTES = 16;
    /** Work and memory for a person who waits. */
    public const OPS_INTERACTIVE = 2;
    public const MEMORY_INTERACTIVE = 67_108_864;
    /** Work and memory for most keys. */
    public const OPS_MODERATE = 3;
    public const MEMORY_MODERATE = 268_435_456;
    /** Work and memory for keys that are rarely made. */
    public const OPS_SENSITIVE = 4;
    public const MEMORY_SENSITIVE = 1_073_741_824;
    /** The most that is done for parameters that come from outside. */
    public const OPS_LIMIT = 10;
    public const MEMORY_LIMIT = 1_073_741_824;

    private const ALGORITHM = 2;
    private const TEXT_BYTES = 128;

    /** A salt: random. Keep it, the ops and the memory beside what the key protects. */
    public static function salt(): string
    {
        return Random::bytes(self::SALT_BYTES);
    }

    /** Derives a key. The same five inputs give the same key, here and in libsodium. */
    public static function derive(
        #[\SensitiveParameter] Secret|string $password,
        string $salt,
        int $length = 32,
        int $ops = self::OPS_MODERATE,
        int $memory = self::MEMORY_MODERATE,
    ): Secret {
        self::bound($ops, $memory);
        if ($length < 16 || $length > 1 << 20) {
            throw SecenvException::of(Status::InvalidArgument->value);
        }
        $key = Secret::blank($length);
        Native::sodium(
            Status::Unavailable,
            'secenv_pwhash',
            $key->address(),
            $length,
            Native::at($password),
            Native::length($password),
            Native::exactly(self::SALT_BYTES, 'salt', $salt),
            $ops,
            $memory,
            self::ALGORITHM,
        );
        return $key;
    }

    /** A text to store, with salt and parameters inside, by which `verify` knows the password again. */
    public static function hash(
        #[\SensitiveParameter] Secret|string $password,
        int $ops = self::OPS_MODERATE,
        int $memory = self::MEMORY_MODERATE,
    ): string {
        self::bound($ops, $memory);
        $text = Native::room(self::TEXT_BYTES, 'char');
        Native::sodium(
            Status::Unavailable,
            'secenv_pwhash_str',
            $text,
            Native::at($password),
            Native::length($password),
            $ops,
            $memory,
        );
        return Native::sentence($text);
    }

    /** Returns if `$hash` is of this password, and throws `Rejected` if it is not. */
    public static function verify(string $hash, #[\SensitiveParameter] Secret|string $password): void
    {
        self::readable($hash);
        Native::sodium(
            Status::Rejected,
            'secenv_pwhash_str_verify',
            $hash,
            Native::at($password),
            Native::length($password),
        );
    }

    /** Whether `$hash` was made with other parameters than these: if so, hash again at the next log-in. */
    public static function needsRehash(
        string $hash,
        int $ops = self::OPS_MODERATE,
        int $memory = self::MEMORY_MODERATE,
    ): bool {
        self::bound($ops, $memory);
        self::readable($hash);
        return Native::plain('secenv_pwhash_str_needs_rehash', $hash, $ops, $memory) !== 0;
    }

    private static function bound(int $ops, int $memory): void
    {
        if ($ops < 1 || $ops > self::OPS_LIMIT || $memory < 8192 || $memory > self::MEMORY_LIMIT) {
            throw SecenvException::of(Status::InvalidArgument->value);
        }
    }

    /** Refuses what is no Argon2id text, and one that asks for more work than we are ready to do for it. */
    private static function readable(string $hash): void
    {
        $form = '/\A\$argon2id\$v=19\$m=(\d{1,9}),t=(\d{1,9}),p=1\$[A-Za-z0-9+\/$]+\z/';
        if (\strlen($hash) >= self::TEXT_BYTES || !preg_match($form, $hash, $found)) {
            throw SecenvException::of(Status::Malformed->value);
        }
        if ((int) $found[1] * 1024 > self::MEMORY_LIMIT || (int) $found[2] > self::OPS_LIMIT) {
            throw SecenvException::of(Status::TooLarge->value);
        }
    }
}
