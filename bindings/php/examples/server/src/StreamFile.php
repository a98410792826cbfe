<?php

declare(strict_types=1);

namespace Secenv\Server;

use Secenv\Exception\Rejected;
use Secenv\Secret;
use Secenv\Sodium\SecretStream;
use Secenv\Sodium\StreamTag;

/** A secretstream file, as `README.md` draws it, and how it passes from one key to another in constant memory. */
final class StreamFile
{
    private const CHUNK = 65_536 + SecretStream::CHUNK_OVERHEAD;

    /** The most that one document may hold. */
    public const LIMIT = 1 << 30;

    /**
     * Reads a file under `$from` and writes one under `$to`. Gives the SHA-256 of the plaintext.
     *
     * @param resource $in
     * @param resource $out
     * @param callable(int): void $watch is told before each piece is written how long the file will be
     */
    public static function rekey($in, Secret $from, $out, Secret $to, callable $watch): string
    {
        $hash = hash_init('sha256');
        $push = SecretStream::push($to);
        $length = \strlen($push->header);
        $watch($length);
        self::write($out, $push->header);
        try {
            $pull = SecretStream::pull($from, self::read($in, SecretStream::HEADER_BYTES));
            for ($total = 0, $tag = StreamTag::Message; $tag === StreamTag::Message;) {
                $sealed = self::read($in, self::CHUNK);
                $chunk = $pull->pull($sealed);
                $tag = $chunk->tag;
                $whole = \strlen($sealed) === self::CHUNK;
                if ($tag !== StreamTag::Final && ($tag !== StreamTag::Message || !$whole)) {
                    throw Failure::refused();
                }
                $total += $chunk->message->length();
                if ($total > self::LIMIT) {
                    throw Failure::tooLarge();
                }
                hash_update($hash, $chunk->message->reveal());
                $length += \strlen($sealed);
                $watch($length);
                self::write($out, $push->push($chunk->message, $tag));
            }
        } catch (Rejected) {
            throw Failure::refused();
        }
        if (self::read($in, 1) !== '') {
            throw Failure::refused();
        }
        return hash_final($hash, true);
    }

    /**
     * As many bytes as there are, up to `$length`.
     *
     * @param resource $in
     */
    private static function read($in, int $length): string
    {
        // Unlike `fread`, which gives what one packet brought.
        $bytes = stream_get_contents($in, $length);
        return $bytes === false ? throw new \RuntimeException('the upload cannot be read') : $bytes;
    }

    /** @param resource $out */
    private static function write($out, string $bytes): void
    {
        if (fwrite($out, $bytes) !== \strlen($bytes)) {
            throw new \RuntimeException('the document cannot be written');
        }
    }
}
