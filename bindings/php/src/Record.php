<?php

declare(strict_types=1);

namespace Secenv;

/** What anybody can read in a record. */
final class Record
{
    /** The id of the session that a record says it belongs to: 16 bytes. Only `Session::open` checks it. */
    public static function session(string $record): string
    {
        return Native::fixed(Session::ID_BYTES, 'secenv_record_session', $record, \strlen($record));
    }
}
