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

/** A server's sessions, each stored before anything is done that depends on it. */
final class Sessions implements \JsonSerializable
{
    use Confidential;

    /** How long a session lives at most, and if nothing else is said, in seconds. */
    public const LIFETIME = 86_400;
    /** How long a session lives that its client does not confirm by a record, in seconds. */
    public const UNCONFIRMED = 300;

    /** How often to start again when other workers are faster. Each time, one of them has got through. */
    private const TRIES = 64;

    /** @var list<string> */
    private readonly array $serverPins;
    private ?string $storeId = null;

    /**
     * @param string|list<string> $serverPins the pins of the server's identities: a session of another does not open
     */
    public function __construct(
        private readonly SessionStore $store,
        private readonly StateKeys $keys,
        string|array $serverPins,
        private readonly ?ClockInterface $clock = null,
    ) {
        $this->serverPins = \is_array($serverPins) ? $serverPins : [$serverPins];
    }

    /**
     * Stores the session of a handshake, once, for 300 seconds until its client confirms it: false if this handshake's
     * finish came before, and then its welcome must not be sent.
     *
     * @throws Misuse if the server was made for another store
     * @throws Unavailable if the store does not answer
     */
    public function create(Session $session): bool
    {
        $this->storeId = $this->store->id();
        $id = $session->id();
        $place = new Place($session->serverPin(), $id, $this->storeId);
        return $this->store->create($id, $this->keys->seal($session, $place), self::UNCONFIRMED);
    }

    /**
     * Opens a client's message, once. Before anything is opened, `$admits` is asked whether the client of this pin may
     * come in; what it refuses is refused as if the record was forged.
     *
     * The first message confirms the session, which then lives for as many seconds as `$admits` said, or 24 hours if it
     * said true.
     *
     * @param callable(string): (bool|int) $admits
     * @throws Misuse if it said another time than 1 second to 24 hours
     * @throws Rejected if there is no such session, as if the record was forged
     * @throws Unavailable if the store does not answer
     */
    public function open(callable $admits, string $ad, string $record): Opened
    {
        return $this->change(
            Record::session($record),
            static fn (Session $session): Opened
                => new Opened($session, $session->openMessage($ad, $record), $session->lastReceived()),
            $admits,
        );
    }

    /**
     * Opens a client's reply to the message of this number, which `send` sealed, once; `$admits` is asked as in `open`.
     *
     * @param callable(string): (bool|int) $admits
     * @throws Misuse if the number is negative
     * @throws Rejected if there is no such session, as if the record was forged
     * @throws Unavailable if the store does not answer
     */
    public function openReply(callable $admits, int $number, string $ad, string $record): Secret
    {
        return $this->change(
            Record::session($record),
            static fn (Session $session): Secret => $session->openReply($number, $ad, $record),
            $admits,
        );
    }

    /**
     * Seals a message that the client did not ask for.
     *
     * @throws Misuse if the client has not confirmed the session yet
     * @throws Rejected if there is no such session
     * @throws Unavailable if the store does not answer
     */
    public function send(string $id, string $ad, #[\SensitiveParameter] Secret|string $message): string
    {
        return $this->change($id, static fn (Session $session): string => $session->seal($ad, $message));
    }

    /**
     * Lets a session live for so many seconds from now.
     *
     * @throws Misuse for another lifetime than 1 second to 24 hours
     * @throws Rejected if there is no such session
     * @throws Unavailable if the store does not answer
     */
    public function prolong(string $id, int $lifetime = self::LIFETIME): void
    {
        $this->change($id, static fn (): null => null, static fn (): int => $lifetime, always: true);
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
     * hold a message. A session that was not confirmed before gets the lifetime that `$admits` says, and with `$always`
     * any.
     *
     * @template T
     * @param callable(Session): T $work
     * @param ?callable(string): (bool|int) $admits
     * @return T
     */
    private function change(
        string $id,
        #[\SensitiveParameter] callable $work,
        ?callable $admits = null,
        bool $always = false,
    ): mixed {
        for ($try = 0; $try < self::TRIES; $try++) {
            $seen = $this->store->load($id) ?? throw Status::Rejected->exception();
            $session = $this->stored($id, $seen->blob);
            $lifetime = $admits === null ? null : self::lifetime($admits($session->peer()));
            $lives = $always || !$session->isConfirmed() ? $lifetime : null;
            $result = $work($session);
            $place = new Place($session->serverPin(), $id, $this->storeId);
            if ($this->store->replace($id, $seen, $this->keys->seal($session, $place), $lives)) {
                return $result;
            }
            usleep(random_int(0, 500 << min($try, 7)));
        }
        throw Status::Unavailable->exception('too many workers use this session at once');
    }

    private static function lifetime(bool|int $admitted): int
    {
        if ($admitted === false) {
            throw Status::Rejected->exception();
        }
        $lifetime = $admitted === true ? self::LIFETIME : $admitted;
        return $lifetime >= 1 && $lifetime <= self::LIFETIME ? $lifetime : throw Status::InvalidArgument->exception(
            'a session lives from 1 second to 86400',
        );
    }

    /** The session in a blob that lay under this id, whichever of the identities accepted it. */
    private function stored(string $id, string $blob): Session
    {
        $this->storeId ??= $this->store->id();
        foreach ($this->serverPins as $pin) {
            try {
                return $this->keys->open($blob, new Place($pin, $id, $this->storeId), $this->clock);
            } catch (Rejected $refusal) {
                if ($refusal->status() !== Status::Rejected) {
                    throw $refusal;
                }
            }
        }
        throw Status::Rejected->exception();
    }
}
