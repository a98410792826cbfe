<?php

declare(strict_types=1);

namespace Secenv;

/**
 * Secret bytes, outside PHP's strings and wiped when freed.
 *
 * PHP copies strings as it likes and cannot wipe them reliably, so keep a secret in here and reveal it late.
 */
final class Secret extends Handle
{
    /**
     * Takes a copy of `$bytes`. The string itself stays where PHP put it.
     *
     * @throws Exception\Unavailable
     */
    public static function hold(#[\SensitiveParameter] string $bytes): self
    {
        return Native::hold($bytes);
    }

    /**
     * The bytes as a PHP string: from here on they are PHP's.
     *
     * @throws Exception\Misuse if it was freed
     */
    public function reveal(): string
    {
        return Native::reveal($this);
    }

    /**
     * How many bytes there are.
     *
     * @throws Exception\Misuse if it was freed
     */
    public function length(): int
    {
        return Native::length($this);
    }

    /**
     * Whether the other holds the same bytes, in a time that depends on the length alone.
     *
     * @throws Exception\Misuse if one of them was freed
     */
    public function equals(#[\SensitiveParameter] self|string $other): bool
    {
        return Native::equals($this, $other);
    }
}
