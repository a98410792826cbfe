<?php

declare(strict_types=1);

namespace Secenv\Tests;

use PHPUnit\Framework\TestCase;
use Secenv\Server\Failure;
use Secenv\Server\Peers;
use Secenv\Server\State;

/** The reference server, from outside: every answer is checked by code that knows nothing of libsecenv. */
final class ServerTest extends TestCase
{
    private const REFUSED = '{"error":"refused"}';

    private static RunningServer $server;

    public static function setUpBeforeClass(): void
    {
        self::$server = new RunningServer();
    }

    public static function tearDownAfterClass(): void
    {
        self::$server->stop();
    }

    /** @return iterable<string, array{string}> */
    public static function paddings(): iterable
    {
        yield 'PKCS#1 v1.5' => ['1'];
        yield 'OAEP with SHA-1' => ['4'];
        yield 'OAEP with SHA-256' => ['5'];
    }

    /** @dataProvider paddings */
    public function testDoesTheWholeJob(string $padding): void
    {
        $server = new RunningServer($padding);
        try {
            $this->wholeJob($server->url);
        } finally {
            $server->stop();
        }
    }

    public function testDocumentsOutliveTheServer(): void
    {
        $first = new RunningServer();
        $client = DeployedClient::connected($first->url);
        $client->upload('kept', 'a document');
        [, $file] = $client->send('GET', "/v1/documents/kept?peer=$client->peer");
        $first->stop(forget: false);
        $second = new RunningServer('1', $first->state);
        try {
            $again = new DeployedClient($second->url);
            foreach (['peer', 'rx', 'tx'] as $known) {
                $again->$known = $client->$known;
            }
            self::assertSame([200, $file], $again->send('GET', "/v1/documents/kept?peer=$client->peer"));
        } finally {
            $second->stop();
        }
    }

    public function testTheSameKeyComesBackUnderTheSameName(): void
    {
        $client = $this->client();
        $name = $client->peer;
        $client->enrol();
        self::assertSame($name, $client->peer);
        self::assertNotSame($name, $this->client()->peer);
        self::assertSame('still here', $client->say('still here'));
    }

    public function testEchoesMessagesOfAnySize(): void
    {
        $client = $this->client();
        foreach (['', "\0", 'meet at noon', random_bytes(1 << 20), str_repeat("\xff", 40 << 20)] as $message) {
            self::assertTrue($message === $client->say($message));
        }
    }

    /** @return iterable<string, array{int}> */
    public static function sizes(): iterable
    {
        foreach ([0, 1, 65_535, 65_536, 65_537, 131_072, 200_000] as $size) {
            yield "$size bytes" => [$size];
        }
    }

    /** @dataProvider sizes */
    public function testStoresDocumentsOfAnySize(int $size): void
    {
        $client = $this->client();
        $document = random_bytes(max(1, $size));
        $document = substr($document, 0, $size);
        $client->upload('sized', $document);
        self::assertSame($document, $client->download('sized'));
    }

    public function testStoresADocumentThatEndsWithAnEmptyChunk(): void
    {
        $client = $this->client();
        $client->announce('even', $key = random_bytes(32));
        [$state, $file] = sodium_crypto_secretstream_xchacha20poly1305_init_push($key);
        $chunk = random_bytes(DeployedClient::CHUNK);
        $file .= sodium_crypto_secretstream_xchacha20poly1305_push($state, $chunk);
        $file .= sodium_crypto_secretstream_xchacha20poly1305_push($state, '', '', 3);
        self::assertSame(200, $client->put('even', $file)[0]);
        self::assertSame($chunk, $client->download('even'));
    }

    public function testStores32MebibytesInTheMemoryThatPhpHasByDefault(): void
    {
        $client = $this->client();
        $document = random_bytes(32 << 20);
        $client->upload('large', $document);
        self::assertTrue($document === $client->download('large'));
    }

    public function testADocumentIsReplacedWhole(): void
    {
        $client = $this->client();
        $client->upload('twice', 'the first');
        $client->upload('twice', 'the second');
        self::assertSame('the second', $client->download('twice'));
    }

    public function testADocumentBelongsToItsPeer(): void
    {
        $client = $this->client();
        $client->upload('mine', 'mine');
        $other = $this->client();
        self::assertSame(404, $other->send('GET', "/v1/documents/mine?peer=$other->peer")[0]);
        $ask = ['peer' => $other->peer, 'envelope' => $other->seal('download mine', '')];
        $this->assertAnswer(404, $other, '/v1/documents/mine/open', $ask);
        $other->upload('mine', 'theirs');
        self::assertSame('mine', $client->download('mine'));
    }

    public function testNothingLiesOpenInTheState(): void
    {
        $client = $this->client();
        $client->upload('marked', str_repeat('a plain mark ', 1000));
        $client->say('a plain mark');
        $files = new \RecursiveIteratorIterator(
            new \RecursiveDirectoryIterator(self::$server->state, \FilesystemIterator::SKIP_DOTS),
            \RecursiveIteratorIterator::SELF_FIRST,
        );
        $seen = 0;
        foreach ($files as $path => $file) {
            self::assertSame(0, $file->getPerms() & 0o077, $path);
            if ($file->isFile()) {
                $content = file_get_contents($path);
                foreach (['a plain mark', $client->rx, $client->tx] as $secret) {
                    self::assertFalse(str_contains($content, $secret), $path);
                }
                $seen++;
            }
        }
        self::assertGreaterThan(3, $seen);
        self::assertSame(0, fileperms(self::$server->state) & 0o077);
    }

    public function testRefusesARecordedMessage(): void
    {
        $client = $this->client();
        $recorded = ['peer' => $client->peer, 'envelope' => $client->seal('message', 'pay 10')];
        $client->post('/v1/message', $recorded);
        $this->assertRefused($client, '/v1/message', $recorded);
        $upload = ['peer' => $client->peer, 'envelope' => $client->seal('upload again', random_bytes(32))];
        $client->post('/v1/documents/again/key', $upload, 204);
        $this->assertRefused($client, '/v1/documents/again/key', $upload);
    }

    public function testRefusesAMessageOfTheSessionBefore(): void
    {
        $client = $this->client();
        $recorded = ['peer' => $client->peer, 'envelope' => $client->seal('message', 'pay 10')];
        $client->prove();
        $client->exchange();
        $this->assertRefused($client, '/v1/message', $recorded);
        self::assertSame('go on', $client->say('go on'));
    }

    public function testWhatWasOpenedInASessionThatEndedMeanwhileCountsNoMore(): void
    {
        $client = $this->client();
        $state = State::in(self::$server->state);
        $peers = new Peers($state->store, $state->keys);
        $opened = $peers->get($client->peer);
        $peers->claim($opened, hash('sha256', 'the first', true));
        $client->prove();
        $client->exchange(); // and all that was remembered is gone
        foreach (['the first', 'another'] as $recorded) {
            try {
                $peers->claim($opened, hash('sha256', $recorded, true));
                self::fail('a claim of the session before was taken');
            } catch (Failure $failure) {
                self::assertSame(403, $failure->getCode());
            }
        }
        $peers->claim($peers->get($client->peer), hash('sha256', 'another', true));
        self::assertSame('go on', $client->say('go on'));
    }

    public function testABodyOfManySmallValuesIsRefusedBeforeTheyTakeMemory(): void
    {
        $client = $this->client();
        foreach (['[0]', '{}', '0'] as $value) {
            $body = '{"peer":[' . substr(str_repeat("$value,", 10 << 20), 0, -1) . ']}';
            $answer = $client->send('POST', '/v1/message', $body, 'application/json');
            self::assertSame([400, '{"error":"the request cannot be read"}'], $answer);
        }
    }

    public function testABodyThatSaysSomethingTwiceIsRefused(): void
    {
        $client = $this->client();
        $envelope = json_encode($client->seal('message', 'pay 10'));
        $other = json_encode($client->seal('message', 'pay 99'));
        [$peer, $inside, $more] = ["\"peer\":\"$client->peer\"", substr($envelope, 1, -1), substr($other, 1, -1)];
        $twice = [
            'data and nonce' => "{{$peer},\"envelope\":{{$more},{$inside}}}",
            'the same data' => "{{$peer},\"envelope\":{{$inside},{$inside}}}",
            'no text' => "{{$peer},\"envelope\":{\"data\":null,$inside}}",
            'the envelope' => "{{$peer},\"envelope\":$other,\"envelope\":$envelope}",
            'the peer' => "{{$peer},$peer,\"envelope\":$envelope}",
            'the peer, written otherwise' => "{{$peer},\"p\u0065er\":\"\",\"envelope\":$envelope}",
        ];
        foreach ($twice as $what => $body) {
            [$code] = $client->send('POST', '/v1/message', $body, 'application/json');
            self::assertSame(400, $code, $what);
        }
        $once = "{{$peer},\"no member \\\" of \\\\ ours\":\"data\",\"envelope\":$envelope}";
        self::assertSame(200, $client->send('POST', '/v1/message', $once, 'application/json')[0]);
    }

    public function testABodyOfManyNamesThatPhpHashesAlikeIsRefusedBeforeTheyAreRead(): void
    {
        $client = $this->client();
        $body = json_encode(['peer' => $client->peer, 'envelope' => $client->seal('message', 'hello')]);
        $names = array_map(static fn (int $n): string => ',"' . ($n << 19) . '":1', range(1, 40_000));
        foreach ([40_000 => 400, 16 => 400, 11 => 200] as $number => $code) {
            $long = substr($body, 0, -1) . implode(\array_slice($names, 0, $number)) . '}';
            self::assertSame($code, $client->send('POST', '/v1/message', $long, 'application/json')[0], "$number");
        }
    }

    public function testRefusesWhatWasMeantForAnotherPlace(): void
    {
        $client = $this->client();
        $envelope = $client->seal('upload one', random_bytes(32));
        foreach (['/v1/message', '/v1/documents/two/key', '/v1/documents/one/open'] as $path) {
            $this->assertRefused($client, $path, ['peer' => $client->peer, 'envelope' => $envelope]);
        }
        $client->post('/v1/documents/one/key', ['peer' => $client->peer, 'envelope' => $envelope], 204);
    }

    public function testRefusesAChangedMessageAndGoesOn(): void
    {
        $client = $this->client();
        $envelope = $client->seal('message', 'pay 10');
        $data = base64_decode($envelope['data']);
        $envelope['data'] = base64_encode($data ^ str_pad("\1", \strlen($data), "\0"));
        $this->assertRefused($client, '/v1/message', ['peer' => $client->peer, 'envelope' => $envelope]);
        $envelope = ['data' => base64_encode($data), 'nonce' => self::noise()];
        $this->assertRefused($client, '/v1/message', ['peer' => $client->peer, 'envelope' => $envelope]);
        self::assertSame('go on', $client->say('go on'));
    }

    public function testRefusesAMessageOfAnotherPeer(): void
    {
        $client = $this->client();
        $envelope = $this->client()->seal('message', 'pay 10');
        $this->assertRefused($client, '/v1/message', ['peer' => $client->peer, 'envelope' => $envelope]);
        $this->assertRefused($client, '/v1/message', ['peer' => str_repeat('0', 32), 'envelope' => $envelope]);
    }

    public function testRefusesAWrongProof(): void
    {
        $client = new DeployedClient(self::$server->url);
        $client->enrol();
        $stranger = new DeployedClient(self::$server->url);
        $proofs = [$client->proof('I am the server'), $client->proof(''), $stranger->proof('I am the client')];
        foreach ($proofs as $proof) {
            $this->assertRefused($client, '/v1/proof', ['peer' => $client->peer, 'proof' => $proof]);
        }
        $unknown = ['peer' => str_repeat('0', 32), 'proof' => $client->proof('I am the client')];
        $this->assertRefused($client, '/v1/proof', $unknown);
    }

    public function testAProofIsGoodForOneSession(): void
    {
        $client = $this->client();
        $stranger = new DeployedClient(self::$server->url);
        $stranger->peer = $client->peer;
        $this->assertRefused($stranger, '/v1/kx', ['peer' => $client->peer, 'kx' => self::noise()]);
        try {
            $client->exchange();
            self::fail('a session began without a proof of its own');
        } catch (\RuntimeException $refusal) {
            self::assertSame(403, $refusal->getCode());
        }
        self::assertSame('still here', $client->say('still here'));
        $client->prove();
        $client->exchange();
        self::assertSame('and again', $client->say('and again'));
    }

    public function testNoKeyOfTheServersStaysInAWorkersMemory(): void
    {
        $state = sys_get_temp_dir() . '/secenv-keys-' . bin2hex(random_bytes(6));
        $code = <<<'PHP'
            require $argv[1];
            $state = Secenv\Server\State::in($argv[2]);
            $keys = $state->keys;
            $kept = [$keys->rsa(), ...$keys->identities()];
            $keys->cookies()->prepareNext();
            $keys->server(str_repeat('i', 16));
            $keys->states()->keys();
            $peers = new Secenv\Server\Peers($state->store, $keys);
            $peer = $peers->get($peers->enrol($kept[0]->public()));
            $peers->proven($peer);
            $pair = Secenv\Sodium\Kx::keypair();
            $peers->session($peer, Secenv\Sodium\Kx::serverSessionKeys($pair, Secenv\Sodium\Kx::keypair()->public));
            $peers->get($peer->id);
            echo "ready\n";
            fgets(STDIN);
            PHP;
        $command = [PHP_BINARY, '-d', 'ffi.enable=1', '-r', $code, __DIR__ . '/bootstrap.php', $state];
        try {
            foreach (['that made them', 'that read them'] as $which) {
                $worker = proc_open($command, [['pipe', 'r'], ['pipe', 'w'], STDERR], $pipes);
                self::assertSame("ready\n", fgets($pipes[1]));
                $memory = self::memory(proc_get_status($worker)['pid']);
                fclose($pipes[0]);
                self::assertSame(0, proc_close($worker));
                self::assertStringContainsString('SECENV_STATE lies where', $memory, 'this is the worker\'s memory');
                foreach (['rsa.pem' => 300, 'identity.pem' => 40] as $file => $at) {
                    $piece = substr(file_get_contents("$state/$file"), $at, 60);
                    self::assertFalse(str_contains($memory, $piece), "$file is in the memory of the worker $which");
                }
                // The first bytes of memory that was given back are the allocator's.
                ['store' => $store, 'keys' => $keys] = get_object_vars(State::in($state));
                $peer = $store->row('SELECT id, keys FROM peers');
                $session = $keys->open("session {$peer['id']}", $peer['keys'])->reveal();
                $ours = [];
                foreach (['cookie.key', 'session.key', 'cookie.key.next'] as $file) {
                    array_push($ours, ...array_map(
                        static fn (string $entry): string => substr($entry, 8),
                        str_split(substr(file_get_contents("$state/$file"), 1), 40),
                    ));
                }
                foreach ([...$ours, ...str_split($session, 32)] as $at => $key) {
                    $known = str_contains($memory, substr($key, 16));
                    self::assertFalse($known, "key $at is in the memory of the worker $which");
                }
            }
        } finally {
            exec('rm -r ' . escapeshellarg($state));
        }
    }

    /** All that a process can write to. */
    private static function memory(int $process): string
    {
        $memory = fopen("/proc/$process/mem", 'rb');
        stream_set_read_buffer($memory, 0);
        $all = '';
        foreach (file("/proc/$process/maps") as $line) {
            if (preg_match('/^([0-9a-f]+)-([0-9a-f]+) rw/', $line, $found) === 1) {
                fseek($memory, hexdec($found[1]));
                $all .= stream_get_contents($memory, hexdec($found[2]) - hexdec($found[1]));
            }
        }
        return $all;
    }

    public function testRefusesStepsOutOfOrder(): void
    {
        $client = new DeployedClient(self::$server->url);
        $client->enrol();
        $kx = self::noise();
        $this->assertRefused($client, '/v1/kx', ['peer' => $client->peer, 'kx' => $kx]);
        $envelope = ['data' => base64_encode(random_bytes(40)), 'nonce' => $kx];
        $this->assertRefused($client, '/v1/message', ['peer' => $client->peer, 'envelope' => $envelope]);
        self::assertSame([403, self::REFUSED], $client->put('early', 'document'));
        self::assertSame([403, self::REFUSED], $client->send('GET', "/v1/documents/early?peer=$client->peer"));
        $client->prove();
        $this->assertRefused($client, '/v1/message', ['peer' => $client->peer, 'envelope' => $envelope]);
        // What is no kx key, under a good padding or a bad one.
        $this->assertRefused($client, '/v1/kx', ['peer' => $client->peer, 'kx' => $kx]);
        $client->exchange();
        self::assertSame('in order', $client->say('in order'));
    }

    /** @return iterable<string, array{callable(string): string}> */
    public static function brokenFiles(): iterable
    {
        $chunk = DeployedClient::CHUNK + 17;
        $stream = static function (string $key, array $pushes): string {
            [$state, $file] = sodium_crypto_secretstream_xchacha20poly1305_init_push($key);
            foreach ($pushes as [$bytes, $tag]) {
                $file .= sodium_crypto_secretstream_xchacha20poly1305_push($state, $bytes, '', $tag);
            }
            return $file;
        };
        $whole = static fn (string $key): string => DeployedClient::streamFile($key, str_repeat('x', 150_000));
        $full = str_repeat('x', DeployedClient::CHUNK);
        yield 'an empty body' => [fn () => ''];
        yield 'half a header' => [fn ($key) => substr($whole($key), 0, 12)];
        yield 'only a header' => [fn ($key) => substr($whole($key), 0, 24)];
        yield 'half a chunk' => [fn ($key) => substr($whole($key), 0, 1000)];
        yield 'all but the last chunk' => [fn ($key) => substr($whole($key), 0, 24 + 2 * $chunk)];
        yield 'all but the last byte' => [fn ($key) => substr($whole($key), 0, -1)];
        yield 'a byte after the end' => [fn ($key) => $whole($key) . "\0"];
        yield 'itself after the end' => [fn ($key) => $whole($key) . $whole($key)];
        yield 'two chunks swapped' => [
            fn ($key) => substr_replace(
                substr_replace($file = $whole($key), substr($file, 24 + $chunk, $chunk), 24, $chunk),
                substr($file, 24, $chunk),
                24 + $chunk,
                $chunk,
            ),
        ];
        yield 'another key' => [fn () => $whole(random_bytes(32))];
        yield 'a short chunk in the middle' => [fn ($key) => $stream($key, [['short', 0], ['last', 3]])];
        yield 'a chunk that is too long' => [fn ($key) => $stream($key, [["{$full}x", 3]])];
        yield 'a tag that has no place here' => [fn ($key) => $stream($key, [[$full, 1], ['last', 3]])];
        yield 'a change of key' => [fn ($key) => $stream($key, [[$full, 2], ['last', 3]])];
    }

    /**
     * @dataProvider brokenFiles
     * @param callable(string): string $file
     */
    public function testRefusesABrokenUploadAndKeepsWhatWasThere(callable $file): void
    {
        $client = $this->client();
        $client->upload('steady', 'what was there');
        $before = $this->stored();
        $client->announce('steady', $key = random_bytes(32));
        self::assertSame([403, self::REFUSED], $client->put('steady', $file($key)));
        self::assertSame($before, $this->stored());
        self::assertSame('what was there', $client->download('steady'));
        // The key was not used up by a file that anybody could have sent.
        self::assertSame(200, $client->put('steady', DeployedClient::streamFile($key, 'new'))[0]);
        self::assertSame('new', $client->download('steady'));
    }

    public function testStoresNothingOfAnUploadThatBreaksOff(): void
    {
        $client = $this->client();
        $client->announce('cut', $key = random_bytes(32));
        $file = DeployedClient::streamFile($key, random_bytes(300_000));
        $before = $this->stored();
        $socket = stream_socket_client(str_replace('http', 'tcp', self::$server->url));
        fwrite($socket, "PUT /v1/documents/cut?peer=$client->peer HTTP/1.1\r\nHost: x\r\nContent-Length: "
            . \strlen($file) . "\r\n\r\n" . substr($file, 0, 200_000));
        fclose($socket);
        self::assertSame(404, $client->send('GET', "/v1/documents/cut?peer=$client->peer")[0]);
        self::assertSame($before, $this->stored());
    }

    public function testRefusesAnUploadWithoutAKeyAndASecondUnderOne(): void
    {
        $client = $this->client();
        $file = DeployedClient::streamFile($key = random_bytes(32), 'document');
        self::assertSame([403, self::REFUSED], $client->put('once', $file));
        $client->announce('once', $key);
        self::assertSame(200, $client->put('once', $file)[0]);
        self::assertSame([403, self::REFUSED], $client->put('once', $file));
    }

    public function testOfUploadsThatRaceUnderOneKeyOneIsStored(): void
    {
        $client = $this->client();
        $client->announce('raced', $key = random_bytes(32));
        $file = DeployedClient::streamFile($key, random_bytes(2 << 20));
        $count = \count($this->stored());
        $codes = $this->race("PUT /v1/documents/raced?peer=$client->peer", $file);
        self::assertSame([200, 403, 403], $codes);
        self::assertCount($count + 1, $this->stored());
    }

    public function testOfCopiesOfAMessageThatRaceOneIsAccepted(): void
    {
        $client = $this->client();
        for ($round = 0; $round < 5; $round++) {
            $body = json_encode(['peer' => $client->peer, 'envelope' => $client->seal('message', 'pay 10')]);
            self::assertSame([200, 403, 403], $this->race('POST /v1/message', $body));
        }
    }

    public function testRefusesAKeyOfAnotherLengthAndAQuestionWithContent(): void
    {
        $client = $this->client();
        $client->upload('asked', 'x');
        $short = ['peer' => $client->peer, 'envelope' => $client->seal('upload asked', 'short')];
        $this->assertAnswer(400, $client, '/v1/documents/asked/key', $short);
        $long = ['peer' => $client->peer, 'envelope' => $client->seal('download asked', 'please')];
        $this->assertAnswer(400, $client, '/v1/documents/asked/open', $long);
        $none = ['peer' => $client->peer, 'envelope' => $client->seal('download none', '')];
        $this->assertAnswer(404, $client, '/v1/documents/none/open', $none);
    }

    public function testCannotReadGarbage(): void
    {
        $client = $this->client();
        $peer = $client->peer;
        $bodies = ['', '{', 'null', '[]', '"text"', "\xff", '{}', '{"peer":1}', "{\"peer\":\"$peer\"}",
            '{"peer":"' . strtoupper($peer) . 'x","proof":"","kx":"","envelope":{}}',
            "{\"peer\":\"$peer\",\"proof\":\"*\",\"kx\":\"*\",\"envelope\":\"*\",\"key\":\"no key\"}",
            "{\"peer\":\"$peer\",\"proof\":[],\"kx\":{},\"envelope\":{\"data\":1,\"nonce\":\"\"},\"key\":7}",
            "{\"peer\":\"$peer\",\"proof\":null,\"kx\":true,\"envelope\":{\"data\":\"AA==\",\"nonce\":{\"a\":{}}}}",
            str_repeat('[', 100_000 >> 1)];
        foreach (['keys', 'proof', 'kx', 'message', 'documents/a/key', 'documents/a/open'] as $path) {
            foreach ($bodies as $body) {
                [$code, $answer] = $client->send('POST', "/v1/$path", $body, 'application/json');
                self::assertSame([400, '{"error":"the request cannot be read"}'], [$code, $answer], "$path $body");
            }
        }
        $bad = ['peer' => $peer, 'envelope' => ['data' => 'not base64!', 'nonce' => 'AAAA']];
        $this->assertAnswer(400, $client, '/v1/message', $bad);
    }

    public function testCannotReadAPeerOrANameThatIsNone(): void
    {
        $client = $this->client();
        foreach (['?peer=', '?peer=..', '', '?peer[]=a', '?peer=' . strtoupper($client->peer) . '0'] as $query) {
            self::assertSame(400, $client->send('GET', "/v1/documents/name$query")[0], $query);
        }
        $names = ['.hidden', '..', 'UPPER', 'a%2fb', 'sp%20ace', '%2e%2e', str_repeat('n', 65), 'a:b', ''];
        foreach ($names as $name) {
            self::assertSame(400, $client->send('GET', "/v1/documents/$name?peer=$client->peer")[0], $name);
            self::assertSame(400, $client->put($name, 'x')[0], $name);
            self::assertSame(400, $client->send('POST', "/v1/documents/$name/key", '{}')[0], $name);
        }
        $client->upload(str_repeat('n', 64), 'x');
        $client->upload('a-b_c.d9', 'x');
    }

    public function testHasNothingElsewhereAndTakesNoOtherMethod(): void
    {
        $client = $this->client();
        self::assertSame([200, '{"ok":true}'], $client->send('GET', '/v1/health'));
        $nowhere = ['/', '/v1', '/v2/health', '/v1/health/', '/index.php', '/v1/documents', '/v1/documents/a/b',
            '/v1/documents/a/../../../rsa.pem', '/../var/rsa.pem'];
        foreach ($nowhere as $path) {
            self::assertSame(404, $client->send('GET', $path)[0], $path);
        }
        $other = ['POST /v1/health', 'GET /v1/keys', 'PUT /v1/message', 'DELETE /v1/documents/a',
            'POST /v1/documents/a', 'GET /v1/documents/a/key', 'PATCH /v1/documents/a/open'];
        foreach ($other as $request) {
            [$method, $path] = explode(' ', $request);
            [$code, $answer] = $client->send($method, $path);
            self::assertSame([405, '{"error":"this cannot be done here"}'], [$code, $answer], $request);
        }
    }

    public function testAnswersHeadAsGetWithoutTheBody(): void
    {
        $client = $this->client();
        $client->upload('asked', str_repeat('x', 100_000));
        $length = \strlen($client->send('GET', "/v1/documents/asked?peer=$client->peer")[1]);
        $asked = [
            '/v1/health' => [200, 'Content-Type: application/json'],
            "/v1/documents/asked?peer=$client->peer" => [200, "Content-Length: $length"],
            "/v1/documents/none?peer=$client->peer" => [404, 'Content-Type: application/json'],
            '/v1/documents/asked?peer=x' => [400, 'Content-Type: application/json'],
            '/v1/keys' => [405, 'Allow: POST'],
            '/nowhere' => [404, 'Content-Type: application/json'],
        ];
        foreach ($asked as $path => [$code, $header]) {
            $socket = stream_socket_client(str_replace('http', 'tcp', self::$server->url));
            fwrite($socket, "HEAD $path HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            $answer = stream_get_contents($socket);
            self::assertStringStartsWith("HTTP/1.1 $code ", $answer, $path);
            self::assertStringContainsString("\r\n$header\r\n", $answer, $path);
            self::assertStringEndsWith("\r\n\r\n", $answer, $path);
        }
    }

    public function testRefusesWhatIsTooLarge(): void
    {
        $client = $this->client();
        foreach (['keys', 'proof', 'kx', 'documents/a/key'] as $path) {
            $this->assertAnswer(413, $client, "/v1/$path", ['peer' => str_repeat('x', 70_000)]);
        }
        $body = '{"peer":"' . str_repeat('x', 1 << 26) . '"}';
        self::assertSame([413, '{"error":"too large"}'], $client->send('POST', '/v1/message', $body));
    }

    public function testOnlyRsaKeysOfADecentLengthAreTaken(): void
    {
        $client = $this->client();
        $short = openssl_pkey_get_details(openssl_pkey_new(['private_key_bits' => 1024]))['key'];
        $curve = openssl_pkey_get_details(
            openssl_pkey_new(['private_key_type' => OPENSSL_KEYTYPE_EC, 'curve_name' => 'prime256v1']),
        )['key'];
        foreach ([$short, $curve] as $pem) {
            $this->assertAnswer(400, $client, '/v1/keys', ['key' => $pem]);
        }
    }

    public function testFailsPlainlyWhenItIsSetUpWrong(): void
    {
        $below = realpath(__DIR__ . '/../examples/server/public') . '/state';
        foreach ([['1', $below], ['2', null], ['one', null]] as [$padding, $state]) {
            $server = new RunningServer($padding, $state);
            try {
                $answer = (new DeployedClient($server->url))->send('GET', '/v1/health');
                self::assertSame([500, '{"error":"the server failed"}'], $answer);
                self::assertDirectoryDoesNotExist($below, 'no key may lie there for a moment');
                self::assertStringContainsString($state === null ? 'SECENV_PADDING' : 'SECENV_STATE', $server->said());
            } finally {
                $server->stop();
            }
        }
    }

    public function testTheLogHoldsNoSecretAndNoFault(): void
    {
        $said = self::$server->said();
        self::assertDoesNotMatchRegularExpression('/PHP (Warning|Notice|Deprecated|Fatal)/', substr($said, 0, 1 << 20));
        self::assertStringNotContainsString('Exception', $said);
    }

    /** What could be encrypted to the server's key of 3,072 bits, but was not. */
    private static function noise(): string
    {
        return base64_encode(random_bytes(384) & str_repeat("\x7f", 384));
    }

    private function wholeJob(string $url): void
    {
        $client = DeployedClient::connected($url);
        self::assertSame('meet at noon', $client->say('meet at noon'));
        $document = random_bytes(2 << 20);
        $client->upload('report-2.pdf', $document);
        self::assertTrue($document === $client->download('report-2.pdf'));
    }

    private function client(): DeployedClient
    {
        return DeployedClient::connected(self::$server->url);
    }

    /** @param array<string, mixed> $body */
    private function assertRefused(DeployedClient $client, string $path, array $body): void
    {
        [$code, $answer] = $client->send('POST', $path, json_encode($body), 'application/json');
        self::assertSame([403, self::REFUSED], [$code, $answer], $path);
    }

    /** @param array<string, mixed> $body */
    private function assertAnswer(int $expected, DeployedClient $client, string $path, array $body): void
    {
        [$code, $answer] = $client->send('POST', $path, json_encode($body), 'application/json');
        self::assertSame($expected, $code, "$path $answer");
        self::assertArrayHasKey('error', json_decode($answer, true));
    }

    /**
     * The names of the files in which documents lie.
     *
     * @return list<string>
     */
    private function stored(): array
    {
        return array_map(basename(...), glob(self::$server->state . '/documents/*'));
    }

    /**
     * Sends the same request three times at once, and gives the answers' codes in order.
     *
     * @return list<int>
     */
    private function race(string $request, string $body): array
    {
        $address = str_replace('http', 'tcp', self::$server->url);
        $sockets = array_map(fn () => stream_socket_client($address), range(1, 3));
        foreach ($sockets as $socket) {
            fwrite($socket, "$request HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
                . 'Content-Length: ' . \strlen($body) . "\r\n\r\n" . substr($body, 0, -1));
        }
        foreach ($sockets as $socket) {
            fwrite($socket, substr($body, -1));
        }
        $codes = array_map(
            static fn ($socket): int => (int) explode(' ', stream_get_contents($socket))[1],
            $sockets,
        );
        sort($codes);
        return $codes;
    }
}
