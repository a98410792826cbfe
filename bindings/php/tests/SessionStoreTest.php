<?php

declare(strict_types=1);

namespace Secenv\Tests;

use PHPUnit\Framework\TestCase;
use Secenv\Exception\Misuse;
use Secenv\Exception\Unavailable;
use Secenv\Identity;
use Secenv\Session\Client;
use Secenv\Session\PdoSessionStore;
use Secenv\Session\RedisSessionStore;
use Secenv\Session\Server;
use Secenv\Session\Session;
use Secenv\Session\Sessions;
use Secenv\Session\SessionStore;
use Secenv\Session\StateKeys;
use Secenv\Session\StoredSession;
use Secenv\Status;

/** What every session store promises, in SQLite, PostgreSQL, Redis and a Redis Cluster, to many processes at once. */
final class SessionStoreTest extends TestCase
{
    private const KEY = 'the state key, thirty-two bytes.';
    private const WORKERS = 4;

    private static string $folder;

    public static function setUpBeforeClass(): void
    {
        self::$folder = sys_get_temp_dir() . '/secenv-store-' . bin2hex(random_bytes(6));
        mkdir(self::$folder);
        (new PdoSessionStore(Stores::pdo(self::address('PostgreSQL'))))->install();
    }

    public static function tearDownAfterClass(): void
    {
        array_map(unlink(...), glob(self::$folder . '/*'));
        rmdir(self::$folder);
    }

    /** @return iterable<string, array{string}> */
    public static function stores(): iterable
    {
        foreach (['SQLite', 'PostgreSQL', 'Redis', 'Redis Cluster'] as $name) {
            yield $name => [$name];
        }
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
            self::assertGreaterThan(58, self::remaining($name, $id));
            $store->replace($id, $seen, 'other');
            self::assertLessThan(61, self::remaining($name, $id));
            self::expire($name, $id);
            self::assertNull($store->load($id));
            self::assertFalse($store->replace($id, new StoredSession('', $seen->version + 1), 'blob'));
            self::assertTrue($store->create($id, 'another life', 60));
        }
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
        [$client, $session] = self::sessions();
        self::assertTrue((new Sessions(self::store($name), new StateKeys(self::KEY)))->create($session));
        $records = array_map(static fn (int $n): string => $client->seal('ad', "message $n"), range(0, 29));
        $opened = $this->together($name, 'open', self::KEY, ...$records);
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
        [$client, $session] = self::sessions();
        (new Sessions(self::store($name), new StateKeys(self::KEY)))->create($session);
        $numbers = [];
        foreach (array_merge(...$this->together($name, 'send', self::KEY, $session->id())) as $record) {
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
        self::assertTrue($store->create('id', 'blob', 60));
        $clock->time += 59;
        self::assertSame('blob', $store->load('id')?->blob);
        self::assertTrue($store->replace('id', $store->load('id'), 'next'));
        $clock->time++;
        self::assertNull($store->load('id'));
        self::assertTrue($store->create('id', 'another life', 60));
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
        foreach (['SQLite', 'PostgreSQL'] as $name) {
            $store = new PdoSessionStore(Stores::pdo(self::address($name)), 'web_sessions');
            $store->install();
            $store->install();
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
        foreach (['BLOB PRIMARY KEY' => 'sqlite', 'BYTEA PRIMARY KEY' => 'pgsql'] as $type => $driver) {
            preg_match("/CREATE TABLE IF NOT EXISTS secenv_sessions \(id $type.*?\)(?= [A-Z*])/", $documented, $found);
            $pdo = Stores::pdo($driver === 'sqlite' ? 'sqlite::memory:' : self::address('PostgreSQL'));
            $pdo->exec(str_replace('secenv_sessions', 'documented', $found[0]));
            self::assertTrue((new PdoSessionStore($pdo, 'documented'))->create(random_bytes(16), 'blob', 60));
        }
        self::assertStringContainsString('id VARBINARY(64) PRIMARY KEY, version BIGINT NOT NULL, '
            . 'expires BIGINT NOT NULL, state MEDIUMBLOB) ENGINE=InnoDB', $documented);
    }

    public function testWhatIsNotCommittedIsNotStored(): void
    {
        $pdo = Stores::pdo(self::address('SQLite'));
        $pdo->beginTransaction();
        $redis = Stores::redis(self::address('Redis'));
        $redis->multi();
        foreach ([new PdoSessionStore($pdo), new RedisSessionStore($redis)] as $store) {
            foreach (self::uses($store) as $use) {
                try {
                    $use();
                    self::fail('it was accepted');
                } catch (Misuse $misuse) {
                    self::assertStringContainsString('transaction', $misuse->getMessage());
                }
            }
        }
    }

    public function testAStoreThatDoesNotAnswerIsUnavailable(): void
    {
        $redis = Stores::redis(self::address('Redis'));
        $redis->set('wrong:' . bin2hex('id'), 'no hash');
        $stores = [
            new PdoSessionStore(Stores::pdo(self::address('SQLite')), 'no_such_table'),
            new PdoSessionStore(Stores::pdo(self::address('PostgreSQL')), 'no_such_table'),
            new RedisSessionStore(new \Redis()),
        ];
        foreach ($stores as $store) {
            foreach (self::uses($store) as $use) {
                $this->assertUnavailable($use);
            }
        }
        $wrong = new RedisSessionStore($redis, 'wrong:');
        $this->assertUnavailable(static fn () => $wrong->load('id'));
        $this->assertUnavailable(static fn () => $wrong->replace('id', new StoredSession('', 1), ''));
        self::assertFalse($wrong->create('id', '', 60));
        $this->assertUnavailable(static fn () => PdoSessionStore::sqlite('/nowhere/sessions.db'));
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
    private static function uses(SessionStore $store): array
    {
        return [
            static fn () => $store->create('id', 'blob', 60),
            static fn () => $store->load('id'),
            static fn () => $store->replace('id', new StoredSession('blob', 1), 'blob'),
            static fn () => $store->remove('id'),
        ];
    }

    private static function address(string $name): string
    {
        return match ($name) {
            'SQLite' => 'sqlite:' . self::$folder . '/sessions.db',
            'PostgreSQL' => 'pgsql:' . Services::address('postgres'),
            'Redis' => 'redis:' . Services::address('redis'),
            'Redis Cluster' => 'cluster:' . Services::address('cluster'),
        };
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

    /** Lets its time pass. */
    private static function expire(string $name, string $id): void
    {
        if (str_starts_with($name, 'Redis')) {
            Stores::redis(self::address($name))->expire('secenv:session:' . bin2hex($id), 0);
            return;
        }
        $row = Stores::pdo(self::address($name))->prepare('UPDATE secenv_sessions SET expires = ? WHERE id = ?');
        $row->bindValue(1, time(), \PDO::PARAM_INT);
        $row->bindValue(2, $id, \PDO::PARAM_LOB);
        $row->execute();
    }

    /** @return array{Session, Session} the client's side and the server's */
    private static function sessions(): array
    {
        $them = Identity::generate();
        $server = Server::create($them, self::KEY);
        $client = Client::start(Identity::generate(), Identity::pin($them->public()));
        [$session, $finish] = $client->finish($server->reply($client->hello()));
        return [$session, $server->accept($finish)[0]];
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
