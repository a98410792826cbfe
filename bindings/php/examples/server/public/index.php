<?php

declare(strict_types=1);

// The one entry: every request of the reference server comes here.

use Secenv\Server\App;
use Secenv\Server\Limits;
use Secenv\Server\Request;

require __DIR__ . '/../autoload.php';

ini_set('display_errors', '0');
umask(0o077);

// Under php-fpm they are in `$_SERVER`, which a site that disabled `getenv` still has.
$setting = static fn (string $name): string
    => (string) ($_SERVER[$name] ?? (function_exists('getenv') ? getenv($name) : ''));
App::answer(
    Request::received(),
    $setting('SECENV_STATE') ?: dirname(__DIR__) . '/var',
    $setting('SECENV_PADDING') ?: '1',
    $setting('SECENV_SESSIONS'),
    $setting('SECENV_FLEET') === '1',
    array_map($setting, Limits::SETTINGS),
);
