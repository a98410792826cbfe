<?php

declare(strict_types=1);

namespace Secenv\Offline;

/** What a grant says: which one it is, and from when, until when and how long offline the device may read. */
final readonly class GrantTerms
{
    public function __construct(
        /** Counts the grants to this device, from 1. */
        public int $sequence,
        public \DateTimeInterface $notAfter,
        /** How many seconds the device may go without hearing from the server. */
        public int $maxOffline,
        /** The digest of the grant before; null for the first, or for a device that missed some. */
        public ?string $previous = null,
        /** Null is now. */
        public ?\DateTimeInterface $notBefore = null,
    ) {
    }
}
