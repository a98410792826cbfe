<?php

declare(strict_types=1);

namespace Secenv\Server;

use Secenv\Secret;

/** Secrets that lie in one file or row together. What passes through PHP's strings on the way is wiped. */
final class Pieces
{
    /**
     * The pieces of this length that the secret consists of.
     *
     * @return list<Secret>
     */
    public static function of(Secret $whole, int $length): array
    {
        $bytes = $whole->reveal();
        $pieces = str_split($bytes, $length);
        sodium_memzero($bytes);
        $held = [];
        foreach ($pieces as &$piece) {
            $held[] = Secret::hold($piece);
            sodium_memzero($piece);
        }
        return $held;
    }

    /** One secret of several. */
    public static function together(Secret ...$secrets): Secret
    {
        $pieces = array_map(static fn (Secret $secret): string => $secret->reveal(), $secrets);
        $bytes = implode('', $pieces);
        foreach ($pieces as &$piece) {
            sodium_memzero($piece);
        }
        $whole = Secret::hold($bytes);
        sodium_memzero($bytes);
        return $whole;
    }
}
