<?php

declare(strict_types=1);

namespace Secenv\Session;

/** Which side of a session somebody is. */
enum Role: int
{
    case Client = 1;
    case Server = 2;
}
