<?php

declare(strict_types=1);

namespace Secenv\Offline;

use Psr\Clock\ClockInterface;
use Secenv\Exception\Misuse;
use Secenv\Exception\Rejected;
use Secenv\Identity;
use Secenv\Native;
use Secenv\SystemClock;

/** From the server to one device: the data keys that it may hold from now on, all of them. */
final class Grant
{
    /** The length of a digest, by which the next grant or manifest names one. */
    public const DIGEST_BYTES = 32;

    /**
     * @param string $device the device's public half
     * @throws Misuse if the terms make no sense
     * @throws Rejected if the device is none
     */
    public static function issue(
        Keyring $keyring,
        Identity $signer,
        string $device,
        GrantTerms $terms,
        ClockInterface $clock = new SystemClock(),
    ): string {
        $now = $clock->now()->getTimestamp();
        return Native::call(
            'secenv_grant_issue',
            $keyring,
            $signer,
            $device,
            $terms->sequence,
            $now,
            $terms->notBefore?->getTimestamp() ?? $now,
            $terms->notAfter->getTimestamp(),
            $terms->maxOffline,
            $terms->previous,
        );
    }

    /**
     * What the next grant to this device names: 32 bytes.
     *
     * @throws Rejected if it is no grant
     */
    public static function digest(string $grant): string
    {
        return self::inspect($grant)->digest;
    }

    /**
     * What a grant says of itself, its keys apart. Nothing of it is verified.
     *
     * @throws Rejected if it is no grant
     */
    public static function inspect(string $grant): GrantInfo
    {
        return GrantInfo::of(Native::call('secenv_grant_inspect', $grant));
    }
}
