<?php

declare(strict_types=1);

namespace Secenv\Sodium;

/** What a chunk of a secretstream is. */
enum StreamTag: int
{
    /** One of many. */
    case Message = 0;
    /** The end of a part of the stream. */
    case Push = 1;
    /** The key changes after this chunk. */
    case Rekey = 2;
    /** The last chunk. A stream that ends without it was cut. */
    case Final = 3;
}
