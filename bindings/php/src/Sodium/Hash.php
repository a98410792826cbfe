<?php

declare(strict_types=1);

namespace Secenv\Sodium;

use Secenv\Confidential;
use Secenv\Exception\Misuse;
use Secenv\Native;
use Secenv\Secret;
use Secenv\State;
use Secenv\Status;

/** BLAKE2b, libsodium's `crypto_generichash`, with a key if you like: `Hash::of`, or `start`, `update`, `finish`. */
final class Hash implements \JsonSerializable
{
    use Confidential;

    /** The usual length, and the limits. */
    public const BYTES = 32;
    public const BYTES_MIN = 16;
    public const BYTES_MAX = 64;
    public const KEY_BYTES_MIN = 16;
    public const KEY_BYTES_MAX = 64;

    private function __construct(private ?State $state, private readonly int $length)
    {
    }

    /**
     * BLAKE2b[key](message).
     *
     * @throws Misuse if a length is outside of the limits
     */
    public static function of(
        #[\SensitiveParameter] Secret|string $message,
        int $length = self::BYTES,
        #[\SensitiveParameter] Secret|string $key = '',
    ): string {
        self::bound($length, $key);
        return Native::call('secenv_generichash', $length, $message, $key);
    }

    /**
     * Starts the hash of a message in parts.
     *
     * @throws Misuse if a length is outside of the limits
     */
    public static function start(
        int $length = self::BYTES,
        #[\SensitiveParameter] Secret|string $key = '',
    ): self {
        self::bound($length, $key);
        return new self(Native::call('secenv_generichash_init', $key, $length), $length);
    }

    /**
     * Adds a part.
     *
     * @throws Misuse if this hash is finished
     */
    public function update(#[\SensitiveParameter] Secret|string $part): self
    {
        Native::call('secenv_generichash_update', $this->state(), $part);
        return $this;
    }

    /**
     * The hash of all parts. It ends this object.
     *
     * @throws Misuse if it is finished already
     */
    public function finish(): string
    {
        $hash = Native::call('secenv_generichash_final', $this->state(), $this->length);
        $this->state = null;
        return $hash;
    }

    private function state(): State
    {
        return $this->state ?? throw Status::InvalidArgument->exception('this hash is finished');
    }

    private static function bound(int $length, #[\SensitiveParameter] Secret|string $key): void
    {
        $long = Native::length($key);
        if (
            $length < self::BYTES_MIN || $length > self::BYTES_MAX
            || ($long !== 0 && ($long < self::KEY_BYTES_MIN || $long > self::KEY_BYTES_MAX))
        ) {
            throw Status::InvalidArgument->exception();
        }
    }
}
