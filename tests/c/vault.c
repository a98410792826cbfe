/* Data at rest through the C ABI: a server and a vault through a life together; then NULL, other lengths, closed handles. */
#include "check.h"

#define TEXT(text) (const uint8_t *)(text), strlen(text)
#define OK(call) CHECK((call) == SECENV_STATUS_OK)

static const uint8_t SECRET[32] = {7};
static const uint64_t NOW = 1000000;

static char folder[] = "/tmp/secenv-c-XXXXXX";

static const char *path(const char *name) {
    static char paths[64][128];
    static int turn;
    char *place = paths[turn++ % 64];
    snprintf(place, sizeof paths[0], "%s/%s", folder, name);
    return place;
}

static void keep(const char *name, const secenv_bytes *bytes) {
    FILE *file = fopen(path(name), "wb");
    CHECK(file != NULL);
    CHECK(fwrite(secenv_bytes_data(bytes), 1, secenv_bytes_len(bytes), file) == secenv_bytes_len(bytes));
    CHECK(fclose(file) == 0);
}

static int says(const secenv_bytes *json, const char *text) {
    return memmem(secenv_bytes_data(json), secenv_bytes_len(json), text, strlen(text)) != NULL;
}

/* The hex behind a member's name. */
static void hex_of(const secenv_bytes *json, const char *member, uint8_t *out, int len) {
    const char *at = memmem(secenv_bytes_data(json), secenv_bytes_len(json), member, strlen(member));
    CHECK(at != NULL);
    at += strlen(member) + 3;
    for (int i = 0; i < len; i++) {
        const char digits[3] = {at[2 * i], at[2 * i + 1], 0};
        out[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
}

struct world {
    secenv_keyring *ring;
    secenv_identity *signer;
    secenv_device *device;
    uint8_t pin[32];
    uint8_t vault[16];
};

static struct world world_new(void) {
    struct world w;
    secenv_bytes *public_half;
    OK(secenv_keyring_generate(SECENV_UNLOCK_RAW, SECRET, 32, NOW, &w.ring));
    OK(secenv_keyring_id(w.ring, w.vault));
    OK(secenv_identity_generate(SECENV_IDENTITY_ED25519, &w.signer));
    OK(secenv_identity_public(w.signer, &public_half));
    OK(secenv_identity_pin(BYTES(public_half), w.pin));
    secenv_bytes_free(public_half);
    OK(secenv_device_generate(&w.device));
    return w;
}

static void world_free(struct world *w) {
    secenv_keyring_free(w->ring);
    secenv_identity_free(w->signer);
    secenv_device_free(w->device);
}

/* Seals a document in pieces, and names it in a manifest. */
static void seal(const struct world *w, uint64_t revision, const char *text) {
    secenv_sealer *sealer;
    secenv_bytes *front, *middle, *last, *info;
    OK(secenv_sealer_start(w->ring, w->signer, TEXT("a/b"), revision, 1, &sealer, &front));
    OK(secenv_sealer_push(sealer, TEXT(text), &middle));
    OK(secenv_sealer_finish(sealer, &last, &info));
    CHECK(says(info, "\"id\":\"a/b\""));
    FILE *file = fopen(path("a.parcel"), "wb");
    CHECK(file != NULL);
    const secenv_bytes *pieces[] = {front, middle, last};
    for (int i = 0; i < 3; i++) fwrite(secenv_bytes_data(pieces[i]), 1, secenv_bytes_len(pieces[i]), file);
    CHECK(fclose(file) == 0);
    secenv_bytes_free(middle);
    FAILS(SECENV_STATUS_CLOSED, middle, secenv_sealer_push(sealer, TEXT("more"), &middle));

    uint8_t root[32];
    hex_of(info, "root", root, 32);
    secenv_manifest *manifest;
    secenv_bytes *issued;
    OK(secenv_manifest_start(w->vault, revision, NOW, NOW + 5000, NULL, &manifest));
    OK(secenv_manifest_add(manifest, TEXT("a/b"), revision, root, strlen(text)));
    OK(secenv_manifest_issue(manifest, w->signer, &issued));
    keep("a.manifest", issued);
    FAILS(SECENV_STATUS_CLOSED, middle, secenv_manifest_issue(manifest, w->signer, &middle));
    secenv_manifest_free(manifest);
    secenv_bytes_free(issued);
    secenv_bytes_free(front), secenv_bytes_free(last), secenv_bytes_free(info);
    secenv_sealer_free(sealer);
}

static void grant(const struct world *w, uint64_t sequence) {
    secenv_bytes *public_half, *issued, *said;
    OK(secenv_device_public(w->device, &public_half));
    OK(secenv_grant_issue(w->ring, w->signer, BYTES(public_half), sequence, NOW, NOW, NOW + 5000, 3000, NULL, &issued));
    OK(secenv_grant_inspect(BYTES(issued), &said));
    CHECK(says(said, "\"max_offline\":3000"));
    keep("a.grant", issued);
    secenv_bytes_free(public_half), secenv_bytes_free(issued), secenv_bytes_free(said);
}

static secenv_bytes *apply(secenv_vault *vault) {
    char paths[512];
    size_t len = 0;
    for (const char *const *name = (const char *[]){"a.parcel", "a.manifest", "a.grant", NULL}; *name != NULL; name++)
        len += (size_t)snprintf(paths + len, sizeof paths - len, "%s", path(*name)) + 1;
    secenv_bytes *said;
    OK(secenv_vault_apply(vault, (const uint8_t *)paths, len, NOW, 1, &said));
    return said;
}

static void a_document_is_read_offline_and_a_folder_that_was_put_back_is_noticed(const struct world *w) {
    const uint8_t *where = (const uint8_t *)path("vault");
    const size_t len = strlen((const char *)where);
    secenv_vault *vault;
    secenv_bytes *said, *text;
    OK(secenv_vault_create(where, len, SECENV_UNLOCK_RAW, SECRET, 32, w->pin, 32, NULL, w->device, NOW, &vault));
    FAILS(SECENV_STATUS_NO_KEY, text, secenv_vault_read(vault, TEXT("a/b"), 0, 0, 100, NOW, &text));
    seal(w, 1, "the contract");
    grant(w, 1);
    said = apply(vault);
    CHECK(says(said, "\"kind\":\"parcel\"") && says(said, "\"status\":0") && !says(said, "\"status\":2"));
    secenv_bytes_free(said);
    OK(secenv_vault_read(vault, TEXT("a/b"), 0, 4, 8, NOW, &text));
    CHECK(secenv_bytes_len(text) == 8 && memcmp(secenv_bytes_data(text), "contract", 8) == 0);
    secenv_bytes_free(text);
    uint64_t revision = 0, length = 0;
    OK(secenv_vault_find(vault, TEXT("a/b"), &revision, &length));
    CHECK(revision == 1 && length == 12);
    CHECK(secenv_vault_find(vault, TEXT("b"), &revision, &length) == SECENV_STATUS_NOT_FOUND);
    CHECK(secenv_vault_find(vault, TEXT("a/b"), NULL, &length) == SECENV_STATUS_NULL_POINTER);
    FAILS(SECENV_STATUS_STALE, text, secenv_vault_read(vault, TEXT("a/b"), 2, 0, 100, NOW, &text));
    OK(secenv_vault_read(vault, TEXT("a/b"), 1, 12, 100, NOW, &text));
    CHECK(secenv_bytes_len(text) == 0);
    secenv_bytes_free(text);
    FAILS(SECENV_STATUS_EXPIRED, text, secenv_vault_read(vault, TEXT("a/b"), 0, 0, 100, NOW + 3001, &text));
    FAILS(SECENV_STATUS_CLOCK, text, secenv_vault_read(vault, TEXT("a/b"), 0, 0, 100, NOW, &text));
    FAILS(SECENV_STATUS_TOO_LARGE, text, secenv_vault_read(vault, TEXT("a/b"), 0, 0, (64 << 20) + 1, NOW, &text));
    OK(secenv_vault_list(vault, &said));
    CHECK(says(said, "\"here\":true"));
    secenv_bytes_free(said);
    OK(secenv_vault_status(vault, NOW, &said));
    CHECK(says(said, "\"lease\":26"));
    secenv_bytes_free(said);
    OK(secenv_vault_verify(vault, 1, &said));
    CHECK(secenv_bytes_len(said) == 2);
    secenv_bytes_free(said);

    uint8_t anchor[16];
    OK(secenv_vault_relock(vault, SECENV_UNLOCK_RAW, w->pin, 32));
    OK(secenv_vault_anchor(vault, anchor));
    OK(secenv_vault_lock(vault));
    CHECK(secenv_vault_lock(vault) == SECENV_STATUS_CLOSED);
    FAILS(SECENV_STATUS_CLOSED, said, secenv_vault_list(vault, &said));
    secenv_vault_free(vault);
    FAILS(SECENV_STATUS_REJECTED, vault, secenv_vault_unlock(where, len, SECENV_UNLOCK_RAW, SECRET, 32, NULL, NOW, &vault));
    OK(secenv_vault_unlock(where, len, SECENV_UNLOCK_RAW, w->pin, 32, anchor, NOW, &vault));
    grant(w, 2);
    said = apply(vault);
    CHECK(says(said, "\"new\":true") && says(said, "\"new\":false"));
    secenv_bytes_free(said);
    OK(secenv_vault_read(vault, TEXT("a/b"), 0, 0, 100, NOW, &text));
    secenv_bytes_free(text);
    secenv_vault_free(vault);
    anchor[7] = 200;
    FAILS(SECENV_STATUS_REJECTED, vault, secenv_vault_unlock(where, len, SECENV_UNLOCK_RAW, w->pin, 32, anchor, NOW, &vault));
}

static void the_server_reads_and_re_wraps_its_own_parcels(struct world *w) {
    const uint8_t *where = (const uint8_t *)path("a.parcel");
    const size_t len = strlen((const char *)where);
    secenv_parcel *parcel;
    secenv_bytes *text, *said, *sealed;
    secenv_keyring *copy;
    uint64_t length = 0;
    seal(w, 3, "the contract");
    OK(secenv_keyring_seal(w->ring, &sealed));
    OK(secenv_keyring_parse(BYTES(sealed), SECENV_UNLOCK_RAW, SECRET, 32, &copy));
    OK(secenv_keyring_rotate(w->ring, NOW));
    OK(secenv_keyring_merge(copy, w->ring));
    OK(secenv_parcel_rewrap_file(where, len, w->ring));
    FAILS(SECENV_STATUS_REJECTED, parcel, secenv_parcel_open_file(where, len, SECRET, 32, w->ring, &parcel));
    FAILS(SECENV_STATUS_INVALID_LENGTH, parcel, secenv_parcel_open_file(where, len, w->pin, 31, w->ring, &parcel));
    OK(secenv_parcel_open_file(where, len, w->pin, 32, copy, &parcel));
    OK(secenv_parcel_length(parcel, &length));
    OK(secenv_parcel_read(parcel, 4, 1000, &text));
    CHECK(length == 12 && secenv_bytes_len(text) == 8);
    secenv_bytes_free(text);
    secenv_parcel_free(parcel);
    OK(secenv_parcel_seal_file(w->ring, w->signer, TEXT("copy"), 1, where, len, TEXT(path("b.parcel")), 1, &said));
    secenv_bytes_free(said);
    OK(secenv_parcel_inspect_file(TEXT(path("b.parcel")), &said));
    CHECK(says(said, "\"id\":\"copy\""));
    secenv_bytes_free(said);

    uint8_t id[16];
    OK(secenv_keyring_list(copy, &said));
    CHECK(says(said, "decrypt-only") && says(said, "\"epoch\":2"));
    hex_of(said, "id", id, 16);
    secenv_bytes_free(said);
    OK(secenv_keyring_retire(copy, id));
    OK(secenv_keyring_wipe_key(copy, id));
    memset(id, 0, 16);
    CHECK(secenv_keyring_wipe_key(copy, id) == SECENV_STATUS_NOT_FOUND);
    OK(secenv_keyring_relock(copy, SECENV_UNLOCK_PASSPHRASE, TEXT("a passphrase")));
    secenv_keyring_free(copy);
    secenv_bytes_free(sealed);
}

static void null_pointers_are_refused(const struct world *w) {
    secenv_keyring *k;
    secenv_device *d;
    secenv_sealer *s;
    secenv_parcel *p;
    secenv_manifest *m;
    secenv_vault *v;
    secenv_bytes *b, *b2;
    uint64_t length;
    uint8_t out[32];
    const uint8_t *at = (const uint8_t *)"x";
    const int32_t raw = SECENV_UNLOCK_RAW;
    REFUSES_NULL(k, secenv_keyring_generate(raw, NULL, 32, NOW, &k));
    CHECK(secenv_keyring_generate(raw, SECRET, 32, NOW, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(k, secenv_keyring_parse(NULL, 5, raw, SECRET, 32, &k));
    REFUSES_NULL(b, secenv_keyring_seal(NULL, &b));
    CHECK(secenv_keyring_relock(NULL, raw, SECRET, 32) == SECENV_STATUS_NULL_POINTER);
    CHECK(secenv_keyring_rotate(NULL, NOW) == SECENV_STATUS_NULL_POINTER);
    CHECK(secenv_keyring_retire(NULL, SECRET) == SECENV_STATUS_NULL_POINTER);
    CHECK(secenv_keyring_retire(w->ring, NULL) == SECENV_STATUS_NULL_POINTER);
    CHECK(secenv_keyring_wipe_key(w->ring, NULL) == SECENV_STATUS_NULL_POINTER);
    CHECK(secenv_keyring_merge(w->ring, NULL) == SECENV_STATUS_NULL_POINTER);
    CHECK(secenv_keyring_id(w->ring, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(b, secenv_keyring_list(NULL, &b));
    CHECK(secenv_device_generate(NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(d, secenv_device_parse(NULL, 5, &d));
    REFUSES_NULL(b, secenv_device_encode_secret(NULL, &b));
    REFUSES_NULL(b, secenv_device_public(NULL, &b));
    CHECK(secenv_device_id(NULL, 5, out) == SECENV_STATUS_NULL_POINTER);
    s = STALE, b = STALE;
    CHECK(secenv_sealer_start(NULL, w->signer, at, 1, 1, 1, &s, &b) == SECENV_STATUS_NULL_POINTER);
    CHECK(s == NULL && b == NULL);
    CHECK(secenv_sealer_start(w->ring, w->signer, at, 1, 1, 1, NULL, &b) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(b, secenv_sealer_push(NULL, at, 1, &b));
    b2 = STALE;
    REFUSES_NULL(b, secenv_sealer_finish(NULL, &b, &b2));
    CHECK(b2 == NULL);
    REFUSES_NULL(b, secenv_parcel_seal_file(w->ring, NULL, at, 1, 1, at, 1, at, 1, 1, &b));
    REFUSES_NULL(b, secenv_parcel_inspect_file(NULL, 5, &b));
    CHECK(secenv_parcel_rewrap_file(NULL, 5, w->ring) == SECENV_STATUS_NULL_POINTER);
    CHECK(secenv_parcel_rewrap_file(at, 1, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(p, secenv_parcel_open_file(at, 1, w->pin, 32, NULL, &p));
    CHECK(secenv_parcel_length(NULL, &length) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(b, secenv_parcel_read(NULL, 0, 1, &b));
    REFUSES_NULL(b, secenv_grant_issue(w->ring, w->signer, NULL, 5, 1, 1, 1, 1, 1, NULL, &b));
    CHECK(secenv_grant_chain(at, 1, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(b, secenv_grant_inspect(NULL, 5, &b));
    REFUSES_NULL(m, secenv_manifest_start(NULL, 1, 1, 1, NULL, &m));
    CHECK(secenv_manifest_add(NULL, at, 1, 1, SECRET, 1) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(b, secenv_manifest_issue(NULL, w->signer, &b));
    CHECK(secenv_manifest_chain(NULL, 5, out) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(b, secenv_trust_issue(NULL, 1, 1, w->pin, 32, &b));
    REFUSES_NULL(v, secenv_vault_create(at, 1, raw, SECRET, 32, w->pin, 32, NULL, NULL, NOW, &v));
    REFUSES_NULL(v, secenv_vault_unlock(NULL, 1, raw, SECRET, 32, NULL, NOW, &v));
    CHECK(secenv_vault_anchor(NULL, out) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(b, secenv_vault_apply(NULL, at, 1, NOW, 1, &b));
    REFUSES_NULL(b, secenv_vault_list(NULL, &b));
    REFUSES_NULL(b, secenv_vault_read(NULL, at, 1, 0, 0, 1, NOW, &b));
    REFUSES_NULL(b, secenv_vault_verify(NULL, 1, &b));
    REFUSES_NULL(b, secenv_vault_status(NULL, NOW, &b));
    CHECK(secenv_vault_relock(NULL, raw, SECRET, 32) == SECENV_STATUS_NULL_POINTER);
    CHECK(secenv_vault_lock(NULL) == SECENV_STATUS_NULL_POINTER);
    secenv_keyring_free(NULL), secenv_device_free(NULL), secenv_sealer_free(NULL), secenv_parcel_free(NULL);
    secenv_manifest_free(NULL), secenv_vault_free(NULL);
}

static void other_kinds_lengths_and_texts_are_refused(const struct world *w) {
    secenv_keyring *k;
    secenv_vault *v;
    secenv_bytes *b;
    uint8_t out[32];
    const uint8_t *at = (const uint8_t *)"x";
    FAILS(SECENV_STATUS_INVALID_LENGTH, k, secenv_keyring_generate(SECENV_UNLOCK_RAW, SECRET, 31, NOW, &k));
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, k, secenv_keyring_generate(3, SECRET, 32, NOW, &k));
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, k, secenv_keyring_generate(SECENV_UNLOCK_PASSPHRASE, NULL, 0, NOW, &k));
    FAILS(SECENV_STATUS_MALFORMED, k, secenv_keyring_parse(SECRET, 32, SECENV_UNLOCK_RAW, SECRET, 32, &k));
    CHECK(secenv_device_id(SECRET, 32, out) == SECENV_STATUS_MALFORMED);
    CHECK(secenv_grant_chain(SECRET, 32, out) == SECENV_STATUS_MALFORMED);
    CHECK(secenv_manifest_chain(SECRET, 32, out) == SECENV_STATUS_MALFORMED);
    FAILS(SECENV_STATUS_INVALID_LENGTH, b, secenv_trust_issue(w->signer, 1, 1, w->pin, 33 - 2, &b));
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, b, secenv_trust_issue(w->signer, 1, 1, NULL, 0, &b));
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, b, secenv_parcel_inspect_file(NULL, 0, &b));
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, b, secenv_parcel_inspect_file((const uint8_t *)"a\0b", 3, &b));
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, b, secenv_parcel_inspect_file((const uint8_t *)"\xff", 1, &b));
    FAILS(SECENV_STATUS_NOT_FOUND, b, secenv_parcel_inspect_file(TEXT(path("nothing")), &b));
    FAILS(SECENV_STATUS_NOT_FOUND, v,
          secenv_vault_unlock(TEXT(path("nothing")), SECENV_UNLOCK_RAW, SECRET, 32, NULL, NOW, &v));
    FAILS(SECENV_STATUS_EXISTS, v, secenv_vault_create(TEXT(folder), SECENV_UNLOCK_RAW, SECRET, 32, w->pin, 32, NULL,
                                                       w->device, NOW, &v));
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, v, secenv_vault_create(TEXT(path("v")), SECENV_UNLOCK_RAW, SECRET, 32, NULL, 0,
                                                                 NULL, w->device, NOW, &v));
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, b, secenv_parcel_seal_file(w->ring, w->signer, TEXT("../a"), 1,
                                                                     TEXT(path("a.parcel")), at, 1, 1, &b));
}

int main(void) {
    CHECK(mkdtemp(folder) != NULL);
    struct world w = world_new();
    a_document_is_read_offline_and_a_folder_that_was_put_back_is_noticed(&w);
    the_server_reads_and_re_wraps_its_own_parcels(&w);
    null_pointers_are_refused(&w);
    other_kinds_lengths_and_texts_are_refused(&w);
    world_free(&w);
    char command[64];
    snprintf(command, sizeof command, "rm -r %s", folder);
    CHECK(system(command) == 0);
    printf("vault: %d checks\n", checks);
    return 0;
}
