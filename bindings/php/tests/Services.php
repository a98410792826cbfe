<?php

declare(strict_types=1);

namespace Secenv\Tests;

/** The databases that `tests/services` runs: started when a test first asks, ended with the tests' process. */
final class Services
{
    /** @var ?array<string, string> */
    private static ?array $addresses = null;

    /** The addresses by name: `postgres`, `redis` and `cluster`. */
    public static function address(string $name): string
    {
        return (self::$addresses ??= self::start())[$name];
    }

    /** @return array<string, string> */
    private static function start(): array
    {
        $streams = [['pipe', 'r'], ['pipe', 'w'], STDERR];
        $process = proc_open([__DIR__ . '/services'], $streams, $pipes);
        register_shutdown_function(static function () use ($process, $pipes): void {
            fclose($pipes[0]);
            proc_close($process);
        });
        for ($addresses = []; ($line = fgets($pipes[1])) !== false && $line !== "ready\n";) {
            [$name, $address] = explode('=', rtrim($line), 2);
            $addresses[$name] = $address;
        }
        return $line === "ready\n" ? $addresses : throw new \RuntimeException('the services do not start');
    }
}
