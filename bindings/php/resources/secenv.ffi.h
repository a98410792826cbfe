#define FFI_SCOPE "SECENV"
#define FFI_LIB "libsecenv.so.0"
enum {
  SECENV_BASE64_VARIANT_ORIGINAL = 1,
  SECENV_BASE64_VARIANT_ORIGINAL_NO_PADDING = 3,
  SECENV_BASE64_VARIANT_URLSAFE = 5,
  SECENV_BASE64_VARIANT_URLSAFE_NO_PADDING = 7,
  SECENV_RANDOMBYTES_SEEDBYTES = 32,
  SECENV_KX_PUBLICKEYBYTES = 32,
  SECENV_KX_SECRETKEYBYTES = 32,
  SECENV_KX_SEEDBYTES = 32,
  SECENV_KX_SESSIONKEYBYTES = 32,
  SECENV_AEAD_XCHACHA20POLY1305_IETF_KEYBYTES = 32,
  SECENV_AEAD_XCHACHA20POLY1305_IETF_NSECBYTES = 0,
  SECENV_AEAD_XCHACHA20POLY1305_IETF_NPUBBYTES = 24,
  SECENV_AEAD_XCHACHA20POLY1305_IETF_ABYTES = 16,
  SECENV_BOX_SEEDBYTES = 32,
  SECENV_BOX_PUBLICKEYBYTES = 32,
  SECENV_BOX_SECRETKEYBYTES = 32,
  SECENV_BOX_NONCEBYTES = 24,
  SECENV_BOX_MACBYTES = 16,
  SECENV_BOX_BEFORENMBYTES = 32,
  SECENV_BOX_SEALBYTES = 48,
  SECENV_SECRETBOX_KEYBYTES = 32,
  SECENV_SECRETBOX_NONCEBYTES = 24,
  SECENV_SECRETBOX_MACBYTES = 16,
  SECENV_SIGN_BYTES = 64,
  SECENV_SIGN_SEEDBYTES = 32,
  SECENV_SIGN_PUBLICKEYBYTES = 32,
  SECENV_SIGN_SECRETKEYBYTES = 64,
  SECENV_SIGN_ED25519_BYTES = 64,
  SECENV_SIGN_ED25519_SEEDBYTES = 32,
  SECENV_SIGN_ED25519_PUBLICKEYBYTES = 32,
  SECENV_SIGN_ED25519_SECRETKEYBYTES = 64,
  SECENV_SECRETSTREAM_XCHACHA20POLY1305_ABYTES = 17,
  SECENV_SECRETSTREAM_XCHACHA20POLY1305_HEADERBYTES = 24,
  SECENV_SECRETSTREAM_XCHACHA20POLY1305_KEYBYTES = 32,
  SECENV_SECRETSTREAM_XCHACHA20POLY1305_TAG_MESSAGE = 0,
  SECENV_SECRETSTREAM_XCHACHA20POLY1305_TAG_PUSH = 1,
  SECENV_SECRETSTREAM_XCHACHA20POLY1305_TAG_REKEY = 2,
  SECENV_SECRETSTREAM_XCHACHA20POLY1305_TAG_FINAL = 3,
  SECENV_KEM_PUBLICKEYBYTES = 1216,
  SECENV_KEM_SECRETKEYBYTES = 32,
  SECENV_KEM_CIPHERTEXTBYTES = 1120,
  SECENV_KEM_SHAREDSECRETBYTES = 32,
  SECENV_KEM_SEEDBYTES = 32,
  SECENV_KEM_XWING_PUBLICKEYBYTES = 1216,
  SECENV_KEM_XWING_SECRETKEYBYTES = 32,
  SECENV_KEM_XWING_CIPHERTEXTBYTES = 1120,
  SECENV_KEM_XWING_SHAREDSECRETBYTES = 32,
  SECENV_KEM_XWING_SEEDBYTES = 32,
  SECENV_KDF_BYTES_MIN = 16,
  SECENV_KDF_BYTES_MAX = 64,
  SECENV_KDF_CONTEXTBYTES = 8,
  SECENV_KDF_KEYBYTES = 32,
  SECENV_KDF_BLAKE2B_BYTES_MIN = 16,
  SECENV_KDF_BLAKE2B_BYTES_MAX = 64,
  SECENV_KDF_BLAKE2B_CONTEXTBYTES = 8,
  SECENV_KDF_BLAKE2B_KEYBYTES = 32,
  SECENV_GENERICHASH_BYTES_MIN = 16,
  SECENV_GENERICHASH_BYTES_MAX = 64,
  SECENV_GENERICHASH_BYTES = 32,
  SECENV_GENERICHASH_KEYBYTES_MIN = 16,
  SECENV_GENERICHASH_KEYBYTES_MAX = 64,
  SECENV_GENERICHASH_KEYBYTES = 32,
  SECENV_GENERICHASH_BLAKE2B_BYTES_MIN = 16,
  SECENV_GENERICHASH_BLAKE2B_BYTES_MAX = 64,
  SECENV_GENERICHASH_BLAKE2B_BYTES = 32,
  SECENV_GENERICHASH_BLAKE2B_KEYBYTES_MIN = 16,
  SECENV_GENERICHASH_BLAKE2B_KEYBYTES_MAX = 64,
  SECENV_GENERICHASH_BLAKE2B_KEYBYTES = 32,
  SECENV_GENERICHASH_BLAKE2B_SALTBYTES = 16,
  SECENV_GENERICHASH_BLAKE2B_PERSONALBYTES = 16,
  SECENV_PWHASH_ALG_ARGON2I13 = 1,
  SECENV_PWHASH_ALG_ARGON2ID13 = 2,
  SECENV_PWHASH_ALG_DEFAULT = 2,
  SECENV_PWHASH_BYTES_MIN = 16,
  SECENV_PWHASH_PASSWD_MIN = 0,
  SECENV_PWHASH_SALTBYTES = 16,
  SECENV_PWHASH_STRBYTES = 128,
  SECENV_PWHASH_OPSLIMIT_MIN = 1,
  SECENV_PWHASH_MEMLIMIT_MIN = 8192,
  SECENV_PWHASH_OPSLIMIT_INTERACTIVE = 2,
  SECENV_PWHASH_MEMLIMIT_INTERACTIVE = 67108864,
  SECENV_PWHASH_OPSLIMIT_MODERATE = 3,
  SECENV_PWHASH_MEMLIMIT_MODERATE = 268435456,
  SECENV_PWHASH_OPSLIMIT_SENSITIVE = 4,
  SECENV_PWHASH_MEMLIMIT_SENSITIVE = 1073741824,
  SECENV_PWHASH_ARGON2ID_ALG_ARGON2ID13 = 2,
  SECENV_PWHASH_ARGON2ID_BYTES_MIN = 16,
  SECENV_PWHASH_ARGON2ID_PASSWD_MIN = 0,
  SECENV_PWHASH_ARGON2ID_SALTBYTES = 16,
  SECENV_PWHASH_ARGON2ID_STRBYTES = 128,
  SECENV_PWHASH_ARGON2ID_OPSLIMIT_MIN = 1,
  SECENV_PWHASH_ARGON2ID_MEMLIMIT_MIN = 8192,
  SECENV_PWHASH_ARGON2ID_OPSLIMIT_INTERACTIVE = 2,
  SECENV_PWHASH_ARGON2ID_MEMLIMIT_INTERACTIVE = 67108864,
  SECENV_PWHASH_ARGON2ID_OPSLIMIT_MODERATE = 3,
  SECENV_PWHASH_ARGON2ID_MEMLIMIT_MODERATE = 268435456,
  SECENV_PWHASH_ARGON2ID_OPSLIMIT_SENSITIVE = 4,
  SECENV_PWHASH_ARGON2ID_MEMLIMIT_SENSITIVE = 1073741824,
  SECENV_SCALARMULT_BYTES = 32,
  SECENV_SCALARMULT_SCALARBYTES = 32,
  SECENV_SCALARMULT_CURVE25519_BYTES = 32,
  SECENV_SCALARMULT_CURVE25519_SCALARBYTES = 32,
  SECENV_PIN_BYTES = 32,
  SECENV_DIGEST_BYTES = 32,
  SECENV_VAULT_ID_BYTES = 16,
  SECENV_DEVICE_ID_BYTES = 16,
  SECENV_KEY_ID_BYTES = 16,
  SECENV_SESSION_ID_BYTES = 16,
  SECENV_ANCHOR_BYTES = 16,
  SECENV_STATE_KEY_BYTES = 32,
  SECENV_COOKIE_KEY_BYTES = 32,
  SECENV_STORE_ID_BYTES = 16,
  SECENV_UNLOCK_KEY_BYTES = 32,
  SECENV_RSA_PADDING_PKCS1 = 1,
  SECENV_RSA_PADDING_OAEP_SHA1 = 4,
  SECENV_RSA_PADDING_OAEP_SHA256 = 5,
  SECENV_IDENTITY_RSA = 1,
  SECENV_IDENTITY_ED25519 = 2,
  SECENV_SUITE_X25519 = 1,
  SECENV_SUITE_X25519_XWING = 2,
  SECENV_PADDING_NONE = 0,
  SECENV_PADDING_PADME = 1,
  SECENV_ROLE_CLIENT = 1,
  SECENV_ROLE_SERVER = 2,
  SECENV_UNLOCK_PASSPHRASE = 1,
  SECENV_UNLOCK_RAW = 2,
  SECENV_KEY_ACTIVE = 1,
  SECENV_KEY_DECRYPT_ONLY = 2,
  SECENV_KEY_DESTROYED = 3,
  SECENV_DOCUMENT_ID_SIZE = 129,
  SECENV_WRAPS_MAX = 64,
  SECENV_ROOTS_MAX = 8,
  SECENV_ROLE_PINS_MAX = 4,
  SECENV_TRUST_SIGNATURES_MAX = 16,
  SECENV_ROLE_SESSIONS = 1,
  SECENV_ROLE_GRANTS = 2,
  SECENV_ROLE_MANIFESTS = 3,
  SECENV_TRUST_CHAIN_BYTES_MAX = 1048576,
  SECENV_FILE_UNKNOWN = 0,
  SECENV_FILE_TRUST = 1,
  SECENV_FILE_GRANT = 2,
  SECENV_FILE_MANIFEST = 3,
  SECENV_FILE_PARCEL = 4,
  SECENV_FLAW_MISSING = 1,
  SECENV_FLAW_EXTRA = 2,
  SECENV_FLAW_STALE = 3,
  SECENV_FLAW_DAMAGED = 4,
};
typedef enum {
  SECENV_STATUS_OK = 0,
  SECENV_STATUS_NULL_POINTER = 1,
  SECENV_STATUS_INVALID_LENGTH = 2,
  SECENV_STATUS_INVALID_ARGUMENT = 10,
  SECENV_STATUS_ENCRYPTED_KEY = 11,
  SECENV_STATUS_CLOSED = 12,
  SECENV_STATUS_NOT_FOUND = 13,
  SECENV_STATUS_EXISTS = 14,
  SECENV_STATUS_WEAK_KEY = 15,
  SECENV_STATUS_WRONG_KIND = 16,
  SECENV_STATUS_DAMAGED = 17,
  SECENV_STATUS_NOT_A_FILE = 18,
  SECENV_STATUS_UNCONFIRMED = 19,
  SECENV_STATUS_MALFORMED = 20,
  SECENV_STATUS_REJECTED = 21,
  SECENV_STATUS_TOO_LARGE = 22,
  SECENV_STATUS_ENDED = 23,
  SECENV_STATUS_EXPIRED = 24,
  SECENV_STATUS_STALE = 25,
  SECENV_STATUS_CLOCK = 26,
  SECENV_STATUS_FOREIGN = 27,
  SECENV_STATUS_NO_KEY = 28,
  SECENV_STATUS_OUT_OF_ORDER = 29,
  SECENV_STATUS_UNAVAILABLE = 30,
  SECENV_STATUS_DISK = 31,
  SECENV_STATUS_FULL = 32,
  SECENV_STATUS_DENIED = 33,
  SECENV_STATUS_TOO_MANY_FILES = 34,
  SECENV_STATUS_INTERNAL = 39,
} secenv_status;
const char *secenv_status_message(int32_t status);
const char *secenv_status_name(int32_t status);
const char *secenv_version(void);
typedef struct secenv_bytes secenv_bytes;
const uint8_t *secenv_bytes_data(const secenv_bytes *bytes);
size_t secenv_bytes_len(const secenv_bytes *bytes);
void secenv_bytes_free(secenv_bytes *bytes);
secenv_status secenv_pin_parse(const void *in, size_t in_len, uint8_t *out);
secenv_status secenv_pin_format(const void *pin, secenv_bytes **out);
typedef struct secenv_rsa_public secenv_rsa_public;
typedef struct secenv_rsa_secret secenv_rsa_secret;
secenv_status secenv_rsa_secret_generate(uint32_t bits, secenv_rsa_secret **out);
secenv_status secenv_rsa_secret_parse(const void *in, size_t in_len, secenv_rsa_secret **out);
secenv_status secenv_rsa_secret_encode_secret(const secenv_rsa_secret *secret, secenv_bytes **out);
secenv_status secenv_rsa_secret_public(const secenv_rsa_secret *secret, secenv_rsa_public **out);
secenv_status secenv_rsa_secret_unwrap(const secenv_rsa_secret *secret, int32_t padding, const void *in, size_t in_len, secenv_bytes **out);
secenv_status secenv_rsa_secret_sign(const secenv_rsa_secret *secret, const void *in, size_t in_len, secenv_bytes **out);
secenv_status secenv_rsa_secret_private_encrypt(const secenv_rsa_secret *secret, const void *in, size_t in_len, secenv_bytes **out);
void secenv_rsa_secret_free(secenv_rsa_secret *secret);
secenv_status secenv_rsa_public_parse(const void *in, size_t in_len, secenv_rsa_public **out);
secenv_status secenv_rsa_public_encode(const secenv_rsa_public *key, secenv_bytes **out);
secenv_status secenv_rsa_public_wrap(const secenv_rsa_public *key, int32_t padding, const void *in, size_t in_len, secenv_bytes **out);
secenv_status secenv_rsa_public_verify(const secenv_rsa_public *key, const void *in, size_t in_len, const void *signature, size_t signature_len);
secenv_status secenv_rsa_public_public_decrypt(const secenv_rsa_public *key, const void *in, size_t in_len, secenv_bytes **out);
void secenv_rsa_public_free(secenv_rsa_public *key);
const char *secenv_key_diagnose(const void *in, size_t in_len);
secenv_status secenv_pwhash_verify(const void *hash, size_t hash_len, const void *password, size_t password_len);
secenv_status secenv_envelope_seal(const void *tx, const secenv_rsa_public *receiver, int32_t padding, const void *ad, size_t ad_len, const void *in, size_t in_len, secenv_bytes **json);
secenv_status secenv_envelope_open(const void *rx, const secenv_rsa_secret *receiver, int32_t padding, const void *ad, size_t ad_len, const void *in, size_t in_len, secenv_bytes **out);
secenv_status secenv_envelope_seal_parts(const void *tx, const secenv_rsa_public *receiver, int32_t padding, const void *ad, size_t ad_len, const void *in, size_t in_len, secenv_bytes **data, secenv_bytes **nonce);
secenv_status secenv_envelope_open_parts(const void *rx, const secenv_rsa_secret *receiver, int32_t padding, const void *ad, size_t ad_len, const void *data, size_t data_len, const void *nonce, size_t nonce_len, secenv_bytes **out);
typedef struct secenv_identity secenv_identity;
secenv_status secenv_identity_generate(int32_t kind, secenv_identity **out);
secenv_status secenv_identity_parse(const void *in, size_t in_len, secenv_identity **out);
secenv_status secenv_identity_encode_secret(const secenv_identity *identity, secenv_bytes **out);
secenv_status secenv_identity_public(const secenv_identity *identity, secenv_bytes **out);
secenv_status secenv_identity_pin(const void *in, size_t in_len, uint8_t *out);
void secenv_identity_free(secenv_identity *identity);
typedef struct secenv_session secenv_session;
typedef struct {
  size_t size;
  uint64_t number;
  const uint8_t *ad;
  size_t ad_len;
  const uint8_t *in;
  size_t in_len;
  uint64_t now;
} secenv_message;
typedef struct {
  size_t size;
  const uint8_t *server_pin;
  const uint8_t *store_id;
  const uint8_t *session_id;
  int32_t role;
} secenv_session_place;
secenv_status secenv_session_seal(secenv_session *session, const void *ad, size_t ad_len, const void *in, size_t in_len, secenv_bytes **record);
secenv_status secenv_session_seal_at(secenv_session *session, const secenv_message *message, secenv_bytes **record);
secenv_status secenv_session_open(secenv_session *session, const void *ad, size_t ad_len, const void *in, size_t in_len, secenv_bytes **out);
secenv_status secenv_session_open_at(secenv_session *session, const secenv_message *message, secenv_bytes **out);
secenv_status secenv_session_open_message(secenv_session *session, const void *ad, size_t ad_len, const void *in, size_t in_len, secenv_bytes **out);
secenv_status secenv_session_open_message_at(secenv_session *session, const secenv_message *message, secenv_bytes **out);
secenv_status secenv_session_open_reply(secenv_session *session, uint64_t number, const void *ad, size_t ad_len, const void *in, size_t in_len, secenv_bytes **out);
secenv_status secenv_session_open_reply_at(secenv_session *session, const secenv_message *message, secenv_bytes **out);
secenv_status secenv_session_last_received(const secenv_session *session, uint64_t *out);
secenv_status secenv_session_last_sent(const secenv_session *session, uint64_t *out);
secenv_status secenv_session_reply(secenv_session *session, uint64_t number, const void *ad, size_t ad_len, const void *in, size_t in_len, secenv_bytes **record);
secenv_status secenv_session_reply_at(secenv_session *session, const secenv_message *message, secenv_bytes **record);
secenv_status secenv_session_export(const secenv_session *session, const void *state_key, const secenv_session_place *place, secenv_bytes **out);
secenv_status secenv_session_import(const void *in, size_t in_len, const void *state_key, const secenv_session_place *place, secenv_session **out);
secenv_status secenv_session_import_at(const void *in, size_t in_len, const void *state_key, const secenv_session_place *place, uint64_t now, secenv_session **out);
secenv_status secenv_session_export_secret(const secenv_session *session, const void *label, size_t label_len, const void *context, size_t context_len, uint8_t *out);
secenv_status secenv_session_is_confirmed(const secenv_session *session, bool *out);
secenv_status secenv_session_server_pin(const secenv_session *session, uint8_t *out);
secenv_status secenv_session_id(const secenv_session *session, uint8_t *out);
secenv_status secenv_session_peer(const secenv_session *session, uint8_t *out);
void secenv_session_free(secenv_session *session);
typedef struct secenv_client secenv_client;
typedef struct {
  size_t size;
  const uint8_t *pins;
  size_t pin_count;
  int32_t suite;
  int32_t padding;
  const uint8_t *prologue;
  size_t prologue_len;
  uint64_t now;
} secenv_client_config;
secenv_status secenv_client_start(const secenv_identity *me, const secenv_client_config *config, secenv_client **out, secenv_bytes **hello);
secenv_status secenv_client_finish(secenv_client *client, const void *in, size_t in_len, secenv_bytes **finish);
secenv_status secenv_client_finish_at(secenv_client *client, const void *in, size_t in_len, uint64_t now, secenv_bytes **finish);
secenv_status secenv_client_session(secenv_client *client, const void *in, size_t in_len, secenv_session **out);
secenv_status secenv_client_session_at(secenv_client *client, const void *in, size_t in_len, uint64_t now, secenv_session **out);
secenv_status secenv_client_pin_index(const secenv_client *client, size_t *out);
void secenv_client_free(secenv_client *client);
typedef struct secenv_server secenv_server;
typedef struct {
  size_t size;
  const uint8_t *cookie_key;
  const uint8_t *store_id;
  int32_t minimum_suite;
  int32_t padding;
  const uint8_t *prologue;
  size_t prologue_len;
  const uint8_t *accepted_keys;
  size_t accepted_key_count;
} secenv_server_config;
secenv_status secenv_server_new(const secenv_identity *const *identities, size_t identity_count, const secenv_server_config *config, secenv_server **out);
secenv_status secenv_server_reply(const secenv_server *server, const void *in, size_t in_len, secenv_bytes **reply);
secenv_status secenv_server_reply_at(const secenv_server *server, const void *in, size_t in_len, uint64_t now, secenv_bytes **reply);
secenv_status secenv_server_accept(const secenv_server *server, const void *in, size_t in_len, secenv_session **out, secenv_bytes **welcome, secenv_bytes **client_spki);
secenv_status secenv_server_accept_at(const secenv_server *server, const secenv_message *message, secenv_session **out, secenv_bytes **welcome, secenv_bytes **client_spki);
secenv_status secenv_server_next_key(const void *key, uint64_t next_period, uint8_t *out);
void secenv_server_free(secenv_server *server);
secenv_status secenv_record_session_id(const void *in, size_t in_len, uint8_t *out);
secenv_status secenv_record_encode_json(const void *in, size_t in_len, secenv_bytes **json);
secenv_status secenv_record_parse_json(const void *in, size_t in_len, secenv_bytes **message);
typedef struct secenv_keyring secenv_keyring;
typedef struct {
  size_t size;
  int32_t kind;
  const uint8_t *secret;
  size_t secret_len;
} secenv_unlock_secret;
typedef struct {
  uint8_t id[16];
  uint64_t epoch;
  int32_t state;
  uint64_t created;
} secenv_key_info;
secenv_status secenv_keyring_generate(const secenv_unlock_secret *unlock, uint64_t now, secenv_keyring **out);
secenv_status secenv_keyring_parse(const void *in, size_t in_len, const secenv_unlock_secret *unlock, secenv_keyring **out);
secenv_status secenv_keyring_encode(const secenv_keyring *keyring, secenv_bytes **out);
secenv_status secenv_keyring_change_unlock(secenv_keyring *keyring, const secenv_unlock_secret *unlock);
secenv_status secenv_keyring_rotate(secenv_keyring *keyring, uint64_t now);
secenv_status secenv_keyring_retire(secenv_keyring *keyring, const void *key_id);
secenv_status secenv_keyring_destroy_key(secenv_keyring *keyring, const void *key_id);
secenv_status secenv_keyring_merge(secenv_keyring *keyring, const secenv_keyring *other);
secenv_status secenv_keyring_id(const secenv_keyring *keyring, uint8_t *out);
secenv_status secenv_keyring_key_count(const secenv_keyring *keyring, size_t *out);
secenv_status secenv_keyring_key_at(const secenv_keyring *keyring, size_t index, secenv_key_info *out);
void secenv_keyring_free(secenv_keyring *keyring);
typedef struct secenv_device secenv_device;
secenv_status secenv_device_generate(secenv_device **out);
secenv_status secenv_device_parse(const void *in, size_t in_len, secenv_device **out);
secenv_status secenv_device_encode_secret(const secenv_device *device, secenv_bytes **out);
secenv_status secenv_device_public(const secenv_device *device, secenv_bytes **out);
secenv_status secenv_device_id(const void *in, size_t in_len, uint8_t *out);
void secenv_device_free(secenv_device *device);
typedef struct secenv_parcel secenv_parcel;
typedef struct {
  size_t size;
  const secenv_keyring *keyring;
  const secenv_identity *signer;
  const char *id;
  uint64_t revision;
  uint32_t threads;
} secenv_parcel_config;
typedef struct {
  char id[SECENV_DOCUMENT_ID_SIZE];
  uint64_t revision;
  uint8_t vault[16];
  uint8_t signer[32];
  uint64_t length;
  uint8_t root[32];
  uint32_t chunk_bytes;
  size_t key_count;
  uint8_t keys[SECENV_WRAPS_MAX][16];
} secenv_parcel_info;
secenv_status secenv_parcel_seal_file(const secenv_parcel_config *config, const char *from, const char *to, secenv_parcel_info *info);
secenv_status secenv_parcel_inspect_file(const char *path, secenv_parcel_info *out);
secenv_status secenv_parcel_rewrap_file(const char *path, const secenv_keyring *keyring);
secenv_status secenv_parcel_open_file(const char *path, const void *pins, size_t pin_count, const secenv_keyring *keyring, secenv_parcel **out);
secenv_status secenv_parcel_inspect(const secenv_parcel *parcel, secenv_parcel_info *out);
secenv_status secenv_parcel_read(const secenv_parcel *parcel, uint64_t offset, size_t len, secenv_bytes **out);
void secenv_parcel_free(secenv_parcel *parcel);
typedef struct secenv_parcel_writer secenv_parcel_writer;
secenv_status secenv_parcel_writer_start(const secenv_parcel_config *config, secenv_parcel_writer **out, secenv_bytes **front);
secenv_status secenv_parcel_writer_push(secenv_parcel_writer *writer, const void *in, size_t in_len, secenv_bytes **out);
secenv_status secenv_parcel_writer_finish(secenv_parcel_writer *writer, secenv_bytes **out, secenv_parcel_info *info);
void secenv_parcel_writer_free(secenv_parcel_writer *writer);
typedef struct {
  size_t size;
  uint64_t sequence;
  uint64_t issued;
  uint64_t not_before;
  uint64_t not_after;
  uint64_t max_offline;
  const uint8_t *previous;
} secenv_grant_terms;
typedef struct {
  uint8_t vault[16];
  uint8_t device[16];
  uint64_t sequence;
  uint64_t issued;
  uint64_t not_before;
  uint64_t not_after;
  uint64_t max_offline;
  uint8_t previous[32];
  uint8_t digest[32];
  uint8_t signer[32];
} secenv_grant_info;
secenv_status secenv_grant_issue(const secenv_keyring *keyring, const secenv_identity *signer, const void *device, size_t device_len, const secenv_grant_terms *terms, secenv_bytes **out);
secenv_status secenv_grant_inspect(const void *in, size_t in_len, secenv_grant_info *out);
typedef struct secenv_manifest secenv_manifest;
typedef struct {
  size_t size;
  const uint8_t *vault;
  uint64_t version;
  uint64_t issued;
  uint64_t expires;
  const uint8_t *previous;
} secenv_manifest_terms;
typedef struct {
  uint8_t vault[16];
  uint64_t version;
  uint64_t issued;
  uint64_t expires;
  uint8_t previous[32];
  uint8_t digest[32];
  uint8_t signer[32];
  size_t entry_count;
} secenv_manifest_info;
secenv_status secenv_manifest_start(const secenv_manifest_terms *terms, secenv_manifest **out);
secenv_status secenv_manifest_add(secenv_manifest *manifest, const char *id, uint64_t revision, const void *root, uint64_t length);
secenv_status secenv_manifest_issue(secenv_manifest *manifest, const secenv_identity *signer, secenv_bytes **out);
secenv_status secenv_manifest_inspect(const void *in, size_t in_len, secenv_manifest_info *out);
void secenv_manifest_free(secenv_manifest *manifest);
typedef struct secenv_trust_draft secenv_trust_draft;
typedef struct {
  size_t size;
  uint64_t version;
  uint64_t issued;
  uint64_t expires;
  const uint8_t *roots;
  size_t root_count;
  uint32_t threshold;
  int32_t allow_shared;
} secenv_trust_terms;
secenv_status secenv_trust_draft_start(const secenv_trust_terms *terms, secenv_trust_draft **out);
secenv_status secenv_trust_draft_add(secenv_trust_draft *draft, int32_t role, const void *pin, uint64_t until);
secenv_status secenv_trust_draft_issue(const secenv_trust_draft *draft, secenv_bytes **out);
void secenv_trust_draft_free(secenv_trust_draft *draft);
typedef struct secenv_trust_statement secenv_trust_statement;
typedef struct {
  uint64_t version;
  uint64_t issued;
  uint64_t expires;
  uint8_t digest[32];
  bool allow_shared;
  uint32_t threshold;
  size_t root_count;
  uint8_t roots[SECENV_ROOTS_MAX][32];
  size_t signer_count;
  uint8_t signers[SECENV_TRUST_SIGNATURES_MAX][32];
} secenv_trust_info;
typedef struct {
  uint8_t pin[32];
  uint64_t until;
} secenv_trust_pin;
secenv_status secenv_trust_statement_parse(const void *in, size_t in_len, secenv_trust_statement **out);
secenv_status secenv_trust_statement_inspect(const secenv_trust_statement *statement, secenv_trust_info *out);
secenv_status secenv_trust_statement_pin_count(const secenv_trust_statement *statement, int32_t role, size_t *out);
secenv_status secenv_trust_statement_pin_at(const secenv_trust_statement *statement, int32_t role, size_t index, secenv_trust_pin *out);
void secenv_trust_statement_free(secenv_trust_statement *statement);
typedef struct secenv_trust secenv_trust;
typedef struct {
  size_t pin_count;
  uint8_t pins[SECENV_ROLE_PINS_MAX][32];
} secenv_trust_pin_list;
secenv_status secenv_trust_sign(const secenv_identity *root, const void *in, size_t in_len, secenv_bytes **out);
secenv_status secenv_trust_from_roots(const void *roots, size_t root_count, uint32_t threshold, secenv_trust **out);
secenv_status secenv_trust_from_statement(const void *in, size_t in_len, secenv_trust **out);
secenv_status secenv_trust_follow(secenv_trust *trust, const void *in, size_t in_len, size_t *out);
secenv_status secenv_trust_version(const secenv_trust *trust, uint64_t *out);
secenv_status secenv_trust_encode(const secenv_trust *trust, secenv_bytes **out);
secenv_status secenv_trust_pins(const secenv_trust *trust, int32_t role, uint64_t now, secenv_trust_pin_list *out);
void secenv_trust_free(secenv_trust *trust);
typedef struct secenv_apply_report secenv_apply_report;
typedef struct {
  const char *path;
  int32_t kind;
  int32_t status;
  bool is_new;
} secenv_applied;
size_t secenv_apply_report_count(const secenv_apply_report *report);
secenv_status secenv_apply_report_at(const secenv_apply_report *report, size_t index, secenv_applied *out);
void secenv_apply_report_free(secenv_apply_report *report);
typedef struct secenv_documents secenv_documents;
typedef struct {
  char id[SECENV_DOCUMENT_ID_SIZE];
  uint64_t revision;
  uint64_t length;
  bool is_here;
} secenv_document;
size_t secenv_documents_count(const secenv_documents *documents);
secenv_status secenv_documents_at(const secenv_documents *documents, size_t index, secenv_document *out);
void secenv_documents_free(secenv_documents *documents);
typedef struct secenv_problems secenv_problems;
typedef struct {
  int32_t flaw;
  const char *name;
} secenv_problem;
size_t secenv_problems_count(const secenv_problems *problems);
secenv_status secenv_problems_at(const secenv_problems *problems, size_t index, secenv_problem *out);
void secenv_problems_free(secenv_problems *problems);
typedef struct secenv_vault secenv_vault;
typedef struct {
  size_t size;
  const secenv_unlock_secret *unlock;
  const uint8_t *pins;
  size_t pin_count;
  const secenv_trust *trust;
  const secenv_device *device;
  uint64_t now;
} secenv_vault_config;
typedef struct {
  size_t size;
  const char *id;
  uint64_t revision;
  uint64_t offset;
  size_t len;
  uint64_t now;
} secenv_read;
typedef struct {
  bool has_vault;
  uint8_t vault[16];
  uint8_t device[16];
  uint64_t generation;
  uint64_t latest_time;
  size_t pin_count;
  uint8_t pins[SECENV_ROLE_PINS_MAX][32];
  uint64_t trust_version;
  bool has_grant;
  uint64_t grant_sequence;
  uint64_t grant_issued;
  uint64_t grant_not_before;
  uint64_t grant_not_after;
  uint64_t grant_max_offline;
  size_t epoch_count;
  bool has_manifest;
  uint64_t manifest_version;
  uint64_t manifest_issued;
  uint64_t manifest_expires;
  int32_t lease;
} secenv_vault_info;
secenv_status secenv_vault_create(const char *path, const secenv_vault_config *config, secenv_vault **out);
secenv_status secenv_vault_unlock(const char *path, const secenv_unlock_secret *unlock, const void *anchor, uint64_t now, secenv_vault **out);
secenv_status secenv_vault_anchor(const secenv_vault *vault, uint8_t *out);
secenv_status secenv_vault_apply(secenv_vault *vault, const char *const *paths, size_t path_count, uint64_t now, uint32_t threads, secenv_apply_report **out);
secenv_status secenv_vault_list(secenv_vault *vault, secenv_documents **out);
secenv_status secenv_vault_find(secenv_vault *vault, const char *id, secenv_document *out);
secenv_status secenv_vault_read(secenv_vault *vault, const secenv_read *request, secenv_bytes **out);
secenv_status secenv_vault_verify(secenv_vault *vault, uint32_t threads, secenv_problems **out);
secenv_status secenv_vault_status(secenv_vault *vault, uint64_t now, secenv_vault_info *out);
secenv_status secenv_vault_trust(const secenv_vault *vault, secenv_trust **out);
secenv_status secenv_vault_epoch_at(const secenv_vault *vault, size_t index, uint64_t *out);
secenv_status secenv_vault_change_unlock(secenv_vault *vault, const secenv_unlock_secret *unlock);
secenv_status secenv_vault_lock(secenv_vault *vault);
void secenv_vault_free(secenv_vault *vault);
typedef struct __attribute__((aligned(64))) {
  unsigned char opaque[384];
} secenv_generichash_blake2b_state;
typedef secenv_generichash_blake2b_state secenv_generichash_state;
typedef struct {
  unsigned char k[32];
  unsigned char nonce[12];
  unsigned char _pad[8];
} secenv_secretstream_xchacha20poly1305_state;
typedef struct __attribute__((aligned(8))) {
  unsigned char opaque[208];
} secenv_sign_ed25519ph_state;
typedef secenv_sign_ed25519ph_state secenv_sign_state;
int secenv_init(void);
void secenv_memzero(void *pnt, size_t len);
void secenv_stackzero(size_t len);
int secenv_memcmp(const void *b1, const void *b2, size_t len);
int secenv_compare(const void *b1, const void *b2, size_t len);
int secenv_is_zero(const void *n, size_t nlen);
void secenv_increment(unsigned char *n, size_t nlen);
void secenv_add(unsigned char *a, const void *b, size_t len);
void secenv_sub(unsigned char *a, const void *b, size_t len);
char *secenv_bin2hex(char *hex, size_t hex_maxlen, const void *bin, size_t bin_len);
int secenv_hex2bin(unsigned char *bin, size_t bin_maxlen, const char *hex, size_t hex_len, const char *ignore, size_t *bin_len, const char **hex_end);
size_t secenv_base64_encoded_len(size_t bin_len, int variant);
char *secenv_bin2base64(char *b64, size_t b64_maxlen, const void *bin, size_t bin_len, int variant);
int secenv_base642bin(unsigned char *bin, size_t bin_maxlen, const char *b64, size_t b64_len, const char *ignore, size_t *bin_len, const char **b64_end, int variant);
int secenv_mlock(void *addr, size_t len);
int secenv_munlock(void *addr, size_t len);
void *secenv_malloc(size_t size);
void *secenv_allocarray(size_t count, size_t size);
void secenv_free(void *ptr);
int secenv_mprotect_noaccess(void *ptr);
int secenv_mprotect_readonly(void *ptr);
int secenv_mprotect_readwrite(void *ptr);
int secenv_pad(size_t *padded_buflen_p, unsigned char *buf, size_t unpadded_buflen, size_t blocksize, size_t max_buflen);
int secenv_unpad(size_t *unpadded_buflen_p, const void *buf, size_t padded_buflen, size_t blocksize);
size_t secenv_randombytes_seedbytes(void);
void secenv_randombytes_buf(void *buf, size_t size);
void secenv_randombytes_buf_deterministic(void *buf, size_t size, const void *seed);
uint32_t secenv_randombytes_random(void);
uint32_t secenv_randombytes_uniform(uint32_t upper_bound);
size_t secenv_kx_publickeybytes(void);
size_t secenv_kx_secretkeybytes(void);
size_t secenv_kx_seedbytes(void);
size_t secenv_kx_sessionkeybytes(void);
const char *secenv_kx_primitive(void);
int secenv_kx_seed_keypair(unsigned char *pk, unsigned char *sk, const void *seed);
int secenv_kx_keypair(unsigned char *pk, unsigned char *sk);
int secenv_kx_client_session_keys(unsigned char *rx, unsigned char *tx, const void *client_pk, const void *client_sk, const void *server_pk);
int secenv_kx_server_session_keys(unsigned char *rx, unsigned char *tx, const void *server_pk, const void *server_sk, const void *client_pk);
size_t secenv_aead_xchacha20poly1305_ietf_keybytes(void);
size_t secenv_aead_xchacha20poly1305_ietf_nsecbytes(void);
size_t secenv_aead_xchacha20poly1305_ietf_npubbytes(void);
size_t secenv_aead_xchacha20poly1305_ietf_abytes(void);
size_t secenv_aead_xchacha20poly1305_ietf_messagebytes_max(void);
void secenv_aead_xchacha20poly1305_ietf_keygen(unsigned char *k);
int secenv_aead_xchacha20poly1305_ietf_encrypt(unsigned char *c, unsigned long long *clen_p, const void *m, unsigned long long mlen, const void *ad, unsigned long long adlen, const void *nsec, const void *npub, const void *k);
int secenv_aead_xchacha20poly1305_ietf_decrypt(unsigned char *m, unsigned long long *mlen_p, unsigned char *nsec, const void *c, unsigned long long clen, const void *ad, unsigned long long adlen, const void *npub, const void *k);
int secenv_aead_xchacha20poly1305_ietf_encrypt_detached(unsigned char *c, unsigned char *mac, unsigned long long *maclen_p, const void *m, unsigned long long mlen, const void *ad, unsigned long long adlen, const void *nsec, const void *npub, const void *k);
int secenv_aead_xchacha20poly1305_ietf_decrypt_detached(unsigned char *m, unsigned char *nsec, const void *c, unsigned long long clen, const void *mac, const void *ad, unsigned long long adlen, const void *npub, const void *k);
size_t secenv_box_seedbytes(void);
size_t secenv_box_publickeybytes(void);
size_t secenv_box_secretkeybytes(void);
size_t secenv_box_noncebytes(void);
size_t secenv_box_macbytes(void);
size_t secenv_box_messagebytes_max(void);
const char *secenv_box_primitive(void);
size_t secenv_box_beforenmbytes(void);
size_t secenv_box_sealbytes(void);
int secenv_box_seed_keypair(unsigned char *pk, unsigned char *sk, const void *seed);
int secenv_box_keypair(unsigned char *pk, unsigned char *sk);
int secenv_box_easy(unsigned char *c, const void *m, unsigned long long mlen, const void *n, const void *pk, const void *sk);
int secenv_box_open_easy(unsigned char *m, const void *c, unsigned long long clen, const void *n, const void *pk, const void *sk);
int secenv_box_detached(unsigned char *c, unsigned char *mac, const void *m, unsigned long long mlen, const void *n, const void *pk, const void *sk);
int secenv_box_open_detached(unsigned char *m, const void *c, const void *mac, unsigned long long clen, const void *n, const void *pk, const void *sk);
int secenv_box_beforenm(unsigned char *k, const void *pk, const void *sk);
int secenv_box_easy_afternm(unsigned char *c, const void *m, unsigned long long mlen, const void *n, const void *k);
int secenv_box_open_easy_afternm(unsigned char *m, const void *c, unsigned long long clen, const void *n, const void *k);
int secenv_box_detached_afternm(unsigned char *c, unsigned char *mac, const void *m, unsigned long long mlen, const void *n, const void *k);
int secenv_box_open_detached_afternm(unsigned char *m, const void *c, const void *mac, unsigned long long clen, const void *n, const void *k);
int secenv_box_seal(unsigned char *c, const void *m, unsigned long long mlen, const void *pk);
int secenv_box_seal_open(unsigned char *m, const void *c, unsigned long long clen, const void *pk, const void *sk);
size_t secenv_secretbox_keybytes(void);
size_t secenv_secretbox_noncebytes(void);
size_t secenv_secretbox_macbytes(void);
const char *secenv_secretbox_primitive(void);
size_t secenv_secretbox_messagebytes_max(void);
int secenv_secretbox_easy(unsigned char *c, const void *m, unsigned long long mlen, const void *n, const void *k);
int secenv_secretbox_open_easy(unsigned char *m, const void *c, unsigned long long clen, const void *n, const void *k);
int secenv_secretbox_detached(unsigned char *c, unsigned char *mac, const void *m, unsigned long long mlen, const void *n, const void *k);
int secenv_secretbox_open_detached(unsigned char *m, const void *c, const void *mac, unsigned long long clen, const void *n, const void *k);
void secenv_secretbox_keygen(unsigned char *k);
size_t secenv_sign_statebytes(void);
size_t secenv_sign_bytes(void);
size_t secenv_sign_seedbytes(void);
size_t secenv_sign_publickeybytes(void);
size_t secenv_sign_secretkeybytes(void);
size_t secenv_sign_messagebytes_max(void);
const char *secenv_sign_primitive(void);
size_t secenv_sign_ed25519ph_statebytes(void);
size_t secenv_sign_ed25519_bytes(void);
size_t secenv_sign_ed25519_seedbytes(void);
size_t secenv_sign_ed25519_publickeybytes(void);
size_t secenv_sign_ed25519_secretkeybytes(void);
size_t secenv_sign_ed25519_messagebytes_max(void);
int secenv_sign_seed_keypair(unsigned char *pk, unsigned char *sk, const void *seed);
int secenv_sign_keypair(unsigned char *pk, unsigned char *sk);
int secenv_sign(unsigned char *sm, unsigned long long *smlen_p, const void *m, unsigned long long mlen, const void *sk);
int secenv_sign_open(unsigned char *m, unsigned long long *mlen_p, const void *sm, unsigned long long smlen, const void *pk);
int secenv_sign_detached(unsigned char *sig, unsigned long long *siglen_p, const void *m, unsigned long long mlen, const void *sk);
int secenv_sign_verify_detached(const void *sig, const void *m, unsigned long long mlen, const void *pk);
int secenv_sign_init(secenv_sign_state *state);
int secenv_sign_update(secenv_sign_state *state, const void *m, unsigned long long mlen);
int secenv_sign_final_create(secenv_sign_state *state, unsigned char *sig, unsigned long long *siglen_p, const void *sk);
int secenv_sign_final_verify(secenv_sign_state *state, const void *sig, const void *pk);
int secenv_sign_ed25519(unsigned char *sm, unsigned long long *smlen_p, const void *m, unsigned long long mlen, const void *sk);
int secenv_sign_ed25519_open(unsigned char *m, unsigned long long *mlen_p, const void *sm, unsigned long long smlen, const void *pk);
int secenv_sign_ed25519_detached(unsigned char *sig, unsigned long long *siglen_p, const void *m, unsigned long long mlen, const void *sk);
int secenv_sign_ed25519_verify_detached(const void *sig, const void *m, unsigned long long mlen, const void *pk);
int secenv_sign_ed25519_keypair(unsigned char *pk, unsigned char *sk);
int secenv_sign_ed25519_seed_keypair(unsigned char *pk, unsigned char *sk, const void *seed);
int secenv_sign_ed25519_pk_to_curve25519(unsigned char *curve25519_pk, const void *ed25519_pk);
int secenv_sign_ed25519_sk_to_curve25519(unsigned char *curve25519_sk, const void *ed25519_sk);
int secenv_sign_ed25519_sk_to_seed(unsigned char *seed, const void *sk);
int secenv_sign_ed25519_sk_to_pk(unsigned char *pk, const void *sk);
int secenv_sign_ed25519ph_init(secenv_sign_ed25519ph_state *state);
int secenv_sign_ed25519ph_update(secenv_sign_ed25519ph_state *state, const void *m, unsigned long long mlen);
int secenv_sign_ed25519ph_final_create(secenv_sign_ed25519ph_state *state, unsigned char *sig, unsigned long long *siglen_p, const void *sk);
int secenv_sign_ed25519ph_final_verify(secenv_sign_ed25519ph_state *state, const void *sig, const void *pk);
size_t secenv_secretstream_xchacha20poly1305_abytes(void);
size_t secenv_secretstream_xchacha20poly1305_headerbytes(void);
size_t secenv_secretstream_xchacha20poly1305_keybytes(void);
size_t secenv_secretstream_xchacha20poly1305_messagebytes_max(void);
unsigned char secenv_secretstream_xchacha20poly1305_tag_message(void);
unsigned char secenv_secretstream_xchacha20poly1305_tag_push(void);
unsigned char secenv_secretstream_xchacha20poly1305_tag_rekey(void);
unsigned char secenv_secretstream_xchacha20poly1305_tag_final(void);
size_t secenv_secretstream_xchacha20poly1305_statebytes(void);
void secenv_secretstream_xchacha20poly1305_keygen(unsigned char *k);
int secenv_secretstream_xchacha20poly1305_init_push(secenv_secretstream_xchacha20poly1305_state *state, unsigned char *header, const void *k);
int secenv_secretstream_xchacha20poly1305_push(secenv_secretstream_xchacha20poly1305_state *state, unsigned char *c, unsigned long long *clen_p, const void *m, unsigned long long mlen, const void *ad, unsigned long long adlen, unsigned char tag);
int secenv_secretstream_xchacha20poly1305_init_pull(secenv_secretstream_xchacha20poly1305_state *state, const void *header, const void *k);
int secenv_secretstream_xchacha20poly1305_pull(secenv_secretstream_xchacha20poly1305_state *state, unsigned char *m, unsigned long long *mlen_p, unsigned char *tag_p, const void *c, unsigned long long clen, const void *ad, unsigned long long adlen);
void secenv_secretstream_xchacha20poly1305_rekey(secenv_secretstream_xchacha20poly1305_state *state);
size_t secenv_kem_publickeybytes(void);
size_t secenv_kem_secretkeybytes(void);
size_t secenv_kem_ciphertextbytes(void);
size_t secenv_kem_sharedsecretbytes(void);
size_t secenv_kem_seedbytes(void);
const char *secenv_kem_primitive(void);
size_t secenv_kem_xwing_publickeybytes(void);
size_t secenv_kem_xwing_secretkeybytes(void);
size_t secenv_kem_xwing_ciphertextbytes(void);
size_t secenv_kem_xwing_sharedsecretbytes(void);
size_t secenv_kem_xwing_seedbytes(void);
int secenv_kem_seed_keypair(unsigned char *pk, unsigned char *sk, const void *seed);
int secenv_kem_keypair(unsigned char *pk, unsigned char *sk);
int secenv_kem_enc(unsigned char *ct, unsigned char *ss, const void *pk);
int secenv_kem_dec(unsigned char *ss, const void *ct, const void *sk);
int secenv_kem_xwing_seed_keypair(unsigned char *pk, unsigned char *sk, const void *seed);
int secenv_kem_xwing_keypair(unsigned char *pk, unsigned char *sk);
int secenv_kem_xwing_enc(unsigned char *ct, unsigned char *ss, const void *pk);
int secenv_kem_xwing_enc_deterministic(unsigned char *ct, unsigned char *ss, const void *pk, const void *seed);
int secenv_kem_xwing_dec(unsigned char *ss, const void *ct, const void *sk);
size_t secenv_kdf_bytes_min(void);
size_t secenv_kdf_bytes_max(void);
size_t secenv_kdf_contextbytes(void);
size_t secenv_kdf_keybytes(void);
const char *secenv_kdf_primitive(void);
size_t secenv_kdf_blake2b_bytes_min(void);
size_t secenv_kdf_blake2b_bytes_max(void);
size_t secenv_kdf_blake2b_contextbytes(void);
size_t secenv_kdf_blake2b_keybytes(void);
int secenv_kdf_derive_from_key(unsigned char *subkey, size_t subkey_len, uint64_t subkey_id, const char *ctx, const void *key);
void secenv_kdf_keygen(unsigned char *k);
int secenv_kdf_blake2b_derive_from_key(unsigned char *subkey, size_t subkey_len, uint64_t subkey_id, const char *ctx, const void *key);
size_t secenv_generichash_bytes_min(void);
size_t secenv_generichash_bytes_max(void);
size_t secenv_generichash_bytes(void);
size_t secenv_generichash_keybytes_min(void);
size_t secenv_generichash_keybytes_max(void);
size_t secenv_generichash_keybytes(void);
const char *secenv_generichash_primitive(void);
size_t secenv_generichash_statebytes(void);
size_t secenv_generichash_blake2b_bytes_min(void);
size_t secenv_generichash_blake2b_bytes_max(void);
size_t secenv_generichash_blake2b_bytes(void);
size_t secenv_generichash_blake2b_keybytes_min(void);
size_t secenv_generichash_blake2b_keybytes_max(void);
size_t secenv_generichash_blake2b_keybytes(void);
size_t secenv_generichash_blake2b_saltbytes(void);
size_t secenv_generichash_blake2b_personalbytes(void);
size_t secenv_generichash_blake2b_statebytes(void);
int secenv_generichash(unsigned char *out, size_t outlen, const void *in, unsigned long long inlen, const void *key, size_t keylen);
int secenv_generichash_init(secenv_generichash_state *state, const void *key, size_t keylen, size_t outlen);
int secenv_generichash_update(secenv_generichash_state *state, const void *in, unsigned long long inlen);
int secenv_generichash_final(secenv_generichash_state *state, unsigned char *out, size_t outlen);
void secenv_generichash_keygen(unsigned char *k);
int secenv_generichash_blake2b(unsigned char *out, size_t outlen, const void *in, unsigned long long inlen, const void *key, size_t keylen);
int secenv_generichash_blake2b_salt_personal(unsigned char *out, size_t outlen, const void *in, unsigned long long inlen, const void *key, size_t keylen, const void *salt, const void *personal);
int secenv_generichash_blake2b_init(secenv_generichash_blake2b_state *state, const void *key, size_t keylen, size_t outlen);
int secenv_generichash_blake2b_init_salt_personal(secenv_generichash_blake2b_state *state, const void *key, size_t keylen, size_t outlen, const void *salt, const void *personal);
int secenv_generichash_blake2b_update(secenv_generichash_blake2b_state *state, const void *in, unsigned long long inlen);
int secenv_generichash_blake2b_final(secenv_generichash_blake2b_state *state, unsigned char *out, size_t outlen);
void secenv_generichash_blake2b_keygen(unsigned char *k);
int secenv_pwhash_alg_argon2i13(void);
int secenv_pwhash_alg_argon2id13(void);
int secenv_pwhash_alg_default(void);
size_t secenv_pwhash_bytes_min(void);
size_t secenv_pwhash_bytes_max(void);
size_t secenv_pwhash_passwd_min(void);
size_t secenv_pwhash_passwd_max(void);
size_t secenv_pwhash_saltbytes(void);
size_t secenv_pwhash_strbytes(void);
const char *secenv_pwhash_strprefix(void);
size_t secenv_pwhash_opslimit_min(void);
size_t secenv_pwhash_opslimit_max(void);
size_t secenv_pwhash_memlimit_min(void);
size_t secenv_pwhash_memlimit_max(void);
size_t secenv_pwhash_opslimit_interactive(void);
size_t secenv_pwhash_memlimit_interactive(void);
size_t secenv_pwhash_opslimit_moderate(void);
size_t secenv_pwhash_memlimit_moderate(void);
size_t secenv_pwhash_opslimit_sensitive(void);
size_t secenv_pwhash_memlimit_sensitive(void);
const char *secenv_pwhash_primitive(void);
int secenv_pwhash_argon2id_alg_argon2id13(void);
size_t secenv_pwhash_argon2id_bytes_min(void);
size_t secenv_pwhash_argon2id_bytes_max(void);
size_t secenv_pwhash_argon2id_passwd_min(void);
size_t secenv_pwhash_argon2id_passwd_max(void);
size_t secenv_pwhash_argon2id_saltbytes(void);
size_t secenv_pwhash_argon2id_strbytes(void);
const char *secenv_pwhash_argon2id_strprefix(void);
size_t secenv_pwhash_argon2id_opslimit_min(void);
size_t secenv_pwhash_argon2id_opslimit_max(void);
size_t secenv_pwhash_argon2id_memlimit_min(void);
size_t secenv_pwhash_argon2id_memlimit_max(void);
size_t secenv_pwhash_argon2id_opslimit_interactive(void);
size_t secenv_pwhash_argon2id_memlimit_interactive(void);
size_t secenv_pwhash_argon2id_opslimit_moderate(void);
size_t secenv_pwhash_argon2id_memlimit_moderate(void);
size_t secenv_pwhash_argon2id_opslimit_sensitive(void);
size_t secenv_pwhash_argon2id_memlimit_sensitive(void);
int secenv_pwhash(unsigned char *out, unsigned long long outlen, const char *passwd, unsigned long long passwdlen, const void *salt, unsigned long long opslimit, size_t memlimit, int alg);
int secenv_pwhash_str(char *out, const char *passwd, unsigned long long passwdlen, unsigned long long opslimit, size_t memlimit);
int secenv_pwhash_str_alg(char *out, const char *passwd, unsigned long long passwdlen, unsigned long long opslimit, size_t memlimit, int alg);
int secenv_pwhash_str_verify(const char *str, const char *passwd, unsigned long long passwdlen);
int secenv_pwhash_str_needs_rehash(const char *str, unsigned long long opslimit, size_t memlimit);
int secenv_pwhash_argon2id(unsigned char *out, unsigned long long outlen, const char *passwd, unsigned long long passwdlen, const void *salt, unsigned long long opslimit, size_t memlimit, int alg);
int secenv_pwhash_argon2id_str(char *out, const char *passwd, unsigned long long passwdlen, unsigned long long opslimit, size_t memlimit);
int secenv_pwhash_argon2id_str_verify(const char *str, const char *passwd, unsigned long long passwdlen);
int secenv_pwhash_argon2id_str_needs_rehash(const char *str, unsigned long long opslimit, size_t memlimit);
int secenv_pwhash_argon2i(unsigned char *out, unsigned long long outlen, const char *passwd, unsigned long long passwdlen, const void *salt, unsigned long long opslimit, size_t memlimit, int alg);
int secenv_pwhash_argon2i_str_verify(const char *str, const char *passwd, unsigned long long passwdlen);
int secenv_pwhash_argon2i_str_needs_rehash(const char *str, unsigned long long opslimit, size_t memlimit);
size_t secenv_scalarmult_bytes(void);
size_t secenv_scalarmult_scalarbytes(void);
const char *secenv_scalarmult_primitive(void);
size_t secenv_scalarmult_curve25519_bytes(void);
size_t secenv_scalarmult_curve25519_scalarbytes(void);
int secenv_scalarmult_base(unsigned char *q, const void *n);
int secenv_scalarmult(unsigned char *q, const void *n, const void *p);
int secenv_scalarmult_curve25519(unsigned char *q, const void *n, const void *p);
int secenv_scalarmult_curve25519_base(unsigned char *q, const void *n);
