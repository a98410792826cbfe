<?php

declare(strict_types=1);

namespace Secenv;

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

    /** Makes a main key. */
    public static function key(): Secret
    {
        return Random::secret(self::KEY_BYTES);
    }

    /** The subkey with number `$id` of this context. */
    public static function derive(
        #[\SensitiveParameter] Secret|string $key,
        int $id,
        string $context,
        int $length = 32,
    ): Secret {
        if ($id < 0 || $length < self::SUBKEY_BYTES_MIN || $length > self::SUBKEY_BYTES_MAX) {
            throw SecenvException::of(Status::InvalidArgument->value);
        }
        $subkey = Secret::blank($length);
        Native::sodium(
            Status::InvalidArgument,
            'secenv_kdf_derive_from_key',
            $subkey->address(),
            $length,
            $id,
            Native::exactly(self::CONTEXT_BYTES, 'context', $context),
            Native::exactly(self::KEY_BYTES, 'key', $key),
        );
        return $subkey;
    }
}
