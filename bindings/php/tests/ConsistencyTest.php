<?php

declare(strict_types=1);

namespace Secenv\Tests;

use PHPUnit\Framework\TestCase;
use Secenv\IdentityKind;
use Secenv\Native;
use Secenv\Protocol1\Padding;
use Secenv\Session\Suite;
use Secenv\Signatures;
use Secenv\Sodium\SecretStream;
use Secenv\Sodium\StreamTag;
use Secenv\Status;

/** Facts that stand in the header and, again, in PHP. */
final class ConsistencyTest extends TestCase
{
    private const CONSTANTS = [
        'Kx' => ['PUBLIC' => 'KX_PUBLICKEY', 'SECRET' => 'KX_SECRETKEY', 'SEED' => 'KX_SEED',
            'SESSION' => 'KX_SESSIONKEY'],
        'Box' => ['PUBLIC' => 'BOX_PUBLICKEY', 'SECRET' => 'BOX_SECRETKEY', 'SEED' => 'BOX_SEED',
            'NONCE' => 'BOX_NONCE', 'TAG' => 'BOX_MAC'],
        'SealedBox' => ['SEAL' => 'BOX_SEAL'],
        'Sign' => ['PUBLIC' => 'SIGN_PUBLICKEY', 'SECRET' => 'SIGN_SECRETKEY', 'SEED' => 'SIGN_SEED',
            'SIGNATURE' => 'SIGN_'],
        'SecretBox' => ['KEY' => 'SECRETBOX_KEY', 'NONCE' => 'SECRETBOX_NONCE', 'TAG' => 'SECRETBOX_MAC'],
        'Aead' => ['KEY' => 'AEAD_XCHACHA20POLY1305_IETF_KEY', 'NONCE' => 'AEAD_XCHACHA20POLY1305_IETF_NPUB',
            'TAG' => 'AEAD_XCHACHA20POLY1305_IETF_A'],
        'SecretStream' => ['KEY' => 'SECRETSTREAM_XCHACHA20POLY1305_KEY',
            'HEADER' => 'SECRETSTREAM_XCHACHA20POLY1305_HEADER'],
        'Password' => ['SALT' => 'PWHASH_SALT'],
        'Kdf' => ['KEY' => 'KDF_KEY', 'CONTEXT' => 'KDF_CONTEXT'],
        'Kem' => ['PUBLIC' => 'KEM_PUBLICKEY', 'SECRET' => 'KEM_SECRETKEY', 'SEED' => 'KEM_SEED',
            'CIPHERTEXT' => 'KEM_CIPHERTEXT', 'SHARED' => 'KEM_SHAREDSECRET'],
    ];

    private static string $header;

    public static function setUpBeforeClass(): void
    {
        self::$header = file_get_contents(__DIR__ . '/../resources/secenv.ffi.h');
    }

    public function testTheLengthsAreThoseOfTheHeader(): void
    {
        foreach (self::CONSTANTS as $class => $names) {
            foreach ($names as $ours => $theirs) {
                self::assertSame(
                    $this->number("SECENV_{$theirs}BYTES"),
                    \constant("Secenv\\Sodium\\$class::{$ours}_BYTES"),
                    "$class::$ours",
                );
            }
        }
        self::assertSame($this->number('SECENV_SECRETSTREAM_XCHACHA20POLY1305_ABYTES'), SecretStream::CHUNK_OVERHEAD);
    }

    public function testTheLimitsAreThoseOfTheHeader(): void
    {
        foreach (['INTERACTIVE', 'MODERATE', 'SENSITIVE'] as $word) {
            foreach (['OPSLIMIT' => 'OPS', 'MEMLIMIT' => 'MEMORY'] as $theirs => $ours) {
                self::assertSame(
                    $this->number("SECENV_PWHASH_{$theirs}_$word"),
                    \constant("Secenv\\Sodium\\Password::{$ours}_$word"),
                );
            }
        }
        foreach (['BYTES', 'BYTES_MIN', 'BYTES_MAX'] as $word) {
            self::assertSame($this->number("SECENV_GENERICHASH_$word"), \constant("Secenv\\Sodium\\Hash::$word"));
        }
        foreach (['MIN', 'MAX'] as $word) {
            self::assertSame(
                $this->number("SECENV_GENERICHASH_KEYBYTES_$word"),
                \constant("Secenv\\Sodium\\Hash::KEY_BYTES_$word"),
            );
            self::assertSame(
                $this->number("SECENV_KDF_BYTES_$word"),
                \constant("Secenv\\Sodium\\Kdf::SUBKEY_BYTES_$word"),
            );
        }
    }

    public function testTheEnumsAreThoseOfTheHeader(): void
    {
        $this->assertEnum('SECENV_STATUS_', Status::cases());
        $this->assertEnum('SECENV_RSA_PADDING_', Padding::cases());
        $this->assertEnum('SECENV_IDENTITY_', IdentityKind::cases());
        self::assertSame($this->number('SECENV_SUITE_X25519'), Suite::X25519->value);
        self::assertSame($this->number('SECENV_SUITE_X25519_XWING'), Suite::X25519XWing->value);
        $this->assertEnum('SECENV_SECRETSTREAM_XCHACHA20POLY1305_TAG_', StreamTag::cases());
    }

    public function testEveryStatusHasAMessageOfItsOwn(): void
    {
        $messages = array_map(
            static fn (Status $status): string => Native::call('secenv_status_message', $status->value),
            Status::cases(),
        );
        self::assertSame(array_unique($messages), $messages);
        self::assertNotContains('', $messages);
    }

    public function testTheVersionIsThatOfTheLibrary(): void
    {
        $header = file_get_contents(__DIR__ . '/../../../include/secenv/base.h');
        self::assertStringContainsString('#define SECENV_VERSION "' . Native::VERSION . '"', $header);
    }

    public function testTheStatesAreAsLargeAsTheLibrarySays(): void
    {
        foreach (['generichash' => 384, 'secretstream_xchacha20poly1305' => 52] as $family => $bytes) {
            self::assertSame($bytes, Native::call("secenv_{$family}_statebytes"));
            foreach (Signatures::ALL as $function => $signature) {
                $sizes = preg_grep('/\A[ns]\d+\z/', array_filter($signature, \is_string(...)));
                if (str_starts_with($function, "secenv_{$family}_") && $sizes !== []) {
                    self::assertSame((string) $bytes, substr(reset($sizes), 1), $function);
                }
            }
        }
    }

    public function testEverySignatureIsThatOfTheHeader(): void
    {
        foreach (Signatures::ALL as $function => $signature) {
            self::assertSame(1, preg_match("/^(.*)\b$function\((.*)\);$/m", self::$header, $found), $function);
            $theirs = $found[2] === 'void' ? [] : explode(', ', $found[2]);
            $shape = array_map(static fn (string $one): string => str_repeat('*', substr_count($one, '*')), $theirs);
            self::assertSame(self::shape($signature), $shape, $function);
            preg_match_all('/\*(?!\*)\w*?(\d*)(?:, |$)/', $found[2], $named);
            $sizes = array_map('intval', array_filter(array_diff($named[1], [''])));
            $tokens = implode(',', self::tokens($signature));
            foreach ($sizes as $size) {
                self::assertMatchesRegularExpression("/(?<!\d)$size(?!\d)/", $tokens, $function);
            }
            foreach (preg_grep('/\A>Secenv/', self::tokens($signature)) as $made) {
                self::assertStringContainsString(Signatures::TYPES[substr($made, 1)] . ' **', $found[2], $function);
            }
        }
        foreach (Signatures::TYPES as $class => $type) {
            self::assertMatchesRegularExpression("/\bvoid {$type}_free\($type \*/", self::$header, $class);
        }
    }

    public function testEveryFunctionThatIsCalledHasASignatureAndTheOtherWayRound(): void
    {
        $called = [];
        foreach ($this->sources() as $path => $code) {
            if (!\in_array(basename($path), ['Signatures.php', 'Native.php'], true)) {
                preg_match_all("/(call|from|timed)\(\s*'(secenv_[a-z0-9_]+)'/", $code, $found, PREG_SET_ORDER);
                foreach ($found as [, $how, $function]) {
                    array_push($called, $function, ...($how === 'timed' ? ["{$function}_at"] : []));
                }
            }
        }
        $called = array_unique($called);
        sort($called);
        $known = array_diff(
            array_keys(Signatures::ALL),
            ['secenv_generichash_statebytes', 'secenv_secretstream_xchacha20poly1305_statebytes'],
        );
        sort($known);
        self::assertSame($known, $called);
    }

    public function testOnlyNativeSaysFfi(): void
    {
        foreach ($this->sources() as $path => $code) {
            self::assertSame(basename($path) === 'Native.php', str_contains($code, 'FFI::'), $path);
        }
    }

    public function testEveryClassIsFinalAndStrict(): void
    {
        foreach ($this->sources() as $path => $code) {
            self::assertStringContainsString('declare(strict_types=1);', $code, $path);
            self::assertMatchesRegularExpression('/^(final |abstract |enum |trait |interface )/m', $code, $path);
        }
    }

    public function testEveryPublicMethodSaysWhatItThrows(): void
    {
        // These only give what they hold, or keep what they are given.
        $silent = ['status', 'hello', 'now', 'arguments', 'of', 'path', 'passphrase', 'from', 'cookies', 'states'];
        foreach ($this->methods() as $name => $method) {
            if (!str_starts_with($method->name, '__') && !\in_array($method->name, $silent, true)) {
                self::assertStringContainsString('@throws', self::documentation($method), $name);
            }
        }
    }

    public function testAssociatedDataStandsBeforeWhatItIsBoundToAndTheClockLast(): void
    {
        $seen = 0;
        foreach ($this->methods() as $name => $method) {
            $names = array_map(static fn (\ReflectionParameter $one): string => $one->name, $method->getParameters());
            self::assertNotContains('now', $names, "$name: a clock tells the time");
            self::assertContains(array_search('clock', $names, true), [false, \count($names) - 1], $name);
            // A chunk of libsodium's stream alone may have none, so it comes last there, as in C.
            if (\in_array('ad', $names, true) && !str_contains($name, 'SecretStream')) {
                $bound = ['message', 'record', 'sealed', 'json', 'nonce'];
                $last = str_ends_with($name, 'openParts') ? 3 : 2;
                self::assertSame(\count($names) - $last, array_search('ad', $names, true), $name);
                self::assertContains($names[\count($names) - 1], $bound, $name);
                $seen++;
            }
        }
        self::assertSame(15, $seen);
    }

    /** @return iterable<string, \ReflectionMethod> the public methods of what is no internal class */
    private function methods(): iterable
    {
        foreach (array_keys($this->sources()) as $path) {
            $name = substr(realpath($path), \strlen(realpath(__DIR__ . '/../src')) + 1, -4);
            $class = new \ReflectionClass('Secenv\\' . str_replace('/', '\\', $name));
            if (!str_contains((string) $class->getDocComment(), '@internal')) {
                foreach ($class->getMethods(\ReflectionMethod::IS_PUBLIC) as $method) {
                    if ($method->getDeclaringClass() == $class && $method->isUserDefined()) {
                        yield "$class->name::$method->name" => $method;
                    }
                }
            }
        }
    }

    /** What is said about a method, or about the one of the interface that it implements. */
    private static function documentation(\ReflectionMethod $method): string
    {
        $said = (string) $method->getDocComment();
        foreach ($said === '' ? $method->getDeclaringClass()->getInterfaces() : [] as $interface) {
            $said .= $interface->hasMethod($method->name) ? $interface->getMethod($method->name)->getDocComment() : '';
        }
        return $said;
    }

    /**
     * @param list<string|Status> $signature
     * @return list<string>
     */
    private static function tokens(array $signature): array
    {
        return array_values(array_diff(array_filter($signature, \is_string(...)), ['=']));
    }

    /**
     * How many stars each parameter of C's has.
     *
     * @param list<string|Status> $signature
     * @return list<string>
     */
    private static function shape(array $signature): array
    {
        return array_merge(...array_map(static fn (string $token): array => match (true) {
            $token === 'i', $token === 'u' => [''],
            $token === 'b', $token === 'o', $token === 'k', $token[0] === 'l' => ['*', ''],
            $token[0] === 'H' => ['**', ''],
            $token === '>number', $token === '>size', $token === '>bool' => ['*'],
            $token[0] === '>' => ['**'],
            default => ['*'],
        }, self::tokens($signature)));
    }

    /** @param list<\BackedEnum> $cases */
    private function assertEnum(string $prefix, array $cases): void
    {
        preg_match_all("/\b{$prefix}([A-Z0-9_]+) = (\d+)/", self::$header, $found);
        $ours = [];
        foreach ($cases as $case) {
            $ours[strtoupper(preg_replace('/(?<!^)[A-Z]/', '_$0', $case->name))] = (string) $case->value;
        }
        self::assertSame(array_combine($found[1], $found[2]), $ours);
    }

    private function number(string $name): int
    {
        self::assertSame(1, preg_match("/\b$name = (\d+)/", self::$header, $found), $name);
        return (int) $found[1];
    }

    /** @return array<string, string> */
    private function sources(): array
    {
        $paths = [...glob(__DIR__ . '/../src/*.php'), ...glob(__DIR__ . '/../src/*/*.php')];
        return array_combine($paths, array_map(file_get_contents(...), $paths));
    }
}
