<?php

declare(strict_types=1);

namespace Secenv;

/** BLAKE2b, libsodium's `crypto_generichash`, with a key if you like: `Hash::of`, or `start`, `update`, `finish`. */
final class Hash
{
    use Confidential;

    /** The usual length, and the limits. */
    public const BYTES = 32;
    public const BYTES_MIN = 16;
    public const BYTES_MAX = 64;
    public const KEY_BYTES_MIN = 16;
    public const KEY_BYTES_MAX = 64;

    private function __construct(private ?Secret $state, private readonly int $length)
    {
    }

    /** BLAKE2b[key](message). */
    public static function of(
        #[\SensitiveParameter] Secret|string $message,
        int $length = self::BYTES,
        #[\SensitiveParameter] Secret|string $key = '',
    ): string {
        self::bound($length, $key);
        $hash = Native::room($length);
        Native::sodium(
            Status::InvalidArgument,
            'secenv_generichash',
            $hash,
            $length,
            Native::at($message),
            Native::length($message),
            Native::at($key),
            Native::length($key),
        );
        return Native::string($hash, $length);
    }

    /** Starts the hash of a message in parts. */
    public static function start(
        int $length = self::BYTES,
        #[\SensitiveParameter] Secret|string $key = '',
    ): self {
        self::bound($length, $key);
        $state = Secret::blank(Native::plain('secenv_generichash_statebytes'));
        Native::sodium(
            Status::InvalidArgument,
            'secenv_generichash_init',
            $state->address(),
            Native::at($key),
            Native::length($key),
            $length,
        );
        return new self($state, $length);
    }

    /** Adds a part. */
    public function update(#[\SensitiveParameter] Secret|string $part): self
    {
        Native::sodium(
            Status::InvalidArgument,
            'secenv_generichash_update',
            $this->state(),
            Native::at($part),
            Native::length($part),
        );
        return $this;
    }

    /** The hash of all parts. It ends this object. */
    public function finish(): string
    {
        $hash = Native::room($this->length);
        Native::sodium(Status::InvalidArgument, 'secenv_generichash_final', $this->state(), $hash, $this->length);
        $this->state = null;
        return Native::string($hash, $this->length);
    }

    private function state(): object
    {
        return $this->state?->address()
            ?? throw new Misuse('this hash is finished', Status::InvalidArgument->value);
    }

    private static function bound(int $length, #[\SensitiveParameter] Secret|string $key): void
    {
        $long = Native::length($key);
        if (
            $length < self::BYTES_MIN || $length > self::BYTES_MAX
            || ($long !== 0 && ($long < self::KEY_BYTES_MIN || $long > self::KEY_BYTES_MAX))
        ) {
            throw SecenvException::of(Status::InvalidArgument->value);
        }
    }
}
