<?php

declare(strict_types=1);

namespace Secenv\Tests;

/** The databases that `tests/services` runs: started when a test first asks, ended with the tests' process. */
final class Services
{
    /** @var ?array<string, string> */
    private static ?array $addresses = null;
    /** @var array{resource, resource} to it and from it */
    private static array $pipes = [];

    /** The addresses by name: `postgres`, `mysql`, `redis`, `cluster`, and `copy`, a node of the cluster. */
    public static function address(string $name): string
    {
        return (self::$addresses ??= self::start())[$name];
    }

    /** Runs `$meanwhile` while this server is dead: it was killed, and is started again from what is on the disk. */
    public static function without(string $server, callable $meanwhile): void
    {
        self::tell("kill $server");
        try {
            $meanwhile();
        } finally {
            self::tell("start $server");
        }
    }

    private static function tell(string $what): void
    {
        fwrite(self::$pipes[0], "$what\n");
        if (fgets(self::$pipes[1]) !== "$what: done\n") {
            throw new \RuntimeException("the services do not: $what");
        }
    }

    /** @return array<string, string> */
    private static function start(): array
    {
        $streams = [['pipe', 'r'], ['pipe', 'w'], STDERR];
        $process = proc_open([__DIR__ . '/services'], $streams, self::$pipes);
        register_shutdown_function(static function () use ($process): void {
            fclose(self::$pipes[0]);
            proc_close($process);
        });
        for ($addresses = []; ($line = fgets(self::$pipes[1])) !== false && $line !== "ready\n";) {
            [$name, $address] = explode('=', rtrim($line), 2);
            $addresses[$name] = $address;
        }
        return $line === "ready\n" ? $addresses : throw new \RuntimeException('the services do not start');
    }
}
