<?php

declare(strict_types=1);

namespace Secenv\Server;

use Secenv\Exception\Rejected;
use Secenv\Protocol1\Envelope;
use Secenv\Protocol1\Padding;
use Secenv\Protocol1\RsaPublic;
use Secenv\Secret;
use Secenv\Sodium\Kx;
use Secenv\Sodium\SecretStream;
use Secenv\Status;

/** The deployed protocol: one method for each request of `README.md`. */
final readonly class Protocol1
{
    private const CLIENT = 'I am the client';
    private const SERVER = 'I am the server';

    /** The longest body with a key or a short envelope in it, and the longest with a message. */
    private const SHORT = 1 << 16;
    private const LONG = 1 << 26;

    public function __construct(
        private Keys $keys,
        private Peers $peers,
        private Documents $documents,
        private Usage $usage,
        private Padding $padding,
    ) {
    }

    /** @return array<string, array<string, callable(Request, ?string): void>> */
    public function routes(): array
    {
        return [
            '/v1/keys' => ['POST' => $this->enrol(...)],
            '/v1/proof' => ['POST' => $this->proof(...)],
            '/v1/kx' => ['POST' => $this->kx(...)],
            '/v1/message' => ['POST' => $this->message(...)],
            '/v1/documents/NAME/key' => ['POST' => $this->expect(...)],
            '/v1/documents/NAME/open' => ['POST' => $this->reveal(...)],
            '/v1/documents/NAME' => ['PUT' => $this->put(...), 'GET' => $this->get(...)],
        ];
    }

    private function enrol(Request $request): void
    {
        [$pem] = $request->json(self::SHORT, 'key');
        try {
            $key = RsaPublic::parse($pem);
        } catch (Rejected) {
            throw Failure::unreadable();
        }
        App::say(201, [
            'peer' => $this->peers->enrol($key),
            'key' => $this->keys->rsa()->public()->encode(),
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
        App::say(200, ['proof' => base64_encode($this->keys->rsa()->privateEncrypt(self::SERVER))]);
    }

    private function kx(Request $request): void
    {
        [$id, $wrapped] = $request->json(self::SHORT, 'peer', 'kx');
        $wrapped = Request::bytes($wrapped);
        $peer = $this->peers->get($id);
        if (!$peer->proven) {
            throw Failure::refused();
        }
        $client = self::trusting(fn (): Secret => $this->keys->rsa()->unwrap($this->padding, $wrapped))->reveal();
        // A bad PKCS#1 padding gives bytes of any length, and no answer may tell it from a key that is not acceptable.
        if (\strlen($client) !== Kx::PUBLIC_BYTES) {
            throw Failure::refused();
        }
        $own = Kx::keypair();
        $this->peers->session($peer, self::trusting(static fn () => Kx::serverSessionKeys($own, $client)));
        App::say(200, ['kx' => base64_encode($peer->key->wrap($this->padding, $own->public))]);
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
        $this->documents->expect($peer->id, $name, $key);
        http_response_code(204);
    }

    private function put(Request $request, string $name): void
    {
        $peer = $this->session($request->peer());
        $hash = $this->documents->put($peer->id, $name, $request->body());
        $this->seal($peer, "stored $name", $hash);
    }

    private function reveal(Request $request, string $name): void
    {
        [$id, $envelope] = $request->json(self::SHORT, 'peer', 'envelope');
        [$peer, $nothing] = $this->opened($id, $envelope, "download $name");
        if ($nothing->length() !== 0) {
            throw Failure::unreadable();
        }
        $this->seal($peer, "key $name", $this->documents->key($peer->id, $name));
    }

    private function get(Request $request, string $name): void
    {
        App::send($this->documents->read($this->session($request->peer())->id, $name));
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
            fn (): Secret => Envelope::open($peer->keys->rx, $this->keys->rsa(), $this->padding, $ad, $json),
        );
        $this->peers->claim($peer, $hash);
        $this->usage->count(1, $peer->id);
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
            throw match ($rejected->status()) {
                Status::Malformed => Failure::unreadable(),
                Status::TooLarge => Failure::tooLarge(),
                default => Failure::refused(),
            };
        }
    }
}
