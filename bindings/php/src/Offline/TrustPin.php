<?php

declare(strict_types=1);

namespace Secenv\Offline;

/** A pin in a role. */
final readonly class TrustPin
{
    public function __construct(
        /** 32 bytes. */
        public string $pin,
        /** The last second in which something new by it is taken; null: no end. */
        public ?\DateTimeInterface $until = null,
    ) {
    }
}
