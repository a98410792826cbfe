<?php

declare(strict_types=1);

// Sends each finish, each record, and one message in two records to both pools of tests/demos/fleet.py at the same
// moment, and counts who took it.
//   php -d ffi.enable=1 both_pools.php PACKAGE URL PIN CODE ROUNDS

use Secenv\Identity;
use Secenv\Session\Client;
use Secenv\Session\ClientConfig;

[, $package, $url, $pin, $code, $rounds] = $argv;
require "$package/autoload.php";

/**
 * What both pools answer: the statuses, as `200 and 409`, and the body of the 200.
 *
 * @return array{string, string}
 */
function both(string $url, string $path, string $east, string $west): array
{
    $many = curl_multi_init();
    $requests = array_map(static function (string $pool, string $body) use ($url, $path, $many): CurlHandle {
        $request = curl_init("$url/only-$pool$path");
        curl_setopt_array($request, [
            CURLOPT_POSTFIELDS => $body,
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_HTTPHEADER => ['Content-Type: application/octet-stream'],
        ]);
        curl_multi_add_handle($many, $request);
        return $request;
    }, ['east', 'west'], [$east, $west]);
    do {
        curl_multi_exec($many, $running);
        curl_multi_select($many, 0.01);
    } while ($running > 0);
    $bodies = ['', ''];
    $statuses = [];
    foreach ($requests as $at => $request) {
        $statuses[] = $status = curl_getinfo($request, CURLINFO_RESPONSE_CODE);
        if ($status === 200) {
            $bodies[$at] = curl_multi_getcontent($request);
        }
    }
    sort($statuses);
    return [implode(' and ', $statuses), $bodies[0] . $bodies[1]];
}

function post(string $url, string $path, string $body): string
{
    $request = curl_init("$url$path");
    curl_setopt_array($request, [CURLOPT_POSTFIELDS => $body, CURLOPT_RETURNTRANSFER => true]);
    return curl_exec($request);
}

$me = Identity::generate();
$server = base64_decode(substr($pin, strlen('sha256//')));
$counts = ['finishes' => [], 'records' => [], 'messages, in two records each,' => []];
for ($round = 1; $round <= (int) $rounds; $round++) {
    $client = Client::start($me, new ClientConfig([$server]));
    $finish = $client->finish(post($url, '/2/hello', $client->hello()));
    [$finishes, $welcome] = both($url, '/2/finish', $finish, $finish);
    $session = $client->session($welcome);
    $enrol = $session->seal('POST /2/enrol', json_encode(['code' => $code]));
    [$records] = both($url, '/2/enrol', $enrol, $enrol);
    $message = json_encode(['id' => bin2hex(random_bytes(16)), 'text' => "twice, message $round"]);
    [$east, $west] = [$session->seal('POST /2/message', $message), $session->seal('POST /2/message', $message)];
    [$messages] = both($url, '/2/message', $east, $west);
    $answers = [$finishes, $records, $messages];
    foreach (array_keys($counts) as $at => $what) {
        $counts[$what][$answers[$at]] = ($counts[$what][$answers[$at]] ?? 0) + 1;
    }
}
foreach ($counts as $what => $answered) {
    foreach ($answered as $statuses => $times) {
        echo "  $times $what were answered $statuses\n";
    }
}
exit(array_map('array_keys', array_values($counts)) === [['200 and 409'], ['200 and 401'], ['200 and 200']] ? 0 : 1);
