<?php

declare(strict_types=1);

namespace Secenv;

/**
 * What each function of C takes and gives, so that `Native` measures every length itself.
 *
 * An input stands for one PHP argument, but `0`:
 *
 *     h          a handle
 *     i, u       a number from 0, up to 2^63 or 2^32
 *     b          bytes, and how many
 *     t          a text without NUL
 *     f32 NAME   32 bytes of the caller's own: another length is misuse
 *     ?32 NAME   the same, or null
 *     p32        32 bytes of a peer's: another length is malformed
 *     s384       a state of that size
 *     0          NULL
 *
 * and an output for one result:
 *
 *     >CLASS     a handle
 *     >secret, >text, >json   `secenv_bytes`: as a `Secret`, as a string, as what its JSON says
 *     >number    a number below 2^63
 *     o32, k32   32 bytes, public or a key
 *     o, k       the same, as many as the next PHP argument says; and how many
 *     o+16, k-16 the same, for so many more or fewer than the first bytes of the call
 *     c128       a text, in so many bytes
 *     n384       a new state of that size
 *
 * Before them stands the status of a function that says only 0 or -1, or `=` if what it returns is the result.
 *
 * @internal
 */
final class Signatures
{
    public const ALL = [
        'secenv_status_message' => ['=', 'i'],

        'secenv_rsa_secret_generate' => ['u', '>' . Protocol1\RsaSecret::class],
        'secenv_rsa_secret_parse' => ['b', '>' . Protocol1\RsaSecret::class],
        'secenv_rsa_secret_encode_secret' => ['h', '>secret'],
        'secenv_rsa_secret_public' => ['h', '>' . Protocol1\RsaPublic::class],
        'secenv_rsa_secret_unwrap' => ['h', 'i', 'b', '>secret'],
        'secenv_rsa_secret_sign' => ['h', 'b', '>text'],
        'secenv_rsa_secret_private_encrypt' => ['h', 'b', '>text'],
        'secenv_rsa_public_parse' => ['b', '>' . Protocol1\RsaPublic::class],
        'secenv_rsa_public_encode' => ['h', '>text'],
        'secenv_rsa_public_wrap' => ['h', 'i', 'b', '>text'],
        'secenv_rsa_public_verify' => ['h', 'b', 'b'],
        'secenv_rsa_public_public_decrypt' => ['h', 'b', '>text'],
        'secenv_envelope_seal' => ['f32 key', 'h', 'i', 'b', 'b', '>text'],
        'secenv_envelope_open' => ['f32 key', 'h', 'i', 'b', 'b', '>secret'],

        'secenv_identity_generate' => ['i', '>' . Identity::class],
        'secenv_identity_parse' => ['b', '>' . Identity::class],
        'secenv_identity_encode_secret' => ['h', '>secret'],
        'secenv_identity_public' => ['h', '>text'],
        'secenv_identity_pin' => ['b', 'o32'],

        'secenv_client_start' => ['h', 'f32 pin', 'i', '>' . Session\Client::class, '>text'],
        'secenv_client_finish' => ['h', 'b', '>' . Session\Session::class, '>text'],
        'secenv_server_new' => ['h', 'f32 state key', 'i', '>' . Session\Server::class],
        'secenv_server_rotate' => ['h', 'f32 state key', '>' . Session\Server::class],
        'secenv_server_reply' => ['h', 'b', '>text'],
        'secenv_server_accept' => ['h', 'b', '>' . Session\Session::class, '>text'],
        'secenv_session_seal' => ['h', 'b', 'b', '>text'],
        'secenv_session_open' => ['h', 'b', 'b', '>secret'],
        'secenv_session_open_message' => ['h', 'b', 'b', '>secret'],
        'secenv_session_open_reply' => ['h', 'i', 'b', 'b', '>secret'],
        'secenv_session_reply' => ['h', 'i', 'b', 'b', '>text'],
        'secenv_session_number' => ['h', '>number'],
        'secenv_session_sealed' => ['h', '>number'],
        'secenv_session_id' => ['h', 'o16'],
        'secenv_session_peer' => ['h', 'o32'],
        'secenv_session_export' => ['h', 'f32 state key', '>text'],
        'secenv_session_import' => ['b', 'f32 state key', '>' . Session\Session::class],
        'secenv_record_session' => ['b', 'o16'],
        'secenv_carrier_encode' => ['b', '>text'],
        'secenv_carrier_parse' => ['b', '>text'],

        'secenv_keyring_generate' => ['i', 'b', 'i', '>' . Offline\Keyring::class],
        'secenv_keyring_parse' => ['b', 'i', 'b', '>' . Offline\Keyring::class],
        'secenv_keyring_seal' => ['h', '>text'],
        'secenv_keyring_relock' => ['h', 'i', 'b'],
        'secenv_keyring_rotate' => ['h', 'i'],
        'secenv_keyring_retire' => ['h', 'f16 id'],
        'secenv_keyring_wipe_key' => ['h', 'f16 id'],
        'secenv_keyring_merge' => ['h', 'h'],
        'secenv_keyring_id' => ['h', 'o16'],
        'secenv_keyring_list' => ['h', '>json'],
        'secenv_device_generate' => ['>' . Offline\Device::class],
        'secenv_device_parse' => ['b', '>' . Offline\Device::class],
        'secenv_device_encode_secret' => ['h', '>secret'],
        'secenv_device_public' => ['h', '>text'],
        'secenv_device_id' => ['b', 'o16'],
        'secenv_sealer_start' => ['h', 'h', 'b', 'i', 'u', '>' . Offline\ParcelWriter::class, '>text'],
        'secenv_sealer_push' => ['h', 'b', '>text'],
        'secenv_sealer_finish' => ['h', '>text', '>json'],
        'secenv_parcel_seal_file' => ['h', 'h', 'b', 'i', 'b', 'b', 'u', '>json'],
        'secenv_parcel_inspect_file' => ['b', '>json'],
        'secenv_parcel_rewrap_file' => ['b', 'h'],
        'secenv_parcel_open_file' => ['b', 'b', 'h', '>' . Offline\Parcel::class],
        'secenv_parcel_length' => ['h', '>number'],
        'secenv_parcel_read' => ['h', 'i', 'i', '>secret'],
        'secenv_grant_issue' => ['h', 'h', 'b', 'i', 'i', 'i', 'i', 'i', '?32 chain value', '>text'],
        'secenv_grant_chain' => ['b', 'o32'],
        'secenv_grant_inspect' => ['b', '>json'],
        'secenv_manifest_start' => ['f16 id', 'i', 'i', 'i', '?32 chain value', '>' . Offline\Manifest::class],
        'secenv_manifest_add' => ['h', 'b', 'i', 'f32 root', 'i'],
        'secenv_manifest_issue' => ['h', 'h', '>text'],
        'secenv_manifest_chain' => ['b', 'o32'],
        'secenv_trust_issue' => ['h', 'i', 'i', 'b', '>text'],

        'secenv_randombytes_buf' => [Status::Unavailable, 'k'],
        'secenv_randombytes_uniform' => ['=', 'u'],
        'secenv_aead_xchacha20poly1305_ietf_encrypt'
            => [Status::Unavailable, 'o+16', '0', 'b', 'b', '0', 'f24 nonce', 'f32 key'],
        'secenv_aead_xchacha20poly1305_ietf_decrypt'
            => [Status::Rejected, 'k-16', '0', '0', 'b', 'b', 'p24', 'f32 key'],
        'secenv_secretbox_easy' => [Status::Unavailable, 'o+16', 'b', 'f24 nonce', 'f32 key'],
        'secenv_secretbox_open_easy' => [Status::Rejected, 'k-16', 'b', 'p24', 'f32 key'],
        'secenv_box_keypair' => [Status::Unavailable, 'o32', 'k32'],
        'secenv_box_seed_keypair' => [Status::Unavailable, 'o32', 'k32', 'f32 seed'],
        'secenv_box_easy' => [Status::Rejected, 'o+16', 'b', 'f24 nonce', 'p32', 'f32 secret key'],
        'secenv_box_open_easy' => [Status::Rejected, 'k-16', 'b', 'p24', 'p32', 'f32 secret key'],
        'secenv_box_seal' => [Status::Rejected, 'o+48', 'b', 'p32'],
        'secenv_box_seal_open' => [Status::Rejected, 'k-48', 'b', 'f32 own public key', 'f32 secret key'],
        'secenv_sign_keypair' => [Status::Unavailable, 'o32', 'k64'],
        'secenv_sign_seed_keypair' => [Status::Unavailable, 'o32', 'k64', 'f32 seed'],
        'secenv_sign_detached' => [Status::Unavailable, 'o64', '0', 'b', 'f64 secret key'],
        'secenv_sign_verify_detached' => [Status::Rejected, 'p64', 'b', 'p32'],
        'secenv_kx_keypair' => [Status::Unavailable, 'o32', 'k32'],
        'secenv_kx_seed_keypair' => [Status::Unavailable, 'o32', 'k32', 'f32 seed'],
        'secenv_kx_client_session_keys'
            => [Status::Rejected, 'k32', 'k32', 'f32 own public key', 'f32 secret key', 'p32'],
        'secenv_kx_server_session_keys'
            => [Status::Rejected, 'k32', 'k32', 'f32 own public key', 'f32 secret key', 'p32'],
        'secenv_kem_keypair' => [Status::Unavailable, 'o1216', 'k32'],
        'secenv_kem_seed_keypair' => [Status::Unavailable, 'o1216', 'k32', 'f32 seed'],
        'secenv_kem_enc' => [Status::Rejected, 'o1120', 'k32', 'p1216'],
        'secenv_kem_dec' => [Status::Rejected, 'k32', 'p1120', 'f32 secret key'],
        'secenv_kdf_derive_from_key' => [Status::InvalidArgument, 'k', 'i', 'f8 context', 'f32 key'],
        'secenv_generichash' => [Status::InvalidArgument, 'o', 'b', 'b'],
        'secenv_generichash_init' => [Status::InvalidArgument, 'n384', 'b', 'i'],
        'secenv_generichash_update' => [Status::InvalidArgument, 's384', 'b'],
        'secenv_generichash_final' => [Status::InvalidArgument, 's384', 'o'],
        'secenv_generichash_statebytes' => ['='],
        'secenv_pwhash' => [Status::Unavailable, 'k', 'b', 'f16 salt', 'i', 'i', 'i'],
        'secenv_pwhash_str' => [Status::Unavailable, 'c128', 'b', 'i', 'i'],
        'secenv_pwhash_str_verify' => [Status::Rejected, 't', 'b'],
        'secenv_pwhash_str_needs_rehash' => ['=', 't', 'i', 'i'],
        'secenv_secretstream_xchacha20poly1305_init_push' => [Status::Unavailable, 'n52', 'o24', 'f32 key'],
        'secenv_secretstream_xchacha20poly1305_init_pull' => [Status::Rejected, 'n52', 'p24', 'f32 key'],
        'secenv_secretstream_xchacha20poly1305_push'
            => [Status::Unavailable, 's52', 'o+17', '0', 'b', 'b', 'i'],
        'secenv_secretstream_xchacha20poly1305_pull'
            => [Status::Rejected, 's52', 'k-17', '0', 'o1', 'b', 'b'],
        'secenv_secretstream_xchacha20poly1305_rekey' => [Status::Unavailable, 's52'],
        'secenv_secretstream_xchacha20poly1305_statebytes' => ['='],
    ];

    /** The C types of the handles. Each is freed by a function of this name and `_free`. */
    public const TYPES = [
        Secret::class => 'secenv_bytes',
        Identity::class => 'secenv_identity',
        Protocol1\RsaSecret::class => 'secenv_rsa_secret',
        Protocol1\RsaPublic::class => 'secenv_rsa_public',
        Session\Client::class => 'secenv_client',
        Session\Server::class => 'secenv_server',
        Session\Session::class => 'secenv_session',
        Offline\Keyring::class => 'secenv_keyring',
        Offline\Device::class => 'secenv_device',
        Offline\ParcelWriter::class => 'secenv_sealer',
        Offline\Parcel::class => 'secenv_parcel',
        Offline\Manifest::class => 'secenv_manifest',
    ];
}
