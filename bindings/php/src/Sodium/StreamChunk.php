<?php

declare(strict_types=1);

namespace Secenv\Sodium;

use Secenv\Secret;

/** A chunk of a secretstream, opened. */
final readonly class StreamChunk
{
    public function __construct(public Secret $message, public StreamTag $tag)
    {
    }
}
