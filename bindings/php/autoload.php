<?php

declare(strict_types=1);

// Finds the classes of this package without Composer: require this file once. What it returns does the same for another
// prefix: `(require 'autoload.php')('App\\', __DIR__ . '/src')`.
$register = static function (string $prefix, string $folder): void {
    spl_autoload_register(static function (string $class) use ($prefix, $folder): void {
        if (str_starts_with($class, $prefix)) {
            $file = $folder . '/' . str_replace('\\', '/', substr($class, strlen($prefix))) . '.php';
            if (is_file($file)) {
                require $file;
            }
        }
    });
};
$register('Secenv\\', __DIR__ . '/src');
// PSR-20, if no other loader knows it: ours is asked last.
$register('Psr\\Clock\\', __DIR__ . '/psr');
return $register;
