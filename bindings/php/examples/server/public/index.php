<?php

declare(strict_types=1);

// The one entry: every request of the reference server comes here.

use Secenv\Server\App;
use Secenv\Server\Request;

require __DIR__ . '/../../../autoload.php';
require __DIR__ . '/../autoload.php';

ini_set('display_errors', '0');
umask(0o077);

$state = (string) getenv('SECENV_STATE');
$padding = (string) getenv('SECENV_PADDING');
App::answer(
    Request::received(),
    $state === '' ? dirname(__DIR__) . '/var' : $state,
    $padding === '' ? '1' : $padding,
    (string) getenv('SECENV_SESSIONS'),
);
