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
            hex2bin($said['root']),
            hex2bin($said['vault']),
            hex2bin($said['signer']),
            array_map(hex2bin(...), $said['keys']),
        );
    }
}
