<?php

declare(strict_types=1);

namespace Secenv\Offline;

/** What a trust statement says of itself. Pins and digests are bytes. */
final readonly class TrustInfo
{
    /** @param list<string> $pins */
    private function __construct(
        /** Counts the statements, from 1. */
        public int $version,
        /** When it was made, in seconds since 1970. */
        public int $issued,
        /** The pin of who signed it. */
        public string $signer,
        /** Its digest. */
        public string $digest,
        /** Who the server is, ascending. */
        public array $pins,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $said
     */
    public static function of(array $said): self
    {
        return new self(...array_values($said));
    }
}
