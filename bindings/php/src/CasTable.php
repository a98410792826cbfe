<?php

declare(strict_types=1);

namespace Secenv;

/**
 * Sealed blobs by name in one table of SQLite, PostgreSQL or MySQL, each changed by compare-and-swap: every statement
 * by itself, tried again if another worker was in the way. A row whose `state` is NULL was removed and keeps its name.
 *
 * Times are those of the hosts, which differ: what has expired is given by no host whose clock says so, and is deleted
 * a day later than that, so that a clock that is a day ahead takes nothing from the others.
 *
 * @internal
 */
final class CasTable
{
    /** Types: of an id, a number, a blob, and of the table; then how an insert does nothing if the row is there. */
    private const DIALECTS = [
        'sqlite' => ['BLOB', 'INTEGER', 'BLOB', '', ' ON CONFLICT DO NOTHING'],
        'pgsql' => ['BYTEA', 'BIGINT', 'BYTEA', '', ' ON CONFLICT DO NOTHING'],
        // INSERT IGNORE would cut what is too long, and an affected row means nothing under MYSQL_ATTR_FOUND_ROWS.
        'mysql' => ['VARBINARY(64)', 'BIGINT', 'MEDIUMBLOB', ' ENGINE=InnoDB', ''],
    ];
    /** MySQL's error for a row that is there. */
    private const DUPLICATE = 1062;
    /** How far the hosts' clocks may differ, in seconds. */
    private const CLOCKS = 86_400;
    private const TRIES = 16;
    /** For a row that does not expire. */
    public const NEVER = PHP_INT_MAX;

    private readonly string $driver;
    private bool $strict = false;

    /** `$unchecked`: the operator answers for the database's settings. */
    public function __construct(
        private readonly \PDO $database,
        private readonly string $what,
        private readonly string $table,
        private readonly bool $unchecked,
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
            // Each commit is on the disk when it returns; without a log ahead, its folder too.
            $database->exec('PRAGMA synchronous = EXTRA');
        } catch (\PDOException $failure) {
            throw self::silent($what, $failure);
        }
        return $database;
    }

    /** Makes the table and its index if they are not there, if the database keeps what it acknowledges. */
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
        $this->check();
    }

    /** Refuses a database that may lose what it acknowledged. */
    public function check(): void
    {
        if (!$this->unchecked) {
            match ($this->driver) {
                'sqlite' => $this->checkSqlite(),
                'pgsql' => $this->checkPostgres(),
                'mysql' => $this->checkMysql(),
            };
        }
    }

    /** Is there a row of this name, removed or expired as it may be? */
    public function has(string $id, int $now): bool
    {
        $sql = "SELECT 1 FROM $this->table WHERE expires > ? AND id = ?";
        return $this->run($sql, $now - self::CLOCKS, $id)->fetch(\PDO::FETCH_NUM) !== false;
    }

    /** Makes a row: false if there is one of this name. */
    public function create(string $id, string $blob, int $expires): bool
    {
        $this->beStrict();
        $otherwise = self::DIALECTS[$this->driver][4];
        $sql = "INSERT INTO $this->table (version, expires, id, state) VALUES (1, ?, ?, ?)$otherwise";
        return $this->run($sql, $expires, $id, $blob)?->rowCount() === 1;
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

    /** Stores the next version if the row is there with this one, and if `$expires` is given, until then. */
    public function replace(string $id, int $version, string $blob, int $now, ?int $expires = null): bool
    {
        $this->beStrict();
        $until = $expires === null ? '' : ', expires = ?';
        $sql = "UPDATE $this->table SET version = version + 1, state = ?$until"
            . ' WHERE version = ? AND expires > ? AND id = ? AND state IS NOT NULL';
        $values = $expires === null ? [$blob] : [$blob, $expires];
        return $this->run($sql, ...$values, ...[$version, $now, $id])->rowCount() === 1;
    }

    /** Leaves the name alone of a row, until then. */
    public function remove(string $id, int $expires): void
    {
        $sql = "UPDATE $this->table SET version = version + 1, state = NULL, expires = ?"
            . ' WHERE id = ? AND state IS NOT NULL';
        $this->run($sql, $expires, $id);
    }

    /** Forgets what expired a day ago. */
    public function purge(int $now): void
    {
        $this->run("DELETE FROM $this->table WHERE expires <= ?", $now - self::CLOCKS);
    }

    /** Text goes as bytes, numbers as numbers. Null if MySQL says that a row to be inserted is there. */
    private function run(string $sql, string|int ...$values): ?\PDOStatement
    {
        if ($this->isInTransaction()) {
            throw self::inside($this->what);
        }
        for ($try = 1; ; $try++) {
            try {
                $statement = $this->database->prepare($sql);
                foreach ($values as $index => $value) {
                    $statement->bindValue($index + 1, $value, \is_int($value) ? \PDO::PARAM_INT : \PDO::PARAM_LOB);
                }
                $statement->execute();
                break;
            } catch (\PDOException $failure) {
                if ($this->driver === 'mysql' && ($failure->errorInfo[1] ?? null) === self::DUPLICATE) {
                    $statement = null;
                    break;
                }
                // SQLSTATE class 40: rolled back because of another worker. What it did shows at the next try.
                if ($try === self::TRIES || !str_starts_with((string) $failure->getCode(), '40')) {
                    throw self::silent($this->what, $failure);
                }
            }
        }
        if ($this->driver === 'mysql' && $this->database->inTransaction()) {
            // autocommit=0: the statement itself began a transaction, which nobody would commit.
            $this->rollBack();
            throw self::inside($this->what);
        }
        return $statement;
    }

    private function rollBack(): void
    {
        try {
            $this->database->rollBack();
        } catch (\PDOException $failure) {
            throw self::silent($this->what, $failure);
        }
    }

    private function isInTransaction(): bool
    {
        if ($this->driver === 'sqlite') {
            return $this->database->inTransaction() || $this->isInTransactionOfSqlite();
        }
        if ($this->driver === 'pgsql' && $this->database->inTransaction()) {
            $this->askPostgres();
        }
        return $this->database->inTransaction();
    }

    /** Of SQLite's transactions PDO knows only those that it began itself. There is none inside another. */
    private function isInTransactionOfSqlite(): bool
    {
        try {
            $this->database->exec('BEGIN');
            $this->database->exec('COMMIT');
            return false;
        } catch (\PDOException) {
            return true;
        }
    }

    /** Of a connection that broke, PDO says that it is inside a transaction. */
    private function askPostgres(): void
    {
        try {
            $this->database->exec('SELECT 1');
        } catch (\PDOException $failure) {
            // What is asked in a transaction that failed.
            if ($failure->getCode() !== '25P02') {
                throw self::silent($this->what, $failure);
            }
        }
    }

    /** Makes MySQL refuse what is too long for its column, whatever the server's or the connection's mode. */
    private function beStrict(): void
    {
        if ($this->driver === 'mysql' && !$this->strict) {
            $this->run("SET SESSION sql_mode = CONCAT_WS(',', NULLIF(@@SESSION.sql_mode, ''), 'STRICT_ALL_TABLES')");
            $this->strict = true;
        }
    }

    private function checkSqlite(): void
    {
        // A database without a file loses all that it has at once, its id too: nothing in it comes back.
        if ($this->value("SELECT file FROM pragma_database_list WHERE name = 'main'") === '') {
            return;
        }
        $journal = $this->value('PRAGMA journal_mode');
        Durability::demand($this->what, 'journal_mode', $journal, 'wal', 'delete', 'truncate', 'persist');
        // A journal that was deleted can come back with a power cut, and take the commit back, but for EXTRA.
        $names = ['off', 'normal', 'full', 'extra'];
        $synchronous = $names[(int) $this->value('PRAGMA synchronous')] ?? '';
        $enough = $journal === 'delete' ? ['extra'] : ['full', 'extra'];
        Durability::demand($this->what, 'synchronous', $synchronous, ...$enough);
    }

    private function checkPostgres(): void
    {
        Durability::demand($this->what, 'fsync', $this->value('SHOW fsync'), 'on');
        $commit = $this->value('SHOW synchronous_commit');
        Durability::demand($this->what, 'synchronous_commit', $commit, 'on', 'local', 'remote_write', 'remote_apply');
    }

    private function checkMysql(): void
    {
        $flush = $this->value('SELECT @@GLOBAL.innodb_flush_log_at_trx_commit');
        Durability::demand($this->what, 'innodb_flush_log_at_trx_commit', $flush, '1');
        if ($this->value('SELECT @@GLOBAL.log_bin') === '1') {
            // What a binary log lacks after a power cut is rolled back.
            Durability::demand($this->what, 'sync_binlog', $this->value('SELECT @@GLOBAL.sync_binlog'), '1');
        }
        $engine = $this->value(
            'SELECT engine FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?',
            $this->table,
        );
        Durability::demand($this->what, "the engine of $this->table", $engine, 'innodb');
    }

    /** The first column of the first row. */
    private function value(string $sql, string ...$values): string
    {
        return (string) $this->run($sql, ...$values)->fetchColumn();
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

    private static function inside(string $what): Exception\SecenvException
    {
        return Status::InvalidArgument->exception("the $what is inside a transaction");
    }

    private static function silent(string $what, \PDOException $failure): Exception\SecenvException
    {
        return Status::Unavailable->exception("the $what does not answer", $failure);
    }
}
