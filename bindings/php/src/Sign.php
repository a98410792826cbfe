<?php

declare(strict_types=1);

namespace Secenv;

/** Ed25519 signatures, libsodium's `crypto_sign_detached`. */
final class Sign
{
    /** The length of a public key. */
    public const PUBLIC_BYTES = 32;
    /** The length of a secret key. */
    public const SECRET_BYTES = 64;
    /** The length of a seed. */
    public const SEED_BYTES = 32;
    /** The length of a signature. */
    public const SIGNATURE_BYTES = 64;

    /** Makes a key pair. */
    public static function keypair(): KeyPair
    {
        return KeyPair::from('secenv_sign_keypair', self::PUBLIC_BYTES, self::SECRET_BYTES);
    }

    /** Makes the key pair that belongs to `$seed`. */
    public static function seedKeypair(#[\SensitiveParameter] Secret|string $seed): KeyPair
    {
        return KeyPair::from(
            'secenv_sign_seed_keypair',
            self::PUBLIC_BYTES,
            self::SECRET_BYTES,
            Native::exactly(self::SEED_BYTES, 'seed', $seed),
        );
    }

    /** Signs `$message`. */
    public static function sign(KeyPair $signer, #[\SensitiveParameter] Secret|string $message): string
    {
        $signature = Native::room(self::SIGNATURE_BYTES);
        Native::sodium(
            Status::Unavailable,
            'secenv_sign_detached',
            $signature,
            null,
            Native::at($message),
            Native::length($message),
            Native::exactly(self::SECRET_BYTES, 'secret key', $signer->secret),
        );
        return Native::string($signature, self::SIGNATURE_BYTES);
    }

    /** Returns if `$signature` is `$signerPublic`'s for `$message`, and throws `Rejected` if it is not. */
    public static function verify(
        string $signerPublic,
        #[\SensitiveParameter] Secret|string $message,
        string $signature,
    ): void {
        Native::sodium(
            Status::Rejected,
            'secenv_sign_verify_detached',
            Native::received(self::SIGNATURE_BYTES, $signature),
            Native::at($message),
            Native::length($message),
            Native::received(self::PUBLIC_BYTES, $signerPublic),
        );
    }
}
