<?php

declare(strict_types=1);

// Takes a finish: whether it made the session, and in which process.

use Secenv\Identity;
use Secenv\PdoSessionStore;
use Secenv\Server;
use Secenv\Sessions;
use Secenv\StateKeys;

$state = getenv('SECENV_STATE');
$key = file_get_contents("$state/key");
$server = Server::over(Identity::parse(file_get_contents("$state/identity.pem")), $key);
[$session] = $server->accept(file_get_contents('php://input'));
$sessions = new Sessions(PdoSessionStore::sqlite("$state/sessions.db"), new StateKeys($key));
echo $sessions->create($session) ? 'created' : 'taken', ' ', getmypid();
