<?php

declare(strict_types=1);

namespace Secenv\Session;

use Psr\Clock\ClockInterface;
use Secenv\Handle;
use Secenv\Native;

/**
 * A handle that asks what time it is: the system's clock, or that of the one that made it.
 *
 * @internal
 */
abstract class Timed extends Handle
{
    /** Null is the system's clock, which the library reads itself. */
    protected ?ClockInterface $clock = null;

    /** The same handle, with this clock. */
    protected function at(?ClockInterface $clock): static
    {
        $this->clock = $clock;
        return $this;
    }

    /** Calls `$function`, or its twin that takes the time last. */
    protected function timed(string $function, #[\SensitiveParameter] mixed ...$arguments): mixed
    {
        return $this->clock === null
            ? Native::call($function, ...$arguments)
            : Native::call("{$function}_at", ...[...$arguments, $this->clock->now()->getTimestamp()]);
    }
}
