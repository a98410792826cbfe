<?php

declare(strict_types=1);

namespace Secenv\Offline;

/** What a key may do. */
enum TrustRole: int
{
    /** Be the server in a handshake. */
    case Sessions = 1;
    /** Sign grants. */
    case Grants = 2;
    /** Sign manifests. */
    case Manifests = 3;
}
