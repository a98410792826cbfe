<?php

declare(strict_types=1);

namespace Secenv\Offline;

use Psr\Clock\ClockInterface;
use Secenv\Exception\Misuse;
use Secenv\Identity;
use Secenv\Native;
use Secenv\Status;
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
        $now = $clock->now()->getTimestamp();
        return Native::call('secenv_trust_issue', $signer, $version, $now, self::joined($pins));
    }

    /**
     * Pins as C takes them.
     *
     * @internal
     * @param list<string> $pins
     * @throws Misuse if one has another length
     */
    public static function joined(array $pins): string
    {
        foreach ($pins as $pin) {
            if (\strlen($pin) !== Identity::PIN_BYTES) {
                throw Status::InvalidArgument->exception(
                    'the pin must be ' . Identity::PIN_BYTES . ' bytes long, not ' . \strlen($pin),
                );
            }
        }
        return implode('', $pins);
    }
}
