<?php

declare(strict_types=1);

// The smallest server of protocol 2: hello, finish and records that are echoed, at /sqlite/... or /redis/... by where
// the sessions are kept. It does what a real one has to for a session, each request anew, and nothing else.

use Secenv\Exception\Rejected;
use Secenv\Identity;
use Secenv\Session\PdoSessionStore;
use Secenv\Session\RedisSessionStore;
use Secenv\Session\Server;
use Secenv\Session\ServerConfig;
use Secenv\Session\Sessions;
use Secenv\Session\SessionStore;
use Secenv\Session\StateKeys;

$home = getenv('BENCH_HOME');
require "$home/package/autoload.php";

function server(string $home, string $storeId): Server
{
    $config = new ServerConfig(file_get_contents("$home/cookie.key"), $storeId);
    return Server::create(Identity::parse(file_get_contents("$home/identity.pem")), $config);
}

function store(string $home, string $which): SessionStore
{
    if ($which === 'sqlite') {
        return PdoSessionStore::sqlite("$home/state/sessions.sqlite");
    }
    $redis = new Redis();
    $redis->pconnect("$home/redis.sock");
    return new RedisSessionStore($redis);
}

[, $which, $step] = explode('/', $_SERVER['REQUEST_URI']);
$body = file_get_contents('php://input');
$store = store($home, $which);
header('Content-Type: application/octet-stream');
try {
    if ($step === 'hello') {
        echo server($home, $store->id())->reply($body);
        return;
    }
    $pin = Identity::pin(file_get_contents("$home/identity.pub.pem"));
    $sessions = new Sessions($store, new StateKeys(file_get_contents("$home/state.key")), $pin);
    if ($step === 'finish') {
        $accepted = server($home, $store->id())->accept($body);
        if ($sessions->create($accepted->session)) {
            echo $accepted->welcome;
        } else {
            http_response_code(409);
        }
    } else {
        $opened = $sessions->open(fn (string $pin): bool => true, 'record', $body);
        echo $opened->reply('record', $opened->message);
    }
} catch (Rejected) {
    http_response_code(400);
}
