<?php

declare(strict_types=1);

namespace Secenv\Sodium;

use Secenv\Confidential;
use Secenv\Exception\Misuse;
use Secenv\Exception\Rejected;
use Secenv\Native;
use Secenv\Secret;
use Secenv\State;
use Secenv\Status;

/** A secretstream that is being opened. */
final class SecretStreamPull implements \JsonSerializable
{
    use Confidential;

    private function __construct(private readonly State $state)
    {
    }

    /**
     * @internal Call `SecretStream::pull`.
     * @throws Misuse|Rejected
     */
    public static function start(#[\SensitiveParameter] Secret|string $key, string $header): self
    {
        return new self(Native::call('secenv_secretstream_xchacha20poly1305_init_pull', $header, $key));
    }

    /**
     * Opens the next chunk.
     *
     * @throws Rejected if it was changed or is not the next; the stream stays where it was
     */
    public function pull(string $sealed, string $ad = ''): StreamChunk
    {
        [$message, $tag] = Native::call('secenv_secretstream_xchacha20poly1305_pull', $this->state, $sealed, $ad);
        return new StreamChunk($message, StreamTag::tryFrom(\ord($tag)) ?? throw Status::Rejected->exception());
    }

    /**
     * Changes the key here, as the other side did.
     *
     * @throws Misuse if this was freed
     */
    public function rekey(): void
    {
        Native::call('secenv_secretstream_xchacha20poly1305_rekey', $this->state);
    }
}
