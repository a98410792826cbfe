<?php

declare(strict_types=1);

namespace Secenv\Offline;

use Psr\Clock\ClockInterface;
use Secenv\Exception\Misuse;
use Secenv\Exception\Rejected;
use Secenv\Exception\Unavailable;
use Secenv\Handle;
use Secenv\Native;
use Secenv\Status;
use Secenv\SystemClock;

/**
 * The server's data keys, one for each epoch. Its id names the vault that it seals for. `Keyrings` keeps it in a
 * database; whoever keeps it elsewhere stores what `seal` gives after each change.
 */
final class Keyring extends Handle
{
    /** The length of the id of a keyring or a key. */
    public const ID_BYTES = 16;

    /**
     * A keyring with one active key, of epoch 1.
     *
     * @throws Misuse for an empty passphrase
     * @throws Unavailable if there is no memory
     */
    public static function generate(Unlock $unlock, ClockInterface $clock = new SystemClock()): self
    {
        $now = $clock->now()->getTimestamp();
        return Native::call('secenv_keyring_generate', ...[...$unlock->arguments(), $now]);
    }

    /**
     * Unlocks what `seal` gave.
     *
     * @throws Rejected for another secret, or if it was changed
     * @throws Unavailable if there is no memory
     */
    public static function parse(string $sealed, Unlock $unlock): self
    {
        return Native::call('secenv_keyring_parse', $sealed, ...$unlock->arguments());
    }

    /**
     * The keyring as it is to be stored, sealed under its unlock secret.
     *
     * @throws Unavailable if there is no memory
     */
    public function seal(): string
    {
        return Native::call('secenv_keyring_seal', $this);
    }

    /**
     * Changes what unlocks it. Older copies keep their secret.
     *
     * @throws Misuse for an empty passphrase
     * @throws Unavailable if there is no memory
     */
    public function changeUnlock(Unlock $unlock): void
    {
        Native::call('secenv_keyring_relock', $this, ...$unlock->arguments());
    }

    /**
     * Begins the next epoch: what is sealed from now on is under a new key.
     *
     * @throws Rejected if there are no more epochs
     */
    public function rotate(ClockInterface $clock = new SystemClock()): void
    {
        Native::call('secenv_keyring_rotate', $this, $clock->now()->getTimestamp());
    }

    /**
     * Lets a key open what it sealed, and seal no more.
     *
     * @throws Misuse if there is no such key
     */
    public function retire(string $key): void
    {
        Native::call('secenv_keyring_retire', $this, $key);
    }

    /**
     * Destroys a key: what only it opens can never be read again.
     *
     * @throws Misuse if there is no such key
     */
    public function destroyKey(string $key): void
    {
        Native::call('secenv_keyring_wipe_key', $this, $key);
    }

    /**
     * Takes what another copy of the same keyring has, and brings no key back.
     *
     * @throws Misuse if it is this object itself
     * @throws Rejected if it is another keyring
     */
    public function merge(self $other): void
    {
        if ($other === $this) {
            throw Status::InvalidArgument->exception('a keyring is merged with another copy, not with itself');
        }
        Native::call('secenv_keyring_merge', $this, $other);
    }

    /**
     * 16 bytes.
     *
     * @throws Misuse if this was freed
     */
    public function id(): string
    {
        return Native::call('secenv_keyring_id', $this);
    }

    /**
     * The keys, but for what is secret: ids of 16 bytes, ascending by epoch. The state is `active`, `decrypt-only` or
     * `destroyed`.
     *
     * @return list<array{id: string, epoch: int, state: string, created: int}>
     * @throws Misuse if this was freed
     */
    public function list(): array
    {
        $keys = Native::call('secenv_keyring_list', $this);
        return array_map(static fn (array $key): array => ['id' => hex2bin($key['id'])] + $key, $keys);
    }
}
