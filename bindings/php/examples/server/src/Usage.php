<?php

declare(strict_types=1);

namespace Secenv\Server;

/** Who speaks which protocol, and when last: what an operator asks before protocol 1 is switched off. */
final readonly class Usage
{
    public function __construct(private Store $store)
    {
    }

    /** Notes a message that was opened. */
    public function count(int $protocol, string $client): void
    {
        $this->store->change(
            'INSERT INTO usage (protocol, client, requests, last) VALUES (?, ?, 1, ?)
             ON CONFLICT (protocol, client) DO UPDATE SET requests = requests + 1, last = excluded.last',
            $protocol,
            $client,
            time(),
        );
    }

    /** @return list<array{protocol: int, client: string, requests: int, last: int}> */
    public function all(): array
    {
        return $this->store->rows('SELECT protocol, client, requests, last FROM usage ORDER BY protocol, last DESC');
    }
}
