<?php

declare(strict_types=1);

namespace Secenv\Server;

/** The database: SQLite, written ahead, so that workers read while one writes. */
final readonly class Store
{
    private const TABLES = <<<'SQL'
        CREATE TABLE IF NOT EXISTS peers (
            id TEXT PRIMARY KEY,
            key TEXT NOT NULL UNIQUE,
            proven INTEGER NOT NULL DEFAULT 0,
            keys BLOB
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS replays (
            peer TEXT NOT NULL REFERENCES peers(id),
            hash BLOB NOT NULL,
            UNIQUE (peer, hash)
        );
        CREATE TABLE IF NOT EXISTS uploads (
            owner TEXT NOT NULL,
            name TEXT NOT NULL,
            key BLOB NOT NULL,
            PRIMARY KEY (owner, name)
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS documents (
            owner TEXT NOT NULL,
            name TEXT NOT NULL,
            file TEXT NOT NULL,
            key BLOB NOT NULL,
            PRIMARY KEY (owner, name)
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS codes (
            hash TEXT PRIMARY KEY,
            client TEXT NOT NULL,
            expires INTEGER NOT NULL,
            pin TEXT
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS clients (
            pin TEXT PRIMARY KEY,
            client TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS strangers (
            session TEXT PRIMARY KEY,
            expires INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS live (
            session TEXT PRIMARY KEY,
            pin TEXT NOT NULL,
            expires INTEGER NOT NULL
        );
        CREATE INDEX IF NOT EXISTS live_pin ON live (pin);
        CREATE TABLE IF NOT EXISTS messages (
            pin TEXT NOT NULL,
            id TEXT NOT NULL,
            text TEXT NOT NULL,
            stored INTEGER NOT NULL DEFAULT 0,
            UNIQUE (pin, id)
        );
        CREATE TABLE IF NOT EXISTS kept (
            pin TEXT PRIMARY KEY,
            bytes INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS tickets (
            ticket TEXT PRIMARY KEY,
            pin TEXT NOT NULL,
            name TEXT NOT NULL,
            way TEXT NOT NULL,
            sha256 TEXT,
            expires INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS usage (
            protocol INTEGER NOT NULL,
            client TEXT NOT NULL,
            requests INTEGER NOT NULL,
            last INTEGER NOT NULL,
            PRIMARY KEY (protocol, client)
        ) WITHOUT ROWID;
        SQL;

    /** What the tables above have, and those of an older server do not. */
    private const VERSION = 1;

    private function __construct(private \PDO $database, private Space $space)
    {
    }

    /** Opens the database, and makes it if it is not there. */
    public static function open(string $path, Space $space): self
    {
        $database = new \PDO("sqlite:$path", options: [\PDO::ATTR_ERRMODE => \PDO::ERRMODE_EXCEPTION]);
        $database->exec('PRAGMA busy_timeout = 10000');
        $database->exec('PRAGMA journal_mode = WAL');
        $database->exec('PRAGMA foreign_keys = ON');
        $database->exec(self::TABLES);
        $store = new self($database, $space);
        if ($store->version() < self::VERSION) {
            $store->together($store->renew(...));
        }
        return $store;
    }

    private function version(): int
    {
        return (int) $this->row('PRAGMA user_version')['user_version'];
    }

    /** Gives messages a time, which those of an older server have not: they are as old as the update. */
    private function renew(): void
    {
        if ($this->version() >= self::VERSION) {
            return;
        }
        $columns = array_column($this->rows('PRAGMA table_info(messages)'), 'name');
        if (!\in_array('stored', $columns, true)) {
            $this->database->exec('ALTER TABLE messages ADD COLUMN stored INTEGER NOT NULL DEFAULT 0');
            $this->change('UPDATE messages SET stored = ?', time());
            $size = 'sum(length(CAST(text AS BLOB)) + ' . Messages::ROW . ')';
            $this->database->exec("INSERT INTO kept SELECT pin, $size FROM messages GROUP BY pin");
        }
        $this->database->exec('CREATE INDEX IF NOT EXISTS messages_by_age ON messages (pin, stored)');
        $this->database->exec('PRAGMA user_version = ' . self::VERSION);
    }

    /**
     * The first row, or null.
     *
     * @return array<string, mixed>|null
     */
    public function row(string $sql, string|int ...$values): ?array
    {
        $statement = $this->database->prepare($sql);
        $statement->execute($values);
        return $statement->fetch(\PDO::FETCH_ASSOC) ?: null;
    }

    /**
     * All rows.
     *
     * @return list<array<string, mixed>>
     */
    public function rows(string $sql, string|int ...$values): array
    {
        $statement = $this->database->prepare($sql);
        $statement->execute($values);
        return $statement->fetchAll(\PDO::FETCH_ASSOC);
    }

    /** Changes rows and says how many. */
    public function change(string $sql, string|int ...$values): int
    {
        $statement = $this->database->prepare($sql);
        $statement->execute($values);
        return $statement->rowCount();
    }

    /** As `change`, for rows that stay: refused while the disk is nearly full. */
    public function add(string $sql, string|int ...$values): int
    {
        $this->space->forRow();
        return $this->change($sql, ...$values);
    }

    /**
     * Does all of it or nothing. It takes the writer's place at once: a reader that becomes a writer may be refused.
     *
     * @template T
     * @param callable(): T $work
     * @return T
     */
    public function together(callable $work): mixed
    {
        $this->database->exec('BEGIN IMMEDIATE');
        try {
            $result = $work();
            $this->database->exec('COMMIT');
            return $result;
        } catch (\Throwable $failure) {
            $this->database->exec('ROLLBACK');
            throw $failure;
        }
    }
}
