<?php

declare(strict_types=1);

namespace Secenv\Server;

use Secenv\Protocol1\RsaPublic;
use Secenv\Sodium\SessionKeys;

/** A client, as far as it has come. */
final readonly class Peer
{
    public function __construct(
        public string $id,
        public RsaPublic $key,
        public bool $proven,
        public ?SessionKeys $keys,
        /** The session keys as they lie in the database: no two sessions look the same there. */
        public ?string $session,
    ) {
    }
}
