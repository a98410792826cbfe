<?php

declare(strict_types=1);

namespace Secenv\Offline;

/** What a trust statement says: who signs it and the next, and who holds which role. */
final readonly class TrustTerms
{
    /**
     * @param list<string> $roots 1 to 8 pins of 32 bytes each
     * @param list<TrustPin> $sessions 1 to 4, in order of preference
     * @param list<TrustPin> $grants the same
     * @param list<TrustPin> $manifests the same
     */
    public function __construct(
        /** Counts the statements, from 1, and leaves none out. */
        public int $version,
        /** Who signs this statement and the next. */
        public array $roots,
        /** How many of them must. */
        public int $threshold,
        /** Who is the server in a handshake. */
        public array $sessions,
        /** Who signs grants. */
        public array $grants,
        /** Who signs manifests. */
        public array $manifests,
        /** The last second in which something new is taken under it; null: no end. */
        public ?\DateTimeInterface $expires = null,
        /** Whether a pin of the sessions may stand in another role. */
        public bool $allowShared = false,
    ) {
    }
}
