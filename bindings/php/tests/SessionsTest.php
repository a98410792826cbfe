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
use Secenv\Session\Server;
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

    protected function setUp(): void
    {
        $them = Identity::generate();
        $this->server = Server::create($them, self::KEY);
        $client = Client::start(Identity::generate(), Identity::pin($them->public()));
        [$this->client, $this->finish] = $client->finish($this->server->reply($client->hello()));
        $this->session = $this->server->accept($this->finish)[0];
        $this->store = new MemorySessionStore();
        $this->sessions = new Sessions($this->store, new StateKeys(self::KEY));
    }

    public function testOpensAMessageAndRepliesToItStoringOnce(): void
    {
        self::assertTrue($this->sessions->create($this->session));
        self::assertSame(Sessions::LIFETIME, $this->store->lifetime);
        $opened = $this->sessions->open('ad', $this->client->seal('ad', 'meet at noon'));
        self::assertSame('meet at noon', $opened->message->reveal());
        self::assertSame([0, $this->session->peer()], [$opened->number, $opened->session->peer()]);
        $reply = $opened->reply('ad', Secret::hold('I will'));
        self::assertSame('I will', $this->client->openReply($this->client->lastSent(), 'ad', $reply)->reveal());
        self::assertSame(1, $this->store->replaced);
    }

    public function testStoresBeforeAMessageLeaves(): void
    {
        $this->sessions->create($this->session);
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
        [$again] = $this->server->accept($this->finish);
        self::assertFalse($this->sessions->create($again));
        $record = $this->client->seal('', 'm');
        $this->sessions->open('', $record);
        self::assertFalse($this->sessions->create($again));
        $this->assertRefused(Status::Rejected, fn () => $this->sessions->open('', $record));
        $this->sessions->remove($this->session->id());
        self::assertFalse($this->sessions->create($again));
        $this->assertRefused(Status::Rejected, fn () => $this->sessions->open('', $this->client->seal('', 'm')));
        $this->assertRefused(Status::Rejected, fn () => $this->sessions->send($again->id(), '', 'm'));
    }

    public function testARefusedRecordStoresNothing(): void
    {
        $this->sessions->create($this->session);
        $record = $this->client->seal('ad', 'm');
        $this->assertRefused(Status::Rejected, fn () => $this->sessions->open('da', $record));
        $this->assertRefused(Status::Malformed, fn () => $this->sessions->open('ad', 'no record'));
        $this->assertRefused(Status::Malformed, fn () => $this->sessions->open('ad', ''));
        self::assertSame(0, $this->store->replaced);
        self::assertSame('m', $this->sessions->open('ad', $record)->message->reveal());
    }

    public function testAReplyIsNoMessageToActOn(): void
    {
        $this->sessions->create($this->session);
        $this->client->open('', $this->sessions->send($this->session->id(), '', 'well?'));
        $reply = $this->client->reply(0, '', 'well.');
        $this->assertRefused(Status::Rejected, fn () => $this->sessions->open('', $reply));
    }

    public function testAnUnknownSessionIsRefusedAsAForgedRecordIs(): void
    {
        $unknown = $this->client->seal('', 'm');
        $this->sessions->create($this->session);
        $forged = substr($unknown, 0, -1) . ($unknown[-1] ^ "\1");
        $other = new Sessions(new MemorySessionStore(), new StateKeys(self::KEY));
        $said = [];
        foreach ([fn () => $other->open('', $unknown), fn () => $this->sessions->open('', $forged)] as $work) {
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
        $this->store->meanwhile = fn () => $this->sessions->open('', $second);
        self::assertSame('first', $this->sessions->open('', $first)->message->reveal());
        self::assertSame(2, $this->store->replaced);
        foreach ([$first, $second] as $record) {
            $this->assertRefused(Status::Rejected, fn () => $this->sessions->open('', $record));
        }
    }

    public function testTheSlowerOfTwoWorkersWithOneRecordIsRefused(): void
    {
        $this->sessions->create($this->session);
        $record = $this->client->seal('', 'm');
        $this->store->meanwhile = fn () => $this->sessions->open('', $record);
        $this->assertRefused(Status::Rejected, fn () => $this->sessions->open('', $record));
        self::assertSame(1, $this->store->replaced);
    }

    public function testTwoWorkersThatSendAtOnceUseTwoNumbers(): void
    {
        $this->sessions->create($this->session);
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
        $this->assertRefused(Status::Unavailable, fn () => $this->sessions->open('', $this->client->seal('', 'm')));
        self::assertSame(64, $tries);
    }

    public function testASessionThatIsRemovedInMidWorkIsGone(): void
    {
        $this->sessions->create($this->session);
        $this->store->meanwhile = fn () => $this->sessions->remove($this->session->id());
        $this->assertRefused(Status::Rejected, fn () => $this->sessions->open('', $this->client->seal('', 'm')));
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
        $open = fn (StateKeys $keys) => (new Sessions($this->store, $keys))->open('', $this->client->seal('', 'm'));
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

    public function testALifetimeIsNotShorterThanAFinishIsGoodNorLongerThanASession(): void
    {
        foreach ([0, -1, 299, 86_401, PHP_INT_MAX, PHP_INT_MIN] as $lifetime) {
            $this->assertRefused(
                Status::InvalidArgument,
                fn () => $this->sessions->create($this->session, $lifetime),
            );
        }
        self::assertSame([], $this->store->sessions);
        self::assertTrue($this->sessions->create($this->session, 300));
        self::assertSame(300, $this->store->lifetime);
    }

    private function isUnder(Secret|string $key): bool
    {
        try {
            Session::import($this->store->sessions[$this->session->id()]->blob, $key);
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
