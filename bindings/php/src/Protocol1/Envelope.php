<?php

declare(strict_types=1);

namespace Secenv\Protocol1;

use Secenv\Exception\Misuse;
use Secenv\Exception\Rejected;
use Secenv\Native;
use Secenv\Secret;

/**
 * Protocol 1's message, as deployed: `{"data": base64(XChaCha20-Poly1305), "nonce": base64(RSA(nonce))}`.
 *
 * The keys are the session keys of `Kx`: seal with your `tx`, open with your `rx`. `$ad` is authenticated, not sent.
 */
final class Envelope
{
    /** The length of a key. */
    public const KEY_BYTES = 32;

    /**
     * Seals `$message` under `$tx` with a fresh nonce, which only `$receiver` can unwrap. Gives the JSON text.
     *
     * @throws Misuse if the key has another length
     * @throws Rejected if the message is over 64 MiB
     */
    public static function seal(
        #[\SensitiveParameter] Secret|string $tx,
        RsaPublic $receiver,
        Padding $padding,
        string $ad,
        #[\SensitiveParameter] Secret|string $message,
    ): string {
        return Native::call('secenv_envelope_seal', $tx, $receiver, $padding->value, $ad, $message);
    }

    /**
     * Opens an envelope.
     *
     * @throws Misuse if the key has another length
     * @throws Rejected if it was changed, has another `$ad` or was sealed to someone else
     */
    public static function open(
        #[\SensitiveParameter] Secret|string $rx,
        RsaSecret $receiver,
        Padding $padding,
        string $ad,
        string $json,
    ): Secret {
        return Native::call('secenv_envelope_open', $rx, $receiver, $padding->value, $ad, $json);
    }
}
