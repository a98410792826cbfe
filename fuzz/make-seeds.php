<?php
// Writes the seeds of protocol 2 from its vectors: php fuzz/make-seeds.php
declare(strict_types=1);

$vectors = file_get_contents(__DIR__ . '/../tests/vectors/secenv/session_v2.json');
$vectors = json_decode($vectors, true, 512, JSON_THROW_ON_ERROR);

function seed(string $target, string $name, string $bytes): void
{
    $folder = __DIR__ . "/seeds/$target";
    is_dir($folder) || mkdir($folder);
    file_put_contents("$folder/$name", $bytes);
}

/** BLAKE2b[key](lp(label) || lp("")) */
function derived(string $key, string $label): string
{
    return sodium_crypto_generichash(pack('N', strlen($label)) . $label . pack('N', 0), $key);
}

/** What lies in a state, or nothing if it does not open; both in hex. */
function plain(string $state, string $key): string
{
    [$state, $key] = [hex2bin($state), hex2bin($key)];
    [$start, $nonce, $box] = [substr($state, 0, 10), substr($state, 10, 24), substr($state, 34)];
    $key = derived($key, 'secenv 2 state');
    if (strlen($state) < 50) {
        return '';
    }
    return sodium_crypto_aead_xchacha20poly1305_ietf_decrypt($box, $start, $nonce, $key) ?: '';
}

$opens = 0;
foreach ($vectors['testGroups'] as $group) {
    foreach ($group['tests'] as $test) {
        $name = sprintf('%03d', $test['tcId']);
        match ($group['type']) {
            'Hello' => seed('session_hello', "$name.bin", hex2bin($test['hello'])),
            'Reply' => seed('session_reply', "$name.bin", hex2bin($test['reply'])),
            'Finish' => seed('session_finish', "$name.bin", hex2bin($test['finish'])),
            // The first byte says which group's state opens it.
            'Open' => seed('session_record', "$name.bin", chr($opens) . hex2bin($test['record'])),
            'State' => seed('session_state', "$name.bin", plain($test['state'], $test['stateKey'])),
            'Carrier' => seed('session_carrier', "$name.json", $test['json']),
            'Handshake', 'Seal' => null,
        };
    }
    $opens += $group['type'] === 'Open' ? 1 : 0;
}
// Edits of the reply that a waiting client gets: at, how many bytes go, what comes.
foreach (["\0\0\0", "\0\x03\1\x07", "\0\x52\2\0\xb7", "\0\x60\1\x01", "\0\xff\x10"] as $number => $edit) {
    seed('session_reply', "edit-$number.bin", $edit);
}
