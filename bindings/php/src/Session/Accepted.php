<?php

declare(strict_types=1);

namespace Secenv\Session;

use Secenv\Exception\Rejected;
use Secenv\Identity;

/**
 * A handshake that a server accepted. Nothing was sent yet: first decide by `pin` whether this client may come in, then
 * let `Sessions::create` store the session, then send the welcome. If either says no, send nothing of it.
 */
final readonly class Accepted
{
    /** @internal Call `Server::accept`. */
    public function __construct(
        /** The session, unconfirmed until the client's first record. */
        public Session $session,
        /** What to send when the session is stored. */
        public string $welcome,
        /** The client's SubjectPublicKeyInfo in DER. */
        public string $clientSpki,
    ) {
    }

    /**
     * The client's pin: 32 bytes.
     *
     * @throws Rejected never: the key was read before
     */
    public function pin(): string
    {
        return Identity::pin($this->clientSpki);
    }
}
