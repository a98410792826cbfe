<?php

namespace Psr\Clock;

use DateTimeImmutable;

// PSR-20 as it is published, for a PHP without Composer's psr/clock: autoload.php loads it only if nothing else does.
interface ClockInterface
{
    /**
     * Returns the current time as a DateTimeImmutable Object
     */
    public function now(): DateTimeImmutable;
}
