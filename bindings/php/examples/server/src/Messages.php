<?php

declare(strict_types=1);

namespace Secenv\Server;

/** The messages that were acted on, by the ids that the clients gave them. */
final readonly class Messages
{
    /** How long a message is remembered, in seconds: its client sends it again within minutes, or never. */
    public const KEPT = 30 * 86_400;

    /** What a row takes beside its text, about. */
    public const ROW = 256;

    public function __construct(private Store $store, private Limits $limits)
    {
    }

    /**
     * Acts on a message, unless it came before. Gives what was acted on. A client whose messages take all that one
     * client may is refused until some of them are old.
     */
    public function once(string $client, string $id, string $text): string
    {
        return $this->store->together(function () use ($client, $id, $text): string {
            $before = $this->store->row('SELECT text FROM messages WHERE pin = ? AND id = ?', $client, $id);
            if ($before !== null) {
                return $before['text'];
            }
            $this->forget($client);
            $size = \strlen($text) + self::ROW;
            if ($size > $this->limits->messages - $this->kept($client)) {
                throw Failure::full();
            }
            $this->store->add(
                'INSERT INTO messages (pin, id, text, stored) VALUES (?, ?, ?, ?)',
                $client,
                $id,
                $text,
                time(),
            );
            $this->store->change(
                'INSERT INTO kept (pin, bytes) VALUES (?, ?)
                 ON CONFLICT (pin) DO UPDATE SET bytes = bytes + excluded.bytes',
                $client,
                $size,
            );
            return $text;
        });
    }

    /** How many bytes a client's messages take. */
    private function kept(string $client): int
    {
        return $this->store->row('SELECT bytes FROM kept WHERE pin = ?', $client)['bytes'] ?? 0;
    }

    /** Removes the client's messages that are old. */
    private function forget(string $client): void
    {
        $old = 'FROM messages WHERE pin = ? AND stored <= ?';
        $until = time() - self::KEPT;
        $size = 'SELECT sum(length(CAST(text AS BLOB)) + ' . self::ROW . ") AS bytes $old";
        $bytes = $this->store->row($size, $client, $until)['bytes'];
        if ($bytes !== null) {
            $this->store->change("DELETE $old", $client, $until);
            $this->store->change('UPDATE kept SET bytes = bytes - ? WHERE pin = ?', $bytes, $client);
        }
    }
}
