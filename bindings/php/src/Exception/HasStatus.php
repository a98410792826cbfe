<?php

declare(strict_types=1);

namespace Secenv\Exception;

use Secenv\Status;

/** @internal */
trait HasStatus
{
    /** @internal Call `Status::exception`. */
    public function __construct(string $message, private readonly Status $status, ?\Throwable $previous = null)
    {
        parent::__construct($message, $status->value, $previous);
    }

    public function status(): Status
    {
        return $this->status;
    }
}
