<?php

declare(strict_types=1);

namespace Secenv\Session;

use Secenv\Exception\Misuse;
use Secenv\Exception\Rejected;
use Secenv\Exception\Unavailable;
use Secenv\Handle;
use Secenv\Identity;
use Secenv\Native;

/** A client that said hello and waits for the reply. It makes one session. */
final class Client extends Handle
{
    private string $hello;

    /**
     * Starts a handshake with the server whose identity has this pin, and with no other. Send its `hello`.
     *
     * @throws Misuse if the pin has another length
     * @throws Unavailable if the system has no randomness
     */
    public static function start(Identity $me, string $serverPin, Suite $suite = Suite::X25519XWing): self
    {
        [$client, $hello] = Native::call('secenv_client_start', $me, $serverPin, $suite->value);
        $client->hello = $hello;
        return $client;
    }

    /** The first message to the server. */
    public function hello(): string
    {
        return $this->hello;
    }

    /**
     * Takes the server's reply: the session, and the message to send before its first record. It closes this client. A
     * reply that was refused changes nothing, so that the true one may still come.
     *
     * @return array{Session, string}
     * @throws Misuse if this client has its session already
     * @throws Rejected if it is not this server's reply to this client
     */
    public function finish(string $reply): array
    {
        return Native::call('secenv_client_finish', $this, $reply);
    }
}
