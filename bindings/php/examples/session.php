<?php
// Protocol 2: a handshake, a message, and its reply. The server's half may run in another worker each time.
require __DIR__ . '/../autoload.php';

use Secenv\Identity;
use Secenv\Session\{Client, PdoSessionStore, Server, Sessions, StateKeys};

[$alice, $shop] = [Identity::generate(), Identity::generate()];
$shopPin = Identity::pin($shop->public()); // the client ships with it
$stateKey = random_bytes(32);              // all workers of the server share it
$server = Server::create($shop, $stateKey);
$sessions = new Sessions(PdoSessionStore::sqlite(':memory:'), new StateKeys($stateKey));

$client = Client::start($alice, $shopPin);
[$mine, $finish] = $client->finish($server->reply($client->hello()));
[$session, $spki] = $server->accept($finish);
$known = Identity::pin($spki) === Identity::pin($alice->public()); // may this client come in?
echo $known && $sessions->create($session) ? "welcome\n" : "no\n"; // a finish that is sent again makes no session

$record = $mine->seal('POST /message', 'meet at noon');
$opened = $sessions->open('POST /message', $record);               // and stored, before anything is done
echo $opened->message->reveal(), "\n";

$reply = $opened->reply('POST /message', 'agreed');
echo $mine->openReply($mine->lastSent(), 'POST /message', $reply)->reveal(), "\n";
