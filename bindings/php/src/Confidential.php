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
    /** Private, so that PHP refuses before it copies: a copy that is made only to throw would still free what it holds. */
    private function __clone()
    {
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
