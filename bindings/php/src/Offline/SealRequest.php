<?php

declare(strict_types=1);

namespace Secenv\Offline;

/** What a document is to be sealed as. */
final readonly class SealRequest
{
    public function __construct(
        /** 1 to 128 bytes, parts set apart by `/`. */
        public string $id,
        /** More than that of the parcel before. */
        public int $revision,
        /** How many threads seal; 0 is one for each processor. */
        public int $threads = 0,
    ) {
    }
}
