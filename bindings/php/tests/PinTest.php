<?php

declare(strict_types=1);

namespace Secenv\Tests;

use PHPUnit\Framework\TestCase;
use Secenv\Exception\Misuse;
use Secenv\Exception\Rejected;
use Secenv\Key;
use Secenv\Pin;
use Secenv\Protocol1\Envelope;
use Secenv\Protocol1\Padding;
use Secenv\Protocol1\RsaSecret;
use Secenv\Secret;

/** Pins as text, an envelope in its parts, and what a key that cannot be read looks like. */
final class PinTest extends TestCase
{
    public function testAPinIsReadAsCurlWritesItAndAsHexAndWrittenAsCurlReadsIt(): void
    {
        $pin = str_repeat("\xa7", 32);
        $text = 'sha256//' . base64_encode($pin);
        self::assertSame([$pin, $pin, $text], [Pin::parse($text), Pin::parse(bin2hex($pin)), Pin::format($pin)]);
        $this->expectException(Rejected::class);
        Pin::parse(substr($text, 1));
    }

    public function testAPinOfAnotherLengthIsMisuse(): void
    {
        $this->expectException(Misuse::class);
        Pin::format('short');
    }

    public function testAnEnvelopeIsSealedAndOpenedInItsParts(): void
    {
        $key = RsaSecret::generate(2048);
        $tx = Secret::hold(str_repeat("\1", 32));
        foreach (Padding::cases() as $padding) {
            [$data, $nonce] = Envelope::sealParts($tx, $key->public(), $padding, 'ad', 'meet at noon');
            self::assertSame('meet at noon', Envelope::openParts($tx, $key, $padding, 'ad', $data, $nonce)->reveal());
            $json = json_encode(['data' => base64_encode($data), 'nonce' => base64_encode($nonce)]);
            self::assertSame('meet at noon', Envelope::open($tx, $key, $padding, 'ad', $json)->reveal());
        }
        $this->expectException(Rejected::class);
        Envelope::openParts($tx, $key, $padding, 'another', $data, $nonce);
    }

    public function testAKeyThatCannotBeReadIsDescribed(): void
    {
        $openssh = "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n";
        self::assertStringContainsString('ssh-keygen', Key::diagnose($openssh));
        self::assertStringContainsString('UTF-16', Key::diagnose(mb_convert_encoding($openssh, 'UTF-16LE')));
    }
}
