<?php

declare(strict_types=1);

namespace Secenv\Sodium;

use Secenv\Exception\Misuse;
use Secenv\Exception\Unavailable;
use Secenv\Native;
use Secenv\Secret;
use Secenv\Status;

/** Many keys from one, libsodium's `crypto_kdf`. */
final class Kdf
{
    /** The length of the main key. */
    public const KEY_BYTES = 32;
    /** The length of a context, which says what the keys are for. */
    public const CONTEXT_BYTES = 8;
    /** The shortest and the longest subkey. */
    public const SUBKEY_BYTES_MIN = 16;
    public const SUBKEY_BYTES_MAX = 64;

    /**
     * Makes a main key.
     *
     * @throws Unavailable if there is no memory
     */
    public static function key(): Secret
    {
        return Random::secret(self::KEY_BYTES);
    }

    /**
     * The subkey with number `$id` of this context.
     *
     * @throws Misuse if a length is another, or the number is negative
     */
    public static function derive(
        #[\SensitiveParameter] Secret|string $key,
        int $id,
        string $context,
        int $length = 32,
    ): Secret {
        if ($length < self::SUBKEY_BYTES_MIN || $length > self::SUBKEY_BYTES_MAX) {
            throw Status::InvalidArgument->exception();
        }
        return Native::call('secenv_kdf_derive_from_key', $length, $id, $context, $key);
    }
}
