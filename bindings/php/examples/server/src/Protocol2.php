<?php

declare(strict_types=1);

namespace Secenv\Server;

use Secenv\Exception\Rejected;
use Secenv\Identity;
use Secenv\Session\Accepted;
use Secenv\Session\Opened;
use Secenv\Session\PdoSessionStore;
use Secenv\Session\RecordJson;
use Secenv\Session\RedisSessionStore;
use Secenv\Session\Server;
use Secenv\Session\Sessions;
use Secenv\Session\SessionStore;
use Secenv\Session\StateKeys;
use Secenv\Sodium\SecretStream;

/** Protocol 2: one method for each request of `README.md`. */
final readonly class Protocol2
{
    /** The longest handshake message or request for a file, and the longest record; as JSON, a third more. */
    private const SHORT = 1 << 16;
    private const LONG = 24 << 20;

    /** The longest message that a record holds. */
    private const MESSAGE = 1 << 24;

    /** No character takes more bytes in an answer than it did in the request. */
    private const JSON = JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE
        | JSON_UNESCAPED_LINE_TERMINATORS;

    /** How long a body under a ticket may take to come, in seconds. */
    private const TICKET = 3600;
    /** How many of them a client has at once, besides the next. */
    private const TICKETS = 1000;
    /** In the place of a name: a ticket for all files that are offered. No document can have this name. */
    private const ALL = '.';

    private function __construct(
        private Server $server,
        private Sessions $sessions,
        private Clients $clients,
        private Documents $documents,
        private Store $store,
        private Messages $messages,
        private Usage $usage,
        private Offline $offline,
        private string $trust,
    ) {
    }

    public static function in(State $state, string $sessions): self
    {
        $store = self::store($state, $sessions);
        $pins = array_map(static fn (Identity $me): string => Identity::pin($me->public()), $state->keys->identities());
        return new self(
            $state->keys->server($store->id()),
            new Sessions($store, StateKeys::of($state->keys->states()), $pins),
            new Clients($state->store),
            $state->documents,
            $state->store,
            new Messages($state->store, $state->limits),
            new Usage($state->store),
            new Offline("$state->folder/offline"),
            "$state->folder/trust.chain",
        );
    }

    /** Where the sessions are: `redis:` and an address, a DSN of PDO, or a file in the state folder. */
    private static function store(State $state, string $sessions): SessionStore
    {
        if ($sessions === '') {
            return PdoSessionStore::sqlite("$state->folder/sessions.sqlite");
        }
        if (!str_starts_with($sessions, 'redis:')) {
            return new PdoSessionStore(new \PDO($sessions));
        }
        $redis = new \Redis();
        [$host, $port] = explode(':', substr($sessions, 6), 2) + [1 => '0'];
        $redis->connect($host, (int) $port, 5.0);
        return new RedisSessionStore($redis);
    }

    /** @return array<string, array<string, callable(Request, ?string): void>> */
    public function routes(): array
    {
        return [
            '/2/hello' => ['POST' => $this->hello(...)],
            '/2/finish' => ['POST' => $this->finish(...)],
            '/2/trust' => ['GET' => $this->trust(...)],
            '/2/logout' => ['POST' => $this->logout(...)],
            '/2/enrol' => ['POST' => $this->enrol(...)],
            '/2/message' => ['POST' => $this->message(...)],
            '/2/offline' => ['POST' => $this->offer(...)],
            '/2/offline/NAME' => ['GET' => $this->fetch(...)],
            '/2/files/NAME/upload' => ['POST' => $this->upload(...)],
            '/2/files/NAME/stored' => ['POST' => $this->stored(...)],
            '/2/files/NAME/download' => ['POST' => $this->download(...)],
            '/2/files/NAME' => ['PUT' => $this->put(...), 'GET' => $this->get(...)],
        ];
    }

    private function hello(Request $request): void
    {
        $this->say($request, self::shaking(fn (): string => $this->server->reply($this->body($request, self::SHORT))));
    }

    /** Nothing of the session is sent before the store has it. */
    private function finish(Request $request): void
    {
        $accepted = self::shaking(fn (): Accepted => $this->server->accept($this->body($request, self::SHORT)));
        [$pin, $id] = [bin2hex($accepted->pin()), bin2hex($accepted->session->id())];
        $knows = $this->clients->knows($pin);
        if (!$knows && !$this->clients->admitsStranger($id)) {
            throw Failure::refused();
        }
        if (!$this->sessions->create($accepted->session)) {
            throw Failure::taken();
        }
        if ($knows) {
            $this->begins($pin, $id);
        }
        $this->say($request, $accepted->welcome);
    }

    /** The chain of trust statements, for anybody: who the server is, says whoever holds its roots. */
    private function trust(): void
    {
        App::send(@fopen($this->trust, 'rb') ?: throw Failure::missing());
    }

    /** A client that is known has so many sessions and no more: the oldest ends. */
    private function begins(string $pin, string $session): void
    {
        try {
            foreach ($this->clients->begins($pin, $session) as $old) {
                $this->sessions->remove(hex2bin($old));
            }
        } catch (Failure $failure) {
            $this->sessions->remove(hex2bin($session));
            throw $failure;
        }
    }

    private function logout(Request $request): void
    {
        $id = $this->open($request, self::SHORT, static fn (): bool => true)->session->id();
        $this->sessions->remove($id);
        $this->clients->ends(bin2hex($id));
        http_response_code(204);
    }

    private function enrol(Request $request): void
    {
        $opened = $this->open($request, self::SHORT, static fn (): int => Clients::STRANGER);
        $code = Request::members($opened->message->reveal())['code'] ?? null;
        $enrolled = $this->clients->enrol(self::pin($opened), \is_string($code) ? $code : throw Failure::unreadable());
        if ($enrolled) {
            $this->sessions->prolong($opened->session->id());
            $this->clients->forgetStranger(bin2hex($opened->session->id()));
            $this->begins(self::pin($opened), bin2hex($opened->session->id()));
        }
        $this->reply($request, $opened, ['enrolled' => $enrolled]);
    }

    /** Acts once on each message, by the id that the client gave it: a client that got no answer sends it again. */
    private function message(Request $request): void
    {
        ini_set('memory_limit', '512M');
        [$opened, $message] = $this->opened($request, self::LONG);
        $id = self::id($message);
        $text = \is_string($message['text'] ?? null) ? $message['text'] : throw Failure::unreadable();
        self::json(['id' => $id, 'text' => $text]); // what could not be answered is not acted on
        $text = $this->messages->once(self::pin($opened), $id, $text);
        $this->reply($request, $opened, ['id' => $id, 'text' => $text]);
    }

    private function upload(Request $request, string $name): void
    {
        [$opened, $message] = $this->opened($request, self::SHORT);
        $id = self::id($message);
        $key = SecretStream::key();
        $this->documents->expect(self::pin($opened), $name, $key);
        $ticket = $this->ticket(self::pin($opened), $name, 'up');
        $this->reply($request, $opened, ['id' => $id, 'key' => base64_encode($key->reveal()), 'ticket' => $ticket]);
    }

    private function put(Request $request, string $name): void
    {
        $ticket = $request->ticket();
        $pin = $this->holder($ticket, $name, 'up');
        $hash = $this->documents->put($pin, $name, $request->body());
        $this->store->change('UPDATE tickets SET sha256 = ? WHERE ticket = ?', bin2hex($hash), $ticket);
        http_response_code(204);
    }

    private function stored(Request $request, string $name): void
    {
        [$opened, $message] = $this->opened($request, self::SHORT);
        $id = self::id($message);
        $ticket = \is_string($message['ticket'] ?? null) ? $message['ticket'] : throw Failure::unreadable();
        $row = $this->store->row(
            'SELECT sha256 FROM tickets WHERE ticket = ? AND pin = ? AND name = ?',
            $ticket,
            self::pin($opened),
            $name,
        );
        $this->reply($request, $opened, ['id' => $id] + (isset($row['sha256'])
            ? ['sha256' => $row['sha256']] : ['error' => 'nothing was stored']));
    }

    private function download(Request $request, string $name): void
    {
        [$opened, $message] = $this->opened($request, self::SHORT);
        $id = self::id($message);
        try {
            $key = $this->documents->key(self::pin($opened), $name);
        } catch (Failure) {
            $this->reply($request, $opened, ['id' => $id, 'error' => 'there is nothing here']);
            return;
        }
        $ticket = $this->ticket(self::pin($opened), $name, 'down');
        $this->reply($request, $opened, ['id' => $id, 'key' => base64_encode($key->reveal()), 'ticket' => $ticket]);
    }

    private function get(Request $request, string $name): void
    {
        App::send($this->documents->read($this->holder($request->ticket(), $name, 'down'), $name));
    }

    /**
     * What there is for vaults. Each file proves itself to the vault that takes it, so it travels outside of records.
     */
    private function offer(Request $request): void
    {
        [$opened, $message] = $this->opened($request, self::SHORT);
        $id = self::id($message);
        $ticket = $this->ticket(self::pin($opened), self::ALL, 'offline');
        $this->reply($request, $opened, ['id' => $id, 'files' => $this->offline->files(), 'ticket' => $ticket]);
    }

    private function fetch(Request $request, string $name): void
    {
        $this->holder($request->ticket(), self::ALL, 'offline');
        App::send($this->offline->read($name));
    }

    /**
     * Opens a record of a client that may come in, for what the request asks.
     *
     * @return array{Opened, array<string, mixed>}
     */
    private function opened(Request $request, int $limit): array
    {
        $knows = fn (string $pin): bool => $this->clients->knows(bin2hex($pin));
        $opened = $this->open($request, $limit, $knows);
        $this->usage->count(2, self::pin($opened));
        return [$opened, Request::members($opened->message->reveal())];
    }

    /**
     * Opens a record, once; its session is stored before anything is done.
     *
     * @param callable(string): (bool|int) $admits
     */
    private function open(Request $request, int $limit, callable $admits): Opened
    {
        try {
            return $this->sessions->open($admits, self::ad($request), $this->body($request, $limit));
        } catch (Rejected) {
            throw Failure::noSession();
        }
    }

    /** @param array<string, mixed> $message */
    private function reply(Request $request, Opened $opened, #[\SensitiveParameter] array $message): void
    {
        $this->say($request, $opened->reply(self::ad($request), self::json($message)));
    }

    /** @param array<string, mixed> $message */
    private static function json(#[\SensitiveParameter] array $message): string
    {
        $json = json_encode($message, self::JSON);
        return \strlen($json) <= self::MESSAGE ? $json : throw Failure::tooLarge();
    }

    /** What a record and its reply are for. */
    private static function ad(Request $request): string
    {
        return "$request->method $request->path";
    }

    /** The message of protocol 2 in the body: as it is, or as JSON. */
    private function body(Request $request, int $limit): string
    {
        $body = $request->content($limit);
        return $request->isJson() ? RecordJson::parse($body) : $body;
    }

    /** Answers in the form in which the request came. */
    private function say(Request $request, string $message): void
    {
        header('Content-Type: ' . ($request->isJson() ? 'application/json' : 'application/octet-stream'));
        echo $request->isJson() ? RecordJson::encode($message) : $message;
    }

    /**
     * A step of a handshake. What does not hold gets one answer.
     *
     * @template T
     * @param callable(): T $step
     * @return T
     */
    private static function shaking(callable $step): mixed
    {
        try {
            return $step();
        } catch (Rejected) {
            throw Failure::noHandshake();
        }
    }

    private static function pin(Opened $opened): string
    {
        return bin2hex($opened->session->peer());
    }

    /** @param array<string, mixed> $message */
    private static function id(array $message): string
    {
        $id = $message['id'] ?? null;
        return \is_string($id) && preg_match('/\A[0-9a-f]{32}\z/', $id) === 1 ? $id : throw Failure::unreadable();
    }

    /** A random name for one body that is no record. What the body holds is protected by its own key. */
    private function ticket(string $pin, string $name, string $way): string
    {
        $ticket = bin2hex(random_bytes(16));
        $this->store->change('DELETE FROM tickets WHERE expires <= ?', time());
        $this->store->change(
            'DELETE FROM tickets WHERE ticket IN
             (SELECT ticket FROM tickets WHERE pin = ? ORDER BY expires DESC LIMIT -1 OFFSET ' . self::TICKETS . ')',
            $pin,
        );
        $this->store->add(
            'INSERT INTO tickets (ticket, pin, name, way, expires) VALUES (?, ?, ?, ?, ?)',
            $ticket,
            $pin,
            $name,
            $way,
            time() + self::TICKET,
        );
        return $ticket;
    }

    /** Who was given this ticket, if it is still good and its holder may still come in. */
    private function holder(string $ticket, string $name, string $way): string
    {
        $row = $this->store->row(
            'SELECT pin, expires FROM tickets WHERE ticket = ? AND name = ? AND way = ?',
            $ticket,
            $name,
            $way,
        );
        $good = $row !== null && $row['expires'] > time() && $this->clients->knows($row['pin']);
        return $good ? $row['pin'] : throw Failure::noSession();
    }
}
