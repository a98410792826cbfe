<?php

declare(strict_types=1);

namespace Secenv\Session;

use Psr\Clock\ClockInterface;
use Secenv\Confidential;
use Secenv\Exception\Misuse;
use Secenv\Exception\Rejected;
use Secenv\Exception\Unavailable;
use Secenv\Secret;
use Secenv\Status;

/** What stored sessions are sealed under, and what is accepted besides: the key before, or the next one. */
final class StateKeys implements \JsonSerializable
{
    use Confidential;

    /** The length of a state key. */
    public const BYTES = 32;

    private Secret $current;
    /** @var list<Secret> */
    private array $others;
    private ?KeyFile $file = null;
    /** When the file was read. */
    private int $period = 0;

    /** @throws Misuse if a key has another length than 32 bytes */
    public function __construct(
        #[\SensitiveParameter] Secret|string $current,
        #[\SensitiveParameter] Secret|string ...$others,
    ) {
        $this->current = self::key($current);
        $this->others = array_map(self::key(...), array_values($others));
    }

    /**
     * The keys of a file that changes by itself.
     *
     * @throws Misuse if it is no key file
     * @throws Unavailable if it cannot be read or written
     */
    public static function of(KeyFile $file): self
    {
        [$current, $others] = $file->keys();
        $keys = new self($current, ...$others);
        [$keys->file, $keys->period] = [$file, $file->period()];
        return $keys;
    }

    /**
     * Seals a session under the current key.
     *
     * @throws Misuse if it was freed, or the place is not its own
     */
    public function seal(Session $session, Place $place): string
    {
        $this->follow();
        return $session->export($this->current, $place);
    }

    /**
     * Opens a stored session under one of the keys; if it was sealed under a newer one than those that were read, the
     * file is read once more.
     *
     * @throws Rejected if none fits, or the session is over
     */
    public function open(string $blob, Place $place, ?ClockInterface $clock = null): Session
    {
        $this->follow();
        foreach ([$this->current, ...$this->others] as $key) {
            try {
                return Session::import($blob, $key, $place, $clock);
            } catch (Rejected $refusal) {
                if ($refusal->status() !== Status::Rejected) {
                    throw $refusal;
                }
            }
        }
        if ($this->file === null || !$this->reread()) {
            throw Status::Rejected->exception();
        }
        return $this->open($blob, $place, $clock);
    }

    /** Reads the file again in another period: a process that lives long goes on with the keys. */
    private function follow(): void
    {
        if ($this->file !== null && $this->file->period() !== $this->period) {
            $this->reread();
        }
    }

    /** Whether the file has other keys now. */
    private function reread(): bool
    {
        $before = [$this->current, ...$this->others];
        $this->period = $this->file->period();
        try {
            [$this->current, $this->others] = $this->file->keys();
        } catch (Rejected $clock) {
            // Our own clock is no reason not to trust a client.
            throw Status::Unavailable->exception($clock->getMessage());
        }
        $now = [$this->current, ...$this->others];
        $same = static fn (Secret $one, Secret $other): bool => $one->equals($other);
        return \count($before) !== \count($now) || \in_array(false, array_map($same, $before, $now), true);
    }

    private static function key(#[\SensitiveParameter] Secret|string $key): Secret
    {
        $key = $key instanceof Secret ? $key : Secret::hold($key);
        if ($key->length() !== self::BYTES) {
            throw Status::InvalidArgument->exception("the state key must be 32 bytes long, not {$key->length()}");
        }
        return $key;
    }
}
