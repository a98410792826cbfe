<?php

declare(strict_types=1);

// Takes a record: whether this worker was the one that opened it, and in which process.

use Secenv\Exception\Rejected;
use Secenv\Identity;
use Secenv\Session\PdoSessionStore;
use Secenv\Session\Sessions;
use Secenv\Session\StateKeys;

$state = getenv('SECENV_STATE');
$keys = new StateKeys(file_get_contents("$state/key"));
try {
    $pin = Identity::pin(Identity::parse(file_get_contents("$state/identity.pem"))->public());
    $opened = (new Sessions(PdoSessionStore::sqlite("$state/sessions.db"), $keys, $pin))
        ->open(static fn (): bool => true, 'POST /record', file_get_contents('php://input'));
    echo $opened->message->reveal(), ' ', getmypid();
} catch (Rejected) {
    echo 'refused ', getmypid();
}
