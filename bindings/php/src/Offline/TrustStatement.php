<?php

declare(strict_types=1);

namespace Secenv\Offline;

use Secenv\Handle;

/**
 * A trust statement that was read, and not verified.
 *
 * @internal `Trust::inspect` reads it.
 */
final class TrustStatement extends Handle
{
}
