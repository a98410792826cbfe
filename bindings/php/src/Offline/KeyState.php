<?php

declare(strict_types=1);

namespace Secenv\Offline;

/** What a data key may still do. */
enum KeyState: int
{
    /** It seals and opens. */
    case Active = 1;
    /** It opens what it sealed. */
    case DecryptOnly = 2;
    /** It is gone; its id stays. */
    case Destroyed = 3;
}
