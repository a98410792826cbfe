<?php

declare(strict_types=1);

namespace Secenv\Tests;

use PHPUnit\Framework\TestCase;

/** How PHP finds the library, and what it says when it cannot. Each test is a PHP of its own. */
final class LoadingTest extends TestCase
{
    private const TRY = <<<'PHP'
        require %s;
        try {
            echo strlen(Secenv\Random::bytes(5)), ' bytes';
        } catch (Secenv\Unavailable $cause) {
            echo $cause->getCode(), ' ', $cause->getMessage();
        }
        PHP;

    private string $folder;

    protected function setUp(): void
    {
        $this->folder = sys_get_temp_dir() . '/secenv-' . bin2hex(random_bytes(6));
        mkdir($this->folder);
    }

    protected function tearDown(): void
    {
        array_map(unlink(...), glob("$this->folder/*"));
        rmdir($this->folder);
    }

    public function testNeedsNoIniOnTheCommandLine(): void
    {
        self::assertSame('5 bytes', $this->attempt());
    }

    public function testLoadsTheLibraryThatTheEnvironmentNames(): void
    {
        $library = "$this->folder/under another name.so";
        copy($this->library(), $library);
        self::assertSame('5 bytes', $this->attempt([], ['SECENV_LIBRARY' => $library]));
    }

    public function testNamesThePathOfALibraryThatIsMissing(): void
    {
        $said = $this->attempt([], ['SECENV_LIBRARY' => '/nowhere/libsecenv.so']);
        self::assertStringStartsWith('30 ', $said);
        self::assertStringContainsString('/nowhere/libsecenv.so was tried', $said);
        self::assertStringContainsString('SECENV_LIBRARY', $said);
    }

    public function testSaysWhichFunctionAnOlderLibraryLacks(): void
    {
        $said = $this->attempt([], ['SECENV_LIBRARY' => 'libc.so.6']);
        self::assertStringStartsWith('30 ', $said);
        self::assertStringContainsString('secenv_', $said);
    }

    public function testGivesTheCureWhenFfiIsOff(): void
    {
        $said = $this->attempt(['ffi.enable=0']);
        self::assertStringStartsWith('30 ', $said);
        foreach (['ffi.preload=', 'opcache.preload=', 'opcache.preload_user=', 'ffi.enable=1'] as $cure) {
            self::assertStringContainsString($cure, $said);
        }
    }

    public function testGivesTheCureWhenTheExtensionIsMissing(): void
    {
        self::assertStringContainsString('extension=ffi', $this->attempt([], [], ['-n']));
    }

    public function testTheSetUpPrintsThreeLinesThatWork(): void
    {
        // The checkout may lie in a folder with white space in its name, which PHP does not take here.
        [$header, $library] = ["$this->folder/secenv.ffi.h", "$this->folder/libsecenv.so.0"];
        copy(\Secenv\Native::path(), $library);
        $setup = realpath(__DIR__ . '/../bin/secenv-php-setup');
        $asked = ['--library', $library, '--header', $header, '--user', $this->user()];
        [$ini, $complaint, $code] = $this->start([$setup, ...$asked]);
        self::assertSame(['', 0], [$complaint, $code]);
        self::assertStringContainsString('#define FFI_LIB "/', file_get_contents($header));
        self::assertMatchesRegularExpression(
            '/\A;.*\nffi\.preload=".*"\nopcache\.preload=".*"\nopcache\.preload_user=".*"\n\z/',
            $ini,
        );
        $lines = str_replace('"', '', \array_slice(explode("\n", trim($ini)), 1));
        self::assertSame('5 bytes', $this->attempt([...$lines, 'opcache.enable_cli=1']));
    }

    public function testTheSetUpRefusesALibraryWhosePathPhpDoesNotTake(): void
    {
        mkdir("$this->folder/white space");
        copy(\Secenv\Native::path(), $library = "$this->folder/white space/libsecenv.so.0");
        $setup = realpath(__DIR__ . '/../bin/secenv-php-setup');
        $asked = ['--library', $library, '--header', "$this->folder/secenv.ffi.h"];
        [$ini, $complaint, $code] = $this->start([$setup, ...$asked]);
        unlink($library);
        rmdir("$this->folder/white space");
        self::assertSame(['', 1], [$ini, $code]);
        self::assertStringContainsString('white space', $complaint);
        self::assertFileDoesNotExist("$this->folder/secenv.ffi.h");
    }

    public function testTheSetUpRefusesALibraryThatIsNotThere(): void
    {
        $setup = realpath(__DIR__ . '/../bin/secenv-php-setup');
        [$ini, $complaint, $code] = $this->start([$setup, '--library', '/nowhere.so', '--header', "$this->folder/h"]);
        self::assertSame(['', 1], [$ini, $code]);
        self::assertStringContainsString('/nowhere.so', $complaint);
        self::assertFileDoesNotExist("$this->folder/h");
    }

    public function testTheSetUpRefusesWhatItDoesNotKnow(): void
    {
        [$ini, $complaint, $code] = $this->start([realpath(__DIR__ . '/../bin/secenv-php-setup'), 'everything']);
        self::assertSame(['', 2], [$ini, $code]);
        self::assertStringContainsString('usage:', $complaint);
    }

    public function testTheExampleRuns(): void
    {
        self::assertSame(
            ["meet at noon\n", '', 0],
            $this->start([PHP_BINARY, realpath(__DIR__ . '/../examples/hello.php')]),
        );
    }

    /**
     * @param list<string> $ini
     * @param array<string, string> $environment
     * @param list<string> $options
     */
    private function attempt(array $ini = [], array $environment = [], array $options = []): string
    {
        foreach ($ini as $line) {
            array_push($options, '-d', $line);
        }
        $code = sprintf(self::TRY, var_export(realpath(__DIR__ . '/../autoload.php'), true));
        [$said, $complaint, $status] = $this->start([PHP_BINARY, ...$options, '-r', $code], $environment);
        self::assertSame(['', 0], [$complaint, $status]);
        return $said;
    }

    /**
     * @param list<string> $command
     * @param array<string, string> $environment
     * @return array{string, string, int}
     */
    private function start(array $command, array $environment = []): array
    {
        $pipes = [];
        $process = proc_open(
            $command,
            [['file', '/dev/null', 'r'], ['pipe', 'w'], ['pipe', 'w']],
            $pipes,
            null,
            [...getenv(), ...$environment],
        );
        $output = stream_get_contents($pipes[1]);
        $complaint = stream_get_contents($pipes[2]);
        return [$output, $complaint, proc_close($process)];
    }

    private function user(): string
    {
        return posix_getpwuid(posix_geteuid())['name'];
    }

    private function library(): string
    {
        return \Secenv\Native::path();
    }
}
