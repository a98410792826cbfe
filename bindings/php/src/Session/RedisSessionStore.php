<?php

declare(strict_types=1);

namespace Secenv\Session;

use Secenv\Status;

/**
 * Sessions in Redis 5 or later, or in a Redis Cluster: one key per session, each change one script on one node.
 *
 * Redis must keep what it is given: `maxmemory-policy noeviction`, `appendonly yes`, and no copy that lags is promoted.
 */
final class RedisSessionStore implements SessionStore
{
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
        return 1
        LUA;

    /** What remains is the version: a tombstone, for as long as the session would have lived. */
    private const REMOVE = <<<'LUA'
        return redis.call('HDEL', KEYS[1], 'state')
        LUA;

    /** The connection is in no transaction or pipeline. */
    public function __construct(
        private readonly \Redis|\RedisCluster $redis,
        private readonly string $prefix = 'secenv:session:',
    ) {
    }

    public function create(string $id, string $blob, int $lifetime): bool
    {
        return $this->run(self::CREATE, $id, $blob, (string) $lifetime) === 1;
    }

    public function load(string $id): ?StoredSession
    {
        $found = $this->run(self::LOAD, $id);
        return $found === [] ? null : new StoredSession($found[1], (int) $found[0]);
    }

    public function replace(string $id, StoredSession $seen, string $blob): bool
    {
        return $this->run(self::REPLACE, $id, (string) $seen->version, $blob) === 1;
    }

    public function remove(string $id): void
    {
        $this->run(self::REMOVE, $id);
    }

    private function run(string $script, string $id, string ...$arguments): mixed
    {
        try {
            if ($this->redis->getMode() !== \Redis::ATOMIC) {
                throw Status::InvalidArgument->exception('the session store is inside a transaction');
            }
            $answer = $this->redis->eval($script, [$this->prefix . bin2hex($id), ...$arguments], 1);
            if ($answer !== false) {
                return $answer;
            }
            // The scripts answer numbers and lists: this is an error that Redis sent.
            $why = (string) $this->redis->getLastError();
            $this->redis->clearLastError();
        } catch (\RedisException | \RedisClusterException $failure) {
            $why = $failure->getMessage();
        }
        throw Status::Unavailable->exception("the session store does not answer: $why");
    }
}
