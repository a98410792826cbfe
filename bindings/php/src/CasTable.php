<?php

declare(strict_types=1);

namespace Secenv;

/**
 * Sealed blobs by name in one table of SQLite, PostgreSQL or MySQL, each changed by compare-and-swap: every statement
 * by itself, tried again if another worker was in the way. A row whose `state` is NULL was removed and keeps its name.
 *
 * @internal
 */
final class CasTable
{
    /** Types: of an id, a number, a blob, and of the table; then an insert that does nothing if the row is there. */
    private const DIALECTS = [
        'sqlite' => ['BLOB', 'INTEGER', 'BLOB', '', 'INSERT', ' ON CONFLICT DO NOTHING'],
        'pgsql' => ['BYTEA', 'BIGINT', 'BYTEA', '', 'INSERT', ' ON CONFLICT DO NOTHING'],
        'mysql' => ['VARBINARY(64)', 'BIGINT', 'MEDIUMBLOB', ' ENGINE=InnoDB', 'INSERT IGNORE', ''],
    ];
    private const TRIES = 16;
    /** For a row that does not expire. */
    public const NEVER = PHP_INT_MAX;

    private readonly string $driver;

    public function __construct(
        private readonly \PDO $database,
        private readonly string $what,
        private readonly string $table,
    ) {
        $database->setAttribute(\PDO::ATTR_ERRMODE, \PDO::ERRMODE_EXCEPTION);
        $this->driver = $database->getAttribute(\PDO::ATTR_DRIVER_NAME);
        if (!isset(self::DIALECTS[$this->driver])) {
            throw Status::InvalidArgument->exception("there is no $what for $this->driver");
        }
        if (preg_match('/\A[A-Za-z_][A-Za-z0-9_]{0,55}\z/', $table) !== 1) {
            throw Status::InvalidArgument->exception('the name of the table is no plain word');
        }
    }

    /** The database in an SQLite file, which is made if it is not there. */
    public static function file(string $path, string $what): \PDO
    {
        try {
            $database = new \PDO("sqlite:$path");
            $database->setAttribute(\PDO::ATTR_ERRMODE, \PDO::ERRMODE_EXCEPTION);
            self::logAhead($database);
        } catch (\PDOException $failure) {
            throw self::silent($what, $failure);
        }
        return $database;
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

    /** Makes a row: false if there is one of this name. */
    public function create(string $id, string $blob, int $expires): bool
    {
        [, , , , $insert, $otherwise] = self::DIALECTS[$this->driver];
        $sql = "$insert INTO $this->table (version, expires, id, state) VALUES (1, ?, ?, ?)$otherwise";
        return $this->run($sql, $expires, $id, $blob)->rowCount() === 1;
    }

    /**
     * The version and the blob of a row that is there at that time.
     *
     * @return array{int, string}|null
     */
    public function load(string $id, int $now): ?array
    {
        $sql = "SELECT version, state FROM $this->table WHERE expires > ? AND id = ? AND state IS NOT NULL";
        $row = $this->run($sql, $now, $id)->fetch(\PDO::FETCH_NUM);
        if ($row === false) {
            return null;
        }
        [$version, $blob] = $row;
        // PostgreSQL gives its BYTEA as a stream.
        return [(int) $version, \is_resource($blob) ? stream_get_contents($blob) : $blob];
    }

    /** Stores the next version if the row is there with this one. */
    public function replace(string $id, int $version, string $blob, int $now): bool
    {
        $sql = "UPDATE $this->table SET version = version + 1, state = ?"
            . ' WHERE version = ? AND expires > ? AND id = ? AND state IS NOT NULL';
        return $this->run($sql, $blob, $version, $now, $id)->rowCount() === 1;
    }

    public function remove(string $id): void
    {
        $this->run("UPDATE $this->table SET version = version + 1, state = NULL WHERE id = ?", $id);
    }

    /** Forgets what has expired. */
    public function purge(int $now): void
    {
        $this->run("DELETE FROM $this->table WHERE expires <= ?", $now);
    }

    /** Text goes as bytes, numbers as numbers. */
    private function run(string $sql, string|int ...$values): \PDOStatement
    {
        if ($this->database->inTransaction()) {
            throw Status::InvalidArgument->exception("the $this->what is inside a transaction");
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
                    throw self::silent($this->what, $failure);
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

    private static function silent(string $what, \PDOException $failure): Exception\SecenvException
    {
        return Status::Unavailable->exception("the $what does not answer", $failure);
    }
}
