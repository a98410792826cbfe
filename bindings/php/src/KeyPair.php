<?php

declare(strict_types=1);

namespace Secenv;

/** A public key and the secret key that belongs to it. `Kx`, `Box`, `Sign` and `Kem` each make their own kind. */
final readonly class KeyPair
{
    public function __construct(public string $public, public Secret $secret)
    {
    }

    /**
     * The pair that a mirror function of the shape `(public, secret, ...)` makes.
     *
     * @internal
     */
    public static function from(
        string $function,
        int $public,
        int $secret,
        #[\SensitiveParameter] object|string ...$seed,
    ): self {
        $room = Native::room($public);
        $kept = Secret::blank($secret);
        Native::sodium(Status::Unavailable, $function, $room, $kept->address(), ...$seed);
        return new self(Native::string($room, $public), $kept);
    }
}
