<?php

declare(strict_types=1);

namespace Secenv\Sodium;

use Secenv\Native;
use Secenv\Secret;

/** A public key and the secret key that belongs to it. `Kx`, `Box`, `Sign` and `Kem` each make their own kind. */
final readonly class KeyPair
{
    public function __construct(public string $public, public Secret $secret)
    {
    }

    /**
     * The pair that a function of the shape `(public, secret, ...)` makes.
     *
     * @internal
     */
    public static function from(string $function, #[\SensitiveParameter] Secret|string ...$seed): self
    {
        return new self(...Native::call($function, ...$seed));
    }
}
