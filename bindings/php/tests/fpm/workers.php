<?php

declare(strict_types=1);

// Two php-fpm workers that were forked from one preloaded master, at the URL given, and the folder of their state: they
// make nothing twice, and of two that take one message at the same moment, one does. Ends non-zero otherwise.

use Secenv\Identity;
use Secenv\Session\Client;
use Secenv\Session\ClientConfig;
use Secenv\Session\Server;
use Secenv\Session\ServerConfig;

require __DIR__ . '/../../autoload.php';

const EACH = 10_000;
const ROUNDS = 50;

/** Asks for a page several times at once. */
function together(string $url, int $times, ?string $body = null): array
{
    $many = curl_multi_init();
    $handles = [];
    for ($n = 0; $n < $times; $n++) {
        $handles[] = $handle = curl_init($url);
        curl_setopt_array($handle, [CURLOPT_RETURNTRANSFER => true, CURLOPT_TIMEOUT => 60]);
        $body === null || curl_setopt_array($handle, [CURLOPT_POSTFIELDS => $body,
            CURLOPT_HTTPHEADER => ['Content-Type: application/octet-stream']]);
        curl_multi_add_handle($many, $handle);
    }
    do {
        curl_multi_exec($many, $running);
        curl_multi_select($many, 0.1);
    } while ($running > 0);
    foreach ($handles as $handle) {
        curl_getinfo($handle, CURLINFO_RESPONSE_CODE) === 200
            || throw new RuntimeException("$url: " . curl_error($handle) . curl_multi_getcontent($handle));
    }
    return array_map(curl_multi_getcontent(...), $handles);
}

[, $site, $state] = $argv;

// The first list of 500 hellos, nonces and so on tells the process, so go on until both have made enough.
$made = $seen = [];
for ($round = 0; count($made) < 2 || min(array_map(min(...), $made)) < EACH; $round++) {
    $round < 200 || throw new RuntimeException('only one worker works: ' . json_encode($made));
    foreach (together("$site/fresh.php", 4) as $page) {
        $lines = explode("\n", rtrim($page));
        $process = array_shift($lines);
        foreach ($lines as $line) {
            [$what, $value] = explode(' ', $line);
            !isset($seen[$line]) || throw new RuntimeException("$process made this $what again: $value");
            $seen[$line] = true;
            $made[$process][$what] = ($made[$process][$what] ?? 0) + 1;
        }
    }
}
count($made) === 2 || throw new RuntimeException('there were ' . count($made) . ' workers');
echo 'all distinct: ', json_encode($made), "\n";

$them = Identity::generate();
$key = random_bytes(32);
file_put_contents("$state/identity.pem", $them->encodeSecret()->reveal());
file_put_contents("$state/key", $key);
$pin = Identity::pin($them->public());
$store = together("$site/store.php", 1)[0];
$server = Server::create($them, new ServerConfig($key, hex2bin($store)));
$both = 0;
/** Exactly one of the answers says so. Did two processes answer? */
$once = static function (string $word, array $answers): bool {
    $said = array_map(static fn (string $answer): array => explode(' ', $answer), $answers);
    $words = array_count_values(array_column($said, 0));
    ($words[$word] ?? 0) === 1 || throw new RuntimeException("$word: " . implode(', ', $answers));
    return count(array_unique(array_column($said, 1))) === 2;
};
for ($round = 0; $round < ROUNDS; $round++) {
    $client = Client::start(Identity::generate(), new ClientConfig([$pin]));
    $finish = $client->finish($server->reply($client->hello()));
    $answers = together("$site/finish.php", 2, $finish);
    $both += (int) $once('created', $answers);
    [, , $welcome] = explode(' ', current(preg_grep('/^created/', $answers)));
    $record = $client->session(hex2bin($welcome))->seal('POST /record', 'opened');
    $both += (int) $once('opened', together("$site/record.php", 2, $record));
}
$both >= ROUNDS || throw new RuntimeException("the two workers met only $both times");
echo "once each: two workers met $both times of ", 2 * ROUNDS, "\n";
