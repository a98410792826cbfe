<?php
// Protocol 2: a handshake, a message, and its reply. The server's half may run in another worker each time.
require __DIR__ . '/../autoload.php';

use Secenv\{Client, Identity, PdoSessionStore, Server, Sessions, StateKeys};

[$alice, $shop] = [Identity::generate(), Identity::generate()];
$shopPin = Identity::pin($shop->public()); // the client ships with it
$stateKey = random_bytes(32);              // all workers of the server share it
$server = Server::over($shop, $stateKey);
$sessions = new Sessions(PdoSessionStore::sqlite(':memory:'), new StateKeys($stateKey));

$client = Client::start($alice, $shopPin);
[$mine, $finish] = $client->finish($server->reply($client->hello()));
[$session, $spki] = $server->accept($finish);
$known = Identity::pin($spki) === Identity::pin($alice->public()); // may this client come in?
echo $known && $sessions->create($session) ? "welcome\n" : "no\n"; // a finish that is sent again makes no session

$record = $mine->seal('meet at noon', 'POST /message');
$opened = $sessions->open($record, 'POST /message');               // and stored, before anything is done
echo $opened->message->reveal(), "\n";

$reply = $opened->reply('agreed', 'POST /message');
echo $mine->openReply($mine->sealed(), $reply, 'POST /message')->reveal(), "\n";
