<?php

declare(strict_types=1);

namespace Secenv;

/** What a device receives grants with. A server sees its public half alone, and its id. */
final class Device extends Handle
{
    /** The length of a device's id. */
    public const ID_BYTES = 16;

    /** Makes a device key. */
    public static function generate(): self
    {
        return new self(Native::give('secenv_device', 'secenv_device_generate'));
    }

    /** Reads what `encodeSecret` gave. */
    public static function parse(#[\SensitiveParameter] Secret|string $file): self
    {
        return new self(Native::give('secenv_device', 'secenv_device_parse', Native::at($file), Native::length($file)));
    }

    /** The id of the device with this public half: 16 bytes. Throws `Rejected` if it is none. */
    public static function id(string $public): string
    {
        return Native::fixed(self::ID_BYTES, 'secenv_device_id', $public, \strlen($public));
    }

    /** The secret half, not encrypted. */
    public function encodeSecret(): Secret
    {
        return Native::bytes('secenv_device_encode_secret', $this->pointer());
    }

    /** The public half, for the server. */
    public function public(): string
    {
        return Native::text('secenv_device_public', $this->pointer());
    }

    protected function free(object $pointer): void
    {
        Native::plain('secenv_device_free', $pointer);
    }
}
