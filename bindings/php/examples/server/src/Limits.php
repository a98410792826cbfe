<?php

declare(strict_types=1);

namespace Secenv\Server;

/** What the server stores at most, in bytes: for each client, and beside whatever else is on the disk. */
final readonly class Limits
{
    /** The environment variables that `parse` takes, in its order. */
    public const SETTINGS = ['SECENV_QUOTA_MESSAGES', 'SECENV_QUOTA_DOCUMENTS', 'SECENV_SPARE'];

    public function __construct(
        /** The messages of one client that are remembered. */
        public int $messages = 64 << 20,
        /** The documents of one client. */
        public int $documents = 4 << 30,
        /** What documents leave free on the disk: a full disk ends every session. Messages leave half of it. */
        public int $spare = 2 << 30,
    ) {
    }

    /** The settings as an operator writes them: `500M`, `4G`; nothing for what is usual. */
    public static function parse(string $messages, string $documents, string $spare): self
    {
        $usual = new self();
        return new self(
            self::bytes(self::SETTINGS[0], $messages) ?? $usual->messages,
            self::bytes(self::SETTINGS[1], $documents) ?? $usual->documents,
            self::bytes(self::SETTINGS[2], $spare) ?? $usual->spare,
        );
    }

    private static function bytes(string $name, string $text): ?int
    {
        if ($text === '') {
            return null;
        }
        if (preg_match('/\A([0-9]{1,9})([KMG]?)\z/', $text, $found) !== 1) {
            throw new \RuntimeException("$name is no number of bytes such as 500M or 4G");
        }
        return (int) $found[1] << ['' => 0, 'K' => 10, 'M' => 20, 'G' => 30][$found[2]];
    }
}
