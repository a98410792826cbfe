<?php

declare(strict_types=1);

namespace Secenv\Tests;

use Secenv\Session\PdoSessionStore;
use Secenv\Session\RedisSessionStore;
use Secenv\Session\SessionStore;

/** Session stores by address, such as `sqlite:/tmp/file`, so that every process of a test opens the same one. */
final class Stores
{
    /** The address of one of the databases that `Services` runs. */
    public static function address(string $name): string
    {
        return match ($name) {
            'PostgreSQL' => 'pgsql:' . Services::address('postgres'),
            'MySQL' => 'mysql:' . Services::address('mysql'),
            'Redis' => 'redis:' . Services::address('redis'),
            'Redis Cluster' => 'cluster:' . Services::address('cluster'),
            'copy in the cluster' => 'node:' . Services::address('copy'),
            'first of the cluster' => 'node:' . strtok(Services::address('cluster'), ','),
        };
    }

    /** `$patience` is how long a cluster may take to answer, in seconds. */
    public static function open(string $address, float $patience = 10.0): SessionStore
    {
        [$kind, $where] = explode(':', $address, 2);
        return match ($kind) {
            'sqlite' => PdoSessionStore::sqlite($where),
            'pgsql', 'mysql' => new PdoSessionStore(self::pdo($address)),
            default => new RedisSessionStore(self::redis($address, $patience)),
        };
    }

    /**
     * What the store at an SQL address works with.
     *
     * @param array<int, mixed> $options
     */
    public static function pdo(string $address, array $options = [], string $more = ''): \PDO
    {
        [$kind, $where] = explode(':', $address, 2);
        return match ($kind) {
            'pgsql' => new \PDO("pgsql:host=$where;dbname=postgres;user=secenv$more", options: $options),
            'mysql' => new \PDO("mysql:unix_socket=$where;dbname=secenv$more", 'root', options: $options),
            'sqlite' => new \PDO("sqlite:$where", options: $options),
        };
    }

    /** What the store at a Redis address works with. */
    public static function redis(string $address, float $patience = 10.0): \Redis|\RedisCluster
    {
        [$kind, $where] = explode(':', $address, 2);
        if ($kind === 'cluster') {
            return new \RedisCluster(null, explode(',', $where), $patience / 2, $patience / 2);
        }
        $redis = new \Redis();
        if ($kind === 'node') {
            [$host, $port] = explode(':', $where);
            $redis->connect($host, (int) $port, 5.0);
        } else {
            $redis->connect($where);
        }
        return $redis;
    }
}
