<?php

declare(strict_types=1);

namespace Secenv\Tests;

use PHPUnit\Framework\TestCase;
use Secenv\Server\Documents;
use Secenv\Server\Failure;
use Secenv\Server\Limits;
use Secenv\Server\Messages;
use Secenv\Server\Space;
use Secenv\Server\State;
use Secenv\Sodium\SecretStream;

/** What the reference server stores at most: for each client, and beside whatever else is on the disk. */
final class ServerLimitsTest extends TestCase
{
    private const FULL = '{"error":"there is no space"}';

    private string $state;
    private Visitor $visitor;

    protected function setUp(): void
    {
        $this->state = sys_get_temp_dir() . '/secenv-limits-' . bin2hex(random_bytes(6));
    }

    protected function tearDown(): void
    {
        exec('rm -rf ' . escapeshellarg($this->state));
    }

    public function testAClientHasItsShareOfMessagesAndNoMoreUntilTheyAreOld(): void
    {
        $this->with(['SECENV_QUOTA_MESSAGES' => '100K'], function (RunningServer $server): void {
            [$client, $other] = [(new Visitor($server))->welcome(), (new Visitor($server))->welcome()];
            $messages = array_map(static fn (int $n): array
                => ['id' => sprintf('%032x', $n), 'text' => str_repeat("$n", 40_000)], range(1, 4));
            self::assertSame($messages[0], $client->ask('/2/message', $messages[0]));
            self::assertSame($messages[1], $client->ask('/2/message', $messages[1]));
            self::assertSame(
                [507, self::FULL],
                $client->post('/2/message', $client->record('/2/message', $messages[2])),
            );
            self::assertSame($messages[0], $client->ask('/2/message', $messages[0]), 'one that came before');
            self::assertSame($messages[2], $other->ask('/2/message', $messages[2]), 'another client');
            $database = new \PDO("sqlite:$server->state/server.sqlite");
            $database->exec('UPDATE messages SET stored = ' . (time() - Messages::KEPT) . " WHERE text LIKE '1%'");
            self::assertSame($messages[2], $client->ask('/2/message', $messages[2]));
            self::assertSame(507, $client->ask('/2/message', $messages[3]));
            $stored = $database->query('SELECT substr(text, 1, 1) FROM messages ORDER BY 1');
            self::assertSame(['2', '3', '3'], $stored->fetchAll(\PDO::FETCH_COLUMN));
        });
    }

    public function testManyEmptyMessagesTakeSpaceToo(): void
    {
        $this->with(['SECENV_QUOTA_MESSAGES' => '1K'], function (RunningServer $server): void {
            $client = (new Visitor($server))->welcome();
            $statuses = array_map(function (int $n) use ($client): int {
                $record = $client->record('/2/message', ['id' => sprintf('%032x', $n), 'text' => '']);
                return $client->post('/2/message', $record)[0];
            }, range(1, 6));
            self::assertSame([200, 200, 200, 200, 507, 507], $statuses);
        });
    }

    public function testAClientHasItsShareOfDocumentsAndNoMore(): void
    {
        $this->with(['SECENV_QUOTA_DOCUMENTS' => '512K'], function (RunningServer $server): void {
            $client = DeployedClient::connected($server->url);
            $document = static fn (int $size): string => str_repeat('x', $size);
            $client->upload('one', $document(200_000));
            foreach (['two', 'three'] as $name) {
                self::assertSame([507, self::FULL], $this->upload($client, $name, $document(400_000)));
            }
            self::assertSame(404, $client->send('GET', "/v1/documents/two?peer=$client->peer")[0]);
            self::assertCount(1, glob("$server->state/documents/*"), 'what was refused is gone');
            $client->upload('one', $document(400_000)); // in the place of the first
            self::assertSame(507, $this->upload($client, 'one', $document(600_000))[0]);
            self::assertSame($document(400_000), $client->download('one'));
            $client->upload('small', 'x');
            self::assertSame(507, $this->upload($client, 'small too', 'x')[0], 'small ones count as well');
            DeployedClient::connected($server->url)->upload('two', $document(400_000));

            $visitor = (new Visitor($server))->welcome();
            $way = $visitor->ask('/2/files/plans/upload', ['id' => sprintf('%032x', 1)]);
            $file = DeployedClient::streamFile(base64_decode($way['key']), $document(600_000));
            $put = $visitor->send('PUT', "/2/files/plans?ticket={$way['ticket']}", $file);
            self::assertSame([507, self::FULL], $put);
            $file = DeployedClient::streamFile(base64_decode($way['key']), $document(100_000));
            self::assertSame(204, $visitor->send('PUT', "/2/files/plans?ticket={$way['ticket']}", $file)[0]);
        });
    }

    public function testWhatStaysIsRefusedWhileTheDiskIsNearlyFull(): void
    {
        $state = State::in($this->state);
        $this->with([], function (RunningServer $server): void {
            $client = DeployedClient::connected($server->url);
            $client->upload('kept', 'a document');
            file_put_contents("$this->state/client", serialize([$client->peer, $client->rx, $client->tx]));
            $this->visitor = (new Visitor($server))->welcome();
        });
        $this->with(['SECENV_SPARE' => '900000000G'], function (RunningServer $server): void {
            $old = new DeployedClient($server->url);
            [$old->peer, $old->rx, $old->tx] = unserialize(file_get_contents("$this->state/client"));
            $found = $old->send('GET', "/v1/documents/kept?peer=$old->peer");
            self::assertSame(200, $found[0], 'what is there is there');
            try {
                (new DeployedClient($server->url))->enrol();
                self::fail('a stranger was taken in');
            } catch (\RuntimeException $refusal) {
                self::assertSame(507, $refusal->getCode());
            }
            $client = new Visitor($server, $this->visitor->me);
            self::assertSame(507, $client->shake(), 'a session is a row that stays');
            $client->session = $this->visitor->session;
            $id = sprintf('%032x', 1);
            self::assertSame(507, $client->ask('/2/message', ['id' => $id, 'text' => 'hello']));
            self::assertSame(507, $client->ask('/2/files/plans/upload', ['id' => $id]));
        });
        self::assertSame([], $state->store->rows('SELECT * FROM messages'));
        self::assertCount(1, $state->store->rows('SELECT * FROM peers'));
    }

    public function testTheDiskIsLookedAtWhileADocumentComes(): void
    {
        $state = State::in($this->state);
        $looks = 0;
        // Others write as well: after a few pieces there is too little.
        $free = static function () use (&$looks): float {
            return $looks++ < 4 ? 3 << 30 : 1 << 30;
        };
        $space = new Space($this->state, new Limits(), $free);
        $documents = new Documents($state->store, $state->keys, "$this->state/documents", $space);
        $key = SecretStream::key();
        $documents->expect('owner', 'name', $key);
        $body = fopen('php://temp', 'r+b');
        fwrite($body, DeployedClient::streamFile($key->reveal(), str_repeat('x', 600_000)));
        rewind($body);
        try {
            $documents->put('owner', 'name', $body);
            self::fail('it was stored on a disk that is full');
        } catch (Failure $failure) {
            self::assertSame(507, $failure->getCode());
        }
        self::assertLessThan(600_000, ftell($body), 'it was read to its end');
        self::assertSame([], glob("$this->state/documents/*"));
        $looks = -20;
        rewind($body);
        self::assertSame(hash('sha256', str_repeat('x', 600_000), true), $documents->put('owner', 'name', $body));
    }

    public function testOfUploadsAtOnceNoMoreAreKeptThanOneClientMay(): void
    {
        $state = State::in($this->state, limits: new Limits(documents: 1 << 20));
        [$first, $second] = [SecretStream::key(), SecretStream::key()];
        $state->documents->expect('owner', 'first', $first);
        $state->documents->expect('owner', 'second', $second);
        $body = static function ($key) {
            $body = fopen('php://temp', 'r+b');
            fwrite($body, DeployedClient::streamFile($key->reveal(), str_repeat('x', 700_000)));
            rewind($body);
            return $body;
        };
        // The second comes, whole, while the first is looked at for the last time.
        $looks = 0;
        $free = static function () use (&$looks, $state, $second, $body): float {
            if (++$looks === 5) {
                $state->documents->put('owner', 'second', $body($second));
            }
            return 3 << 30;
        };
        $space = new Space($this->state, new Limits(documents: 1 << 20), $free);
        $documents = new Documents($state->store, $state->keys, "$this->state/documents", $space);
        try {
            $documents->put('owner', 'first', $body($first));
            self::fail('both were stored');
        } catch (Failure $failure) {
            self::assertSame(507, $failure->getCode());
        }
        self::assertCount(1, glob("$this->state/documents/*"));
    }

    public function testUploadsThatNeverComeAreForgotten(): void
    {
        $state = State::in($this->state);
        $key = SecretStream::key();
        for ($n = 0; $n < 1100; $n++) {
            $state->documents->expect('owner', "name-$n", $key);
        }
        self::assertLessThanOrEqual(1000, $state->store->row('SELECT count(*) AS n FROM uploads')['n']);
        self::assertNotNull($state->store->row("SELECT 1 FROM uploads WHERE name = 'name-1099'"), 'the last one');
    }

    public function testTheMessagesOfAnOlderServerCountFromTheUpdateOn(): void
    {
        mkdir($this->state, 0o700);
        $database = new \PDO("sqlite:$this->state/server.sqlite");
        $database->exec('CREATE TABLE messages (pin TEXT NOT NULL, id TEXT NOT NULL, text TEXT NOT NULL,
            UNIQUE (pin, id))');
        $database->exec("INSERT INTO messages VALUES ('alice', 'a', 'äöü'), ('alice', 'b', 'text'), ('bob', 'a', '')");
        $store = State::in($this->state)->store;
        $messages = new Messages($store, new Limits(messages: 1 << 10));
        self::assertSame('äöü', $messages->once('alice', 'a', 'another'));
        self::assertSame(6 + 4 + 2 * Messages::ROW, $store->row("SELECT bytes FROM kept WHERE pin = 'alice'")['bytes']);
        $store->change('UPDATE messages SET stored = stored - ?', Messages::KEPT);
        self::assertSame('new', $messages->once('alice', 'c', 'new'));
        self::assertSame(3 + Messages::ROW, $store->row("SELECT bytes FROM kept WHERE pin = 'alice'")['bytes']);
        $left = $store->rows('SELECT pin FROM messages ORDER BY rowid');
        self::assertSame(['bob', 'alice'], array_column($left, 'pin'));
    }

    public function testALimitThatIsNoNumberOfBytesIsNamed(): void
    {
        self::assertEquals(new Limits(1 << 10, 2 << 20, 3 << 30), Limits::parse('1024', '2M', '3G'));
        self::assertEquals(new Limits(), Limits::parse('', '', ''));
        foreach (['-1', '1.5G', '1T', 'G', '1 G', '0x10', "1\n", '1234567890'] as $wrong) {
            try {
                Limits::parse('', $wrong, '');
                self::fail($wrong);
            } catch (\RuntimeException $complaint) {
                self::assertStringContainsString('SECENV_QUOTA_DOCUMENTS', $complaint->getMessage());
            }
        }
        $this->with(['SECENV_SPARE' => 'plenty'], function (RunningServer $server): void {
            $answer = (new DeployedClient($server->url))->send('GET', '/v1/health');
            self::assertSame([500, '{"error":"the server failed"}'], $answer);
            self::assertStringContainsString('SECENV_SPARE', $server->said());
        });
    }

    /** @return array{int, string} */
    private function upload(DeployedClient $client, string $name, string $document): array
    {
        $name = str_replace(' ', '-', $name);
        $client->announce($name, $key = random_bytes(32));
        return $client->put($name, DeployedClient::streamFile($key, $document));
    }

    /**
     * @param array<string, string> $settings
     * @param callable(RunningServer): void $work
     */
    private function with(array $settings, callable $work): void
    {
        $server = new RunningServer('1', $this->state, $settings);
        try {
            $work($server);
        } finally {
            $server->stop(forget: false);
        }
    }
}
