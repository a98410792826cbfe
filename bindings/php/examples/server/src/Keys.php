<?php

declare(strict_types=1);

namespace Secenv\Server;

use Secenv\Aead;
use Secenv\RsaSecret;
use Secenv\Secret;

/** The server's own keys: the RSA key that clients know it by, and the one under which others lie in the database. */
final readonly class Keys
{
    private const RSA_BITS = 3072;

    private function __construct(public RsaSecret $rsa, private Secret $rest)
    {
    }

    /** Reads the keys in `$folder`; those that are missing are made. */
    public static function in(string $folder): self
    {
        $make = static fn (): Secret => RsaSecret::generate(self::RSA_BITS)->encodeSecret();
        $pem = self::once("$folder/rsa.pem", $make);
        return new self(RsaSecret::parse($pem), self::once("$folder/state.key", Aead::key(...)));
    }

    /** Seals a key for the database. `$place` is where it will stand, so that rows cannot be swapped. */
    public function seal(string $place, #[\SensitiveParameter] Secret|string $key): string
    {
        $nonce = Aead::nonce();
        return $nonce . Aead::seal($this->rest, $nonce, $place, $key);
    }

    /** Opens what `seal` made for the same place. */
    public function open(string $place, string $sealed): Secret
    {
        $nonce = substr($sealed, 0, Aead::NONCE_BYTES);
        return Aead::open($this->rest, $nonce, $place, substr($sealed, Aead::NONCE_BYTES));
    }

    /** The content of a file that is made once, whichever worker comes first. */
    private static function once(string $path, callable $make): Secret
    {
        if (!is_file($path)) {
            $part = tempnam(\dirname($path), 'key');
            $bytes = $make();
            $written = file_put_contents($part, $bytes->reveal());
            // Unlike `rename`, `link` fails if another worker was first.
            $linked = $written === $bytes->length() && @link($part, $path);
            unlink($part);
            if (!$linked && !is_file($path)) {
                throw new \RuntimeException('cannot write to the state folder');
            }
        }
        return Secret::hold(file_get_contents($path));
    }
}
