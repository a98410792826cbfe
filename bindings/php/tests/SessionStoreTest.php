<?php

declare(strict_types=1);

namespace Secenv\Tests;

use PHPUnit\Framework\TestCase;
use Secenv\Exception\Misuse;
use Secenv\Exception\Unavailable;
use Secenv\Identity;
use Secenv\Session\PdoSessionStore;
use Secenv\Session\RedisSessionStore;
use Secenv\Session\Session;
use Secenv\Session\Sessions;
use Secenv\Session\SessionStore;
use Secenv\Session\StateKeys;
use Secenv\Session\StoredSession;
use Secenv\Status;

/** What every session store promises to many processes at once, in each of the databases. */
final class SessionStoreTest extends TestCase
{
    private const KEY = 'the state key, thirty-two bytes.';
    private const ID = 'sixteen bytes, a';
    private const WORKERS = 4;

    private static string $folder;

    public static function setUpBeforeClass(): void
    {
        self::$folder = sys_get_temp_dir() . '/secenv-store-' . bin2hex(random_bytes(6));
        mkdir(self::$folder);
        foreach (['PostgreSQL', 'MySQL'] as $name) {
            (new PdoSessionStore(Stores::pdo(self::address($name))))->install();
        }
    }

    public static function tearDownAfterClass(): void
    {
        array_map(unlink(...), glob(self::$folder . '/*'));
        rmdir(self::$folder);
    }

    /** @return iterable<string, array{string}> */
    public static function stores(): iterable
    {
        yield from self::databases();
        yield 'Redis' => ['Redis'];
        yield 'Redis Cluster' => ['Redis Cluster'];
    }

    /** @return iterable<string, array{string}> */
    public static function databases(): iterable
    {
        foreach (['SQLite', 'PostgreSQL', 'MySQL'] as $name) {
            yield $name => [$name];
        }
    }

    /** @dataProvider stores */
    public function testAStoreHasOneIdWhichItGivesToEverybody(string $name): void
    {
        self::store($name)->id();
        self::forget($name);
        $ids = array_unique($this->together($name, 'id'));
        self::assertCount(1, $ids);
        self::assertMatchesRegularExpression('/\A[0-9a-f]{32}\z/', $ids[0]);
        self::assertSame($ids[0], bin2hex(self::store($name)->id()));
        self::assertNotSame(self::store($name === 'SQLite' ? 'MySQL' : 'SQLite')->id(), self::store($name)->id());
    }

    /** @dataProvider stores */
    public function testAStoreThatLostItsIdGetsAnotherEvenForWhoeverKnewIt(string $name): void
    {
        $store = self::store($name);
        $id = $store->id();
        self::forget($name);
        self::assertNotSame($id, $store->id());
        self::assertSame($store->id(), self::store($name)->id());
    }

    public function testACopyOfAStoreHasItsId(): void
    {
        $file = self::$folder . '/original.db';
        $original = PdoSessionStore::sqlite($file);
        $id = $original->id();
        Stores::pdo("sqlite:$file")->exec("VACUUM INTO '$file.copy'");
        self::assertSame($id, PdoSessionStore::sqlite("$file.copy")->id());
        self::assertNotSame($id, PdoSessionStore::sqlite("$file.new")->id());
    }

    /** @dataProvider stores */
    public function testTheIdOfASessionHasSixteenBytesSoNoSessionIsTheStoresId(string $name): void
    {
        $store = self::store($name);
        $own = $store->id();
        foreach (['', 'store', str_repeat('x', 15), str_repeat('x', 17)] as $id) {
            foreach (self::uses($store, $id) as $use) {
                try {
                    $use();
                    self::fail("'$id' was accepted");
                } catch (Misuse $misuse) {
                    self::assertSame(Status::InvalidLength, $misuse->status());
                }
            }
        }
        self::assertSame($own, $store->id());
    }

    /** @dataProvider stores */
    public function testKeepsAnyBytesUnderAnyId(string $name): void
    {
        $store = self::store($name);
        $every = implode('', array_map(chr(...), range(0, 255)));
        foreach ([str_repeat("\0", 16), str_repeat("'", 16), str_repeat("\xff\\", 8), random_bytes(16)] as $id) {
            foreach (["\0", $every, random_bytes(60_000)] as $n => $blob) {
                $id[15] = \chr($n);
                self::assertNull($store->load($id));
                self::assertTrue($store->create($id, $blob, 60));
                self::assertSame($blob, $store->load($id)->blob);
                self::assertTrue($store->replace($id, $store->load($id), strrev($blob)));
                self::assertSame(strrev($blob), $store->load($id)->blob);
            }
        }
    }

    /** @dataProvider stores */
    public function testCreatesASessionOnce(string $name): void
    {
        $store = self::store($name);
        $id = random_bytes(16);
        self::assertTrue($store->create($id, 'first', 60));
        self::assertFalse($store->create($id, 'second', 60));
        self::assertSame('first', $store->load($id)->blob);
        self::assertTrue($store->create(random_bytes(16), 'first', 60));
    }

    /** @dataProvider stores */
    public function testReplacesOnlyWhatWasSeen(string $name): void
    {
        $store = self::store($name);
        $id = random_bytes(16);
        $store->create($id, 'a', 60);
        $seen = $store->load($id);
        self::assertTrue($store->replace($id, $seen, 'b'));
        self::assertFalse($store->replace($id, $seen, 'c'));
        // The same blob again is still another version.
        self::assertTrue($store->replace($id, $store->load($id), 'a'));
        self::assertFalse($store->replace($id, $seen, 'c'));
        self::assertSame('a', $store->load($id)->blob);
        self::assertFalse($store->replace(random_bytes(16), $seen, 'c'));
    }

    /** @dataProvider stores */
    public function testATombstoneKeepsARemovedSessionFromComingBack(string $name): void
    {
        $store = self::store($name);
        $id = random_bytes(16);
        $store->create($id, 'blob', 60);
        $seen = $store->load($id);
        $store->remove($id);
        $store->remove($id);
        self::assertNull($store->load($id));
        self::assertFalse($store->replace($id, $seen, 'blob'));
        self::assertFalse($store->create($id, 'blob', 60));
        self::assertNull($store->load($id));
        // Nothing is left of one that never was.
        $store->remove($never = random_bytes(16));
        self::assertTrue($store->create($never, 'blob', 60));
    }

    /** @dataProvider stores */
    public function testASessionExpiresAndItsTombstoneToo(string $name): void
    {
        $store = self::store($name);
        foreach ([false, true] as $removed) {
            $id = random_bytes(16);
            $store->create($id, 'blob', 60);
            $seen = $store->load($id);
            !$removed || $store->remove($id);
            self::expire($name, $id);
            self::assertNull($store->load($id));
            self::assertFalse($store->replace($id, $seen, 'blob'));
            self::assertFalse($store->replace($id, new StoredSession('', $seen->version + 1), 'blob'));
            self::expire($name, $id, 86_400);
            self::assertTrue($store->create($id, 'another life', 60));
        }
    }

    /** @dataProvider stores */
    public function testASessionLivesAsLongAsItWasCreatedForUntilAReplacementSaysOtherwise(string $name): void
    {
        $store = self::store($name);
        $id = random_bytes(16);
        $store->create($id, 'unconfirmed', 300);
        self::assertTrue($store->replace($id, $store->load($id), 'still'));
        self::assertEqualsWithDelta(300, self::remaining($name, $id), 10);
        self::assertTrue($store->replace($id, $unconfirmed = $store->load($id), 'confirmed', 86_400));
        self::assertEqualsWithDelta(86_400, self::remaining($name, $id), 10);
        self::assertFalse($store->replace($id, $unconfirmed, 'again', 300));
        self::assertTrue($store->replace($id, $store->load($id), 'in use'));
        self::assertEqualsWithDelta(86_400, self::remaining($name, $id), 10);
        self::assertSame('in use', $store->load($id)->blob);
    }

    /** @dataProvider stores */
    public function testATombstoneStaysForFiveMinutesHoweverLongTheSessionWouldHaveLived(string $name): void
    {
        $store = self::store($name);
        foreach ([20, 300, 86_400] as $lifetime) {
            $store->create($id = random_bytes(16), 'blob', $lifetime);
            $store->remove($id);
            self::assertEqualsWithDelta(300, self::remaining($name, $id), 10);
            // To remove it again changes nothing.
            self::expire($name, $id, -100);
            $store->remove($id);
            self::assertEqualsWithDelta(100, self::remaining($name, $id), 10);
        }
    }

    /** @dataProvider databases */
    public function testAHandshakeThatComesAgainIsRefusedByReadingAlone(string $name): void
    {
        $known = [random_bytes(16), random_bytes(16)];
        foreach ($known as $id) {
            self::store($name)->create($id, 'blob', 60);
        }
        self::store($name)->remove($known[1]);
        $pdo = Stores::pdo(self::address($name));
        $pdo->exec(match ($name) {
            'SQLite' => 'PRAGMA query_only = 1',
            'PostgreSQL' => 'SET default_transaction_read_only = on',
            'MySQL' => 'SET SESSION TRANSACTION READ ONLY',
        });
        $reader = new PdoSessionStore($pdo);
        foreach ($known as $id) {
            self::assertFalse($reader->create($id, 'blob', 60));
        }
        $this->assertUnavailable(static fn () => $reader->create(random_bytes(16), 'blob', 60));
    }

    public function testAHandshakeThatComesAgainChangesNothingInRedis(): void
    {
        $redis = Stores::redis(self::address('Redis'));
        $store = new RedisSessionStore($redis);
        $store->create($id = random_bytes(16), 'blob', 60);
        $before = $redis->info('persistence')['rdb_changes_since_last_save'];
        self::assertFalse($store->create($id, 'blob', 60));
        self::assertSame($before, $redis->info('persistence')['rdb_changes_since_last_save']);
    }

    /** @dataProvider databases */
    public function testAHostWhoseClockIsADayAheadTakesNothingFromTheOthers(string $name): void
    {
        [$here, $ahead] = [new FixedClock($now = time()), new FixedClock($now + 86_400)];
        [$ours, $theirs] = array_map(static fn (FixedClock $clock): PdoSessionStore
            => new PdoSessionStore(Stores::pdo(self::address($name)), clock: $clock), [$here, $ahead]);
        $ours->create($session = random_bytes(16), 'blob', 60);
        $ours->create($removed = random_bytes(16), 'blob', 60);
        $ours->remove($removed);
        // Theirs deletes what has expired, as each host does.
        self::assertTrue($theirs->create(random_bytes(16), 'blob', 60));
        self::assertSame('blob', $ours->load($session)?->blob);
        self::assertTrue($ours->replace($session, $ours->load($session), 'next'));
        foreach ([$ours, $theirs] as $store) {
            self::assertFalse($store->create($session, 'again', 60));
            self::assertFalse($store->create($removed, 'again', 60));
        }
        // By their clock it has expired, and is not given.
        self::assertNull($theirs->load($session));
        self::assertFalse($theirs->replace($session, $ours->load($session), 'theirs'));
        // A host that is behind leaves tombstones that hold as well.
        $here->time -= 86_400;
        $ours->create($removed = random_bytes(16), 'blob', 60);
        $ours->remove($removed);
        $here->time += 86_400;
        $ours->create(random_bytes(16), 'blob', 60);
        self::assertFalse($ours->create($removed, 'again', 60));
    }

    /** @dataProvider databases */
    public function testWhatExpiredADayAgoIsDeletedWhenASessionIsCreated(string $name): void
    {
        $pdo = Stores::pdo(self::address($name));
        $clock = new FixedClock(time());
        $store = new PdoSessionStore($pdo, 'few_sessions', clock: $clock);
        $store->install();
        $pdo->exec('DELETE FROM few_sessions');
        $id = $store->id();
        $count = static fn (): int => (int) $pdo->query('SELECT COUNT(*) FROM few_sessions')->fetchColumn();
        $store->create(random_bytes(16), 'blob', 60);
        $store->create($removed = random_bytes(16), 'blob', 60);
        $store->remove($removed);
        $clock->time += 86_400 + 59;
        $store->create(random_bytes(16), 'blob', 1_000_000);
        self::assertSame(4, $count());
        $clock->time += 1;
        $store->create(random_bytes(16), 'blob', 1_000_000);
        self::assertSame(4, $count());
        $clock->time += 300;
        $store->create(random_bytes(16), 'blob', 1_000_000);
        self::assertSame(4, $count());
        self::assertSame($id, $store->id());
    }

    /** @dataProvider stores */
    public function testOneOfManyProcessesCreatesASession(string $name): void
    {
        $ids = array_map(static fn (): string => random_bytes(16), range(1, 50));
        $created = $this->together($name, 'create', ...$ids);
        foreach ($ids as $n => $id) {
            self::assertCount(1, array_filter(array_column($created, $n)), "session $n");
            self::assertSame(bin2hex($id), self::store($name)->load($id)->blob);
        }
    }

    /** @dataProvider stores */
    public function testNoProcessOverwritesWhatAnotherStored(string $name): void
    {
        $id = random_bytes(16);
        self::store($name)->create($id, '0', 60);
        $conflicts = $this->together($name, 'count', $id);
        self::assertSame((string) (50 * self::WORKERS), self::store($name)->load($id)->blob);
        self::assertGreaterThan(0, array_sum($conflicts), 'nobody was in anybody\'s way: this showed nothing');
    }

    /** @dataProvider stores */
    public function testARecordIsOpenedByOneOfTheProcessesThatAreShownIt(string $name): void
    {
        [$client, $session] = self::sessions($name);
        self::assertTrue(self::sessionsIn($name, $session)->create($session));
        $records = array_map(static fn (int $n): string => $client->seal('ad', "message $n"), range(0, 29));
        $opened = $this->together($name, 'open', self::KEY, $session->serverPin(), ...$records);
        self::assertCount(30, array_merge(...array_map(array_keys(...), $opened)));
        $replies = array_replace(...$opened);
        self::assertCount(30, $replies);
        foreach ($replies as $number => $reply) {
            self::assertSame("to message $number", $client->openReply($number, 'ad', hex2bin($reply))->reveal());
        }
    }

    /** @dataProvider stores */
    public function testProcessesThatSendAtOnceNeverUseANumberTwice(string $name): void
    {
        [$client, $session] = self::sessions($name);
        $sessions = self::sessionsIn($name, $session);
        $sessions->create($session);
        $sessions->open(static fn (): bool => true, '', $client->seal('', ''));
        $numbers = [];
        foreach (array_merge(...$this->together($name, 'send', self::KEY, $session->serverPin(), $session->id())) as $record) {
            $client->open('', hex2bin($record));
            $numbers[] = $client->lastReceived();
        }
        sort($numbers);
        self::assertSame(range(0, 20 * self::WORKERS - 1), $numbers);
    }

    public function testManyProcessesMayMakeTheSqliteFileAtOnce(): void
    {
        for ($round = 0; $round < 2; $round++) {
            $all = $this->workersAt('sqlite:' . self::$folder . "/new $round.db", 'install');
            self::assertSame(array_fill(0, self::WORKERS, true), $all);
        }
    }

    public function testASessionExpiresByTheClockThatTheStoreWasGiven(): void
    {
        $store = PdoSessionStore::sqlite(':memory:', $clock = new FixedClock(1_700_000_000));
        self::assertTrue($store->create(self::ID, 'blob', 60));
        $clock->time += 59;
        self::assertSame('blob', $store->load(self::ID)?->blob);
        self::assertTrue($store->replace(self::ID, $store->load(self::ID), 'next'));
        $clock->time++;
        self::assertNull($store->load(self::ID));
        self::assertFalse($store->create(self::ID, 'another life', 60));
        $clock->time += 86_400;
        self::assertTrue($store->create(self::ID, 'another life', 60));
    }

    public function testADatabaseThatSerialisesNamesItsConflicts(): void
    {
        $pdo = Stores::pdo(self::address('PostgreSQL'));
        $pdo->exec("SET default_transaction_isolation = 'serializable'");
        $store = new PdoSessionStore($pdo);
        $id = random_bytes(16);
        $store->create($id, 'a', 60);
        $seen = $store->load($id);
        // Another connection holds the row while ours wants it, and commits while ours waits.
        $script = sprintf(
            'require %s; $pdo = Secenv\Tests\Stores::pdo(%s); $pdo->beginTransaction();'
                . '$pdo->exec("UPDATE secenv_sessions SET version = 2, state = \'b\' WHERE id = \'\\\\x%s\'");'
                . 'echo "ready\n"; usleep(300000); $pdo->commit();',
            var_export(__DIR__ . '/bootstrap.php', true),
            var_export(self::address('PostgreSQL'), true),
            bin2hex($id),
        );
        $other = proc_open([PHP_BINARY, '-r', $script], [1 => ['pipe', 'w']], $pipes);
        self::assertSame("ready\n", fgets($pipes[1]));
        self::assertFalse($store->replace($id, $seen, 'c'));
        self::assertSame(0, proc_close($other));
        self::assertSame('b', $store->load($id)->blob);
    }

    public function testTheTableIsOneThatTheOperatorNames(): void
    {
        foreach (self::databases() as [$name]) {
            $store = new PdoSessionStore(Stores::pdo(self::address($name)), 'web_sessions');
            $store->install();
            $store->install();
            self::assertNotSame(self::store($name)->id(), $store->id());
            self::assertTrue($store->create($id = random_bytes(16), 'blob', 60));
            self::assertNull(self::store($name)->load($id));
        }
        foreach (['', 'a b', '1a', 'a;b', "a\n", 'a"', str_repeat('a', 57)] as $none) {
            try {
                new PdoSessionStore(Stores::pdo(self::address('SQLite')), $none);
                self::fail("$none was accepted");
            } catch (Misuse $misuse) {
                self::assertSame(Status::InvalidArgument->value, $misuse->getCode());
            }
        }
    }

    public function testTheStatementsInTheDocumentationAreThoseThatAreRun(): void
    {
        $code = file_get_contents(__DIR__ . '/../src/Session/PdoSessionStore.php');
        $documented = preg_replace('/\s*\n \*\s+/', ' ', $code);
        $types = ['BLOB' => 'SQLite', 'BYTEA' => 'PostgreSQL', 'VARBINARY(64)' => 'MySQL'];
        foreach ($types as $type => $name) {
            $type = preg_quote($type);
            $statement = "/CREATE TABLE IF NOT EXISTS secenv_sessions \(id $type PRIMARY KEY.*?\)(?: ENGINE=InnoDB)?"
                . '(?= [A-Z*]| and)/';
            self::assertSame(1, preg_match($statement, $documented, $found));
            $pdo = Stores::pdo($name === 'SQLite' ? 'sqlite::memory:' : self::address($name));
            $pdo->exec(str_replace('secenv_sessions', 'documented', $found[0]));
            $store = new PdoSessionStore($pdo, 'documented');
            $store->check();
            self::assertTrue($store->create(random_bytes(16), random_bytes(70_000), 60));
        }
    }

    public function testWhatIsNotCommittedIsNotStored(): void
    {
        $begun = [];
        foreach (self::databases() as [$name]) {
            $begun[$name] = static fn (\PDO $pdo) => $pdo->beginTransaction();
            $begun["$name by hand"] = static fn (\PDO $pdo) => $pdo->exec('BEGIN');
        }
        // The transaction begins with the statement that the store runs.
        $begun['MySQL without autocommit'] = static fn (\PDO $pdo) => $pdo->exec('SET autocommit = 0');
        foreach ($begun as $name => $begin) {
            $name = strtok($name, ' ');
            self::store($name)->create($id = random_bytes(16), 'blob', 60);
            $store = new PdoSessionStore($pdo = Stores::pdo(self::address($name)));
            $begin($pdo);
            foreach ([...self::uses($store, $id), $store->id(...)] as $use) {
                $this->assertInTransaction($use);
            }
            // Nothing is left that a later commit would bring.
            $pdo->exec('COMMIT');
            self::assertEquals(new StoredSession('blob', 1), self::store($name)->load($id));
        }
        foreach (['Redis', 'Redis Cluster'] as $name) {
            $redis = Stores::redis(self::address($name));
            $redis->multi();
            $store = new RedisSessionStore($redis);
            foreach ([...self::uses($store, self::ID), $store->id(...)] as $use) {
                $this->assertInTransaction($use);
            }
        }
    }

    private function assertInTransaction(callable $use): void
    {
        try {
            $use();
            self::fail('it was accepted');
        } catch (Misuse $misuse) {
            self::assertStringContainsString('transaction', $misuse->getMessage());
        }
    }

    /** @return iterable<string, array{string, array<int, mixed>, string}> */
    public static function waysToMysql(): iterable
    {
        $modes = ['', 'NO_BACKSLASH_ESCAPES', 'ANSI', 'TRADITIONAL'];
        foreach ($modes as $mode) {
            yield "sql_mode '$mode'" => ["SET SESSION sql_mode = '$mode'", [], ''];
        }
        yield 'found rows' => ['', [\PDO::MYSQL_ATTR_FOUND_ROWS => true], ''];
        yield 'prepared by the server' => ['', [\PDO::ATTR_EMULATE_PREPARES => false], ''];
        yield 'both' => ['', [\PDO::MYSQL_ATTR_FOUND_ROWS => true, \PDO::ATTR_EMULATE_PREPARES => false], ''];
        yield 'all as text' => ['', [\PDO::ATTR_STRINGIFY_FETCHES => true], ''];
        yield 'unbuffered' => ['', [\PDO::MYSQL_ATTR_USE_BUFFERED_QUERY => false], ''];
        yield 'charset gbk' => ['', [], ';charset=gbk'];
        yield 'charset utf8mb4' => ['', [], ';charset=utf8mb4'];
        yield 'serializable' => ['SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE', [], ''];
    }

    /**
     * @dataProvider waysToMysql
     * @param array<int, mixed> $options
     */
    public function testMysqlKeepsEachByteAndNothingTwiceHoweverItIsConnectedTo(
        string $first,
        array $options,
        string $more,
    ): void {
        $pdo = Stores::pdo(self::address('MySQL'), $options, $more);
        $first === '' || $pdo->exec($first);
        $store = new PdoSessionStore($pdo, 'cramped');
        $store->install();
        $pdo->exec('ALTER TABLE cramped MODIFY state BLOB');
        $blob = implode('', array_map(chr(...), range(0, 255))) . random_bytes(60_000);
        self::assertTrue($store->create($id = "'\\\"\0\xbf\x27" . random_bytes(10), $blob, 60));
        self::assertFalse($store->create($id, $blob, 60));
        $seen = $store->load($id);
        self::assertTrue($store->replace($id, $seen, strrev($blob)));
        self::assertFalse($store->replace($id, $seen, $blob));
        self::assertSame(strrev($blob), $store->load($id)->blob);
        // What is too long is an error, and nothing of it is stored.
        $long = random_bytes(70_000);
        $this->assertUnavailable(static fn () => $store->create(self::ID, $long, 60));
        self::assertNull($store->load(self::ID));
        $this->assertUnavailable(static fn () => $store->replace($id, $store->load($id), $long));
        self::assertSame(strrev($blob), $store->load($id)->blob);
        $store->remove($id);
        self::assertNull($store->load($id));
    }

    public function testAStoreThatDoesNotAnswerIsUnavailable(): void
    {
        $redis = Stores::redis(self::address('Redis'));
        $redis->set('wrong:' . bin2hex(self::ID), 'no hash');
        $stores = [
            new PdoSessionStore(Stores::pdo(self::address('SQLite')), 'no_such_table'),
            new PdoSessionStore(Stores::pdo(self::address('PostgreSQL')), 'no_such_table'),
            new PdoSessionStore(Stores::pdo(self::address('MySQL')), 'no_such_table'),
            new RedisSessionStore(new \Redis()),
        ];
        foreach ($stores as $store) {
            foreach ([...self::uses($store, self::ID), $store->id(...)] as $use) {
                $this->assertUnavailable($use);
            }
        }
        $wrong = new RedisSessionStore($redis, 'wrong:');
        $this->assertUnavailable(static fn () => $wrong->load(self::ID));
        $this->assertUnavailable(static fn () => $wrong->replace(self::ID, new StoredSession('', 1), ''));
        self::assertFalse($wrong->create(self::ID, '', 60));
        $this->assertUnavailable(static fn () => PdoSessionStore::sqlite('/nowhere/sessions.db'));
    }

    public function testAConnectionThatBrokeIsUnavailableHoweverOftenItIsUsed(): void
    {
        $ends = [
            'PostgreSQL' => ['SELECT pg_backend_pid()', 'SELECT pg_terminate_backend(%d, 60000)'],
            'MySQL' => ['SELECT CONNECTION_ID()', 'KILL %d'],
        ];
        foreach ($ends as $name => [$which, $end]) {
            $pdo = Stores::pdo(self::address($name));
            $store = new PdoSessionStore($pdo);
            $connection = $pdo->query($which)->fetchColumn();
            Stores::pdo(self::address($name))->query(sprintf($end, $connection));
            foreach ([...self::uses($store, self::ID), ...self::uses($store, self::ID)] as $use) {
                $this->assertUnavailable($use);
            }
        }
    }

    private function assertUnavailable(callable $use): void
    {
        try {
            $use();
            self::fail('it was answered');
        } catch (Unavailable $failure) {
            self::assertSame(Status::Unavailable->value, $failure->getCode());
            self::assertStringStartsWith('the session store does not answer', $failure->getMessage());
        }
    }

    /** @return list<callable(): mixed> */
    private static function uses(SessionStore $store, string $id): array
    {
        return [
            static fn () => $store->remove($id),
            static fn () => $store->create($id, 'other', 60),
            static fn () => $store->load($id),
            static fn () => $store->replace($id, new StoredSession('blob', 1), 'other'),
        ];
    }

    private static function address(string $name): string
    {
        return $name === 'SQLite' ? 'sqlite:' . self::$folder . '/sessions.db' : Stores::address($name);
    }

    private static function store(string $name): SessionStore
    {
        return Stores::open(self::address($name));
    }

    /** How long a session or its tombstone will stay, in seconds, by the database itself. */
    private static function remaining(string $name, string $id): int
    {
        if (str_starts_with($name, 'Redis')) {
            return Stores::redis(self::address($name))->ttl('secenv:session:' . bin2hex($id));
        }
        $row = Stores::pdo(self::address($name))->prepare('SELECT expires FROM secenv_sessions WHERE id = ?');
        $row->bindValue(1, $id, \PDO::PARAM_LOB);
        $row->execute();
        return $row->fetchColumn() - time();
    }

    /** Lets its time pass: it expired so many seconds ago. */
    private static function expire(string $name, string $id, int $ago = 0): void
    {
        if (str_starts_with($name, 'Redis')) {
            Stores::redis(self::address($name))->expire('secenv:session:' . bin2hex($id), -$ago);
            return;
        }
        $row = Stores::pdo(self::address($name))->prepare('UPDATE secenv_sessions SET expires = ? WHERE id = ?');
        $row->bindValue(1, time() - $ago, \PDO::PARAM_INT);
        $row->bindValue(2, $id, \PDO::PARAM_LOB);
        $row->execute();
    }

    /** Takes its id from a store. */
    private static function forget(string $name): void
    {
        if (str_starts_with($name, 'Redis')) {
            Stores::redis(self::address($name))->del('secenv:session:store');
            return;
        }
        $row = Stores::pdo(self::address($name))->prepare('DELETE FROM secenv_sessions WHERE id = ?');
        $row->bindValue(1, 'store', \PDO::PARAM_LOB);
        $row->execute();
        self::assertSame(1, $row->rowCount());
    }

    /** @return array{Session, Session} the client's side and the server's */
    private static function sessions(string $name): array
    {
        $handshake = new Handshake(self::store($name)->id());
        return [$handshake->client, $handshake->server];
    }

    private static function sessionsIn(string $name, Session $session): Sessions
    {
        return new Sessions(self::store($name), new StateKeys(self::KEY), $session->serverPin());
    }

    /** @return list<mixed> what each of the processes that did this at the same time says */
    private function together(string $name, string $task, string ...$rest): array
    {
        return $this->workersAt(self::address($name), $task, ...$rest);
    }

    /** @return list<mixed> */
    private function workersAt(string $address, string $task, string ...$rest): array
    {
        $command = [PHP_BINARY, __DIR__ . '/store/worker.php', $address, $task, ...array_map(bin2hex(...), $rest)];
        $workers = [];
        for ($n = 0; $n < self::WORKERS; $n++) {
            $workers[] = [proc_open($command, [['pipe', 'r'], ['pipe', 'w'], STDERR], $pipes), ...$pipes];
        }
        foreach ($workers as [, , $said]) {
            self::assertSame("ready\n", fgets($said));
        }
        foreach ($workers as [, $told]) {
            fwrite($told, "go\n");
        }
        $results = [];
        foreach ($workers as [$process, , $said]) {
            $results[] = json_decode(stream_get_contents($said), true, flags: JSON_THROW_ON_ERROR);
            self::assertSame(0, proc_close($process));
        }
        return $results;
    }
}
