<?php

declare(strict_types=1);

// Takes a finish: whether it made the session, and in which process.

use Secenv\Identity;
use Secenv\Session\PdoSessionStore;
use Secenv\Session\Server;
use Secenv\Session\Sessions;
use Secenv\Session\StateKeys;

$state = getenv('SECENV_STATE');
$key = file_get_contents("$state/key");
$server = Server::create(Identity::parse(file_get_contents("$state/identity.pem")), $key);
[$session] = $server->accept(file_get_contents('php://input'));
$sessions = new Sessions(PdoSessionStore::sqlite("$state/sessions.db"), new StateKeys($key));
echo $sessions->create($session) ? 'created' : 'taken', ' ', getmypid();
