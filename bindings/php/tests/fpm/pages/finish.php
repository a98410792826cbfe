<?php

declare(strict_types=1);

// Takes a finish: whether it made the session, in which process, and the welcome.

use Secenv\Identity;
use Secenv\Session\PdoSessionStore;
use Secenv\Session\Server;
use Secenv\Session\ServerConfig;
use Secenv\Session\Sessions;
use Secenv\Session\StateKeys;

$state = getenv('SECENV_STATE');
$key = file_get_contents("$state/key");
$store = PdoSessionStore::sqlite("$state/sessions.db");
$me = Identity::parse(file_get_contents("$state/identity.pem"));
$accepted = Server::create($me, new ServerConfig($key, $store->id()))->accept(file_get_contents('php://input'));
$sessions = new Sessions($store, new StateKeys($key), Identity::pin($me->public()));
$created = $sessions->create($accepted->session);
echo $created ? 'created ' : 'taken ', getmypid(), $created ? ' ' . bin2hex($accepted->welcome) : '';
