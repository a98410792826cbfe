<?php

declare(strict_types=1);

namespace Secenv\Tests;

use PHPUnit\Framework\TestCase;

/** The README's code runs as it stands. */
final class ReadmeTest extends TestCase
{
    /** @return iterable<string, array{int, string}> */
    public static function examples(): iterable
    {
        yield 'protocol 2' => [0, "meet at noon\nI will\n"];
        yield 'documents for vaults' => [1, "the contract\n"];
    }

    /** @dataProvider examples */
    public function testTheExampleRuns(int $at, string $expected): void
    {
        $readme = file_get_contents(__DIR__ . '/../README.md');
        self::assertSame(2, preg_match_all('/^```php\n((?:use [^\n]*;\n)+)(.*?)^```$/ms', $readme, $found));
        $path = tempnam(sys_get_temp_dir(), 'secenv-readme');
        $autoload = __DIR__ . '/../autoload.php';
        $set = sprintf('require %s; $path = %s;', var_export($autoload, true), var_export($path, true));
        // `use` stands first in a file.
        $code = $found[1][$at] . $set . $found[2][$at];
        $streams = [1 => ['pipe', 'w'], 2 => ['redirect', 1]];
        $process = proc_open([PHP_BINARY, '-r', $code], $streams, $pipes);
        $said = stream_get_contents($pipes[1]);
        self::assertSame(0, proc_close($process), $said);
        array_map(unlink(...), glob("$path*"));
        self::assertSame($expected, $said);
    }
}
