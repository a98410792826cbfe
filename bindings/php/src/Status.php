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
    /** Misuse: nothing is stored under this name. */
    case NotFound = 13;
    /** Misuse: there is something in this place already. */
    case Exists = 14;
    case Malformed = 20;
    case Rejected = 21;
    case TooLarge = 22;
    case Ended = 23;
    /** Rejected: the lease or the manifest does not hold now. */
    case Expired = 24;
    /** Rejected: older than what was taken before. */
    case Stale = 25;
    /** Rejected: the clock was turned back. */
    case Clock = 26;
    /** Rejected: meant for another device or vault. */
    case Foreign = 27;
    /** Rejected: no key for it is held: not granted, or its epoch is gone. */
    case NoKey = 28;
    /** Rejected: what comes before it is missing: the grant before, or a manifest that names it. */
    case OutOfOrder = 29;
    case Unavailable = 30;
    /** Unavailable: the file system failed. */
    case Disk = 31;
    /** Unavailable: there is no space left on the disk. */
    case Full = 32;
    /** Unavailable: the file system does not allow it. */
    case Denied = 33;
    case Panicked = 39;
}
