<?php

declare(strict_types=1);

namespace Secenv;

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

    /** Makes a key pair. */
    public static function keypair(): KeyPair
    {
        return KeyPair::from('secenv_kx_keypair', self::PUBLIC_BYTES, self::SECRET_BYTES);
    }

    /** Makes the key pair that belongs to `$seed`. */
    public static function seedKeypair(#[\SensitiveParameter] Secret|string $seed): KeyPair
    {
        return KeyPair::from(
            'secenv_kx_seed_keypair',
            self::PUBLIC_BYTES,
            self::SECRET_BYTES,
            Native::exactly(self::SEED_BYTES, 'seed', $seed),
        );
    }

    /** The client's session keys. Throws `Rejected` if the server's key is not acceptable. */
    public static function clientSessionKeys(KeyPair $client, string $serverPublic): SessionKeys
    {
        return self::sessionKeys('secenv_kx_client_session_keys', $client, $serverPublic);
    }

    /** The server's session keys. Throws `Rejected` if the client's key is not acceptable. */
    public static function serverSessionKeys(KeyPair $server, string $clientPublic): SessionKeys
    {
        return self::sessionKeys('secenv_kx_server_session_keys', $server, $clientPublic);
    }

    private static function sessionKeys(string $function, KeyPair $own, string $peer): SessionKeys
    {
        $rx = Secret::blank(self::SESSION_BYTES);
        $tx = Secret::blank(self::SESSION_BYTES);
        Native::sodium(
            Status::Rejected,
            $function,
            $rx->address(),
            $tx->address(),
            Native::exactly(self::PUBLIC_BYTES, 'own public key', $own->public),
            Native::exactly(self::SECRET_BYTES, 'secret key', $own->secret),
            Native::received(self::PUBLIC_BYTES, $peer),
        );
        return new SessionKeys($rx, $tx);
    }
}
