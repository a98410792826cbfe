<?php

declare(strict_types=1);

namespace Secenv\Sodium;

use Secenv\Secret;

/** What `Kem::encapsulate` made: the ciphertext to send, and the key to keep. */
final readonly class KemShared
{
    public function __construct(public string $ciphertext, public Secret $shared)
    {
    }
}
