<?php

declare(strict_types=1);

namespace Secenv\Offline;

use Secenv\Exception\Misuse;
use Secenv\Exception\Rejected;
use Secenv\Exception\Unavailable;
use Secenv\Handle;
use Secenv\Identity;
use Secenv\Native;
use Secenv\Secret;

/** A parcel in the making: the parcel is what all calls give, one after the other. */
final class ParcelWriter extends Handle
{
    /**
     * Begins a parcel under the keyring's active key, and gives its first bytes.
     *
     * @return array{self, string}
     * @throws Misuse if the id or the revision is none
     * @throws Rejected if the keyring has no active key
     */
    public static function start(Keyring $keyring, Identity $signer, SealRequest $as): array
    {
        return Native::call('secenv_parcel_writer_start', $keyring, $signer, $as->id, $as->revision, $as->threads);
    }

    /**
     * Takes the next piece of the document, and gives the next bytes of the parcel: often none.
     *
     * @throws Misuse after `finish`
     * @throws Unavailable if there is no memory
     */
    public function push(#[\SensitiveParameter] Secret|string $piece): string
    {
        return Native::call('secenv_parcel_writer_push', $this, $piece);
    }

    /**
     * Ends the document, and gives the last bytes of the parcel.
     *
     * @return array{string, ParcelInfo}
     * @throws Misuse if it is finished already
     * @throws Unavailable if there is no memory
     */
    public function finish(): array
    {
        [$last, $info] = Native::call('secenv_parcel_writer_finish', $this);
        return [$last, ParcelInfo::of($info)];
    }
}
