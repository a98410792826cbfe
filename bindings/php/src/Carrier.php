<?php

declare(strict_types=1);

namespace Secenv;

/** A message of protocol 2 where only text passes: `{"v":2,"data":"BASE64"}`. It protects nothing by itself. */
final class Carrier
{
    /** The JSON text that carries this hello, reply, finish or record. */
    public static function encode(string $message): string
    {
        return Native::text('secenv_carrier_encode', $message, \strlen($message));
    }

    /** The message in a JSON text. Throws `Rejected` if it carries none. */
    public static function parse(string $json): string
    {
        return Native::text('secenv_carrier_parse', $json, \strlen($json));
    }
}
