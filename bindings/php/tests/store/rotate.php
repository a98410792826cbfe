<?php

declare(strict_types=1);

// One worker of StoredTest: waits for the word, then rotates the keyring at this address.

use Secenv\Offline\Keyring;
use Secenv\Offline\Keyrings;
use Secenv\Offline\Unlock;
use Secenv\Tests\Stores;

require __DIR__ . '/../bootstrap.php';

[, $address, $times] = $argv;
$keyrings = new Keyrings(Stores::pdo($address), Unlock::key(str_repeat('k', 32)));
echo "ready\n";
fgets(STDIN);
for ($n = 0; $n < (int) $times; $n++) {
    $keyrings->change('shop', static fn (Keyring $keyring) => $keyring->rotate());
}
