<?php

declare(strict_types=1);

// The smallest server of protocol 2: hello, finish and records that are echoed, at /sqlite/... or /redis/... by where
// the sessions are kept. It does what a real one has to for a session, each request anew, and nothing else.

use Secenv\Exception\Rejected;
use Secenv\Identity;
use Secenv\Session\PdoSessionStore;
use Secenv\Session\RedisSessionStore;
use Secenv\Session\Server;
use Secenv\Session\Sessions;
use Secenv\Session\SessionStore;
use Secenv\Session\StateKeys;

$home = getenv('BENCH_HOME');
require "$home/package/autoload.php";

function server(string $home, string $key): Server
{
    return Server::create(Identity::parse(file_get_contents("$home/identity.pem")), $key);
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
$key = file_get_contents("$home/state.key");
header('Content-Type: application/octet-stream');
try {
    if ($step === 'hello') {
        echo server($home, $key)->reply($body);
        return;
    }
    $sessions = new Sessions(store($home, $which), new StateKeys($key));
    if ($step === 'finish') {
        [$session] = server($home, $key)->accept($body);
        http_response_code($sessions->create($session) ? 204 : 409);
    } else {
        $opened = $sessions->open('record', $body);
        echo $opened->reply('record', $opened->message);
    }
} catch (Rejected) {
    http_response_code(400);
}
