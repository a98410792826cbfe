<?php

declare(strict_types=1);

namespace Secenv;

/** A call did not work. What to do about it is the class: `Misuse`, `Rejected` or `Unavailable`. */
abstract class SecenvException extends \RuntimeException
{
    /** The exception for a status; its family is the range, so a number that is new needs no new table. */
    final public static function of(int $status): self
    {
        $message = Native::plain('secenv_status_message', $status);
        return match (true) {
            $status < 20 => new Misuse($message, $status),
            $status < 30 => new Rejected($message, $status),
            default => new Unavailable($message, $status),
        };
    }
}
