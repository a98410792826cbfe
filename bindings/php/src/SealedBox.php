<?php

declare(strict_types=1);

namespace Secenv;

/** Public-key encryption from nobody in particular, libsodium's `crypto_box_seal`. The keys are `Box`'s. */
final class SealedBox
{
    /** How much longer a sealed box is than its message. */
    public const SEAL_BYTES = 48;

    /** Seals `$message` to the holder of `$receiverPublic`; nobody else can open it, not even the sender. */
    public static function seal(string $receiverPublic, #[\SensitiveParameter] Secret|string $message): string
    {
        $length = Native::length($message);
        $sealed = Native::room($length + self::SEAL_BYTES);
        Native::sodium(
            Status::Rejected,
            'secenv_box_seal',
            $sealed,
            Native::at($message),
            $length,
            Native::received(Box::PUBLIC_BYTES, $receiverPublic),
        );
        return Native::string($sealed, $length + self::SEAL_BYTES);
    }

    /** Opens a sealed box. Throws `Rejected` if it was changed or is for somebody else. */
    public static function open(KeyPair $receiver, string $sealed): Secret
    {
        $message = Secret::blank(Native::opened($sealed, self::SEAL_BYTES));
        Native::sodium(
            Status::Rejected,
            'secenv_box_seal_open',
            $message->address(),
            $sealed,
            \strlen($sealed),
            Native::exactly(Box::PUBLIC_BYTES, 'own public key', $receiver->public),
            Native::exactly(Box::SECRET_BYTES, 'secret key', $receiver->secret),
        );
        return $message;
    }
}
