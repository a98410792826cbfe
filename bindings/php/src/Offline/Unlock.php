<?php

declare(strict_types=1);

namespace Secenv\Offline;

use Secenv\Confidential;
use Secenv\Exception\Misuse;
use Secenv\Secret;
use Secenv\Status;

/** What unlocks a keyring: a passphrase, or a key of 32 bytes. */
final class Unlock implements \JsonSerializable
{
    use Confidential;

    /** The length of a key. */
    public const KEY_BYTES = 32;

    private const PASSPHRASE = 1;
    private const KEY = 2;

    private function __construct(private readonly int $kind, private readonly Secret $secret)
    {
    }

    /**
     * 1 byte to 1 MiB, taken as they are: bring text to one form of Unicode (NFC) first. Argon2id takes 64 MiB and
     * about 0.15 s, each time a keyring is opened.
     */
    public static function passphrase(#[\SensitiveParameter] Secret|string $text): self
    {
        return new self(self::PASSPHRASE, $text instanceof Secret ? $text : Secret::hold($text));
    }

    /**
     * 32 random bytes, which cost nothing: what a server's workers share.
     *
     * @throws Misuse if there are more or fewer
     */
    public static function key(#[\SensitiveParameter] Secret|string $key): self
    {
        $key = $key instanceof Secret ? $key : Secret::hold($key);
        if ($key->length() !== self::KEY_BYTES) {
            throw Status::InvalidArgument->exception("the unlock key must be 32 bytes long, not {$key->length()}");
        }
        return new self(self::KEY, $key);
    }

    /**
     * What C is told.
     *
     * @internal
     * @return array{int, Secret}
     */
    public function arguments(): array
    {
        return [$this->kind, $this->secret];
    }
}
