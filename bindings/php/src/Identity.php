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

    /**
     * Makes an identity.
     *
     * @throws Exception\Unavailable if the system has no randomness
     */
    public static function generate(IdentityKind $kind = IdentityKind::Ed25519): self
    {
        return Native::call('secenv_identity_generate', $kind->value);
    }

    /**
     * Reads an identity: PKCS#8 in PEM or DER, not encrypted.
     *
     * @throws Exception\Misuse if it is encrypted
     * @throws Exception\Rejected if it is no secret key, or of a kind that signs nothing here
     */
    public static function parse(#[\SensitiveParameter] Secret|string $key): self
    {
        return Native::call('secenv_identity_parse', $key);
    }

    /**
     * The pin of a public key in PEM or DER: 32 bytes, SHA-256 of its SubjectPublicKeyInfo in DER.
     *
     * @throws Exception\Rejected if it is no public key
     */
    public static function pin(string $spki): string
    {
        return Native::call('secenv_identity_pin', $spki);
    }

    /**
     * The secret key as PKCS#8 in PEM.
     *
     * @throws Exception\Misuse if this was freed
     */
    public function encodeSecret(): Secret
    {
        return Native::call('secenv_identity_encode_secret', $this);
    }

    /**
     * The public key as SubjectPublicKeyInfo in PEM.
     *
     * @throws Exception\Misuse if this was freed
     */
    public function public(): string
    {
        return Native::call('secenv_identity_public', $this);
    }
}
