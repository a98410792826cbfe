<?php

declare(strict_types=1);

namespace Secenv\Session;

use Psr\Clock\ClockInterface;
use Secenv\CasTable;
use Secenv\Exception\Misuse;
use Secenv\Exception\Unavailable;
use Secenv\SystemClock;

/**
 * Sessions in an SQL database: SQLite, PostgreSQL or MySQL, by a PDO connection of the store's own.
 *
 * `sqlite` is for one host. Otherwise run `install` once, when the server is set up, or the statement that it runs:
 *
 *     SQLite:     CREATE TABLE IF NOT EXISTS secenv_sessions (id BLOB PRIMARY KEY, version INTEGER NOT NULL,
 *                 expires INTEGER NOT NULL, state BLOB)
 *     PostgreSQL: CREATE TABLE IF NOT EXISTS secenv_sessions (id BYTEA PRIMARY KEY, version BIGINT NOT NULL,
 *                 expires BIGINT NOT NULL, state BYTEA)
 *     MySQL:      CREATE TABLE IF NOT EXISTS secenv_sessions (id VARBINARY(64) PRIMARY KEY, version BIGINT NOT NULL,
 *                 expires BIGINT NOT NULL, state MEDIUMBLOB) ENGINE=InnoDB
 *
 * and an index on `expires`. A row whose `state` is NULL is a session that was removed. Times are the PHP hosts'.
 */
final class PdoSessionStore implements SessionStore
{
    private const WHAT = 'session store';

    private readonly CasTable $table;

    /**
     * `$database` must be in no transaction: a session that is not committed is not stored.
     *
     * @throws Misuse for another database, or a table whose name is no plain word
     */
    public function __construct(
        \PDO $database,
        string $table = 'secenv_sessions',
        private readonly ClockInterface $clock = new SystemClock(),
    ) {
        $this->table = new CasTable($database, self::WHAT, $table);
    }

    /**
     * The sessions of one host, in an SQLite file that is made if it is not there.
     *
     * @throws Unavailable if the file cannot be opened
     */
    public static function sqlite(string $path, ClockInterface $clock = new SystemClock()): self
    {
        $store = new self(CasTable::file($path, self::WHAT), clock: $clock);
        $store->install();
        return $store;
    }

    /**
     * Makes the table and its index if they are not there.
     *
     * @throws Unavailable if the database does not answer
     */
    public function install(): void
    {
        $this->table->install();
    }

    public function create(string $id, string $blob, int $lifetime): bool
    {
        $now = $this->now();
        $this->table->purge($now);
        return $this->table->create($id, $blob, $now + $lifetime);
    }

    public function load(string $id): ?StoredSession
    {
        $row = $this->table->load($id, $this->now());
        return $row === null ? null : new StoredSession($row[1], $row[0]);
    }

    public function replace(string $id, StoredSession $seen, string $blob): bool
    {
        return $this->table->replace($id, $seen->version, $blob, $this->now());
    }

    public function remove(string $id): void
    {
        $this->table->remove($id);
    }

    private function now(): int
    {
        return $this->clock->now()->getTimestamp();
    }
}
