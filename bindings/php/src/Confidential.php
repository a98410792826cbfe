<?php

declare(strict_types=1);

namespace Secenv;

/**
 * For an object that stands for secret memory: it is never copied, serialised or shown in a dump.
 *
 * @internal
 */
trait Confidential
{
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
