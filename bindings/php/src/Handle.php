<?php

declare(strict_types=1);

namespace Secenv;

/**
 * Something that the library gave and takes back: freed with the last reference, never copied, dumped or serialised.
 *
 * It is empty: where it points to, `Native` alone knows.
 */
abstract class Handle implements \JsonSerializable
{
    use Confidential;

    /** @internal `Native` makes handles. */
    final private function __construct()
    {
    }

    /** Frees it, once: PHP lets anybody call this by name. */
    final public function __destruct()
    {
        Native::free($this);
    }
}
