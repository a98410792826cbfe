<?php

declare(strict_types=1);

namespace Secenv\Offline;

use Psr\Clock\ClockInterface;
use Secenv\Exception\Misuse;
use Secenv\Exception\Rejected;
use Secenv\Handle;
use Secenv\Identity;
use Secenv\Native;
use Secenv\Status;
use Secenv\SystemClock;

/** Which parcels are current: all of them, each time. */
final class Manifest extends Handle
{
    /**
     * @param string $vault the id of the keyring
     * @param iterable<ParcelInfo> $parcels
     * @throws Misuse if a parcel is of another vault, or there twice
     */
    public static function issue(
        Identity $signer,
        string $vault,
        ManifestTerms $terms,
        iterable $parcels,
        ClockInterface $clock = new SystemClock(),
    ): string {
        $manifest = Native::call(
            'secenv_manifest_start',
            $vault,
            $terms->version,
            $clock->now()->getTimestamp(),
            $terms->expires->getTimestamp(),
            $terms->previous,
        );
        foreach ($parcels as $parcel) {
            if ($parcel->vault !== $vault) {
                throw Status::InvalidArgument->exception("the parcel of $parcel->id is of another vault");
            }
            Native::call(
                'secenv_manifest_add',
                $manifest,
                $parcel->id,
                $parcel->revision,
                $parcel->root,
                $parcel->length,
            );
        }
        return Native::call('secenv_manifest_issue', $manifest, $signer);
    }

    /**
     * What the next manifest names: 32 bytes.
     *
     * @throws Rejected if it is no manifest
     */
    public static function digest(string $manifest): string
    {
        return self::inspect($manifest)->digest;
    }

    /**
     * What a manifest says of itself, its parcels apart. Nothing of it is verified.
     *
     * @throws Rejected if it is no manifest
     */
    public static function inspect(string $manifest): ManifestInfo
    {
        return ManifestInfo::of(Native::call('secenv_manifest_inspect', $manifest));
    }
}
