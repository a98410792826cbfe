<?php

declare(strict_types=1);

namespace Secenv;

/**
 * Sessions in an SQL database: SQLite, PostgreSQL or MySQL, by a PDO connection of the store's own.
 *
 * `sqlite` is for one host. Otherwise run `install` once, when the server is set up, or the statement that it runs:
 *
 *     SQLite:     CREATE TABLE IF NOT EXISTS secenv_sessions (id BLOB PRIMARY KEY, version INTEGER NOT NULL,
 *                 expires INTEGER NOT NULL, state BLOB)
 *     PostgreSQL: CREATE TABLE IF NOT EXISTS secenv_sessions (id BYTEA PRIMARY KEY, version BIGINT NOT NULL,
 *                 expires BIGINT NOT NULL, state BYTEA)
 *     MySQL:      CREATE TABLE IF NOT EXISTS secenv_sessions (id BINARY(16) PRIMARY KEY, version BIGINT NOT NULL,
 *                 expires BIGINT NOT NULL, state BLOB) ENGINE=InnoDB
 *
 * and an index on `expires`. A row whose `state` is NULL is a session that was removed. Times are the PHP hosts'.
 */
final class PdoSessionStore implements SessionStore
{
    /** Types: of an id, a number, a blob, and of the table; then an insert that does nothing if the row is there. */
    private const DIALECTS = [
        'sqlite' => ['BLOB', 'INTEGER', 'BLOB', '', 'INSERT', ' ON CONFLICT DO NOTHING'],
        'pgsql' => ['BYTEA', 'BIGINT', 'BYTEA', '', 'INSERT', ' ON CONFLICT DO NOTHING'],
        'mysql' => ['BINARY(16)', 'BIGINT', 'BLOB', ' ENGINE=InnoDB', 'INSERT IGNORE', ''],
    ];

    private readonly Sql $database;

    /** `$database` must be in no transaction: a session that is not committed is not stored. */
    public function __construct(\PDO $database, private readonly string $table = 'secenv_sessions')
    {
        $this->database = new Sql($database, 'session store', $table);
    }

    /** The sessions of one host, in an SQLite file that is made if it is not there. */
    public static function sqlite(string $path): self
    {
        $store = new self(Sql::file($path, 'session store'));
        $store->install();
        return $store;
    }

    /** Makes the table and its index if they are not there. */
    public function install(): void
    {
        [$id, $number, $blob, $engine] = self::DIALECTS[$this->database->driver];
        $columns = "id $id PRIMARY KEY, version $number NOT NULL, expires $number NOT NULL, state $blob";
        if ($this->database->driver === 'mysql') {
            // MySQL knows no index that is made only if it is not there.
            $columns .= ', INDEX (expires)';
        }
        $this->database->run("CREATE TABLE IF NOT EXISTS $this->table ($columns)$engine");
        if ($this->database->driver !== 'mysql') {
            $this->database->run("CREATE INDEX IF NOT EXISTS {$this->table}_expires ON $this->table (expires)");
        }
    }

    public function create(string $id, string $blob, int $lifetime): bool
    {
        [, , , , $insert, $otherwise] = self::DIALECTS[$this->database->driver];
        $now = time();
        $this->database->run("DELETE FROM $this->table WHERE expires <= ?", $now);
        $made = $this->database->run(
            "$insert INTO $this->table (version, expires, id, state) VALUES (1, ?, ?, ?)$otherwise",
            $now + $lifetime,
            $id,
            $blob,
        );
        return $made->rowCount() === 1;
    }

    public function load(string $id): ?StoredSession
    {
        $found = $this->database->run(
            "SELECT version, state FROM $this->table WHERE expires > ? AND id = ? AND state IS NOT NULL",
            time(),
            $id,
        );
        $row = Sql::row($found);
        return $row === null ? null : new StoredSession($row[1], $row[0]);
    }

    public function replace(string $id, StoredSession $seen, string $blob): bool
    {
        $replaced = $this->database->run(
            "UPDATE $this->table SET version = version + 1, state = ?"
                . ' WHERE version = ? AND expires > ? AND id = ? AND state IS NOT NULL',
            $blob,
            $seen->version,
            time(),
            $id,
        );
        return $replaced->rowCount() === 1;
    }

    public function remove(string $id): void
    {
        $this->database->run("UPDATE $this->table SET version = version + 1, state = NULL WHERE id = ?", $id);
    }
}
