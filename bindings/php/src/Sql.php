<?php

declare(strict_types=1);

namespace Secenv;

/**
 * One table in SQLite, PostgreSQL or MySQL: each statement by itself, tried again if another worker was in the way.
 *
 * @internal
 */
final class Sql
{
    public const DRIVERS = ['sqlite', 'pgsql', 'mysql'];

    private const TRIES = 16;

    public readonly string $driver;

    public function __construct(private readonly \PDO $database, private readonly string $what, string $table)
    {
        $database->setAttribute(\PDO::ATTR_ERRMODE, \PDO::ERRMODE_EXCEPTION);
        $this->driver = $database->getAttribute(\PDO::ATTR_DRIVER_NAME);
        if (!\in_array($this->driver, self::DRIVERS, true)) {
            throw new Misuse("there is no $what for $this->driver", Status::InvalidArgument->value);
        }
        if (preg_match('/\A[A-Za-z_][A-Za-z0-9_]{0,55}\z/', $table) !== 1) {
            throw new Misuse('the name of the table is no plain word', Status::InvalidArgument->value);
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

    /** Text goes as bytes, numbers as numbers. */
    public function run(string $sql, string|int ...$values): \PDOStatement
    {
        if ($this->database->inTransaction()) {
            throw new Misuse("the $this->what is inside a transaction", Status::InvalidArgument->value);
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

    /** A row with a number and a blob, or null. PostgreSQL gives its BYTEA as a stream. */
    public static function row(\PDOStatement $found): ?array
    {
        $row = $found->fetch(\PDO::FETCH_NUM);
        if ($row === false) {
            return null;
        }
        [$version, $blob] = $row;
        return [(int) $version, \is_resource($blob) ? stream_get_contents($blob) : $blob];
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

    private static function silent(string $what, \PDOException $failure): Unavailable
    {
        return new Unavailable("the $what does not answer", Status::Unavailable->value, $failure);
    }
}
