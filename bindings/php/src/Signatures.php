<?php

declare(strict_types=1);

namespace Secenv;

/**
 * What each function of C takes and gives, so that `Native` measures every length itself.
 *
 * An input stands for one PHP argument, but `0`:
 *
 *     h          a handle
 *     HCLASS     a list of handles of that class, and how many
 *     i, u       a number from 0, up to 2^63 or 2^32
 *     b          bytes, and how many
 *     t          a text without NUL, and not empty
 *     l32        a list of 32 bytes each, and how many
 *     f32 NAME   32 bytes of the caller's own: another length is misuse
 *     ?32 NAME   the same, or null
 *     p32        32 bytes of a peer's: another length is malformed
 *     s384       a state of that size
 *     0          NULL
 *     {TYPE NAME=INPUT ...}   a struct, each member from an argument of its own: `size` is set, for `b` its `_len`
 *                too, and for `l32` its `_count`
 *
 * and an output for one result:
 *
 *     >CLASS     a handle
 *     >secret, >text   `secenv_bytes`: as a `Secret`, as a string
 *     >number, >size   a number below 2^63
 *     >bool      true or false
 *     *TYPE      a struct of STRUCTS, as an array
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
    private const UNLOCK = '{secenv_unlock_secret kind=i secret=b}';
    private const PARCEL = '{secenv_parcel_config keyring=h signer=h id=t revision=i threads=u}';

    private const MESSAGE = '{secenv_message ad=b in=b now=i}';
    private const NUMBERED = '{secenv_message number=i ad=b in=b now=i}';
    private const PLACE
        = '{secenv_session_place server_pin=f32 server pin store_id=?16 store id session_id=f16 session id role=i}';

    public const ALL = [
        'secenv_status_message' => ['=', 'i'],
        'secenv_key_diagnose' => ['=', 'b'],
        'secenv_pin_parse' => ['b', 'o32'],
        'secenv_pin_format' => ['f32 pin', '>text'],
        'secenv_pwhash_verify' => ['b', 'b'],

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
        'secenv_envelope_seal_parts' => ['f32 key', 'h', 'i', 'b', 'b', '>text', '>text'],
        'secenv_envelope_open_parts' => ['f32 key', 'h', 'i', 'b', 'b', 'b', '>secret'],

        'secenv_identity_generate' => ['i', '>' . Identity::class],
        'secenv_identity_parse' => ['b', '>' . Identity::class],
        'secenv_identity_encode_secret' => ['h', '>secret'],
        'secenv_identity_public' => ['h', '>text'],
        'secenv_identity_pin' => ['b', 'o32'],

        'secenv_client_start' => [
            'h',
            '{secenv_client_config pins=l32 suite=i padding=i prologue=b now=i}',
            '>' . Session\Client::class,
            '>text',
        ],
        'secenv_client_finish' => ['h', 'b', '>text'],
        'secenv_client_finish_at' => ['h', 'b', 'i', '>text'],
        'secenv_client_session' => ['h', 'b', '>' . Session\Session::class],
        'secenv_client_session_at' => ['h', 'b', 'i', '>' . Session\Session::class],
        'secenv_client_pin_index' => ['h', '>size'],
        'secenv_server_new' => [
            'H' . Identity::class,
            '{secenv_server_config cookie_key=f32 cookie key store_id=f16 store id minimum_suite=i padding=i'
                . ' prologue=b accepted_keys=l32}',
            '>' . Session\Server::class,
        ],
        'secenv_server_reply' => ['h', 'b', '>text'],
        'secenv_server_reply_at' => ['h', 'b', 'i', '>text'],
        'secenv_server_accept' => ['h', 'b', '>' . Session\Session::class, '>text', '>text'],
        'secenv_server_accept_at' => [
            'h',
            '{secenv_message in=b now=i}',
            '>' . Session\Session::class,
            '>text',
            '>text',
        ],
        'secenv_server_next_key' => ['f32 key', 'i', 'k32'],
        'secenv_session_seal' => ['h', 'b', 'b', '>text'],
        'secenv_session_seal_at' => ['h', self::MESSAGE, '>text'],
        'secenv_session_open' => ['h', 'b', 'b', '>secret'],
        'secenv_session_open_at' => ['h', self::MESSAGE, '>secret'],
        'secenv_session_open_message' => ['h', 'b', 'b', '>secret'],
        'secenv_session_open_message_at' => ['h', self::MESSAGE, '>secret'],
        'secenv_session_open_reply' => ['h', 'i', 'b', 'b', '>secret'],
        'secenv_session_open_reply_at' => ['h', self::NUMBERED, '>secret'],
        'secenv_session_reply' => ['h', 'i', 'b', 'b', '>text'],
        'secenv_session_reply_at' => ['h', self::NUMBERED, '>text'],
        'secenv_session_last_received' => ['h', '>number'],
        'secenv_session_last_sent' => ['h', '>number'],
        'secenv_session_id' => ['h', 'o16'],
        'secenv_session_peer' => ['h', 'o32'],
        'secenv_session_server_pin' => ['h', 'o32'],
        'secenv_session_is_confirmed' => ['h', '>bool'],
        'secenv_session_export_secret' => ['h', 'b', 'b', 'k32'],
        'secenv_session_export' => ['h', 'f32 state key', self::PLACE, '>text'],
        'secenv_session_import' => ['b', 'f32 state key', self::PLACE, '>' . Session\Session::class],
        'secenv_session_import_at' => ['b', 'f32 state key', self::PLACE, 'i', '>' . Session\Session::class],
        'secenv_record_session_id' => ['b', 'o16'],
        'secenv_record_encode_json' => ['b', '>text'],
        'secenv_record_parse_json' => ['b', '>text'],

        'secenv_keyring_generate' => [self::UNLOCK, 'i', '>' . Offline\Keyring::class],
        'secenv_keyring_parse' => ['b', self::UNLOCK, '>' . Offline\Keyring::class],
        'secenv_keyring_encode' => ['h', '>text'],
        'secenv_keyring_change_unlock' => ['h', self::UNLOCK],
        'secenv_keyring_rotate' => ['h', 'i'],
        'secenv_keyring_retire' => ['h', 'f16 id'],
        'secenv_keyring_destroy_key' => ['h', 'f16 id'],
        'secenv_keyring_merge' => ['h', 'h'],
        'secenv_keyring_id' => ['h', 'o16'],
        'secenv_keyring_key_count' => ['h', '>size'],
        'secenv_keyring_key_at' => ['h', 'i', '*secenv_key_info'],
        'secenv_device_generate' => ['>' . Offline\Device::class],
        'secenv_device_parse' => ['b', '>' . Offline\Device::class],
        'secenv_device_encode_secret' => ['h', '>secret'],
        'secenv_device_public' => ['h', '>text'],
        'secenv_device_id' => ['b', 'o16'],
        'secenv_parcel_writer_start' => [self::PARCEL, '>' . Offline\ParcelWriter::class, '>text'],
        'secenv_parcel_writer_push' => ['h', 'b', '>text'],
        'secenv_parcel_writer_finish' => ['h', '>text', '*secenv_parcel_info'],
        'secenv_parcel_seal_file' => [self::PARCEL, 't', 't', '*secenv_parcel_info'],
        'secenv_parcel_inspect_file' => ['t', '*secenv_parcel_info'],
        'secenv_parcel_rewrap_file' => ['t', 'h'],
        'secenv_parcel_open_file' => ['t', 'l32', 'h', '>' . Offline\Parcel::class],
        'secenv_parcel_inspect' => ['h', '*secenv_parcel_info'],
        'secenv_parcel_read' => ['h', 'i', 'i', '>secret'],
        'secenv_grant_issue' => [
            'h',
            'h',
            'b',
            '{secenv_grant_terms sequence=i issued=i not_before=i not_after=i max_offline=i previous=?32 digest}',
            '>text',
        ],
        'secenv_grant_inspect' => ['b', '*secenv_grant_info'],
        'secenv_manifest_start' => [
            '{secenv_manifest_terms vault=f16 id version=i issued=i expires=i previous=?32 digest}',
            '>' . Offline\Manifest::class,
        ],
        'secenv_manifest_add' => ['h', 't', 'i', 'f32 root', 'i'],
        'secenv_manifest_issue' => ['h', 'h', '>text'],
        'secenv_manifest_inspect' => ['b', '*secenv_manifest_info'],
        'secenv_trust_draft_start' => [
            '{secenv_trust_terms version=i issued=i expires=i roots=l32 threshold=u allow_shared=i}',
            '>' . Offline\TrustDraft::class,
        ],
        'secenv_trust_draft_add' => ['h', 'i', 'f32 pin', 'i'],
        'secenv_trust_draft_issue' => ['h', '>text'],
        'secenv_trust_sign' => ['h', 'b', '>text'],
        'secenv_trust_statement_parse' => ['b', '>' . Offline\TrustStatement::class],
        'secenv_trust_statement_inspect' => ['h', '*secenv_trust_info'],
        'secenv_trust_statement_pin_count' => ['h', 'i', '>size'],
        'secenv_trust_statement_pin_at' => ['h', 'i', 'i', '*secenv_trust_pin'],
        'secenv_trust_from_roots' => ['l32', 'u', '>' . Offline\Trust::class],
        'secenv_trust_from_statement' => ['b', '>' . Offline\Trust::class],
        'secenv_trust_follow' => ['h', 'b', '>size'],
        'secenv_trust_version' => ['h', '>number'],
        'secenv_trust_encode' => ['h', '>text'],
        'secenv_trust_pins' => ['h', 'i', 'i', '*secenv_trust_pin_list'],

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

    /** What C writes into a struct: a number, so many bytes, a text, or as many as another member says. */
    public const STRUCTS = [
        'secenv_key_info' => ['id' => 16, 'epoch' => 'number', 'state' => 'number', 'created' => 'number'],
        'secenv_parcel_info' => [
            'id' => 'text',
            'revision' => 'number',
            'vault' => 16,
            'signer' => 32,
            'length' => 'number',
            'root' => 32,
            'chunk_bytes' => 'number',
            'keys' => ['key_count', 16],
        ],
        'secenv_grant_info' => [
            'vault' => 16,
            'device' => 16,
            'sequence' => 'number',
            'issued' => 'number',
            'not_before' => 'number',
            'not_after' => 'number',
            'max_offline' => 'number',
            'previous' => 32,
            'digest' => 32,
            'signer' => 32,
        ],
        'secenv_manifest_info' => [
            'vault' => 16,
            'version' => 'number',
            'issued' => 'number',
            'expires' => 'number',
            'previous' => 32,
            'digest' => 32,
            'signer' => 32,
            'entry_count' => 'number',
        ],
        'secenv_trust_info' => [
            'version' => 'number',
            'issued' => 'number',
            'expires' => 'number',
            'digest' => 32,
            'allow_shared' => 'number',
            'threshold' => 'number',
            'roots' => ['root_count', 32],
            'signers' => ['signer_count', 32],
        ],
        'secenv_trust_pin' => ['pin' => 32, 'until' => 'number'],
        'secenv_trust_pin_list' => ['pins' => ['pin_count', 32]],
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
        Offline\ParcelWriter::class => 'secenv_parcel_writer',
        Offline\Parcel::class => 'secenv_parcel',
        Offline\Manifest::class => 'secenv_manifest',
        Offline\TrustDraft::class => 'secenv_trust_draft',
        Offline\TrustStatement::class => 'secenv_trust_statement',
        Offline\Trust::class => 'secenv_trust',
    ];
}
