<?php

declare(strict_types=1);

// The id of the store.

use Secenv\Session\PdoSessionStore;

echo bin2hex(PdoSessionStore::sqlite(getenv('SECENV_STATE') . '/sessions.db')->id());
