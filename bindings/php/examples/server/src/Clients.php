<?php

declare(strict_types=1);

namespace Secenv\Server;

use Secenv\Session\Sessions;

/** Whose pins may come in, and the one-time codes by which a pin becomes known. Pins are 64 hex digits here. */
final readonly class Clients
{
    /** How long a code is good, in seconds. */
    public const CODE_LIFETIME = 3600;
    /** How long the session of a client lives that is not known, in seconds, and how many of them there are. */
    public const STRANGER = 300;
    public const STRANGERS = 256;
    /** How many sessions a client has at once. */
    public const SESSIONS = 16;

    public function __construct(private Store $store)
    {
    }

    /** A new code for the client of this name. It is told once, and kept as a hash. */
    public function code(string $client): string
    {
        $code = bin2hex(random_bytes(16));
        $this->store->change('DELETE FROM codes WHERE expires <= ?', time());
        $this->store->change(
            'INSERT INTO codes (hash, client, expires) VALUES (?, ?, ?)',
            hash('sha256', $code),
            $client,
            time() + self::CODE_LIFETIME,
        );
        return $code;
    }

    /**
     * Uses a code up and lets the pin in. False for a code that is none, was used by another, or is too old; who used
     * it and got no answer may send it again.
     */
    public function enrol(string $pin, #[\SensitiveParameter] string $code): bool
    {
        return $this->store->together(function () use ($pin, $code): bool {
            $hash = hash('sha256', $code);
            $spend = 'UPDATE codes SET pin = ? WHERE hash = ? AND expires > ? AND pin IS NULL';
            if ($this->store->change($spend, $pin, $hash, time()) !== 1) {
                return $this->knows($pin)
                    && $this->store->row('SELECT 1 FROM codes WHERE hash = ? AND pin = ?', $hash, $pin) !== null;
            }
            $this->store->change(
                'INSERT INTO clients (pin, client) SELECT pin, client FROM codes WHERE hash = ?
                 ON CONFLICT (pin) DO UPDATE SET client = excluded.client',
                $hash,
            );
            return true;
        });
    }

    /** Whether this pin may come in. */
    public function knows(string $pin): bool
    {
        return $this->store->row('SELECT 1 FROM clients WHERE pin = ?', $pin) !== null;
    }

    /**
     * Whether this session of a client that is not known may be made: while a code waits for its client, and for so many
     * sessions as there may be of strangers. A finish that comes again takes no second place.
     */
    public function admitsStranger(string $session): bool
    {
        return $this->store->together(function () use ($session): bool {
            $now = time();
            $this->store->change('DELETE FROM strangers WHERE expires <= ?', $now);
            $waiting = $this->store->row('SELECT 1 FROM codes WHERE pin IS NULL AND expires > ?', $now) !== null;
            $count = $this->store->row('SELECT count(*) AS n FROM strangers')['n'];
            if ($this->store->row('SELECT 1 FROM strangers WHERE session = ?', $session) !== null) {
                return true; // the store of sessions says that it came before
            }
            if (!$waiting || $count >= self::STRANGERS) {
                return false;
            }
            // It is confirmed within five minutes, and lives for five more.
            $insert = 'INSERT INTO strangers (session, expires) VALUES (?, ?)';
            $this->store->add($insert, $session, $now + Sessions::UNCONFIRMED + self::STRANGER);
            return true;
        });
    }

    /** The session of a stranger is one no longer: it enrolled, or ended. */
    public function forgetStranger(string $session): void
    {
        $this->store->change('DELETE FROM strangers WHERE session = ?', $session);
    }

    /**
     * Remembers a session of a client that is known. Gives those that are to be ended for it: the oldest, of more than a
     * client may have at once.
     *
     * @return list<string>
     */
    public function begins(string $pin, string $session): array
    {
        return $this->store->together(function () use ($pin, $session): array {
            $this->store->change('DELETE FROM live WHERE expires <= ?', time());
            $insert = 'INSERT INTO live (session, pin, expires) VALUES (?, ?, ?) ON CONFLICT DO NOTHING';
            $this->store->add($insert, $session, $pin, time() + Sessions::LIFETIME);
            $old = array_column($this->store->rows(
                'SELECT session FROM live WHERE pin = ? ORDER BY expires DESC, rowid DESC LIMIT -1 OFFSET ' . self::SESSIONS,
                $pin,
            ), 'session');
            array_map($this->ends(...), $old);
            return $old;
        });
    }

    public function ends(string $session): void
    {
        $this->store->change('DELETE FROM live WHERE session = ?', $session);
        $this->forgetStranger($session);
    }

    /** Lets a pin in no longer, from the next request on. False if it was not known. */
    public function revoke(string $pin): bool
    {
        return $this->store->change('DELETE FROM clients WHERE pin = ?', $pin) === 1;
    }

    /** @return list<array{pin: string, client: string}> */
    public function all(): array
    {
        return $this->store->rows('SELECT pin, client FROM clients ORDER BY client, pin');
    }
}
