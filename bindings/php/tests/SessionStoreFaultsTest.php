<?php

declare(strict_types=1);

namespace Secenv\Tests;

use PHPUnit\Framework\TestCase;
use Secenv\Exception\Unavailable;
use Secenv\Session\RedisSessionStore;
use Secenv\Session\SessionStore;
use Secenv\Session\StoredSession;

/** Servers and workers are killed while workers write: what was acknowledged is never taken a second time. */
final class SessionStoreFaultsTest extends TestCase
{
    private const WRITERS = 3;
    /** So much each writer does before a fault, and after it. */
    private const LINES = 40;

    private string $folder;
    /** @var list<array{resource, resource, resource}> process, its input, its output */
    private array $writers = [];
    /** @var array<string, array{version: int, removing: bool, removed: bool}> what was acknowledged, by session */
    private array $acknowledged = [];

    protected function setUp(): void
    {
        $this->folder = sys_get_temp_dir() . '/secenv-faults-' . bin2hex(random_bytes(6));
        mkdir($this->folder);
    }

    protected function tearDown(): void
    {
        foreach ($this->writers as [$process]) {
            proc_terminate($process, SIGKILL);
        }
        array_map(unlink(...), glob("$this->folder/*"));
        rmdir($this->folder);
    }

    /** @return iterable<string, array{string, string}> the store, and the server that is killed */
    public static function servers(): iterable
    {
        yield 'PostgreSQL' => ['PostgreSQL', 'postgres'];
        yield 'MySQL' => ['MySQL', 'mysql'];
        yield 'Redis' => ['Redis', 'redis'];
        yield 'a master of the cluster with a copy' => ['Redis Cluster', 'node-0'];
        yield 'a master of the cluster without one' => ['Redis Cluster', 'node-1'];
        yield 'the copy' => ['Redis Cluster', 'node-3'];
    }

    /** @dataProvider servers */
    public function testNothingThatWasAcknowledgedIsTakenAgainAfterItsServerWasKilled(
        string $name,
        string $server,
    ): void {
        $address = Stores::address($name);
        $store = Stores::open($address);
        $store instanceof RedisSessionStore || $store->install();
        $id = $store->id();
        $this->startWriters($address);
        for ($kill = 0; $kill < 2; $kill++) {
            $this->listen(self::LINES);
            Services::without($server, function () use ($server): void {
                // Nobody misses a copy; the others are missed by each writer.
                $server === 'node-3' ? $this->listen(self::LINES) : $this->listen(1, noticing: true);
            });
            // They go on by themselves.
            $this->listen(self::LINES);
        }
        $this->stopWriters();
        $this->assertLaw(Stores::open($address), $id);
    }

    public function testACopyInAClusterIsNotPromotedHoweverLongItsMasterIsDead(): void
    {
        $store = Stores::open(Stores::address('Redis Cluster'));
        $store->create($id = self::idAtTheFirstNode(), '1', 300);
        self::assertTrue($store->replace($id, $store->load($id), '2'));
        self::nodeTimeout(500);
        Services::without('node-0', function () use ($store, $id): void {
            // The others have agreed that it is dead, and a copy that may be promoted would be within a second or two.
            self::wait(static fn (): bool => self::info('node-1', 'cluster')['cluster_state'] === 'fail');
            sleep(3);
            self::assertSame('slave', self::info('node-3', 'replication')['role']);
            $this->assertUnavailable(static fn () => $store->load($id));
        });
        $store = Stores::open(Stores::address('Redis Cluster'));
        self::assertEquals(new StoredSession('2', 2), $store->load($id));
        self::assertFalse($store->replace($id, new StoredSession('1', 1), 'again'));
    }

    public function testAClusterThatPromotesACopyThatLagsTakesAgainWhatItAcknowledgedAndIsRefusedForThat(): void
    {
        $address = Stores::address('Redis Cluster');
        $store = Stores::open($address);
        [$master, $copy] = [self::node('node-0'), self::node('node-3')];
        $store->create($id = self::idAtTheFirstNode(), '1', 300);
        self::assertSame(1, $master->rawCommand('WAIT', 1, 20_000), 'the copy does not follow');
        $copy->config('SET', 'cluster-replica-no-failover', 'no');
        // The copy does not get into its master any more, and is as it was when it did.
        $copy->config('SET', 'masterauth', 'no such password');
        $master->rawCommand('CLIENT', 'KILL', 'TYPE', 'replica');
        self::assertTrue($store->replace($id, $store->load($id), '2'));
        self::nodeTimeout(500);
        Services::without('node-0', static function (): void {
            self::wait(static fn (): bool => self::info('node-3', 'replication')['role'] === 'master');
            self::wait(static fn (): bool => self::info('node-1', 'cluster')['cluster_state'] === 'ok');
        });
        $store = Stores::open($address);
        self::assertTrue($store->replace($id, new StoredSession('1', 1), 'again'), 'the copy did not lag');
        $this->assertUnavailable(static fn () => $store->check());
        // An operator who gives the master its place back waits for it, and nothing is lost.
        self::node('node-3')->config('SET', 'masterauth', '');
        self::wait(static fn (): bool => self::info('node-0', 'replication')['master_link_status'] === 'up');
        self::node('node-0')->rawCommand('CLUSTER', 'FAILOVER');
        self::wait(static fn (): bool => self::info('node-0', 'replication')['role'] === 'master');
        self::wait(static fn (): bool => (self::info('node-3', 'replication')['master_link_status'] ?? '') === 'up');
        self::node('node-3')->config('SET', 'cluster-replica-no-failover', 'yes');
        $store = Stores::open($address);
        $store->check();
        self::assertEquals(new StoredSession('again', 2), $store->load($id));
    }

    /** The first master has the first third of the slots. */
    private static function idAtTheFirstNode(): string
    {
        do {
            $id = random_bytes(16);
        } while (self::node('node-0')->rawCommand('CLUSTER', 'KEYSLOT', 'secenv:session:' . bin2hex($id)) > 5460);
        return $id;
    }

    /** @return array<string, string> */
    private static function info(string $name, string $section): array
    {
        $said = $section === 'cluster'
            ? self::node($name)->rawCommand('CLUSTER', 'INFO')
            : self::node($name)->rawCommand('INFO', $section);
        preg_match_all('/^(\w+):(.*?)\r?$/m', $said, $found);
        return array_combine($found[1], $found[2]);
    }

    private static function nodeTimeout(int $milliseconds): void
    {
        foreach (range(0, 3) as $n) {
            self::node("node-$n")->config('SET', 'cluster-node-timeout', (string) $milliseconds);
        }
    }

    private static function node(string $name): \Redis
    {
        $nodes = [...explode(',', Services::address('cluster')), Services::address('copy')];
        return Stores::redis('node:' . $nodes[(int) substr($name, -1)]);
    }

    /** @param callable(): bool $true */
    private static function wait(callable $true): void
    {
        for ($end = microtime(true) + 60; !$true();) {
            self::assertLessThan($end, microtime(true), 'it does not happen');
            usleep(20_000);
        }
    }

    private function assertUnavailable(callable $use): void
    {
        try {
            $use();
            self::fail('it was answered');
        } catch (Unavailable) {
            $this->addToAssertionCount(1);
        }
    }

    public function testNothingThatWasAcknowledgedIsTakenAgainAfterAWorkerOfSqliteWasKilled(): void
    {
        $address = "sqlite:$this->folder/sessions.db";
        $id = Stores::open($address)->id();
        for ($kill = 0; $kill < 3; $kill++) {
            $this->startWriters($address);
            $this->listen(self::LINES);
            $this->killWriters();
        }
        $this->startWriters($address);
        $this->listen(self::LINES);
        $this->stopWriters();
        $this->assertLaw(Stores::open($address), $id);
    }

    private function startWriters(string $address): void
    {
        for ($n = 0; $n < self::WRITERS; $n++) {
            $command = [PHP_BINARY, __DIR__ . '/store/writer.php', $address];
            $errors = ['file', "$this->folder/writers.log", 'a'];
            $process = proc_open($command, [['pipe', 'r'], ['pipe', 'w'], $errors], $pipes);
            $this->writers[] = [$process, ...$pipes];
        }
    }

    /** Notes what the writers say, until each of them was acknowledged so many things, or was not so many times. */
    private function listen(int $lines, bool $noticing = false): void
    {
        foreach ($this->writers as [, , $said]) {
            for ($heard = 0; $heard < $lines;) {
                [$read, $write, $except] = [[$said], null, null];
                self::assertSame(1, stream_select($read, $write, $except, 60), 'a writer hangs');
                $line = fgets($said);
                self::assertNotFalse($line, 'a writer ended: ' . file_get_contents("$this->folder/writers.log"));
                $heard += (int) ($this->note($line) === !$noticing);
            }
        }
    }

    private function stopWriters(): void
    {
        foreach ($this->writers as [$process, $told, $said]) {
            fclose($told);
            while (($line = fgets($said)) !== false) {
                $this->note($line);
            }
            self::assertSame(0, proc_close($process), file_get_contents("$this->folder/writers.log"));
        }
        $this->writers = [];
    }

    private function killWriters(): void
    {
        foreach ($this->writers as [$process]) {
            proc_terminate($process, SIGKILL);
        }
        foreach ($this->writers as [$process, , $said]) {
            while (($line = fgets($said)) !== false) {
                $this->note($line);
            }
            proc_close($process);
        }
        $this->writers = [];
    }

    /** Was something acknowledged? Nothing is, before it is done. */
    private function note(string $line): ?bool
    {
        [$what, $session, $version] = [...explode(' ', rtrim($line)), '', '1'];
        match ($what) {
            'created' => $this->acknowledged[$session] = ['version' => 1, 'removing' => false, 'removed' => false],
            'replaced' => $this->acknowledged[$session]['version'] = (int) $version,
            'removing', 'removed' => $this->acknowledged[$session][$what] = true,
            'unavailable' => null,
        };
        return $what === 'removing' ? null : $what !== 'unavailable';
    }

    /** Nothing that was acknowledged is lost; what was not may be there or not. */
    private function assertLaw(SessionStore $store, string $id): void
    {
        self::assertSame($id, $store->id());
        self::assertGreaterThan(self::WRITERS * self::LINES / 5, \count($this->acknowledged));
        foreach ($this->acknowledged as $name => $known) {
            ['version' => $version, 'removing' => $removing, 'removed' => $removed] = $known;
            $session = hex2bin($name);
            self::assertFalse($store->create($session, 'again', 60), "$name is created a second time");
            for ($old = 1; $old < $version; $old++) {
                $seen = new StoredSession((string) $old, $old);
                self::assertFalse($store->replace($session, $seen, 'again'), "$name moves on twice from $old");
            }
            $present = $store->load($session);
            if ($removed) {
                self::assertNull($present, "$name was removed");
            } elseif ($present === null) {
                self::assertTrue($removing, "$name is gone");
            } else {
                self::assertGreaterThanOrEqual($version, $present->version, "$name went back");
                self::assertSame((string) $present->version, $present->blob);
            }
        }
    }
}
