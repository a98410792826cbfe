<?php

declare(strict_types=1);

namespace Secenv\Offline;

use Psr\Clock\ClockInterface;
use Secenv\Exception\Misuse;
use Secenv\Exception\Rejected;
use Secenv\Identity;
use Secenv\Native;
use Secenv\SystemClock;

/** Names who the server is from now on: signed by who it is now, or by the offline root. */
final class Trust
{
    /**
     * `$version` counts the statements, from 1.
     *
     * @param list<string> $pins 32 bytes each
     * @throws Misuse if there is none, or one has another length
     */
    public static function issue(
        Identity $signer,
        int $version,
        array $pins,
        ClockInterface $clock = new SystemClock(),
    ): string {
        return Native::call('secenv_trust_issue', $signer, $version, $clock->now()->getTimestamp(), $pins);
    }

    /**
     * What a trust statement says of itself. Nothing of it is verified.
     *
     * @throws Rejected if it is none
     */
    public static function inspect(string $statement): TrustInfo
    {
        return TrustInfo::of(Native::call('secenv_trust_inspect', $statement));
    }
}
