<?php

declare(strict_types=1);

namespace Secenv;

/**
 * A running hash or stream. C believes what stands in it, so that nobody can make one of bytes.
 *
 * @internal
 */
final class State extends Handle
{
}
