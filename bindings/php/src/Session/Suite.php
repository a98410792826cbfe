<?php

declare(strict_types=1);

namespace Secenv\Session;

/** How two sides agree on keys. Nothing is negotiated: a client picks one, a server takes it or not. */
enum Suite: int
{
    /** X25519 through `crypto_kx`. */
    case X25519 = 1;
    /** The same, and X-Wing: it holds while either X25519 or ML-KEM-768 does. */
    case X25519XWing = 2;
}
