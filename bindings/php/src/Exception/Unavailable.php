<?php

declare(strict_types=1);

namespace Secenv\Exception;

/** The machine could not: no memory, no disk, no database, no library. The input may be fine. */
final class Unavailable extends \RuntimeException implements SecenvException
{
    use HasStatus;
}
