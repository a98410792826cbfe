<?php

declare(strict_types=1);

namespace Secenv\Sodium;

use Secenv\Exception\Misuse;
use Secenv\Exception\Rejected;
use Secenv\Native;
use Secenv\Secret;

/** Public-key encryption from nobody in particular, libsodium's `crypto_box_seal`. The keys are `Box`'s. */
final class SealedBox
{
    /** How much longer a sealed box is than its message. */
    public const SEAL_BYTES = 48;

    /**
     * Seals `$message` to the holder of `$receiverPublic`; nobody else can open it, not even the sender.
     *
     * @throws Rejected if the receiver's key is not acceptable
     */
    public static function seal(string $receiverPublic, #[\SensitiveParameter] Secret|string $message): string
    {
        return Native::call('secenv_box_seal', $message, $receiverPublic);
    }

    /**
     * Opens a sealed box.
     *
     * @throws Misuse if a key of the pair has another length
     * @throws Rejected if the box was changed or is for somebody else
     */
    public static function open(KeyPair $receiver, string $sealed): Secret
    {
        return Native::call('secenv_box_seal_open', $sealed, $receiver->public, $receiver->secret);
    }
}
