<?php

declare(strict_types=1);

namespace Secenv;

/** A secretstream that is being sealed. */
final class SecretStreamPush
{
    use Confidential;

    private function __construct(
        /** What `SecretStream::pull` needs first. */
        public readonly string $header,
        private readonly Secret $state,
    ) {
    }

    /** @internal Call `SecretStream::push`. */
    public static function start(#[\SensitiveParameter] Secret|string $key): self
    {
        $state = Secret::blank(Native::plain('secenv_secretstream_xchacha20poly1305_statebytes'));
        $header = Native::room(SecretStream::HEADER_BYTES);
        Native::sodium(
            Status::Unavailable,
            'secenv_secretstream_xchacha20poly1305_init_push',
            $state->address(),
            $header,
            Native::exactly(SecretStream::KEY_BYTES, 'key', $key),
        );
        return new self(Native::string($header, SecretStream::HEADER_BYTES), $state);
    }

    /** Seals the next chunk. `$ad` is authenticated, not part of the result. */
    public function push(
        #[\SensitiveParameter] Secret|string $message,
        StreamTag $tag = StreamTag::Message,
        string $ad = '',
    ): string {
        $length = Native::length($message);
        $sealed = Native::room($length + SecretStream::CHUNK_OVERHEAD);
        Native::sodium(
            Status::Unavailable,
            'secenv_secretstream_xchacha20poly1305_push',
            $this->state->address(),
            $sealed,
            null,
            Native::at($message),
            $length,
            $ad,
            \strlen($ad),
            $tag->value,
        );
        return Native::string($sealed, $length + SecretStream::CHUNK_OVERHEAD);
    }

    /** Changes the key here; the other side must do so at the same place. */
    public function rekey(): void
    {
        Native::plain('secenv_secretstream_xchacha20poly1305_rekey', $this->state->address());
    }
}
