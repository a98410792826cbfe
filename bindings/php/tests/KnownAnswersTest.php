<?php

declare(strict_types=1);

namespace Secenv\Tests;

use PHPUnit\Framework\TestCase;
use Secenv\Protocol1\RsaSecret;
use Secenv\Secret;
use Secenv\Sodium\Aead;
use Secenv\Sodium\Box;
use Secenv\Sodium\Kdf;
use Secenv\Sodium\Kx;
use Secenv\Sodium\Sign;

/** Values that were computed elsewhere, once: libsodium, OpenSSL and ext-sodium gave the same. */
final class KnownAnswersTest extends TestCase
{
    public function testEncryptsWithThePrivateKeyAsOpensslDoes(): void
    {
        // The key is `tests/examples/pkcs8/rsa2048-priv.pem` of RustCrypto's rsa crate.
        $pem = file_get_contents(__DIR__ . '/../../../tests/vectors/keys/known.pem');
        $proof = RsaSecret::parse($pem)->privateEncrypt('hello');
        self::assertSame('651c5bba1a1382f3b9abffc3e7322e01', bin2hex(substr($proof, 0, 16)));
        self::assertSame(
            '7d477cf802d97157e962ca2a768d2fdfdbcdde17064e724dfbc4d1cab249bc44',
            hash('sha256', $proof),
        );
    }

    public function testDerivesTheSessionKeysOfTwoSeeds(): void
    {
        $client = Kx::seedKeypair(str_repeat("\1", 32));
        $server = Kx::seedKeypair(str_repeat("\2", 32));
        self::assertSame('ab2fca32898322c208fb2dab5048bd43c355c6430f588897cb574961cfa9806f', bin2hex($client->public));
        self::assertSame('fc3b339367a5225d53a92d380323afd035d7817b6d1be47d946f6b09a9cbdc06', bin2hex($server->public));
        $keys = Kx::clientSessionKeys($client, $server->public);
        self::assertSame(
            'e0f480d42cd0d8a95993dd50976fb24ef81a6788b7b5bc722fc258410ac723ed',
            bin2hex($keys->rx->reveal()),
        );
        self::assertSame(
            '43eb74c847209a3af513e0fc824b791865665dcc727fc332f4ddfc614e0ab79a',
            bin2hex($keys->tx->reveal()),
        );
    }

    public function testSealsWithXchacha20Poly1305(): void
    {
        $key = Secret::hold(hex2bin('43eb74c847209a3af513e0fc824b791865665dcc727fc332f4ddfc614e0ab79a'));
        $sealed = Aead::seal($key, str_repeat("\3", 24), 'ad', 'hello');
        self::assertSame('c6938f63d7a50227f72a453626a5ead861927d49cb', bin2hex($sealed));
    }

    public function testSignsWithEd25519(): void
    {
        $signer = Sign::seedKeypair(str_repeat("\5", 32));
        self::assertSame('6e7a1cdd29b0b78fd13af4c5598feff4ef2a97166e3ca6f2e4fbfccd80505bf1', bin2hex($signer->public));
        self::assertSame(
            '6a2d7f916ccfb7238c36b4617af5b1f29042d8811cf85b8aea6b631b6d7ca6d3'
                . 'c1d2869670e23639d45febde0db20bf7ded600bf30a8c8411024dccea27e9802',
            bin2hex(Sign::sign($signer, 'abc')),
        );
    }

    public function testMakesDifferentBoxAndKxKeysOfOneSeed(): void
    {
        $seed = str_repeat("\6", 32);
        self::assertSame(
            '90e68be878c7cae260234f24f9745794d1605d5a13c0eec971695e44557b5800',
            bin2hex(Box::seedKeypair($seed)->public),
        );
        self::assertSame(
            'b1a3e89460e88d3a8d54211dc95f0b903ff205eb71912d6db8f4af980d2db83a',
            bin2hex(Kx::seedKeypair($seed)->public),
        );
    }

    public function testDerivesSubkeys(): void
    {
        self::assertSame(
            'a75cd4d9cc22e7b77c39b52a1c3a253be5326f3a8092edf115fc399c9989dfe4',
            bin2hex(Kdf::derive(str_repeat("\7", 32), 1, 'secenv01')->reveal()),
        );
    }
}
