<?php

declare(strict_types=1);

namespace Secenv\Offline;

use Secenv\Handle;

/**
 * A trust statement in the making.
 *
 * @internal `Trust::issue` makes it.
 */
final class TrustDraft extends Handle
{
}
