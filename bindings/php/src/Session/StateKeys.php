<?php

declare(strict_types=1);

namespace Secenv\Session;

use Secenv\Confidential;
use Secenv\Exception\Misuse;
use Secenv\Exception\Rejected;
use Secenv\Secret;
use Secenv\Status;

/**
 * What stored sessions are sealed under, and what is accepted besides: the key before, or the next one.
 *
 * To rotate, let every host first accept the next key as `$other`, then use it as `$current` with the one before as
 * `$other`, then destroy that; a session that was not stored in the meantime is over.
 */
final class StateKeys implements \JsonSerializable
{
    use Confidential;

    private readonly Secret $current;
    private readonly ?Secret $other;

    /** @throws Misuse if a key has another length than 32 bytes */
    public function __construct(
        #[\SensitiveParameter] Secret|string $current,
        #[\SensitiveParameter] Secret|string|null $other = null,
    ) {
        $this->current = self::key($current);
        $this->other = $other === null ? null : self::key($other);
    }

    /**
     * Seals a session under the current key.
     *
     * @throws Misuse if it was freed
     */
    public function seal(Session $session): string
    {
        return $session->export($this->current);
    }

    /**
     * Opens a stored session under either key.
     *
     * @throws Rejected if neither fits
     */
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
        $key = $key instanceof Secret ? $key : Secret::hold($key);
        if ($key->length() !== Server::STATE_KEY_BYTES) {
            throw Status::InvalidArgument->exception("the state key must be 32 bytes long, not {$key->length()}");
        }
        return $key;
    }
}
