<?php

declare(strict_types=1);

namespace Secenv;

/** What a call did: the numbers of `secenv_status`. `getCode()` of a `SecenvException` is one of them. */
enum Status: int
{
    case Ok = 0;
    case NullPointer = 1;
    case InvalidLength = 2;
    case InvalidArgument = 10;
    case EncryptedKey = 11;
    case Closed = 12;
    case Malformed = 20;
    case Rejected = 21;
    case TooLarge = 22;
    case Ended = 23;
    case Unavailable = 30;
    case Panicked = 39;
}
