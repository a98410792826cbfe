<?php

declare(strict_types=1);

namespace Secenv;

/** A server's sessions, each stored before anything is done that depends on it. */
final class Sessions
{
    use Confidential;

    /** How long a session lives at most, and if nothing else is said, in seconds. */
    public const LIFETIME = 86_400;
    /** A finish can come again for three minutes, by clocks that differ by one; what stops it must not go before. */
    public const LIFETIME_MIN = 300;

    /** How often to start again when other workers are faster. Each time, one of them has got through. */
    private const TRIES = 64;

    public function __construct(private readonly SessionStore $store, private readonly StateKeys $keys)
    {
    }

    /** Stores the session of a handshake, once: false if this handshake's finish came before. */
    public function create(Session $session, int $lifetime = self::LIFETIME): bool
    {
        if ($lifetime < self::LIFETIME_MIN || $lifetime > self::LIFETIME) {
            throw new Misuse('a session lives from 300 to 86400 seconds', Status::InvalidArgument->value);
        }
        return $this->store->create($session->id(), $this->keys->seal($session), $lifetime);
    }

    /** Opens a client's message, once. Throws `Rejected` if there is no such session, as if the record was forged. */
    public function open(string $record, string $ad = ''): Opened
    {
        return $this->change(
            Record::session($record),
            static fn (Session $session): Opened
                => new Opened($session, $session->openMessage($record, $ad), $session->number()),
        );
    }

    /** Seals a message that the client did not ask for. Throws `Rejected` if there is no such session. */
    public function send(string $id, #[\SensitiveParameter] Secret|string $message, string $ad = ''): string
    {
        return $this->change($id, static fn (Session $session): string => $session->seal($message, $ad));
    }

    /** Ends a session. */
    public function remove(string $id): void
    {
        $this->store->remove($id);
    }

    /**
     * Loads, works and stores by compare-and-swap; starts again from what another worker stored meanwhile. `$work` may
     * hold a message.
     *
     * @template T
     * @param callable(Session): T $work
     * @return T
     */
    private function change(string $id, #[\SensitiveParameter] callable $work): mixed
    {
        for ($try = 0; $try < self::TRIES; $try++) {
            $seen = $this->store->load($id) ?? throw SecenvException::of(Status::Rejected->value);
            $session = $this->keys->open($seen->blob);
            if ($session->id() !== $id) {
                // Somebody moved blobs about in the store.
                throw SecenvException::of(Status::Rejected->value);
            }
            $result = $work($session);
            if ($this->store->replace($id, $seen, $this->keys->seal($session))) {
                return $result;
            }
            usleep(random_int(0, 500 << min($try, 7)));
        }
        throw new Unavailable('too many workers use this session at once', Status::Unavailable->value);
    }
}
