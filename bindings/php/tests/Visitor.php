<?php

declare(strict_types=1);

namespace Secenv\Tests;

use Secenv\Identity;
use Secenv\Session\Client;
use Secenv\Session\ClientConfig;
use Secenv\Session\Session;

/** A client of the reference server in protocol 2. */
final class Visitor
{
    public Identity $me;
    public Session $session;
    public string $finish;

    public function __construct(private readonly RunningServer $server, ?Identity $me = null)
    {
        $this->me = $me ?? Identity::generate();
    }

    /** Shakes hands, and gives the status of the finish. */
    public function shake(): int
    {
        $client = Client::start($this->me, new ClientConfig([$this->server->pin()]));
        [$status, $reply] = $this->post('/2/hello', $client->hello());
        \assert($status === 200);
        $this->finish = $client->finish($reply);
        [$status, $welcome] = $this->post('/2/finish', $this->finish);
        if ($status === 200) {
            $this->session = $client->session($welcome);
        }
        return $status;
    }

    /** Shakes hands and enrols. */
    public function welcome(): self
    {
        $code = $this->server->operator('code', 'a test');
        $this->shake();
        $said = $this->ask('/2/enrol', ['code' => $code]);
        \assert($said === ['enrolled' => true]);
        return $this;
    }

    /**
     * Sends a record; the reply's message, or the status of a refusal.
     *
     * @param array<string, mixed> $message
     * @return array<string, mixed>|int
     */
    public function ask(string $path, array $message): array|int
    {
        [$status, $body] = $this->post($path, $this->record($path, $message));
        return $status === 200 ? $this->opened($path, $body) : $status;
    }

    /** @param array<string, mixed> $message */
    public function record(string $path, array $message): string
    {
        return $this->session->seal("POST $path", json_encode((object) $message));
    }

    /** @return array<string, mixed> */
    public function opened(string $path, string $reply): array
    {
        $number = $this->session->lastSent();
        return json_decode($this->session->openReply($number, "POST $path", $reply)->reveal(), true);
    }

    /** @return array{int, string} */
    public function post(string $path, string $body, string $type = 'application/octet-stream'): array
    {
        return $this->send('POST', $path, $body, $type);
    }

    /** @return array{int, string} */
    public function send(
        string $method,
        string $path,
        string $body = '',
        string $type = 'application/octet-stream',
    ): array {
        $options = ['method' => $method, 'header' => "Content-Type: $type", 'content' => $body];
        $context = stream_context_create(['http' => $options + ['ignore_errors' => true]]);
        $said = file_get_contents($this->server->url . $path, false, $context);
        return [(int) explode(' ', $http_response_header[0])[1], $said];
    }
}
