<?php

declare(strict_types=1);

namespace Secenv\Sodium;

use Secenv\Exception\Misuse;
use Secenv\Exception\Rejected;
use Secenv\Exception\Unavailable;
use Secenv\Native;
use Secenv\Secret;
use Secenv\Status;

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

    /**
     * A salt: random. Keep it, the ops and the memory beside what the key protects.
     *
     * @throws Unavailable if there is no memory
     */
    public static function salt(): string
    {
        return Random::bytes(self::SALT_BYTES);
    }

    /**
     * Derives a key. The same five inputs give the same key, here and in libsodium.
     *
     * @throws Misuse if an input is outside of the limits
     * @throws Unavailable if there is not so much memory
     */
    public static function derive(
        #[\SensitiveParameter] Secret|string $password,
        string $salt,
        int $length = 32,
        int $ops = self::OPS_MODERATE,
        int $memory = self::MEMORY_MODERATE,
    ): Secret {
        self::bound($ops, $memory);
        if ($length < 16 || $length > 1 << 20) {
            throw Status::InvalidArgument->exception();
        }
        return Native::call('secenv_pwhash', $length, $password, $salt, $ops, $memory, self::ALGORITHM);
    }

    /**
     * A text that holds all that `verify` needs to know the password again.
     *
     * @throws Misuse if an input is outside of the limits
     * @throws Unavailable if there is not so much memory
     */
    public static function hash(
        #[\SensitiveParameter] Secret|string $password,
        int $ops = self::OPS_MODERATE,
        int $memory = self::MEMORY_MODERATE,
    ): string {
        self::bound($ops, $memory);
        return Native::call('secenv_pwhash_str', $password, $ops, $memory);
    }

    /**
     * Returns if `$hash` is of this password.
     *
     * @throws Rejected if it is not
     * @throws Unavailable if there is no memory, which says nothing about the password
     */
    public static function verify(string $hash, #[\SensitiveParameter] Secret|string $password): void
    {
        self::readable($hash);
        Native::call('secenv_pwhash_verify', $hash, $password);
    }

    /**
     * Whether `$hash` was made with other parameters than these: if so, hash again at the next log-in.
     *
     * @throws Misuse if an input is outside of the limits
     * @throws Rejected if `$hash` is none
     */
    public static function needsRehash(
        string $hash,
        int $ops = self::OPS_MODERATE,
        int $memory = self::MEMORY_MODERATE,
    ): bool {
        self::bound($ops, $memory);
        self::readable($hash);
        return Native::call('secenv_pwhash_str_needs_rehash', $hash, $ops, $memory) !== 0;
    }

    private static function bound(int $ops, int $memory): void
    {
        if ($ops < 1 || $ops > self::OPS_LIMIT || $memory < 8192 || $memory > self::MEMORY_LIMIT) {
            throw Status::InvalidArgument->exception();
        }
    }

    /** Refuses what is no Argon2id text, and one that asks for more work than we are ready to do for it. */
    private static function readable(string $hash): void
    {
        $form = '/\A\$argon2id\$v=19\$m=(\d{1,9}),t=(\d{1,9}),p=1\$[A-Za-z0-9+\/$]+\z/';
        if (\strlen($hash) >= self::TEXT_BYTES || !preg_match($form, $hash, $found)) {
            throw Status::Malformed->exception();
        }
        if ((int) $found[1] * 1024 > self::MEMORY_LIMIT || (int) $found[2] > self::OPS_LIMIT) {
            throw Status::TooLarge->exception();
        }
    }
}
