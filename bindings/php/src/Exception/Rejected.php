<?php

declare(strict_types=1);

namespace Secenv\Exception;

/** The message, key or signature is not what it says it is: do not trust it, nor whoever sent it. */
final class Rejected extends \RuntimeException implements SecenvException
{
    use HasStatus;
}
