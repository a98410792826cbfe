<?php

declare(strict_types=1);

namespace Secenv\Session;

use Psr\Clock\ClockInterface;
use Secenv\CasTable;
use Secenv\Exception\Misuse;
use Secenv\Exception\Unavailable;
use Secenv\Status;
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
 * and an index on `expires`. A row whose `state` is NULL is a session that was removed; the row whose `id` is `store`
 * holds the store's id. Times are the PHP hosts'; their clocks may differ by a day.
 *
 * The database must keep what it acknowledges: `check` asks it, and so do `sqlite`, `install`, and `id` before it makes
 * an id. What cannot be asked: a standby that is promoted must have every commit (PostgreSQL's
 * `synchronous_standby_names`, MySQL's semi-synchronous replication, both set so that a commit waits), and the disk
 * must not lie about what it wrote.
 */
final class PdoSessionStore implements SessionStore
{
    private const WHAT = 'session store';
    /** The row of the store's own id. Ids of sessions are longer. */
    private const OWN = 'store';

    private readonly CasTable $table;

    /**
     * `$database` must be in no transaction: a session that is not committed is not stored. `$unchecked` takes the
     * database with any settings: the operator knows that they keep everything, or what it costs if they do not.
     *
     * @throws Misuse for another database, or a table whose name is no plain word
     */
    public function __construct(
        \PDO $database,
        string $table = 'secenv_sessions',
        bool $unchecked = false,
        private readonly ClockInterface $clock = new SystemClock(),
    ) {
        $this->table = new CasTable($database, self::WHAT, $table, $unchecked);
    }

    /**
     * The sessions of one host, in an SQLite file that is made if it is not there. Each commit is on the disk when a
     * method returns, whatever SQLite was compiled with.
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
     * Makes the table and its index if they are not there, and does what `check` does.
     *
     * @throws Unavailable if the database does not answer, or may forget what it acknowledges
     */
    public function install(): void
    {
        $this->table->install();
    }

    /**
     * Refuses a database that may forget what it acknowledges, and says which setting has to be which: `journal_mode`
     * and `synchronous` of SQLite, `fsync` and `synchronous_commit` of PostgreSQL, `innodb_flush_log_at_trx_commit`,
     * with a binary log `sync_binlog`, and the table's engine of MySQL. For deployment: it takes a few queries.
     *
     * @throws Unavailable if the database does not answer, or may forget what it acknowledges
     */
    public function check(): void
    {
        $this->table->check();
    }

    public function id(): string
    {
        $found = $this->table->load(self::OWN, $this->now());
        if ($found === null) {
            $this->table->check();
            // Of two workers one is first; both use what it made.
            $this->table->create(self::OWN, random_bytes(16), CasTable::NEVER);
            $found = $this->table->load(self::OWN, $this->now()) ?? throw Status::Unavailable->exception();
        }
        return $found[1];
    }

    public function create(string $id, string $blob, int $lifetime): bool
    {
        $now = $this->now();
        // A handshake that comes again is refused by reading alone.
        if ($this->table->has(self::checked($id), $now)) {
            return false;
        }
        $this->table->purge($now);
        return $this->table->create($id, $blob, $now + $lifetime);
    }

    public function load(string $id): ?StoredSession
    {
        $row = $this->table->load(self::checked($id), $this->now());
        return $row === null ? null : new StoredSession($row[1], $row[0]);
    }

    public function replace(string $id, StoredSession $seen, string $blob, ?int $lifetime = null): bool
    {
        $now = $this->now();
        $until = $lifetime === null ? null : $now + $lifetime;
        return $this->table->replace(self::checked($id), $seen->version, $blob, $now, $until);
    }

    public function remove(string $id): void
    {
        $this->table->remove(self::checked($id), $this->now() + self::TOMBSTONE);
    }

    private static function checked(string $id): string
    {
        return \strlen($id) === 16 ? $id : throw Status::InvalidLength->exception('the id of a session has 16 bytes');
    }

    private function now(): int
    {
        return $this->clock->now()->getTimestamp();
    }
}
