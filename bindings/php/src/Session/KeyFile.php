<?php

declare(strict_types=1);

namespace Secenv\Session;

use Psr\Clock\ClockInterface;
use Secenv\Exception\Misuse;
use Secenv\Exception\Rejected;
use Secenv\Exception\Unavailable;
use Secenv\Native;
use Secenv\Secret;
use Secenv\Sodium\Random;
use Secenv\Status;
use Secenv\SystemClock;

/**
 * A key that changes by itself: in a file with the key of its period and of the one before (docs/protocol-2.md, "The
 * server's keys"). Whoever finds it behind its time brings it forward. It lies in a folder of mode 0700, and in no backup,
 * image or snapshot.
 *
 * On one host each new key is random. Hosts that hold copies of one file say `chain`: each key follows from the one
 * before, and they agree without talking. Which of the two it is stands in the file, too.
 */
final class KeyFile
{
    private const KEY_BYTES = 32;
    private const ENTRY_BYTES = 8 + self::KEY_BYTES;
    /** How far a chain moves on at once, without being forced, in seconds: 48 days. */
    private const AHEAD = 48 * 86_400;
    /** How many keys are accepted besides at most. */
    private const ACCEPTED = 2;
    /** How long to wait for another process that changes the file: so many times 50 milliseconds. */
    private const TRIES = 100;

    private function __construct(
        private readonly string $path,
        private readonly int $seconds,
        private readonly int $overlap,
        private readonly bool $chain,
        private readonly ClockInterface $clock,
    ) {
    }

    /** The key of cookies, for `ServerConfig`: an hour, and 180 seconds into the next. The folder has to be there. */
    public static function cookies(string $path, bool $chain = false, ClockInterface $clock = new SystemClock()): self
    {
        return new self($path, 3600, 180, $chain, $clock);
    }

    /** The key of stored sessions, for `Sessions`: a day, and all of the next. The folder has to be there. */
    public static function states(string $path, bool $chain = false, ClockInterface $clock = new SystemClock()): self
    {
        return new self($path, 86_400, 86_400, $chain, $clock);
    }

    /**
     * The key to seal under, and the others that are accepted now. Makes the file the first time, and brings it forward
     * if it is behind; `$force` lets a chain move on by more than 48 days.
     *
     * @return array{Secret, list<Secret>}
     * @throws Misuse if the file is no key file, or not of this kind
     * @throws Rejected if a chain is more than 48 days behind, or ahead: is the clock right?
     * @throws Unavailable if the file cannot be read or written
     */
    public function keys(bool $force = false): array
    {
        $entries = $this->read($this->path);
        if (!$this->isPresent($entries)) {
            $entries = $this->locked(function () use ($force): array {
                $entries = $this->forward($this->read($this->path), $force);
                $this->write($this->path, $entries);
                return $entries;
            });
        }
        [$period, $key] = $entries[0];
        $accepted = [];
        $into = $this->clock->now()->getTimestamp() - $period * $this->seconds;
        if (isset($entries[1]) && $into < $this->overlap) {
            $accepted[] = $entries[1][1];
        }
        $next = $this->read("$this->path.next");
        if ($next !== []) {
            // A new chain that every host accepts before any uses it.
            $accepted[] = $this->forward($next, true)[0][1];
        }
        if ($this->chain) {
            $accepted[] = self::next($key, $period + 1);
        }
        return [$key, \array_slice($accepted, 0, self::ACCEPTED)];
    }

    /**
     * The period that it is now. Keys that were read in another one are to be read again.
     *
     * @throws Unavailable never: the clock is asked, and not the file
     */
    public function period(): int
    {
        return intdiv($this->clock->now()->getTimestamp(), $this->seconds);
    }

    /**
     * How old the key in the file is, in seconds since its period began; null if there is none yet.
     *
     * @throws Misuse if the file is no key file
     * @throws Unavailable if the file cannot be read
     */
    public function age(): ?int
    {
        $entries = $this->read($this->path);
        return $entries === [] ? null : $this->clock->now()->getTimestamp() - $entries[0][0] * $this->seconds;
    }

    /**
     * Makes a new chain which this host accepts from now on beside the one that it uses: give the file `.next` to each
     * host, then let each `useNext`.
     *
     * @throws Unavailable if the file cannot be written
     */
    public function prepareNext(): void
    {
        $this->locked(fn () => $this->write("$this->path.next", [[$this->period(), Random::secret(self::KEY_BYTES)]]));
    }

    /**
     * Uses the chain that `prepareNext` made. What was sealed under the one before is over.
     *
     * @throws Misuse if there is none
     * @throws Unavailable if the file cannot be written
     */
    public function useNext(): void
    {
        $this->locked(function (): void {
            $next = $this->read("$this->path.next");
            if ($next === []) {
                throw Status::NotFound->exception("there is no $this->path.next");
            }
            $this->write($this->path, $this->forward($next, true));
            unlink("$this->path.next");
        });
    }

    /**
     * Throws the keys away and makes a new one: after a theft. Every handshake under way and every stored session ends.
     *
     * @throws Unavailable if the file cannot be written
     */
    public function renew(): void
    {
        $this->locked(function (): void {
            $this->write($this->path, [[$this->period(), Random::secret(self::KEY_BYTES)]]);
            is_file("$this->path.next") && unlink("$this->path.next");
        });
    }

    /**
     * Whether these are of this period, or of the next one by another host's clock.
     *
     * @param list<array{int, Secret}> $entries
     */
    private function isPresent(array $entries): bool
    {
        return $entries !== [] && \in_array($entries[0][0] - $this->period(), [0, 1], true);
    }

    /**
     * @param list<array{int, Secret}> $entries
     * @return non-empty-list<array{int, Secret}>
     */
    private function forward(array $entries, bool $force): array
    {
        if ($this->isPresent($entries)) {
            return $entries;
        }
        $period = $this->period();
        if ($entries === []) {
            return [[$period, Random::secret(self::KEY_BYTES)]];
        }
        [$at, $key] = $entries[0];
        if (!$this->chain) {
            // One that a clock made which was far ahead would last until then.
            $new = [$period, Random::secret(self::KEY_BYTES)];
            return $at === $period - 1 ? [$new, [$at, $key]] : [$new];
        }
        if ($at > $period || (!$force && ($period - $at) * $this->seconds > self::AHEAD)) {
            throw Status::Clock->exception(
                $at > $period ? "$this->path is of a time to come: is the clock right, or was another's not? `keys renew`"
                    : "$this->path is more than 48 days behind: is the clock right?",
            );
        }
        for ($before = $key; $at < $period; $at++) {
            [$before, $key] = [$key, self::next($key, $at + 1)];
        }
        return [[$period, $key], [$period - 1, $before]];
    }

    private static function next(Secret $key, int $nextPeriod): Secret
    {
        return Native::call('secenv_server_next_key', $key, $nextPeriod);
    }

    /**
     * The entries of a file, newest first; none if it is not there.
     *
     * @return list<array{int, Secret}>
     */
    private function read(string $path): array
    {
        if (!is_file($path)) {
            return [];
        }
        $file = @fopen($path, 'rb');
        if ($file === false) {
            throw Status::Unavailable->exception("cannot read $path");
        }
        // Without a buffer of PHP's own: what is read lies in one string, which is wiped.
        stream_set_read_buffer($file, 0);
        $bytes = (string) fread($file, 4 * self::ENTRY_BYTES);
        $length = \strlen($bytes);
        $kind = $bytes[0] ?? '';
        $entries = [];
        for ($at = 1; $at + self::ENTRY_BYTES <= $length; $at += self::ENTRY_BYTES) {
            $key = substr($bytes, $at + 8, self::KEY_BYTES);
            $entries[] = [unpack('J', $bytes, $at)[1], Secret::hold($key)];
            sodium_memzero($key);
        }
        $length === 0 || sodium_memzero($bytes);
        $whole = \in_array($length, [1 + self::ENTRY_BYTES, 1 + 2 * self::ENTRY_BYTES], true);
        if (!$whole || (isset($entries[1]) && $entries[1][0] !== $entries[0][0] - 1)) {
            throw Status::Damaged->exception("$path is no key file");
        }
        if ($kind !== $this->kind()) {
            throw Status::Damaged->exception("$path is " . ($this->chain ? 'of one host, and not of several'
                : 'a chain of several hosts, and is used as that of one'));
        }
        return $entries;
    }

    private function kind(): string
    {
        return $this->chain ? "\2" : "\1";
    }

    /** @param non-empty-list<array{int, Secret}> $entries */
    private function write(string $path, array $entries): void
    {
        // Whoever died while it wrote had the lock as well.
        array_map(unlink(...), glob(addcslashes($path, '*?[\\') . '.new-*') ?: []);
        $new = "$path.new-" . bin2hex(random_bytes(8));
        $file = self::privately(static fn () => @fopen($new, 'xb'));
        $done = $file !== false && fwrite($file, $this->kind()) === 1;
        foreach ($entries as [$period, $key]) {
            $bytes = $key->reveal();
            $done = $done && fwrite($file, pack('J', $period)) === 8 && fwrite($file, $bytes) === self::KEY_BYTES;
            sodium_memzero($bytes);
        }
        if (!$done || !fsync($file) || !fclose($file) || !rename($new, $path)) {
            throw Status::Unavailable->exception("cannot write $path");
        }
        self::syncFolder($path);
    }

    /**
     * Makes a file that nobody else can open from its first moment on.
     *
     * @return resource|false
     */
    private static function privately(callable $open)
    {
        $umask = umask(0o077);
        try {
            return $open();
        } finally {
            umask($umask);
        }
    }

    /** So that the name is on the disk as well, where a folder can be opened. */
    private static function syncFolder(string $path): void
    {
        $folder = @fopen(\dirname($path), 'rb');
        $folder === false || @fsync($folder);
    }

    /**
     * Lets one process at a time change the file.
     *
     * @template T
     * @param callable(): T $work
     * @return T
     */
    private function locked(callable $work): mixed
    {
        $lock = self::privately(fn () => @fopen("$this->path.lock", 'c'));
        for ($try = 0; $lock === false || !flock($lock, LOCK_EX | LOCK_NB); $try++) {
            if ($lock === false || $try === self::TRIES) {
                throw Status::Unavailable->exception("cannot lock $this->path");
            }
            usleep(50_000);
        }
        try {
            return $work();
        } finally {
            fclose($lock);
        }
    }
}
