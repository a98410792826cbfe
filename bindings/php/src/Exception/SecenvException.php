<?php

declare(strict_types=1);

namespace Secenv\Exception;

use Secenv\Status;

/** A call did not work. What to do about it is the class: `Misuse`, `Rejected` or `Unavailable`. */
interface SecenvException extends \Throwable
{
    /** Why. `getCode()` is its number, `status()->name` its name. */
    public function status(): Status;
}
