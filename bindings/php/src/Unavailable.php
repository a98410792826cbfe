<?php

declare(strict_types=1);

namespace Secenv;

/** The machine could not do it: no memory, no randomness, or no library. */
final class Unavailable extends SecenvException
{
}
