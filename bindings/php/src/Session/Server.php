<?php

declare(strict_types=1);

namespace Secenv\Session;

use Secenv\Exception\Misuse;
use Secenv\Exception\Rejected;
use Secenv\Handle;
use Secenv\Identity;
use Secenv\Native;
use Secenv\Secret;

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
     *
     * @throws Misuse if the state key has another length
     */
    public static function create(
        Identity $me,
        #[\SensitiveParameter] Secret|string $stateKey,
        Suite $minimum = Suite::X25519XWing,
    ): self {
        return Native::call('secenv_server_new', $me, $stateKey, $minimum->value);
    }

    /**
     * The same server with another state key. It still takes a finish to a reply that was made under this one's.
     *
     * @throws Misuse if the state key has another length
     */
    public function rotate(#[\SensitiveParameter] Secret|string $stateKey): self
    {
        return Native::call('secenv_server_rotate', $this, $stateKey);
    }

    /**
     * Answers a hello. The reply is good for a minute.
     *
     * @throws Rejected if it is no hello to this server
     */
    public function reply(string $hello): string
    {
        return Native::call('secenv_server_reply', $this, $hello);
    }

    /**
     * Takes a finish: the session, and the client's SubjectPublicKeyInfo in DER. The client has proven that it owns
     * this key and nothing else: decide by its pin whether it may come in. Then store the session once, by
     * `Sessions::create`: the same finish opens the same session again.
     *
     * @return array{Session, string}
     * @throws Rejected if it does not finish a handshake of this server's
     */
    public function accept(string $finish): array
    {
        return Native::call('secenv_server_accept', $this, $finish);
    }
}
