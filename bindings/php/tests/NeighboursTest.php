<?php

declare(strict_types=1);

namespace Secenv\Tests;

use PHPUnit\Framework\TestCase;
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
use Secenv\Sodium\Kx;
use Secenv\Sodium\Password;
use Secenv\Sodium\Random;
use Secenv\Sodium\SealedBox;
use Secenv\Sodium\SecretBox;
use Secenv\Sodium\SecretStream;
use Secenv\Sodium\Sign;
use Secenv\Sodium\StreamTag;

/** libsecenv beside the system's own libsodium and libcrypto, in one process: what one makes, the other reads. */
final class NeighboursTest extends TestCase
{
    private const MESSAGES = ['', 'a', "nul \0 in it", 'meet at noon'];

    private static \OpenSSLAsymmetricKey $openssl;
    private static RsaSecret $secenv;

    public static function setUpBeforeClass(): void
    {
        self::$openssl = openssl_pkey_new(['private_key_bits' => 2048]);
        openssl_pkey_export(self::$openssl, $pem);
        self::$secenv = RsaSecret::parse($pem);
    }

    /** @return iterable<string, array{string}> */
    public static function messages(): iterable
    {
        foreach ([...self::MESSAGES, str_repeat('long', 50_000)] as $message) {
            yield \strlen($message) . ' bytes' => [$message];
        }
    }

    /** @return iterable<string, array{string, Padding, int}> */
    public static function paddings(): iterable
    {
        foreach ([...self::MESSAGES, random_bytes(24)] as $message) {
            yield 'PKCS#1, ' . \strlen($message) => [$message, Padding::Pkcs1, OPENSSL_PKCS1_PADDING];
            yield 'OAEP, ' . \strlen($message) => [$message, Padding::OaepSha1, OPENSSL_PKCS1_OAEP_PADDING];
        }
    }

    public function testWritesRsaKeysAsOpensslDoes(): void
    {
        openssl_pkey_export(self::$openssl, $pem);
        self::assertSame($pem, self::$secenv->encodeSecret()->reveal());
        self::assertSame(openssl_pkey_get_details(self::$openssl)['key'], self::$secenv->public()->encode());
    }

    public function testOpensslReadsTheKeysThatWeGenerate(): void
    {
        $key = openssl_pkey_get_private(RsaSecret::generate(2048)->encodeSecret()->reveal());
        self::assertSame(2048, openssl_pkey_get_details($key)['bits']);
        self::assertTrue(openssl_private_encrypt('proof', $proof, $key));
        self::assertTrue(openssl_public_decrypt($proof, $back, openssl_pkey_get_details($key)['key']));
        self::assertSame('proof', $back);
    }

    /** @dataProvider paddings */
    public function testWrapsForOpensslAndUnwrapsFromIt(string $message, Padding $padding, int $theirs): void
    {
        $public = self::$secenv->public();
        self::assertTrue(openssl_private_decrypt($public->wrap($padding, $message), $back, self::$openssl, $theirs));
        self::assertSame($message, $back);
        $pem = $public->encode();
        self::assertTrue(openssl_public_encrypt($message, $wrapped, $pem, $theirs));
        self::assertSame($message, self::$secenv->unwrap($padding, $wrapped)->reveal());
    }

    public function testUnwrapsWhatItWrappedWithOaepSha256(): void
    {
        $wrapped = self::$secenv->public()->wrap(Padding::OaepSha256, Secret::hold('key'));
        self::assertSame('key', self::$secenv->unwrap(Padding::OaepSha256, $wrapped)->reveal());
    }

    public function testMakesTheBytesOfOpensslPrivateEncrypt(): void
    {
        foreach (self::MESSAGES as $message) {
            self::assertTrue(openssl_private_encrypt($message, $theirs, self::$openssl));
            self::assertSame($theirs, self::$secenv->privateEncrypt($message));
            self::assertSame($message, self::$secenv->public()->publicDecrypt($theirs));
        }
    }

    public function testVerifiesWhatItSigned(): void
    {
        $public = RsaPublic::parse(self::$secenv->public()->encode());
        $public->verify('message', self::$secenv->sign('message'));
        $this->addToAssertionCount(1);
    }

    /** @dataProvider messages */
    public function testSealsEnvelopesForHandWrittenPhpAndOpensItsOwn(string $message): void
    {
        $client = Kx::keypair();
        $server = sodium_crypto_kx_keypair();
        $ours = Kx::clientSessionKeys($client, sodium_crypto_kx_publickey($server));
        [$rx, $tx] = sodium_crypto_kx_server_session_keys($server, $client->public);
        $public = self::$secenv->public();
        foreach ([Padding::Pkcs1, Padding::OaepSha1] as $padding) {
            $json = Envelope::seal($ours->tx, $public, $padding, 'ad', $message);
            self::assertSame($message, $this->handWrittenOpen($rx, $padding, 'ad', $json));
            $json = $this->handWrittenSeal($tx, $padding, 'ad', $message);
            self::assertSame(
                $message,
                Envelope::open($ours->rx, self::$secenv, $padding, 'ad', $json)->reveal(),
            );
        }
    }

    public function testExchangesKeysWithExtSodium(): void
    {
        $ours = Kx::keypair();
        $theirs = sodium_crypto_kx_keypair();
        $server = Kx::serverSessionKeys($ours, sodium_crypto_kx_publickey($theirs));
        self::assertSame(
            [$server->tx->reveal(), $server->rx->reveal()],
            sodium_crypto_kx_client_session_keys($theirs, $ours->public),
        );
    }

    /** @dataProvider messages */
    public function testBoxesGoBothWays(string $message): void
    {
        $ours = Box::keypair();
        $theirs = sodium_crypto_box_keypair();
        $public = sodium_crypto_box_publickey($theirs);
        $nonce = Box::nonce();
        $toUs = sodium_crypto_box_keypair_from_secretkey_and_publickey(
            sodium_crypto_box_secretkey($theirs),
            $ours->public,
        );
        self::assertSame($message, sodium_crypto_box_open(Box::seal($ours, $public, $nonce, $message), $nonce, $toUs));
        self::assertSame(
            $message,
            Box::open($ours, $public, $nonce, sodium_crypto_box($message, $nonce, $toUs))->reveal(),
        );
        self::assertSame($message, sodium_crypto_box_seal_open(SealedBox::seal($public, $message), $theirs));
        self::assertSame(
            $message,
            SealedBox::open($ours, sodium_crypto_box_seal($message, $ours->public))->reveal(),
        );
    }

    /** @dataProvider messages */
    public function testSecretBoxesAndAeadAreTheSameBytes(string $message): void
    {
        $key = random_bytes(32);
        $nonce = SecretBox::nonce();
        $box = sodium_crypto_secretbox($message, $nonce, $key);
        self::assertSame($box, SecretBox::seal($key, $nonce, $message));
        self::assertSame($message, SecretBox::open(Secret::hold($key), $nonce, $box)->reveal());
        $sealed = sodium_crypto_aead_xchacha20poly1305_ietf_encrypt($message, 'ad', $nonce, $key);
        self::assertSame($sealed, Aead::seal(Secret::hold($key), $nonce, 'ad', Secret::hold($message)));
        self::assertSame($message, Aead::open($key, $nonce, 'ad', $sealed)->reveal());
    }

    /** @dataProvider messages */
    public function testSignaturesAreTheSameBytes(string $message): void
    {
        $seed = random_bytes(32);
        $theirs = sodium_crypto_sign_seed_keypair($seed);
        $ours = Sign::seedKeypair(Secret::hold($seed));
        $signature = Sign::sign($ours, $message);
        self::assertSame(sodium_crypto_sign_detached($message, sodium_crypto_sign_secretkey($theirs)), $signature);
        Sign::verify($ours->public, $message, $signature);
    }

    public function testStreamsGoBothWays(): void
    {
        $key = SecretStream::key();
        $push = SecretStream::push($key);
        $pull = sodium_crypto_secretstream_xchacha20poly1305_init_pull($push->header, $key->reveal());
        foreach (self::MESSAGES as $at => $message) {
            $tag = StreamTag::from($at % 4);
            self::assertSame(
                [$message, $tag->value],
                sodium_crypto_secretstream_xchacha20poly1305_pull($pull, $push->push($message, $tag, 'ad'), 'ad'),
            );
        }
        [$state, $header] = sodium_crypto_secretstream_xchacha20poly1305_init_push($key->reveal());
        $pull = SecretStream::pull($key, $header);
        foreach (self::MESSAGES as $at => $message) {
            $chunk = $pull->pull(sodium_crypto_secretstream_xchacha20poly1305_push($state, $message, 'ad', $at), 'ad');
            self::assertSame([$message, $at], [$chunk->message->reveal(), $chunk->tag->value]);
        }
        sodium_crypto_secretstream_xchacha20poly1305_rekey($state);
        $pull->rekey();
        $last = sodium_crypto_secretstream_xchacha20poly1305_push($state, 'after', '', 3);
        self::assertSame('after', $pull->pull($last)->message->reveal());
    }

    public function testBothSidesOfAStreamChangeTheKeyAlike(): void
    {
        $key = SecretStream::key();
        $push = SecretStream::push($key);
        $pull = SecretStream::pull($key, $push->header);
        $push->rekey();
        $pull->rekey();
        self::assertSame('x', $pull->pull($push->push('x', StreamTag::Final))->message->reveal());
    }

    public function testHashesAndSubkeysAreTheSameBytes(): void
    {
        $key = random_bytes(32);
        foreach (self::MESSAGES as $message) {
            self::assertSame(sodium_crypto_generichash($message), Hash::of($message));
            self::assertSame(sodium_crypto_generichash($message, $key, 64), Hash::of($message, 64, $key));
            $parts = Hash::start(64, Secret::hold($key))->update($message)->update(Secret::hold('more'));
            self::assertSame(sodium_crypto_generichash("{$message}more", $key, 64), $parts->finish());
        }
        self::assertSame(
            sodium_crypto_kdf_derive_from_key(64, 7, 'contexts', $key),
            Kdf::derive($key, 7, 'contexts', 64)->reveal(),
        );
    }

    public function testPasswordsAreTheSameBytes(): void
    {
        [$ops, $memory] = [2, 1 << 20];
        $salt = Password::salt();
        self::assertSame(
            sodium_crypto_pwhash(32, 'password', $salt, $ops, $memory, SODIUM_CRYPTO_PWHASH_ALG_ARGON2ID13),
            Password::derive('password', $salt, 32, $ops, $memory)->reveal(),
        );
        $text = Password::hash(Secret::hold('password'), $ops, $memory);
        self::assertTrue(sodium_crypto_pwhash_str_verify($text, 'password'));
        Password::verify(rtrim(sodium_crypto_pwhash_str('password', $ops, $memory), "\0"), 'password');
        self::assertFalse(Password::needsRehash($text, $ops, $memory));
        self::assertTrue(Password::needsRehash($text, $ops + 1, $memory));
    }

    public function testXWingAgreesWithItself(): void
    {
        $pair = Kem::keypair();
        $made = Kem::encapsulate($pair->public);
        self::assertTrue(Kem::decapsulate($pair, $made->ciphertext)->equals($made->shared));
        $seed = random_bytes(32);
        self::assertSame(Kem::seedKeypair($seed)->public, Kem::seedKeypair($seed)->public);
    }

    public function testRandomnessIsNotTheSameTwice(): void
    {
        self::assertNotSame(Random::bytes(16), Random::bytes(16));
        self::assertSame('', Random::bytes(0));
        self::assertFalse(Random::secret(32)->equals(Random::secret(32)));
        self::assertSame(0, Random::uniform(1));
        self::assertLessThan(10, Random::uniform(10));
    }

    private function handWrittenSeal(string $tx, Padding $padding, string $ad, string $message): string
    {
        $nonce = random_bytes(24);
        $pem = openssl_pkey_get_details(self::$openssl)['key'];
        openssl_public_encrypt($nonce, $wrapped, $pem, $padding->value);
        $data = sodium_crypto_aead_xchacha20poly1305_ietf_encrypt($message, $ad, $nonce, $tx);
        return json_encode(['data' => base64_encode($data), 'nonce' => base64_encode($wrapped)]);
    }

    private function handWrittenOpen(string $rx, Padding $padding, string $ad, string $json): string|false
    {
        $envelope = json_decode($json, true);
        openssl_private_decrypt(base64_decode($envelope['nonce']), $nonce, self::$openssl, $padding->value);
        $data = base64_decode($envelope['data']);
        return sodium_crypto_aead_xchacha20poly1305_ietf_decrypt($data, $ad, $nonce, $rx);
    }
}
