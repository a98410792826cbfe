<?php

declare(strict_types=1);

namespace Secenv\Sodium;

use Secenv\Secret;

/** The two keys of a session: `rx` opens what the other side sealed with its `tx`, and the other way round. */
final readonly class SessionKeys
{
    public function __construct(public Secret $rx, public Secret $tx)
    {
    }
}
