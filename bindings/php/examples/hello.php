<?php
// A message from a client to a server, sealed and opened.
require __DIR__ . '/../autoload.php';

use Secenv\Protocol1\{Envelope, Padding, RsaSecret};
use Secenv\Sodium\Kx;

$serverRsa = RsaSecret::generate(2048);
[$client, $server] = [Kx::keypair(), Kx::keypair()];

$keys = Kx::clientSessionKeys($client, $server->public);
$json = Envelope::seal($keys->tx, $serverRsa->public(), Padding::OaepSha1, 'greeting', 'meet at noon');

$keys = Kx::serverSessionKeys($server, $client->public);
$opened = Envelope::open($keys->rx, $serverRsa, Padding::OaepSha1, 'greeting', $json);
echo $opened->reveal(), "\n";
