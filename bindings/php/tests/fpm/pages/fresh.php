<?php

declare(strict_types=1);

// What this worker makes by chance, 500 of each, as hex: the first line is its process, the others `WHAT VALUE`.

use Secenv\Identity;
use Secenv\Session\Client;
use Secenv\Session\ClientConfig;
use Secenv\Session\Place;
use Secenv\Session\Server;
use Secenv\Session\ServerConfig;

[$me, $them] = [Identity::generate(), Identity::generate()];
$pin = Identity::pin($them->public());
$key = random_bytes(32);
$server = Server::create($them, new ServerConfig($key, str_repeat('i', 16)));
$client = Client::start($me, new ClientConfig([$pin]));
$accepted = $server->accept($client->finish($server->reply($client->hello())));
[$session, $theirs] = [$client->session($accepted->welcome), $accepted->session];
$theirs->open('', $session->seal('', 'm'));
$place = new Place($pin, $theirs->id(), str_repeat('i', 16));

echo getmypid(), "\n";
$say = static function (string $what, string $bytes): void {
    echo $what, ' ', bin2hex(strlen($bytes) > 32 ? hash('sha256', $bytes, true) : $bytes), "\n";
};
for ($i = 0; $i < 500; $i++) {
    $client = Client::start($me, new ClientConfig([$pin]));
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
    $say('nonce', substr($reply, -160, 24));
    if ($i % 10 === 0) {
        // The other half of the handshake takes longer than all the rest.
        $finish = $client->finish($reply);
        $say('nonce', substr($finish, 2 + 2 + 168 + 2 + 1316 + 2, 24));
        $welcome = $server->accept($finish)->welcome;
        $say('kx', substr($welcome, 2, 32));
        $say('kem', substr($welcome, 34, 1120));
    }
    $say('nonce', substr($session->seal('', 'm'), 27, 24));
    $say('nonce', substr($theirs->reply(0, '', 'm'), 43, 24));
    $say('nonce', substr($theirs->export($key, $place), 10, 24));
}
