<?php

declare(strict_types=1);

namespace Secenv\Offline;

/** What a manifest says of itself, its parcels apart. Ids, pins and digests are bytes; times are in seconds since 1970. */
final readonly class ManifestInfo
{
    private function __construct(
        /** The id of the keyring and its vault. */
        public string $vault,
        /** Counts the manifests, from 1. */
        public int $version,
        public int $issued,
        public int $expires,
        /** The digest of the manifest before; null for none. */
        public ?string $previous,
        /** Its own digest, which the next manifest names. */
        public string $digest,
        /** The pin of who signed it. */
        public string $signer,
        /** How many parcels it names. */
        public int $entryCount,
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
