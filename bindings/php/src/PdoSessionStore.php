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

    private const TRIES = 16;

    private readonly string $driver;

    /** `$database` must be in no transaction: a session that is not committed is not stored. */
    public function __construct(private readonly \PDO $database, private readonly string $table = 'secenv_sessions')
    {
        $database->setAttribute(\PDO::ATTR_ERRMODE, \PDO::ERRMODE_EXCEPTION);
        $this->driver = $database->getAttribute(\PDO::ATTR_DRIVER_NAME);
        if (!isset(self::DIALECTS[$this->driver])) {
            throw new Misuse("there is no session store for $this->driver", Status::InvalidArgument->value);
        }
        if (preg_match('/\A[A-Za-z_][A-Za-z0-9_]{0,55}\z/', $table) !== 1) {
            throw new Misuse('the name of the table is no plain word', Status::InvalidArgument->value);
        }
    }

    /** The sessions of one host, in an SQLite file that is made if it is not there. */
    public static function sqlite(string $path): self
    {
        try {
            $database = new \PDO("sqlite:$path");
            $store = new self($database);
            self::logAhead($database);
        } catch (\PDOException $failure) {
            throw self::silent($failure);
        }
        $store->install();
        return $store;
    }

    /** Makes the table and its index if they are not there. */
    public function install(): void
    {
        [$id, $number, $blob, $engine] = self::DIALECTS[$this->driver];
        $columns = "id $id PRIMARY KEY, version $number NOT NULL, expires $number NOT NULL, state $blob";
        if ($this->driver === 'mysql') {
            // MySQL knows no index that is made only if it is not there.
            $columns .= ', INDEX (expires)';
        }
        $this->run("CREATE TABLE IF NOT EXISTS $this->table ($columns)$engine");
        if ($this->driver !== 'mysql') {
            $this->run("CREATE INDEX IF NOT EXISTS {$this->table}_expires ON $this->table (expires)");
        }
    }

    public function create(string $id, string $blob, int $lifetime): bool
    {
        [, , , , $insert, $otherwise] = self::DIALECTS[$this->driver];
        $now = time();
        $this->run("DELETE FROM $this->table WHERE expires <= ?", $now);
        $made = $this->run(
            "$insert INTO $this->table (version, expires, id, state) VALUES (1, ?, ?, ?)$otherwise",
            $now + $lifetime,
            $id,
            $blob,
        );
        return $made->rowCount() === 1;
    }

    public function load(string $id): ?StoredSession
    {
        $found = $this->run(
            "SELECT version, state FROM $this->table WHERE expires > ? AND id = ? AND state IS NOT NULL",
            time(),
            $id,
        );
        $row = $found->fetch(\PDO::FETCH_NUM);
        if ($row === false) {
            return null;
        }
        [$version, $blob] = $row;
        // PostgreSQL gives its BYTEA as a stream.
        return new StoredSession(\is_resource($blob) ? stream_get_contents($blob) : $blob, (int) $version);
    }

    public function replace(string $id, StoredSession $seen, string $blob): bool
    {
        $replaced = $this->run(
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
        $this->run("UPDATE $this->table SET version = version + 1, state = NULL WHERE id = ?", $id);
    }

    /** Text goes as bytes, numbers as numbers. */
    private function run(string $sql, string|int ...$values): \PDOStatement
    {
        if ($this->database->inTransaction()) {
            throw new Misuse('the session store is inside a transaction', Status::InvalidArgument->value);
        }
        for ($try = 1; ; $try++) {
            try {
                $statement = $this->database->prepare($sql);
                foreach ($values as $index => $value) {
                    $statement->bindValue($index + 1, $value, \is_int($value) ? \PDO::PARAM_INT : \PDO::PARAM_LOB);
                }
                $statement->execute();
                return $statement;
            } catch (\PDOException $failure) {
                // SQLSTATE class 40: rolled back because of another worker. What it did shows at the next try.
                if ($try === self::TRIES || !str_starts_with((string) $failure->getCode(), '40')) {
                    throw self::silent($failure);
                }
            }
        }
    }

    /** SQLite's write-ahead log: reader and writer do not wait for each other, a commit is one write to the disk. */
    private static function logAhead(\PDO $database): void
    {
        for ($try = 1; ; $try++) {
            try {
                $database->exec('PRAGMA journal_mode = WAL');
                return;
            } catch (\PDOException $failure) {
                // SQLITE_BUSY: another process does so to a new file. Here SQLite does not wait as it does elsewhere.
                if ($try === 200 || $failure->errorInfo[1] !== 5) {
                    throw $failure;
                }
                usleep(random_int(0, 20_000));
            }
        }
    }

    private static function silent(\PDOException $failure): Unavailable
    {
        return new Unavailable('the session store does not answer', Status::Unavailable->value, $failure);
    }
}
