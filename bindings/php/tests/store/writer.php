<?php

declare(strict_types=1);

// A worker that goes on whatever happens to its store. Its argument: the store's address. It makes sessions, moves
// them on and removes some, and says what it is about to do and what was acknowledged, a line each, until its standard
// input ends:
//
//     created ID          replaced ID VERSION          removing ID          removed ID          unavailable
//
// A session's blob is its version.

use Secenv\Exception\Unavailable;
use Secenv\Session\StoredSession;
use Secenv\Tests\Stores;

require __DIR__ . '/../bootstrap.php';

// What a driver warns of when its server dies is on the way to an exception.
ini_set('display_errors', 'stderr');
[, $address] = $argv;
stream_set_blocking(STDIN, false);
$say = static fn (string $line): mixed => fwrite(STDOUT, "$line\n");
// SQLite lets whoever comes first go first, so that nobody else would.
$pause = static fn (): mixed => usleep(random_int(0, 10_000));
$store = null;
while (fgets(STDIN) === false && !feof(STDIN)) {
    try {
        $store ??= Stores::open($address, patience: 1.0);
        $id = random_bytes(16);
        $name = bin2hex($id);
        $pause();
        if (!$store->create($id, '1', 300)) {
            // It was made, and its acknowledgement was lost, and the driver asked again.
            continue;
        }
        $say("created $name");
        for ($version = 1; $version < 4; $version++) {
            $pause();
            $seen = new StoredSession((string) $version, $version);
            if (!$store->replace($id, $seen, (string) ($version + 1), $version === 1 ? 86_400 : null)) {
                continue 2;
            }
            $say("replaced $name " . $version + 1);
        }
        if (random_int(0, 3) === 0) {
            $pause();
            $say("removing $name");
            $store->remove($id);
            $say("removed $name");
        }
    } catch (Unavailable | PDOException | RedisException | RedisClusterException) {
        // The last three: it cannot even be connected to.
        $say('unavailable');
        $store = null;
        usleep(20_000);
    }
}
