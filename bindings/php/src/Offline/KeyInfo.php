<?php

declare(strict_types=1);

namespace Secenv\Offline;

/** What a data key says of itself. */
final readonly class KeyInfo
{
    private function __construct(
        /** 16 bytes. */
        public string $id,
        /** Which epoch it is the key of, from 1. */
        public int $epoch,
        public KeyState $state,
        /** When it was made, in seconds since 1970. */
        public int $created,
    ) {
    }

    /**
     * @internal
     * @param array{id: string, epoch: int, state: int, created: int} $said
     */
    public static function of(array $said): self
    {
        return new self($said['id'], $said['epoch'], KeyState::from($said['state']), $said['created']);
    }
}
