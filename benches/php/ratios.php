<?php

declare(strict_types=1);

// Ratios through PHP against the hand-written PHP of tests/peers/php (ext-sodium, ext-openssl): the same lines and the
// same method as benches/ratios. Both take and give PHP strings.
//
// usage: php ratios.php SECRET.pem PUBLIC.pem

use Secenv\Identity;
use Secenv\Protocol1\Envelope;
use Secenv\Protocol1\Padding;
use Secenv\Protocol1\RsaPublic;
use Secenv\Protocol1\RsaSecret;
use Secenv\Session\Client;
use Secenv\Session\ClientConfig;
use Secenv\Session\Server;
use Secenv\Session\ServerConfig;

use function Deployed\deployed_open;
use function Deployed\deployed_seal;

require __DIR__ . '/../../bindings/php/autoload.php';
require __DIR__ . '/../../tests/peers/php/deployed.php';

const BATCH_NS = 500_000;
/** Runs before each batch that do not count, see benches/ratios/race.rs: PHP's allocator needs four to settle. */
const UNCOUNTED = 5;

/** Nanoseconds for so many runs. */
function once(Closure $work, int $runs): int
{
    for ($run = 0; $run < UNCOUNTED; $run++) {
        $work();
    }
    $start = hrtime(true);
    for ($run = 0; $run < $runs; $run++) {
        $work();
    }
    return hrtime(true) - $start;
}

/** How many runs make a batch; the runs on the way there warm everything up. */
function calibrate(Closure $work): int
{
    for ($runs = 1; once($work, $runs) < BATCH_NS; $runs *= 2) {
    }
    return $runs;
}

function median(array $values): float
{
    sort($values);
    return $values[intdiv(count($values), 2)];
}

/** Both alternate in short batches, each of them first in turn, and medians are taken. */
function race(string $work, Closure $ours, Closure $theirs, string $peer = 'hand-written PHP'): void
{
    $contenders = [$ours, $theirs];
    $batches = array_map(calibrate(...), $contenders);
    $times = [[], []];
    $ratios = [];
    $end = hrtime(true) + (float) (getenv('BENCH_SECONDS') ?: 0.2) * 1e9;
    while (count($ratios) < 5 || hrtime(true) < $end) {
        foreach (count($ratios) % 2 === 0 ? [0, 1] : [1, 0] as $at) {
            $times[$at][] = $last[$at] = once($contenders[$at], $batches[$at]) / $batches[$at];
        }
        $ratios[] = $last[1] / $last[0];
    }
    [$our, $their] = array_map(median(...), $times);
    printf("PHP\t%s\t%s\t%.0f\t%.0f\t%.3f\n", $work, $peer, $our, $their, median($ratios));
}

function expect(bool $good, string $what): void
{
    if (!$good) {
        fwrite(STDERR, "ratios: $what\n");
        exit(1);
    }
}

[, $secretPem, $publicPem] = array_map(file_get_contents(...), $argv);
$secret = RsaSecret::parse($secretPem);
$public = RsaPublic::parse($publicPem);
$theirSecret = openssl_pkey_get_private($secretPem);
$theirPublic = openssl_pkey_get_public($publicPem);
$key = str_repeat("\1", Envelope::KEY_BYTES);
$ad = 'associated data.';

foreach (['oaep_sha1' => Padding::OaepSha1, 'pkcs1' => Padding::Pkcs1] as $name => $padding) {
    foreach (['64B' => 64, '16KiB' => 16 << 10, '1MiB' => 1 << 20] as $size => $length) {
        $message = substr(str_repeat(implode('', array_map(chr(...), range(0, 255))), 4096), 0, $length);
        $seal = static fn (): string => Envelope::seal($key, $public, $padding, $ad, $message);
        $theirSeal = static fn (): string => deployed_seal($key, $theirPublic, $padding->value, $ad, $message);
        $json = $theirSeal();
        $open = static fn (): string => Envelope::open($key, $secret, $padding, $ad, $json)->reveal();
        $theirOpen = static fn (): ?string => deployed_open($key, $theirSecret, $padding->value, $ad, $json);
        expect($open() === $message && $theirOpen() === $message, "open $name $size");
        expect(deployed_open($key, $theirSecret, $padding->value, $ad, $seal()) === $message, "seal $name $size");
        race("envelope/seal_$name/$size", $seal, $theirSeal);
        race("envelope/open_$name/$size", $open, $theirOpen);
    }
}

// A record is opened once, so each run seals one first: both together against only opening a message of protocol 1.
$me = Identity::generate();
$server = Server::create($me, new ServerConfig($key, str_repeat("\2", 16)));
$client = Client::start($me, new ClientConfig([Identity::pin($me->public())]));
$accepted = $server->accept($client->finish($server->reply($client->hello())));
$mine = $client->session($accepted->welcome);
$theirs = $accepted->session;
$message = str_repeat('m', 64);
$record = static fn (): string => $theirs->open($ad, $mine->seal($ad, $message))->reveal();
foreach (['oaep_sha1' => Padding::OaepSha1, 'pkcs1' => Padding::Pkcs1] as $name => $padding) {
    $json = deployed_seal($key, $theirPublic, $padding->value, $ad, $message);
    $theirOpen = static fn (): ?string => deployed_open($key, $theirSecret, $padding->value, $ad, $json);
    expect($record() === $message && $theirOpen() === $message, "record $name");
    race('record/seal+open/64B', $record, $theirOpen, "hand-written PHP, only opening, protocol 1, $name");
}
