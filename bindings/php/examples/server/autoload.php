<?php

declare(strict_types=1);

// Finds the classes of libsecenv and of the server.
(require __DIR__ . '/../../autoload.php')('Secenv\\Server\\', __DIR__ . '/src');
