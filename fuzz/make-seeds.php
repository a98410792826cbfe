<?php
// Writes the seeds of protocol 2 anew from its vectors: php fuzz/make-seeds.php
declare(strict_types=1);

$vectors = file_get_contents(__DIR__ . '/../tests/vectors/secenv/session_v2.json');
$vectors = json_decode($vectors, true, 512, JSON_THROW_ON_ERROR);
array_map(unlink(...), glob(__DIR__ . '/seeds/session_*/*'));

function seed(string $target, string $name, string $bytes): void
{
    $folder = __DIR__ . "/seeds/session_$target";
    is_dir($folder) || mkdir($folder);
    file_put_contents("$folder/$name", $bytes);
}

function lp(string $field): string
{
    return pack('N', strlen($field)) . $field;
}

/** What lies in a state behind a byte for its role, or nothing if it does not open at its place. */
function plain(array $test): string
{
    [$state, $key] = [hex2bin($test['state']), hex2bin($test['stateKey'])];
    if (strlen($state) < 50) {
        return '';
    }
    [$start, $nonce, $box] = [substr($state, 0, 10), substr($state, 10, 24), substr($state, 34)];
    $key = sodium_crypto_generichash(lp('secenv 2 state') . lp(''), $key);
    $place = $test['place'];
    $ad = lp('secenv 2 state') . $start . lp(hex2bin($place['serverPin'])) . lp(hex2bin($place['storeId']))
        . lp(hex2bin($place['sessionId'])) . chr($place['role']);
    $plain = sodium_crypto_aead_xchacha20poly1305_ietf_decrypt($box, $ad, $nonce, $key);
    return $plain === false ? '' : chr($place['role'] - 1) . $plain;
}

$seen = ['Open' => 0, 'Hello' => 0, 'Reply' => 0, 'Finish' => 0, 'Welcome' => 0];
foreach ($vectors['testGroups'] as $group) {
    foreach ($group['tests'] as $test) {
        $name = sprintf('%04d', $test['tcId']);
        $target = strtolower($group['type']);
        $nth = $seen[$group['type']] ?? 0;
        match ($group['type']) {
            // Of the groups of messages: all of the first, which is the targets', and what is valid in the next one.
            'Hello', 'Reply', 'Finish', 'Welcome' =>
                $nth === 0 || ($nth === 1 && $test['result'] === 'valid')
                    ? seed($target, "$name.bin", hex2bin($test[$target])) : null,
            // The first byte says which group's state opens it.
            'Open' => seed('record', "$name.bin", chr($nth) . hex2bin($test['record'])),
            'State' => ($plain = plain($test)) === '' ? null : seed('state', "$name.bin", $plain),
            'Json' => seed('json', "$name.json", $test['json']),
            'Handshake', 'Seal', 'Export', 'NextKey' => null,
        };
    }
    isset($seen[$group['type']]) && $seen[$group['type']]++;
}
// Edits of the reply, the finish and the welcome that are true: at, how many bytes go, what comes.
$edits = [
    'reply' => ["\0\0\0", "\0\x03\1\x07", "\0\x52\2\0\xb7", "\0\x60\1\x01", "\0\xff\x10"],
    'finish' => ["\0\0\0", "\0\x04\1\x07", "\0\xac\2\0\x63", "\0\xb1\x20", "\1\x20\1\x01"],
    'welcome' => ["\0\0\0", "\0\x03\1\x07", "\0\x22\2\0\x3f", "\0\x25\1\x01", "\0\x70\x10"],
];
foreach ($edits as $target => $all) {
    foreach ($all as $number => $edit) {
        seed($target, "edit-$number.bin", $edit);
    }
}
