<?php

declare(strict_types=1);

namespace Secenv;

/**
 * What a database has to be told so that nothing it acknowledged is lost: one setting, refused if it says otherwise.
 *
 * @internal
 */
final class Durability
{
    /** @throws Exception\Unavailable with the setting's name and the value that it should have */
    public static function demand(string $what, string $setting, string $is, string ...$allowed): void
    {
        if (!\in_array(strtolower($is), $allowed, true)) {
            $should = implode(' or ', $allowed);
            $is = $is === '' ? 'unknown' : $is;
            throw Status::Unavailable->exception("the $what may forget: $setting is $is, and has to be $should");
        }
    }
}
