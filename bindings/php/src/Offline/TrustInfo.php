<?php

declare(strict_types=1);

namespace Secenv\Offline;

/** What a trust statement says of itself. Pins and digests are bytes; times are in seconds since 1970. */
final readonly class TrustInfo
{
    /**
     * @param list<string> $roots
     * @param list<string> $signers
     * @param list<TrustPin> $sessions
     * @param list<TrustPin> $grants
     * @param list<TrustPin> $manifests
     */
    private function __construct(
        /** Counts the statements, from 1. */
        public int $version,
        public int $issued,
        /** The last second in which something new is taken under it; null: no end. */
        public ?int $expires,
        /** The digest of what it says, whoever signed it. */
        public string $digest,
        /** Whether a pin of the sessions may stand in another role. */
        public bool $allowShared,
        /** How many of the roots must sign. */
        public int $threshold,
        /** Who signs this statement and the next, ascending. */
        public array $roots,
        /** Whose signatures it has, ascending. Whether they hold is not said. */
        public array $signers,
        /** Who is the server in a handshake, in order of preference. */
        public array $sessions,
        /** Who signs grants. */
        public array $grants,
        /** Who signs manifests. */
        public array $manifests,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $said
     * @param list<list<TrustPin>> $roles
     */
    public static function of(array $said, array $roles): self
    {
        $said['expires'] = $said['expires'] === 0 ? null : $said['expires'];
        return new self(...array_values($said), ...$roles);
    }
}
