<?php

declare(strict_types=1);

namespace Secenv\Sodium;

use Secenv\Exception\Misuse;
use Secenv\Exception\Rejected;
use Secenv\Exception\Unavailable;
use Secenv\Native;
use Secenv\Secret;

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

    /**
     * Makes a key pair.
     *
     * @throws Unavailable if there is no memory
     */
    public static function keypair(): KeyPair
    {
        return KeyPair::from('secenv_kem_keypair');
    }

    /**
     * Makes the key pair that belongs to `$seed`.
     *
     * @throws Misuse if the seed has another length
     */
    public static function seedKeypair(#[\SensitiveParameter] Secret|string $seed): KeyPair
    {
        return KeyPair::from('secenv_kem_seed_keypair', $seed);
    }

    /**
     * Makes a shared key and the ciphertext by which the holder of `$public` gets it too.
     *
     * @throws Rejected if the key is not acceptable
     */
    public static function encapsulate(string $public): KemShared
    {
        return new KemShared(...Native::call('secenv_kem_enc', $public));
    }

    /**
     * The shared key of a ciphertext. A changed one gives another key rather than an error, so confirm the key by
     * using it.
     *
     * @throws Misuse if the secret key has another length
     * @throws Rejected if the ciphertext has
     */
    public static function decapsulate(KeyPair $receiver, string $ciphertext): Secret
    {
        return Native::call('secenv_kem_dec', $ciphertext, $receiver->secret);
    }
}
