<?php

declare(strict_types=1);

namespace Secenv\Session;

use Secenv\Confidential;
use Secenv\Exception\Unavailable;
use Secenv\Secret;

/** What the workers of a server share. Prologue and padding are the client's, too, or the handshake fails. */
final readonly class ServerConfig implements \JsonSerializable
{
    use Confidential;

    public Secret $cookieKey;
    /** @var list<Secret> */
    public array $acceptedKeys;

    /**
     * @param Secret|string $cookieKey 32 random bytes that cookies are sealed under; `KeyFile::cookies` changes them
     *     hourly
     * @param string $storeId the id of the store that sessions are created in: `SessionStore::id`
     * @param list<Secret|string> $acceptedKeys cookie keys that are accepted besides, at most two
     * @param Suite $minimumSuite a hello with a lower one is rejected
     * @param string $prologue what else both sides know: the application, a host, a version; at most 1 KiB
     * @throws Unavailable
     */
    public function __construct(
        #[\SensitiveParameter] Secret|string $cookieKey,
        public string $storeId,
        #[\SensitiveParameter] array $acceptedKeys = [],
        public Suite $minimumSuite = Suite::X25519XWing,
        public Padding $padding = Padding::None,
        public string $prologue = '',
    ) {
        $hold = static fn (#[\SensitiveParameter] Secret|string $key): Secret
            => $key instanceof Secret ? $key : Secret::hold($key);
        $this->cookieKey = $hold($cookieKey);
        $this->acceptedKeys = array_map($hold, array_values($acceptedKeys));
    }
}
