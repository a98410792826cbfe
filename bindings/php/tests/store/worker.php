<?php

declare(strict_types=1);

// One of several processes that use one store at once. Its arguments: the store's address, what to do, and the rest. It
// says "ready", waits for a line, works, and prints what came of it as JSON.

use Secenv\Exception\Rejected;
use Secenv\Session\Sessions;
use Secenv\Session\StateKeys;
use Secenv\Tests\Stores;

require __DIR__ . '/../bootstrap.php';

[, $address, $task] = $argv;
$rest = array_map(hex2bin(...), array_slice($argv, 3));
// `install` is about the first connection of all.
$store = $task === 'install' ? null : Stores::open($address);
echo "ready\n";
fgets(STDIN);

$result = match ($task) {
    'install' => Stores::open($address)->create(random_bytes(16), 'blob', 60),

    // The store's own id.
    'id' => bin2hex($store->id()),

    // Which of these ids this process created.
    'create' => array_map(static fn (string $id): bool => $store->create($id, bin2hex($id), 60), $rest),

    // Adds one to a stored number, fifty times. How often was another process faster?
    'count' => (static function () use ($store, $rest): int {
        [$id] = $rest;
        for ($conflicts = $done = 0; $done < 50;) {
            $seen = $store->load($id);
            usleep(random_int(0, 1000));
            $store->replace($id, $seen, (string) ((int) $seen->blob + 1)) ? $done++ : $conflicts++;
        }
        return $conflicts;
    })(),

    // Opens every record that nobody opened yet, in an order of its own. The replies, by the messages' numbers.
    'open' => (static function () use ($store, $rest): array {
        $sessions = new Sessions($store, new StateKeys(array_shift($rest)), array_shift($rest));
        shuffle($rest);
        $replies = [];
        foreach ($rest as $record) {
            try {
                $opened = $sessions->open(static fn (): bool => true, 'ad', $record);
                $replies[$opened->number] = bin2hex($opened->reply('ad', 'to ' . $opened->message->reveal()));
            } catch (Rejected) {
                // Another process had it.
            }
        }
        return $replies;
    })(),

    // Sends twenty messages that nobody asked for.
    'send' => (static function () use ($store, $rest): array {
        $sessions = new Sessions($store, new StateKeys($rest[0]), $rest[1]);
        return array_map(static fn (): string => bin2hex($sessions->send($rest[2], '', 'm')), range(1, 20));
    })(),
};
echo json_encode($result), "\n";
