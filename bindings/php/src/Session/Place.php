<?php

declare(strict_types=1);

namespace Secenv\Session;

/** Where a session is kept. A sealed state opens there and nowhere else. */
final readonly class Place
{
    /** The length of a store's id. */
    public const STORE_ID_BYTES = 16;

    public Role $role;

    public function __construct(
        /** The identity that accepted, or that the client found: `Session::serverPin`. */
        public string $serverPin,
        /** What the store has it under: `Session::id`. */
        public string $sessionId,
        /** Of the server's store; null at a client. */
        public ?string $storeId = null,
    ) {
        $this->role = $storeId === null ? Role::Client : Role::Server;
    }
}
