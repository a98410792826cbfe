<?php

declare(strict_types=1);

namespace Secenv\Tests;

/**
 * A client of the reference server as a team would have written it: ext-sodium and ext-openssl, no libsecenv. It holds
 * no more than one exchange: every step is a method, so that a test can leave one out or do it wrong.
 */
final class DeployedClient
{
    public const CHUNK = 65_536;

    public string $peer = '';
    public string $rx = '';
    public string $tx = '';
    private \OpenSSLAsymmetricKey $key;
    private string $serverKey = '';
    private int $padding = 0;

    public function __construct(private readonly string $url)
    {
        $this->key = openssl_pkey_new(['private_key_bits' => 2048]);
    }

    /** Comes as far as a session. */
    public static function connected(string $url): self
    {
        $client = new self($url);
        $client->enrol();
        $client->prove();
        $client->exchange();
        return $client;
    }

    public function enrol(): void
    {
        $answer = $this->post('/v1/keys', ['key' => openssl_pkey_get_details($this->key)['key']], 201);
        ['peer' => $this->peer, 'key' => $this->serverKey, 'padding' => $this->padding] = $answer;
    }

    public function proof(string $text): string
    {
        openssl_private_encrypt($text, $proof, $this->key);
        return base64_encode($proof);
    }

    public function prove(): void
    {
        $answer = $this->post('/v1/proof', ['peer' => $this->peer, 'proof' => $this->proof('I am the client')]);
        openssl_public_decrypt(base64_decode($answer['proof'], true), $claim, $this->serverKey);
        $claim === 'I am the server' || throw new \RuntimeException('that is not the server');
    }

    public function exchange(): void
    {
        $pair = sodium_crypto_kx_keypair();
        $kx = base64_encode($this->wrap(sodium_crypto_kx_publickey($pair)));
        $answer = $this->post('/v1/kx', ['peer' => $this->peer, 'kx' => $kx]);
        $server = $this->unwrap(base64_decode($answer['kx'], true));
        [$this->rx, $this->tx] = sodium_crypto_kx_client_session_keys($pair, $server);
    }

    /** @return array{data: string, nonce: string} */
    public function seal(string $ad, string $message): array
    {
        $nonce = random_bytes(24);
        $data = sodium_crypto_aead_xchacha20poly1305_ietf_encrypt($message, $ad, $nonce, $this->tx);
        return ['data' => base64_encode($data), 'nonce' => base64_encode($this->wrap($nonce))];
    }

    /** @param array{data: string, nonce: string} $envelope */
    public function open(string $ad, array $envelope): string
    {
        $nonce = $this->unwrap(base64_decode($envelope['nonce'], true));
        $data = base64_decode($envelope['data'], true);
        $message = sodium_crypto_aead_xchacha20poly1305_ietf_decrypt($data, $ad, $nonce, $this->rx);
        return $message === false ? throw new \RuntimeException("the answer does not open as $ad") : $message;
    }

    public function say(string $message): string
    {
        $answer = $this->post('/v1/message', ['peer' => $this->peer, 'envelope' => $this->seal('message', $message)]);
        return $this->open('reply', $answer['envelope']);
    }

    public function announce(string $name, string $key): void
    {
        $envelope = $this->seal("upload $name", $key);
        $this->post("/v1/documents/$name/key", ['peer' => $this->peer, 'envelope' => $envelope], 204);
    }

    public function upload(string $name, string $document): void
    {
        $this->announce($name, $key = random_bytes(32));
        [$code, $answer] = $this->put($name, self::streamFile($key, $document));
        $code === 200 || throw new \RuntimeException("upload: $code $answer");
        $hash = $this->open("stored $name", json_decode($answer, true)['envelope']);
        $hash === hash('sha256', $document, true) || throw new \RuntimeException('the server stored something else');
    }

    public function download(string $name): string
    {
        $envelope = $this->seal("download $name", '');
        $answer = $this->post("/v1/documents/$name/open", ['peer' => $this->peer, 'envelope' => $envelope]);
        $key = $this->open("key $name", $answer['envelope']);
        [$code, $file] = $this->send('GET', "/v1/documents/$name?peer=$this->peer");
        $code === 200 || throw new \RuntimeException("download: $code $file");
        return self::document($key, $file);
    }

    /** @return array{int, string} */
    public function put(string $name, string $file): array
    {
        return $this->send('PUT', "/v1/documents/$name?peer=$this->peer", $file);
    }

    /** A document as a secretstream file. */
    public static function streamFile(string $key, string $document): string
    {
        [$state, $file] = sodium_crypto_secretstream_xchacha20poly1305_init_push($key);
        $chunks = $document === '' ? [''] : str_split($document, self::CHUNK);
        $last = array_pop($chunks);
        foreach ($chunks as $chunk) {
            $file .= sodium_crypto_secretstream_xchacha20poly1305_push($state, $chunk);
        }
        $final = SODIUM_CRYPTO_SECRETSTREAM_XCHACHA20POLY1305_TAG_FINAL;
        return $file . sodium_crypto_secretstream_xchacha20poly1305_push($state, $last, '', $final);
    }

    /** The document of a secretstream file. */
    public static function document(string $key, string $file): string
    {
        $state = sodium_crypto_secretstream_xchacha20poly1305_init_pull(substr($file, 0, 24), $key);
        $document = '';
        $chunks = str_split(substr($file, 24), self::CHUNK + 17);
        foreach ($chunks as $at => $sealed) {
            $tag = $at === array_key_last($chunks) ? SODIUM_CRYPTO_SECRETSTREAM_XCHACHA20POLY1305_TAG_FINAL : 0;
            [$chunk, $found] = sodium_crypto_secretstream_xchacha20poly1305_pull($state, $sealed);
            if ($chunk === false || $found !== $tag || ($tag === 0 && \strlen($chunk) !== self::CHUNK)) {
                throw new \RuntimeException('the file is not whole');
            }
            $document .= $chunk;
        }
        return $document;
    }

    /**
     * @param array<string, mixed> $body
     * @return array<string, mixed>
     */
    public function post(string $path, array $body, int $expected = 200): array
    {
        [$code, $answer] = $this->send('POST', $path, json_encode($body), 'application/json');
        $code === $expected || throw new \RuntimeException("$path: $code $answer", $code);
        return $answer === '' ? [] : json_decode($answer, true, 8, JSON_THROW_ON_ERROR);
    }

    /** @return array{int, string} the status and the body */
    public function send(string $method, string $path, string $body = '', string $type = ''): array
    {
        $context = stream_context_create(['http' => [
            'method' => $method,
            'header' => 'Content-Type: ' . ($type === '' ? 'application/octet-stream' : $type),
            'content' => $body,
            'ignore_errors' => true,
        ]]);
        $answer = file_get_contents($this->url . $path, false, $context);
        return [(int) explode(' ', $http_response_header[0])[1], $answer];
    }

    private function wrap(string $message): string
    {
        if ($this->padding === 5) {
            return $this->openssl('-encrypt', '-pubin', $this->serverKey, $message);
        }
        openssl_public_encrypt($message, $wrapped, $this->serverKey, $this->padding);
        return $wrapped;
    }

    private function unwrap(string $wrapped): string
    {
        if ($this->padding === 5) {
            openssl_pkey_export($this->key, $pem);
            return $this->openssl('-decrypt', '-keyform', $pem, $wrapped);
        }
        openssl_private_decrypt($wrapped, $message, $this->key, $this->padding);
        return $message;
    }

    /** OAEP with SHA-256, which ext-openssl cannot do, by the program. */
    private function openssl(string $verb, string $form, string $key, string $input): string
    {
        $file = tempnam(sys_get_temp_dir(), 'secenv');
        file_put_contents($file, $key);
        $command = ['openssl', 'pkeyutl', $verb, ...($form === '-pubin' ? [$form] : []), '-inkey', $file,
            '-pkeyopt', 'rsa_padding_mode:oaep', '-pkeyopt', 'rsa_oaep_md:sha256'];
        $process = proc_open($command, [['pipe', 'r'], ['pipe', 'w'], STDERR], $pipes);
        fwrite($pipes[0], $input);
        fclose($pipes[0]);
        $output = stream_get_contents($pipes[1]);
        proc_close($process);
        unlink($file);
        return $output;
    }
}
