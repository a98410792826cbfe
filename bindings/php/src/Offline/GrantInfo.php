<?php

declare(strict_types=1);

namespace Secenv\Offline;

/** What a grant says of itself, its keys apart. Ids, pins and digests are bytes; times are in seconds since 1970. */
final readonly class GrantInfo
{
    private function __construct(
        /** The id of the keyring and its vault. */
        public string $vault,
        /** The id of the device. */
        public string $device,
        /** Counts the grants to this device, from 1. */
        public int $sequence,
        public int $issued,
        public int $notBefore,
        public int $notAfter,
        /** How many seconds the device may go without hearing from the server. */
        public int $maxOffline,
        /** The digest of the grant before; null for none. */
        public ?string $previous,
        /** Its own digest, which the next grant names. */
        public string $digest,
        /** The pin of who signed it. */
        public string $signer,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $said
     */
    public static function of(array $said): self
    {
        $previous = $said['previous'] === str_repeat("\0", Grant::DIGEST_BYTES) ? null : $said['previous'];
        return new self(...array_values(array_replace($said, ['previous' => $previous])));
    }
}
