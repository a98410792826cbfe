<?php echo ini_get('ffi.enable');
