<?php

declare(strict_types=1);

namespace Secenv\Server;

/** What the client sent. Nothing is read before its length is bounded. */
final readonly class Request
{
    /** More strings, and more values, than any request has. */
    private const STRINGS = 16;

    public function __construct(
        public string $method,
        public string $path,
        /** @var array<string, mixed> */
        private array $query,
        private int $length,
        private string $type,
    ) {
    }

    /** The request that PHP is serving. */
    public static function received(): self
    {
        return new self(
            $_SERVER['REQUEST_METHOD'] ?? '',
            explode('?', $_SERVER['REQUEST_URI'] ?? '', 2)[0],
            $_GET,
            (int) ($_SERVER['CONTENT_LENGTH'] ?? 0),
            $_SERVER['CONTENT_TYPE'] ?? '',
        );
    }

    /**
     * The body, a JSON object of at most `$limit` bytes and no more members than any request has: a body of many small
     * values would take fifty times its length in memory. Gives the members named, all of which are strings but
     * `envelope`, which is an object of two.
     *
     * @return list<string|array{data: string, nonce: string}>
     */
    public function json(int $limit, string ...$names): array
    {
        $body = $this->content($limit);
        // None of these stands in a text that is asked for: PEM, base64, hex.
        if (substr_count($body, ',') + substr_count($body, '[') + substr_count($body, '{') > self::STRINGS) {
            throw Failure::unreadable();
        }
        $object = self::object(self::decoded($body, 4));
        return array_map(fn (string $name) => $this->member($name, $object[$name] ?? null), $names);
    }

    /**
     * The members of a flat JSON object. PHP takes minutes for a few hundred thousand names that it hashes alike, so
     * there are no more strings than any request has; and small arrays would take fifty times their length in memory.
     *
     * @return array<string, mixed>
     */
    public static function members(#[\SensitiveParameter] string $json): array
    {
        if (self::strings($json) > self::STRINGS) {
            throw Failure::unreadable();
        }
        return self::object(self::decoded($json, 2));
    }

    /** What JSON says. No member stands in it twice: one reader would take the first, and another the last. */
    private static function decoded(#[\SensitiveParameter] string $json, int $depth): mixed
    {
        $value = json_decode($json, false, $depth);
        return self::strings($json) === self::kept($value) ? $value : throw Failure::unreadable();
    }

    /** How many strings stand in JSON, those that are names among them. */
    private static function strings(#[\SensitiveParameter] string $json): int
    {
        // Without the backslashes that stand for themselves, each one that is left escapes what follows.
        $plain = str_replace('\\\\', '', $json);
        return intdiv(substr_count($plain, '"') - substr_count($plain, '\\"'), 2);
    }

    /** How many strings came out of it. */
    private static function kept(#[\SensitiveParameter] mixed $value): int
    {
        if (\is_string($value)) {
            return 1;
        }
        $inside = \is_array($value) || \is_object($value) ? (array) $value : [];
        return (\is_object($value) ? \count($inside) : 0) + array_sum(array_map(self::kept(...), $inside));
    }

    /** @return array<string, mixed> */
    private static function object(#[\SensitiveParameter] mixed $value): array
    {
        return \is_object($value) ? (array) $value : throw Failure::unreadable();
    }

    /** The body, of at most `$limit` bytes. */
    public function content(int $limit): string
    {
        if ($this->length > $limit) {
            throw Failure::tooLarge();
        }
        $body = file_get_contents('php://input', length: $limit + 1);
        // PHP empties a body that is over `post_max_size`.
        if (\strlen($body) > $limit || ($body === '' && $this->length > 0)) {
            throw Failure::tooLarge();
        }
        return $body;
    }

    /** Whether the body says that it is JSON. */
    public function isJson(): bool
    {
        return strtolower(trim(explode(';', $this->type, 2)[0])) === 'application/json';
    }

    /** The ticket that the query names. */
    public function ticket(): string
    {
        return $this->member('ticket', $this->query['ticket'] ?? null);
    }

    /** The peer that the query names. */
    public function peer(): string
    {
        return $this->member('peer', $this->query['peer'] ?? null);
    }

    /**
     * The body as a stream, to be read once and bounded by its reader.
     *
     * @return resource
     */
    public function body()
    {
        return fopen('php://input', 'rb');
    }

    /** @return string|array{data: string, nonce: string} */
    private function member(string $name, mixed $value): string|array
    {
        if ($name === 'envelope') {
            $object = self::object($value);
            return ['data' => $this->member('data', $object['data'] ?? null),
                'nonce' => $this->member('nonce', $object['nonce'] ?? null)];
        }
        $id = \in_array($name, ['peer', 'ticket'], true);
        if (!\is_string($value) || ($id && preg_match('/\A[0-9a-f]{32}\z/', $value) !== 1)) {
            throw Failure::unreadable();
        }
        return $value;
    }

    /** The bytes of a base64 text. */
    public static function bytes(string $base64): string
    {
        $bytes = base64_decode($base64, true);
        return $bytes === false ? throw Failure::unreadable() : $bytes;
    }
}
