<?php

declare(strict_types=1);

namespace Secenv;

/**
 * Protocol 1's message, as deployed: `{"data": base64(XChaCha20-Poly1305), "nonce": base64(RSA(nonce))}`.
 *
 * The keys are the session keys of `Kx`: seal with your `tx`, open with your `rx`. `$ad` is authenticated, not sent.
 */
final class Envelope
{
    /** The length of a key. */
    public const KEY_BYTES = 32;

    /** Seals `$message` under `$tx` with a fresh nonce, which only `$receiver` can unwrap. Gives the JSON text. */
    public static function seal(
        #[\SensitiveParameter] Secret|string $tx,
        RsaPublic $receiver,
        Padding $padding,
        string $ad,
        #[\SensitiveParameter] Secret|string $message,
    ): string {
        return Native::text(
            'secenv_envelope_seal',
            Native::exactly(self::KEY_BYTES, 'key', $tx),
            $receiver->pointer(),
            $padding->value,
            $ad,
            \strlen($ad),
            Native::at($message),
            Native::length($message),
        );
    }

    /** Opens an envelope. Throws `Rejected` if it was changed, has another `$ad` or was sealed to someone else. */
    public static function open(
        #[\SensitiveParameter] Secret|string $rx,
        RsaSecret $receiver,
        Padding $padding,
        string $ad,
        string $json,
    ): Secret {
        return Native::bytes(
            'secenv_envelope_open',
            Native::exactly(self::KEY_BYTES, 'key', $rx),
            $receiver->pointer(),
            $padding->value,
            $ad,
            \strlen($ad),
            $json,
            \strlen($json),
        );
    }
}
