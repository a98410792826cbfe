<?php

declare(strict_types=1);

namespace Secenv\Session;

use Psr\Clock\ClockInterface;
use Secenv\Exception\Misuse;
use Secenv\Exception\Rejected;
use Secenv\Exception\Unavailable;
use Secenv\Identity;
use Secenv\Native;

/** A client that said hello. It waits for the reply, then for the welcome, and makes one session within 120 seconds. */
final class Client extends Timed
{
    private string $hello;

    /**
     * Starts a handshake with a server that has one of the pins in `$config`, and with no other. Send its `hello`.
     *
     * @throws Misuse unless there are 1 to 4 pins of 32 bytes, none twice
     * @throws Rejected for a prologue over 1 KiB
     * @throws Unavailable if the system has no randomness
     */
    public static function start(Identity $me, ClientConfig $config, ?ClockInterface $clock = null): self
    {
        [$client, $hello] = Native::call(
            'secenv_client_start',
            $me,
            $config->pins,
            $config->suite->value,
            $config->padding->value,
            $config->prologue,
            $clock?->now()->getTimestamp() ?? 0,
        );
        $client->hello = $hello;
        return $client->at($clock);
    }

    /** The first message to the server. */
    public function hello(): string
    {
        return $this->hello;
    }

    /**
     * Takes the server's reply and gives the finish, once; the same bytes may be sent again. A reply that was refused
     * changes nothing, so that the true one may still come.
     *
     * @throws Misuse if there was a finish before, or 120 seconds after the hello
     * @throws Rejected if it is not the reply of a pinned server to this client
     */
    public function finish(string $reply): string
    {
        return $this->timed('secenv_client_finish', $this, $reply);
    }

    /**
     * Takes the server's welcome, the answer to the finish: the session, which the server has too. A welcome that was
     * refused changes nothing. Another answer, or none, means a new hello.
     *
     * @throws Misuse before `finish`, after a success, or 120 seconds after the hello
     * @throws Rejected if it does not end this handshake
     */
    public function session(string $welcome): Session
    {
        return $this->timed('secenv_client_session', $this, $welcome)->at($this->clock);
    }

    /**
     * Which pin of the configuration, from 0, the server has. Those after it are to be dropped for good: store that
     * before the session is used.
     *
     * @throws Misuse before a welcome held
     */
    public function pinIndex(): int
    {
        return Native::call('secenv_client_pin_index', $this);
    }
}
