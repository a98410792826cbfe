<?php

declare(strict_types=1);

namespace Secenv\Session;

use Secenv\Exception\Rejected;
use Secenv\Secret;

/** A message that `Sessions::open` opened, and whose session it stored: act on it now. */
final readonly class Opened
{
    /** @internal Call `Sessions::open`. */
    public function __construct(
        /** The session. Its `peer` was admitted. */
        public Session $session,
        public Secret $message,
        /** The message's sequence number. */
        public int $number,
    ) {
    }

    /**
     * Seals the reply to this message. Nothing has to be stored for it.
     *
     * @throws Rejected if it is over 16 MiB, or the session has ended
     */
    public function reply(string $ad, #[\SensitiveParameter] Secret|string $message): string
    {
        return $this->session->reply($this->number, $ad, $message);
    }
}
