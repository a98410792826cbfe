<?php

declare(strict_types=1);

// One worker of StoredTest: waits for the word, then rotates the keyring at this address.
require __DIR__ . '/../bootstrap.php';

[, $address, $times] = $argv;
$keyrings = new Secenv\Offline\Keyrings(Secenv\Tests\Stores::pdo($address), Secenv\Offline\Unlock::key(str_repeat('k', 32)));
echo "ready\n";
fgets(STDIN);
for ($n = 0; $n < (int) $times; $n++) {
    $keyrings->change('shop', static fn (Secenv\Offline\Keyring $keyring) => $keyring->rotate());
}
