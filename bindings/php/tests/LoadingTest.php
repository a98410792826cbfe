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
            echo strlen(Secenv\Sodium\Random::bytes(5)), ' bytes';
        } catch (Secenv\Exception\Unavailable $cause) {
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
        exec('rm -r ' . escapeshellarg($this->folder));
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
        foreach (['0', 'off', 'false'] as $off) {
            $said = $this->attempt(["ffi.enable=$off"]);
            self::assertMatchesRegularExpression('/^30 .*: FFI is switched off \(ffi\.enable=0?\): remove that line, '
                . 'the default is preload$/', $said);
        }
    }

    public function testWorksForEachOtherValueOfFfiEnable(): void
    {
        foreach (['1', 'on', 'preload'] as $value) {
            self::assertSame('5 bytes', $this->attempt(["ffi.enable=$value"]));
        }
    }

    public function testWorksWithoutGetenv(): void
    {
        copy($this->library(), "{$this->package('package')}/lib/libsecenv.so.0");
        self::assertSame('5 bytes', $this->attempt(['disable_functions=getenv'], package: 'package'));
    }

    public function testTakesNoStrangersLibrary(): void
    {
        foreach (['app/vendor/libsecenv/secenv', 'app/share/a/b/secenv'] as $where) {
            $this->package($where);
            $near = ['vendor/target/release/libsecenv.so', 'lib/libsecenv.so.0', 'share/lib/libsecenv.so.0'];
            foreach ($near as $file) {
                $path = "$this->folder/app/$file";
                is_dir(\dirname($path)) || mkdir(\dirname($path), recursive: true);
                file_put_contents($path, 'what somebody else built');
            }
            $code = sprintf("require '%s'; echo Secenv\\Native::path();", "$this->folder/$where/autoload.php");
            $said = $this->start([PHP_BINARY, '-r', $code], ['SECENV_LIBRARY' => '']);
            self::assertSame(['libsecenv.so.0', '', 0], $said);
        }
    }

    public function testTakesTheLibraryOfItsOwnPrefixAndOfItsOwnCheckout(): void
    {
        $libraries = ['share/php/Secenv' => 'lib/libsecenv.so.0', 'bindings/php' => 'build/lib/libsecenv.so'];
        foreach ($libraries as $where => $file) {
            $this->package($where);
            mkdir(\dirname("$this->folder/$file"), recursive: true);
            touch("$this->folder/$file");
            $code = sprintf("require '%s'; echo Secenv\\Native::path();", "$this->folder/$where/autoload.php");
            $said = $this->start([PHP_BINARY, '-r', $code], ['SECENV_LIBRARY' => '']);
            self::assertSame([realpath("$this->folder/$file"), '', 0], $said);
        }
    }

    public function testRefusesALibraryOfAnotherVersion(): void
    {
        // A library that says its version, whatever the one beside it says.
        $package = $this->package('package');
        $header = "$package/resources/secenv.ffi.h";
        $function = 'const char *secenv_version(void)';
        if (!str_contains(file_get_contents($header), $function)) {
            file_put_contents($header, "$function;\n", FILE_APPEND);
        }
        copy($this->library(), "$this->folder/libsecenv.so.0");
        $versions = ['0.1.0' => '5 bytes', '0.1.9' => '5 bytes', '0.2.0' => '30 ', '1.1.0' => '30 '];
        foreach ($versions as $version => $said) {
            file_put_contents("$this->folder/version.c", "$function { return \"$version\"; }");
            $build = ['cc', '-shared', '-fPIC', '-Wl,--no-as-needed', '-o', "$this->folder/versioned.so",
                "$this->folder/version.c", "$this->folder/libsecenv.so.0"];
            self::assertSame(['', '', 0], $this->start($build));
            $got = $this->attempt([], [
                'SECENV_LIBRARY' => "$this->folder/versioned.so",
                'LD_LIBRARY_PATH' => $this->folder,
            ], package: 'package');
            self::assertStringStartsWith($said, $got);
            if ($said === '30 ') {
                self::assertStringContainsString("the library is version $version and the PHP package 0.1.0", $got);
            }
        }
    }

    public function testThePackageUsesTheClockInterfaceThatIsThereAlready(): void
    {
        $theirs = 'namespace Psr\Clock { interface ClockInterface { const THEIRS = 1; '
            . 'function now(): \DateTimeImmutable; } }';
        $code = sprintf(
            '%s namespace { require %s; echo (new Secenv\SystemClock())::THEIRS; }',
            $theirs,
            var_export(realpath(__DIR__ . '/../autoload.php'), true),
        );
        self::assertSame(['1', '', 0], $this->start([PHP_BINARY, '-r', $code]));
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
    private function attempt(
        array $ini = [],
        array $environment = [],
        array $options = [],
        ?string $package = null,
    ): string {
        foreach ($ini as $line) {
            array_push($options, '-d', $line);
        }
        $autoload = $package === null ? realpath(__DIR__ . '/../autoload.php') : "$this->folder/$package/autoload.php";
        $code = sprintf(self::TRY, var_export($autoload, true));
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

    /** A copy of the package, without the library. */
    private function package(string $where): string
    {
        $package = "$this->folder/$where";
        mkdir("$package/lib", recursive: true);
        $from = escapeshellarg(realpath(__DIR__ . '/..'));
        exec("cp -r $from/src $from/psr $from/resources $from/autoload.php " . escapeshellarg($package));
        return $package;
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
