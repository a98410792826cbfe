<?php

declare(strict_types=1);

namespace Secenv;

/** What kind of key an identity is. */
enum IdentityKind: int
{
    /** RSA of 3,072 bits; making one takes about half a second. */
    case Rsa = 1;
    /** Ed25519. */
    case Ed25519 = 2;
}
