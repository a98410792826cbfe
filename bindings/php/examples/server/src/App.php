<?php

declare(strict_types=1);

namespace Secenv\Server;

use Secenv\Envelope;
use Secenv\Kx;
use Secenv\Padding;
use Secenv\Rejected;
use Secenv\RsaPublic;
use Secenv\Secret;
use Secenv\SecretStream;
use Secenv\Status;

/** The reference server: one method for each request of `README.md`. */
final readonly class App
{
    private const CLIENT = 'I am the client';
    private const SERVER = 'I am the server';

    /** The longest body with a key or a short envelope in it, and the longest with a message. */
    private const SHORT = 1 << 16;
    private const LONG = 1 << 26;

    private function __construct(
        private Keys $keys,
        private Peers $peers,
        private Documents $documents,
        private Padding $padding,
    ) {
    }

    /** Answers a request. */
    public static function answer(Request $request, string $state, string $padding): void
    {
        header_remove('X-Powered-By');
        header('X-Content-Type-Options: nosniff');
        header('Cache-Control: no-store');
        try {
            self::open($state, $padding)->route($request);
        } catch (Failure $failure) {
            self::say($failure->getCode(), ['error' => $failure->getMessage()]);
        } catch (\Throwable $bug) {
            // For whoever runs the server; no message of libsecenv or of ours holds a secret.
            error_log($bug::class . ': ' . $bug->getMessage());
            self::say(500, ['error' => 'the server failed']);
        }
    }

    private static function open(string $state, string $padding): self
    {
        $documents = "$state/documents";
        if (!is_dir($documents) && !@mkdir($documents, 0o700, true) && !is_dir($documents)) {
            throw new \RuntimeException("cannot make $documents");
        }
        $public = ($_SERVER['DOCUMENT_ROOT'] ?? '') ?: \dirname(__DIR__) . '/public';
        if (str_starts_with(realpath($state) . '/', rtrim(realpath($public), '/') . '/')) {
            throw new \RuntimeException('SECENV_STATE lies where the web server serves files from');
        }
        $keys = Keys::in($state);
        $store = Store::open("$state/server.sqlite");
        return new self(
            $keys,
            new Peers($store, $keys),
            new Documents($store, $keys, $documents),
            Padding::tryFrom((int) filter_var($padding, FILTER_VALIDATE_INT))
                ?? throw new \RuntimeException('SECENV_PADDING is not 1, 4 or 5'),
        );
    }

    private function route(Request $request): void
    {
        $document = '(?<name>[^/]*)';
        $routes = [
            '/v1/health' => ['GET' => $this->health(...)],
            '/v1/keys' => ['POST' => $this->enrol(...)],
            '/v1/proof' => ['POST' => $this->proof(...)],
            '/v1/kx' => ['POST' => $this->kx(...)],
            '/v1/message' => ['POST' => $this->message(...)],
            "/v1/documents/$document/key" => ['POST' => $this->expect(...)],
            "/v1/documents/$document/open" => ['POST' => $this->reveal(...)],
            "/v1/documents/$document" => ['PUT' => $this->put(...), 'GET' => $this->get(...)],
        ];
        foreach ($routes as $path => $methods) {
            if (preg_match("#\A$path\z#", $request->path, $found) === 1) {
                if (!isset($methods[$request->method])) {
                    header('Allow: ' . implode(', ', array_keys($methods)));
                    throw Failure::method();
                }
                $name = $found['name'] ?? null;
                if ($name !== null && preg_match('/\A[a-z0-9_-][a-z0-9._-]{0,63}\z/', $name) !== 1) {
                    throw Failure::unreadable();
                }
                $methods[$request->method]($request, $name);
                return;
            }
        }
        throw Failure::missing();
    }

    private function health(): void
    {
        self::say(200, ['ok' => true]);
    }

    private function enrol(Request $request): void
    {
        [$pem] = $request->json(self::SHORT, 'key');
        try {
            $key = RsaPublic::parse($pem);
        } catch (\Secenv\SecenvException $failure) {
            throw $failure instanceof \Secenv\Unavailable ? $failure : Failure::unreadable();
        }
        self::say(201, [
            'peer' => $this->peers->enrol($key),
            'key' => $this->keys->rsa->public()->encode(),
            'padding' => $this->padding->value,
        ]);
    }

    private function proof(Request $request): void
    {
        [$id, $proof] = $request->json(self::SHORT, 'peer', 'proof');
        $proof = Request::bytes($proof);
        $peer = $this->peers->get($id);
        $claim = self::trusting(static fn (): string => $peer->key->publicDecrypt($proof));
        if (!hash_equals(self::CLIENT, $claim)) {
            throw Failure::refused();
        }
        $this->peers->proven($peer);
        self::say(200, ['proof' => base64_encode($this->keys->rsa->privateEncrypt(self::SERVER))]);
    }

    private function kx(Request $request): void
    {
        [$id, $wrapped] = $request->json(self::SHORT, 'peer', 'kx');
        $wrapped = Request::bytes($wrapped);
        $peer = $this->peers->get($id);
        if (!$peer->proven) {
            throw Failure::refused();
        }
        $client = self::trusting(fn (): Secret => $this->keys->rsa->unwrap($this->padding, $wrapped))->reveal();
        // A bad PKCS#1 padding gives bytes of any length, and no answer may tell it from a key that is not acceptable.
        if (\strlen($client) !== Kx::PUBLIC_BYTES) {
            throw Failure::refused();
        }
        $own = Kx::keypair();
        $this->peers->session($peer, self::trusting(static fn () => Kx::serverSessionKeys($own, $client)));
        self::say(200, ['kx' => base64_encode($peer->key->wrap($this->padding, $own->public))]);
    }

    private function message(Request $request): void
    {
        // The text, what JSON made of it, and the envelope of the reply: at 64 MiB they outgrow PHP's default.
        ini_set('memory_limit', '512M');
        [$id, $envelope] = $request->json(self::LONG, 'peer', 'envelope');
        [$peer, $message] = $this->opened($id, $envelope, 'message');
        $this->seal($peer, 'reply', $message);
    }

    private function expect(Request $request, string $name): void
    {
        [$id, $envelope] = $request->json(self::SHORT, 'peer', 'envelope');
        [$peer, $key] = $this->opened($id, $envelope, "upload $name");
        if ($key->length() !== SecretStream::KEY_BYTES) {
            throw Failure::unreadable();
        }
        $this->documents->expect($peer, $name, $key);
        http_response_code(204);
    }

    private function put(Request $request, string $name): void
    {
        $peer = $this->session($request->peer());
        $hash = $this->documents->put($peer, $name, $request->body());
        $this->seal($peer, "stored $name", $hash);
    }

    private function reveal(Request $request, string $name): void
    {
        [$id, $envelope] = $request->json(self::SHORT, 'peer', 'envelope');
        [$peer, $nothing] = $this->opened($id, $envelope, "download $name");
        if ($nothing->length() !== 0) {
            throw Failure::unreadable();
        }
        $this->seal($peer, "key $name", $this->documents->key($peer, $name));
    }

    private function get(Request $request, string $name): void
    {
        $file = $this->documents->read($this->session($request->peer()), $name);
        header('Content-Type: application/octet-stream');
        header('Content-Length: ' . fstat($file)['size']);
        while (ob_get_level() > 0) {
            ob_end_clean();
        }
        fpassthru($file);
    }

    /** A peer that has come as far as a session. */
    private function session(string $id): Peer
    {
        $peer = $this->peers->get($id);
        return $peer->keys === null ? throw Failure::refused() : $peer;
    }

    /**
     * Opens an envelope from a peer, once.
     *
     * @param array{data: string, nonce: string} $envelope
     * @return array{Peer, Secret}
     */
    private function opened(string $id, array $envelope, string $ad): array
    {
        $peer = $this->session($id);
        $hash = hash('sha256', $envelope['data'], true);
        $json = json_encode($envelope, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES);
        $message = self::trusting(
            fn (): Secret => Envelope::open($peer->keys->rx, $this->keys->rsa, $this->padding, $ad, $json),
        );
        $this->peers->claim($peer, $hash);
        return [$peer, $message];
    }

    private function seal(Peer $peer, string $ad, #[\SensitiveParameter] Secret|string $message): void
    {
        $envelope = self::trusting(
            fn (): string => Envelope::seal($peer->keys->tx, $peer->key, $this->padding, $ad, $message),
        );
        header('Content-Type: application/json');
        echo '{"envelope":', $envelope, '}';
    }

    /**
     * Does work on what a client sent, and says no as HTTP does.
     *
     * @template T
     * @param callable(): T $work
     * @return T
     */
    private static function trusting(callable $work): mixed
    {
        try {
            return $work();
        } catch (Rejected $rejected) {
            throw match ($rejected->getCode()) {
                Status::Malformed->value => Failure::unreadable(),
                Status::TooLarge->value => Failure::tooLarge(),
                default => Failure::refused(),
            };
        }
    }

    /** @param array<string, mixed> $answer */
    private static function say(int $status, array $answer): void
    {
        http_response_code($status);
        header('Content-Type: application/json');
        echo json_encode($answer, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES);
    }
}
