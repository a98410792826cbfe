<?php

declare(strict_types=1);

namespace Secenv\Server;

use Secenv\Protocol1\RsaPublic;
use Secenv\Sodium\Kx;
use Secenv\Sodium\SessionKeys;

/** Who the clients are, and what the server shares with each. */
final readonly class Peers
{
    public function __construct(private Store $store, private Keys $keys)
    {
    }

    /** The name of the client with this key: the same key comes back under the same name. */
    public function enrol(RsaPublic $key): string
    {
        $pem = $key->encode();
        $find = fn (): ?array => $this->store->row('SELECT id FROM peers WHERE key = ?', $pem);
        $known = $find();
        if ($known === null) {
            $sql = 'INSERT INTO peers (id, key) VALUES (?, ?) ON CONFLICT DO NOTHING';
            $this->store->add($sql, bin2hex(random_bytes(16)), $pem);
        }
        return ($known ?? $find())['id'];
    }

    /** The client of that name. */
    public function get(string $id): Peer
    {
        $row = $this->store->row('SELECT key, proven, keys FROM peers WHERE id = ?', $id) ?? throw Failure::refused();
        return new Peer(
            $id,
            RsaPublic::parse($row['key']),
            (bool) $row['proven'],
            $row['keys'] === null ? null : $this->opened($id, $row['keys']),
            $row['keys'],
        );
    }

    /** Notes that the client holds the secret half of its key: good for one session. */
    public function proven(Peer $peer): void
    {
        $this->store->change('UPDATE peers SET proven = 1 WHERE id = ?', $peer->id);
    }

    /**
     * Begins a session, which uses the proof up: who knows no more than a public key ends nobody's session. What was
     * sealed in the one before opens no more, so what was remembered of it can go.
     */
    public function session(Peer $peer, SessionKeys $keys): void
    {
        $sealed = $this->keys->seal("session $peer->id", Pieces::together($keys->rx, $keys->tx));
        $this->store->together(function () use ($peer, $sealed): void {
            $sql = 'UPDATE peers SET keys = ?, proven = 0 WHERE id = ? AND proven = 1';
            if ($this->store->change($sql, $sealed, $peer->id) !== 1) {
                throw Failure::refused();
            }
            $this->store->change('DELETE FROM replays WHERE peer = ?', $peer->id);
            $this->store->change('DELETE FROM uploads WHERE owner = ?', $peer->id);
        });
    }

    /**
     * Takes an envelope that was opened, by the hash of its `data`: each counts once, and only while the session goes
     * on in which it was opened, for what was remembered goes with the session.
     */
    public function claim(Peer $peer, string $hash): void
    {
        $sql = 'INSERT INTO replays (peer, hash) SELECT id, ? FROM peers WHERE id = ? AND keys = ?
            ON CONFLICT DO NOTHING';
        if ($this->store->add($sql, $hash, $peer->id, $peer->session ?? '') !== 1) {
            throw Failure::refused();
        }
    }

    private function opened(string $id, string $sealed): SessionKeys
    {
        return new SessionKeys(...Pieces::of($this->keys->open("session $id", $sealed), Kx::SESSION_BYTES));
    }
}
