<?php

declare(strict_types=1);

namespace Secenv;

/**
 * One side of a session. Each record is opened once, in any order up to 1,024 behind the newest. `Rejected` with the
 * code `Status::Ended` says that the session is over its records, bytes or 24 hours: make a new handshake.
 *
 * Store it before a sealed record leaves and before an opened message is acted on. `Sessions` does so for a server.
 */
final class Session extends Handle
{
    /** The length of a session's id. */
    public const ID_BYTES = 16;

    /** @internal */
    public static function own(object $session): self
    {
        return new self($session);
    }

    /** Seals a message for the other side, which has to name the same `$ad`: what the record is for. */
    public function seal(#[\SensitiveParameter] Secret|string $message, string $ad = ''): string
    {
        return Native::text(
            'secenv_session_seal',
            $this->pointer(),
            $ad,
            \strlen($ad),
            Native::at($message),
            Native::length($message),
        );
    }

    /** Opens a record, message or reply. Throws `Rejected` if anything differs or it was opened before. */
    public function open(string $record, string $ad = ''): Secret
    {
        return Native::bytes(
            'secenv_session_open',
            $this->pointer(),
            $ad,
            \strlen($ad),
            $record,
            \strlen($record),
        );
    }

    /** Opens a message, one that `reply` answers, and no reply. What a server that answers requests wants. */
    public function openMessage(string $record, string $ad = ''): Secret
    {
        return Native::bytes(
            'secenv_session_open_message',
            $this->pointer(),
            $ad,
            \strlen($ad),
            $record,
            \strlen($record),
        );
    }

    /** Opens the reply to the message of this number, from `sealed`, and nothing else. */
    public function openReply(int $number, string $record, string $ad = ''): Secret
    {
        return Native::bytes(
            'secenv_session_open_reply',
            $this->pointer(),
            self::counted($number),
            $ad,
            \strlen($ad),
            $record,
            \strlen($record),
        );
    }

    /**
     * Seals the reply to the message of this number, from `number`: one that this object opened, or one of the last 16
     * when the session was exported. The session need not be stored again.
     */
    public function reply(int $number, #[\SensitiveParameter] Secret|string $message, string $ad = ''): string
    {
        return Native::text(
            'secenv_session_reply',
            $this->pointer(),
            self::counted($number),
            $ad,
            \strlen($ad),
            Native::at($message),
            Native::length($message),
        );
    }

    /** The number of the record that was opened last: the message's own, or of the message that a reply answers. */
    public function number(): int
    {
        return Native::number('secenv_session_number', $this->pointer());
    }

    /** The number of the message that was sealed last. Its reply carries the same. */
    public function sealed(): int
    {
        return Native::number('secenv_session_sealed', $this->pointer());
    }

    /** The session's id: 16 bytes, which stand in the clear in its records. */
    public function id(): string
    {
        return Native::fixed(self::ID_BYTES, 'secenv_session_id', $this->pointer());
    }

    /** The pin of the other side: 32 bytes. Ask at each request whether it may still come in. */
    public function peer(): string
    {
        return Native::fixed(Identity::PIN_BYTES, 'secenv_session_peer', $this->pointer());
    }

    /** The session as a sealed blob, to be stored. It is as confidential as `$stateKey`. */
    public function export(#[\SensitiveParameter] Secret|string $stateKey): string
    {
        return Native::text(
            'secenv_session_export',
            $this->pointer(),
            Native::exactly(Server::STATE_KEY_BYTES, 'state key', $stateKey),
        );
    }

    /** The session in a blob. Throws `Rejected` if it was changed or sealed under another key. */
    public static function import(string $blob, #[\SensitiveParameter] Secret|string $stateKey): self
    {
        return new self(Native::give(
            'secenv_session',
            'secenv_session_import',
            $blob,
            \strlen($blob),
            Native::exactly(Server::STATE_KEY_BYTES, 'state key', $stateKey),
        ));
    }

    protected function free(object $pointer): void
    {
        Native::plain('secenv_session_free', $pointer);
    }

    /** C's numbers have no sign: -1 would be the highest. */
    private static function counted(int $number): int
    {
        return $number >= 0 ? $number : throw SecenvException::of(Status::InvalidArgument->value);
    }
}
