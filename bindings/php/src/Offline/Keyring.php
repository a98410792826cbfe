<?php

declare(strict_types=1);

namespace Secenv\Offline;

use Psr\Clock\ClockInterface;
use Secenv\Exception\Misuse;
use Secenv\Exception\Rejected;
use Secenv\Exception\Unavailable;
use Secenv\Handle;
use Secenv\Native;
use Secenv\SystemClock;

/**
 * The server's data keys, one for each epoch. Its id names the vault that it seals for. `Keyrings` keeps it in a
 * database; whoever keeps it elsewhere stores what `encode` gives after each change.
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
     * Unlocks what `encode` gave.
     *
     * @throws Misuse if it is no keyring
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
    public function encode(): string
    {
        return Native::call('secenv_keyring_encode', $this);
    }

    /**
     * Changes what unlocks it. Older copies keep their secret.
     *
     * @throws Misuse for an empty passphrase
     * @throws Unavailable if there is no memory
     */
    public function changeUnlock(Unlock $unlock): void
    {
        Native::call('secenv_keyring_change_unlock', $this, ...$unlock->arguments());
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
        Native::call('secenv_keyring_destroy_key', $this, $key);
    }

    /**
     * Takes what another copy of the same keyring has, and brings no key back.
     *
     * @throws Misuse if it is this object itself
     * @throws Rejected if it is another keyring
     */
    public function merge(self $other): void
    {
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
     * The keys, but for what is secret, ascending by epoch.
     *
     * @return list<KeyInfo>
     * @throws Misuse if this was freed
     */
    public function keys(): array
    {
        $keys = [];
        for ($at = 0, $count = Native::call('secenv_keyring_key_count', $this); $at < $count; $at++) {
            $keys[] = KeyInfo::of(Native::call('secenv_keyring_key_at', $this, $at));
        }
        return $keys;
    }
}
