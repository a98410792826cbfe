<?php

declare(strict_types=1);

namespace Secenv;

/**
 * The server's data keys, one for each epoch. Its id names the vault that it seals for. `Keyrings` keeps it in a
 * database; whoever keeps it elsewhere stores what `seal` gives after each change.
 */
final class Keyring extends Handle
{
    /** The length of the id of a keyring or a key. */
    public const ID_BYTES = 16;

    /** A keyring with one active key, of epoch 1. */
    public static function generate(Unlock $unlock, ?int $now = null): self
    {
        return new self(Native::give(
            'secenv_keyring',
            'secenv_keyring_generate',
            ...[...$unlock->arguments(), $now ?? time()],
        ));
    }

    /** Unlocks what `seal` gave. Throws `Rejected` for another secret, or if it was changed. */
    public static function parse(string $sealed, Unlock $unlock): self
    {
        return new self(Native::give(
            'secenv_keyring',
            'secenv_keyring_parse',
            ...[$sealed, \strlen($sealed), ...$unlock->arguments()],
        ));
    }

    /** The keyring as it is to be stored, sealed under its unlock secret. */
    public function seal(): string
    {
        return Native::text('secenv_keyring_seal', $this->pointer());
    }

    /** Changes what unlocks it. Older copies keep their secret. */
    public function relock(Unlock $unlock): void
    {
        Native::call('secenv_keyring_relock', $this->pointer(), ...$unlock->arguments());
    }

    /** Begins the next epoch: what is sealed from now on is under a new key. */
    public function rotate(?int $now = null): void
    {
        Native::call('secenv_keyring_rotate', $this->pointer(), $now ?? time());
    }

    /** Lets a key open what it sealed, and seal no more. */
    public function retire(string $key): void
    {
        Native::call('secenv_keyring_retire', $this->pointer(), Native::exactly(self::ID_BYTES, 'id', $key));
    }

    /** Wipes a key: what only it opens can never be read again. */
    public function wipeKey(string $key): void
    {
        Native::call('secenv_keyring_wipe_key', $this->pointer(), Native::exactly(self::ID_BYTES, 'id', $key));
    }

    /** Takes what another copy of the same keyring has, and brings no key back. */
    public function merge(self $other): void
    {
        Native::call('secenv_keyring_merge', $this->pointer(), $other->pointer());
    }

    /** 16 bytes. */
    public function id(): string
    {
        return Native::fixed(self::ID_BYTES, 'secenv_keyring_id', $this->pointer());
    }

    /**
     * The keys, but for what is secret: ids of 16 bytes, ascending by epoch. The state is `active`, `decrypt-only` or
     * `destroyed`.
     *
     * @return list<array{id: string, epoch: int, state: string, created: int}>
     */
    public function list(): array
    {
        $keys = Native::json('secenv_keyring_list', $this->pointer());
        return array_map(static fn (array $key): array => ['id' => hex2bin($key['id'])] + $key, $keys);
    }

    protected function free(object $pointer): void
    {
        Native::plain('secenv_keyring_free', $pointer);
    }
}
