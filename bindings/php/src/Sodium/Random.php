<?php

declare(strict_types=1);

namespace Secenv\Sodium;

use Secenv\Exception\Misuse;
use Secenv\Exception\Unavailable;
use Secenv\Native;
use Secenv\Secret;
use Secenv\Status;

/** Randomness of the system, libsodium's `randombytes`. */
final class Random
{
    /**
     * Random bytes that may be seen, such as a nonce.
     *
     * @throws Misuse for less than none
     * @throws Unavailable if there is no memory
     */
    public static function bytes(int $length): string
    {
        return self::secret($length)->reveal();
    }

    /**
     * Random bytes that may not, such as a key.
     *
     * @throws Misuse for less than none
     * @throws Unavailable if there is no memory
     */
    public static function secret(int $length): Secret
    {
        return Native::call('secenv_randombytes_buf', $length);
    }

    /**
     * A number from 0 to below `$bound`, each as likely as the other.
     *
     * @throws Misuse for a bound below 1 or over 2^32 - 1
     */
    public static function uniform(int $bound): int
    {
        if ($bound < 1) {
            throw Status::InvalidArgument->exception();
        }
        return Native::call('secenv_randombytes_uniform', $bound);
    }
}
