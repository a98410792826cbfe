<?php

declare(strict_types=1);

namespace Secenv\Offline;

/** What a manifest says of itself: which one it is, and until when it is good. */
final readonly class ManifestTerms
{
    public function __construct(
        /** Counts the manifests, from 1. */
        public int $version,
        public \DateTimeInterface $expires,
        /** The digest of the manifest before; null for the first, or if it is not known. */
        public ?string $previous = null,
    ) {
    }
}
