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
use Secenv\Status;

/**
 * A document that a server sealed and signed. The server may open it with its keyring; a client reads through its
 * vault.
 *
 * Paths are taken by the library itself: PHP's `open_basedir` and stream wrappers do not hold for them.
 */
final class Parcel extends Handle
{
    private const PIECE = 1 << 20;

    /**
     * Seals a file into a parcel, which appears under its name when it is whole and on the disk. A parcel that is there
     * is replaced.
     *
     * @throws Misuse if the request makes no sense, there is no such file, or something else than a parcel is in its place
     * @throws Rejected if the keyring has no active key
     * @throws Unavailable if the file system fails
     */
    public static function sealFile(
        Keyring $keyring,
        Identity $signer,
        SealRequest $as,
        string $from,
        string $to,
    ): ParcelInfo {
        return ParcelInfo::of(Native::call(
            'secenv_parcel_seal_file',
            $keyring,
            $signer,
            $as->id,
            $as->revision,
            $as->threads,
            $from,
            $to,
        ));
    }

    /**
     * Seals what a stream gives until its end into another, in constant memory. What stands in `$to` after a failure is
     * no parcel.
     *
     * @param resource $from
     * @param resource $to
     * @throws Misuse if the request makes no sense
     * @throws Rejected if the keyring has no active key
     * @throws Unavailable if a stream fails
     */
    public static function sealStream(Keyring $keyring, Identity $signer, SealRequest $as, $from, $to): ParcelInfo
    {
        [$writer, $front] = ParcelWriter::start($keyring, $signer, $as);
        self::write($to, $front);
        while (!feof($from)) {
            $piece = fread($from, self::PIECE);
            if ($piece === false) {
                throw Status::Disk->exception('the document cannot be read');
            }
            self::write($to, $writer->push($piece));
        }
        [$last, $info] = $writer->finish();
        self::write($to, $last);
        return $info;
    }

    /**
     * What a parcel says of itself. Its signature holds; compare its `signer` with whom you trust.
     *
     * @throws Misuse if there is no such file
     * @throws Rejected if it is no parcel, or damaged
     */
    public static function inspect(string $path): ParcelInfo
    {
        return ParcelInfo::of(Native::call('secenv_parcel_inspect_file', $path));
    }

    /**
     * Wraps a parcel's key under the keyring's active key, in its place; its content stays.
     *
     * @throws Misuse if there is no such file
     * @throws Rejected if it is no parcel, or no key of the keyring opens it
     * @throws Unavailable if the file system fails
     */
    public static function rewrap(string $path, Keyring $keyring): void
    {
        Native::call('secenv_parcel_rewrap_file', $path, $keyring);
    }

    /**
     * Opens a parcel that one of these signed.
     *
     * @param list<string> $pins 32 bytes each
     * @throws Misuse if a pin has another length, or there is no such file
     * @throws Rejected if another signed it, or no key of the keyring opens it
     */
    public static function open(string $path, array $pins, Keyring $keyring): self
    {
        return Native::call('secenv_parcel_open_file', $path, $pins, $keyring);
    }

    /**
     * What it says of itself.
     *
     * @throws Misuse if this was freed
     */
    public function info(): ParcelInfo
    {
        return ParcelInfo::of(Native::call('secenv_parcel_inspect', $this));
    }

    /**
     * A part of the document, at most 64 MiB; shorter only at the end.
     *
     * @throws Misuse if a number is negative
     * @throws Rejected if the parcel is damaged there
     */
    public function read(int $offset, int $length): Secret
    {
        return Native::call('secenv_parcel_read', $this, $offset, $length);
    }

    /** @param resource $to */
    private static function write($to, string $bytes): void
    {
        for ($done = 0; $done < \strlen($bytes); $done += $written) {
            $written = fwrite($to, $done === 0 ? $bytes : substr($bytes, $done));
            if ($written === false || $written === 0) {
                throw Status::Disk->exception('the parcel cannot be written');
            }
        }
    }
}
