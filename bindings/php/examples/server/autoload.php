<?php

declare(strict_types=1);

// Finds the classes of the server.
spl_autoload_register(static function (string $class): void {
    if (str_starts_with($class, 'Secenv\\Server\\')) {
        require __DIR__ . '/src/' . substr($class, 14) . '.php';
    }
});
