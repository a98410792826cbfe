<?php

declare(strict_types=1);

namespace Secenv\Session;

use Secenv\Exception\Rejected;
use Secenv\Native;

/** What anybody can read in a record. */
final class Record
{
    /**
     * The id of the session that a record says it belongs to: 16 bytes. Only `Session::open` checks it.
     *
     * @throws Rejected if it is no record
     */
    public static function session(string $record): string
    {
        return Native::call('secenv_record_session_id', $record);
    }
}
