<?php

declare(strict_types=1);

namespace Secenv;

/** X-Wing (X25519 and ML-KEM-768), libsodium's `crypto_kem`: a shared key that a quantum computer does not find. */
final class Kem
{
    /** The length of a public key. */
    public const PUBLIC_BYTES = 1216;
    /** The length of a secret key. */
    public const SECRET_BYTES = 32;
    /** The length of a seed. */
    public const SEED_BYTES = 32;
    /** The length of a ciphertext. */
    public const CIPHERTEXT_BYTES = 1120;
    /** The length of a shared key. */
    public const SHARED_BYTES = 32;

    /** Makes a key pair. */
    public static function keypair(): KeyPair
    {
        return KeyPair::from('secenv_kem_keypair', self::PUBLIC_BYTES, self::SECRET_BYTES);
    }

    /** Makes the key pair that belongs to `$seed`. */
    public static function seedKeypair(#[\SensitiveParameter] Secret|string $seed): KeyPair
    {
        return KeyPair::from(
            'secenv_kem_seed_keypair',
            self::PUBLIC_BYTES,
            self::SECRET_BYTES,
            Native::exactly(self::SEED_BYTES, 'seed', $seed),
        );
    }

    /** Makes a shared key and the ciphertext by which the holder of `$public` gets it too. */
    public static function encapsulate(string $public): KemShared
    {
        $ciphertext = Native::room(self::CIPHERTEXT_BYTES);
        $shared = Secret::blank(self::SHARED_BYTES);
        Native::sodium(
            Status::Rejected,
            'secenv_kem_enc',
            $ciphertext,
            $shared->address(),
            Native::received(self::PUBLIC_BYTES, $public),
        );
        return new KemShared(Native::string($ciphertext, self::CIPHERTEXT_BYTES), $shared);
    }

    /**
     * The shared key of a ciphertext. A changed one gives another key rather than an error, so confirm the key by
     * using it.
     */
    public static function decapsulate(KeyPair $receiver, string $ciphertext): Secret
    {
        $shared = Secret::blank(self::SHARED_BYTES);
        Native::sodium(
            Status::Rejected,
            'secenv_kem_dec',
            $shared->address(),
            Native::received(self::CIPHERTEXT_BYTES, $ciphertext),
            Native::exactly(self::SECRET_BYTES, 'secret key', $receiver->secret),
        );
        return $shared;
    }
}
