<?php

declare(strict_types=1);

namespace Secenv\Session;

use Psr\Clock\ClockInterface;
use Secenv\Exception\Misuse;
use Secenv\Exception\Rejected;
use Secenv\Handle;
use Secenv\Native;
use Secenv\Secret;

/**
 * One side of a session. Each record is opened once, in any order up to 1,024 before the newest. `Rejected` with the
 * status `Ended` says that the session is over its records, bytes or 24 hours: make a new handshake.
 *
 * At a server it is unconfirmed until the client's first record was opened: it lives for 300 seconds and seals nothing.
 *
 * Store it before a sealed record leaves and before an opened message is acted on. `Sessions` does so for a server.
 *
 * `$ad`, the associated data, says what a record is for: both sides name the same.
 */
final class Session extends Timed
{
    /** The length of a session's id. */
    public const ID_BYTES = 16;

    /**
     * Seals a message for the other side.
     *
     * @throws Misuse at a server before the client's first record
     * @throws Rejected if it is over 16 MiB, or the session has ended
     */
    public function seal(string $ad, #[\SensitiveParameter] Secret|string $message): string
    {
        return $this->timed('secenv_session_seal', $this, $ad, $message);
    }

    /**
     * Opens a record, message or reply.
     *
     * @throws Rejected if anything differs or it was opened before
     */
    public function open(string $ad, string $record): Secret
    {
        return $this->timed('secenv_session_open', $this, $ad, $record);
    }

    /**
     * Opens a message, one that `reply` answers, and no reply. What a server that answers requests wants.
     *
     * @throws Rejected if anything differs or it was opened before
     */
    public function openMessage(string $ad, string $record): Secret
    {
        return $this->timed('secenv_session_open_message', $this, $ad, $record);
    }

    /**
     * Opens the reply to the message of this sequence number, from `lastSent`, and nothing else.
     *
     * @throws Misuse if the number is negative
     * @throws Rejected if anything differs or it was opened before
     */
    public function openReply(int $number, string $ad, string $record): Secret
    {
        return $this->timed('secenv_session_open_reply', $this, $number, $ad, $record);
    }

    /**
     * Seals the reply to the message of this sequence number, from `lastReceived`: one that this object opened, or one
     * of the last 16 when the session was exported. The session need not be stored again.
     *
     * @throws Misuse if no message of this number was opened
     * @throws Rejected if the reply is over 16 MiB, or the session has ended
     */
    public function reply(int $number, string $ad, #[\SensitiveParameter] Secret|string $message): string
    {
        return $this->timed('secenv_session_reply', $this, $number, $ad, $message);
    }

    /**
     * The sequence number of the record that was opened last: the message's own, or of the message that a reply
     * answers.
     *
     * @throws Misuse if none was opened
     */
    public function lastReceived(): int
    {
        return Native::call('secenv_session_last_received', $this);
    }

    /**
     * The sequence number of the message that was sealed last. Its reply carries the same.
     *
     * @throws Misuse if none was sealed
     */
    public function lastSent(): int
    {
        return Native::call('secenv_session_last_sent', $this);
    }

    /**
     * The session's id: 16 bytes, which stand in the clear in its records.
     *
     * @throws Misuse if this was freed
     */
    public function id(): string
    {
        return Native::call('secenv_session_id', $this);
    }

    /**
     * The pin of the other side: 32 bytes. Ask at each request whether it may still come in.
     *
     * @throws Misuse if this was freed
     */
    public function peer(): string
    {
        return Native::call('secenv_session_peer', $this);
    }

    /**
     * The pin of the server's identity in this session, on either side: 32 bytes.
     *
     * @throws Misuse if this was freed
     */
    public function serverPin(): string
    {
        return Native::call('secenv_session_server_pin', $this);
    }

    /**
     * Whether the other side is known to have this session: a server knows it from the client's first record.
     *
     * @throws Misuse if this was freed
     */
    public function isConfirmed(): bool
    {
        return Native::call('secenv_session_is_confirmed', $this);
    }

    /**
     * 32 bytes for another use: both sides get the same for the same label and context, 1 KiB each at most.
     *
     * @throws Misuse at a server before the client's first record
     * @throws Rejected over a limit
     */
    public function exportSecret(string $label, string $context = ''): Secret
    {
        return Native::call('secenv_session_export_secret', $this, $label, $context);
    }

    /**
     * The session as a sealed blob, to be stored in its place. It is as confidential as `$stateKey`.
     *
     * @throws Misuse if the state key has another length, or the place is not this session's
     */
    public function export(#[\SensitiveParameter] Secret|string $stateKey, Place $place): string
    {
        return Native::call('secenv_session_export', $this, $stateKey, ...self::members($place));
    }

    /**
     * The session in a blob that lay in this place.
     *
     * @throws Misuse if the state key has another length
     * @throws Rejected if the blob was changed, sealed under another key or for another place, or the session is over
     */
    public static function import(
        string $blob,
        #[\SensitiveParameter] Secret|string $stateKey,
        Place $place,
        ?ClockInterface $clock = null,
    ): self {
        $members = self::members($place);
        $session = $clock === null
            ? Native::call('secenv_session_import', $blob, $stateKey, ...$members)
            : Native::call('secenv_session_import_at', $blob, $stateKey, ...[...$members, $clock->now()->getTimestamp()]);
        return $session->at($clock);
    }

    /** @return array{string, ?string, string, int} */
    private static function members(Place $place): array
    {
        return [$place->serverPin, $place->storeId, $place->sessionId, $place->role->value];
    }
}
