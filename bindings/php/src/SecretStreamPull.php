<?php

declare(strict_types=1);

namespace Secenv;

/** A secretstream that is being opened. */
final class SecretStreamPull
{
    use Confidential;

    private function __construct(private readonly Secret $state)
    {
    }

    /** @internal Call `SecretStream::pull`. */
    public static function start(#[\SensitiveParameter] Secret|string $key, string $header): self
    {
        $state = Secret::blank(Native::plain('secenv_secretstream_xchacha20poly1305_statebytes'));
        Native::sodium(
            Status::Rejected,
            'secenv_secretstream_xchacha20poly1305_init_pull',
            $state->address(),
            Native::received(SecretStream::HEADER_BYTES, $header),
            Native::exactly(SecretStream::KEY_BYTES, 'key', $key),
        );
        return new self($state);
    }

    /** Opens the next chunk. Throws `Rejected` if it was changed or is not the next; the stream stays where it was. */
    public function pull(string $sealed, string $ad = ''): StreamChunk
    {
        $message = Secret::blank(Native::opened($sealed, SecretStream::CHUNK_OVERHEAD));
        $tag = Native::room(1);
        Native::sodium(
            Status::Rejected,
            'secenv_secretstream_xchacha20poly1305_pull',
            $this->state->address(),
            $message->address(),
            null,
            $tag,
            $sealed,
            \strlen($sealed),
            $ad,
            \strlen($ad),
        );
        return new StreamChunk($message, StreamTag::tryFrom(\ord(Native::string($tag, 1)))
            ?? throw SecenvException::of(Status::Rejected->value));
    }

    /** Changes the key here, as the other side did. */
    public function rekey(): void
    {
        Native::plain('secenv_secretstream_xchacha20poly1305_rekey', $this->state->address());
    }
}
