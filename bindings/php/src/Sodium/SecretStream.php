<?php

declare(strict_types=1);

namespace Secenv\Sodium;

use Secenv\Exception\Misuse;
use Secenv\Exception\Rejected;
use Secenv\Exception\Unavailable;
use Secenv\Secret;

/** A stream of chunks under one key, libsodium's `crypto_secretstream_xchacha20poly1305`: in order, none lost. */
final class SecretStream
{
    /** The length of a key. */
    public const KEY_BYTES = 32;
    /** The length of the header, which goes ahead of the chunks. */
    public const HEADER_BYTES = 24;
    /** How much longer a sealed chunk is than its message. */
    public const CHUNK_OVERHEAD = 17;

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
     * Starts a stream to be sealed.
     *
     * @throws Misuse if the key has another length
     */
    public static function push(#[\SensitiveParameter] Secret|string $key): SecretStreamPush
    {
        return SecretStreamPush::start($key);
    }

    /**
     * Starts to open the stream that has this header.
     *
     * @throws Misuse if the key has another length
     * @throws Rejected if the header has
     */
    public static function pull(#[\SensitiveParameter] Secret|string $key, string $header): SecretStreamPull
    {
        return SecretStreamPull::start($key, $header);
    }
}
