<?php

declare(strict_types=1);

namespace Secenv\Offline;

use Secenv\Exception\Misuse;
use Secenv\Exception\Rejected;
use Secenv\Exception\Unavailable;
use Secenv\Handle;
use Secenv\Native;
use Secenv\Secret;

/** What a device receives grants with. A server sees its public half alone, and its id. */
final class Device extends Handle
{
    /** The length of a device's id. */
    public const ID_BYTES = 16;

    /**
     * Makes a device key.
     *
     * @throws Unavailable if the system has no randomness
     */
    public static function generate(): self
    {
        return Native::call('secenv_device_generate');
    }

    /**
     * Reads what `encodeSecret` gave.
     *
     * @throws Misuse if it is no device key, or damaged
     */
    public static function parse(#[\SensitiveParameter] Secret|string $file): self
    {
        return Native::call('secenv_device_parse', $file);
    }

    /**
     * The id of the device with this public half: 16 bytes.
     *
     * @throws Rejected if it is none
     */
    public static function id(string $public): string
    {
        return Native::call('secenv_device_id', $public);
    }

    /**
     * The secret half, not encrypted.
     *
     * @throws Misuse if this was freed
     */
    public function encodeSecret(): Secret
    {
        return Native::call('secenv_device_encode_secret', $this);
    }

    /**
     * The public half, for the server.
     *
     * @throws Misuse if this was freed
     */
    public function public(): string
    {
        return Native::call('secenv_device_public', $this);
    }
}
