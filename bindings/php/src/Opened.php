<?php

declare(strict_types=1);

namespace Secenv;

/** A message that `Sessions::open` opened, and whose session it stored: act on it now. */
final readonly class Opened
{
    /** @internal Call `Sessions::open`. */
    public function __construct(
        /** The session; ask its `peer` whether it may still come in. */
        public Session $session,
        public Secret $message,
        /** The message's number. */
        public int $number,
    ) {
    }

    /** Seals the reply to this message. Nothing has to be stored for it. */
    public function reply(#[\SensitiveParameter] Secret|string $message, string $ad = ''): string
    {
        return $this->session->reply($this->number, $message, $ad);
    }
}
