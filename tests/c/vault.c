/* Data at rest through the C ABI: a server and a vault through a life together; then NULL, unknown sizes, other
 * lengths, indices that are not there, closed handles. */
#include <unistd.h>

#include "check.h"

#define TEXT(text) (const uint8_t *)(text), strlen(text)
#define OK(call) CHECK((call) == SECENV_STATUS_OK)
#define IS_NULL_POINTER(call) CHECK((call) == SECENV_STATUS_NULL_POINTER)

static const uint8_t SECRET[32] = {7};
static const uint64_t NOW = 1000000;
static const secenv_unlock_secret UNLOCK = {sizeof UNLOCK, SECENV_UNLOCK_RAW, SECRET, SECENV_UNLOCK_KEY_BYTES};

static char folder[] = "/tmp/secenv-c-XXXXXX";

static const char *path(const char *name) {
    static char paths[64][128];
    static int turn;
    char *place = paths[turn++ % 64];
    snprintf(place, sizeof paths[0], "%s/%s", folder, name);
    return place;
}

static void keep(const char *name, const secenv_bytes *const *pieces, size_t count) {
    FILE *file = fopen(path(name), "wb");
    CHECK(file != NULL);
    for (size_t i = 0; i < count; i++) {
        const size_t len = secenv_bytes_len(pieces[i]);
        CHECK(fwrite(secenv_bytes_data(pieces[i]), 1, len, file) == len);
    }
    CHECK(fclose(file) == 0);
}

static int is_text(const secenv_bytes *bytes, const char *text) {
    return secenv_bytes_len(bytes) == strlen(text) && memcmp(secenv_bytes_data(bytes), text, strlen(text)) == 0;
}

struct world {
    secenv_keyring *ring;
    secenv_identity *signer;
    secenv_device *device;
    uint8_t pin[SECENV_PIN_BYTES];
    uint8_t vault[SECENV_VAULT_ID_BYTES];
    uint8_t device_id[SECENV_DEVICE_ID_BYTES];
};

static struct world world_new(void) {
    struct world w;
    secenv_bytes *public_half;
    OK(secenv_keyring_generate(&UNLOCK, NOW, &w.ring));
    OK(secenv_keyring_id(w.ring, w.vault));
    OK(secenv_identity_generate(SECENV_IDENTITY_ED25519, &w.signer));
    OK(secenv_identity_public(w.signer, &public_half));
    OK(secenv_identity_pin(BYTES(public_half), w.pin));
    secenv_bytes_free(public_half);
    OK(secenv_device_generate(&w.device));
    OK(secenv_device_public(w.device, &public_half));
    OK(secenv_device_id(BYTES(public_half), w.device_id));
    secenv_bytes_free(public_half);
    return w;
}

static void world_free(struct world *w) {
    secenv_keyring_free(w->ring);
    secenv_identity_free(w->signer);
    secenv_device_free(w->device);
}

static secenv_parcel_config config_of(const struct world *w, const char *id, uint64_t revision) {
    return (secenv_parcel_config){sizeof(secenv_parcel_config), w->ring, w->signer, id, revision, 1};
}

static secenv_grant_terms grant_terms(uint64_t sequence, const uint8_t *previous) {
    return (secenv_grant_terms){sizeof(secenv_grant_terms), sequence, NOW, NOW, NOW + 5000, 3000, previous};
}

static secenv_manifest_terms manifest_terms(const struct world *w, uint64_t version, const uint8_t *previous) {
    return (secenv_manifest_terms){sizeof(secenv_manifest_terms), w->vault, version, NOW, NOW + 5000, previous};
}

static secenv_vault_config vault_config(const struct world *w) {
    return (secenv_vault_config){sizeof(secenv_vault_config), &UNLOCK, w->pin, 1, NULL, w->device, NOW};
}

static secenv_read read_of(uint64_t revision, uint64_t offset, size_t len, uint64_t now) {
    return (secenv_read){sizeof(secenv_read), "a/b", revision, offset, len, now};
}

/* Seals a document in pieces, and names it in a manifest. */
static void seal(const struct world *w, uint64_t revision, const char *text) {
    const secenv_parcel_config config = config_of(w, "a/b", revision);
    secenv_parcel_writer *writer;
    secenv_parcel_info info, read;
    secenv_bytes *front, *middle, *last, *issued;
    OK(secenv_parcel_writer_start(&config, &writer, &front));
    OK(secenv_parcel_writer_push(writer, TEXT(text), &middle));
    OK(secenv_parcel_writer_finish(writer, &last, &info));
    CHECK(strcmp(info.id, "a/b") == 0 && info.revision == revision && info.length == strlen(text));
    CHECK(memcmp(info.vault, w->vault, sizeof info.vault) == 0 && memcmp(info.signer, w->pin, sizeof info.signer) == 0);
    CHECK(info.key_count == 1 && info.chunk_bytes > 0);
    keep("a.parcel", (const secenv_bytes *const[]){front, middle, last}, 3);
    OK(secenv_parcel_inspect_file(path("a.parcel"), &read));
    CHECK(strcmp(read.id, info.id) == 0 && read.length == info.length && memcmp(read.root, info.root, 32) == 0);
    CHECK(memcmp(read.keys[0], info.keys[0], SECENV_KEY_ID_BYTES) == 0);
    secenv_bytes_free(middle), secenv_bytes_free(last);
    FAILS(SECENV_STATUS_CLOSED, middle, secenv_parcel_writer_push(writer, TEXT("more"), &middle));
    FAILS(SECENV_STATUS_CLOSED, last, secenv_parcel_writer_finish(writer, &last, &info));

    const secenv_manifest_terms terms = manifest_terms(w, revision, NULL);
    secenv_manifest *manifest;
    secenv_manifest_info said;
    OK(secenv_manifest_start(&terms, &manifest));
    OK(secenv_manifest_add(manifest, info.id, info.revision, info.root, info.length));
    OK(secenv_manifest_issue(manifest, w->signer, &issued));
    keep("a.manifest", (const secenv_bytes *const[]){issued}, 1);
    OK(secenv_manifest_inspect(BYTES(issued), &said));
    CHECK(said.version == revision && said.issued == NOW && said.expires == NOW + 5000 && said.entry_count == 1);
    CHECK(memcmp(said.vault, w->vault, sizeof said.vault) == 0 && memcmp(said.signer, w->pin, sizeof said.signer) == 0);
    FAILS(SECENV_STATUS_CLOSED, middle, secenv_manifest_issue(manifest, w->signer, &middle));
    CHECK(secenv_manifest_add(manifest, "b", 1, info.root, 1) == SECENV_STATUS_CLOSED);
    secenv_manifest_free(manifest);
    secenv_bytes_free(issued), secenv_bytes_free(front);
    secenv_parcel_writer_free(writer);
}

static void grant(const struct world *w, uint64_t sequence) {
    const secenv_grant_terms terms = grant_terms(sequence, NULL);
    secenv_bytes *public_half, *issued;
    secenv_grant_info said;
    OK(secenv_device_public(w->device, &public_half));
    OK(secenv_grant_issue(w->ring, w->signer, BYTES(public_half), &terms, &issued));
    OK(secenv_grant_inspect(BYTES(issued), &said));
    CHECK(said.sequence == sequence && said.issued == NOW && said.not_before == NOW && said.not_after == NOW + 5000);
    CHECK(said.max_offline == 3000 && memcmp(said.device, w->device_id, sizeof said.device) == 0);
    CHECK(memcmp(said.vault, w->vault, sizeof said.vault) == 0 && memcmp(said.signer, w->pin, sizeof said.signer) == 0);
    keep("a.grant", (const secenv_bytes *const[]){issued}, 1);
    secenv_bytes_free(public_half), secenv_bytes_free(issued);
}

/* What becomes of parcel, manifest and grant: how many are new. */
static int apply(secenv_vault *vault) {
    const char *const paths[] = {path("a.parcel"), path("a.manifest"), path("a.grant")};
    static const int32_t kinds[] = {SECENV_FILE_GRANT, SECENV_FILE_MANIFEST, SECENV_FILE_PARCEL};
    secenv_apply_report *report;
    secenv_applied applied;
    int new = 0;
    OK(secenv_vault_apply(vault, paths, 3, NOW, 1, &report));
    CHECK(secenv_apply_report_count(report) == 3);
    for (size_t i = 0; i < 3; i++) {
        OK(secenv_apply_report_at(report, i, &applied));
        CHECK(applied.kind == kinds[i] && applied.status == SECENV_STATUS_OK);
        CHECK(strcmp(applied.path, paths[2 - i]) == 0);
        new += applied.is_new;
    }
    LEAVES(SECENV_STATUS_NOT_FOUND, applied, secenv_apply_report_at(report, 3, &applied));
    LEAVES(SECENV_STATUS_NOT_FOUND, applied, secenv_apply_report_at(report, SIZE_MAX, &applied));
    IS_NULL_POINTER(secenv_apply_report_at(report, 0, NULL));
    secenv_apply_report_free(report);
    return new;
}

static void what_an_empty_vault_says_of_itself_is_nothing(secenv_vault *vault, const struct world *w) {
    secenv_vault_info info;
    secenv_documents *documents;
    secenv_document document;
    uint64_t epoch;
    OK(secenv_vault_status(vault, NOW, &info));
    CHECK(!info.has_vault && !info.has_grant && !info.has_manifest && !info.has_root_pin && info.epoch_count == 0);
    CHECK(info.lease == SECENV_STATUS_NO_KEY && info.pin_count == 1 && memcmp(info.pins[0], w->pin, 32) == 0);
    CHECK(memcmp(info.device, w->device_id, sizeof info.device) == 0);
    LEAVES(SECENV_STATUS_NOT_FOUND, epoch, secenv_vault_epoch_at(vault, 0, &epoch));
    OK(secenv_vault_list(vault, &documents));
    CHECK(secenv_documents_count(documents) == 0);
    LEAVES(SECENV_STATUS_NOT_FOUND, document, secenv_documents_at(documents, 0, &document));
    secenv_documents_free(documents);
}

static void what_a_vault_says_of_itself_is_what_it_was_given(secenv_vault *vault, const struct world *w) {
    secenv_vault_info info;
    secenv_documents *documents;
    secenv_document document;
    secenv_problems *problems;
    secenv_problem problem;
    uint64_t epoch = 0;
    OK(secenv_vault_status(vault, NOW, &info));
    CHECK(info.has_vault && memcmp(info.vault, w->vault, sizeof info.vault) == 0);
    CHECK(info.has_grant && info.grant_sequence == 1 && info.grant_max_offline == 3000);
    CHECK(info.grant_issued == NOW && info.grant_not_before == NOW && info.grant_not_after == NOW + 5000);
    CHECK(info.has_manifest && info.manifest_version == 1 && info.manifest_issued == NOW);
    CHECK(info.manifest_expires == NOW + 5000 && info.lease == SECENV_STATUS_CLOCK && info.epoch_count == 0);
    LEAVES(SECENV_STATUS_NOT_FOUND, epoch, secenv_vault_epoch_at(vault, 0, &epoch));
    OK(secenv_vault_list(vault, &documents));
    CHECK(secenv_documents_count(documents) == 1);
    OK(secenv_documents_at(documents, 0, &document));
    CHECK(strcmp(document.id, "a/b") == 0 && document.revision == 1 && document.length == 12 && document.is_here);
    LEAVES(SECENV_STATUS_NOT_FOUND, document, secenv_documents_at(documents, 1, &document));
    IS_NULL_POINTER(secenv_documents_at(documents, 0, NULL));
    secenv_documents_free(documents);
    OK(secenv_vault_verify(vault, 1, &problems));
    CHECK(secenv_problems_count(problems) == 0);
    LEAVES(SECENV_STATUS_NOT_FOUND, problem, secenv_problems_at(problems, 0, &problem));
    secenv_problems_free(problems);
}

static void a_document_is_read_offline_and_a_folder_that_was_put_back_is_noticed(const struct world *w) {
    const secenv_vault_config config = vault_config(w);
    const char *where = path("vault");
    secenv_vault *vault;
    secenv_bytes *text;
    secenv_document document;
    secenv_vault_info info;
    secenv_documents *documents;
    uint64_t epoch = 0;
    secenv_read read = read_of(0, 0, 100, NOW);
    OK(secenv_vault_create(where, &config, &vault));
    FAILS(SECENV_STATUS_NO_KEY, text, secenv_vault_read(vault, &read, &text));
    what_an_empty_vault_says_of_itself_is_nothing(vault, w);
    seal(w, 1, "the contract");
    grant(w, 1);
    CHECK(apply(vault) == 3);
    CHECK(apply(vault) == 0);
    OK(secenv_vault_status(vault, NOW, &info));
    CHECK(info.lease == SECENV_STATUS_OK && info.epoch_count == 1 && info.latest_time == NOW);
    OK(secenv_vault_epoch_at(vault, 0, &epoch));
    CHECK(epoch == 1);
    LEAVES(SECENV_STATUS_NOT_FOUND, epoch, secenv_vault_epoch_at(vault, 1, &epoch));
    read = read_of(0, 4, 8, NOW);
    OK(secenv_vault_read(vault, &read, &text));
    CHECK(is_text(text, "contract"));
    secenv_bytes_free(text);
    OK(secenv_vault_find(vault, "a/b", &document));
    CHECK(strcmp(document.id, "a/b") == 0 && document.revision == 1 && document.length == 12 && document.is_here);
    LEAVES(SECENV_STATUS_NOT_FOUND, document, secenv_vault_find(vault, "b", &document));
    LEAVES(SECENV_STATUS_INVALID_ARGUMENT, document, secenv_vault_find(vault, "", &document));
    LEAVES(SECENV_STATUS_INVALID_ARGUMENT, document, secenv_vault_find(vault, "\xff", &document));
    IS_NULL_POINTER(secenv_vault_find(vault, "a/b", NULL));
    read = read_of(2, 0, 100, NOW);
    FAILS(SECENV_STATUS_STALE, text, secenv_vault_read(vault, &read, &text));
    read = read_of(1, 12, 100, NOW);
    OK(secenv_vault_read(vault, &read, &text));
    CHECK(secenv_bytes_len(text) == 0);
    secenv_bytes_free(text);
    read = read_of(0, 0, 100, NOW + 3001);
    FAILS(SECENV_STATUS_EXPIRED, text, secenv_vault_read(vault, &read, &text));
    read = read_of(0, 0, 100, NOW);
    FAILS(SECENV_STATUS_CLOCK, text, secenv_vault_read(vault, &read, &text));
    read = read_of(0, 0, (64 << 20) + 1, NOW);
    FAILS(SECENV_STATUS_TOO_LARGE, text, secenv_vault_read(vault, &read, &text));
    what_a_vault_says_of_itself_is_what_it_was_given(vault, w);

    uint8_t anchor[SECENV_ANCHOR_BYTES];
    const secenv_unlock_secret other = {sizeof other, SECENV_UNLOCK_RAW, w->pin, 32};
    OK(secenv_vault_change_unlock(vault, &other));
    OK(secenv_vault_anchor(vault, anchor));
    OK(secenv_vault_lock(vault));
    CHECK(secenv_vault_lock(vault) == SECENV_STATUS_CLOSED);
    FAILS(SECENV_STATUS_CLOSED, documents, secenv_vault_list(vault, &documents));
    LEAVES(SECENV_STATUS_CLOSED, document, secenv_vault_find(vault, "a/b", &document));
    LEAVES(SECENV_STATUS_CLOSED, info, secenv_vault_status(vault, NOW, &info));
    LEAVES(SECENV_STATUS_CLOSED, anchor, secenv_vault_anchor(vault, anchor));
    CHECK(secenv_vault_change_unlock(vault, &UNLOCK) == SECENV_STATUS_CLOSED);
    secenv_vault_free(vault);
    FAILS(SECENV_STATUS_REJECTED, vault, secenv_vault_unlock(where, &UNLOCK, NULL, NOW, &vault));
    OK(secenv_vault_unlock(where, &other, NULL, NOW, &vault));
    OK(secenv_vault_anchor(vault, anchor));
    secenv_vault_free(vault);
    OK(secenv_vault_unlock(where, &other, anchor, NOW, &vault));
    grant(w, 2);
    CHECK(apply(vault) == 1);
    read = read_of(0, 0, 100, NOW);
    OK(secenv_vault_read(vault, &read, &text));
    CHECK(is_text(text, "the contract"));
    secenv_bytes_free(text);
    secenv_vault_free(vault);
    anchor[7] = 200;
    FAILS(SECENV_STATUS_REJECTED, vault, secenv_vault_unlock(where, &other, anchor, NOW, &vault));
}

/* What is wrong with the parcels is told by name, and what is no file of ours is refused for itself. */
static void problems_and_refused_files_are_told_by_name(const struct world *w) {
    const secenv_unlock_secret other = {sizeof other, SECENV_UNLOCK_RAW, w->pin, 32};
    const char *const paths[] = {path("nothing"), path("no-file-of-ours")};
    secenv_vault *vault;
    secenv_apply_report *report;
    secenv_applied applied;
    secenv_problems *problems;
    secenv_problem problem;
    char command[160];
    FILE *file = fopen(paths[1], "wb");
    CHECK(file != NULL && fputs("something else", file) >= 0 && fclose(file) == 0);
    OK(secenv_vault_unlock(path("vault"), &other, NULL, NOW, &vault));
    OK(secenv_vault_apply(vault, paths, 2, NOW, 1, &report));
    CHECK(secenv_apply_report_count(report) == 2);
    for (size_t i = 0; i < 2; i++) {
        OK(secenv_apply_report_at(report, i, &applied));
        CHECK(applied.kind == SECENV_FILE_UNKNOWN && !applied.is_new);
        const int is_missing = strcmp(applied.path, paths[0]) == 0;
        CHECK(applied.status == (is_missing ? SECENV_STATUS_NOT_FOUND : SECENV_STATUS_MALFORMED));
    }
    secenv_apply_report_free(report);
    OK(secenv_vault_apply(vault, NULL, 0, NOW, 1, &report));
    CHECK(secenv_apply_report_count(report) == 0);
    secenv_apply_report_free(report);
    snprintf(command, sizeof command, "rm %s/vault/parcels/*", folder);
    CHECK(system(command) == 0);
    OK(secenv_vault_verify(vault, 1, &problems));
    CHECK(secenv_problems_count(problems) == 1);
    OK(secenv_problems_at(problems, 0, &problem));
    CHECK(problem.flaw == SECENV_FLAW_MISSING && strcmp(problem.name, "a/b") == 0);
    LEAVES(SECENV_STATUS_NOT_FOUND, problem, secenv_problems_at(problems, 1, &problem));
    IS_NULL_POINTER(secenv_problems_at(problems, 0, NULL));
    secenv_problems_free(problems);
    secenv_vault_free(vault);
}

static void the_server_reads_and_re_wraps_its_own_parcels(struct world *w) {
    const char *where = path("a.parcel");
    secenv_parcel *parcel;
    secenv_parcel_info info;
    secenv_bytes *text, *sealed;
    secenv_keyring *copy;
    secenv_key_info key;
    size_t count = 0;
    seal(w, 3, "the contract");
    OK(secenv_keyring_encode(w->ring, &sealed));
    OK(secenv_keyring_parse(BYTES(sealed), &UNLOCK, &copy));
    OK(secenv_keyring_rotate(w->ring, NOW));
    OK(secenv_keyring_merge(copy, w->ring));
    CHECK(secenv_keyring_merge(copy, copy) == SECENV_STATUS_INVALID_ARGUMENT);
    OK(secenv_parcel_rewrap_file(where, w->ring));
    FAILS(SECENV_STATUS_REJECTED, parcel, secenv_parcel_open_file(where, SECRET, 1, w->ring, &parcel));
    OK(secenv_parcel_open_file(where, w->pin, 1, copy, &parcel));
    OK(secenv_parcel_inspect(parcel, &info));
    CHECK(info.revision == 3 && info.length == 12);
    OK(secenv_parcel_read(parcel, 4, 1000, &text));
    CHECK(is_text(text, "contract"));
    secenv_bytes_free(text);
    FAILS(SECENV_STATUS_TOO_LARGE, text, secenv_parcel_read(parcel, 0, (64 << 20) + 1, &text));
    IS_NULL_POINTER(secenv_parcel_read(parcel, 0, 1, NULL));
    secenv_parcel_free(parcel);
    const secenv_parcel_config config = config_of(w, "copy", 1);
    OK(secenv_parcel_seal_file(&config, where, path("b.parcel"), NULL));
    OK(secenv_parcel_inspect_file(path("b.parcel"), &info));
    CHECK(strcmp(info.id, "copy") == 0);

    OK(secenv_keyring_key_count(copy, &count));
    CHECK(count == 2);
    OK(secenv_keyring_key_at(copy, 1, &key));
    CHECK(key.epoch == 2 && key.state == SECENV_KEY_ACTIVE && key.created == NOW);
    OK(secenv_keyring_key_at(copy, 0, &key));
    CHECK(key.epoch == 1 && key.state == SECENV_KEY_DECRYPT_ONLY && key.created == NOW);
    OK(secenv_keyring_retire(copy, key.id));
    OK(secenv_keyring_destroy_key(copy, key.id));
    OK(secenv_keyring_key_at(copy, 0, &key));
    CHECK(key.state == SECENV_KEY_DESTROYED);
    LEAVES(SECENV_STATUS_NOT_FOUND, key, secenv_keyring_key_at(copy, 2, &key));
    LEAVES(SECENV_STATUS_NOT_FOUND, key, secenv_keyring_key_at(copy, SIZE_MAX, &key));
    uint8_t nobodys[SECENV_KEY_ID_BYTES] = {0};
    CHECK(secenv_keyring_destroy_key(copy, nobodys) == SECENV_STATUS_NOT_FOUND);
    const secenv_unlock_secret passphrase = {sizeof passphrase, SECENV_UNLOCK_PASSPHRASE, TEXT("a passphrase")};
    OK(secenv_keyring_change_unlock(copy, &passphrase));
    secenv_keyring_free(copy);
    secenv_bytes_free(sealed);
}

static void a_bad_entry_of_a_manifest_is_refused_at_once_and_changes_nothing(const struct world *w) {
    static const char *const bad[] = {"", "/a", "a/", "a//b", "..", "a/../b", ".", "a\\b", "a\nb", "\xff",
        "123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678"
        "901234567890123456789"};
    const secenv_status invalid = SECENV_STATUS_INVALID_ARGUMENT;
    const secenv_manifest_terms terms = manifest_terms(w, 1, SECRET);
    secenv_manifest *manifest;
    secenv_manifest_info said;
    secenv_bytes *issued;
    OK(secenv_manifest_start(&terms, &manifest));
    OK(secenv_manifest_add(manifest, "a", 1, SECRET, 0));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK(secenv_manifest_add(manifest, bad[i], 1, SECRET, 1) == invalid);
    }
    CHECK(secenv_manifest_add(manifest, "a", 2, SECRET, 1) == invalid);
    CHECK(secenv_manifest_add(manifest, "b", 0, SECRET, 1) == invalid);
    CHECK(secenv_manifest_add(manifest, "b", UINT64_MAX, SECRET, 1) == invalid);
    CHECK(secenv_manifest_add(manifest, "b", 1, SECRET, UINT64_MAX) == invalid);
    IS_NULL_POINTER(secenv_manifest_add(manifest, NULL, 1, SECRET, 1));
    IS_NULL_POINTER(secenv_manifest_add(manifest, "b", 1, NULL, 1));
    IS_NULL_POINTER(secenv_manifest_issue(manifest, w->signer, NULL));
    REFUSES_NULL(issued, secenv_manifest_issue(manifest, NULL, &issued));
    OK(secenv_manifest_add(manifest, "b", 1, SECRET, 1));
    OK(secenv_manifest_issue(manifest, w->signer, &issued));
    OK(secenv_manifest_inspect(BYTES(issued), &said));
    CHECK(said.entry_count == 2 && memcmp(said.previous, SECRET, 32) == 0);
    secenv_bytes_free(issued);
    secenv_manifest_free(manifest);
}

static void a_trust_statement_says_who_the_server_is(const struct world *w) {
    uint8_t pins[SECENV_PINS_MAX + 1][SECENV_PIN_BYTES] = {{0}};
    secenv_trust_terms terms = {sizeof terms, 4, NOW, pins[0], 2};
    secenv_trust_info said;
    secenv_bytes *issued;
    for (uint8_t i = 0; i <= SECENV_PINS_MAX; i++) pins[i][0] = (uint8_t)(SECENV_PINS_MAX - i);
    OK(secenv_trust_issue(w->signer, &terms, &issued));
    OK(secenv_trust_inspect(BYTES(issued), &said));
    CHECK(said.version == 4 && said.issued == NOW && said.pin_count == 2 && memcmp(said.signer, w->pin, 32) == 0);
    CHECK(memcmp(said.pins[0], pins[1], 32) == 0 && memcmp(said.pins[1], pins[0], 32) == 0);
    secenv_bytes_free(issued);
    terms.pin_count = SECENV_PINS_MAX;
    OK(secenv_trust_issue(w->signer, &terms, &issued));
    secenv_bytes_free(issued);
    terms.pin_count = SECENV_PINS_MAX + 1;
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, issued, secenv_trust_issue(w->signer, &terms, &issued));
    terms.pin_count = 0;
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, issued, secenv_trust_issue(w->signer, &terms, &issued));
    terms.pin_count = SIZE_MAX;
    FAILS(SECENV_STATUS_INVALID_LENGTH, issued, secenv_trust_issue(w->signer, &terms, &issued));
    terms.pin_count = 2, terms.pins = NULL;
    REFUSES_NULL(issued, secenv_trust_issue(w->signer, &terms, &issued));
    memcpy(pins[1], pins[0], 32), terms.pins = pins[0];
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, issued, secenv_trust_issue(w->signer, &terms, &issued));
}

static void null_pointers_are_refused_by_keyrings_and_devices(const struct world *w) {
    secenv_keyring *k;
    secenv_device *d;
    secenv_bytes *b;
    secenv_key_info key;
    uint8_t id[16];
    size_t count;
    secenv_unlock_secret no_secret = UNLOCK;
    no_secret.secret = NULL;
    REFUSES_NULL(k, secenv_keyring_generate(NULL, NOW, &k));
    REFUSES_NULL(k, secenv_keyring_generate(&no_secret, NOW, &k));
    IS_NULL_POINTER(secenv_keyring_generate(&UNLOCK, NOW, NULL));
    REFUSES_NULL(k, secenv_keyring_parse(NULL, 5, &UNLOCK, &k));
    REFUSES_NULL(k, secenv_keyring_parse(SECRET, 5, NULL, &k));
    REFUSES_NULL(k, secenv_keyring_parse(SECRET, 5, &no_secret, &k));
    IS_NULL_POINTER(secenv_keyring_parse(SECRET, 5, &UNLOCK, NULL));
    REFUSES_NULL(b, secenv_keyring_encode(NULL, &b));
    IS_NULL_POINTER(secenv_keyring_encode(w->ring, NULL));
    IS_NULL_POINTER(secenv_keyring_change_unlock(NULL, &UNLOCK));
    IS_NULL_POINTER(secenv_keyring_change_unlock(w->ring, NULL));
    IS_NULL_POINTER(secenv_keyring_change_unlock(w->ring, &no_secret));
    IS_NULL_POINTER(secenv_keyring_rotate(NULL, NOW));
    IS_NULL_POINTER(secenv_keyring_retire(NULL, SECRET));
    IS_NULL_POINTER(secenv_keyring_retire(w->ring, NULL));
    IS_NULL_POINTER(secenv_keyring_destroy_key(NULL, SECRET));
    IS_NULL_POINTER(secenv_keyring_destroy_key(w->ring, NULL));
    IS_NULL_POINTER(secenv_keyring_merge(w->ring, NULL));
    IS_NULL_POINTER(secenv_keyring_merge(NULL, w->ring));
    IS_NULL_POINTER(secenv_keyring_merge(NULL, NULL));
    LEAVES(SECENV_STATUS_NULL_POINTER, id, secenv_keyring_id(NULL, id));
    IS_NULL_POINTER(secenv_keyring_id(w->ring, NULL));
    LEAVES(SECENV_STATUS_NULL_POINTER, count, secenv_keyring_key_count(NULL, &count));
    IS_NULL_POINTER(secenv_keyring_key_count(w->ring, NULL));
    LEAVES(SECENV_STATUS_NULL_POINTER, key, secenv_keyring_key_at(NULL, 0, &key));
    IS_NULL_POINTER(secenv_keyring_key_at(w->ring, 0, NULL));
    secenv_keyring_free(NULL);

    IS_NULL_POINTER(secenv_device_generate(NULL));
    REFUSES_NULL(d, secenv_device_parse(NULL, 5, &d));
    IS_NULL_POINTER(secenv_device_parse(SECRET, 5, NULL));
    REFUSES_NULL(b, secenv_device_encode_secret(NULL, &b));
    IS_NULL_POINTER(secenv_device_encode_secret(w->device, NULL));
    REFUSES_NULL(b, secenv_device_public(NULL, &b));
    IS_NULL_POINTER(secenv_device_public(w->device, NULL));
    LEAVES(SECENV_STATUS_NULL_POINTER, id, secenv_device_id(NULL, 5, id));
    IS_NULL_POINTER(secenv_device_id(SECRET, 5, NULL));
    secenv_device_free(NULL);
}

static void null_pointers_are_refused_by_parcels(const struct world *w) {
    const secenv_parcel_config config = config_of(w, "x", 1);
    const char *from = path("a.parcel"), *to = path("never");
    secenv_parcel_writer *s;
    secenv_parcel *p;
    secenv_parcel_info info;
    secenv_bytes *b;
    for (int missing = 0; missing < 4; missing++) {
        secenv_parcel_config other = config;
        if (missing == 0) other.keyring = NULL;
        if (missing == 1) other.signer = NULL;
        if (missing == 2) other.id = NULL;
        const secenv_parcel_config *given = missing == 3 ? NULL : &other;
        s = STALE, b = STALE;
        IS_NULL_POINTER(secenv_parcel_writer_start(given, &s, &b));
        CHECK(s == NULL && b == NULL);
        LEAVES(SECENV_STATUS_NULL_POINTER, info, secenv_parcel_seal_file(given, from, to, &info));
    }
    REFUSES_NULL(b, secenv_parcel_writer_start(&config, NULL, &b));
    REFUSES_NULL(s, secenv_parcel_writer_start(&config, &s, NULL));
    LEAVES(SECENV_STATUS_NULL_POINTER, info, secenv_parcel_seal_file(&config, NULL, to, &info));
    LEAVES(SECENV_STATUS_NULL_POINTER, info, secenv_parcel_seal_file(&config, from, NULL, &info));
    CHECK(access(to, F_OK) != 0);

    OK(secenv_parcel_writer_start(&config, &s, &b));
    secenv_bytes_free(b);
    REFUSES_NULL(b, secenv_parcel_writer_push(NULL, SECRET, 1, &b));
    REFUSES_NULL(b, secenv_parcel_writer_push(s, NULL, 1, &b));
    IS_NULL_POINTER(secenv_parcel_writer_push(s, SECRET, 1, NULL));
    REFUSES_NULL(b, secenv_parcel_writer_finish(NULL, &b, &info));
    IS_NULL_POINTER(secenv_parcel_writer_finish(s, NULL, &info));
    OK(secenv_parcel_writer_finish(s, &b, NULL));
    secenv_bytes_free(b);
    secenv_parcel_writer_free(s);
    secenv_parcel_writer_free(NULL);

    LEAVES(SECENV_STATUS_NULL_POINTER, info, secenv_parcel_inspect_file(NULL, &info));
    IS_NULL_POINTER(secenv_parcel_inspect_file(from, NULL));
    IS_NULL_POINTER(secenv_parcel_rewrap_file(NULL, w->ring));
    IS_NULL_POINTER(secenv_parcel_rewrap_file(from, NULL));
    REFUSES_NULL(p, secenv_parcel_open_file(NULL, w->pin, 1, w->ring, &p));
    REFUSES_NULL(p, secenv_parcel_open_file(from, NULL, 1, w->ring, &p));
    REFUSES_NULL(p, secenv_parcel_open_file(from, w->pin, 1, NULL, &p));
    IS_NULL_POINTER(secenv_parcel_open_file(from, w->pin, 1, w->ring, NULL));
    LEAVES(SECENV_STATUS_NULL_POINTER, info, secenv_parcel_inspect(NULL, &info));
    REFUSES_NULL(b, secenv_parcel_read(NULL, 0, 1, &b));
    secenv_parcel_free(NULL);
}

static void null_pointers_are_refused_by_what_the_server_signs(const struct world *w) {
    const secenv_grant_terms grant = grant_terms(1, NULL);
    const secenv_trust_terms trust = {sizeof trust, 1, NOW, w->pin, 1};
    secenv_manifest_terms terms = manifest_terms(w, 1, NULL);
    secenv_grant_info granted;
    secenv_manifest_info listed;
    secenv_trust_info stated;
    secenv_manifest *m;
    secenv_bytes *b, *device;
    OK(secenv_device_public(w->device, &device));
    REFUSES_NULL(b, secenv_grant_issue(NULL, w->signer, BYTES(device), &grant, &b));
    REFUSES_NULL(b, secenv_grant_issue(w->ring, NULL, BYTES(device), &grant, &b));
    REFUSES_NULL(b, secenv_grant_issue(w->ring, w->signer, NULL, 5, &grant, &b));
    REFUSES_NULL(b, secenv_grant_issue(w->ring, w->signer, BYTES(device), NULL, &b));
    IS_NULL_POINTER(secenv_grant_issue(w->ring, w->signer, BYTES(device), &grant, NULL));
    secenv_bytes_free(device);
    LEAVES(SECENV_STATUS_NULL_POINTER, granted, secenv_grant_inspect(NULL, 5, &granted));
    IS_NULL_POINTER(secenv_grant_inspect(SECRET, 5, NULL));

    REFUSES_NULL(m, secenv_manifest_start(NULL, &m));
    IS_NULL_POINTER(secenv_manifest_start(&terms, NULL));
    terms.vault = NULL;
    REFUSES_NULL(m, secenv_manifest_start(&terms, &m));
    IS_NULL_POINTER(secenv_manifest_add(NULL, "a", 1, SECRET, 1));
    REFUSES_NULL(b, secenv_manifest_issue(NULL, w->signer, &b));
    LEAVES(SECENV_STATUS_NULL_POINTER, listed, secenv_manifest_inspect(NULL, 5, &listed));
    IS_NULL_POINTER(secenv_manifest_inspect(SECRET, 5, NULL));
    secenv_manifest_free(NULL);

    REFUSES_NULL(b, secenv_trust_issue(NULL, &trust, &b));
    REFUSES_NULL(b, secenv_trust_issue(w->signer, NULL, &b));
    IS_NULL_POINTER(secenv_trust_issue(w->signer, &trust, NULL));
    LEAVES(SECENV_STATUS_NULL_POINTER, stated, secenv_trust_inspect(NULL, 5, &stated));
    IS_NULL_POINTER(secenv_trust_inspect(SECRET, 5, NULL));
}

static void null_pointers_are_refused_by_vaults(const struct world *w) {
    const secenv_vault_config config = vault_config(w);
    const char *where = path("never"), *const paths[] = {path("a.grant"), NULL};
    secenv_read read = read_of(0, 0, 1, NOW);
    secenv_vault *v;
    secenv_apply_report *report;
    secenv_applied applied;
    secenv_documents *documents;
    secenv_document document;
    secenv_problems *problems;
    secenv_problem problem;
    secenv_vault_info info;
    secenv_bytes *b;
    uint8_t anchor[SECENV_ANCHOR_BYTES];
    uint64_t epoch;
    for (int missing = 0; missing < 4; missing++) {
        secenv_vault_config other = config;
        if (missing == 0) other.unlock = NULL;
        if (missing == 1) other.pins = NULL;
        if (missing == 2) other.device = NULL;
        REFUSES_NULL(v, secenv_vault_create(where, missing == 3 ? NULL : &other, &v));
    }
    REFUSES_NULL(v, secenv_vault_create(NULL, &config, &v));
    IS_NULL_POINTER(secenv_vault_create(where, &config, NULL));
    CHECK(access(where, F_OK) != 0);
    REFUSES_NULL(v, secenv_vault_unlock(NULL, &UNLOCK, NULL, NOW, &v));
    REFUSES_NULL(v, secenv_vault_unlock(where, NULL, NULL, NOW, &v));
    IS_NULL_POINTER(secenv_vault_unlock(where, &UNLOCK, NULL, NOW, NULL));

    OK(secenv_vault_create(path("empty"), &config, &v));
    LEAVES(SECENV_STATUS_NULL_POINTER, anchor, secenv_vault_anchor(NULL, anchor));
    IS_NULL_POINTER(secenv_vault_anchor(v, NULL));
    REFUSES_NULL(report, secenv_vault_apply(NULL, paths, 1, NOW, 1, &report));
    REFUSES_NULL(report, secenv_vault_apply(v, NULL, 1, NOW, 1, &report));
    REFUSES_NULL(report, secenv_vault_apply(v, paths, 2, NOW, 1, &report));
    IS_NULL_POINTER(secenv_vault_apply(v, paths, 1, NOW, 1, NULL));
    REFUSES_NULL(documents, secenv_vault_list(NULL, &documents));
    IS_NULL_POINTER(secenv_vault_list(v, NULL));
    LEAVES(SECENV_STATUS_NULL_POINTER, document, secenv_vault_find(NULL, "a/b", &document));
    LEAVES(SECENV_STATUS_NULL_POINTER, document, secenv_vault_find(v, NULL, &document));
    REFUSES_NULL(b, secenv_vault_read(NULL, &read, &b));
    REFUSES_NULL(b, secenv_vault_read(v, NULL, &b));
    IS_NULL_POINTER(secenv_vault_read(v, &read, NULL));
    read.id = NULL;
    REFUSES_NULL(b, secenv_vault_read(v, &read, &b));
    REFUSES_NULL(problems, secenv_vault_verify(NULL, 1, &problems));
    IS_NULL_POINTER(secenv_vault_verify(v, 1, NULL));
    LEAVES(SECENV_STATUS_NULL_POINTER, info, secenv_vault_status(NULL, NOW, &info));
    IS_NULL_POINTER(secenv_vault_status(v, NOW, NULL));
    LEAVES(SECENV_STATUS_NULL_POINTER, epoch, secenv_vault_epoch_at(NULL, 0, &epoch));
    IS_NULL_POINTER(secenv_vault_epoch_at(v, 0, NULL));
    IS_NULL_POINTER(secenv_vault_change_unlock(NULL, &UNLOCK));
    IS_NULL_POINTER(secenv_vault_change_unlock(v, NULL));
    IS_NULL_POINTER(secenv_vault_lock(NULL));
    secenv_vault_free(v);
    secenv_vault_free(NULL);

    CHECK(secenv_apply_report_count(NULL) == 0);
    LEAVES(SECENV_STATUS_NULL_POINTER, applied, secenv_apply_report_at(NULL, 0, &applied));
    secenv_apply_report_free(NULL);
    CHECK(secenv_documents_count(NULL) == 0);
    LEAVES(SECENV_STATUS_NULL_POINTER, document, secenv_documents_at(NULL, 0, &document));
    secenv_documents_free(NULL);
    CHECK(secenv_problems_count(NULL) == 0);
    LEAVES(SECENV_STATUS_NULL_POINTER, problem, secenv_problems_at(NULL, 0, &problem));
    secenv_problems_free(NULL);
}

/* Runs a call with each size that its struct does not have. */
#define UNKNOWN_SIZES_ARE_REFUSED(input, out, call)                                              \
    do {                                                                                         \
        const size_t known = (input).size;                                                       \
        CHECK(known == sizeof(input));                                                           \
        for (size_t at = 0; at < sizeof WRONG_SIZES(input) / sizeof(size_t); at++) {             \
            (input).size = WRONG_SIZES(input)[at];                                               \
            FAILS(SECENV_STATUS_INVALID_ARGUMENT, out, call);                                    \
        }                                                                                        \
        (input).size = known;                                                                    \
    } while (0)

static void sizes_that_the_library_does_not_know_are_refused(const struct world *w) {
    secenv_unlock_secret unlock = UNLOCK;
    secenv_parcel_config config = config_of(w, "x", 1);
    secenv_grant_terms grant = grant_terms(1, NULL);
    secenv_manifest_terms manifest = manifest_terms(w, 1, NULL);
    secenv_trust_terms trust = {sizeof trust, 1, NOW, w->pin, 1};
    secenv_vault_config vault = vault_config(w);
    secenv_read read = read_of(0, 0, 1, NOW);
    secenv_keyring *k;
    secenv_parcel_writer *s;
    secenv_manifest *m;
    secenv_vault *v;
    secenv_bytes *b, *front, *device;
    void *none; /* for a call that gives no handle */
    UNKNOWN_SIZES_ARE_REFUSED(unlock, k, secenv_keyring_generate(&unlock, NOW, &k));
    UNKNOWN_SIZES_ARE_REFUSED(unlock, k, secenv_keyring_parse(SECRET, 5, &unlock, &k));
    UNKNOWN_SIZES_ARE_REFUSED(unlock, none, (none = NULL, secenv_keyring_change_unlock(w->ring, &unlock)));
    UNKNOWN_SIZES_ARE_REFUSED(unlock, v, secenv_vault_unlock(path("never"), &unlock, NULL, NOW, &v));
    UNKNOWN_SIZES_ARE_REFUSED(config, s, secenv_parcel_writer_start(&config, &s, &front));
    UNKNOWN_SIZES_ARE_REFUSED(config, none,
                              (none = NULL, secenv_parcel_seal_file(&config, path("a.parcel"), path("never"), NULL)));
    UNKNOWN_SIZES_ARE_REFUSED(manifest, m, secenv_manifest_start(&manifest, &m));
    UNKNOWN_SIZES_ARE_REFUSED(trust, b, secenv_trust_issue(w->signer, &trust, &b));
    UNKNOWN_SIZES_ARE_REFUSED(vault, v, secenv_vault_create(path("never"), &vault, &v));
    vault.unlock = &unlock;
    UNKNOWN_SIZES_ARE_REFUSED(unlock, v, secenv_vault_create(path("never"), &vault, &v));
    OK(secenv_device_public(w->device, &device));
    UNKNOWN_SIZES_ARE_REFUSED(grant, b, secenv_grant_issue(w->ring, w->signer, BYTES(device), &grant, &b));
    secenv_bytes_free(device);
    OK(secenv_vault_unlock(path("empty"), &UNLOCK, NULL, NOW, &v));
    UNKNOWN_SIZES_ARE_REFUSED(read, b, secenv_vault_read(v, &read, &b));
    UNKNOWN_SIZES_ARE_REFUSED(unlock, none, (none = NULL, secenv_vault_change_unlock(v, &unlock)));
    secenv_vault_free(v);
    CHECK(access(path("never"), F_OK) != 0);
}

static void paths_and_ids_that_are_empty_or_no_utf_8_are_refused(const struct world *w) {
    static const char *const bad[] = {"", "\xff", "a\xc3", "\xed\xa0\x80"};
    const secenv_vault_config vault = vault_config(w);
    const secenv_status invalid = SECENV_STATUS_INVALID_ARGUMENT;
    secenv_read read = read_of(0, 0, 1, NOW);
    secenv_parcel_info info;
    secenv_parcel_writer *s;
    secenv_parcel *p;
    secenv_vault *v, *opened;
    secenv_apply_report *report;
    secenv_document document;
    secenv_bytes *b, *front;
    OK(secenv_vault_unlock(path("empty"), &UNLOCK, NULL, NOW, &opened));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *const paths[] = {path("a.grant"), bad[i]};
        const secenv_parcel_config good = config_of(w, "x", 1), config = config_of(w, bad[i], 1);
        LEAVES(invalid, info, secenv_parcel_seal_file(&good, bad[i], path("never"), &info));
        LEAVES(invalid, info, secenv_parcel_seal_file(&good, path("a.parcel"), bad[i], &info));
        LEAVES(invalid, info, secenv_parcel_seal_file(&config, path("a.parcel"), path("never"), &info));
        FAILS(invalid, s, secenv_parcel_writer_start(&config, &s, &front));
        LEAVES(invalid, info, secenv_parcel_inspect_file(bad[i], &info));
        CHECK(secenv_parcel_rewrap_file(bad[i], w->ring) == invalid);
        FAILS(invalid, p, secenv_parcel_open_file(bad[i], w->pin, 1, w->ring, &p));
        FAILS(invalid, v, secenv_vault_create(bad[i], &vault, &v));
        FAILS(invalid, v, secenv_vault_unlock(bad[i], &UNLOCK, NULL, NOW, &v));
        FAILS(invalid, report, secenv_vault_apply(opened, paths, 2, NOW, 1, &report));
        LEAVES(invalid, document, secenv_vault_find(opened, bad[i], &document));
        read.id = bad[i];
        FAILS(invalid, b, secenv_vault_read(opened, &read, &b));
    }
    secenv_vault_free(opened);
    CHECK(access(path("never"), F_OK) != 0);
}

static void other_kinds_lengths_and_texts_are_refused(const struct world *w) {
    const secenv_status invalid = SECENV_STATUS_INVALID_ARGUMENT;
    secenv_unlock_secret unlock = UNLOCK;
    secenv_vault_config config = vault_config(w);
    secenv_parcel_config parcel = config_of(w, "../a", 1);
    secenv_parcel_info info;
    secenv_grant_info granted;
    secenv_manifest_info listed;
    secenv_trust_info stated;
    secenv_keyring *k;
    secenv_device *d;
    secenv_parcel *p;
    secenv_vault *v;
    uint8_t out[16];
    unlock.secret_len = 31;
    FAILS(SECENV_STATUS_INVALID_LENGTH, k, secenv_keyring_generate(&unlock, NOW, &k));
    unlock.secret_len = SIZE_MAX;
    FAILS(SECENV_STATUS_INVALID_LENGTH, k, secenv_keyring_generate(&unlock, NOW, &k));
    unlock = UNLOCK, unlock.kind = 3;
    FAILS(invalid, k, secenv_keyring_generate(&unlock, NOW, &k));
    unlock.kind = SECENV_UNLOCK_PASSPHRASE, unlock.secret_len = 0;
    FAILS(invalid, k, secenv_keyring_generate(&unlock, NOW, &k));
    FAILS(invalid, k, secenv_keyring_generate(&UNLOCK, UINT64_MAX, &k));
    CHECK(secenv_keyring_rotate(w->ring, UINT64_MAX) == invalid);
    FAILS(SECENV_STATUS_DAMAGED, k, secenv_keyring_parse(SECRET, 32, &UNLOCK, &k));
    FAILS(SECENV_STATUS_DAMAGED, d, secenv_device_parse(SECRET, 32, &d));
    LEAVES(SECENV_STATUS_MALFORMED, out, secenv_device_id(SECRET, 32, out));
    LEAVES(SECENV_STATUS_MALFORMED, granted, secenv_grant_inspect(SECRET, 32, &granted));
    LEAVES(SECENV_STATUS_MALFORMED, listed, secenv_manifest_inspect(SECRET, 32, &listed));
    LEAVES(SECENV_STATUS_MALFORMED, stated, secenv_trust_inspect(SECRET, 32, &stated));
    LEAVES(SECENV_STATUS_MALFORMED, stated, secenv_trust_inspect(NULL, 0, &stated));
    LEAVES(SECENV_STATUS_NOT_FOUND, info, secenv_parcel_inspect_file(path("nothing"), &info));
    LEAVES(SECENV_STATUS_NOT_A_FILE, info, secenv_parcel_inspect_file(folder, &info));
    LEAVES(SECENV_STATUS_MALFORMED, info, secenv_parcel_inspect_file(path("a.grant"), &info));
    FAILS(SECENV_STATUS_INVALID_LENGTH, p, secenv_parcel_open_file(path("a.parcel"), w->pin, SIZE_MAX, w->ring, &p));
    FAILS(SECENV_STATUS_NOT_FOUND, v, secenv_vault_unlock(path("nothing"), &UNLOCK, NULL, NOW, &v));
    FAILS(SECENV_STATUS_EXISTS, v, secenv_vault_create(folder, &config, &v));
    config.pins = NULL, config.pin_count = 0;
    FAILS(invalid, v, secenv_vault_create(path("v"), &config, &v));
    config.pins = w->pin, config.pin_count = SIZE_MAX;
    FAILS(SECENV_STATUS_INVALID_LENGTH, v, secenv_vault_create(path("v"), &config, &v));
    LEAVES(invalid, info, secenv_parcel_seal_file(&parcel, path("a.parcel"), path("never"), &info));
    parcel = config_of(w, "x", 0);
    LEAVES(invalid, info, secenv_parcel_seal_file(&parcel, path("a.parcel"), path("never"), &info));
    parcel = config_of(w, "x", 1);
    LEAVES(SECENV_STATUS_EXISTS, info, secenv_parcel_seal_file(&parcel, path("a.parcel"), path("a.parcel"), &info));
    LEAVES(SECENV_STATUS_EXISTS, info, secenv_parcel_seal_file(&parcel, path("a.parcel"), path("a.grant"), &info));
    LEAVES(SECENV_STATUS_NOT_FOUND, info, secenv_parcel_seal_file(&parcel, path("nothing"), path("never"), &info));
    LEAVES(SECENV_STATUS_NOT_A_FILE, info, secenv_parcel_seal_file(&parcel, folder, path("never"), &info));
    CHECK(access(path("never"), F_OK) != 0);
}

int main(void) {
    CHECK(mkdtemp(folder) != NULL);
    struct world w = world_new();
    a_document_is_read_offline_and_a_folder_that_was_put_back_is_noticed(&w);
    problems_and_refused_files_are_told_by_name(&w);
    the_server_reads_and_re_wraps_its_own_parcels(&w);
    a_bad_entry_of_a_manifest_is_refused_at_once_and_changes_nothing(&w);
    a_trust_statement_says_who_the_server_is(&w);
    null_pointers_are_refused_by_keyrings_and_devices(&w);
    null_pointers_are_refused_by_parcels(&w);
    null_pointers_are_refused_by_what_the_server_signs(&w);
    null_pointers_are_refused_by_vaults(&w);
    sizes_that_the_library_does_not_know_are_refused(&w);
    paths_and_ids_that_are_empty_or_no_utf_8_are_refused(&w);
    other_kinds_lengths_and_texts_are_refused(&w);
    world_free(&w);
    char command[64];
    snprintf(command, sizeof command, "rm -r %s", folder);
    CHECK(system(command) == 0);
    printf("vault: %d checks\n", checks);
    return 0;
}
