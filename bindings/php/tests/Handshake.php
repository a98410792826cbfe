<?php

declare(strict_types=1);

namespace Secenv\Tests;

use Secenv\Identity;
use Secenv\Session\Client;
use Secenv\Session\ClientConfig;
use Secenv\Session\Server;
use Secenv\Session\ServerConfig;
use Secenv\Session\Session;

/** A handshake that went well: both sides of a session that its client has not confirmed yet. */
final readonly class Handshake
{
    public const STORE = 'the store, 16 b.';

    public Session $client;
    public Session $server;
    /** The server's pin. */
    public string $pin;
    /** The one that made the client's session, and is done. */
    public Client $done;

    public function __construct(string $store = self::STORE)
    {
        $them = Identity::generate();
        $this->pin = Identity::pin($them->public());
        $server = Server::create($them, new ServerConfig(random_bytes(32), $store));
        $this->done = Client::start(Identity::generate(), new ClientConfig([$this->pin]));
        $accepted = $server->accept($this->done->finish($server->reply($this->done->hello())));
        [$this->client, $this->server] = [$this->done->session($accepted->welcome), $accepted->session];
    }
}
