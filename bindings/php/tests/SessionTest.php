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
use Secenv\Session\Record;
use Secenv\Session\RecordJson;
use Secenv\Session\Server;
use Secenv\Session\Session;
use Secenv\Session\Suite;
use Secenv\Sodium\Aead;
use Secenv\Sodium\Hash;
use Secenv\Status;

/** Protocol 2: handshakes, records, replies, sealed state. */
final class SessionTest extends TestCase
{
    private const STATE_KEY = 'the state key, thirty-two bytes.';

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
        $client = Client::start($me, $pin, $suite);
        $server = Server::create($them, self::STATE_KEY, $suite);
        [$mine, $finish] = $client->finish($server->reply($client->hello()));
        [$theirs, $spki] = $server->accept($finish);

        self::assertSame($suite === Suite::X25519 ? 99 : 1315, \strlen($client->hello()));
        self::assertSame($mine->id(), $theirs->id());
        self::assertSame(16, \strlen($mine->id()));
        self::assertSame($pin, $mine->peer());
        self::assertSame(Identity::pin($me->public()), $theirs->peer());
        self::assertSame($theirs->peer(), Identity::pin($spki));
        self::assertSame($theirs->peer(), hash('sha256', $spki, true));

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
        [$mine, $theirs] = self::sessions();
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
        $server = Server::create($them, self::STATE_KEY);
        $start = static fn (): Client => Client::start(Identity::generate(), Identity::pin($them->public()));
        [$client, $other] = [$start(), $start()];
        $reply = $server->reply($client->hello());
        self::assertRefused(Status::Rejected, static fn () => $client->finish($server->reply($other->hello())));
        self::assertRefused(Status::Rejected, static fn () => $client->finish(self::flipped($reply, 1300)));
        self::assertRefused(Status::Malformed, static fn () => $client->finish("$reply!"));
        self::assertRefused(Status::Malformed, static fn () => $client->finish(''));
        self::assertRefused(Status::TooLarge, static fn () => $client->finish(str_repeat('x', 1 << 20)));
        $hello = $client->hello();
        [$session] = $client->finish($reply);
        self::assertRefused(Status::Closed, static fn () => $client->finish($reply));
        self::assertSame($hello, $client->hello());
        self::assertNotSame('', $session->seal('', 'it does not need the client any more'));
    }

    public function testTheSameFinishOpensTheSameSessionAgain(): void
    {
        [$server, $finish] = self::finished();
        [$once] = $server->accept($finish);
        [$twice] = $server->accept($finish);
        self::assertSame($once->id(), $twice->id());
    }

    public function testAServerRefusesAnotherPinALowerSuiteAndWhatItDidNotMake(): void
    {
        $me = self::identity(IdentityKind::Ed25519, 'client');
        $them = self::identity(IdentityKind::Ed25519, 'server');
        $pin = Identity::pin($them->public());
        $server = Server::create($them, self::STATE_KEY);
        $wrong = Client::start($me, Identity::pin($me->public()))->hello();
        self::assertRefused(Status::Rejected, static fn () => $server->reply($wrong));
        $low = Client::start($me, $pin, Suite::X25519)->hello();
        self::assertRefused(Status::Rejected, static fn () => $server->reply($low));
        self::assertNotSame('', Server::create($them, self::STATE_KEY, Suite::X25519)->reply($low));
        foreach (['', 'hello', "$low!", substr($low, 1)] as $none) {
            self::assertRefused(Status::Malformed, static fn () => $server->reply($none));
            self::assertRefused(Status::Malformed, static fn () => $server->accept($none));
        }
        self::assertRefused(Status::TooLarge, static fn () => $server->reply(str_repeat($low, 1000)));
        self::assertRefused(Status::TooLarge, static fn () => $server->accept(str_repeat($low, 1000)));
        [$made, $finish] = self::finished();
        $another = Server::create($them, random_bytes(32));
        self::assertRefused(Status::Rejected, static fn () => $another->accept($finish));
        self::assertRefused(Status::Rejected, static fn () => $made->accept(self::flipped($finish)));
    }

    public function testARotatedServerTakesTheFinishOfTheKeyBeforeButNotOfTheOneBeforeThat(): void
    {
        [$server, $finish] = self::finished();
        $rotated = $server->rotate(random_bytes(32));
        [$session] = $rotated->accept($finish);
        self::assertSame(Record::session($session->seal('', 'm')), $session->id());
        $twice = $rotated->rotate(Secret::hold(random_bytes(32)));
        self::assertRefused(Status::Rejected, static fn () => $twice->accept($finish));
        // The step before: hosts accept the next key while they use the one that they have.
        $next = random_bytes(32);
        $them = self::identity(IdentityKind::Ed25519, 'server');
        $accepting = Server::create($them, $next)->rotate(self::STATE_KEY);
        self::assertSame($session->id(), $accepting->accept($finish)[0]->id());
    }

    public function testAStateGoesOnWhereItWasAndOpensUnderItsOwnKeyOnly(): void
    {
        [$mine, $theirs] = self::sessions();
        $records = [$mine->seal('', 'one'), $mine->seal('', 'two')];
        $theirs->open('', $records[0]);
        $blob = $theirs->export(self::STATE_KEY);
        self::assertSame(844, \strlen($blob));
        self::assertNotSame($blob, $theirs->export(Secret::hold(self::STATE_KEY)));
        self::assertStringNotContainsString($theirs->id(), $blob);

        $again = Session::import($blob, self::STATE_KEY);
        self::assertSame([$theirs->id(), $theirs->peer()], [$again->id(), $again->peer()]);
        self::assertRefused(Status::Rejected, static fn () => $again->open('', $records[0]));
        self::assertSame('two', $again->open('', $records[1])->reveal());
        self::assertSame('late', $mine->openReply(0, '', $again->reply(0, '', 'late'))->reveal());

        self::assertRefused(Status::Rejected, static fn () => Session::import($blob, random_bytes(32)));
        self::assertRefused(Status::Rejected, static fn () => Session::import(self::flipped($blob), self::STATE_KEY));
        foreach (['', "$blob!", substr($blob, 1), $records[0]] as $none) {
            self::assertRefused(Status::Malformed, static fn () => Session::import($none, self::STATE_KEY));
        }
        foreach (['', 'short', self::STATE_KEY . '!'] as $key) {
            self::assertRefused(Status::InvalidArgument, static fn () => Session::import($blob, $key));
            self::assertRefused(Status::InvalidArgument, static fn () => $theirs->export($key));
        }
    }

    public function testAnOldStateThatIsRestoredAThousandTimesRepeatsNoNonce(): void
    {
        [$mine, $theirs] = self::sessions();
        $theirs->open('', $mine->seal('', 'm'));
        $blob = $theirs->export(self::STATE_KEY);
        $nonces = [];
        for ($i = 0; $i < 1000; $i++) {
            $restored = Session::import($blob, self::STATE_KEY);
            $record = $restored->seal('', 'a secret');
            $reply = $restored->reply(0, '', 'a secret');
            // The number is the same each time, which the other side refuses.
            self::assertSame(0, $restored->lastSent());
            $nonces[] = substr($record, 27, 24);
            $nonces[] = substr($reply, 43, 24);
            $nonces[] = substr($restored->export(self::STATE_KEY), 10, 24);
        }
        self::assertCount(3000, array_unique($nonces));
    }

    public function testASessionEndsWithItsAgeItsNumbersAndItsBytes(): void
    {
        [$mine, $theirs] = self::sessions();
        $record = $mine->seal('', 'm');
        $theirs->open('', $record);
        $blob = $theirs->export(self::STATE_KEY);
        $ends = [
            [17, time() - 86_401],
            [17, time() + 400],
            [129, 1 << 44],
        ];
        foreach ($ends as [$at, $value]) {
            $over = Session::import(self::rewritten($blob, $at, pack('J', $value)), self::STATE_KEY);
            self::assertRefused(Status::Ended, static fn () => $over->seal('', 'm'));
            self::assertRefused(Status::Ended, static fn () => $over->reply(0, '', 'm'));
            self::assertRefused(Status::Ended, static fn () => $over->open('', $record));
        }
        $young = Session::import(self::rewritten($blob, 17, pack('J', time() - 86_000)), self::STATE_KEY);
        self::assertNotSame('', $young->seal('', 'm'));

        $last = Session::import(self::rewritten($blob, 121, pack('J', 0xffffffff)), self::STATE_KEY);
        self::assertSame('the last', $mine->open('', $last->seal('', 'the last'))->reveal());
        self::assertSame([0xffffffff, 0xffffffff], [$last->lastSent(), $mine->lastReceived()]);
        self::assertRefused(Status::Ended, static fn () => $last->seal('', 'one more'));
        $theirs->open('', $mine->seal('', 'm'));
        self::assertSame('r', $last->open('', $mine->reply(0xffffffff, '', 'r'))->reveal());
    }

    public function testARecordNamesItsSessionToAnybodyAndNothingElseDoes(): void
    {
        [$mine] = self::sessions();
        $record = $mine->seal('', '');
        self::assertSame($mine->id(), Record::session($record));
        foreach (['', 'x', substr($record, 0, 66), "\2\3" . substr($record, 2)] as $none) {
            self::assertRefused(Status::Malformed, static fn () => Record::session($none));
        }
        self::assertRefused(Status::TooLarge, static fn () => Record::session($record . str_repeat('x', 17 << 20)));
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
        self::assertRefused(Status::TooLarge, static fn () => RecordJson::parse(str_repeat(' ', 23 << 20)));
        self::assertRefused(Status::TooLarge, static fn () => RecordJson::encode(str_repeat(' ', 17 << 20)));
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
            self::assertRefused(Status::InvalidArgument, static fn () => Client::start(Identity::generate(), $pin));
        }
        foreach (['', str_repeat('k', 31), Secret::hold(str_repeat('k', 33))] as $key) {
            self::assertRefused(Status::InvalidArgument, static fn () => Server::create(Identity::generate(), $key));
            $server = Server::create(Identity::generate(), self::STATE_KEY);
            self::assertRefused(Status::InvalidArgument, static fn () => $server->rotate($key));
        }
    }

    /** Two sides of one session. */
    private static function sessions(): array
    {
        [$server, $finish, $mine] = self::finished();
        return [$mine, $server->accept($finish)[0]];
    }

    /** @return array{Server, string, Session} a server, the finish that it has not seen yet, the client's session */
    private static function finished(): array
    {
        $them = self::identity(IdentityKind::Ed25519, 'server');
        $server = Server::create($them, self::STATE_KEY);
        $client = Client::start(self::identity(IdentityKind::Ed25519, 'client'), Identity::pin($them->public()));
        [$session, $finish] = $client->finish($server->reply($client->hello()));
        return [$server, $finish, $session];
    }

    /** RSA keys take their time to be made: one for each side. */
    private static function identity(IdentityKind $kind, string $side): Identity
    {
        static $made = [];
        return $made["$kind->name $side"] ??= Identity::generate($kind);
    }

    /** A blob with other content, sealed as docs/protocol-2.md says, by who has the state key. */
    private static function rewritten(string $blob, int $at, string $bytes): string
    {
        $lp = static fn (string $part): string => pack('N', \strlen($part)) . $part;
        $key = Hash::of($lp('secenv 2 state') . $lp(''), 32, self::STATE_KEY);
        [$head, $nonce] = [substr($blob, 0, 10), substr($blob, 10, 24)];
        $plain = Aead::open($key, $nonce, $head, substr($blob, 34))->reveal();
        $nonce = Aead::nonce();
        return $head . $nonce . Aead::seal($key, $nonce, $head, substr_replace($plain, $bytes, $at, \strlen($bytes)));
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
