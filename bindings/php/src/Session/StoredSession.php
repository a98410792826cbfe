<?php

declare(strict_types=1);

namespace Secenv\Session;

/** What a `SessionStore` holds of a session: a sealed blob, and which version of it this is. */
final readonly class StoredSession
{
    public function __construct(public string $blob, public int $version)
    {
    }
}
