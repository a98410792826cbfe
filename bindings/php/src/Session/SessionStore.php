<?php

declare(strict_types=1);

namespace Secenv\Session;

use Secenv\Exception\Unavailable;

/**
 * Where sessions are kept, for any number of workers at once. It sees sealed blobs only.
 *
 * It must not forget or go back in time: no eviction, no replica that lags, no restore from a backup. When a method
 * throws `Unavailable`, nobody knows whether the store did what it was asked.
 */
interface SessionStore
{
    /**
     * Stores a new session for `$lifetime` seconds, once: false if `$id` exists, or did exist within its lifetime.
     *
     * @throws Unavailable if the store does not answer
     */
    public function create(string $id, string $blob, int $lifetime): bool;

    /**
     * The session, or null if there is none, or no longer.
     *
     * @throws Unavailable if the store does not answer
     */
    public function load(string $id): ?StoredSession;

    /**
     * Stores `$blob` if the session is still as `$seen`: false if another worker was faster, or it is gone.
     *
     * @throws Unavailable if the store does not answer
     */
    public function replace(string $id, StoredSession $seen, string $blob): bool;

    /**
     * Removes a session. What remains until its lifetime has passed keeps `create` from bringing it back.
     *
     * @throws Unavailable if the store does not answer
     */
    public function remove(string $id): void;
}
