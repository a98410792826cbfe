<?php

declare(strict_types=1);

namespace Secenv\Session;

use Secenv\Exception\Rejected;
use Secenv\Native;

/** A message of protocol 2 where only text passes: `{"v":2,"data":"BASE64"}`. It protects nothing by itself. */
final class RecordJson
{
    /**
     * This hello, reply, finish, welcome or record as a JSON text.
     *
     * @throws Rejected if it is over the limits of a record
     */
    public static function encode(string $message): string
    {
        return Native::call('secenv_record_encode_json', $message);
    }

    /**
     * The message in a JSON text.
     *
     * @throws Rejected if there is none
     */
    public static function parse(string $json): string
    {
        return Native::call('secenv_record_parse_json', $json);
    }
}
