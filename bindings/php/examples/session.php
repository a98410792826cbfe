<?php
// Protocol 2: a handshake, a message, and its reply. The server's half may run in another worker each time.
require __DIR__ . '/../autoload.php';

use Secenv\Identity;
use Secenv\Session\{Client, ClientConfig, PdoSessionStore, Server, ServerConfig, Sessions, StateKeys};

[$alice, $shop] = [Identity::generate(), Identity::generate()];
$shopPin = Identity::pin($shop->public()); // the client ships with it
$store = PdoSessionStore::sqlite(':memory:');
$server = Server::create($shop, new ServerConfig(random_bytes(32), $store->id()));
$sessions = new Sessions($store, new StateKeys(random_bytes(32)), $shopPin);
$mayComeIn = fn (string $pin): bool => $pin === Identity::pin($alice->public());

$client = Client::start($alice, new ClientConfig([$shopPin]));
$accepted = $server->accept($client->finish($server->reply($client->hello())));
// A finish that is sent again makes no session, and its welcome is never sent.
$welcome = $mayComeIn($accepted->pin()) && $sessions->create($accepted->session) ? $accepted->welcome : exit("no\n");
$mine = $client->session($welcome);

$record = $mine->seal('POST /message', 'meet at noon');
$opened = $sessions->open($mayComeIn, 'POST /message', $record); // and stored, before anything is done
echo $opened->message->reveal(), "\n";

$reply = $opened->reply('POST /message', 'agreed');
echo $mine->openReply($mine->lastSent(), 'POST /message', $reply)->reveal(), "\n";
