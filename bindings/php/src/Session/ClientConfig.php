<?php

declare(strict_types=1);

namespace Secenv\Session;

/** What a client asks for. Prologue and padding are the server's, too, or the handshake fails. */
final readonly class ClientConfig
{
    public function __construct(
        /** @var list<string> 1 to 4 pins of the server, newest first, none twice; each is trusted whole */
        public array $pins,
        /** Nothing is negotiated: if a handshake fails, never try a lower one. */
        public Suite $suite = Suite::X25519XWing,
        public Padding $padding = Padding::None,
        /** What else both sides know: the application, a host, a version. At most 1 KiB. */
        public string $prologue = '',
    ) {
    }
}
