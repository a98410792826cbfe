<?php

declare(strict_types=1);

namespace Secenv\Session;

use Secenv\Exception\Misuse;
use Secenv\Exception\Unavailable;

/**
 * Where sessions are kept, for any number of workers at once. It sees sealed blobs only. A session's id has 16 bytes.
 *
 * It must not go back in time: no eviction, no replica that lags, no restore from a backup. When a method throws
 * `Unavailable`, nobody knows whether the store did what it was asked.
 */
interface SessionStore
{
    /** How long a tombstone stays at least, in seconds: as long as a session lives that its client did not confirm. */
    public const TOMBSTONE = 300;

    /**
     * The store's own id: 16 random bytes, made once, in the store itself, and read from there each time. Two stores
     * never share one, a store that lost its id gets another; a copy of a store has the same.
     *
     * @throws Unavailable if the store does not answer, or has no id yet and may forget what it acknowledges
     */
    public function id(): string;

    /**
     * Stores a new session for `$lifetime` seconds, once: false if `$id` exists, or its tombstone does.
     *
     * @throws Misuse for an id of another length, or inside a transaction
     * @throws Unavailable if the store does not answer
     */
    public function create(string $id, string $blob, int $lifetime): bool;

    /**
     * The session, or null if there is none, or no longer.
     *
     * @throws Misuse for an id of another length, or inside a transaction
     * @throws Unavailable if the store does not answer
     */
    public function load(string $id): ?StoredSession;

    /**
     * Stores `$blob` if the session is still as `$seen`: false if another worker was faster, or it is gone. It lives
     * for `$lifetime` seconds from now if that is given, else as long as it would have.
     *
     * @throws Misuse for an id of another length, or inside a transaction
     * @throws Unavailable if the store does not answer
     */
    public function replace(string $id, StoredSession $seen, string $blob, ?int $lifetime = null): bool;

    /**
     * Removes a session. For `TOMBSTONE` seconds something remains that keeps `create` from bringing it back.
     *
     * @throws Misuse for an id of another length, or inside a transaction
     * @throws Unavailable if the store does not answer
     */
    public function remove(string $id): void;
}
