<?php

declare(strict_types=1);

namespace Secenv;

/** The program is wrong: an argument that no correct program passes. */
final class Misuse extends SecenvException
{
}
