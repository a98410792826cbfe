<?php

declare(strict_types=1);

namespace Secenv;

/** A client that said hello and waits for the reply. It makes one session. */
final class Client extends Handle
{
    /** @internal */
    protected function __construct(object $pointer, private readonly string $hello)
    {
        parent::__construct($pointer);
    }

    /** Starts a handshake with the server whose identity has this pin, and with no other. Send its `hello`. */
    public static function start(Identity $me, string $serverPin, Suite $suite = Suite::X25519XWing): self
    {
        [$client, $hello] = Native::pair(
            'secenv_client',
            'secenv_client_start',
            $me->pointer(),
            Native::exactly(Identity::PIN_BYTES, 'pin', $serverPin),
            $suite->value,
        );
        return new self($client, $hello->reveal());
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
     */
    public function finish(string $reply): array
    {
        [$session, $finish] = Native::pair(
            'secenv_session',
            'secenv_client_finish',
            $this->pointer(),
            $reply,
            \strlen($reply),
        );
        return [Session::own($session), $finish->reveal()];
    }

    protected function free(object $pointer): void
    {
        Native::plain('secenv_client_free', $pointer);
    }
}
