<?php

declare(strict_types=1);

namespace Secenv;

use Secenv\Exception\Unavailable;

/**
 * The FFI boundary: the only class that says `\FFI`.
 *
 * Any PHP code can call what is public here, so no pointer comes in or goes out, and every length is measured here, by
 * `Signatures`. Under `ffi.enable=preload` PHP refuses every FFI call outside preloaded code, so all of them stand
 * here.
 *
 * @internal
 */
final class Native
{
    /** The version of this package: the library's must be the same up to its last number. */
    public const VERSION = '0.1.0';

    /** The loader's name for the library, if no path is known. */
    private const SONAME = 'libsecenv.so.0';
    private const HEADER = __DIR__ . '/../resources/secenv.ffi.h';
    /** The memory of PHP's own secrets begins at a multiple of this, as some states must. */
    private const ALIGNMENT = 64;

    /** Only where PHP restricts FFI to nobody; else it is asked for at each call, so that nobody finds it here. */
    private static ?\FFI $library = null;
    private static bool $checked = false;
    /**
     * What is behind each handle: its memory and the function that frees it, or null if it is memory of our own; for
     * bytes, where they begin and how many there are.
     *
     * @var ?\WeakMap<Handle, array{\FFI\CData, ?string, ?\FFI\CData, int}>
     */
    private static ?\WeakMap $pointers = null;
    /** @var array<string, \FFI\CType> */
    private static array $types = [];
    /** How many calls are going on, one inside of the other, and what waits for their end to be freed. */
    private static int $calls = 0;
    /** @var list<array{\FFI\CData, ?string, int}> */
    private static array $freed = [];
    /** @var array<class-string<Handle>, \ReflectionClass<Handle>> */
    private static array $classes = [];

    /**
     * Calls a function as `Signatures` describes it: one argument for each input. Gives nothing, the one result, or a
     * list of them.
     */
    public static function call(string $function, #[\SensitiveParameter] mixed ...$arguments): mixed
    {
        self::$calls++;
        try {
            return self::perform($function, $arguments);
        } finally {
            self::leave();
        }
    }

    /** @param array<mixed> $arguments */
    private static function perform(string $function, #[\SensitiveParameter] array $arguments): mixed
    {
        $signature = Signatures::ALL[$function];
        $library = self::library();
        $c = $results = $sized = $kept = [];
        $next = 0;
        $first = null;
        $failure = null;
        foreach ($signature as $token) {
            if ($token instanceof Status) {
                $failure = $token;
                continue;
            }
            $kind = $token[0];
            $size = (int) substr($token, 1);
            switch ($kind) {
                case '=':
                    break;
                case 'h':
                    $c[] = self::pointer($arguments[$next++]);
                    break;
                case 'H':
                    [$kept[], $c[], $c[]] = self::handles($library, substr($token, 1), $arguments[$next++]);
                    break;
                case 'i':
                case 'u':
                    $c[] = self::number($arguments[$next++], $kind === 'u' ? 0xffffffff : PHP_INT_MAX);
                    break;
                case 'b':
                    $length = self::length($arguments[$next]);
                    $first ??= $length;
                    array_push($c, self::at($arguments[$next++]), $length);
                    break;
                case 't':
                    $c[] = self::plain($arguments[$next++]);
                    break;
                case 'l':
                    $values = $arguments[$next++];
                    $kept[] = $list = self::listed($size, $values);
                    array_push($c, self::at($list), \count($values));
                    break;
                case '{':
                    $kept[] = $struct = self::struct($library, $token, $arguments, $next);
                    $c[] = \FFI::addr($struct[0]);
                    break;
                case '*':
                    $made = $library->new(self::type($library, substr($token, 1)));
                    $c[] = \FFI::addr($made);
                    $results[] = [$token, $made, 0];
                    break;
                case 'f':
                case '?':
                case 'p':
                    $c[] = self::exactly($size, $token, $arguments[$next++]);
                    break;
                case 's':
                    $c[] = self::state($arguments[$next++], $size);
                    break;
                case 'o':
                case 'k':
                case 'c':
                case 'n':
                    $at = \count($c);
                    $c[] = null;
                    if (\strlen($token) === 1) {
                        $c[] = $size = self::number($arguments[$next++], PHP_INT_MAX);
                    }
                    $sized[] = [$kind, $at, $size, $token[1] ?? '', \count($results)];
                    $results[] = null;
                    break;
                case '>':
                    $what = substr($token, 1);
                    $out = $library->new(self::type($library, match ($what) {
                        'number' => 'uint64_t',
                        'size' => 'size_t',
                        'bool' => 'bool',
                        default => (Signatures::TYPES[$what] ?? 'secenv_bytes') . ' *',
                    }));
                    $c[] = \FFI::addr($out);
                    $results[] = [$what, $out, 0];
                    break;
                default:
                    $c[] = null;
            }
        }
        foreach ($sized as [$kind, $at, $size, $sign, $result]) {
            $size += $sign === '+' || $sign === '-' ? $first : 0;
            if ($size < 0) {
                // A text that is shorter than its tag is refused as a forged one is.
                throw Status::Rejected->exception();
            }
            if ($kind === 'k' || $kind === 'n') {
                $made = self::blank($kind === 'k' ? Secret::class : State::class, $size);
                $c[$at] = self::entry($made)[2];
            } else {
                $made = $library->new(($kind === 'c' ? 'char[' : 'uint8_t[') . max(1, $size) . ']');
                $c[$at] = $made;
            }
            $results[$result] = [$kind, $made, $size];
        }
        $status = $library->$function(...$c);
        if ($signature[0] === '=') {
            return $status;
        }
        // A function without a result gives an empty object.
        if (\is_int($status) && $status !== 0) {
            throw ($failure ?? Status::of($status))->exception();
        }
        foreach ($results as $at => [$what, $made, $size]) {
            $results[$at] = self::result($library, $what, $made, $size);
        }
        return match (\count($results)) {
            0 => null,
            1 => $results[0],
            default => $results,
        };
    }

    /** A secret with these bytes. */
    public static function hold(#[\SensitiveParameter] string $bytes): Secret
    {
        $secret = self::blank(Secret::class, \strlen($bytes));
        if ($bytes !== '') {
            \FFI::memcpy(self::entry($secret)[2], $bytes, \strlen($bytes));
        }
        return $secret;
    }

    public static function reveal(Secret $secret): string
    {
        self::$calls++;
        try {
            [, , $address, $length] = self::entry($secret);
            return $length === 0 ? '' : \FFI::string($address, $length);
        } finally {
            self::leave();
        }
    }

    public static function length(#[\SensitiveParameter] Secret|string $bytes): int
    {
        return $bytes instanceof Secret ? self::entry($bytes)[3] : \strlen($bytes);
    }

    public static function equals(
        #[\SensitiveParameter] Secret|string $one,
        #[\SensitiveParameter] Secret|string $other,
    ): bool {
        self::$calls++;
        try {
            $length = self::length($one);
            return $length === self::length($other)
                && self::library()->secenv_memcmp(self::at($one), self::at($other), $length) === 0;
        } finally {
            self::leave();
        }
    }

    /** Wipes and frees what a handle stands for. From here on it stands for nothing. */
    public static function free(Handle $handle): void
    {
        if (!isset(self::$pointers[$handle])) {
            return;
        }
        [$memory, $free, , $length] = self::$pointers[$handle];
        unset(self::$pointers[$handle]);
        if (self::$calls > 0) {
            self::$freed[] = [$memory, $free, $length];
        } else {
            self::release($memory, $free, $length);
        }
    }

    /**
     * The end of a call: what was freed while addresses were in use goes now. PHP may run a destructor or an error
     * handler wherever it likes.
     */
    private static function leave(): void
    {
        if (--self::$calls === 0 && self::$freed !== []) {
            [$freed, self::$freed] = [self::$freed, []];
            foreach ($freed as [$memory, $free, $length]) {
                self::release($memory, $free, $length);
            }
        }
    }

    private static function release(\FFI\CData $memory, ?string $free, int $length): void
    {
        $library = self::library();
        if ($free === null) {
            $library->secenv_memzero($memory, $length + self::ALIGNMENT);
            \FFI::free($library->cast('uint8_t *', $memory));
        } else {
            $library->$free($memory);
        }
    }

    /**
     * The library to load: the one that the environment's `SECENV_LIBRARY` names, else `lib/libsecenv.so.0` in this
     * package, else that of the source checkout or of the prefix (`PREFIX/lib` for `PREFIX/share/X/Y`) around it, else
     * what the loader finds under that name.
     */
    public static function path(): string
    {
        // A site may have disabled `getenv`.
        $asked = \function_exists('getenv') ? getenv('SECENV_LIBRARY', true) : $_ENV['SECENV_LIBRARY'] ?? '';
        if (\is_string($asked) && $asked !== '') {
            return $asked;
        }
        $folder = \dirname(__DIR__);
        $near = ["$folder/lib/" . self::SONAME];
        // Another project's `target` and `lib` are none of ours.
        if (realpath(\dirname($folder, 2) . '/bindings/php') === $folder) {
            $near[] = \dirname($folder, 2) . '/build/lib/libsecenv.so';
        }
        if (basename(\dirname($folder, 2)) === 'share') {
            $near[] = \dirname($folder, 3) . '/lib/' . self::SONAME;
        }
        foreach ($near as $path) {
            if (is_file($path)) {
                return $path;
            }
        }
        return self::SONAME;
    }

    /** What PHP is given for an output of C's. */
    private static function result(\FFI $library, string $what, object $made, int $size): mixed
    {
        return match ($what) {
            'k', 'n' => $made,
            'o' => $size === 0 ? '' : \FFI::string($made, $size),
            'c' => \FFI::string($made),
            'number', 'size', 'bool' => $made->cdata,
            'secret' => self::owned($library, $made),
            'text' => self::text($library, $made),
            default => $what[0] === '*' ? self::members($made, Signatures::STRUCTS[substr($what, 1)]) : self::handle($what, [$made, Signatures::TYPES[$what] . '_free', null, 0]),
        };
    }

    /** A pointer whose type C knows: FFI compares it with the one that the function takes. */
    private static function pointer(Handle $handle): \FFI\CData
    {
        [$pointer, $free] = self::entry($handle);
        return $free === null ? throw Status::InvalidArgument->exception() : $pointer;
    }

    /** @return array{\FFI\CData, ?string, ?\FFI\CData, int} */
    private static function entry(Handle $handle): array
    {
        return self::$pointers[$handle] ?? throw Status::InvalidArgument->exception($handle::class . ' was freed');
    }

    /**
     * @template T of Handle
     * @param class-string<T> $class
     * @param array{\FFI\CData, ?string, ?\FFI\CData, int} $entry
     * @return T
     */
    private static function handle(string $class, array $entry): Handle
    {
        $handle = (self::$classes[$class] ??= new \ReflectionClass($class))->newInstanceWithoutConstructor();
        self::$pointers ??= new \WeakMap();
        self::$pointers[$handle] = $entry;
        return $handle;
    }

    /**
     * Zeroed memory of our own, which PHP does not free. It is known only by a `void *`, whose dump is an address; an
     * array would dump its bytes.
     *
     * @param class-string<Secret|State> $class
     */
    private static function blank(string $class, int $length): Handle
    {
        $library = self::library();
        $block = $library->new('uint8_t[' . ($length + self::ALIGNMENT) . ']', false);
        $first = \FFI::addr($block[0]);
        $address = $library->cast('uintptr_t', $first)->cdata;
        return self::handle($class, [
            $library->cast('void *', $first),
            null,
            $library->cast('void *', $first + (-$address & self::ALIGNMENT - 1)),
            $length,
        ]);
    }

    /** A secret of C's. */
    private static function owned(\FFI $library, \FFI\CData $bytes): Secret
    {
        $address = $library->cast(self::type($library, 'void *'), $library->secenv_bytes_data($bytes));
        return self::handle(Secret::class, [$bytes, 'secenv_bytes_free', $address, $library->secenv_bytes_len($bytes)]);
    }

    /** What is no secret: ciphertext, public keys. */
    private static function text(\FFI $library, \FFI\CData $bytes): string
    {
        try {
            $length = $library->secenv_bytes_len($bytes);
            return $length === 0 ? '' : \FFI::string($library->secenv_bytes_data($bytes), $length);
        } finally {
            $library->secenv_bytes_free($bytes);
        }
    }

    /** A text for C, which ends at the first NUL: one that has any, or is empty, is misuse. */
    private static function plain(string $text): string
    {
        return $text !== '' && !str_contains($text, "\0") ? $text : throw Status::InvalidArgument->exception(
            'a path or id is empty, or has a NUL in it',
        );
    }

    /**
     * Values of one length, one after the other.
     *
     * @param array<Secret|string> $values
     */
    private static function listed(int $length, #[\SensitiveParameter] array $values): Secret
    {
        $list = self::blank(Secret::class, $length * \count($values));
        $library = self::library();
        foreach (array_values($values) as $n => $value) {
            // A type that was read for this one cast would go with the first pointer that is made from it.
            $to = $library->cast(self::type($library, 'uint8_t *'), self::entry($list)[2]) + $n * $length;
            \FFI::memcpy($to, self::exactly($length, 'f value', $value), $length);
        }
        return $list;
    }

    /**
     * Handles of one class in an array of C's, what it lies in, and how many.
     *
     * @param class-string<Handle> $class
     * @param array<Handle> $handles
     * @return array{\FFI\CData, \FFI\CData, int}
     */
    private static function handles(\FFI $library, string $class, array $handles): array
    {
        $count = \count($handles);
        $array = $library->new(self::type($library, Signatures::TYPES[$class] . ' *[' . max(1, $count) . ']'));
        foreach (array_values($handles) as $n => $handle) {
            // FFI compares the types of what is passed by itself, and not of what lies in an array.
            $array[$n] = $handle instanceof $class ? self::pointer($handle) : throw Status::InvalidArgument->exception(
                get_debug_type($handle) . " is no $class",
            );
        }
        return [$array, \FFI::addr($array[0]), $count];
    }

    /**
     * A struct for C, and what its members point to.
     *
     * @param array<mixed> $arguments
     * @return list<mixed>
     */
    private static function struct(
        \FFI $library,
        string $token,
        #[\SensitiveParameter] array $arguments,
        int &$next,
    ): array {
        [$type, $members] = explode(' ', trim($token, '{}'), 2);
        $struct = $library->new(self::type($library, $type));
        $struct->size = \FFI::sizeof($struct);
        $kept = [$struct];
        preg_match_all('/(\w+)=(\S+(?: (?!\w+=)\w+)*)/', $members, $found, PREG_SET_ORDER);
        foreach ($found as [, $name, $input]) {
            $value = $arguments[$next++];
            $size = (int) substr($input, 1);
            switch ($input[0]) {
                case 'h':
                    $struct->$name = self::pointer($value);
                    break;
                case 'i':
                case 'u':
                    $struct->$name = self::number($value, $input === 'u' ? 0xffffffff : PHP_INT_MAX);
                    break;
                case 't':
                    $struct->$name = $library->cast(self::type($library, 'char *'), self::kept($kept, self::plain($value) . "\0"));
                    break;
                case 'b':
                    $struct->{$name . '_len'} = self::length($value);
                    $struct->$name = $library->cast(self::type($library, 'uint8_t *'), self::kept($kept, $value));
                    break;
                case 'l':
                    $struct->{rtrim($name, 's') . '_count'} = \count($value);
                    $struct->$name = $library->cast(self::type($library, 'uint8_t *'), self::kept($kept, self::listed($size, $value)));
                    break;
                default:
                    if (self::exactly($size, $input, $value) !== null) {
                        $struct->$name = $library->cast(self::type($library, 'uint8_t *'), self::kept($kept, $value));
                    }
            }
        }
        return $kept;
    }

    /**
     * Where these bytes lie, in memory that lives as long as `$kept` and is wiped then: a struct takes no PHP string.
     *
     * @param list<mixed> $kept
     */
    private static function kept(array &$kept, #[\SensitiveParameter] Secret|string $bytes): \FFI\CData
    {
        $kept[] = $secret = $bytes instanceof Secret ? $bytes : self::hold($bytes);
        return self::entry($secret)[2];
    }

    /**
     * @param array<string, int|string|array{string, int}> $members
     * @return array<string, mixed>
     */
    private static function members(\FFI\CData $struct, array $members): array
    {
        foreach ($members as $name => $kind) {
            $members[$name] = match (true) {
                $kind === 'number' => $struct->$name,
                $kind === 'text' => \FFI::string($struct->$name),
                \is_int($kind) => \FFI::string($struct->$name, $kind),
                default => $struct->{$kind[0]} === 0 ? [] : array_map(
                    static fn (int $at): string => \FFI::string($struct->$name[$at], $kind[1]),
                    range(0, $struct->{$kind[0]} - 1),
                ),
            };
        }
        return $members;
    }

    /** What C is handed for these bytes: an address in either case, never a copy. The caller keeps the `Secret`. */
    private static function at(#[\SensitiveParameter] Secret|string $bytes): \FFI\CData|string
    {
        return $bytes instanceof Secret ? self::entry($bytes)[2] : $bytes;
    }

    /** C's numbers have no sign: -1 would be the highest. */
    private static function number(int $number, int $most): int
    {
        return $number >= 0 && $number <= $most ? $number : throw Status::InvalidArgument->exception();
    }

    private static function exactly(
        int $length,
        string $token,
        #[\SensitiveParameter] Secret|string|null $bytes,
    ): \FFI\CData|string|null {
        if ($bytes === null && $token[0] === '?') {
            return null;
        }
        $given = self::length($bytes);
        if ($given === $length) {
            return self::at($bytes);
        }
        throw $token[0] === 'p' ? Status::Malformed->exception() : Status::InvalidArgument->exception(
            'the ' . explode(' ', $token, 2)[1] . " must be $length bytes long, not $given",
        );
    }

    private static function state(State $state, int $size): \FFI\CData
    {
        [, , $address, $length] = self::entry($state);
        return $length === $size ? $address : throw Status::InvalidArgument->exception();
    }

    /** A type of C's, read once: PHP would parse its name at each call. */
    private static function type(\FFI $library, string $name): \FFI\CType
    {
        return self::$types[$name] ??= $library->type($name);
    }

    private static function library(): \FFI
    {
        if (self::$library !== null) {
            return self::$library;
        }
        if (!class_exists(\FFI::class, false)) {
            throw self::missing("PHP's FFI extension is not loaded. Enable it: extension=ffi");
        }
        try {
            // What `ffi.preload` loaded when PHP started.
            $library = \FFI::scope('SECENV');
        } catch (\FFI\Exception $none) {
            if (str_contains($none->getMessage(), 'restricted')) {
                throw self::restricted();
            }
            return self::$library = self::load();
        }
        self::$checked = self::$checked || self::check($library, (string) \ini_get('ffi.preload'));
        return $library;
    }

    private static function load(): \FFI
    {
        $header = @file_get_contents(self::HEADER);
        if ($header === false) {
            throw self::missing('its header is not where it belongs: ' . self::HEADER);
        }
        $path = self::path();
        try {
            $library = \FFI::cdef($header, $path);
        } catch (\FFI\Exception $failure) {
            throw self::missing("$path was tried: {$failure->getMessage()}. Install libsecenv " . self::VERSION
                . ' where the loader looks, or name its path in SECENV_LIBRARY. It needs Linux with glibc 2.34.');
        }
        self::check($library, $path);
        return $library;
    }

    private static function check(\FFI $library, string $where): bool
    {
        $version = $library->secenv_version();
        if (!str_starts_with($version, substr(self::VERSION, 0, strrpos(self::VERSION, '.') + 1))) {
            throw self::missing("the library is version $version and the PHP package " . self::VERSION . " ($where)");
        }
        return true;
    }

    /** Says what to do, by what PHP is set to. */
    private static function restricted(): Unavailable
    {
        $enable = (string) \ini_get('ffi.enable');
        if (\in_array(strtolower($enable), ['', '0', 'off', 'no', 'false'], true)) {
            return self::missing("FFI is switched off (ffi.enable=$enable): remove that line, the default is preload");
        }
        $folder = \dirname(__DIR__);
        if (!filter_var(\ini_get('opcache.enable'), FILTER_VALIDATE_BOOL)) {
            return self::missing('PHP allows FFI to preloaded code alone (ffi.enable=preload), and without OPcache '
                . 'nothing is preloaded: zend_extension=opcache and opcache.enable=1');
        }
        $preload = (string) \ini_get('opcache.preload');
        if ($preload !== '' && (string) \ini_get('ffi.preload') !== '') {
            return self::missing('PHP allows FFI to preloaded code alone (ffi.enable=preload), and its '
                . "opcache.preload=$preload does not preload this package: let it require $folder/preload.php");
        }
        $ini = 'conf.d/30-secenv.ini of php-fpm';
        return self::missing("PHP allows FFI to preloaded code alone (ffi.enable=preload). Run\n"
            . "    $folder/bin/secenv-php-setup\n"
            . "and put the three lines that it prints where php-fpm alone reads them, such as $ini:\n"
            . "    ffi.preload=<the secenv.ffi.h that it wrote>\n"
            . "    opcache.preload=$folder/preload.php\n"
            . "    opcache.preload_user=<the user of the pool>\n"
            . 'Less strictly, let all code of a pool use FFI (php_admin_value[ffi.enable] = 1 in its file; '
            . "`php -d ffi.enable=1 -S` for PHP's own server).");
    }

    private static function missing(string $why): Unavailable
    {
        return new Unavailable("libsecenv cannot be used: $why", Status::Unavailable);
    }
}
