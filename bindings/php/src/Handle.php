<?php

declare(strict_types=1);

namespace Secenv;

/**
 * Something that the library gave and takes back: freed with the last reference, never copied, dumped or serialised.
 */
abstract class Handle
{
    use Confidential;

    private ?object $pointer = null;

    /** @internal */
    protected function __construct(object $pointer)
    {
        $this->pointer = $pointer;
    }

    /** Wipes and frees what the pointer points to. */
    abstract protected function free(object $pointer): void;

    /** Frees it, once: PHP lets anybody call this by name. */
    final public function __destruct()
    {
        [$pointer, $this->pointer] = [$this->pointer, null];
        if ($pointer !== null) {
            $this->free($pointer);
        }
    }

    /** @internal */
    final public function pointer(): object
    {
        return $this->pointer ?? throw new Misuse(static::class . ' was freed', Status::InvalidArgument->value);
    }
}
