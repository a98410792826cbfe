<?php

declare(strict_types=1);

namespace Secenv;

use Secenv\Exception\Misuse;
use Secenv\Exception\Rejected;
use Secenv\Exception\SecenvException;
use Secenv\Exception\Unavailable;

/** What a call did: the numbers of `secenv_status`. `status()` of a `SecenvException` is one of them. */
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
    /** Misuse: the key is too short: an RSA key has at least 2,048 bits, an identity's 3,072. */
    case WeakKey = 15;
    /** Misuse: a key of another kind: public for secret or the reverse, a certificate, OpenSSH, EC, and so on. */
    case WrongKind = 16;
    /** Misuse: a key or file of one's own is no such thing, or it is damaged. */
    case Damaged = 17;
    /** Misuse: a folder is in the place of a file, or a file in the place of a folder. */
    case NotAFile = 18;
    case Unconfirmed = 19;
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
    /** Unavailable: the process or the system has too many files open. */
    case TooManyFiles = 34;
    /** Unavailable: a bug of the library's own was caught. */
    case Internal = 39;

    /**
     * The status of this number. One that this package does not know yet is the first of its family.
     *
     * @internal
     */
    public static function of(int $number): self
    {
        return self::tryFrom($number) ?? match (true) {
            $number < 20 => self::InvalidArgument,
            $number < 30 => self::Rejected,
            default => self::Unavailable,
        };
    }

    /**
     * The exception of this status, in the words of the library if there are no better ones.
     *
     * @internal
     */
    public function exception(?string $message = null, ?\Throwable $previous = null): SecenvException
    {
        $message ??= Native::call('secenv_status_message', $this->value);
        return match (true) {
            $this->value < 20 => new Misuse($message, $this, $previous),
            $this->value < 30 => new Rejected($message, $this, $previous),
            default => new Unavailable($message, $this, $previous),
        };
    }
}
