<?php

declare(strict_types=1);

namespace Secenv;

/**
 * Something that the library gave and takes back: freed with the last reference, never copied, dumped or serialised.
 */
abstract class Handle
{
    /** @internal */
    protected function __construct(private readonly object $pointer)
    {
    }

    /** Wipes and frees what the pointer points to. */
    abstract protected function free(object $pointer): void;

    final public function __destruct()
    {
        $this->free($this->pointer);
    }

    /** @internal */
    final public function pointer(): object
    {
        return $this->pointer;
    }

    final public function __clone()
    {
        throw new Misuse(static::class . ' cannot be cloned', Status::InvalidArgument->value);
    }

    final public function __serialize(): array
    {
        throw new Misuse(static::class . ' cannot be serialised', Status::InvalidArgument->value);
    }

    final public function __unserialize(array $data): void
    {
        throw new Misuse(static::class . ' cannot be unserialised', Status::InvalidArgument->value);
    }

    final public function __debugInfo(): array
    {
        return [];
    }
}
