<?php

declare(strict_types=1);

namespace Secenv\Tests;

use Psr\Clock\ClockInterface;

/** A clock that a test sets. */
final class FixedClock implements ClockInterface
{
    public function __construct(public int $time)
    {
    }

    public function now(): \DateTimeImmutable
    {
        return new \DateTimeImmutable("@$this->time");
    }
}
