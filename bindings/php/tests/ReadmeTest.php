<?php

declare(strict_types=1);

namespace Secenv\Tests;

use PHPUnit\Framework\TestCase;

/** The README's code runs as it stands. */
final class ReadmeTest extends TestCase
{
    public function testTheExampleOfProtocol2Runs(): void
    {
        $readme = file_get_contents(__DIR__ . '/../README.md');
        self::assertSame(1, preg_match_all('/^```php\n(.*?)^```$/ms', $readme, $found));
        $path = tempnam(sys_get_temp_dir(), 'secenv-readme');
        $autoload = __DIR__ . '/../autoload.php';
        $code = sprintf('require %s; $path = %s;', var_export($autoload, true), var_export($path, true));
        // `use` stands first in a file.
        [$use, $rest] = explode("\n", $found[1][0], 2);
        $streams = [1 => ['pipe', 'w'], 2 => ['redirect', 1]];
        $process = proc_open([PHP_BINARY, '-r', "$use $code $rest"], $streams, $pipes);
        $said = stream_get_contents($pipes[1]);
        self::assertSame(0, proc_close($process));
        array_map(unlink(...), glob("$path*"));
        self::assertSame("meet at noon\nI will\n", $said);
    }
}
