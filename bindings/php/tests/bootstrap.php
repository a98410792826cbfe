<?php

declare(strict_types=1);

// Finds the classes of the package, of its tests and of the reference server.
$register = require __DIR__ . '/../autoload.php';
$register('Secenv\\Tests\\', __DIR__);
$register('Secenv\\Server\\', __DIR__ . '/../examples/server/src');
