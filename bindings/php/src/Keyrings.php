<?php

declare(strict_types=1);

namespace Secenv;

/**
 * Keyrings in an SQL database, for any number of workers at once: SQLite, PostgreSQL or MySQL, by a PDO connection of
 * their own. The database sees them sealed. It must not go back in time: a restored backup brings destroyed keys back;
 * `Keyring::merge` it into the present one instead.
 *
 * `sqlite` is for one host. Otherwise run `install` once, when the server is set up.
 */
final class Keyrings
{
    use Confidential;

    /** Types: of a name, a number, a blob, and of the table; then an insert that does nothing if the row is there. */
    private const DIALECTS = [
        'sqlite' => ['BLOB', 'INTEGER', 'BLOB', '', 'INSERT', ' ON CONFLICT DO NOTHING'],
        'pgsql' => ['BYTEA', 'BIGINT', 'BYTEA', '', 'INSERT', ' ON CONFLICT DO NOTHING'],
        'mysql' => ['VARBINARY(64)', 'BIGINT', 'MEDIUMBLOB', ' ENGINE=InnoDB', 'INSERT IGNORE', ''],
    ];
    private const TRIES = 64;

    private readonly Sql $database;

    /** `$unlock` is the server's secret, under which all of them are sealed. */
    public function __construct(
        \PDO $database,
        private readonly Unlock $unlock,
        private readonly string $table = 'secenv_keyrings',
    ) {
        $this->database = new Sql($database, 'store of keyrings', $table);
    }

    /** The keyrings of one host, in an SQLite file that is made if it is not there. */
    public static function sqlite(string $path, Unlock $unlock): self
    {
        $store = new self(Sql::file($path, 'store of keyrings'), $unlock);
        $store->install();
        return $store;
    }

    /** Makes the table if it is not there. */
    public function install(): void
    {
        [$name, $number, $blob, $engine] = self::DIALECTS[$this->database->driver];
        $this->database->run(
            "CREATE TABLE IF NOT EXISTS $this->table "
                . "(name $name PRIMARY KEY, version $number NOT NULL, sealed $blob NOT NULL)$engine",
        );
    }

    /** The keyring of this name, which is made the first time. The name has 1 to 64 bytes. */
    public function open(string $name): Keyring
    {
        if ($name === '' || \strlen($name) > 64) {
            throw new Misuse('the name of a keyring has 1 to 64 bytes', Status::InvalidArgument->value);
        }
        $seen = $this->load($name);
        if ($seen === null) {
            [, , , , $insert, $otherwise] = self::DIALECTS[$this->database->driver];
            // Of two workers one is first; both use what it made.
            $this->database->run(
                "$insert INTO $this->table (version, name, sealed) VALUES (1, ?, ?)$otherwise",
                $name,
                Keyring::generate($this->unlock)->seal(),
            );
            $seen = $this->load($name) ?? throw SecenvException::of(Status::Unavailable->value);
        }
        return Keyring::parse($seen[1], $this->unlock);
    }

    /**
     * Lets `$work` change the keyring of this name, and stores it: again from the start if another worker was faster.
     *
     * @template T
     * @param callable(Keyring): T $work
     * @return T
     */
    public function change(string $name, callable $work): mixed
    {
        for ($try = 0; $try < self::TRIES; $try++) {
            $this->open($name);
            [$version, $sealed] = $this->load($name) ?? throw SecenvException::of(Status::Unavailable->value);
            $keyring = Keyring::parse($sealed, $this->unlock);
            $result = $work($keyring);
            $stored = $this->database->run(
                "UPDATE $this->table SET version = version + 1, sealed = ? WHERE version = ? AND name = ?",
                $keyring->seal(),
                $version,
                $name,
            );
            if ($stored->rowCount() === 1) {
                return $result;
            }
            usleep(random_int(0, 500 << min($try, 7)));
        }
        throw new Unavailable('too many workers change this keyring at once', Status::Unavailable->value);
    }

    /** @return array{int, string}|null */
    private function load(string $name): ?array
    {
        return Sql::row($this->database->run("SELECT version, sealed FROM $this->table WHERE name = ?", $name));
    }
}
