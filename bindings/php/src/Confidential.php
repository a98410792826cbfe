<?php

declare(strict_types=1);

namespace Secenv;

/**
 * For an object that stands for secret memory: it is never copied, serialised or shown in a dump. The class says
 * `implements \JsonSerializable`, so that JSON refuses it too.
 *
 * @internal
 */
trait Confidential
{
    /**
     * Private, so that PHP refuses before it copies: a copy that is made only to throw would still free what it holds.
     */
    private function __clone()
    {
    }

    /** @throws Exception\Misuse always */
    final public function __serialize(): array
    {
        throw Status::InvalidArgument->exception(static::class . ' cannot be serialised');
    }

    /** @throws Exception\Misuse always */
    final public function __unserialize(array $data): void
    {
        throw Status::InvalidArgument->exception(static::class . ' cannot be unserialised');
    }

    /** @throws Exception\Misuse always */
    final public function jsonSerialize(): never
    {
        throw Status::InvalidArgument->exception(static::class . ' cannot be written as JSON');
    }

    final public function __debugInfo(): array
    {
        return [];
    }
}
