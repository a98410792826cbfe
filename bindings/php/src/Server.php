<?php

declare(strict_types=1);

namespace Secenv;

/**
 * The server's side of handshakes. It keeps nothing between a reply and its finish, so any worker that has the same
 * identity and state key may take the finish.
 */
final class Server extends Handle
{
    /** The length of a state key. */
    public const STATE_KEY_BYTES = 32;

    /**
     * Makes a server. All its workers share `$stateKey`, 32 random bytes; forward secrecy reaches back to its
     * destruction, so rotate it. A hello with a suite below `$minimum` is rejected.
     */
    public static function over(
        Identity $me,
        #[\SensitiveParameter] Secret|string $stateKey,
        Suite $minimum = Suite::X25519XWing,
    ): self {
        return new self(Native::give(
            'secenv_server',
            'secenv_server_new',
            $me->pointer(),
            Native::exactly(self::STATE_KEY_BYTES, 'state key', $stateKey),
            $minimum->value,
        ));
    }

    /** The same server with another state key. It still takes a finish to a reply that was made under this one's. */
    public function rotate(#[\SensitiveParameter] Secret|string $stateKey): self
    {
        return new self(Native::give(
            'secenv_server',
            'secenv_server_rotate',
            $this->pointer(),
            Native::exactly(self::STATE_KEY_BYTES, 'state key', $stateKey),
        ));
    }

    /** Answers a hello. The reply is good for a minute. */
    public function reply(string $hello): string
    {
        return Native::text('secenv_server_reply', $this->pointer(), $hello, \strlen($hello));
    }

    /**
     * Takes a finish: the session, and the client's SubjectPublicKeyInfo in DER. The client has proven that it owns
     * this key and nothing else: decide by its pin whether it may come in. Then store the session once, by
     * `Sessions::create`: the same finish opens the same session again.
     *
     * @return array{Session, string}
     */
    public function accept(string $finish): array
    {
        [$session, $client] = Native::pair(
            'secenv_session',
            'secenv_server_accept',
            $this->pointer(),
            $finish,
            \strlen($finish),
        );
        return [Session::own($session), $client->reveal()];
    }

    protected function free(object $pointer): void
    {
        Native::plain('secenv_server_free', $pointer);
    }
}
