<?php

declare(strict_types=1);

namespace Secenv\Session;

use Psr\Clock\ClockInterface;
use Secenv\Exception\Misuse;
use Secenv\Exception\Rejected;
use Secenv\Identity;
use Secenv\Native;

/**
 * The server's side of handshakes. It keeps nothing between a reply and its finish, so any worker that has the same
 * identities and keys may take the finish.
 */
final class Server extends Timed
{
    /** The length of a cookie key. */
    public const COOKIE_KEY_BYTES = 32;

    /**
     * Makes a server with 1 to 4 identities. It answers under the first pin of a hello that is one of theirs.
     *
     * @param Identity|list<Identity> $identities
     * @throws Misuse for another number of them or of keys, or a key or id of another length
     * @throws Rejected for a prologue over 1 KiB
     */
    public static function create(
        Identity|array $identities,
        ServerConfig $config,
        ?ClockInterface $clock = null,
    ): self {
        return Native::call(
            'secenv_server_new',
            \is_array($identities) ? $identities : [$identities],
            $config->cookieKey,
            $config->storeId,
            $config->minimumSuite->value,
            $config->padding->value,
            $config->prologue,
            $config->acceptedKeys,
        )->at($clock);
    }

    /**
     * Answers a hello. The reply is good for a minute.
     *
     * @throws Rejected if it is no hello to this server
     */
    public function reply(string $hello): string
    {
        return $this->timed('secenv_server_reply', $this, $hello);
    }

    /**
     * Takes a finish. The client has proven that it owns its key and nothing else; see `Accepted` for what has to happen
     * before anything is sent.
     *
     * @throws Rejected if it does not finish a handshake of this server's
     */
    public function accept(string $finish): Accepted
    {
        [$session, $welcome, $spki] = $this->timed('secenv_server_accept', $this, $finish);
        return new Accepted($session->at($this->clock), $welcome, $spki);
    }
}
