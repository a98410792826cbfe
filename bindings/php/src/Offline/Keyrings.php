<?php

declare(strict_types=1);

namespace Secenv\Offline;

use Psr\Clock\ClockInterface;
use Secenv\CasTable;
use Secenv\Confidential;
use Secenv\Exception\Misuse;
use Secenv\Exception\Rejected;
use Secenv\Exception\Unavailable;
use Secenv\Status;
use Secenv\SystemClock;

/**
 * Keyrings in an SQL database, for any number of workers at once: SQLite, PostgreSQL or MySQL, by a PDO connection of
 * their own. The database sees them sealed. It must not go back in time: a restored backup brings destroyed keys back;
 * `Keyring::merge` it into the present one instead.
 *
 * `sqlite` is for one host. Otherwise run `install` once, when the server is set up. What the database must be told so
 * that it keeps what it acknowledges is the same as for sessions, see `PdoSessionStore`.
 */
final class Keyrings implements \JsonSerializable
{
    use Confidential;

    private const WHAT = 'store of keyrings';
    private const TRIES = 64;

    private readonly CasTable $table;

    /**
     * `$unlock` is the server's secret, under which all of them are sealed. `$unchecked` takes the database with any
     * settings: the operator knows that they keep everything, or what it costs if they do not.
     *
     * @throws Misuse for another database, or a table whose name is no plain word
     */
    public function __construct(
        \PDO $database,
        private readonly Unlock $unlock,
        string $table = 'secenv_keyrings',
        bool $unchecked = false,
        private readonly ClockInterface $clock = new SystemClock(),
    ) {
        $this->table = new CasTable($database, self::WHAT, $table, $unchecked);
    }

    /**
     * The keyrings of one host, in an SQLite file that is made if it is not there.
     *
     * @throws Unavailable if the file cannot be opened
     */
    public static function sqlite(string $path, Unlock $unlock, ClockInterface $clock = new SystemClock()): self
    {
        $store = new self(CasTable::file($path, self::WHAT), $unlock, clock: $clock);
        $store->install();
        return $store;
    }

    /**
     * Makes the table if it is not there, and does what `check` does.
     *
     * @throws Unavailable if the database does not answer, or may forget what it acknowledges
     */
    public function install(): void
    {
        $this->table->install();
    }

    /**
     * Refuses a database that may forget what it acknowledges, and says which setting has to be which.
     *
     * @throws Unavailable if the database does not answer, or may forget what it acknowledges
     */
    public function check(): void
    {
        $this->table->check();
    }

    /**
     * The keyring of this name, which is made the first time. The name has 1 to 64 bytes.
     *
     * @throws Misuse for another name
     * @throws Rejected if it was sealed under another secret
     * @throws Unavailable if the database does not answer
     */
    public function open(string $name): Keyring
    {
        return Keyring::parse($this->load($name)[1], $this->unlock);
    }

    /**
     * Lets `$work` change the keyring of this name, and stores it: again from the start if another worker was faster.
     *
     * @template T
     * @param callable(Keyring): T $work
     * @return T
     * @throws Misuse for another name
     * @throws Rejected if it was sealed under another secret
     * @throws Unavailable if the database does not answer
     */
    public function change(string $name, callable $work): mixed
    {
        for ($try = 0; $try < self::TRIES; $try++) {
            [$version, $sealed] = $this->load($name);
            $keyring = Keyring::parse($sealed, $this->unlock);
            $result = $work($keyring);
            if ($this->table->replace($name, $version, $keyring->encode(), 0)) {
                return $result;
            }
            usleep(random_int(0, 500 << min($try, 7)));
        }
        throw Status::Unavailable->exception('too many workers change this keyring at once');
    }

    /** @return array{int, string} */
    private function load(string $name): array
    {
        if ($name === '' || \strlen($name) > 64) {
            throw Status::InvalidArgument->exception('the name of a keyring has 1 to 64 bytes');
        }
        $seen = $this->table->load($name, 0);
        if ($seen === null) {
            // Of two workers one is first; both use what it made.
            $this->table->create($name, Keyring::generate($this->unlock, $this->clock)->encode(), CasTable::NEVER);
            $seen = $this->table->load($name, 0);
        }
        return $seen ?? throw Status::Unavailable->exception();
    }
}
