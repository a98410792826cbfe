<?php

declare(strict_types=1);

namespace Secenv;

/** From the server to one device: the data keys that it may hold from now on, all of them. Times are in seconds since 1970. */
final class Grant
{
    /** The length of a chain value, by which the next grant or manifest names one. */
    public const CHAIN_BYTES = 32;

    /**
     * @param string $device the device's public half
     * @param int $sequence counts the grants to this device, from 1
     * @param int $maxOffline how many seconds the device may go without hearing from the server
     * @param ?string $previous the chain value of the grant before; null for the first, or for a device that missed some
     */
    public static function issue(
        Keyring $keyring,
        Identity $signer,
        string $device,
        int $sequence,
        int $notAfter,
        int $maxOffline,
        ?string $previous = null,
        ?int $notBefore = null,
        ?int $issued = null,
    ): string {
        $issued ??= time();
        return Native::text(
            'secenv_grant_issue',
            $keyring->pointer(),
            $signer->pointer(),
            $device,
            \strlen($device),
            $sequence,
            $issued,
            $notBefore ?? $issued,
            $notAfter,
            $maxOffline,
            $previous === null ? null : Native::exactly(self::CHAIN_BYTES, 'chain value', $previous),
        );
    }

    /** What the next grant to this device names: 32 bytes. */
    public static function chain(string $grant): string
    {
        return Native::fixed(self::CHAIN_BYTES, 'secenv_grant_chain', $grant, \strlen($grant));
    }

    /**
     * What a grant says of itself, unverified: `vault`, `device`, `previous`, `chain` and `signer` in hex, `sequence`,
     * `issued`, `not_before`, `not_after`, `max_offline`.
     *
     * @return array<string, int|string>
     */
    public static function inspect(string $grant): array
    {
        return Native::json('secenv_grant_inspect', $grant, \strlen($grant));
    }
}
