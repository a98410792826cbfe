<?php

declare(strict_types=1);

namespace Secenv\Tests;

use PHPUnit\Framework\TestCase;
use Secenv\Exception\Misuse;
use Secenv\Exception\Rejected;
use Secenv\Exception\SecenvException;
use Secenv\Identity;
use Secenv\IdentityKind;
use Secenv\Secret;
use Secenv\Session\Client;
use Secenv\Session\ClientConfig;
use Secenv\Session\Padding;
use Secenv\Session\Place;
use Secenv\Session\Record;
use Secenv\Session\RecordJson;
use Secenv\Session\Server;
use Secenv\Session\ServerConfig;
use Secenv\Session\Session;
use Secenv\Session\Suite;
use Secenv\Sodium\Aead;
use Secenv\Sodium\Hash;
use Secenv\Status;

/** Protocol 2: handshakes, records, replies, sealed state. */
final class SessionTest extends TestCase
{
    private const STATE_KEY = 'the state key, thirty-two bytes.';
    private const COOKIE_KEY = 'the cookie key, thirty-two bytes';
    private const STORE = 'the store, 16 b.';

    /** @return iterable<string, array{IdentityKind, IdentityKind, Suite}> */
    public static function handshakes(): iterable
    {
        foreach (Suite::cases() as $suite) {
            foreach (IdentityKind::cases() as $client) {
                foreach (IdentityKind::cases() as $server) {
                    yield "$client->name to $server->name, $suite->name" => [$client, $server, $suite];
                }
            }
        }
    }

    /** @dataProvider handshakes */
    public function testAWholeHandshakeEndsInOneSessionOnBothSides(
        IdentityKind $clientKind,
        IdentityKind $serverKind,
        Suite $suite,
    ): void {
        [$me, $them] = [self::identity($clientKind, 'client'), self::identity($serverKind, 'server')];
        $pin = Identity::pin($them->public());
        $client = Client::start($me, new ClientConfig([$pin], $suite));
        $server = Server::create($them, new ServerConfig(self::COOKIE_KEY, self::STORE, minimumSuite: $suite));
        $accepted = $server->accept($client->finish($server->reply($client->hello())));
        [$mine, $theirs] = [$client->session($accepted->welcome), $accepted->session];

        self::assertSame($suite === Suite::X25519 ? 100 : 1316, \strlen($client->hello()));
        self::assertSame([$pin, $pin, 0], [$mine->serverPin(), $theirs->serverPin(), $client->pinIndex()]);
        self::assertSame($mine->id(), $theirs->id());
        self::assertSame(16, \strlen($mine->id()));
        self::assertSame($pin, $mine->peer());
        self::assertSame(Identity::pin($me->public()), $theirs->peer());
        self::assertSame($theirs->peer(), $accepted->pin());
        self::assertSame($theirs->peer(), hash('sha256', $accepted->clientSpki, true));

        $record = $mine->seal('POST /message', 'meet at noon');
        self::assertSame($mine->id(), Record::session($record));
        self::assertSame('meet at noon', $theirs->open('POST /message', $record)->reveal());
        $reply = $theirs->reply($theirs->lastReceived(), 'POST /message', 'I will');
        self::assertSame('I will', $mine->openReply($mine->lastSent(), 'POST /message', $reply)->reveal());
        self::assertSame('and now?', $mine->open('', $theirs->seal('', 'and now?'))->reveal());
        $reply = $mine->reply($mine->lastReceived(), '', Secret::hold('lunch'));
        self::assertSame('lunch', $theirs->open('', $reply)->reveal());
    }

    public function testAnIdentityIsReadAgainFromItsOwnTextAndFromOpenssls(): void
    {
        foreach (IdentityKind::cases() as $kind) {
            $identity = Identity::generate($kind);
            $again = Identity::parse($identity->encodeSecret());
            self::assertSame($identity->public(), $again->public());
            $public = openssl_pkey_get_public($identity->public());
            $der = base64_decode(preg_replace('/-----.*?-----|\s/', '', openssl_pkey_get_details($public)['key']));
            self::assertSame(hash('sha256', $der, true), Identity::pin($identity->public()));
            self::assertSame(Identity::pin($der), Identity::pin($identity->public()));
        }
    }

    public function testTakesARecordInEveryOrderAndOnce(): void
    {
        [$mine, $theirs] = self::sessions();
        $records = array_map(static fn (int $n): string => $mine->seal('', "message $n"), range(0, 99));
        foreach (self::shuffled($records) as $n => $record) {
            self::assertSame("message $n", $theirs->open('', $record)->reveal());
            self::assertSame($n, $theirs->lastReceived());
            self::assertRefused(Status::Rejected, static fn () => $theirs->open('', $record));
            self::assertSame($n, $theirs->lastReceived());
        }
        self::assertSame(99, $mine->lastSent());
    }

    public function testRejectsAnyFlippedBitOfARecordAndStillTakesTheTrueOne(): void
    {
        [$mine, $theirs] = self::sessions();
        $record = $mine->seal('ad', 'meet at noon');
        for ($bit = 0; $bit < 8 * \strlen($record); $bit++) {
            $forged = $record;
            $forged[$bit >> 3] = $forged[$bit >> 3] ^ \chr(1 << ($bit & 7));
            self::assertRefused(null, static fn () => $theirs->open('ad', $forged));
        }
        self::assertRefused(Status::Rejected, static fn () => $theirs->open('da', $record));
        self::assertRefused(Status::Rejected, static fn () => $theirs->open('', $record));
        self::assertRefused(Status::Rejected, static fn () => $mine->open('ad', $record));
        self::assertSame('meet at noon', $theirs->open('ad', $record)->reveal());
    }

    public function testAReplyAnswersItsOwnMessageAndNoOther(): void
    {
        [$mine, $theirs] = self::sessions();
        $first = $mine->seal('', 'first');
        $second = $mine->seal('', 'second');
        $theirs->open('', $second);
        $reply = $theirs->reply(1, '', 'to the second');
        self::assertRefused(Status::InvalidArgument, static fn () => $theirs->reply(0, '', 'to what it never saw'));
        foreach ([0, 2, 1 << 32, PHP_INT_MAX] as $other) {
            self::assertRefused(Status::Rejected, static fn () => $mine->openReply($other, '', $reply));
        }
        $unasked = $theirs->seal('', 'not asked for');
        self::assertRefused(Status::Rejected, static fn () => $mine->openReply(0, '', $unasked));
        self::assertSame('to the second', $mine->openReply(1, '', $reply)->reveal());
        self::assertSame(1, $mine->lastReceived());
        self::assertRefused(Status::Rejected, static fn () => $mine->openReply(1, '', $reply));
        $theirs->open('', $first);
        self::assertSame('to the first', $mine->open('', $theirs->reply(0, '', 'to the first'))->reveal());
    }

    public function testOpenMessageTakesNoReplyWhichMayStillBeOpenedAsWhatItIs(): void
    {
        [$mine, $theirs] = self::confirmed();
        $mine->open('', $theirs->seal('', 'well?'));
        [$reply, $message] = [$mine->reply(0, 'ad', 'well.'), $mine->seal('ad', 'hello')];
        self::assertRefused(Status::Rejected, static fn () => $theirs->openMessage('ad', $reply));
        self::assertRefused(Status::Rejected, static fn () => $theirs->openMessage('da', $message));
        self::assertSame('hello', $theirs->openMessage('ad', $message)->reveal());
        self::assertRefused(Status::Rejected, static fn () => $theirs->openMessage('ad', $message));
        self::assertSame('well.', $theirs->openReply(0, 'ad', $reply)->reveal());
    }

    public function testANumberBelowZeroIsMisuse(): void
    {
        [$mine, $theirs] = self::sessions();
        $theirs->open('', $mine->seal('', 'm'));
        $reply = $theirs->reply(0, '', 'r');
        foreach ([-1, PHP_INT_MIN] as $number) {
            self::assertRefused(Status::InvalidArgument, static fn () => $mine->openReply($number, '', $reply));
            self::assertRefused(Status::InvalidArgument, static fn () => $theirs->reply($number, '', 'r'));
        }
        foreach ([1, 0xffffffff, 1 << 32, PHP_INT_MAX] as $number) {
            self::assertRefused(Status::InvalidArgument, static fn () => $theirs->reply($number, '', 'r'));
        }
    }

    public function testANumberIsMisuseBeforeAnythingWasOpenedOrSealed(): void
    {
        [$mine] = self::sessions();
        self::assertRefused(Status::InvalidArgument, $mine->lastReceived(...));
        self::assertRefused(Status::InvalidArgument, $mine->lastSent(...));
    }

    public function testCarriesEmptyAndLargeMessagesAndNoneThatIsLarger(): void
    {
        [$mine, $theirs] = self::sessions();
        $large = random_bytes(16 << 20);
        $ad = str_repeat("\0", 64 << 10);
        foreach (['', "\0", "a\0b", $large] as $message) {
            self::assertSame($message, $theirs->open($ad, $mine->seal($ad, $message))->reveal());
        }
        self::assertSame('', $mine->openReply(0, '', $theirs->reply(0, '', ''))->reveal());
        self::assertSame($large, $mine->openReply(1, '', $theirs->reply(1, '', $large))->reveal());
        self::assertRefused(Status::TooLarge, static fn () => $mine->seal('', "$large!"));
        self::assertRefused(Status::TooLarge, static fn () => $theirs->reply(2, '', "$large!"));
        self::assertRefused(Status::TooLarge, static fn () => $mine->seal("$ad!", 'm'));
        self::assertRefused(Status::TooLarge, static fn () => $theirs->open("$ad!", $mine->seal('', 'm')));
        self::assertRefused(null, static fn () => $theirs->open('', "$large$ad"));
        self::assertSame(4, $mine->lastSent());
    }

    public function testAClientTakesOneReplyAndAForgedOneBeforeItChangesNothing(): void
    {
        $them = self::identity(IdentityKind::Ed25519, 'server');
        $server = self::server($them);
        $start = static fn (): Client => self::client(Identity::generate(), Identity::pin($them->public()));
        [$client, $other] = [$start(), $start()];
        $reply = $server->reply($client->hello());
        self::assertRefused(Status::Rejected, static fn () => $client->finish($server->reply($other->hello())));
        self::assertRefused(Status::Rejected, static fn () => $client->finish(self::flipped($reply, 1300)));
        self::assertRefused(Status::Malformed, static fn () => $client->finish("$reply!"));
        self::assertRefused(Status::Malformed, static fn () => $client->finish(''));
        self::assertRefused(Status::TooLarge, static fn () => $client->finish(str_repeat('x', 1 << 20)));
        $hello = $client->hello();
        self::assertRefused(Status::InvalidArgument, static fn () => $client->session($reply));
        $finish = $client->finish($reply);
        self::assertRefused(Status::Closed, static fn () => $client->finish($reply));
        self::assertSame($hello, $client->hello());
        $welcome = $server->accept($finish)->welcome;
        self::assertRefused(Status::InvalidArgument, $client->pinIndex(...));
        self::assertRefused(Status::Rejected, static fn () => $client->session(self::flipped($welcome)));
        self::assertRefused(Status::Malformed, static fn () => $client->session("$welcome!"));
        $session = $client->session($welcome);
        self::assertRefused(Status::Closed, static fn () => $client->session($welcome));
        self::assertNotSame('', $session->seal('', 'it does not need the client any more'));
    }

    public function testAFinishThatComesAgainMakesOtherKeysForTheSameId(): void
    {
        [$server, $finish, $client] = self::finished();
        [$once, $twice] = [$server->accept($finish), $server->accept($finish)];
        self::assertSame($once->session->id(), $twice->session->id());
        $record = $client->session($once->welcome)->seal('', 'm');
        self::assertRefused(Status::Rejected, static fn () => $twice->session->open('', $record));
        self::assertSame('m', $once->session->open('', $record)->reveal());
    }

    public function testAServerSaysNothingInASessionThatItsClientHasNotConfirmed(): void
    {
        [$mine, $theirs] = self::sessions();
        self::assertSame([true, false], [$mine->isConfirmed(), $theirs->isConfirmed()]);
        self::assertRefused(Status::Unconfirmed, static fn () => $theirs->seal('', 'too early'));
        self::assertRefused(Status::Unconfirmed, static fn () => $theirs->exportSecret('l'));
        $theirs->open('', $mine->seal('', ''));
        self::assertTrue($theirs->isConfirmed());
        self::assertSame('now', $mine->open('', $theirs->seal('', 'now'))->reveal());
        self::assertTrue($mine->exportSecret('label', 'context')->equals($theirs->exportSecret('label', 'context')));
        self::assertFalse($mine->exportSecret('label', 'context')->equals($mine->exportSecret('labelcontext')));
        self::assertRefused(Status::TooLarge, static fn () => $mine->exportSecret(str_repeat('l', 1025)));
    }

    public function testTheClientOfAServerWithANewIdentityLearnsWhichPinsToDrop(): void
    {
        [$old, $new] = [Identity::generate(), Identity::generate()];
        [$was, $is] = [Identity::pin($old->public()), Identity::pin($new->public())];
        $config = new ServerConfig(self::COOKIE_KEY, self::STORE);
        foreach ([[[$was], 0, $was], [[$is, $was], 0, $is], [[random_bytes(32), $was], 1, $was]] as [$pins, $at, $met]) {
            $server = Server::create([$new, $old], $config);
            $client = Client::start(Identity::generate(), new ClientConfig($pins));
            $welcome = $server->accept($client->finish($server->reply($client->hello())))->welcome;
            self::assertSame($met, $client->session($welcome)->peer());
            self::assertSame($at, $client->pinIndex());
        }
        foreach ([[], [$was, $was], array_map(random_bytes(...), array_fill(0, 5, 32))] as $pins) {
            self::assertRefused(
                Status::InvalidArgument,
                static fn () => Client::start($new, new ClientConfig($pins)),
            );
        }
        foreach ([[], [$new, $new]] as $identities) {
            self::assertRefused(Status::InvalidArgument, static fn () => Server::create($identities, $config));
        }
    }

    public function testPrologueAndPaddingAreTheSameOnBothSidesOrTheHandshakeFails(): void
    {
        $them = self::identity(IdentityKind::Ed25519, 'server');
        $pin = Identity::pin($them->public());
        $server = Server::create($them, new ServerConfig(
            self::COOKIE_KEY,
            self::STORE,
            padding: Padding::Padme,
            prologue: 'the shop, version 2',
        ));
        $client = static fn (Padding $padding, string $prologue): Client
            => Client::start(Identity::generate(), new ClientConfig([$pin], Suite::X25519XWing, $padding, $prologue));
        foreach ([[Padding::None, 'the shop, version 2'], [Padding::Padme, 'the shop']] as $other) {
            $started = $client(...$other);
            $reply = $server->reply($started->hello());
            self::assertRefused(Status::Rejected, static fn () => $started->finish($reply));
        }
        $started = $client(Padding::Padme, 'the shop, version 2');
        $accepted = $server->accept($started->finish($server->reply($started->hello())));
        $session = $started->session($accepted->welcome);
        self::assertSame(\strlen($session->seal('', '')), \strlen($session->seal('', str_repeat('m', 255))));
        self::assertSame('m', $accepted->session->open('', $session->seal('', 'm'))->reveal());
        self::assertRefused(Status::TooLarge, static fn () => $client(Padding::None, str_repeat('p', 1025)));
    }

    public function testAHandshakeAndASessionAreOverByTheClockThatTheyWereGiven(): void
    {
        $clock = new FixedClock(1_800_000_000);
        $them = self::identity(IdentityKind::Ed25519, 'server');
        $server = Server::create($them, new ServerConfig(self::COOKIE_KEY, self::STORE), $clock);
        $start = static fn (): Client
            => Client::start(Identity::generate(), new ClientConfig([Identity::pin($them->public())]), $clock);
        $client = $start();
        $finish = $client->finish($server->reply($client->hello()));
        $accepted = $server->accept($finish);
        $clock->time += 121;
        self::assertRefused(Status::Closed, static fn () => $client->session($accepted->welcome));
        self::assertRefused(Status::Rejected, static fn () => $server->accept($finish));
        $client = $start();
        $accepted = $server->accept($client->finish($server->reply($client->hello())));
        [$mine, $theirs] = [$client->session($accepted->welcome), $accepted->session];
        $blob = $theirs->export(self::STATE_KEY, self::place($theirs));
        $clock->time += 301;
        $record = $mine->seal('', 'late');
        self::assertRefused(Status::Ended, static fn () => $theirs->open('', $record));
        self::assertRefused(
            Status::Ended,
            static fn () => Session::import($blob, self::STATE_KEY, self::place($theirs), $clock),
        );
        $clock->time += 86_400;
        self::assertRefused(Status::Ended, static fn () => $mine->seal('', 'later'));
    }

    public function testAServerRefusesAnotherPinALowerSuiteAndWhatItDidNotMake(): void
    {
        $me = self::identity(IdentityKind::Ed25519, 'client');
        $them = self::identity(IdentityKind::Ed25519, 'server');
        $pin = Identity::pin($them->public());
        $server = self::server($them);
        $wrong = self::client($me, Identity::pin($me->public()))->hello();
        self::assertRefused(Status::Rejected, static fn () => $server->reply($wrong));
        $low = Client::start($me, new ClientConfig([$pin], Suite::X25519))->hello();
        self::assertRefused(Status::Rejected, static fn () => $server->reply($low));
        $weak = new ServerConfig(self::COOKIE_KEY, self::STORE, minimumSuite: Suite::X25519);
        self::assertNotSame('', Server::create($them, $weak)->reply($low));
        foreach (['', 'hello', "$low!", substr($low, 1)] as $none) {
            self::assertRefused(Status::Malformed, static fn () => $server->reply($none));
            self::assertRefused(Status::Malformed, static fn () => $server->accept($none));
        }
        self::assertRefused(Status::TooLarge, static fn () => $server->reply(str_repeat($low, 1000)));
        self::assertRefused(Status::TooLarge, static fn () => $server->accept(str_repeat($low, 1000)));
        [$made, $finish] = self::finished();
        $others = [
            new ServerConfig(random_bytes(32), self::STORE),
            new ServerConfig(self::COOKIE_KEY, 'another store!!!'),
        ];
        foreach ($others as $other) {
            $another = Server::create($them, $other);
            self::assertRefused(Status::Rejected, static fn () => $another->accept($finish));
        }
        self::assertRefused(Status::Rejected, static fn () => $made->accept(self::flipped($finish)));
    }

    public function testAServerTakesTheFinishesOfTheKeysThatItAccepts(): void
    {
        [$server, $finish] = self::finished();
        $them = self::identity(IdentityKind::Ed25519, 'server');
        [$next, $after] = [Secret::hold(random_bytes(32)), random_bytes(32)];
        $accepts = static fn (array $others): Server
            => Server::create($them, new ServerConfig($next, self::STORE, $others));
        $id = $server->accept($finish)->session->id();
        self::assertSame($id, $accepts([self::COOKIE_KEY])->accept($finish)->session->id());
        self::assertSame($id, $accepts([$after, Secret::hold(self::COOKIE_KEY)])->accept($finish)->session->id());
        self::assertRefused(Status::Rejected, static fn () => $accepts([$after])->accept($finish));
        self::assertRefused(Status::InvalidArgument, static fn () => $accepts([$after, $after, $after]));
        self::assertRefused(Status::InvalidArgument, static fn () => $accepts(['short']));
    }

    public function testAStateGoesOnWhereItWasAndOpensUnderItsOwnKeyOnly(): void
    {
        [$mine, $theirs] = self::sessions();
        $records = [$mine->seal('', 'one'), $mine->seal('', 'two')];
        $theirs->open('', $records[0]);
        $place = self::place($theirs);
        $blob = $theirs->export(self::STATE_KEY, $place);
        self::assertSame(1309, \strlen($blob));
        self::assertNotSame($blob, $theirs->export(Secret::hold(self::STATE_KEY), $place));
        self::assertStringNotContainsString($theirs->id(), $blob);

        $again = Session::import($blob, self::STATE_KEY, $place);
        self::assertSame([$theirs->id(), $theirs->peer()], [$again->id(), $again->peer()]);
        self::assertRefused(Status::Rejected, static fn () => $again->open('', $records[0]));
        self::assertSame('two', $again->open('', $records[1])->reveal());
        self::assertSame('late', $mine->openReply(0, '', $again->reply(0, '', 'late'))->reveal());

        $import = static fn (string $blob, string $key = self::STATE_KEY): Session => Session::import($blob, $key, $place);
        self::assertRefused(Status::Rejected, static fn () => $import($blob, random_bytes(32)));
        self::assertRefused(Status::Rejected, static fn () => $import(self::flipped($blob)));
        foreach (['', "$blob!", substr($blob, 1), $records[0]] as $none) {
            self::assertRefused(Status::Malformed, static fn () => $import($none));
        }
        foreach (['', 'short', self::STATE_KEY . '!'] as $key) {
            self::assertRefused(Status::InvalidArgument, static fn () => $import($blob, $key));
            self::assertRefused(Status::InvalidArgument, static fn () => $theirs->export($key, $place));
        }
        $elsewhere = [
            new Place(random_bytes(32), $theirs->id(), self::STORE),
            new Place($theirs->serverPin(), random_bytes(16), self::STORE),
            new Place($theirs->serverPin(), $theirs->id(), random_bytes(16)),
            new Place($theirs->serverPin(), $theirs->id()),
        ];
        foreach ($elsewhere as $other) {
            self::assertRefused(Status::Rejected, static fn () => Session::import($blob, self::STATE_KEY, $other));
            self::assertRefused(Status::InvalidArgument, static fn () => $theirs->export(self::STATE_KEY, $other));
        }
        $none = new Place('short', $theirs->id(), self::STORE);
        self::assertRefused(Status::InvalidArgument, static fn () => Session::import($blob, self::STATE_KEY, $none));
    }

    public function testAnOldStateThatIsRestoredAThousandTimesRepeatsNoNonce(): void
    {
        [$mine, $theirs] = self::sessions();
        $theirs->open('', $mine->seal('', 'm'));
        $place = self::place($theirs);
        $blob = $theirs->export(self::STATE_KEY, $place);
        $nonces = [];
        for ($i = 0; $i < 1000; $i++) {
            $restored = Session::import($blob, self::STATE_KEY, $place);
            $record = $restored->seal('', 'a secret');
            $reply = $restored->reply(0, '', 'a secret');
            // The number is the same each time, which the other side refuses.
            self::assertSame(0, $restored->lastSent());
            $nonces[] = substr($record, 27, 24);
            $nonces[] = substr($reply, 43, 24);
            $nonces[] = substr($restored->export(self::STATE_KEY, $place), 10, 24);
        }
        self::assertCount(3000, array_unique($nonces));
    }

    public function testASessionEndsWithItsAgeItsNumbersAndItsBytes(): void
    {
        [$mine, $theirs] = self::sessions();
        $record = $mine->seal('', 'm');
        $theirs->open('', $record);
        $place = self::place($theirs);
        $blob = $theirs->export(self::STATE_KEY, $place);
        $in = static fn (int $at, int $value): Session
            => Session::import(self::rewritten($blob, $at, pack('J', $value), $place), self::STATE_KEY, $place);
        foreach ([[0, time() - 86_401], [0, time() + 400], [81, 1 << 44]] as [$at, $value]) {
            self::assertRefused(Status::Ended, static fn () => $in($at, $value));
        }
        self::assertNotSame('', $in(0, time() - 86_000)->seal('', 'm'));
        $almost = $in(81, (1 << 44) - 1);
        $last = $almost->seal('', 'm');
        self::assertSame('m', $mine->open('', $last)->reveal());
        self::assertRefused(Status::Ended, static fn () => $almost->seal('', 'm'));
        self::assertRefused(Status::Ended, static fn () => $almost->reply(0, '', 'm'));
        self::assertRefused(Status::Ended, static fn () => $almost->open('', $record));
    }

    public function testARecordNamesItsSessionToAnybodyAndNothingElseDoes(): void
    {
        [$mine] = self::sessions();
        $record = $mine->seal('', '');
        self::assertSame($mine->id(), Record::session($record));
        foreach (['', 'x', substr($record, 0, 66), "\2\3" . substr($record, 2)] as $none) {
            self::assertRefused(Status::Malformed, static fn () => Record::session($none));
        }
        self::assertRefused(Status::TooLarge, static fn () => Record::session($record . str_repeat('x', 18 << 20)));
    }

    public function testTheJsonEncodingGivesBackWhatItWasGivenAndTakesNothingElse(): void
    {
        foreach (["\2", random_bytes(1000), random_bytes(16 << 20)] as $message) {
            self::assertSame($message, RecordJson::parse(RecordJson::encode($message)));
        }
        self::assertSame('{"v":2,"data":"AgQ="}', RecordJson::encode("\2\4"));
        self::assertSame("\2\4", RecordJson::parse(" {\"more\": [1], \"data\" : \"Ag\\u0051=\", \"v\":2 }\n"));
        $none = ['', '{', '[]', '{}', '{"v":2}', '{"data":"AgQ="}', '{"v":1,"data":"AgQ="}', '{"v":"2","data":"AgQ="}',
            '{"v":2,"data":"AgQ"}', '{"v":2,"data":"AgR="}', '{"v":2,"v":2,"data":"AgQ="}',
            "{\"v\":2,\"data\":\"\0\"}"];
        foreach ($none as $json) {
            self::assertRefused(Status::Malformed, static fn () => RecordJson::parse($json));
        }
        self::assertRefused(Status::TooLarge, static fn () => RecordJson::parse(str_repeat(' ', 25 << 20)));
        self::assertRefused(Status::TooLarge, static fn () => RecordJson::encode(str_repeat(' ', 18 << 20)));
    }

    public function testForeignAndForbiddenKeysAreNoIdentities(): void
    {
        $ec = openssl_pkey_new(['private_key_type' => OPENSSL_KEYTYPE_EC, 'curve_name' => 'prime256v1']);
        openssl_pkey_export($ec, $pem);
        $spki = openssl_pkey_get_details($ec)['key'];
        foreach (['', 'no key', str_repeat("\0", 4096)] as $none) {
            self::assertRefused(Status::Damaged, static fn () => Identity::parse($none), Misuse::class);
            self::assertRefused(Status::Malformed, static fn () => Identity::pin($none));
        }
        foreach ([$pem, $spki] as $other) {
            self::assertRefused(Status::WrongKind, static fn () => Identity::parse($other), Misuse::class);
        }
        self::assertRefused(Status::Damaged, static fn () => Identity::parse(str_repeat('x', 65 << 10)), Misuse::class);
        self::assertRefused(Status::TooLarge, static fn () => Identity::pin(str_repeat('x', 65 << 10)));
        openssl_pkey_export(openssl_pkey_new(['private_key_bits' => 2048]), $locked, 'password');
        self::assertRefused(Status::EncryptedKey, static fn () => Identity::parse($locked));
        foreach (['', str_repeat('p', 31), str_repeat('p', 33)] as $pin) {
            self::assertRefused(Status::InvalidArgument, static fn () => self::client(Identity::generate(), $pin));
        }
        foreach (['', str_repeat('k', 31), Secret::hold(str_repeat('k', 33))] as $key) {
            $config = new ServerConfig($key, self::STORE);
            self::assertRefused(Status::InvalidArgument, static fn () => Server::create(Identity::generate(), $config));
        }
        $config = new ServerConfig(self::COOKIE_KEY, 'short');
        self::assertRefused(Status::InvalidArgument, static fn () => Server::create(Identity::generate(), $config));
    }

    /** Two sides of one session. */
    private static function sessions(): array
    {
        [$server, $finish, $client] = self::finished();
        $accepted = $server->accept($finish);
        return [$client->session($accepted->welcome), $accepted->session];
    }

    /** The same after the client's first record, which has number 0. */
    private static function confirmed(): array
    {
        [$mine, $theirs] = self::sessions();
        $theirs->open('', $mine->seal('', ''));
        return [$mine, $theirs];
    }

    /** @return array{Server, string, Client} a server, the finish that it has not seen yet, the client that waits */
    private static function finished(): array
    {
        $them = self::identity(IdentityKind::Ed25519, 'server');
        $server = self::server($them);
        $client = self::client(self::identity(IdentityKind::Ed25519, 'client'), Identity::pin($them->public()));
        return [$server, $client->finish($server->reply($client->hello())), $client];
    }

    private static function server(Identity $them): Server
    {
        return Server::create($them, new ServerConfig(self::COOKIE_KEY, self::STORE));
    }

    private static function client(Identity $me, string $pin): Client
    {
        return Client::start($me, new ClientConfig([$pin]));
    }

    /** Where a server keeps this session. */
    private static function place(Session $session): Place
    {
        return new Place($session->serverPin(), $session->id(), self::STORE);
    }

    /** RSA keys take their time to be made: one for each side. */
    private static function identity(IdentityKind $kind, string $side): Identity
    {
        static $made = [];
        return $made["$kind->name $side"] ??= Identity::generate($kind);
    }

    /** A blob with other content, sealed as docs/protocol-2.md says, by who has the state key. */
    private static function rewritten(string $blob, int $at, string $bytes, Place $place): string
    {
        $lp = static fn (string $part): string => pack('N', \strlen($part)) . $part;
        $key = Hash::of($lp('secenv 2 state') . $lp(''), 32, self::STATE_KEY);
        [$head, $nonce] = [substr($blob, 0, 10), substr($blob, 10, 24)];
        $ad = $lp('secenv 2 state') . $head . $lp($place->serverPin) . $lp($place->storeId) . $lp($place->sessionId)
            . \chr($place->role->value);
        $plain = Aead::open($key, $nonce, $ad, substr($blob, 34))->reveal();
        $nonce = Aead::nonce();
        return $head . $nonce . Aead::seal($key, $nonce, $ad, substr_replace($plain, $bytes, $at, \strlen($bytes)));
    }

    /** The same with another bit in one byte. */
    private static function flipped(string $bytes, int $at = -1): string
    {
        $bytes[$at] = $bytes[$at] ^ "\1";
        return $bytes;
    }

    /**
     * @param array<int, string> $records
     * @return iterable<int, string>
     */
    private static function shuffled(array $records): iterable
    {
        $order = array_keys($records);
        shuffle($order);
        foreach ($order as $n) {
            yield $n => $records[$n];
        }
    }

    /** @param ?Status $status null: whichever of the refusals that anybody can cause */
    private static function assertRefused(?Status $status, callable $work): void
    {
        try {
            $work();
        } catch (SecenvException $refusal) {
            $got = $refusal->status();
            self::assertSame(($status ?? $got)->name, $got->name);
            self::assertInstanceOf($got->value < 20 ? Misuse::class : Rejected::class, $refusal);
            return;
        }
        self::fail('it was accepted');
    }
}
