<?php

declare(strict_types=1);

namespace Secenv;

/**
 * Secret bytes, outside PHP's strings and wiped when freed.
 *
 * PHP copies strings as it likes and cannot wipe them reliably, so keep a secret in here and reveal it late.
 */
final class Secret extends Handle
{
    private function __construct(
        object $pointer,
        private readonly object $address,
        private readonly int $length,
        private readonly bool $ours,
    ) {
        parent::__construct($pointer);
    }

    /** Takes a copy of `$bytes`. The string itself stays where PHP put it. */
    public static function hold(#[\SensitiveParameter] string $bytes): self
    {
        $secret = self::blank(\strlen($bytes));
        Native::copy($secret->address, $bytes);
        return $secret;
    }

    /** The bytes as a PHP string: from here on they are PHP's. */
    public function reveal(): string
    {
        return Native::string($this->address(), $this->length);
    }

    /** How many bytes there are. */
    public function length(): int
    {
        return $this->length;
    }

    /** Whether the other holds the same bytes, in a time that depends on the length alone. */
    public function equals(#[\SensitiveParameter] self|string $other): bool
    {
        return $this->length === Native::length($other)
            && Native::plain('secenv_memcmp', $this->address(), Native::at($other), $this->length) === 0;
    }

    /**
     * Zeroed room for `$length` bytes that C writes.
     *
     * @internal
     */
    public static function blank(int $length): self
    {
        [$block, $address] = Native::memory($length);
        return new self($block, $address, $length, true);
    }

    /**
     * Takes over a `secenv_bytes`.
     *
     * @internal
     */
    public static function own(object $bytes): self
    {
        $address = Native::address(Native::plain('secenv_bytes_data', $bytes));
        return new self($bytes, $address, Native::plain('secenv_bytes_len', $bytes), false);
    }

    /**
     * Where the bytes lie, while they do.
     *
     * @internal
     */
    public function address(): object
    {
        $this->pointer();
        return $this->address;
    }

    protected function free(object $pointer): void
    {
        if ($this->ours) {
            Native::wipe($pointer, $this->length);
        } else {
            Native::plain('secenv_bytes_free', $pointer);
        }
    }
}
