<?php

declare(strict_types=1);

namespace Secenv;

/** The message, key, signature or peer is not to be trusted. Why is not said. */
final class Rejected extends SecenvException
{
}
