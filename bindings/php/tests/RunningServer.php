<?php

declare(strict_types=1);

namespace Secenv\Tests;

/** The reference server under PHP's own web server, on a free port, with a state folder of its own. */
final class RunningServer
{
    public readonly string $url;
    public readonly string $state;

    /** @var resource */
    private $process;

    private readonly string $log;

    /** @param array<string, string> $more environment variables */
    public function __construct(string $padding = '1', ?string $state = null, array $more = [])
    {
        $this->state = $state ?? sys_get_temp_dir() . '/secenv-server-' . bin2hex(random_bytes(6));
        $this->log = tempnam(sys_get_temp_dir(), 'secenv-log');
        $public = realpath(__DIR__ . '/../examples/server/public');
        $command = [PHP_BINARY, '-d', 'ffi.enable=1', '-d', 'post_max_size=0', '-d', 'memory_limit=128M',
            '-S', '127.0.0.1:0', '-t', $public, "$public/index.php"];
        $environment = ['SECENV_STATE' => $this->state, 'SECENV_PADDING' => $padding, 'PHP_CLI_SERVER_WORKERS' => '3'];
        $streams = [['file', '/dev/null', 'r'], ['file', $this->log, 'w'], ['file', $this->log, 'w']];
        $this->process = proc_open($command, $streams, $pipes, null, [
            ...getenv(),
            ...$environment,
            ...$more,
        ]);
        for ($tries = 0; $tries < 200; $tries++) {
            if (preg_match('#\((http://127\.0\.0\.1:\d+)\) started#', $this->said(), $found) === 1) {
                $this->url = $found[1];
                return;
            }
            usleep(50_000);
        }
        throw new \RuntimeException('the server does not start: ' . $this->said());
    }

    /** What `secenv-server` says to these words. */
    public function operator(string ...$words): string
    {
        $command = [PHP_BINARY, '-d', 'ffi.enable=1', __DIR__ . '/../examples/server/bin/secenv-server', ...$words];
        $process = proc_open($command, [1 => ['pipe', 'w'], 2 => ['pipe', 'w']], $pipes, null, [
            ...getenv(),
            'SECENV_STATE' => $this->state,
        ]);
        [$said, $complaint] = array_map(stream_get_contents(...), [$pipes[1], $pipes[2]]);
        return proc_close($process) === 0 ? rtrim($said, "\n") : throw new \RuntimeException($complaint);
    }

    /** The server's pin, as 32 bytes. */
    public function pin(): string
    {
        return base64_decode(substr($this->operator('pin'), \strlen('sha256//')), true);
    }

    /** What it wrote to its log. */
    public function said(): string
    {
        return file_get_contents($this->log);
    }

    public function stop(bool $forget = true): void
    {
        // The workers are children of the process and would outlive it.
        $parent = proc_get_status($this->process)['pid'];
        $children = explode(' ', trim((string) @file_get_contents("/proc/$parent/task/$parent/children")));
        foreach ([...array_filter($children), $parent] as $pid) {
            posix_kill((int) $pid, SIGTERM);
        }
        proc_close($this->process);
        unlink($this->log);
        if ($forget && is_dir($this->state)) {
            self::remove($this->state);
        }
    }

    private static function remove(string $path): void
    {
        foreach (is_dir($path) && !is_link($path) ? array_diff(scandir($path), ['.', '..']) : [] as $name) {
            self::remove("$path/$name");
        }
        is_dir($path) && !is_link($path) ? rmdir($path) : unlink($path);
    }
}
