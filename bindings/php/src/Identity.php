<?php

declare(strict_types=1);

namespace Secenv;

/**
 * A key as a name: RSA or Ed25519. It signs inside the handshake and does nothing else.
 *
 * Never make one of a key that decrypts, such as protocol 1's, or of a TLS certificate's.
 */
final class Identity extends Handle
{
    /** The length of a pin. */
    public const PIN_BYTES = 32;

    /** Makes an identity. */
    public static function generate(IdentityKind $kind = IdentityKind::Ed25519): self
    {
        return new self(Native::give('secenv_identity', 'secenv_identity_generate', $kind->value));
    }

    /** Reads an identity: PKCS#8 in PEM or DER, not encrypted. */
    public static function parse(#[\SensitiveParameter] Secret|string $key): self
    {
        return new self(Native::give(
            'secenv_identity',
            'secenv_identity_parse',
            Native::at($key),
            Native::length($key),
        ));
    }

    /** The pin of a public key in PEM or DER: 32 bytes, SHA-256 of its SubjectPublicKeyInfo in DER. */
    public static function pin(string $spki): string
    {
        return Native::fixed(self::PIN_BYTES, 'secenv_identity_pin', $spki, \strlen($spki));
    }

    /** The secret key as PKCS#8 in PEM. */
    public function encodeSecret(): Secret
    {
        return Native::bytes('secenv_identity_encode_secret', $this->pointer());
    }

    /** The public key as SubjectPublicKeyInfo in PEM. */
    public function public(): string
    {
        return Native::text('secenv_identity_public', $this->pointer());
    }

    protected function free(object $pointer): void
    {
        Native::plain('secenv_identity_free', $pointer);
    }
}
