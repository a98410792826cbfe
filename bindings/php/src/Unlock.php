<?php

declare(strict_types=1);

namespace Secenv;

/** What unlocks a keyring: a passphrase, or a key of 32 bytes. */
final class Unlock
{
    use Confidential;

    private function __construct(private readonly int $kind, private readonly Secret $secret)
    {
    }

    /** 1 byte to 1 MiB; Argon2id takes 64 MiB and about 0.15 s, each time a keyring is opened. */
    public static function passphrase(#[\SensitiveParameter] Secret|string $text): self
    {
        return new self(1, $text instanceof Secret ? $text : Secret::hold($text));
    }

    /** 32 random bytes, which cost nothing: what a server's workers share. */
    public static function key(#[\SensitiveParameter] Secret|string $key): self
    {
        Native::exactly(32, 'unlock key', $key);
        return new self(2, $key instanceof Secret ? $key : Secret::hold($key));
    }

    /**
     * The three arguments that C takes. They do not keep this object alive.
     *
     * @internal
     * @return array{int, object|string, int}
     */
    public function arguments(): array
    {
        return [$this->kind, Native::at($this->secret), Native::length($this->secret)];
    }
}
