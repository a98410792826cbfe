<?php

declare(strict_types=1);

namespace Secenv\Tests;

use PHPUnit\Framework\TestCase;
use Secenv\IdentityKind;
use Secenv\Native;
use Secenv\Padding;
use Secenv\SecretStream;
use Secenv\Status;
use Secenv\StreamTag;
use Secenv\Suite;

/** Facts that stand in the header and, again, in PHP. */
final class HouseTest extends TestCase
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
                    \constant("Secenv\\$class::{$ours}_BYTES"),
                    "$class::$ours",
                );
            }
        }
        self::assertSame($this->number('SECENV_SECRETSTREAM_XCHACHA20POLY1305_ABYTES'), SecretStream::CHUNK_OVERHEAD);
    }

    public function testTheLimitsAreThoseOfTheHeader(): void
    {
        foreach (['INTERACTIVE', 'MODERATE', 'SENSITIVE'] as $word) {
            $ours = [\constant("Secenv\\Password::OPS_$word"), \constant("Secenv\\Password::MEMORY_$word")];
            self::assertSame($this->number("SECENV_PWHASH_OPSLIMIT_$word"), $ours[0]);
            self::assertSame($this->number("SECENV_PWHASH_MEMLIMIT_$word"), $ours[1]);
        }
        foreach (['BYTES', 'BYTES_MIN', 'BYTES_MAX'] as $word) {
            self::assertSame($this->number("SECENV_GENERICHASH_$word"), \constant("Secenv\\Hash::$word"));
        }
        foreach (['MIN', 'MAX'] as $word) {
            self::assertSame(
                $this->number("SECENV_GENERICHASH_KEYBYTES_$word"),
                \constant("Secenv\\Hash::KEY_BYTES_$word"),
            );
            self::assertSame($this->number("SECENV_KDF_BYTES_$word"), \constant("Secenv\\Kdf::SUBKEY_BYTES_$word"));
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
            static fn (Status $status): string => Native::plain('secenv_status_message', $status->value),
            Status::cases(),
        );
        self::assertSame(array_unique($messages), $messages);
        self::assertNotContains('', $messages);
    }

    public function testEveryFunctionThatIsCalledStandsInTheHeader(): void
    {
        $called = [];
        foreach ($this->sources() as $path => $code) {
            preg_match_all("/'(secenv_[a-z0-9_]+)'|->(secenv_[a-z0-9_]+)\(/", $code, $found);
            foreach (array_filter([...$found[1], ...$found[2]]) as $name) {
                $called[$name] = $path;
            }
        }
        // Tables.
        unset($called['secenv_sessions'], $called['secenv_keyrings']);
        self::assertGreaterThan(40, \count($called));
        foreach ($called as $name => $path) {
            self::assertMatchesRegularExpression("/\b$name\b/", self::$header, $path);
        }
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
        $paths = glob(__DIR__ . '/../src/*.php');
        return array_combine($paths, array_map(file_get_contents(...), $paths));
    }
}
