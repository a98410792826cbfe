<?php

declare(strict_types=1);

namespace Secenv\Session;

/** Whether records hide the lengths of their messages. Both sides of a handshake say the same. */
enum Padding: int
{
    /** A record is as long as its message, and 67 or 83 bytes more. */
    case None = 0;
    /** 256 bytes at least; above, at most 12 per cent more (Padmé). */
    case Padme = 1;
}
