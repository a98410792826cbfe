<?php

declare(strict_types=1);

namespace Secenv;

use Psr\Clock\ClockInterface;

/** The time of this machine. */
final class SystemClock implements ClockInterface
{
    /** The current time, in UTC. */
    public function now(): \DateTimeImmutable
    {
        return new \DateTimeImmutable('now', new \DateTimeZone('UTC'));
    }
}
