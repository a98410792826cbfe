<?php

declare(strict_types=1);

namespace Secenv\Server;

/** A request that gets no 2xx answer. The code is HTTP's; the text goes to the client and names no reason to refuse. */
final class Failure extends \Exception
{
    /** It is not in the form of `README.md`. */
    public static function unreadable(): self
    {
        return new self('the request cannot be read', 400);
    }

    /** A wrong key, a changed bit, a replay, a step out of order: one answer for all. */
    public static function refused(): self
    {
        return new self('refused', 403);
    }

    /** As `refused`, for a session: the client may have to make a new one. */
    public static function noSession(): self
    {
        return new self('refused', 401);
    }

    /** As `refused`, for a handshake. */
    public static function noHandshake(): self
    {
        return new self('refused', 400);
    }

    /** This handshake has made its session already. */
    public static function taken(): self
    {
        return new self('taken before', 409);
    }

    public static function gone(): self
    {
        return new self('protocol 1 is switched off', 410);
    }

    public static function missing(): self
    {
        return new self('there is nothing here', 404);
    }

    public static function method(): self
    {
        return new self('this cannot be done here', 405);
    }

    /** The disk has no space for another document. */
    public static function full(): self
    {
        return new self('there is no space', 507);
    }

    public static function tooLarge(): self
    {
        return new self('too large', 413);
    }
}
