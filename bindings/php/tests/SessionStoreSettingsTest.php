<?php

declare(strict_types=1);

namespace Secenv\Tests;

use PHPUnit\Framework\TestCase;
use Secenv\CasTable;
use Secenv\Exception\Unavailable;
use Secenv\Offline\Keyrings;
use Secenv\Offline\Unlock;
use Secenv\Session\PdoSessionStore;
use Secenv\Session\RedisSessionStore;

/** A database that may forget what it acknowledged is refused, by the setting's name. */
final class SessionStoreSettingsTest extends TestCase
{
    private string $folder;

    protected function setUp(): void
    {
        $this->folder = sys_get_temp_dir() . '/secenv-settings-' . bin2hex(random_bytes(6));
        mkdir($this->folder);
    }

    protected function tearDown(): void
    {
        array_map(unlink(...), glob("$this->folder/*"));
        rmdir($this->folder);
    }

    /** @return iterable<string, array{string, string, string}> what is said to SQLite, and what it says then */
    public static function sqlite(): iterable
    {
        $wal = 'PRAGMA journal_mode = WAL;';
        yield 'as PDO opens a file' => ['', 'synchronous is full, and has to be extra'];
        yield 'off' => ["$wal PRAGMA synchronous = OFF", 'synchronous is off, and has to be full or extra'];
        yield 'normal' => ["$wal PRAGMA synchronous = NORMAL", 'synchronous is normal, and has to be full or extra'];
        $journals = 'and has to be wal or delete or truncate or persist';
        yield 'no journal' => ['PRAGMA journal_mode = OFF', "journal_mode is off, $journals"];
        yield 'a journal in memory' => ['PRAGMA journal_mode = MEMORY', "journal_mode is memory, $journals"];
        $right = ['WAL' => 'FULL', 'TRUNCATE' => 'FULL', 'PERSIST' => 'EXTRA', 'DELETE' => 'EXTRA'];
        foreach ($right as $mode => $enough) {
            yield "$mode and $enough" => ["PRAGMA journal_mode = $mode; PRAGMA synchronous = $enough", ''];
        }
    }

    /** @dataProvider sqlite */
    public function testAnSqliteThatDoesNotWaitForTheDiskIsRefused(string $first, string $refusal): void
    {
        $pdo = Stores::pdo("sqlite:$this->folder/sessions.db");
        $first === '' || $pdo->exec($first);
        $this->assertStoreIs($refusal, fn (bool $unchecked) => new PdoSessionStore($pdo, 'sessions', $unchecked));
        $this->assertKeyringsAre($refusal, $pdo);
    }

    public function testAnSqliteFileThatTheStoreOpensWaitsForTheDisk(): void
    {
        $pdo = CasTable::file("$this->folder/sessions.db", 'store');
        self::assertSame(['wal', 3], [self::pragma($pdo, 'journal_mode'), self::pragma($pdo, 'synchronous')]);
        // What is in memory alone is lost as a whole, the store's id too: nothing of it comes back.
        (new PdoSessionStore(Stores::pdo('sqlite::memory:')))->install();
    }

    private static function pragma(\PDO $pdo, string $name): mixed
    {
        return $pdo->query("PRAGMA $name")->fetchColumn();
    }

    /** @return iterable<string, array{list<string>, list<string>, string}> */
    public static function postgres(): iterable
    {
        $reload = 'SELECT pg_reload_conf()';
        yield 'synchronous_commit' => [
            ['SET synchronous_commit = off'],
            ['RESET synchronous_commit'],
            'synchronous_commit is off, and has to be on or local or remote_write or remote_apply',
        ];
        yield 'fsync' => [
            ['ALTER SYSTEM SET fsync = off', $reload],
            ['ALTER SYSTEM RESET fsync', $reload],
            'fsync is off, and has to be on',
        ];
    }

    /**
     * @dataProvider postgres
     * @param list<string> $weaken
     * @param list<string> $restore
     */
    public function testAPostgresThatDoesNotWaitForTheDiskIsRefused(array $weaken, array $restore, string $why): void
    {
        $this->assertRefused('PostgreSQL', $weaken, $restore, $why);
    }

    /** @return iterable<string, array{list<string>, list<string>, string}> */
    public static function mysql(): iterable
    {
        $flush = 'innodb_flush_log_at_trx_commit';
        foreach (['0', '2'] as $weak) {
            yield "$flush $weak" => [
                ["SET GLOBAL $flush = $weak"],
                ["SET GLOBAL $flush = 1"],
                "$flush is $weak, and has to be 1",
            ];
        }
        $restore = ['SET GLOBAL sync_binlog = 1'];
        yield 'a log that lags' => [['SET GLOBAL sync_binlog = 0'], $restore, 'sync_binlog is 0, and has to be 1'];
    }

    /**
     * @dataProvider mysql
     * @param list<string> $weaken
     * @param list<string> $restore
     */
    public function testAMysqlThatDoesNotWaitForTheDiskIsRefused(array $weaken, array $restore, string $why): void
    {
        $this->assertRefused('MySQL', $weaken, $restore, $why);
    }

    public function testAMysqlTableThatDoesNotSurviveACrashIsRefused(): void
    {
        $pdo = Stores::pdo(Stores::address('MySQL'));
        $pdo->exec('CREATE TABLE fragile (id VARBINARY(64) PRIMARY KEY, version BIGINT NOT NULL, '
            . 'expires BIGINT NOT NULL, state MEDIUMBLOB) ENGINE=MyISAM');
        $why = 'the engine of fragile is MyISAM, and has to be innodb';
        $this->assertStoreIs($why, fn (bool $unchecked) => new PdoSessionStore($pdo, 'fragile', $unchecked));
    }

    /**
     * @param list<string> $weaken
     * @param list<string> $restore
     */
    private function assertRefused(string $name, array $weaken, array $restore, string $why): void
    {
        $pdo = Stores::pdo(Stores::address($name));
        $table = 'weak_' . bin2hex(random_bytes(4));
        array_map($pdo->exec(...), $weaken);
        try {
            // What is reloaded reaches this connection a little later.
            !str_starts_with($why, 'fsync') || self::awaitFsync($pdo, 'off');
            $this->assertStoreIs($why, fn (bool $unchecked) => new PdoSessionStore($pdo, $table, $unchecked));
            $this->assertKeyringsAre($why, $pdo);
        } finally {
            array_map($pdo->exec(...), $restore);
        }
        !str_starts_with($why, 'fsync') || self::awaitFsync($pdo, 'on');
        (new PdoSessionStore($pdo, $table))->check();
    }

    private static function awaitFsync(\PDO $postgres, string $value): void
    {
        for ($try = 0; $try < 1000 && $postgres->query('SHOW fsync')->fetchColumn() !== $value; $try++) {
            usleep(10_000);
        }
    }

    /** @return iterable<string, array{string, string, string, string}> */
    public static function redis(): iterable
    {
        $settings = [
            ['appendonly', 'no', 'yes'],
            ['appendfsync', 'everysec', 'always'],
            ['no-appendfsync-on-rewrite', 'yes', 'no'],
            ['maxmemory-policy', 'volatile-lru', 'noeviction'],
        ];
        foreach ($settings as $setting) {
            yield "Redis: $setting[0]" => ['Redis', 'Redis', ...$setting];
        }
        foreach (['first of the cluster', 'copy in the cluster'] as $node) {
            yield "$node: fail-over" => ['Redis Cluster', $node, 'cluster-replica-no-failover', 'no', 'yes'];
            yield "$node: appendfsync" => ['Redis Cluster', $node, 'appendfsync', 'no', 'always'];
        }
    }

    /** @dataProvider redis */
    public function testARedisThatDoesNotWaitForTheDiskOrPromotesACopyThatLagsIsRefused(
        string $name,
        string $node,
        string $setting,
        string $weak,
        string $right,
    ): void {
        $redis = Stores::redis(Stores::address($name));
        $prefix = bin2hex(random_bytes(4)) . ':';
        $asked = Stores::redis(Stores::address($node));
        $where = $node === $name ? '' : 'at ' . substr(Stores::address($node), \strlen('node:')) . ' ';
        $asked->config('SET', $setting, $weak);
        try {
            $why = "$where$setting is $weak, and has to be $right";
            $this->assertStoreIs($why, fn (bool $unchecked) => new RedisSessionStore($redis, $prefix, $unchecked));
        } finally {
            $asked->config('SET', $setting, $right);
        }
        (new RedisSessionStore($redis, $prefix))->check();
    }

    public function testARedisThatDoesNotSayItsSettingsIsRefusedUnlessTheOperatorAnswersForThem(): void
    {
        $redis = Stores::redis(Stores::address('Redis'));
        $redis->rawCommand('ACL', 'SETUSER', 'hosted', 'on', 'nopass', '~*', '+@all', '-config');
        $redis->auth(['hosted', '']);
        try {
            (new RedisSessionStore($redis, 'hosted:'))->id();
            self::fail('it was taken');
        } catch (Unavailable $failure) {
            $why = 'the session store does not say its settings: NOPERM';
            self::assertStringStartsWith($why, $failure->getMessage());
        }
        self::assertSame(16, \strlen((new RedisSessionStore($redis, 'hosted:', unchecked: true))->id()));
    }

    public function testANodeOfTheClusterIsAskedOverAConnectionThatTheOperatorGives(): void
    {
        $asked = [];
        $redis = Stores::redis(Stores::address('Redis Cluster'));
        $store = new RedisSessionStore($redis, 'nodes:');
        $store->check(static function (string $host, int $port) use (&$asked): \Redis {
            $asked[] = "$host:$port";
            return Stores::redis("node:$host:$port");
        });
        $nodes = [...explode(',', Services::address('cluster')), Services::address('copy')];
        sort($nodes);
        sort($asked);
        self::assertSame($nodes, $asked);
        // It has its id now, and no request has to ask them again.
        self::assertSame(1, $redis->exists('nodes:store'));
        $this->expectException(Unavailable::class);
        $this->expectExceptionMessage('the session store does not answer at 127.0.0.1:');
        $store->check(static fn () => throw new \RedisException('no password'));
    }

    public function testAStoreThatHasItsIdIsNotAskedForItsSettingsAtEachRequest(): void
    {
        $redis = Stores::redis(Stores::address('Redis'));
        $store = new RedisSessionStore($redis);
        $store->id();
        $calls = static fn (): string => $redis->info('commandstats')['cmdstat_config|get'] ?? '';
        $before = $calls();
        $store->id();
        $store->create(random_bytes(16), 'blob', 60);
        self::assertSame($before, $calls());
    }

    /** @param callable(bool): (PdoSessionStore|RedisSessionStore) $open with the settings unchecked or not */
    private function assertStoreIs(string $refusal, callable $open): void
    {
        $asking = $open(false);
        if ($refusal === '') {
            $asking instanceof RedisSessionStore || $asking->install();
            $asking->check();
            self::assertSame(16, \strlen($asking->id()));
            return;
        }
        $willing = $open(true);
        $willing instanceof RedisSessionStore || $willing->install();
        $uses = [static fn () => $asking->check(), static fn () => $asking->id()];
        $asking instanceof RedisSessionStore || $uses[] = static fn () => $asking->install();
        foreach ($uses as $use) {
            self::assertSays("the session store may forget: $refusal", $use);
        }
        $willing->check();
        self::assertSame($willing->id(), $asking->id());
    }

    private function assertKeyringsAre(string $refusal, \PDO $pdo): void
    {
        $unlock = Unlock::key(str_repeat('k', 32));
        (new Keyrings($pdo, $unlock, 'rings', unchecked: true))->install();
        $asking = new Keyrings($pdo, $unlock, 'rings');
        $refusal === ''
            ? $asking->check()
            : self::assertSays("the store of keyrings may forget: $refusal", $asking->install(...));
    }

    private static function assertSays(string $message, callable $use): void
    {
        try {
            $use();
            self::fail('it was taken');
        } catch (Unavailable $failure) {
            self::assertSame($message, $failure->getMessage());
        }
    }
}
