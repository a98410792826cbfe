<?php

declare(strict_types=1);

namespace Secenv;

/** A parcel in the making: the parcel is what all calls give, one behind the other. */
final class Sealer extends Handle
{
    /**
     * Begins a parcel under the keyring's active key, and gives its first bytes.
     *
     * @return array{self, string}
     */
    public static function start(
        Keyring $keyring,
        Identity $signer,
        string $id,
        int $revision,
        int $threads = 0,
    ): array {
        [$sealer, $front] = Native::pair(
            'secenv_sealer',
            'secenv_sealer_start',
            $keyring->pointer(),
            $signer->pointer(),
            $id,
            \strlen($id),
            $revision,
            $threads,
        );
        return [new self($sealer), $front->reveal()];
    }

    /** Takes the next piece of the document, and gives the next bytes of the parcel: often none. */
    public function push(#[\SensitiveParameter] Secret|string $piece): string
    {
        return Native::text('secenv_sealer_push', $this->pointer(), Native::at($piece), Native::length($piece));
    }

    /**
     * Ends the document, and gives the last bytes of the parcel.
     *
     * @return array{string, ParcelInfo}
     */
    public function finish(): array
    {
        [$last, $said] = Native::pair('secenv_bytes', 'secenv_sealer_finish', $this->pointer());
        $info = json_decode($said->reveal(), true, 8, JSON_THROW_ON_ERROR);
        return [Secret::own($last)->reveal(), ParcelInfo::of($info)];
    }

    protected function free(object $pointer): void
    {
        Native::plain('secenv_sealer_free', $pointer);
    }
}
