<?php

declare(strict_types=1);

namespace Secenv\Sodium;

use Secenv\Exception\Misuse;
use Secenv\Exception\Rejected;
use Secenv\Exception\Unavailable;
use Secenv\Native;
use Secenv\Secret;

/** Key exchange, libsodium's `crypto_kx`: two key pairs give two session keys, one for each direction. */
final class Kx
{
    /** The length of a public key. */
    public const PUBLIC_BYTES = 32;
    /** The length of a secret key. */
    public const SECRET_BYTES = 32;
    /** The length of a seed. */
    public const SEED_BYTES = 32;
    /** The length of a session key. */
    public const SESSION_BYTES = 32;

    /**
     * Makes a key pair.
     *
     * @throws Unavailable if there is no memory
     */
    public static function keypair(): KeyPair
    {
        return KeyPair::from('secenv_kx_keypair');
    }

    /**
     * Makes the key pair that belongs to `$seed`.
     *
     * @throws Misuse if the seed has another length
     */
    public static function seedKeypair(#[\SensitiveParameter] Secret|string $seed): KeyPair
    {
        return KeyPair::from('secenv_kx_seed_keypair', $seed);
    }

    /**
     * The client's session keys.
     *
     * @throws Misuse if a key of the client's pair has another length
     * @throws Rejected if the server's key is not acceptable
     */
    public static function clientSessionKeys(KeyPair $client, string $serverPublic): SessionKeys
    {
        return new SessionKeys(
            ...Native::call('secenv_kx_client_session_keys', $client->public, $client->secret, $serverPublic),
        );
    }

    /**
     * The server's session keys.
     *
     * @throws Misuse if a key of the server's pair has another length
     * @throws Rejected if the client's key is not acceptable
     */
    public static function serverSessionKeys(KeyPair $server, string $clientPublic): SessionKeys
    {
        return new SessionKeys(
            ...Native::call('secenv_kx_server_session_keys', $server->public, $server->secret, $clientPublic),
        );
    }
}
