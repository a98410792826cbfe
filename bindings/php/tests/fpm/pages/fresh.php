<?php

declare(strict_types=1);

// What this worker makes by chance, 500 of each, as hex: the first line is its process, the others `WHAT VALUE`.

use Secenv\Identity;
use Secenv\Session\Client;
use Secenv\Session\Server;

[$me, $them] = [Identity::generate(), Identity::generate()];
$pin = Identity::pin($them->public());
$server = Server::create($them, $key = random_bytes(32));
$client = Client::start($me, $pin);
[$session, $finish] = $client->finish($server->reply($client->hello()));
[$theirs] = $server->accept($finish);
$theirs->open('', $session->seal('', 'm'));

echo getmypid(), "\n";
$say = static function (string $what, string $bytes): void {
    echo $what, ' ', bin2hex(strlen($bytes) > 32 ? hash('sha256', $bytes, true) : $bytes), "\n";
};
for ($i = 0; $i < 500; $i++) {
    $client = Client::start($me, $pin);
    $hello = $client->hello();
    $say('random', substr($hello, 3, 32));
    $say('kx', substr($hello, 35, 32));
    $say('kem', substr($hello, 67, 1216));
    $reply = $server->reply($hello);
    $say('random', substr($reply, 2, 32));
    $say('kx', substr($reply, 34, 32));
    $say('kem', substr($reply, 66, 1120));
    $say('id', substr($reply, 1186, 16));
    $say('nonce', substr($reply, 1204, 24));
    $say('nonce', substr($reply, -161, 24));
    if ($i % 10 === 0) {
        // The other half of the handshake takes longer than all the rest.
        [, $finish] = $client->finish($reply);
        $say('nonce', substr($finish, 2 + 2 + 169 + 2, 24));
    }
    $say('nonce', substr($session->seal('', 'm'), 27, 24));
    $say('nonce', substr($theirs->reply(0, '', 'm'), 43, 24));
    $say('nonce', substr($theirs->export($key), 10, 24));
}
