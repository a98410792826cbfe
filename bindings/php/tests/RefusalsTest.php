<?php

declare(strict_types=1);

namespace Secenv\Tests;

use PHPUnit\Framework\TestCase;
use Secenv\Exception\Misuse;
use Secenv\Exception\Rejected;
use Secenv\Exception\SecenvException;
use Secenv\Protocol1\Envelope;
use Secenv\Protocol1\Padding;
use Secenv\Protocol1\RsaPublic;
use Secenv\Protocol1\RsaSecret;
use Secenv\Secret;
use Secenv\Sodium\Aead;
use Secenv\Sodium\Box;
use Secenv\Sodium\Hash;
use Secenv\Sodium\Kdf;
use Secenv\Sodium\Kem;
use Secenv\Sodium\KeyPair;
use Secenv\Sodium\Kx;
use Secenv\Sodium\Password;
use Secenv\Sodium\Random;
use Secenv\Sodium\SealedBox;
use Secenv\Sodium\SecretBox;
use Secenv\Sodium\SecretStream;
use Secenv\Sodium\Sign;
use Secenv\Status;

/** Short, long, forged and foolish input: which exception, and which code. */
final class RefusalsTest extends TestCase
{
    private static RsaSecret $rsa;

    public static function setUpBeforeClass(): void
    {
        self::$rsa = RsaSecret::parse(file_get_contents(__DIR__ . '/../../../tests/vectors/keys/known.pem'));
    }

    /** @return iterable<string, array{Status, callable(): mixed}> */
    public static function refused(): iterable
    {
        $zero = str_repeat("\0", 32);
        $kx = Kx::keypair();
        $box = Box::keypair();
        $sign = Sign::keypair();
        $kem = Kem::keypair();
        $nonce = Box::nonce();
        $key = SecretBox::key();
        $oaep = Padding::OaepSha1;
        $bare = new KeyPair('short', Secret::hold('short'));
        $flip = static fn (string $bytes): string => substr($bytes, 0, -1) . ($bytes[-1] ^ "\1");

        // Misuse: the program's own inputs.
        $misuse = Status::InvalidArgument;
        yield 'an RSA key of 1024 bits' => [$misuse, fn () => RsaSecret::generate(1024)];
        yield 'an RSA key of -1 bits' => [$misuse, fn () => RsaSecret::generate(-1)];
        yield 'a seed of 31 bytes for kx' => [$misuse, fn () => Kx::seedKeypair(substr($zero, 1))];
        yield 'a seed of 33 bytes for boxes' => [$misuse, fn () => Box::seedKeypair("$zero!")];
        yield 'an empty seed for signatures' => [$misuse, fn () => Sign::seedKeypair('')];
        yield 'an empty seed for the KEM' => [$misuse, fn () => Kem::seedKeypair(Secret::hold(''))];
        yield 'a bare key pair for kx' => [$misuse, fn () => Kx::clientSessionKeys($bare, $kx->public)];
        yield 'a bare key pair for a box' => [$misuse, fn () => Box::seal($bare, $box->public, $nonce, 'm')];
        yield 'a bare key pair to open' => [$misuse, fn () => Box::open($bare, $box->public, $nonce, $zero)];
        yield 'a bare key pair to unseal' => [$misuse, fn () => SealedBox::open($bare, $zero . $zero)];
        yield 'a bare key pair to sign' => [$misuse, fn () => Sign::sign($bare, 'm')];
        yield 'a bare key pair to decapsulate' => [
            $misuse,
            fn () => Kem::decapsulate($bare, str_repeat('c', Kem::CIPHERTEXT_BYTES)),
        ];
        yield 'a short nonce to seal a box' => [$misuse, fn () => Box::seal($box, $box->public, 'n', 'm')];
        yield 'a short nonce to seal a secret box' => [$misuse, fn () => SecretBox::seal($key, 'n', 'm')];
        yield 'a short nonce to seal' => [$misuse, fn () => Aead::seal($key, 'n', '', 'm')];
        yield 'a short key to seal a secret box' => [$misuse, fn () => SecretBox::seal('k', $nonce, 'm')];
        yield 'a short key to open a secret box' => [$misuse, fn () => SecretBox::open('k', $nonce, $zero)];
        yield 'a short key to seal' => [$misuse, fn () => Aead::seal('k', $nonce, '', 'm')];
        yield 'a short key to open' => [$misuse, fn () => Aead::open('k', $nonce, '', $zero)];
        yield 'a short key to push' => [$misuse, fn () => SecretStream::push('k')];
        yield 'a short key to pull' => [$misuse, fn () => SecretStream::pull('k', $nonce)];
        yield 'a short key to seal an envelope' => [
            $misuse,
            fn () => Envelope::seal('k', self::$rsa->public(), $oaep, '', 'm'),
        ];
        yield 'a short key to open an envelope' => [$misuse, fn () => Envelope::open('', self::$rsa, $oaep, '', '{}')];
        yield 'a hash of 15 bytes' => [$misuse, fn () => Hash::of('m', 15)];
        yield 'a hash of 65 bytes' => [$misuse, fn () => Hash::start(65)];
        yield 'a hash under a key of 3 bytes' => [$misuse, fn () => Hash::of('m', 32, 'key')];
        yield 'a hash that goes on after its end' => [$misuse, function (): void {
            $hash = Hash::start();
            $hash->finish();
            $hash->update('more');
        }];
        yield 'a subkey of 15 bytes' => [$misuse, fn () => Kdf::derive($key, 1, 'contexts', 15)];
        yield 'a subkey with a negative number' => [$misuse, fn () => Kdf::derive($key, -1, 'contexts')];
        yield 'a context of 7 bytes' => [$misuse, fn () => Kdf::derive($key, 1, 'context')];
        yield 'a main key of 3 bytes' => [$misuse, fn () => Kdf::derive('key', 1, 'contexts')];
        yield 'a short salt' => [$misuse, fn () => Password::derive('p', 'salt', 32, 1, 8192)];
        yield 'a password with too little memory' => [$misuse, fn () => Password::hash('p', 1, 8191)];
        yield 'a password with too much memory' => [$misuse, fn () => Password::hash('p', 1, PHP_INT_MAX)];
        yield 'a password with no work' => [$misuse, fn () => Password::hash('p', 0, 8192)];
        yield 'a password with too much work' => [$misuse, fn () => Password::hash('p', 11, 8192)];
        yield 'a key of 15 bytes from a password' => [
            $misuse,
            fn () => Password::derive('p', Password::salt(), 15, 1, 8192),
        ];
        yield 'less than no randomness' => [$misuse, fn () => Random::bytes(-1)];
        yield 'a secret of less than no bytes' => [$misuse, fn () => Random::secret(-1)];
        yield 'a number below none' => [$misuse, fn () => Random::uniform(0)];
        yield 'a number below 2^32' => [$misuse, fn () => Random::uniform(1 << 32)];

        // Malformed: a peer's input that is not in the form.
        $malformed = Status::Malformed;
        yield 'an empty RSA key' => [$malformed, fn () => RsaSecret::parse('')];
        yield 'an RSA key that is none' => [$malformed, fn () => RsaPublic::parse('not a key')];
        yield 'a secret key as a public one' => [
            $malformed,
            fn () => RsaPublic::parse(self::$rsa->encodeSecret()->reveal()),
        ];
        yield 'a public key as a secret one' => [
            $malformed,
            fn () => RsaSecret::parse(self::$rsa->public()->encode()),
        ];
        yield 'a kx key of 31 bytes' => [$malformed, fn () => Kx::serverSessionKeys($kx, substr($zero, 1))];
        yield 'a box key of 33 bytes' => [$malformed, fn () => Box::seal($box, "$zero!", $nonce, 'm')];
        yield 'a sealed box to no key' => [$malformed, fn () => SealedBox::seal('', 'm')];
        yield 'a sender of no length' => [$malformed, fn () => Box::open($box, '', $nonce, $zero)];
        yield 'a short nonce that came with a box' => [$malformed, fn () => Box::open($box, $zero, 'n', $zero)];
        yield 'a short nonce that came with a secret box' => [$malformed, fn () => SecretBox::open($key, 'n', $zero)];
        yield 'a short nonce that came along' => [$malformed, fn () => Aead::open($key, 'n', '', $zero)];
        yield 'a short header' => [$malformed, fn () => SecretStream::pull($key, 'header')];
        yield 'a short signature' => [$malformed, fn () => Sign::verify($sign->public, 'm', 'signature')];
        yield 'a short verification key' => [$malformed, fn () => Sign::verify('', 'm', $zero . $zero)];
        yield 'a short KEM key' => [$malformed, fn () => Kem::encapsulate($zero)];
        yield 'a short KEM ciphertext' => [$malformed, fn () => Kem::decapsulate($kem, $zero)];
        yield 'a password text that is none' => [$malformed, fn () => Password::verify('x', 'p')];
        yield 'a password text with a NUL' => [
            $malformed,
            fn () => Password::verify(Password::hash('p', 1, 8192) . "\0more", 'p'),
        ];
        foreach (['', '{', '[]', '{}', '{"data":"","nonce":1}', '{"data":"*","nonce":"*"}'] as $json) {
            yield "the envelope $json" => [$malformed, fn () => Envelope::open($zero, self::$rsa, $oaep, '', $json)];
        }

        // Too large: it asks for more work than anybody should do for it.
        yield 'a password text that asks for 4 GiB' => [
            Status::TooLarge,
            fn () => Password::verify('$argon2id$v=19$m=4194304,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaA', 'p'),
        ];

        // Too large: more than the key can hold.
        $long = str_repeat('m', 300);
        yield 'too long a message to wrap' => [Status::TooLarge, fn () => self::$rsa->public()->wrap($oaep, $long)];
        yield 'too long a message to encrypt privately' => [
            Status::TooLarge,
            fn () => self::$rsa->privateEncrypt($long),
        ];

        // Rejected: forged, or for somebody else; no word about which.
        $rejected = Status::Rejected;
        yield 'a low-order kx key' => [$rejected, fn () => Kx::clientSessionKeys($kx, $zero)];
        yield 'a low-order box key' => [$rejected, fn () => Box::seal($box, $zero, $nonce, 'm')];
        yield 'a low-order sealed box key' => [$rejected, fn () => SealedBox::seal($zero, 'm')];
        yield 'an empty box' => [$rejected, fn () => Box::open($box, $box->public, $nonce, '')];
        yield 'a box without its tag' => [$rejected, fn () => Box::open($box, $box->public, $nonce, '15 bytes of box')];
        yield 'a forged box' => [
            $rejected,
            fn () => Box::open($box, $box->public, $nonce, $flip(Box::seal($box, $box->public, $nonce, 'm'))),
        ];
        yield 'a box from somebody else' => [
            $rejected,
            fn () => Box::open($box, $kx->public, $nonce, Box::seal($box, $box->public, $nonce, 'm')),
        ];
        yield 'a short sealed box' => [$rejected, fn () => SealedBox::open($box, $zero)];
        yield 'a forged sealed box' => [
            $rejected,
            fn () => SealedBox::open($box, $flip(SealedBox::seal($box->public, 'm'))),
        ];
        yield 'a sealed box to somebody else' => [
            $rejected,
            fn () => SealedBox::open($box, SealedBox::seal(Box::keypair()->public, 'm')),
        ];
        yield 'an empty secret box' => [$rejected, fn () => SecretBox::open($key, $nonce, '')];
        yield 'a forged secret box' => [
            $rejected,
            fn () => SecretBox::open($key, $nonce, $flip(SecretBox::seal($key, $nonce, 'm'))),
        ];
        yield 'a sealed text without its tag' => [$rejected, fn () => Aead::open($key, $nonce, '', 'short')];
        yield 'a forged sealed text' => [
            $rejected,
            fn () => Aead::open($key, $nonce, '', $flip(Aead::seal($key, $nonce, '', 'm'))),
        ];
        yield 'other associated data' => [
            $rejected,
            fn () => Aead::open($key, $nonce, 'b', Aead::seal($key, $nonce, 'a', 'm')),
        ];
        yield 'a forged signature' => [
            $rejected,
            fn () => Sign::verify($sign->public, 'm', $flip(Sign::sign($sign, 'm'))),
        ];
        yield 'a signature of another message' => [
            $rejected,
            fn () => Sign::verify($sign->public, 'n', Sign::sign($sign, 'm')),
        ];
        yield 'another password' => [$rejected, fn () => Password::verify(Password::hash('p', 1, 8192), 'q')];
        yield 'a short chunk' => [$rejected, fn () => SecretStream::pull($key, $nonce)->pull('')];
        yield 'a forged chunk' => [$rejected, function () use ($key, $flip): void {
            $push = SecretStream::push($key);
            SecretStream::pull($key, $push->header)->pull($flip($push->push('m')));
        }];
        yield 'the second chunk first' => [$rejected, function () use ($key): void {
            $push = SecretStream::push($key);
            $push->push('one');
            SecretStream::pull($key, $push->header)->pull($push->push('two'));
        }];
        yield 'a forged RSA signature' => [
            $rejected,
            fn () => self::$rsa->public()->verify('m', $flip(self::$rsa->sign('m'))),
        ];
        yield 'an RSA signature of another message' => [
            $rejected,
            fn () => self::$rsa->public()->verify('n', self::$rsa->sign('m')),
        ];
        yield 'a forged proof' => [
            $rejected,
            fn () => self::$rsa->public()->publicDecrypt($flip(self::$rsa->privateEncrypt('m'))),
        ];
        yield 'a forged wrap' => [
            $rejected,
            fn () => self::$rsa->unwrap($oaep, $flip(self::$rsa->public()->wrap($oaep, 'm'))),
        ];
        $envelope = static fn (string $ad): string => Envelope::seal($key, self::$rsa->public(), $oaep, $ad, 'm');
        yield 'an envelope under another key' => [
            $rejected,
            fn () => Envelope::open($zero, self::$rsa, $oaep, '', $envelope('')),
        ];
        yield 'an envelope with other associated data' => [
            $rejected,
            fn () => Envelope::open($key, self::$rsa, $oaep, 'b', $envelope('a')),
        ];
        yield 'an envelope with another padding' => [
            $rejected,
            fn () => Envelope::open($key, self::$rsa, Padding::OaepSha256, '', $envelope('')),
        ];
        yield 'an envelope to somebody else' => [
            $rejected,
            fn () => Envelope::open($key, RsaSecret::generate(2048), $oaep, '', $envelope('')),
        ];
    }

    /**
     * @dataProvider refused
     * @param callable(): mixed $work
     */
    public function testRefuses(Status $status, callable $work): void
    {
        try {
            $work();
        } catch (SecenvException $refusal) {
            self::assertSame($status->name, $refusal->status()->name, $refusal->getMessage());
            self::assertInstanceOf($status->value < 20 ? Misuse::class : Rejected::class, $refusal);
            self::assertNotSame('', $refusal->getMessage());
            return;
        }
        self::fail('it was accepted');
    }

    public function testAWrongPkcs1PaddingGivesBytesThatMeanNothing(): void
    {
        $wrapped = self::$rsa->public()->wrap(Padding::Pkcs1, 'message');
        $forged = chr(ord($wrapped[0]) >> 1) . strrev(substr($wrapped, 1));
        $once = self::$rsa->unwrap(Padding::Pkcs1, $forged)->reveal();
        self::assertNotSame('message', $once);
        self::assertSame($once, self::$rsa->unwrap(Padding::Pkcs1, $forged)->reveal());
    }

    public function testAForgedChunkDoesNotEndTheStream(): void
    {
        $key = SecretStream::key();
        $push = SecretStream::push($key);
        $pull = SecretStream::pull($key, $push->header);
        $chunk = $push->push('message');
        try {
            $pull->pull(strrev($chunk));
            self::fail('it was accepted');
        } catch (Rejected) {
            self::assertSame('message', $pull->pull($chunk)->message->reveal());
        }
    }

    public function testRejectsAnyFlippedBitOfAnEnvelope(): void
    {
        $key = SecretBox::key();
        $json = Envelope::seal($key, self::$rsa->public(), Padding::OaepSha1, 'ad', 'meet at noon');
        $refused = 0;
        for ($at = 0; $at < \strlen($json); $at++) {
            $changed = $json;
            $changed[$at] = $changed[$at] ^ "\1";
            try {
                Envelope::open($key, self::$rsa, Padding::OaepSha1, 'ad', $changed);
            } catch (Rejected) {
                $refused++;
            }
        }
        self::assertSame(\strlen($json), $refused);
    }
}
