<?php

declare(strict_types=1);

namespace Secenv\Tests;

use Secenv\Session\PdoSessionStore;
use Secenv\Session\RedisSessionStore;
use Secenv\Session\SessionStore;

/** Session stores by address, such as `sqlite:/tmp/file`, so that every process of a test opens the same one. */
final class Stores
{
    public static function open(string $address): SessionStore
    {
        [$kind, $where] = explode(':', $address, 2);
        return match ($kind) {
            'sqlite' => PdoSessionStore::sqlite($where),
            'pgsql' => new PdoSessionStore(self::pdo($address)),
            default => new RedisSessionStore(self::redis($address)),
        };
    }

    /** What the store at an SQL address works with. */
    public static function pdo(string $address): \PDO
    {
        [$kind, $where] = explode(':', $address, 2);
        return $kind === 'pgsql'
            ? new \PDO("pgsql:host=$where;dbname=postgres;user=secenv")
            : new \PDO("sqlite:$where");
    }

    /** What the store at a Redis address works with. */
    public static function redis(string $address): \Redis|\RedisCluster
    {
        [$kind, $where] = explode(':', $address, 2);
        if ($kind === 'cluster') {
            return new \RedisCluster(null, explode(',', $where));
        }
        $redis = new \Redis();
        $redis->connect($where);
        return $redis;
    }
}
