<?php

declare(strict_types=1);

// Code of the same pool that wants memory which is not its own, by way of the package: each attempt is refused. The end
// shows that nothing was damaged on the way.

use Secenv\Identity;
use Secenv\Native;
use Secenv\Secret;

$secret = Secret::hold('sixteen bytes...');
$identity = Identity::generate();
$attempts = [
    // What the class once offered.
    fn () => Native::memory(16),
    fn () => Native::string($secret, 164_024),
    fn () => Native::copy($secret, str_repeat('x', 164_024)),
    fn () => Native::address($secret),
    fn () => Native::plain('secenv_memzero', $secret, 164_024),
    fn () => Secret::own($secret),
    fn () => Secret::blank(16)->address(),
    fn () => $identity->pointer(),
    // Lengths and pointers of one's own, where C would believe them.
    fn () => Native::call('secenv_memzero', 'text', 164_024),
    fn () => Native::call('secenv_memcmp', 'a', 'b', 164_024),
    fn () => Native::call('secenv_bytes_free', $secret),
    fn () => Native::call('secenv_randombytes_buf', $secret, 164_024),
    fn () => Native::call('secenv_kx_seed_keypair', 'short'),
    fn () => Native::call('secenv_session_export', $identity, str_repeat('k', 32)),
    fn () => Native::call('secenv_session_seal', $secret, '', ''),
    fn () => Native::call('secenv_generichash_update', Secret::hold(str_repeat("\xff", 384)), 'part'),
    // There is no instance of FFI to be found, and no pointer in an object.
    fn () => (new ReflectionClass(Native::class))->getStaticPropertyValue('library')->secenv_memzero('text', 164_024),
    fn () => Closure::bind(fn () => self::$library, null, Native::class)()->secenv_memzero('text', 164_024),
    fn () => ((array) $secret)[array_key_first((array) $secret)],
    fn () => (clone $secret)->reveal(),
    fn () => (new ReflectionClass(Secret::class))->newInstanceWithoutConstructor()->reveal(),
];
set_error_handler(static fn (int $level, string $text) => throw new ErrorException($text));
foreach ($attempts as $at => $attempt) {
    try {
        $attempt();
        echo "$at was allowed, ";
    } catch (Throwable) {
    }
}
echo count($attempts), ' attempts, ', $secret->reveal(), $identity->encodeSecret()->length() > 100 ? ' and still there' : '';
