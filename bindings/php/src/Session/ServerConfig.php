<?php

declare(strict_types=1);

namespace Secenv\Session;

use Secenv\Confidential;
use Secenv\Secret;

/** What the workers of a server share. Prologue and padding are the client's, too, or the handshake fails. */
final readonly class ServerConfig implements \JsonSerializable
{
    use Confidential;

    public function __construct(
        /** 32 random bytes that cookies are sealed under. `KeyFile::cookies` changes them hourly. */
        #[\SensitiveParameter]
        public Secret|string $cookieKey,
        /** The id of the store that sessions are created in: `SessionStore::id`. */
        public string $storeId,
        /** @var list<Secret|string> cookie keys that are accepted besides, at most two */
        #[\SensitiveParameter]
        public array $acceptedKeys = [],
        /** A hello with a lower one is rejected. */
        public Suite $minimumSuite = Suite::X25519XWing,
        public Padding $padding = Padding::None,
        /** What else both sides know: the application, a host, a version. At most 1 KiB. */
        public string $prologue = '',
    ) {
    }
}
