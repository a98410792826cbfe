<?php

declare(strict_types=1);

namespace Secenv\Tests;

use Secenv\Session\SessionStore;
use Secenv\Session\StoredSession;

/** A store for one process, which shows what was asked of it, and lets a test be the other worker. */
final class MemorySessionStore implements SessionStore
{
    /** @var array<string, ?StoredSession> null is a tombstone */
    public array $sessions = [];

    public int $replaced = 0;

    /** A store that lost its id gets another. */
    public ?string $id = null;

    /** The lifetime that was asked for last. */
    public int $lifetime = 0;

    /** @var ?callable(): void runs before each replacement: the worker that is faster */
    public $meanwhile = null;

    public function id(): string
    {
        return $this->id ??= random_bytes(16);
    }

    public function create(string $id, string $blob, int $lifetime): bool
    {
        if (\array_key_exists($id, $this->sessions)) {
            return false;
        }
        $this->lifetime = $lifetime;
        $this->sessions[$id] = new StoredSession($blob, 1);
        return true;
    }

    public function load(string $id): ?StoredSession
    {
        return $this->sessions[$id] ?? null;
    }

    public function replace(string $id, StoredSession $seen, string $blob, ?int $lifetime = null): bool
    {
        [$meanwhile, $this->meanwhile] = [$this->meanwhile, null];
        $meanwhile === null || $meanwhile();
        if ($this->load($id)?->version !== $seen->version) {
            return false;
        }
        $this->sessions[$id] = new StoredSession($blob, $seen->version + 1);
        $this->lifetime = $lifetime ?? $this->lifetime;
        $this->replaced++;
        return true;
    }

    public function remove(string $id): void
    {
        if (isset($this->sessions[$id])) {
            $this->sessions[$id] = null;
        }
    }
}
