<?php

declare(strict_types=1);

namespace Secenv;

/** Randomness of the system, libsodium's `randombytes`. */
final class Random
{
    /** Random bytes that may be seen, such as a nonce. */
    public static function bytes(int $length): string
    {
        self::bound($length);
        $room = Native::room($length);
        Native::plain('secenv_randombytes_buf', $room, $length);
        return Native::string($room, $length);
    }

    /** Random bytes that may not, such as a key. */
    public static function secret(int $length): Secret
    {
        self::bound($length);
        $secret = Secret::blank($length);
        Native::plain('secenv_randombytes_buf', $secret->address(), $length);
        return $secret;
    }

    /** A number from 0 to below `$bound`, each as likely as the other. */
    public static function uniform(int $bound): int
    {
        if ($bound < 1 || $bound > 0xffffffff) {
            throw SecenvException::of(Status::InvalidArgument->value);
        }
        return Native::plain('secenv_randombytes_uniform', $bound);
    }

    private static function bound(int $length): void
    {
        if ($length < 0) {
            throw SecenvException::of(Status::InvalidArgument->value);
        }
    }
}
