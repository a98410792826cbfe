<?php

declare(strict_types=1);

// The whole job against the reference server at the URL given, by a client without libsecenv. Ends non-zero if it
// fails.

use Secenv\Tests\DeployedClient;

require __DIR__ . '/../DeployedClient.php';

$client = DeployedClient::connected($argv[1]);
$client->say('meet at noon') === 'meet at noon' || throw new RuntimeException('the reply is another');
$document = random_bytes(32 << 20);
$client->upload('report', $document);
$client->download('report') === $document || throw new RuntimeException('the document is another');
echo "whole job done\n";
