<?php

declare(strict_types=1);

namespace Secenv\Tests;

use PHPUnit\Framework\TestCase;
use Secenv\Exception\Misuse;
use Secenv\Exception\Rejected;
use Secenv\Exception\SecenvException;
use Secenv\Exception\Unavailable;
use Secenv\Identity;
use Secenv\Secret;
use Secenv\Session\Client;
use Secenv\Session\ClientConfig;
use Secenv\Session\KeyFile;
use Secenv\Session\Opened;
use Secenv\Session\Place;
use Secenv\Session\Server;
use Secenv\Session\ServerConfig;
use Secenv\Session\Session;
use Secenv\Session\Sessions;
use Secenv\Session\StateKeys;
use Secenv\Session\StoredSession;
use Secenv\Status;

/** A server's stored sessions: what is stored when, and what becomes of it when others are faster or keys change. */
final class SessionsTest extends TestCase
{
    private const KEY = 'the state key, thirty-two bytes.';

    private MemorySessionStore $store;
    private Sessions $sessions;
    private Session $client;
    private Session $session;
    private Server $server;
    private string $finish;
    private string $pin;
    private FixedClock $clock;

    protected function setUp(): void
    {
        $this->clock = new FixedClock(1_800_000_000);
        $this->store = new MemorySessionStore();
        $them = Identity::generate();
        $this->pin = Identity::pin($them->public());
        $this->server = Server::create($them, new ServerConfig(self::KEY, $this->store->id()), $this->clock);
        $client = Client::start(Identity::generate(), new ClientConfig([$this->pin]), $this->clock);
        $this->finish = $client->finish($this->server->reply($client->hello()));
        $accepted = $this->server->accept($this->finish);
        [$this->client, $this->session] = [$client->session($accepted->welcome), $accepted->session];
        $this->sessions = $this->worker(new StateKeys(self::KEY));
    }

    public function testOpensAMessageAndRepliesToItStoringOnce(): void
    {
        self::assertTrue($this->sessions->create($this->session));
        self::assertSame(Sessions::UNCONFIRMED, $this->store->lifetime);
        $opened = $this->open('ad', $this->client->seal('ad', 'meet at noon'));
        self::assertSame('meet at noon', $opened->message->reveal());
        self::assertSame([0, $this->session->peer()], [$opened->number, $opened->session->peer()]);
        $reply = $opened->reply('ad', Secret::hold('I will'));
        self::assertSame('I will', $this->client->openReply($this->client->lastSent(), 'ad', $reply)->reveal());
        self::assertSame(1, $this->store->replaced);
        self::assertSame(Sessions::LIFETIME, $this->store->lifetime, 'it is confirmed now');
    }

    public function testWhoMayNotComeInIsRefusedBeforeAnythingIsOpened(): void
    {
        $this->sessions->create($this->session);
        $record = $this->client->seal('', 'm');
        $asked = [];
        $no = static function (string $pin) use (&$asked): bool {
            $asked[] = $pin;
            return false;
        };
        $this->assertRefused(Status::Rejected, fn () => $this->sessions->open($no, '', $record));
        self::assertSame([[$this->session->peer()], 0], [$asked, $this->store->replaced]);
        self::assertSame('m', $this->open('', $record)->message->reveal());
        $reply = $this->client->reply(...$this->pushed('well?'), message: 'well.');
        $this->assertRefused(Status::Rejected, fn () => $this->sessions->openReply($no, 0, '', $reply));
    }

    public function testTheReplyToWhatWasSentIsOpenedOnceByWhicheverWorker(): void
    {
        $this->confirm();
        $reply = $this->client->reply(...$this->pushed('well?'), message: 'well.');
        $worker = $this->worker(new StateKeys(self::KEY));
        $yes = static fn (): bool => true;
        self::assertSame('well.', $worker->openReply($yes, 0, '', $reply)->reveal());
        $this->assertRefused(Status::Rejected, fn () => $this->sessions->openReply($yes, 0, '', $reply));
    }

    public function testNothingIsSentInASessionThatIsNotConfirmed(): void
    {
        $this->sessions->create($this->session);
        $id = $this->session->id();
        $this->assertRefused(Status::Unconfirmed, fn () => $this->sessions->send($id, '', 'm'));
        $this->clock->time += 301;
        $record = $this->client->seal('', 'm');
        $this->assertRefused(Status::Ended, fn () => $this->open('', $record));
    }

    public function testAStrangersSessionIsShortUntilItIsProlonged(): void
    {
        $this->sessions->create($this->session);
        $this->sessions->open(static fn (): int => 300, '', $this->client->seal('', 'code'));
        self::assertSame(300, $this->store->lifetime);
        $this->open('', $this->client->seal('', 'more'));
        self::assertSame(300, $this->store->lifetime, 'a later record gives it no longer life');
        $this->sessions->prolong($this->session->id());
        self::assertSame(Sessions::LIFETIME, $this->store->lifetime);
    }

    public function testASessionOfAStoreThatLostItsIdIsOver(): void
    {
        $this->confirm();
        $this->store->id = null;
        $later = $this->worker(new StateKeys(self::KEY));
        $record = $this->client->seal('', 'm');
        $this->assertRefused(
            Status::Rejected,
            static fn () => $later->open(static fn (): bool => true, '', $record),
        );
        $this->assertRefused(Status::InvalidArgument, fn () => $later->create($this->session));
    }

    public function testASessionOfAnIdentityThatTheServerGaveUpIsOver(): void
    {
        $this->confirm();
        $keys = new StateKeys(self::KEY);
        $with = fn (array $pins): Sessions => new Sessions($this->store, $keys, $pins, $this->clock);
        $open = fn (Sessions $sessions) => $sessions->open(static fn (): bool => true, '', $this->client->seal('', 'm'));
        $new = random_bytes(32);
        self::assertSame('m', $open($with([$new, $this->pin]))->message->reveal());
        $this->assertRefused(Status::Rejected, static fn () => $open($with([$new])));
    }

    public function testAWorkerThatWasCaughtByAChangeOfKeysReadsThemOnceMore(): void
    {
        $folder = sys_get_temp_dir() . '/secenv-keys-' . bin2hex(random_bytes(8));
        mkdir($folder);
        $file = KeyFile::states("$folder/state.key", clock: $this->clock);
        [$slow, $quick] = [$this->worker(StateKeys::of($file)), null];
        $this->sessions = $slow;
        $this->confirm();
        $this->clock->time += 86_400 - 1_800_000_000 % 86_400;
        $quick = $this->worker(StateKeys::of($file));
        $yes = static fn (): bool => true;
        $quick->open($yes, '', $this->client->seal('', 'stored under the new key'));
        self::assertSame('m', $slow->open($yes, '', $this->client->seal('', 'm'))->message->reveal());
        self::assertTrue($this->isUnder($file->keys()[0]), 'a worker that lives long goes on with the keys');
        array_map(unlink(...), glob("$folder/*"));
        rmdir($folder);
    }

    public function testStoresBeforeAMessageLeaves(): void
    {
        $this->confirm();
        $this->store->replaced = 0;
        foreach (range(0, 4) as $n) {
            $record = $this->sessions->send($this->session->id(), '', "news $n");
            self::assertSame("news $n", $this->client->open('', $record)->reveal());
            self::assertSame($n, $this->client->lastReceived());
            self::assertSame($n + 1, $this->store->replaced);
        }
    }

    public function testAReplayedFinishMakesNoSecondSession(): void
    {
        self::assertTrue($this->sessions->create($this->session));
        $again = $this->server->accept($this->finish)->session;
        self::assertFalse($this->sessions->create($again));
        $record = $this->client->seal('', 'm');
        $this->open('', $record);
        self::assertFalse($this->sessions->create($again));
        $this->assertRefused(Status::Rejected, fn () => $this->open('', $record));
        $this->sessions->remove($this->session->id());
        self::assertFalse($this->sessions->create($again));
        $this->assertRefused(Status::Rejected, fn () => $this->open('', $this->client->seal('', 'm')));
        $this->assertRefused(Status::Rejected, fn () => $this->sessions->send($again->id(), '', 'm'));
    }

    public function testARefusedRecordStoresNothing(): void
    {
        $this->sessions->create($this->session);
        $record = $this->client->seal('ad', 'm');
        $this->assertRefused(Status::Rejected, fn () => $this->open('da', $record));
        $this->assertRefused(Status::Malformed, fn () => $this->open('ad', 'no record'));
        $this->assertRefused(Status::Malformed, fn () => $this->open('ad', ''));
        self::assertSame(0, $this->store->replaced);
        self::assertSame('m', $this->open('ad', $record)->message->reveal());
    }

    public function testAReplyIsNoMessageToActOn(): void
    {
        $this->confirm();
        $this->client->open('', $this->sessions->send($this->session->id(), '', 'well?'));
        $reply = $this->client->reply(0, '', 'well.');
        $this->assertRefused(Status::Rejected, fn () => $this->open('', $reply));
    }

    public function testAnUnknownSessionIsRefusedAsAForgedRecordIs(): void
    {
        $unknown = $this->client->seal('', 'm');
        $this->sessions->create($this->session);
        $forged = substr($unknown, 0, -1) . ($unknown[-1] ^ "\1");
        $other = new Sessions(new MemorySessionStore(), new StateKeys(self::KEY), $this->pin, $this->clock);
        $yes = static fn (): bool => true;
        $said = [];
        foreach ([fn () => $other->open($yes, '', $unknown), fn () => $this->open('', $forged)] as $work) {
            try {
                $work();
            } catch (Rejected $refusal) {
                $said[] = [$refusal->getCode(), $refusal->getMessage()];
            }
        }
        self::assertCount(2, $said);
        self::assertSame($said[0], $said[1]);
    }

    public function testStartsAgainFromWhatAFasterWorkerStored(): void
    {
        $this->sessions->create($this->session);
        [$first, $second] = [$this->client->seal('', 'first'), $this->client->seal('', 'second')];
        $this->store->meanwhile = fn () => $this->open('', $second);
        self::assertSame('first', $this->open('', $first)->message->reveal());
        self::assertSame(2, $this->store->replaced);
        foreach ([$first, $second] as $record) {
            $this->assertRefused(Status::Rejected, fn () => $this->open('', $record));
        }
    }

    public function testTheSlowerOfTwoWorkersWithOneRecordIsRefused(): void
    {
        $this->sessions->create($this->session);
        $record = $this->client->seal('', 'm');
        $this->store->meanwhile = fn () => $this->open('', $record);
        $this->assertRefused(Status::Rejected, fn () => $this->open('', $record));
        self::assertSame(1, $this->store->replaced);
    }

    public function testTwoWorkersThatSendAtOnceUseTwoNumbers(): void
    {
        $this->confirm();
        $faster = null;
        $this->store->meanwhile = function () use (&$faster): void {
            $faster = $this->sessions->send($this->session->id(), '', 'faster');
        };
        $slower = $this->sessions->send($this->session->id(), '', 'slower');
        self::assertSame('slower', $this->client->open('', $slower)->reveal());
        self::assertSame(1, $this->client->lastReceived());
        self::assertSame('faster', $this->client->open('', $faster)->reveal());
        self::assertSame(0, $this->client->lastReceived());
    }

    public function testGivesUpWhenOthersAreAlwaysFaster(): void
    {
        $this->sessions->create($this->session);
        $tries = 0;
        $always = function () use (&$always, &$tries): void {
            $tries++;
            $stored = $this->store->sessions[$this->session->id()];
            $this->store->sessions[$this->session->id()] = new StoredSession($stored->blob, $stored->version + 1);
            $this->store->meanwhile = $always;
        };
        $this->store->meanwhile = $always;
        $this->assertRefused(Status::Unavailable, fn () => $this->open('', $this->client->seal('', 'm')));
        self::assertSame(64, $tries);
    }

    public function testASessionThatIsRemovedInMidWorkIsGone(): void
    {
        $this->sessions->create($this->session);
        $this->store->meanwhile = fn () => $this->sessions->remove($this->session->id());
        $this->assertRefused(Status::Rejected, fn () => $this->open('', $this->client->seal('', 'm')));
    }

    public function testABlobUnderTheIdOfAnotherSessionIsRefused(): void
    {
        $this->sessions->create($this->session);
        $blob = $this->store->sessions[$this->session->id()];
        $this->store->sessions[str_repeat('i', 16)] = $blob;
        $this->assertRefused(Status::Rejected, fn () => $this->sessions->send(str_repeat('i', 16), '', 'm'));
    }

    public function testStateKeysRotateTwoAcceptedOneUsed(): void
    {
        [$one, $two, $three] = [self::KEY, random_bytes(32), Secret::hold(random_bytes(32))];
        $under = fn (Secret|string $key): bool => $this->isUnder($key);
        $open = fn (StateKeys $keys)
            => $this->worker($keys)->open(static fn (): bool => true, '', $this->client->seal('', 'm'));
        $this->sessions->create($this->session);
        self::assertTrue($under($one));

        // Every host accepts the next key and still uses the one that it has; then they use it.
        $open(new StateKeys($one, $two));
        self::assertTrue($under($one));
        $open(new StateKeys($two, $one));
        self::assertTrue($under($two));
        // A host that is a step behind gets along.
        $open(new StateKeys($one, $two));
        $open(new StateKeys($two, $one));
        self::assertTrue($under($two));
        $open(new StateKeys($three, $two));
        self::assertTrue($under($three));
        // What was sealed two rotations ago is over.
        $this->assertRefused(Status::Rejected, static fn () => $open(new StateKeys($one, $two)));
        $this->assertRefused(Status::Rejected, static fn () => $open(new StateKeys($one)));
        $open(new StateKeys($three));
    }

    public function testAStateKeyOfAnotherLengthIsMisuse(): void
    {
        foreach (['', 'short', str_repeat('k', 33), Secret::hold('')] as $key) {
            $this->assertRefused(Status::InvalidArgument, static fn () => new StateKeys($key));
            $this->assertRefused(Status::InvalidArgument, static fn () => new StateKeys(self::KEY, $key));
        }
    }

    public function testALifetimeIsNotLongerThanASession(): void
    {
        $this->sessions->create($this->session);
        $record = $this->client->seal('', 'm');
        foreach ([0, -1, 86_401, PHP_INT_MAX, PHP_INT_MIN] as $lifetime) {
            $this->assertRefused(
                Status::InvalidArgument,
                fn () => $this->sessions->open(static fn (): int => $lifetime, '', $record),
            );
            $this->assertRefused(
                Status::InvalidArgument,
                fn () => $this->sessions->prolong($this->session->id(), $lifetime),
            );
        }
        self::assertSame(0, $this->store->replaced);
    }

    private function worker(StateKeys $keys): Sessions
    {
        return new Sessions($this->store, $keys, $this->pin, $this->clock);
    }

    /** Opens a record of a client that may come in. */
    private function open(string $ad, string $record): Opened
    {
        return $this->sessions->open(static fn (): bool => true, $ad, $record);
    }

    /** Creates the session and opens the client's first record. */
    private function confirm(): void
    {
        $this->sessions->create($this->session);
        $this->open('', $this->client->seal('', ''));
    }

    /** Lets the client open a message of the server's: its number and associated data. */
    private function pushed(string $message): array
    {
        $this->client->open('', $this->sessions->send($this->session->id(), '', $message));
        return [$this->client->lastReceived(), ''];
    }

    private function isUnder(Secret|string $key): bool
    {
        try {
            $place = new Place($this->pin, $this->session->id(), $this->store->id());
            Session::import($this->store->sessions[$this->session->id()]->blob, $key, $place, $this->clock);
            return true;
        } catch (Rejected) {
            return false;
        }
    }

    private function assertRefused(Status $status, callable $work): void
    {
        try {
            $work();
        } catch (SecenvException $refusal) {
            self::assertSame($status->name, $refusal->status()->name);
            self::assertInstanceOf(match (true) {
                $status->value < 20 => Misuse::class,
                $status->value < 30 => Rejected::class,
                default => Unavailable::class,
            }, $refusal);
            return;
        }
        self::fail('it was accepted');
    }
}
