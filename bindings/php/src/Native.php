<?php

declare(strict_types=1);

namespace Secenv;

/**
 * The border to libsecenv: the only class that says `\FFI`.
 *
 * There is one FFI instance per process, because the types of two do not mix. Under `ffi.enable=preload` PHP refuses
 * every FFI call outside preloaded code, so all of them stand here.
 *
 * @internal
 */
final class Native
{
    /** The loader's name for the library, if no path is known. */
    private const SONAME = 'libsecenv.so.0';

    private const HEADER = __DIR__ . '/../resources/secenv.ffi.h';

    private static ?\FFI $library = null;
    /** @var array<string, \FFI\CType> */
    private static array $types = [];

    /** Calls a function that answers with a status, and throws unless that is OK. */
    public static function call(string $function, #[\SensitiveParameter] mixed ...$arguments): void
    {
        $status = self::library()->$function(...$arguments);
        if ($status !== 0) {
            throw SecenvException::of($status);
        }
    }

    /** Calls a function that gives a handle of C type `$type` through its last parameter. */
    public static function give(string $type, string $function, #[\SensitiveParameter] mixed ...$arguments): object
    {
        $out = self::library()->new(self::type("$type *"));
        self::call($function, ...$arguments, ...[\FFI::addr($out)]);
        return $out;
    }

    /** Calls a function that gives `secenv_bytes` through its last parameter. */
    public static function bytes(string $function, #[\SensitiveParameter] mixed ...$arguments): Secret
    {
        return Secret::own(self::give('secenv_bytes', $function, ...$arguments));
    }

    /** As `bytes`, for what is no secret: ciphertext, public keys. */
    public static function text(string $function, #[\SensitiveParameter] mixed ...$arguments): string
    {
        $out = self::give('secenv_bytes', $function, ...$arguments);
        $library = self::library();
        try {
            return self::string($library->secenv_bytes_data($out), $library->secenv_bytes_len($out));
        } finally {
            $library->secenv_bytes_free($out);
        }
    }

    /** Calls a function that gives JSON through its last parameter. */
    public static function json(string $function, #[\SensitiveParameter] mixed ...$arguments): array
    {
        return json_decode(self::text($function, ...$arguments), true, 8, JSON_THROW_ON_ERROR);
    }

    /**
     * Calls a function that gives a handle of C type `$type` and then `secenv_bytes`.
     *
     * @return array{object, Secret}
     */
    public static function pair(string $type, string $function, #[\SensitiveParameter] mixed ...$arguments): array
    {
        $bytes = self::library()->new('secenv_bytes *');
        $out = self::library()->new("$type *");
        self::call($function, ...$arguments, ...[\FFI::addr($out), \FFI::addr($bytes)]);
        return [$out, Secret::own($bytes)];
    }

    /** Calls a function that writes `$length` public bytes to its last parameter. */
    public static function fixed(int $length, string $function, #[\SensitiveParameter] mixed ...$arguments): string
    {
        $room = self::room($length);
        self::call($function, ...$arguments, ...[$room]);
        return self::string($room, $length);
    }

    /** Calls a function that writes a number below 2^63 to its last parameter. */
    public static function number(string $function, #[\SensitiveParameter] mixed ...$arguments): int
    {
        $number = self::library()->new('uint64_t');
        self::call($function, ...$arguments, ...[\FFI::addr($number)]);
        return $number->cdata;
    }

    /** Calls a function of the libsodium mirror that says 0 or -1, and throws `$failure` for the latter. */
    public static function sodium(
        Status $failure,
        string $function,
        #[\SensitiveParameter] mixed ...$arguments,
    ): void {
        if (self::library()->$function(...$arguments) !== 0) {
            throw SecenvException::of($failure->value);
        }
    }

    /** Calls a function that cannot fail, and gives what it returns. */
    public static function plain(string $function, #[\SensitiveParameter] mixed ...$arguments): mixed
    {
        return self::library()->$function(...$arguments);
    }

    /** Room for `$length` public bytes that C writes; PHP frees it. */
    public static function room(int $length, string $type = 'uint8_t'): object
    {
        return self::library()->new("{$type}[" . max(1, $length) . ']');
    }

    /** A copy of `$length` bytes, as a PHP string. */
    public static function string(object $bytes, int $length): string
    {
        return $length === 0 ? '' : \FFI::string($bytes, $length);
    }

    /** A copy of a NUL-terminated text. */
    public static function sentence(object $text): string
    {
        return \FFI::string($text);
    }

    /**
     * Memory for `$length` secret bytes: zeroed, at a multiple of 64, and PHP's garbage collector does not free it. It
     * is known only by a `void *`, whose dump is an address; an array would dump its bytes.
     *
     * @return array{object, object} the block to hand to `wipe`, and where the bytes begin
     */
    public static function memory(int $length): array
    {
        $library = self::library();
        $block = $library->new('uint8_t[' . ($length + 64) . ']', false);
        $first = \FFI::addr($block[0]);
        $address = $library->cast('uintptr_t', $first)->cdata;
        return [$library->cast('void *', $first), $library->cast('void *', $first + (-$address & 63))];
    }

    /** Wipes and frees what `memory($length)` gave. */
    public static function wipe(object $block, int $length): void
    {
        $library = self::library();
        $library->secenv_memzero($block, $length + 64);
        \FFI::free($library->cast('uint8_t *', $block));
    }

    /** The address alone: its dump shows no byte of what lies there. */
    public static function address(object $pointer): object
    {
        return self::library()->cast(self::type('void *'), $pointer);
    }

    /** Copies a string into memory of C's. */
    public static function copy(object $to, #[\SensitiveParameter] string $bytes): void
    {
        if ($bytes !== '') {
            \FFI::memcpy($to, $bytes, \strlen($bytes));
        }
    }

    /**
     * What C is handed for these bytes: an address in either case, never a copy. It does not keep a `Secret` alive: the
     * caller's own variable must, until C has returned.
     */
    public static function at(#[\SensitiveParameter] Secret|string $bytes): object|string
    {
        return $bytes instanceof Secret ? $bytes->address() : $bytes;
    }

    public static function length(#[\SensitiveParameter] Secret|string $bytes): int
    {
        return $bytes instanceof Secret ? $bytes->length() : \strlen($bytes);
    }

    /** The caller's own input of a fixed length: another length is misuse. */
    public static function exactly(
        int $length,
        string $what,
        #[\SensitiveParameter] Secret|string $bytes,
    ): object|string {
        $given = self::length($bytes);
        if ($given !== $length) {
            throw new Misuse("the $what must be $length bytes long, not $given", Status::InvalidArgument->value);
        }
        return self::at($bytes);
    }

    /** A peer's input of a fixed length: another length is not one of our formats. */
    public static function received(int $length, string $bytes): string
    {
        if (\strlen($bytes) !== $length) {
            throw SecenvException::of(Status::Malformed->value);
        }
        return $bytes;
    }

    /** How long the message in a sealed text is: a text shorter than its tag is refused as a forged one is. */
    public static function opened(string $sealed, int $overhead): int
    {
        $length = \strlen($sealed) - $overhead;
        if ($length < 0) {
            throw SecenvException::of(Status::Rejected->value);
        }
        return $length;
    }

    /**
     * The library to load: the one that the environment's `SECENV_LIBRARY` names, else `lib/libsecenv.so.0` in this
     * package, else that of the source checkout or of the prefix (`PREFIX/lib` for `PREFIX/share/X/Y`) around it, else
     * what the loader finds under that name.
     */
    public static function path(): string
    {
        $asked = getenv('SECENV_LIBRARY', true);
        if (\is_string($asked) && $asked !== '') {
            return $asked;
        }
        $folder = \dirname(__DIR__);
        $near = [
            "$folder/lib/" . self::SONAME,
            \dirname($folder, 2) . '/target/release/libsecenv.so',
            \dirname($folder, 3) . '/lib/' . self::SONAME,
        ];
        foreach ($near as $path) {
            if (is_file($path)) {
                return $path;
            }
        }
        return self::SONAME;
    }

    /** A type of C's, read once: PHP would parse its name at each call. */
    private static function type(string $name): \FFI\CType
    {
        return self::$types[$name] ??= self::library()->type($name);
    }

    private static function library(): \FFI
    {
        return self::$library ??= self::load();
    }

    private static function load(): \FFI
    {
        if (!class_exists(\FFI::class, false)) {
            throw self::missing("PHP's FFI extension is not loaded. Enable it: extension=ffi");
        }
        try {
            // What `ffi.preload` loaded when PHP started.
            return \FFI::scope('SECENV');
        } catch (\FFI\Exception $none) {
            if (str_contains($none->getMessage(), 'restricted')) {
                throw self::restricted();
            }
        }
        $header = @file_get_contents(self::HEADER);
        if ($header === false) {
            throw self::missing('its header is not where it belongs: ' . self::HEADER);
        }
        $path = self::path();
        try {
            return \FFI::cdef($header, $path);
        } catch (\FFI\Exception $failure) {
            throw self::missing("$path was tried: {$failure->getMessage()}. Build it with `cargo build --release`, "
                . 'install it where the loader looks, or name its path in SECENV_LIBRARY');
        }
    }

    private static function restricted(): Unavailable
    {
        $folder = \dirname(__DIR__);
        return self::missing('PHP restricts FFI to preloaded code (ffi.enable=' . \ini_get('ffi.enable') . '). '
            . "Run $folder/bin/secenv-php-setup and put the three lines that it prints into php.ini:\n"
            . "    ffi.preload=<the secenv.ffi.h that it wrote>\n"
            . "    opcache.preload=$folder/preload.php\n"
            . "    opcache.preload_user=<the user of the pool>\n"
            . 'or, less strictly, set ffi.enable=1');
    }

    private static function missing(string $why): Unavailable
    {
        return new Unavailable("libsecenv cannot be used: $why", Status::Unavailable->value);
    }
}
