<?php

declare(strict_types=1);

namespace Secenv\Session;

use Secenv\Confidential;
use Secenv\Exception\Misuse;
use Secenv\Exception\Rejected;
use Secenv\Exception\Unavailable;
use Secenv\Secret;
use Secenv\Status;

/** A server's sessions, each stored before anything is done that depends on it. */
final class Sessions implements \JsonSerializable
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

    /**
     * Stores the session of a handshake, once: false if this handshake's finish came before.
     *
     * @throws Misuse for another lifetime than `LIFETIME_MIN` to `LIFETIME`
     * @throws Unavailable if the store does not answer
     */
    public function create(Session $session, int $lifetime = self::LIFETIME): bool
    {
        if ($lifetime < self::LIFETIME_MIN || $lifetime > self::LIFETIME) {
            throw Status::InvalidArgument->exception('a session lives from 300 to 86400 seconds');
        }
        return $this->store->create($session->id(), $this->keys->seal($session), $lifetime);
    }

    /**
     * Opens a client's message, once.
     *
     * @throws Rejected if there is no such session, as if the record was forged
     * @throws Unavailable if the store does not answer
     */
    public function open(string $ad, string $record): Opened
    {
        return $this->change(
            Record::session($record),
            static fn (Session $session): Opened
                => new Opened($session, $session->openMessage($ad, $record), $session->lastReceived()),
        );
    }

    /**
     * Seals a message that the client did not ask for.
     *
     * @throws Rejected if there is no such session
     * @throws Unavailable if the store does not answer
     */
    public function send(string $id, string $ad, #[\SensitiveParameter] Secret|string $message): string
    {
        return $this->change($id, static fn (Session $session): string => $session->seal($ad, $message));
    }

    /**
     * Ends a session.
     *
     * @throws Unavailable if the store does not answer
     */
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
            $seen = $this->store->load($id) ?? throw Status::Rejected->exception();
            $session = $this->keys->open($seen->blob);
            if ($session->id() !== $id) {
                // Somebody moved blobs about in the store.
                throw Status::Rejected->exception();
            }
            $result = $work($session);
            if ($this->store->replace($id, $seen, $this->keys->seal($session))) {
                return $result;
            }
            usleep(random_int(0, 500 << min($try, 7)));
        }
        throw Status::Unavailable->exception('too many workers use this session at once');
    }
}
