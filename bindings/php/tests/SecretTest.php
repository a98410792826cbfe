<?php

declare(strict_types=1);

namespace Secenv\Tests;

use PHPUnit\Framework\TestCase;
use Secenv\Exception\Misuse;
use Secenv\Exception\SecenvException;
use Secenv\Identity;
use Secenv\Native;
use Secenv\Protocol1\Envelope;
use Secenv\Protocol1\Padding;
use Secenv\Protocol1\RsaSecret;
use Secenv\Secret;
use Secenv\Session\Client;
use Secenv\Session\ClientConfig;
use Secenv\Session\Place;
use Secenv\Session\Server;
use Secenv\Session\ServerConfig;
use Secenv\Session\Session;
use Secenv\Session\Sessions;
use Secenv\Session\StateKeys;
use Secenv\Sodium\Aead;
use Secenv\Sodium\Hash;
use Secenv\Sodium\Kx;
use Secenv\Sodium\Password;
use Secenv\Sodium\SealedBox;
use Secenv\Sodium\SecretBox;
use Secenv\Sodium\SecretStream;

/** Secrets stay where they are put: no dump, no trace, no copy, no leak. */
final class SecretTest extends TestCase
{
    private const MARK = 'do not show me, I am secret';

    /** @return iterable<string, array{object}> */
    public static function keepers(): iterable
    {
        $rsa = RsaSecret::parse(file_get_contents(__DIR__ . '/../../../tests/vectors/keys/known.pem'));
        $push = SecretStream::push(SecretStream::key());
        yield 'a secret of ours' => [Secret::hold(self::MARK)];
        yield 'a secret of C' => [$rsa->unwrap(Padding::OaepSha1, $rsa->public()->wrap(Padding::OaepSha1, self::MARK))];
        yield 'an RSA secret' => [$rsa];
        yield 'an RSA key' => [$rsa->public()];
        yield 'a stream to seal' => [$push];
        yield 'a stream to open' => [SecretStream::pull(SecretStream::key(), $push->header)];
        $key = str_pad(self::MARK, 32, '.');
        $identity = Identity::generate();
        $pin = Identity::pin($identity->public());
        $handshake = new Handshake();
        $handshake->server->open('', $handshake->client->seal('', self::MARK));
        $config = new ServerConfig($key, Handshake::STORE, [$key]);
        yield 'an identity' => [$identity];
        yield 'a client' => [Client::start($identity, new ClientConfig([$pin]))];
        yield 'a client that is done' => [$handshake->done];
        yield 'the configuration of a server' => [$config];
        yield 'a server' => [Server::create($identity, $config)];
        yield 'a session' => [$handshake->server];
        yield 'the keys of states' => [new StateKeys($key, $key)];
        yield 'the sessions of a server' => [new Sessions(new MemorySessionStore(), new StateKeys($key), $pin)];
        yield 'a hash' => [Hash::start(32, str_repeat(self::MARK, 2))];
    }

    /** @dataProvider keepers */
    public function testCannotBeCloned(object $keeper): void
    {
        $this->expectException(\Error::class);
        $this->expectExceptionMessage('__clone()');
        clone $keeper;
    }

    /** @dataProvider keepers */
    public function testCannotBeSerialised(object $keeper): void
    {
        $this->expectException(Misuse::class);
        serialize($keeper);
    }

    /** @dataProvider keepers */
    public function testCannotBeMadeFromASerialisedText(object $keeper): void
    {
        $this->expectException(\Exception::class);
        unserialize(sprintf('O:%d:"%s":0:{}', \strlen($keeper::class), $keeper::class));
    }

    /** @dataProvider keepers */
    public function testIsSilentWhenDumped(object $keeper): void
    {
        $dumps = $this->dumps($keeper) . $this->dumps((array) $keeper);
        // Neither the bytes as text nor as a list of numbers: 'd', 'o', ' ' would be 100, 111, 32.
        self::assertStringNotContainsString(self::MARK, $dumps);
        self::assertDoesNotMatchRegularExpression('/int\(100\)|=> 100\b/', $dumps);
    }

    public function testHandlesDumpAsNothing(): void
    {
        foreach (self::keepers() as [$keeper]) {
            self::assertSame([], $keeper->__debugInfo());
        }
    }

    public function testIsFreedOnceAndNotUsedAfterwards(): void
    {
        $rsa = RsaSecret::parse(file_get_contents(__DIR__ . '/../../../tests/vectors/keys/known.pem'));
        $public = $rsa->public();
        $ours = Secret::hold('k');
        $theirs = $rsa->encodeSecret();
        $uses = [
            fn () => $ours->reveal(),
            fn () => $theirs->reveal(),
            fn () => $ours->equals('k'),
            fn () => Hash::of('message', 32, $theirs),
            fn () => $rsa->sign('message'),
            fn () => $public->encode(),
        ];
        foreach ([$ours, $theirs, $rsa, $public, $ours, $theirs, $rsa, $public] as $handle) {
            $handle->__destruct();
        }
        $refused = 0;
        foreach ($uses as $use) {
            try {
                $use();
            } catch (Misuse) {
                $refused++;
            }
        }
        self::assertCount($refused, $uses);
    }

    public function testAHandleMadeBehindTheConstructorHoldsNothing(): void
    {
        $this->expectException(Misuse::class);
        (new \ReflectionClass(Secret::class))->newInstanceWithoutConstructor()->reveal();
    }

    public function testHoldsAndRevealsAnyBytes(): void
    {
        foreach (['', "\0", "a\0b", random_bytes(100_000)] as $bytes) {
            $secret = Secret::hold($bytes);
            self::assertSame($bytes, $secret->reveal());
            self::assertSame(\strlen($bytes), $secret->length());
            self::assertTrue($secret->equals($bytes));
            self::assertTrue($secret->equals(Secret::hold($bytes)));
            self::assertFalse($secret->equals("$bytes!"));
        }
        self::assertFalse(Secret::hold('same length')->equals('other bytes'));
    }


    public function testAHandleOfAnotherKindInAListIsMisuse(): void
    {
        $config = new ServerConfig(random_bytes(32), Handshake::STORE);
        $handshake = new Handshake();
        $rsa = RsaSecret::parse(file_get_contents(__DIR__ . '/../../../tests/vectors/keys/known.pem'));
        $strangers = [$handshake->done, $handshake->client, $rsa, $rsa->encodeSecret(), Secret::hold('x'), 'text', null];
        foreach ([...$strangers, Server::create(Identity::generate(), $config)] as $stranger) {
            try {
                Server::create([Identity::generate(), $stranger], $config);
                self::fail(get_debug_type($stranger) . ' passed for an identity');
            } catch (SecenvException $refusal) {
                self::assertSame('InvalidArgument', $refusal->status()->name);
            }
        }
    }

    public function testWhatIsFreedInTheMidstOfACallIsFreedAtItsEnd(): void
    {
        $secret = Secret::hold(str_repeat('k', 32));
        $identity = Identity::generate();
        // A warning inside the call lets an error handler run, which may do anything.
        set_error_handler(static function () use ($secret, $identity): bool {
            $secret->__destruct();
            $identity->__destruct();
            return true;
        });
        try {
            \Secenv\Native::call('secenv_grant_issue', $identity, $identity, $secret, 1, 1, 1, 2, 0);
            self::fail('these are no arguments');
        } catch (\Throwable $refusal) {
            self::assertNotSame('', $refusal->getMessage());
        } finally {
            restore_error_handler();
        }
        foreach ([$secret->reveal(...), $identity->public(...)] as $use) {
            try {
                $use();
                self::fail('it was used after it was freed');
            } catch (SecenvException $refusal) {
                self::assertStringContainsString('was freed', $refusal->getMessage());
            }
        }
    }

    public function testKeepsNoSecretInATrace(): void
    {
        $rsa = RsaSecret::parse(file_get_contents(__DIR__ . '/../../../tests/vectors/keys/known.pem'));
        $long = str_repeat(self::MARK, 20);
        $sessions = self::sessions();
        $place = new Place($sessions[0]->serverPin(), $sessions[0]->id());
        $attempts = [
            fn () => Envelope::seal(self::MARK, $rsa->public(), Padding::Pkcs1, '', self::MARK),
            fn () => Envelope::open(self::MARK, $rsa, Padding::Pkcs1, '', '{}'),
            fn () => Aead::seal(self::MARK, Aead::nonce(), '', self::MARK),
            fn () => Aead::open(str_repeat('k', 32), Aead::nonce(), '', 'short'),
            fn () => SecretBox::seal(self::MARK, SecretBox::nonce(), self::MARK),
            fn () => SealedBox::seal('short', self::MARK),
            fn () => Kx::seedKeypair(self::MARK),
            fn () => Password::derive(self::MARK, 'short'),
            fn () => Password::verify('none', self::MARK),
            fn () => Password::hash(self::MARK, 99),
            fn () => Hash::of(self::MARK, 1, self::MARK),
            fn () => SecretStream::push(self::MARK),
            fn () => RsaSecret::parse(self::MARK),
            fn () => $rsa->public()->wrap(Padding::Pkcs1, $long),
            fn () => $rsa->privateEncrypt($long),
            fn () => $rsa->public()->verify(self::MARK, 'none'),
            fn () => Identity::parse(self::MARK),
            fn () => Server::create(Identity::generate(), new ServerConfig(self::MARK, Handshake::STORE)),
            fn () => Server::create(
                Identity::generate(),
                new ServerConfig(str_repeat('k', 32), Handshake::STORE, [self::MARK]),
            ),
            fn () => new StateKeys(self::MARK),
            fn () => new StateKeys(str_repeat('k', 32), self::MARK),
            fn () => $sessions[0]->export(self::MARK, $place),
            fn () => $sessions[0]->seal(str_repeat('a', 1 << 17), self::MARK),
            fn () => $sessions[0]->reply(7, '', self::MARK),
            fn () => Session::import('blob', self::MARK, $place),
            fn () => (new Sessions(new MemorySessionStore(), new StateKeys(str_repeat('k', 32)), $place->serverPin))
                ->send('no such id', '', self::MARK),
        ];
        foreach ($attempts as $attempt) {
            try {
                $attempt();
                self::fail('it was accepted');
            } catch (SecenvException $refusal) {
                self::assertStringNotContainsString('do not', (string) $refusal);
                $frames = $refusal->getTrace();
                $ours = array_filter($frames, fn ($frame) => str_starts_with($frame['class'] ?? '', 'Secenv\\'));
                $ours = array_filter($ours, fn ($frame) => !str_starts_with($frame['class'], __NAMESPACE__));
                self::assertNotSame([], $ours);
                self::assertStringNotContainsString(self::MARK, print_r(array_column($ours, 'args'), true));
            }
        }
    }

    public function testMemoryDoesNotGrowOverTwoThousandHandles(): void
    {
        $pem = file_get_contents(__DIR__ . '/../../../tests/vectors/keys/known.pem');
        $round = static function (int $times) use ($pem): void {
            for ($i = 0; $i < $times; $i++) {
                $rsa = RsaSecret::parse($pem);
                $public = $rsa->public();
                $secret = $rsa->encodeSecret();
                $keys = Kx::clientSessionKeys(Kx::keypair(), Kx::keypair()->public);
                $push = SecretStream::push($keys->tx);
                SecretStream::pull($keys->tx, $push->header)->pull($push->push(str_repeat('x', 1000)));
                [$session, $theirs] = self::sessions();
                $theirs->open('', $session->seal('', str_repeat('x', 1000)));
                $place = new Place($theirs->serverPin(), $theirs->id(), Handshake::STORE);
                Session::import($theirs->export(str_repeat('k', 32), $place), str_repeat('k', 32), $place);
                try {
                    $public->verify($secret, 'forged');
                } catch (SecenvException) {
                }
            }
        };
        $round(200);
        [$php, $process] = [memory_get_usage(), $this->resident()];
        $round(2000);
        self::assertLessThan(64 << 10, memory_get_usage() - $php);
        self::assertLessThan(4 << 20, $this->resident() - $process);
    }

    public function testLargeInputsAreNotCopiedOnTheWayIn(): void
    {
        $key = SecretBox::key();
        $rsa = RsaSecret::parse(file_get_contents(__DIR__ . '/../../../tests/vectors/keys/known.pem'));
        $json = Envelope::seal($key, $rsa->public(), Padding::OaepSha1, '', str_repeat('x', 16 << 20));
        memory_reset_peak_usage();
        $before = memory_get_usage();
        $secret = Envelope::open($key, $rsa, Padding::OaepSha1, '', $json);
        self::assertLessThan(1 << 20, memory_get_peak_usage() - $before);
        self::assertSame(16 << 20, $secret->length());
    }

    /** @dataProvider keepers */
    public function testCannotBeWrittenAsJson(object $keeper): void
    {
        $this->expectException(Misuse::class);
        json_encode(['doc' => $keeper]);
    }

    public function testNativeTakesAndGivesNoPointer(): void
    {
        $types = [];
        foreach ((new \ReflectionClass(Native::class))->getMethods(\ReflectionMethod::IS_PUBLIC) as $method) {
            foreach ([$method->getReturnType(), ...array_map(
                static fn (\ReflectionParameter $one): ?\ReflectionType => $one->getType(),
                $method->getParameters(),
            )] as $type) {
                array_push($types, ...explode('|', ltrim((string) $type, '?')));
            }
        }
        $types = array_unique($types);
        sort($types);
        self::assertSame(['Secenv\\Handle', 'Secenv\\Secret', 'bool', 'int', 'mixed', 'string', 'void'], $types);
    }

    public function testNoCallReadsOrWritesBeyondWhatItWasGiven(): void
    {
        $session = self::sessions()[0];
        $refused = [
            // Another kind of handle, bytes in its place, and a state that somebody made up.
            fn () => Native::call('secenv_session_id', Identity::generate()),
            fn () => Native::call('secenv_session_id', Secret::hold(str_repeat("\xff", 512))),
            fn () => Native::call('secenv_session_id', 'session'),
            fn () => Native::call('secenv_generichash_update', Secret::hold(str_repeat("\xff", 384)), 'part'),
            fn () => Native::call('secenv_generichash_update', Native::call(
                'secenv_secretstream_xchacha20poly1305_init_push',
                str_repeat('k', 32),
            )[0], 'part'),
            // Fewer bytes than C reads, and lengths of one's own.
            fn () => Native::call('secenv_session_export', $session, 'short'),
            fn () => Native::call('secenv_kx_seed_keypair', Secret::hold('short')),
            fn () => Native::call('secenv_box_seal', 'message', 'short'),
            fn () => Native::call('secenv_pwhash_str_verify', ['text'], 'password'),
            fn () => Native::call('secenv_randombytes_buf', Secret::hold('0123'), 1 << 20),
            fn () => Native::call('secenv_memzero', 'text', 1 << 20),
            fn () => Native::call('secenv_bytes_free', Secret::hold('0123')),
            fn () => Native::call('secenv_randombytes_buf', -64),
        ];
        foreach ($refused as $at => $attempt) {
            try {
                $attempt();
                self::fail("attempt $at was allowed");
            } catch (\PHPUnit\Framework\AssertionFailedError $failure) {
                throw $failure;
            } catch (\Throwable) {
                $this->addToAssertionCount(1);
            }
        }
        self::assertNotSame('', $session->seal('', 'it still works'));
    }

    /** @return array{Session, Session} the client's side and the server's */
    private static function sessions(): array
    {
        $handshake = new Handshake();
        return [$handshake->client, $handshake->server];
    }

    private function dumps(mixed $value): string
    {
        ob_start();
        var_dump($value);
        print_r($value);
        try {
            var_export($value);
        } catch (\Throwable) {
            // It refuses, which is as silent.
        }
        return ob_get_clean();
    }

    private function resident(): int
    {
        preg_match('/^VmRSS:\s+(\d+) kB/m', file_get_contents('/proc/self/status'), $found);
        return (int) $found[1] << 10;
    }
}
