<?php

declare(strict_types=1);

namespace Secenv\Offline;

/** What a parcel says of itself. Ids, pins and roots are bytes. */
final readonly class ParcelInfo
{
    /** @param list<string> $keys */
    private function __construct(
        public string $id,
        public int $revision,
        /** The length of the document in bytes. */
        public int $length,
        /** The root of its tree, which the manifest names. */
        public string $root,
        /** The id of the keyring. */
        public string $vault,
        /** The pin of who signed it. */
        public string $signer,
        /** The ids of the keys that open it. */
        public array $keys,
        /** The length of a chunk in bytes. */
        public int $chunkBytes,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $said
     */
    public static function of(array $said): self
    {
        return new self(
            $said['id'],
            $said['revision'],
            $said['length'],
            $said['root'],
            $said['vault'],
            $said['signer'],
            $said['keys'],
            $said['chunk_bytes'],
        );
    }
}
