<?php

declare(strict_types=1);

// Sends each finish and each record to both pools of scripts/demo-fleet at the same moment, and counts who took it.
//   php -d ffi.enable=1 demo-fleet.php PACKAGE URL PIN CODE ROUNDS

use Secenv\Client;
use Secenv\Identity;

[, $package, $url, $pin, $code, $rounds] = $argv;
require "$package/autoload.php";

/** @return list<int> the statuses from both pools */
function both(string $url, string $path, string $body): array
{
    $many = curl_multi_init();
    $requests = array_map(static function (string $pool) use ($url, $path, $body, $many): CurlHandle {
        $request = curl_init("$url/only-$pool$path");
        curl_setopt_array($request, [
            CURLOPT_POSTFIELDS => $body,
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_HTTPHEADER => ['Content-Type: application/octet-stream'],
        ]);
        curl_multi_add_handle($many, $request);
        return $request;
    }, ['east', 'west']);
    do {
        curl_multi_exec($many, $running);
        curl_multi_select($many, 0.01);
    } while ($running > 0);
    $statuses = array_map(static fn (CurlHandle $request): int => curl_getinfo($request, CURLINFO_RESPONSE_CODE), $requests);
    sort($statuses);
    return $statuses;
}

function post(string $url, string $path, string $body): string
{
    $request = curl_init("$url$path");
    curl_setopt_array($request, [CURLOPT_POSTFIELDS => $body, CURLOPT_RETURNTRANSFER => true]);
    return curl_exec($request);
}

$me = Identity::generate();
$server = base64_decode(substr($pin, strlen('sha256//')));
$finishes = $records = [];
for ($round = 0; $round < (int) $rounds; $round++) {
    $client = Client::start($me, $server);
    [$session, $finish] = $client->finish(post($url, '/2/hello', $client->hello()));
    $finishes[] = implode(' and ', both($url, '/2/finish', $finish));
    $enrol = $session->seal(json_encode(['code' => $code]), 'POST /2/enrol');
    $records[] = implode(' and ', both($url, '/2/enrol', $enrol));
}
$finishes = array_count_values($finishes);
$records = array_count_values($records);
foreach (['finishes' => $finishes, 'records' => $records] as $what => $counts) {
    foreach ($counts as $statuses => $times) {
        echo "  $times $what were answered $statuses\n";
    }
}
exit($finishes === ['204 and 409' => (int) $rounds] && $records === ['200 and 401' => (int) $rounds] ? 0 : 1);
