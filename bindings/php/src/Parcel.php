<?php

declare(strict_types=1);

namespace Secenv;

/** A document that a server sealed and signed. The server may open it with its keyring; a client reads through its vault. */
final class Parcel extends Handle
{
    private const PIECE = 1 << 20;

    /**
     * Seals a file into a parcel, which appears under its name when it is whole and on the disk. The id has 1 to 128
     * bytes, parts set apart by `/`; the revision is more than that of the parcel before.
     */
    public static function sealFile(
        Keyring $keyring,
        Identity $signer,
        string $id,
        int $revision,
        string $from,
        string $to,
        int $threads = 0,
    ): ParcelInfo {
        return ParcelInfo::of(Native::json(
            'secenv_parcel_seal_file',
            $keyring->pointer(),
            $signer->pointer(),
            $id,
            \strlen($id),
            $revision,
            $from,
            \strlen($from),
            $to,
            \strlen($to),
            $threads,
        ));
    }

    /**
     * Seals what a stream gives until its end into another, in constant memory. What stands in `$to` after a failure is
     * no parcel.
     *
     * @param resource $from
     * @param resource $to
     */
    public static function sealStream(
        Keyring $keyring,
        Identity $signer,
        string $id,
        int $revision,
        $from,
        $to,
        int $threads = 0,
    ): ParcelInfo {
        [$sealer, $front] = Sealer::start($keyring, $signer, $id, $revision, $threads);
        self::write($to, $front);
        while (!feof($from)) {
            $piece = fread($from, self::PIECE);
            if ($piece === false) {
                throw new Unavailable('the document cannot be read', Status::Disk->value);
            }
            self::write($to, $sealer->push($piece));
        }
        [$last, $info] = $sealer->finish();
        self::write($to, $last);
        return $info;
    }

    /** What a parcel says of itself. Its signature holds; compare its `signer` with whom you trust. */
    public static function inspect(string $path): ParcelInfo
    {
        return ParcelInfo::of(Native::json('secenv_parcel_inspect_file', $path, \strlen($path)));
    }

    /** Wraps a parcel's key under the keyring's active key, in its place; its content stays. */
    public static function rewrap(string $path, Keyring $keyring): void
    {
        Native::call('secenv_parcel_rewrap_file', $path, \strlen($path), $keyring->pointer());
    }

    /** Opens a parcel that one of these signed: pins of 32 bytes. */
    public static function open(string $path, Keyring $keyring, string ...$pins): self
    {
        $joined = implode('', array_map(
            static fn (string $pin): string => Native::exactly(Identity::PIN_BYTES, 'pin', $pin),
            $pins,
        ));
        return new self(Native::give(
            'secenv_parcel',
            'secenv_parcel_open_file',
            $path,
            \strlen($path),
            $joined,
            \strlen($joined),
            $keyring->pointer(),
        ));
    }

    /** The length of the document in bytes. */
    public function length(): int
    {
        return Native::number('secenv_parcel_length', $this->pointer());
    }

    /** A part of the document, at most 64 MiB; shorter only at the end. */
    public function read(int $offset, int $length): Secret
    {
        if ($offset < 0 || $length < 0) {
            throw new Misuse('a part begins and ends inside the document', Status::InvalidArgument->value);
        }
        return Native::bytes('secenv_parcel_read', $this->pointer(), $offset, $length);
    }

    protected function free(object $pointer): void
    {
        Native::plain('secenv_parcel_free', $pointer);
    }

    /** @param resource $to */
    private static function write($to, string $bytes): void
    {
        for ($done = 0; $done < \strlen($bytes); $done += $written) {
            $written = fwrite($to, $done === 0 ? $bytes : substr($bytes, $done));
            if ($written === false || $written === 0) {
                throw new Unavailable('the parcel cannot be written', Status::Disk->value);
            }
        }
    }
}
