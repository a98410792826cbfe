<?php

declare(strict_types=1);

namespace Secenv\Exception;

/** The program is wrong: an argument that no correct program passes. Mend the call. */
final class Misuse extends \LogicException implements SecenvException
{
    use HasStatus;
}
