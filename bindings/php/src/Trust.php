<?php

declare(strict_types=1);

namespace Secenv;

/** Names who the server is from now on: signed by who it is now, or by the offline root. */
final class Trust
{
    /** `$version` counts the statements, from 1; the pins have 32 bytes each. */
    public static function issue(Identity $signer, int $version, string ...$pins): string
    {
        $joined = implode('', array_map(
            static fn (string $pin): string => Native::exactly(Identity::PIN_BYTES, 'pin', $pin),
            $pins,
        ));
        return Native::text('secenv_trust_issue', $signer->pointer(), $version, time(), $joined, \strlen($joined));
    }
}
