<?php

declare(strict_types=1);

namespace Secenv;

/**
 * What stored sessions are sealed under, and what is accepted besides: the key before, or the next one.
 *
 * To rotate, let every host first accept the next key as `$other`, then use it as `$current` with the one before as
 * `$other`, then destroy that; a session that was not stored in the meantime is over.
 */
final class StateKeys
{
    use Confidential;

    private readonly Secret $current;
    private readonly ?Secret $other;

    public function __construct(
        #[\SensitiveParameter] Secret|string $current,
        #[\SensitiveParameter] Secret|string|null $other = null,
    ) {
        $this->current = self::key($current);
        $this->other = $other === null ? null : self::key($other);
    }

    /** Seals a session under the current key. */
    public function seal(Session $session): string
    {
        return $session->export($this->current);
    }

    /** Opens a stored session under either key. Throws `Rejected` if neither fits. */
    public function open(string $blob): Session
    {
        try {
            return Session::import($blob, $this->current);
        } catch (Rejected $refusal) {
            return $this->other === null ? throw $refusal : Session::import($blob, $this->other);
        }
    }

    private static function key(#[\SensitiveParameter] Secret|string $key): Secret
    {
        Native::exactly(Server::STATE_KEY_BYTES, 'state key', $key);
        return $key instanceof Secret ? $key : Secret::hold($key);
    }
}
