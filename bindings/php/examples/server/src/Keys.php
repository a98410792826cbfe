<?php

declare(strict_types=1);

namespace Secenv\Server;

use Secenv\Identity;
use Secenv\Protocol1\RsaSecret;
use Secenv\Secret;
use Secenv\Session\KeyFile;
use Secenv\Session\Server;
use Secenv\Session\ServerConfig;
use Secenv\Sodium\Aead;

/** The server's own keys. Each is made when it is first asked for, and lies in a file of the state folder. */
final readonly class Keys
{
    private const RSA_BITS = 3072;
    private const IDENTITIES = 4;

    private function __construct(private string $folder, private Secret $rest, private bool $fleet)
    {
    }

    /** The keys in `$folder`. A fleet is several hosts that hold copies of its key files. */
    public static function in(string $folder, bool $fleet): self
    {
        return new self($folder, self::once("$folder/state.key", Aead::key(...)), $fleet);
    }

    /** The RSA key that clients of protocol 1 know the server by. It decrypts, so it must never sign in protocol 2. */
    public function rsa(): RsaSecret
    {
        $make = static fn (): Secret => RsaSecret::generate(self::RSA_BITS)->encodeSecret();
        return RsaSecret::parse(self::once("$this->folder/rsa.pem", $make));
    }

    /**
     * The identities whose pins the clients of protocol 2 know, newest first.
     *
     * @return non-empty-list<Identity> one, which is made the first time
     */
    public function identities(): array
    {
        // What an operator takes away meanwhile is skipped, and not made anew.
        $all = array_filter(array_map(self::present(...), $this->identityFiles()));
        return $all !== [] ? array_values($all) : [self::identity("$this->folder/identity.pem")];
    }

    /** Makes another identity beside those that there are: gives its pin. Every host needs it before any client does. */
    public function addIdentity(): string
    {
        $this->checkOwner();
        $this->identities();
        $files = $this->identityFiles();
        if (\count($files) >= self::IDENTITIES) {
            throw new \RuntimeException('a server has at most 4 identities: drop one');
        }
        $last = (int) preg_replace('/\D/', '', basename($files[0]));
        $path = \sprintf('%s/identity-%d.pem', $this->folder, max(1, $last) + 1);
        return Identity::pin(self::identity($path)->public());
    }

    /** Takes an identity away, and ends its sessions. */
    public function dropIdentity(string $pin): void
    {
        $this->checkOwner();
        $files = $this->identityFiles();
        foreach ($files as $path) {
            if (($me = self::present($path)) !== null && Identity::pin($me->public()) === $pin) {
                if (\count($files) === 1) {
                    throw new \RuntimeException('it is the only one: add another before');
                }
                unlink($path);
                return;
            }
        }
        throw new \InvalidArgumentException('no identity of this server has this pin');
    }

    /** The key of cookies, which changes hourly. */
    public function cookies(): KeyFile
    {
        return KeyFile::cookies("$this->folder/cookie.key", $this->fleet);
    }

    /** The key of stored sessions, which changes daily. */
    public function states(): KeyFile
    {
        return KeyFile::states("$this->folder/session.key", $this->fleet);
    }

    /** The server of protocol 2, for sessions in the store of this id. */
    public function server(string $storeId): Server
    {
        [$key, $others] = $this->cookies()->keys();
        return Server::create($this->identities(), new ServerConfig($key, $storeId, $others));
    }

    /** Only the user whose folder it is may write keys: the workers could not read what another one wrote. */
    public function checkOwner(): void
    {
        if (\function_exists('posix_geteuid') && posix_geteuid() !== fileowner($this->folder)) {
            throw new \RuntimeException('the state folder is another user\'s: do this as that user');
        }
    }

    /** @return list<string> newest first */
    private function identityFiles(): array
    {
        $more = glob("$this->folder/identity-[0-9]*.pem");
        rsort($more, SORT_NATURAL);
        $first = "$this->folder/identity.pem";
        return is_file($first) ? [...$more, $first] : $more;
    }

    private static function present(string $path): ?Identity
    {
        $pem = self::read($path);
        return $pem === null ? null : Identity::parse($pem);
    }

    private static function identity(string $path): Identity
    {
        return Identity::parse(self::once($path, static fn (): Secret => Identity::generate()->encodeSecret()));
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
        return self::read($path) ?? throw new \RuntimeException("cannot read $path");
    }

    /** What lies in a file; null if it is not there. */
    private static function read(string $path): ?Secret
    {
        $file = @fopen($path, 'rb');
        if ($file === false) {
            return null;
        }
        // Without a buffer of PHP's own: what is read lies in one string, which is wiped.
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
