<?php

declare(strict_types=1);

namespace Secenv\Tests;

use PHPUnit\Framework\TestCase;
use Secenv\Identity;
use Secenv\Session\Client;
use Secenv\Session\ClientConfig;
use Secenv\Session\PdoSessionStore;
use Secenv\Session\RecordJson;
use Secenv\Session\Suite;

/** The reference server in protocol 2, from outside. */
final class ServerProtocol2Test extends TestCase
{
    private const ID = '00112233445566778899aabbccddeeff';
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

    public function testAnswersMessagesOfAClientThatEnrolled(): void
    {
        $client = (new Visitor(self::$server))->welcome();
        foreach (['', 'meet at noon', 'Grüße', str_repeat('m', 5 << 20)] as $at => $text) {
            $message = ['id' => sprintf('%032x', $at), 'text' => $text];
            self::assertTrue($client->ask('/2/message', $message) === $message);
        }
    }

    public function testAStrangerMayEnrolAndNothingElse(): void
    {
        self::$server->operator('code', 'somebody who is awaited');
        $stranger = new Visitor(self::$server);
        self::assertSame(200, $stranger->shake());
        $paths = ['/2/message', '/2/files/a/upload', '/2/files/a/stored', '/2/files/a/download'];
        foreach ($paths as $path) {
            self::assertSame(401, $stranger->ask($path, ['id' => self::ID, 'text' => 'let me in']), $path);
        }
        self::assertSame(['enrolled' => false], $stranger->ask('/2/enrol', ['code' => str_repeat('0', 32)]));
        self::assertSame(401, $stranger->ask('/2/message', ['id' => self::ID, 'text' => 'now?']));
        $pin = base64_encode(Identity::pin($stranger->me->public()));
        self::assertStringNotContainsString($pin, self::$server->operator('status'), 'it left something behind');
    }

    public function testNobodyWhoIsNotKnownGetsASessionWhileNobodyIsAwaited(): void
    {
        $server = new RunningServer();
        try {
            $stranger = new Visitor($server);
            self::assertSame(403, $stranger->shake());
            $code = $server->operator('code');
            self::assertSame(200, $stranger->shake());
            self::assertSame(['enrolled' => true], $stranger->ask('/2/enrol', ['code' => $code]));
            self::assertSame(403, (new Visitor($server))->shake(), 'the code is spent');
            $server->operator('code');
            $database = new \PDO("sqlite:$server->state/server.sqlite");
            $database->exec('DELETE FROM strangers');
            $insert = $database->prepare('INSERT INTO strangers (session, expires) VALUES (?, ?)');
            for ($n = 0; $n < 256; $n++) {
                $insert->execute([sprintf('%032x', $n), time() + 300]);
            }
            self::assertSame(403, (new Visitor($server))->shake(), 'there are as many strangers as there may be');
            $count = 'SELECT count(*) FROM secenv_sessions WHERE length(id) = 16';
            $rows = (new \PDO("sqlite:$server->state/sessions.sqlite"))->query($count)->fetchColumn();
            self::assertSame(1, $rows, 'a session that was refused is in the store');
        } finally {
            $server->stop();
        }
    }

    public function testAFinishThatComesAgainTakesNoSecondPlaceOfAStranger(): void
    {
        $server = new RunningServer();
        try {
            $code = $server->operator('code');
            $stranger = new Visitor($server);
            self::assertSame(200, $stranger->shake());
            for ($n = 0; $n < 5; $n++) {
                self::assertSame(409, $stranger->post('/2/finish', $stranger->finish)[0]);
            }
            $count = fn (): int => (new \PDO("sqlite:$server->state/server.sqlite"))
                ->query('SELECT count(*) FROM strangers')->fetchColumn();
            self::assertSame(1, $count());
            $stranger->ask('/2/enrol', ['code' => $code]);
            self::assertSame(0, $count(), 'it is no stranger any more');
        } finally {
            $server->stop();
        }
    }

    public function testAClientHasSixteenSessionsAtOnceAndTheOldestEndsForTheNext(): void
    {
        $first = (new Visitor(self::$server))->welcome();
        $message = ['id' => self::ID, 'text' => 'still here'];
        $others = [];
        for ($n = 1; $n < 16; $n++) {
            $others[] = $other = new Visitor(self::$server, $first->me);
            self::assertSame(200, $other->shake());
        }
        self::assertSame($message, $first->ask('/2/message', $message));
        self::assertSame(200, (new Visitor(self::$server, $first->me))->shake());
        self::assertSame(401, $first->ask('/2/message', $message));
        self::assertSame($message, $others[0]->ask('/2/message', $message));
    }

    public function testASessionThatItsClientEndsIsOver(): void
    {
        $client = (new Visitor(self::$server))->welcome();
        self::assertSame(204, $client->post('/2/logout', $client->session->seal('POST /2/logout', ''))[0]);
        self::assertSame(401, $client->ask('/2/message', ['id' => self::ID, 'text' => 'still here?']));
        self::assertSame(409, $client->post('/2/finish', $client->finish)[0], 'its finish brings it back');
    }

    public function testAFinishAtOneServerIsRefusedAtAnotherWithTheSameKeysAndAStoreOfItsOwn(): void
    {
        $one = new RunningServer();
        $client = (new Visitor($one))->welcome();
        $message = ['id' => self::ID, 'text' => 'transfer 100'];
        $record = $client->record('/2/message', $message);
        self::assertSame(200, $client->post('/2/message', $record)[0]);
        $other = new RunningServer();
        try {
            $other->operator('pin');
            foreach (['identity.pem', 'cookie.key', 'session.key', 'server.sqlite'] as $file) {
                copy("$one->state/$file", "$other->state/$file");
            }
            $there = new Visitor($other, $client->me);
            self::assertSame([400, self::REFUSED], $there->post('/2/finish', $client->finish));
            self::assertSame([401, self::REFUSED], $there->post('/2/message', $record));
            self::assertSame(200, $there->shake(), 'an own handshake is taken');
        } finally {
            $one->stop();
            $other->stop();
        }
    }

    /** What went over the wire, and every key that the server has an hour later. */
    public function testARecordedConversationAndEveryKeyAnHourLaterOpenNoRecord(): void
    {
        $server = new RunningServer();
        $client = new Visitor($server);
        $code = $server->operator('code');
        $client->shake();
        $client->ask('/2/enrol', ['code' => $code]);
        $record = $client->record('/2/message', ['id' => self::ID, 'text' => 'a secret']);
        self::assertSame(200, $client->post('/2/message', $record)[0]);
        $client->post('/2/logout', $client->session->seal('POST /2/logout', ''));
        $keys = file_get_contents("$server->state/cookie.key");
        $store = PdoSessionStore::sqlite("$server->state/sessions.sqlite")->id();
        $files = array_map(file_get_contents(...), array_filter(glob("$server->state/*"), is_file(...)));
        $server->stop();
        // The worst case: the key of the cookie's hour is still there, or was stolen in time. It opens the cookie.
        $lp = static fn (string $part): string => pack('N', \strlen($part)) . $part;
        $derive = static fn (string $key, string $label, string $transcript): string
            => sodium_crypto_generichash($lp($label) . $lp($transcript), $key);
        $hello = substr($client->finish, 174, 1316);
        $t0 = sodium_crypto_generichash($lp('secenv 2 transcript 0') . "\0" . $lp('') . $lp($hello));
        $cookie = substr($client->finish, 4, 168);
        $id = substr($record, 3, 16);
        $ad = $lp('secenv 2 cookie') . $lp(substr($hello, -32)) . $lp($store) . $lp($t0);
        $plain = sodium_crypto_aead_xchacha20poly1305_ietf_decrypt(
            substr($cookie, 32),
            $ad,
            substr($cookie, 8, 24),
            $derive(substr($keys, 9, 32), 'secenv 2 cookie', ''),
        );
        self::assertSame($id, substr($plain, 8, 16), 'the thief has the secret of the handshake');
        [$t2, $secret] = [substr($plain, 24, 32), substr($plain, 56, 64)];
        $t3 = sodium_crypto_generichash($lp('secenv 2 transcript 3') . $lp($t2) . $lp($cookie) . $lp($t0));
        $sealed = substr($client->finish, 174 + 1316 + 2);
        $t4 = sodium_crypto_generichash($lp('secenv 2 transcript 4') . $lp($t3) . $lp($sealed));
        $spki = sodium_crypto_aead_xchacha20poly1305_ietf_decrypt(
            substr($sealed, 24),
            $t3,
            substr($sealed, 0, 24),
            $derive($secret, 'secenv 2 client proof', $t3),
        );
        self::assertStringContainsString(
            Identity::pin(substr($spki, 2, unpack('n', $spki)[1])),
            Identity::pin($client->me->public()),
            'which names the client',
        );
        $tried = [$secret];
        foreach (['client numbers', 'client records', 'exporter', 'message', 'welcome', 'second secret'] as $label) {
            foreach ([$t2, $t3, $t4, ''] as $transcript) {
                $tried[] = $key = $derive($secret, "secenv 2 $label", $transcript);
                $tried[] = $derive($key, 'secenv 2 message', '');
            }
        }
        foreach ($files as $bytes) {
            for ($at = 0; $at + 32 <= \strlen($bytes); $at++) {
                $tried[] = substr($bytes, $at, 32);
            }
        }
        [$header, $nonce] = [substr($record, 0, 27), substr($record, 27, 24)];
        foreach ($tried as $key) {
            self::assertFalse(sodium_crypto_aead_xchacha20poly1305_ietf_decrypt(
                substr($record, 51),
                $header . $lp('POST /2/message'),
                $nonce,
                substr($key, 0, 32),
            ));
        }
    }

    public function testAClientOfAServerThatGetsANewIdentityMeetsItWithTheOldPinWithBothAndWithTheNew(): void
    {
        $server = new RunningServer();
        try {
            $client = (new Visitor($server))->welcome();
            $old = $server->pin();
            $new = base64_decode(substr($server->operator('identity', 'add'), 8));
            foreach ([[[$old], $old], [[$new, $old], $new], [[$new], $new]] as [$pins, $met]) {
                $started = Client::start($client->me, new ClientConfig($pins));
                $finish = $started->finish($client->post('/2/hello', $started->hello())[1]);
                $session = $started->session($client->post('/2/finish', $finish)[1]);
                self::assertSame($met, $session->peer());
                $record = $session->seal('POST /2/message', '{"id":"' . self::ID . '","text":""}');
                self::assertSame(200, $client->post('/2/message', $record)[0]);
            }
            $message = ['id' => self::ID, 'text' => ''];
            self::assertSame($message, $client->ask('/2/message', $message), 'an old session');
            $server->operator('identity', 'drop', 'sha256//' . base64_encode($old));
            self::assertSame(401, $client->ask('/2/message', $message), 'its identity was taken away');
            $late = Client::start($client->me, new ClientConfig([$old]))->hello();
            self::assertSame(400, $client->post('/2/hello', $late)[0]);
        } finally {
            $server->stop();
        }
    }

    public function testAnybodyMayHaveTheChainOfTrustStatements(): void
    {
        $visitor = new Visitor(self::$server);
        self::assertSame(404, $visitor->send('GET', '/2/trust')[0]);
        file_put_contents(self::$server->state . '/trust.chain', 'a statement, and the next');
        self::assertSame([200, 'a statement, and the next'], $visitor->send('GET', '/2/trust'));
        self::assertSame(405, $visitor->send('PUT', '/2/trust', 'another')[0]);
    }

    public function testACodeIsGoodOnce(): void
    {
        $code = self::$server->operator('code');
        [$first, $second] = [new Visitor(self::$server), new Visitor(self::$server)];
        $first->shake();
        $second->shake();
        self::assertSame(['enrolled' => true], $first->ask('/2/enrol', ['code' => $code]));
        self::assertSame(['enrolled' => true], $first->ask('/2/enrol', ['code' => $code]), 'its answer may be lost');
        self::assertSame(['enrolled' => false], $second->ask('/2/enrol', ['code' => $code]));
    }

    public function testACodeThatIsTooOldIsNone(): void
    {
        $code = self::$server->operator('code');
        $late = new Visitor(self::$server);
        self::assertSame(200, $late->shake());
        $database = new \PDO('sqlite:' . self::$server->state . '/server.sqlite');
        $database->exec('UPDATE codes SET expires = ' . (time() - 1));
        self::assertSame(['enrolled' => false], $late->ask('/2/enrol', ['code' => $code]));
        self::assertSame(403, $late->shake(), 'nobody is awaited');
    }

    public function testARevokedClientIsOutAtItsNextRequest(): void
    {
        $client = (new Visitor(self::$server))->welcome();
        $message = ['id' => self::ID, 'text' => 'still here'];
        self::assertSame($message, $client->ask('/2/message', $message));
        self::$server->operator('revoke', 'sha256//' . base64_encode(Identity::pin($client->me->public())));
        self::assertSame(401, $client->ask('/2/message', $message));
        self::assertContains($client->shake(), [200, 403], 'as a stranger, if any is awaited');
        self::assertSame(401, $client->ask('/2/message', $message));
    }

    public function testEveryRefusalOfARecordIsTheSame(): void
    {
        $client = (new Visitor(self::$server))->welcome();
        $record = $client->record('/2/message', ['id' => self::ID, 'text' => 'once']);
        self::assertSame(200, $client->post('/2/message', $record)[0]);
        $fresh = $client->record('/2/message', ['id' => self::ID, 'text' => 'once']);
        $flipped = $fresh;
        $flipped[-1] = $flipped[-1] ^ "\1";
        $elsewhere = $fresh;
        $elsewhere[5] = $elsewhere[5] ^ "\1";
        $refused = [
            'a replay' => ['/2/message', $record],
            'a changed bit' => ['/2/message', $flipped],
            'another session' => ['/2/message', $elsewhere],
            'another use' => ['/2/enrol', $fresh],
            'no record' => ['/2/message', 'hello'],
            'nothing' => ['/2/message', ''],
        ];
        foreach ($refused as $what => [$path, $body]) {
            self::assertSame([401, self::REFUSED], $client->post($path, $body), $what);
        }
        self::assertSame(200, $client->post('/2/message', $fresh)[0]);
    }

    public function testEveryRefusalOfAHandshakeIsTheSame(): void
    {
        $client = (new Visitor(self::$server))->welcome();
        self::assertSame(200, $client->shake());
        $other = Client::start($client->me, new ClientConfig([random_bytes(32)]))->hello();
        $weak = Client::start($client->me, new ClientConfig([self::$server->pin()], Suite::X25519))->hello();
        foreach (['another server' => $other, 'a lower suite' => $weak, 'no hello' => 'hello'] as $what => $hello) {
            self::assertSame([400, self::REFUSED], $client->post('/2/hello', $hello), $what);
        }
        $changed = $client->finish;
        $changed[-1] = $changed[-1] ^ "\1";
        self::assertSame([400, self::REFUSED], $client->post('/2/finish', $changed));
        self::assertSame(409, $client->post('/2/finish', $client->finish)[0], 'the session exists');
    }

    public function testActsOnceOnAMessageThatComesAgain(): void
    {
        $client = (new Visitor(self::$server))->welcome();
        $message = ['id' => bin2hex(random_bytes(16)), 'text' => 'order one'];
        self::assertSame($message, $client->ask('/2/message', $message));
        self::assertSame($message, $client->ask('/2/message', $message));
        $other = ['text' => 'order two'] + $message;
        self::assertSame('order one', $client->ask('/2/message', $other)['text'], 'what was acted on');
        $database = new \PDO('sqlite:' . self::$server->state . '/server.sqlite');
        $rows = $database->query("SELECT count(*) FROM messages WHERE id = '{$message['id']}'");
        self::assertSame(1, $rows->fetchColumn());
    }

    public function testAMessageOfManySmallArraysIsRefusedBeforeTheyTakeMemory(): void
    {
        $client = (new Visitor(self::$server))->welcome();
        $text = '{"text":[' . str_repeat('[0],', 3 << 20) . '0]}';
        [$status] = $client->post('/2/message', $client->session->seal('POST /2/message', $text));
        self::assertSame(400, $status);
        $message = ['id' => self::ID, 'text' => 'go on'];
        self::assertSame($message, $client->ask('/2/message', $message));
    }

    public function testARecordOfManyNamesThatPhpHashesAlikeIsRefusedBeforeTheyAreRead(): void
    {
        $client = (new Visitor(self::$server))->welcome();
        // Multiples of a power of two land in one place of PHP's table. But for them, this is a good message.
        $names = array_map(static fn (int $n): string => ',"' . ($n << 19) . '":1', range(1, 40_000));
        foreach ([40_000 => 400, 13 => 400, 12 => 200] as $number => $status) {
            $text = '{"id":"' . self::ID . '","text":"hello"' . implode(\array_slice($names, 0, $number)) . '}';
            $record = $client->session->seal('POST /2/message', $text);
            self::assertSame($status, $client->post('/2/message', $record)[0], "$number names more");
        }
        $code = self::$server->operator('code');
        $stranger = new Visitor(self::$server);
        $stranger->shake();
        foreach ([4000 => 400, 0 => 200] as $number => $status) {
            $text = "{\"code\":\"$code\"" . implode(\array_slice($names, 0, $number)) . '}';
            $record = $stranger->session->seal('POST /2/enrol', $text);
            self::assertSame($status, $stranger->post('/2/enrol', $record)[0], "$number names more");
        }
        // What only looks like names is a text like any other, and so is a line separator, however often it stands
        // there.
        foreach ([str_repeat('\\"{,[":' . '\\', 10_000) . '"', str_repeat("\u{2028}", 5 << 20)] as $text) {
            $message = ['id' => bin2hex(random_bytes(16)), 'text' => $text];
            $json = json_encode($message, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_LINE_TERMINATORS);
            [$status, $reply] = $client->post('/2/message', $client->session->seal('POST /2/message', $json));
            self::assertSame(200, $status);
            self::assertTrue($message === $client->opened('/2/message', $reply));
        }
    }

    public function testAMessageThatSaysSomethingTwiceIsRefused(): void
    {
        $client = (new Visitor(self::$server))->welcome();
        $said = ['"id":"' . self::ID . '"', '"text":"pay 10"', '"text":"pay 99"'];
        foreach (['"text":"pay 99"', '"text":"pay 10"', '"t\u0065xt":"pay 99"', '"text":[]', '"text":7'] as $again) {
            $record = $client->session->seal('POST /2/message', "{{$said[0]},{$said[1]},$again}");
            self::assertSame(400, $client->post('/2/message', $record)[0], $again);
        }
        $record = $client->session->seal('POST /2/message', "{{$said[0]},{$said[1]},\"7\":\"\"}");
        self::assertSame(200, $client->post('/2/message', $record)[0]);
    }

    public function testTheLongestMessageIsAnswered(): void
    {
        $client = (new Visitor(self::$server))->welcome();
        $message = ['id' => bin2hex(random_bytes(16)), 'text' => ''];
        $message['text'] = str_repeat('x', (1 << 24) - \strlen(json_encode($message)));
        self::assertTrue($message === $client->ask('/2/message', $message));
    }

    public function testKeysAreChangedByTheFoldersOwnerAlone(): void
    {
        // Only root can give a folder away, and be the wrong user.
        if (posix_geteuid() === 0) {
            chown(self::$server->state, posix_getpwnam('nobody')['uid']);
            try {
                self::$server->operator('keys', 'renew');
                self::fail('root changed the keys of another user');
            } catch (\RuntimeException $complaint) {
                self::assertStringContainsString("another user's", $complaint->getMessage());
            } finally {
                chown(self::$server->state, 0);
            }
        }
        $before = file_get_contents(self::$server->state . '/session.key');
        self::$server->operator('keys', 'renew');
        self::assertNotSame($before, file_get_contents(self::$server->state . '/session.key'));
        self::assertSame([], glob(self::$server->state . '/*.new-*'));
    }

    public function testStatusSaysHowOldTheKeysAre(): void
    {
        (new Visitor(self::$server))->welcome();
        $said = self::$server->operator('status');
        self::assertMatchesRegularExpression('/^the cookie key began \d+ minutes ago$/m', $said);
        self::assertMatchesRegularExpression('/^the session key began \d+ (minutes|hours) ago$/m', $said);
    }

    public function testSpeaksJsonToo(): void
    {
        $client = (new Visitor(self::$server))->welcome();
        $message = ['id' => self::ID, 'text' => 'in JSON'];
        $carried = RecordJson::encode($client->record('/2/message', $message));
        [$status, $said] = $client->post('/2/message', $carried, 'application/json; charset=utf-8');
        self::assertSame(200, $status);
        self::assertSame($message, $client->opened('/2/message', RecordJson::parse($said)));
        self::assertSame(401, $client->post('/2/message', '{"v":1,"data":""}', 'application/json')[0]);
    }

    public function testAFileIsThereForTheClientThatStoredItAlone(): void
    {
        [$client, $other] = [(new Visitor(self::$server))->welcome(), (new Visitor(self::$server))->welcome()];
        $way = $client->ask('/2/files/plans/upload', ['id' => self::ID]);
        $file = $this->sealed('the plans', base64_decode($way['key']));
        self::assertSame(401, $client->send('PUT', '/2/files/plans?ticket=' . self::ID, $file)[0]);
        self::assertSame(401, $client->send('PUT', "/2/files/others?ticket={$way['ticket']}", $file)[0]);
        self::assertSame(204, $client->send('PUT', "/2/files/plans?ticket={$way['ticket']}", $file)[0]);
        $stored = $client->ask('/2/files/plans/stored', ['id' => self::ID, 'ticket' => $way['ticket']]);
        self::assertSame(hash('sha256', 'the plans'), $stored['sha256']);
        self::assertArrayHasKey('error', $other->ask(
            '/2/files/plans/stored',
            ['id' => self::ID, 'ticket' => $way['ticket']],
        ));
        self::assertArrayHasKey('error', $other->ask('/2/files/plans/download', ['id' => self::ID]));
        $back = $client->ask('/2/files/plans/download', ['id' => self::ID]);
        self::assertNotSame($way['key'], $back['key']);
        self::assertSame(401, $client->send('GET', "/2/files/plans?ticket={$way['ticket']}")[0], 'a ticket to store');
        [, $sealed] = $client->send('GET', "/2/files/plans?ticket={$back['ticket']}");
        $state = sodium_crypto_secretstream_xchacha20poly1305_init_pull(
            substr($sealed, 0, 24),
            base64_decode($back['key']),
        );
        self::assertSame(
            ['the plans', 3],
            sodium_crypto_secretstream_xchacha20poly1305_pull($state, substr($sealed, 24)),
        );
    }

    public function testOffersWhatIsForVaultsAndNothingElseOfTheFolder(): void
    {
        $folder = self::$server->state . '/offline';
        mkdir($folder);
        $names = ['1.grant', '1.manifest', 'a.b-c_d.parcel', 'root.trust'];
        foreach ([...$names, 'notes.txt', 'ring', '.grant', 'UPPER.grant', str_repeat('n', 59) . '.grant'] as $name) {
            file_put_contents("$folder/$name", "this is $name");
        }
        mkdir("$folder/folder.grant");
        $client = (new Visitor(self::$server))->welcome();
        $offer = $client->ask('/2/offline', ['id' => self::ID]);
        self::assertSame($names, array_column($offer['files'], 'name'));
        self::assertSame(\strlen('this is 1.grant'), $offer['files'][0]['length']);
        $get = static fn (string $name): array => $client->send('GET', "/2/offline/$name?ticket={$offer['ticket']}");
        self::assertSame([200, 'this is root.trust'], $get('root.trust'));
        foreach (['notes.txt', 'ring', 'folder.grant', 'none.grant'] as $name) {
            self::assertSame(404, $get($name)[0], $name);
        }
        self::assertSame(401, $client->send('GET', '/2/offline/1.grant?ticket=' . self::ID)[0]);
    }

    public function testWhatAnUploadLeftBehindADayAgoIsSweptAway(): void
    {
        [$old, $new] = [self::$server->state . '/documents/old.part', self::$server->state . '/documents/new.part'];
        touch($old, time() - 90_000);
        touch($new);
        $client = (new Visitor(self::$server))->welcome();
        $way = $client->ask('/2/files/plans/upload', ['id' => self::ID]);
        $client->send('PUT', "/2/files/plans?ticket={$way['ticket']}", $this->sealed('', base64_decode($way['key'])));
        clearstatcache();
        self::assertSame([false, true], [is_file($old), is_file($new)]);
        unlink($new);
    }

    public function testASessionOutlivesAPlannedChangeOfKeysAndNotARenewal(): void
    {
        $server = new RunningServer();
        try {
            $client = (new Visitor($server))->welcome();
            $message = ['id' => self::ID, 'text' => 'still here'];
            $server->operator('keys', 'prepare');
            self::assertSame($message, $client->ask('/2/message', $message));
            $server->operator('keys');
            self::assertSame($message, $client->ask('/2/message', $message));
            $server->operator('keys', 'renew');
            self::assertSame(401, $client->ask('/2/message', $message));
        } finally {
            $server->stop();
        }
    }

    public function testBothProtocolsRunSideBySideUntilTheFirstIsSwitchedOff(): void
    {
        $server = new RunningServer();
        try {
            $first = DeployedClient::connected($server->url);
            $second = (new Visitor($server))->welcome();
            self::assertSame('one', $first->say('one'));
            self::assertSame('one', $first->say('one'));
            $message = ['id' => self::ID, 'text' => 'two'];
            self::assertSame($message, $second->ask('/2/message', $message));
            $status = $server->operator('status');
            self::assertMatchesRegularExpression("/^protocol 1  $first->peer +2 messages/m", $status);
            $pin = preg_quote('sha256//' . base64_encode(Identity::pin($second->me->public())), '/');
            self::assertMatchesRegularExpression("/^protocol 2  $pin +1 messages/m", $status);
            $server->operator('protocol-1', 'off');
            self::assertSame(410, $first->send('POST', '/v1/message')[0]);
            self::assertSame($message, $second->ask('/2/message', $message));
            $server->operator('protocol-1', 'on');
            self::assertSame('again', $first->say('again'));
        } finally {
            $server->stop();
        }
    }

    private function sealed(string $text, string $key): string
    {
        [$state, $header] = sodium_crypto_secretstream_xchacha20poly1305_init_push($key);
        return $header . sodium_crypto_secretstream_xchacha20poly1305_push($state, $text, '', 3);
    }
}
