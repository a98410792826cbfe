<?php

declare(strict_types=1);

namespace Secenv\Sodium;

use Secenv\Confidential;
use Secenv\Exception\Misuse;
use Secenv\Native;
use Secenv\Secret;
use Secenv\State;

/** A secretstream that is being sealed. */
final class SecretStreamPush implements \JsonSerializable
{
    use Confidential;

    private function __construct(
        private readonly State $state,
        /** What `SecretStream::pull` needs first. */
        public readonly string $header,
    ) {
    }

    /**
     * @internal Call `SecretStream::push`.
     * @throws Misuse
     */
    public static function start(#[\SensitiveParameter] Secret|string $key): self
    {
        return new self(...Native::call('secenv_secretstream_xchacha20poly1305_init_push', $key));
    }

    /**
     * Seals the next chunk. `$ad` is authenticated, not part of the result.
     *
     * @throws Misuse if this was freed
     */
    public function push(
        #[\SensitiveParameter] Secret|string $message,
        StreamTag $tag = StreamTag::Message,
        string $ad = '',
    ): string {
        return Native::call('secenv_secretstream_xchacha20poly1305_push', $this->state, $message, $ad, $tag->value);
    }

    /**
     * Changes the key here; the other side must do so at the same place.
     *
     * @throws Misuse if this was freed
     */
    public function rekey(): void
    {
        Native::call('secenv_secretstream_xchacha20poly1305_rekey', $this->state);
    }
}
