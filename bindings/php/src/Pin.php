<?php

declare(strict_types=1);

namespace Secenv;

/** Pins as people write them. Everywhere else a pin is 32 bytes. */
final class Pin
{
    /**
     * The pin in `sha256//BASE64`, as curl writes it, or in 64 hex digits.
     *
     * @throws Exception\Rejected if it is none
     */
    public static function parse(string $text): string
    {
        return Native::call('secenv_pin_parse', $text);
    }

    /**
     * A pin as `sha256//BASE64`.
     *
     * @throws Exception\Misuse if it has not 32 bytes
     */
    public static function format(string $pin): string
    {
        return Native::call('secenv_pin_format', $pin);
    }
}
