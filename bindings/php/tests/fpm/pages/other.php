<?php

// Code that is not libsecenv's tries to get at FFI.

foreach (
    [
        fn () => FFI::cdef('int getpid(void);'),
        fn () => FFI::scope('SECENV'),
        fn () => FFI::new('char[4]'),
        fn () => FFI::load('/nowhere.h'),
    ] as $attempt
) {
    try {
        $attempt();
        echo 'allowed ';
    } catch (FFI\Exception $refusal) {
        echo str_contains($refusal->getMessage(), 'restricted') ? 'refused ' : $refusal->getMessage();
    }
}
