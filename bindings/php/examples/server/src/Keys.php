<?php

declare(strict_types=1);

namespace Secenv\Server;

use Secenv\Identity;
use Secenv\Protocol1\RsaSecret;
use Secenv\Secret;
use Secenv\Session\Server;
use Secenv\Session\StateKeys;
use Secenv\Sodium\Aead;
use Secenv\Sodium\Random;

/** The server's own keys. Each is made when it is first asked for, and lies in a file of the state folder. */
final readonly class Keys
{
    private const RSA_BITS = 3072;

    private function __construct(private string $folder, private Secret $rest)
    {
    }

    /** The keys in `$folder`. */
    public static function in(string $folder): self
    {
        return new self($folder, self::once("$folder/state.key", Aead::key(...)));
    }

    /** The RSA key that clients of protocol 1 know the server by. It decrypts, so it must never sign in protocol 2. */
    public function rsa(): RsaSecret
    {
        $make = static fn (): Secret => RsaSecret::generate(self::RSA_BITS)->encodeSecret();
        return RsaSecret::parse(self::once("$this->folder/rsa.pem", $make));
    }

    /** The identity whose pin the clients of protocol 2 know. */
    public function identity(): Identity
    {
        $make = static fn (): Secret => Identity::generate()->encodeSecret();
        return Identity::parse(self::once("$this->folder/identity.pem", $make));
    }

    /**
     * The state keys of protocol 2, the one in use first: for cookies and for stored sessions.
     *
     * @return list<Secret>
     */
    private function session(): array
    {
        $make = static fn (): Secret => Random::secret(Server::STATE_KEY_BYTES);
        return Pieces::of(self::once("$this->folder/session.keys", $make), Server::STATE_KEY_BYTES);
    }

    public function stateKeys(): StateKeys
    {
        return new StateKeys(...$this->session());
    }

    /** The server of protocol 2: it uses the first state key and takes the other one too. */
    public function server(): Server
    {
        [$current, $other] = $this->session() + [1 => null];
        $me = $this->identity();
        return $other === null ? Server::create($me, $current) : Server::create($me, $other)->rotate($current);
    }

    /**
     * Begins to use a new state key, and keeps the one before beside it. The one before that is gone for good. Only the
     * user whose folder it is may: the workers could not read what another one wrote.
     */
    public function rotate(): void
    {
        if (\function_exists('posix_geteuid') && posix_geteuid() !== fileowner($this->folder)) {
            throw new \RuntimeException('the state folder is another user\'s: rotate as that user');
        }
        $lock = fopen("$this->folder/state.key", 'rb');
        flock($lock, LOCK_EX);
        $keys = Pieces::together(Random::secret(Server::STATE_KEY_BYTES), $this->session()[0]);
        self::write($this->folder, $keys, fn (string $part): bool => rename($part, "$this->folder/session.keys"));
        fclose($lock);
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
            // Unlike `rename`, `link` fails if another worker was first.
            $place = static fn (string $part): bool => @link($part, $path) || is_file($path);
            self::write(\dirname($path), $make(), $place);
        }
        // Without a buffer of PHP's own: what is read lies in one string, which is wiped.
        $file = fopen($path, 'rb');
        stream_set_read_buffer($file, 0);
        $content = fread($file, max(1, fstat($file)['size']));
        try {
            return Secret::hold($content);
        } finally {
            sodium_memzero($content);
        }
    }

    /** Writes a file that is whole and on the disk before `$place` puts it where it belongs. */
    private static function write(string $folder, Secret $content, callable $place): void
    {
        $part = "$folder/.key-" . bin2hex(random_bytes(8));
        try {
            $file = @fopen($part, 'xb');
            $bytes = $content->reveal();
            $written = $file !== false && fwrite($file, $bytes) === $content->length() && fsync($file);
            sodium_memzero($bytes);
            if (!$written || !fclose($file) || !$place($part)) {
                throw new \RuntimeException('cannot write to the state folder');
            }
        } finally {
            if (is_file($part)) {
                unlink($part);
            }
        }
    }
}
