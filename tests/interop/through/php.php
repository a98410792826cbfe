<?php

// libsecenv through PHP. It speaks the lines of tests/peers/README.md.

declare(strict_types=1);

use Secenv\Exception\SecenvException;
use Secenv\Protocol1\{Envelope, Padding, RsaPublic, RsaSecret};
use Secenv\Secret;
use Secenv\Sodium\{Box, Kx, SealedBox, SecretBox, SecretStream, SessionKeys, Sign, StreamTag};

require __DIR__ . '/../../../bindings/php/autoload.php';

final class Refused extends Exception
{
}

function padding(string $byte): Padding
{
    return (strlen($byte) === 1 ? Padding::tryFrom(ord($byte)) : null) ?? throw new Refused();
}

/** @return list<Secret> */
function both(SessionKeys $keys): array
{
    return [$keys->rx, $keys->tx];
}

/** @return list<string> */
function stream_make(#[\SensitiveParameter] string $key, string $first, string ...$more): array
{
    $stream = SecretStream::push($key);
    $chunks = [$first, ...$more];
    $last = array_pop($chunks);
    $sealed = array_map(fn ($chunk) => $stream->push($chunk), $chunks);

    return [$stream->header, ...$sealed, $stream->push($last, StreamTag::Final)];
}

/** @return list<Secret> */
function stream_open(#[\SensitiveParameter] string $key, string $header, string $first, string ...$more): array
{
    $stream = SecretStream::pull($key, $header);
    $sealed = [$first, ...$more];
    $chunks = [];
    foreach ($sealed as $at => $piece) {
        $chunk = $stream->pull($piece);
        if (($chunk->tag === StreamTag::Final) !== ($at === array_key_last($sealed))) {
            throw new Refused();
        }
        $chunks[] = $chunk->message;
    }

    return $chunks;
}

$verbs = [
    'name' => fn () => ['secenv php'],

    'kx-public' => fn ($seed) => [Kx::seedKeypair($seed)->public],
    'kx-client' => fn ($seed, $server) => both(Kx::clientSessionKeys(Kx::seedKeypair($seed), $server)),
    'kx-server' => fn ($seed, $client) => both(Kx::serverSessionKeys(Kx::seedKeypair($seed), $client)),

    'proof-make' => fn ($pem, $message) => [RsaSecret::parse($pem)->privateEncrypt($message)],
    'proof-open' => fn ($pem, $proof) => [RsaPublic::parse($pem)->publicDecrypt($proof)],
    'rsa-wrap' => fn ($pem, $padding, $message) => [RsaPublic::parse($pem)->wrap(padding($padding), $message)],
    'rsa-unwrap' => fn ($pem, $padding, $wrapped) => [RsaSecret::parse($pem)->unwrap(padding($padding), $wrapped)],

    'envelope-seal' => fn ($tx, $pem, $padding, $ad, $message)
        => [Envelope::seal($tx, RsaPublic::parse($pem), padding($padding), $ad, $message)],
    'envelope-open' => fn ($rx, $pem, $padding, $ad, $json)
        => [Envelope::open($rx, RsaSecret::parse($pem), padding($padding), $ad, $json)],

    'box-public' => fn ($seed) => [Box::seedKeypair($seed)->public],
    'box-make' => fn ($seed, $receiver, $nonce, $message)
        => [Box::seal(Box::seedKeypair($seed), $receiver, $nonce, $message)],
    'box-open' => fn ($seed, $sender, $nonce, $box) => [Box::open(Box::seedKeypair($seed), $sender, $nonce, $box)],
    'seal-make' => fn ($receiver, $message) => [SealedBox::seal($receiver, $message)],
    'seal-open' => fn ($seed, $sealed) => [SealedBox::open(Box::seedKeypair($seed), $sealed)],

    'sign-public' => fn ($seed) => [Sign::seedKeypair($seed)->public],
    'sign-make' => fn ($seed, $message) => [Sign::sign(Sign::seedKeypair($seed), $message)],
    'sign-check' => function ($public, $signature, $message): array {
        Sign::verify($public, $message, $signature);

        return [];
    },

    'stream-make' => stream_make(...),
    'stream-open' => stream_open(...),

    'secretbox-make' => fn ($key, $nonce, $message) => [SecretBox::seal($key, $nonce, $message)],
    'secretbox-open' => fn ($key, $nonce, $box) => [SecretBox::open($key, $nonce, $box)],
];

function from_hex(string $field): string
{
    $bytes = $field === '-' ? '' : @hex2bin($field);

    return $bytes === false ? throw new Refused() : $bytes;
}

function to_hex(#[\SensitiveParameter] Secret|string $field): string
{
    $bytes = $field instanceof Secret ? $field->reveal() : $field;

    return $bytes === '' ? '-' : bin2hex($bytes);
}

while (($line = fgets(STDIN)) !== false) {
    [$verb, $fields] = explode(' ', rtrim($line, "\n"), 2) + [1 => null];
    try {
        $fields = $fields === null ? [] : array_map(from_hex(...), explode(' ', $fields));
        $answer = isset($verbs[$verb]) ? ['ok', ...array_map(to_hex(...), $verbs[$verb](...$fields))] : ['what'];
    } catch (Refused | SecenvException | ArgumentCountError) {
        $answer = ['no'];
    }
    fwrite(STDOUT, implode(' ', $answer) . "\n");
}
