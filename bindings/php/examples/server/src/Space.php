<?php

declare(strict_types=1);

namespace Secenv\Server;

/**
 * The disk with the state folder. Nobody has it alone: uploads at the same time fill it, and nginx with what it
 * buffers. So it is looked at before each piece that is written.
 */
final readonly class Space
{
    /** @var \Closure(): (float|false) */
    private \Closure $free;

    /** @param (\Closure(): (float|false))|null $free how many bytes are free, if not the system says so */
    public function __construct(string $folder, public Limits $limits, ?\Closure $free = null)
    {
        $this->free = $free ?? static fn (): float|false => disk_free_space($folder);
    }

    /** Refuses while documents have taken what they may. */
    public function forDocument(): void
    {
        $this->leave($this->limits->spare);
    }

    /** Refuses rows that stay while little is left; what ends or replaces something else goes on. */
    public function forRow(): void
    {
        $this->leave(intdiv($this->limits->spare, 2));
    }

    private function leave(int $bytes): void
    {
        if (($this->free)() < $bytes) {
            throw Failure::full();
        }
    }
}
