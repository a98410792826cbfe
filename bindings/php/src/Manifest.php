<?php

declare(strict_types=1);

namespace Secenv;

/** Which parcels are current: all of them, each time. Times are in seconds since 1970. */
final class Manifest extends Handle
{
    /**
     * @param string $vault the id of the keyring
     * @param int $version counts the manifests, from 1
     * @param iterable<ParcelInfo> $parcels
     * @param ?string $previous the chain value of the manifest before; null for the first, or if it is not known
     */
    public static function issue(
        Identity $signer,
        string $vault,
        int $version,
        int $expires,
        iterable $parcels,
        ?string $previous = null,
        ?int $issued = null,
    ): string {
        $manifest = new self(Native::give(
            'secenv_manifest',
            'secenv_manifest_start',
            Native::exactly(Keyring::ID_BYTES, 'id', $vault),
            $version,
            $issued ?? time(),
            $expires,
            $previous === null ? null : Native::exactly(Grant::CHAIN_BYTES, 'chain value', $previous),
        ));
        foreach ($parcels as $parcel) {
            if ($parcel->vault !== $vault) {
                throw new Misuse("the parcel of $parcel->id is of another vault", Status::InvalidArgument->value);
            }
            Native::call(
                'secenv_manifest_add',
                $manifest->pointer(),
                $parcel->id,
                \strlen($parcel->id),
                $parcel->revision,
                $parcel->root,
                $parcel->length,
            );
        }
        return Native::text('secenv_manifest_issue', $manifest->pointer(), $signer->pointer());
    }

    /** What the next manifest names: 32 bytes. */
    public static function chain(string $manifest): string
    {
        return Native::fixed(Grant::CHAIN_BYTES, 'secenv_manifest_chain', $manifest, \strlen($manifest));
    }

    protected function free(object $pointer): void
    {
        Native::plain('secenv_manifest_free', $pointer);
    }
}
