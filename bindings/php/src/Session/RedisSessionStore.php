<?php

declare(strict_types=1);

namespace Secenv\Session;

use Secenv\Durability;
use Secenv\Exception\Unavailable;
use Secenv\Status;

/**
 * Sessions in Redis 5 or later, or in a Redis Cluster: one key per session, each change one script on one node. Times
 * are Redis'.
 *
 * Redis must keep what it acknowledges: `check` asks it, and so does `id` before it makes an id. The settings are
 *
 *     appendonly yes
 *     appendfsync always
 *     no-appendfsync-on-rewrite no
 *     maxmemory-policy noeviction
 *     cluster-replica-no-failover yes     on each node of a cluster
 *
 * What cannot be asked: whether a sentinel or an operator promotes a copy that lags (both do), and all of it where
 * Redis denies CONFIG, as hosted ones do. Copies are promoted by `CLUSTER FAILOVER` alone, which waits for them.
 */
final class RedisSessionStore implements SessionStore
{
    private const WHAT = 'session store';
    private const SETTINGS = [
        'appendonly' => 'yes',
        'appendfsync' => 'always',
        'no-appendfsync-on-rewrite' => 'no',
        'maxmemory-policy' => 'noeviction',
    ];

    /** The key of the store's own id, behind the prefix. Those of sessions are longer. */
    private const OWN = 'store';

    private const ID = <<<'LUA'
        local found = redis.call('GET', KEYS[1])
        return found and {found} or {}
        LUA;

    private const MAKE_ID = <<<'LUA'
        return redis.call('SETNX', KEYS[1], ARGV[1])
        LUA;

    private const CREATE = <<<'LUA'
        if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
        redis.call('HSET', KEYS[1], 'version', 1, 'state', ARGV[1])
        redis.call('EXPIRE', KEYS[1], ARGV[2])
        return 1
        LUA;

    private const LOAD = <<<'LUA'
        local found = redis.call('HMGET', KEYS[1], 'version', 'state')
        return found[2] and found or {}
        LUA;

    private const REPLACE = <<<'LUA'
        local found = redis.call('HMGET', KEYS[1], 'version', 'state')
        if found[1] ~= ARGV[1] or not found[2] then return 0 end
        redis.call('HINCRBY', KEYS[1], 'version', 1)
        redis.call('HSET', KEYS[1], 'state', ARGV[2])
        if ARGV[3] then redis.call('EXPIRE', KEYS[1], ARGV[3]) end
        return 1
        LUA;

    /** What remains is the version: a tombstone. */
    private const REMOVE = <<<'LUA'
        if redis.call('HDEL', KEYS[1], 'state') == 0 then return 0 end
        return redis.call('EXPIRE', KEYS[1], ARGV[1])
        LUA;

    /**
     * The connection is in no transaction or pipeline. `$unchecked` takes Redis with any settings: the operator knows
     * that they keep everything, or what it costs if they do not.
     */
    public function __construct(
        private readonly \Redis|\RedisCluster $redis,
        private readonly string $prefix = 'secenv:session:',
        private readonly bool $unchecked = false,
    ) {
    }

    /**
     * Refuses a Redis that may forget what it acknowledges, and says which setting has to be which; else makes the
     * store's id if it has none. For deployment: it takes a few commands at each node. `$connect` gives a connection to
     * the node of a cluster at a host and port; without it, they are asked without a password.
     *
     * @param ?callable(string, int): \Redis $connect
     * @throws Unavailable if Redis or a node does not answer, does not say its settings, or may forget
     */
    public function check(?callable $connect = null): void
    {
        if (!$this->unchecked) {
            $this->redis instanceof \Redis
                ? self::settings($this->redis, '', self::SETTINGS)
                : $this->checkCluster($connect ?? self::node(...));
        }
        // Of two workers one is first; both use what it made.
        $this->run(self::MAKE_ID, self::OWN, random_bytes(16));
    }

    public function id(): string
    {
        $found = $this->run(self::ID, self::OWN);
        if ($found === []) {
            $this->check();
            $found = $this->run(self::ID, self::OWN);
        }
        return $found[0] ?? throw Status::Unavailable->exception();
    }

    public function create(string $id, string $blob, int $lifetime): bool
    {
        return $this->run(self::CREATE, self::key($id), $blob, (string) $lifetime) === 1;
    }

    public function load(string $id): ?StoredSession
    {
        $found = $this->run(self::LOAD, self::key($id));
        return $found === [] ? null : new StoredSession($found[1], (int) $found[0]);
    }

    public function replace(string $id, StoredSession $seen, string $blob, ?int $lifetime = null): bool
    {
        $until = $lifetime === null ? [] : [(string) $lifetime];
        return $this->run(self::REPLACE, self::key($id), (string) $seen->version, $blob, ...$until) === 1;
    }

    public function remove(string $id): void
    {
        $this->run(self::REMOVE, self::key($id), (string) self::TOMBSTONE);
    }

    private static function key(string $id): string
    {
        return \strlen($id) === 16
            ? bin2hex($id)
            : throw Status::InvalidLength->exception('the id of a session has 16 bytes');
    }

    private function run(string $script, string $key, string ...$arguments): mixed
    {
        return $this->ask(fn (): mixed => $this->redis->eval($script, [$this->prefix . $key, ...$arguments], 1));
    }

    /** @param callable(string, int): \Redis $connect */
    private function checkCluster(callable $connect): void
    {
        foreach ($this->nodes() as [$host, $port]) {
            try {
                $node = $connect($host, $port);
            } catch (\RedisException $failure) {
                $why = $failure->getMessage();
                throw Status::Unavailable->exception("the session store does not answer at $host:$port: $why");
            }
            self::settings($node, "at $host:$port ", self::SETTINGS + ['cluster-replica-no-failover' => 'yes']);
        }
    }

    /**
     * All nodes of the cluster that have an address, copies too.
     *
     * @return list<array{string, int}>
     */
    private function nodes(): array
    {
        $lines = $this->ask(fn (): mixed => $this->redis->rawCommand($this->redis->_masters()[0], 'CLUSTER', 'NODES'));
        // ID HOST:PORT@BUS[,NAME] FLAGS ...
        preg_match_all('/^\S+ (\S+):(\d+)@\S* (?!\S*(?:noaddr|handshake))/m', $lines, $found, PREG_SET_ORDER);
        return array_map(static fn (array $node): array => [trim($node[1], '[]'), (int) $node[2]], $found);
    }

    private static function node(string $host, int $port): \Redis
    {
        $redis = new \Redis();
        $redis->connect($host, $port, 5.0);
        return $redis;
    }

    /** @param array<string, string> $demanded */
    private static function settings(\Redis $redis, string $where, array $demanded): void
    {
        foreach ($demanded as $name => $value) {
            $ask = static fn (): mixed => $redis->config('GET', $name);
            $found = self::answer($redis, $ask, 'does not say its settings');
            Durability::demand(self::WHAT, $where . $name, $found[$name] ?? '', $value);
        }
    }

    /** @param callable(): mixed $command */
    private function ask(callable $command): mixed
    {
        return self::answer($this->redis, $command, 'does not answer');
    }

    /** @param callable(): mixed $command one that never answers false */
    private static function answer(\Redis|\RedisCluster $redis, callable $command, string $otherwise): mixed
    {
        try {
            if ($redis->getMode() !== \Redis::ATOMIC) {
                throw Status::InvalidArgument->exception('the session store is inside a transaction');
            }
            $answer = $command();
            if ($answer !== false) {
                return $answer;
            }
            // An error that Redis sent.
            $why = (string) $redis->getLastError();
            $redis->clearLastError();
        } catch (\RedisException | \RedisClusterException $failure) {
            $why = $failure->getMessage();
        }
        throw Status::Unavailable->exception("the session store $otherwise: $why");
    }
}
