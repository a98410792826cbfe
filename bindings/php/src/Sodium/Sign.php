<?php

declare(strict_types=1);

namespace Secenv\Sodium;

use Secenv\Exception\Misuse;
use Secenv\Exception\Rejected;
use Secenv\Exception\Unavailable;
use Secenv\Native;
use Secenv\Secret;

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

    /**
     * Makes a key pair.
     *
     * @throws Unavailable if there is no memory
     */
    public static function keypair(): KeyPair
    {
        return KeyPair::from('secenv_sign_keypair');
    }

    /**
     * Makes the key pair that belongs to `$seed`.
     *
     * @throws Misuse if the seed has another length
     */
    public static function seedKeypair(#[\SensitiveParameter] Secret|string $seed): KeyPair
    {
        return KeyPair::from('secenv_sign_seed_keypair', $seed);
    }

    /**
     * Signs `$message`.
     *
     * @throws Misuse if the secret key has another length
     */
    public static function sign(KeyPair $signer, #[\SensitiveParameter] Secret|string $message): string
    {
        return Native::call('secenv_sign_detached', $message, $signer->secret);
    }

    /**
     * Returns if `$signature` is `$signerPublic`'s for `$message`.
     *
     * @throws Rejected if it is not
     */
    public static function verify(
        string $signerPublic,
        #[\SensitiveParameter] Secret|string $message,
        string $signature,
    ): void {
        Native::call('secenv_sign_verify_detached', $signature, $message, $signerPublic);
    }
}
