<?php

declare(strict_types=1);

// For `opcache.preload`: under the default `ffi.enable=preload` only preloaded code may use FFI, so the whole package
// is preloaded. If the site has a preload file of its own, require this one from it. `bin/secenv-php-setup` prints
// the three ini lines that belong together.
foreach ([...glob(__DIR__ . '/src/*.php'), ...glob(__DIR__ . '/src/*/*.php')] as $file) {
    opcache_compile_file($file);
}
if (!interface_exists(Psr\Clock\ClockInterface::class)) {
    opcache_compile_file(__DIR__ . '/psr/ClockInterface.php');
}
