/* Data at rest through the C ABI: a server and a vault through a life together; then NULL, other sizes and lengths,
 * indexes that are not there, closed handles. */
#include <sys/stat.h>

#include "check.h"

#define TEXT(text) (const uint8_t *)(text), strlen(text)
#define OK(call) CHECK((call) == SECENV_STATUS_OK)

static const uint8_t SECRET[SECENV_UNLOCK_KEY_BYTES] = {7};
static const uint64_t NOW = 1000000;

static char folder[] = "/tmp/secenv-c-XXXXXX";

static const char *path(const char *name) {
    static char paths[64][128];
    static int turn;
    char *place = paths[turn++ % 64];
    snprintf(place, sizeof paths[0], "%s/%s", folder, name);
    return place;
}

static void write_file(const char *name, const uint8_t *data, size_t len) {
    FILE *file = fopen(path(name), "ab");
    CHECK(file != NULL);
    CHECK(fwrite(data, 1, len, file) == len);
    CHECK(fclose(file) == 0);
}

static void replace(const char *name, const secenv_bytes *bytes) {
    remove(path(name));
    write_file(name, BYTES(bytes));
}

static secenv_unlock_secret raw(const uint8_t *key) {
    return (secenv_unlock_secret){sizeof(secenv_unlock_secret), SECENV_UNLOCK_RAW, key, SECENV_UNLOCK_KEY_BYTES};
}

static secenv_read reading(const char *id, uint64_t offset, size_t len, uint64_t now) {
    return (secenv_read){.size = sizeof(secenv_read), .id = id, .offset = offset, .len = len, .now = now};
}

struct world {
    secenv_keyring *ring;
    secenv_identity *signer;
    secenv_device *device;
    secenv_bytes *device_public;
    uint8_t pin[SECENV_PIN_BYTES];
    uint8_t vault[SECENV_VAULT_ID_BYTES];
    secenv_unlock_secret unlock;
};

static struct world world_new(void) {
    struct world w = {.unlock = raw(SECRET)};
    secenv_bytes *public_half;
    OK(secenv_keyring_generate(&w.unlock, NOW, &w.ring));
    OK(secenv_keyring_id(w.ring, w.vault));
    OK(secenv_identity_generate(SECENV_IDENTITY_ED25519, &w.signer));
    OK(secenv_identity_public(w.signer, &public_half));
    OK(secenv_identity_pin(BYTES(public_half), w.pin));
    secenv_bytes_free(public_half);
    OK(secenv_device_generate(&w.device));
    OK(secenv_device_public(w.device, &w.device_public));
    return w;
}

static void world_free(struct world *w) {
    secenv_keyring_free(w->ring);
    secenv_identity_free(w->signer);
    secenv_device_free(w->device);
    secenv_bytes_free(w->device_public);
}

static secenv_parcel_config sealing(const struct world *w, const char *id, uint64_t revision) {
    return (secenv_parcel_config){sizeof(secenv_parcel_config), w->ring, w->signer, id, revision, 1};
}

static secenv_vault_config beginning(const struct world *w) {
    return (secenv_vault_config){.size = sizeof(secenv_vault_config),
                                 .unlock = &w->unlock,
                                 .pins = w->pin,
                                 .pin_count = 1,
                                 .device = w->device,
                                 .now = NOW};
}

static secenv_manifest_terms naming(const struct world *w, uint64_t version) {
    return (secenv_manifest_terms){sizeof(secenv_manifest_terms), w->vault, version, NOW, NOW + 5000, NULL};
}

static secenv_grant_terms granting(uint64_t sequence, const uint8_t *previous) {
    return (secenv_grant_terms){sizeof(secenv_grant_terms), sequence, NOW, NOW, NOW + 5000, 3000, previous};
}

/* Seals a document in pieces, and names it in a manifest. */
static void seal(const struct world *w, uint64_t revision, const char *text) {
    const secenv_parcel_config config = sealing(w, "a/b", revision);
    secenv_parcel_writer *writer;
    secenv_bytes *front, *middle, *last;
    secenv_parcel_info info;
    OK(secenv_parcel_writer_start(&config, &writer, &front));
    OK(secenv_parcel_writer_push(writer, TEXT(text), &middle));
    OK(secenv_parcel_writer_finish(writer, &last, &info));
    CHECK(strcmp(info.id, "a/b") == 0 && info.revision == revision && info.length == strlen(text));
    CHECK(memcmp(info.vault, w->vault, sizeof info.vault) == 0 && memcmp(info.signer, w->pin, sizeof info.signer) == 0);
    CHECK(info.chunk_bytes == 65536 && info.key_count == 1);
    replace("a.parcel", front);
    write_file("a.parcel", BYTES(middle));
    write_file("a.parcel", BYTES(last));
    secenv_bytes_free(front), secenv_bytes_free(middle), secenv_bytes_free(last);
    FAILS(SECENV_STATUS_CLOSED, middle, secenv_parcel_writer_push(writer, TEXT("more"), &middle));
    FAILS(SECENV_STATUS_CLOSED, last, secenv_parcel_writer_finish(writer, &last, NULL));
    secenv_parcel_writer_free(writer);

    const secenv_manifest_terms terms = naming(w, revision);
    secenv_manifest *manifest;
    secenv_bytes *issued;
    secenv_manifest_info said;
    OK(secenv_manifest_start(&terms, &manifest));
    OK(secenv_manifest_add(manifest, "a/b", revision, info.root, info.length));
    OK(secenv_manifest_issue(manifest, w->signer, &issued));
    OK(secenv_manifest_inspect(BYTES(issued), &said));
    CHECK(said.version == revision && said.entry_count == 1 && said.issued == NOW && said.expires == NOW + 5000);
    CHECK(memcmp(said.vault, w->vault, sizeof said.vault) == 0 && memcmp(said.signer, w->pin, sizeof said.signer) == 0);
    replace("a.manifest", issued);
    secenv_bytes_free(issued);
    FAILS(SECENV_STATUS_CLOSED, issued, secenv_manifest_issue(manifest, w->signer, &issued));
    CHECK(secenv_manifest_add(manifest, "c", 1, info.root, 1) == SECENV_STATUS_CLOSED);
    secenv_manifest_free(manifest);
}

/* Grants the device all keys, and gives the grant's digest. */
static void grant(const struct world *w, uint64_t sequence, const uint8_t *previous, uint8_t *digest) {
    const secenv_grant_terms terms = granting(sequence, previous);
    const uint8_t none[SECENV_DIGEST_BYTES] = {0};
    secenv_bytes *issued;
    secenv_grant_info said;
    uint8_t device[SECENV_DEVICE_ID_BYTES];
    OK(secenv_grant_issue(w->ring, w->signer, BYTES(w->device_public), &terms, &issued));
    OK(secenv_grant_inspect(BYTES(issued), &said));
    OK(secenv_device_id(BYTES(w->device_public), device));
    CHECK(said.sequence == sequence && said.issued == NOW && said.not_before == NOW && said.not_after == NOW + 5000);
    CHECK(said.max_offline == 3000 && memcmp(said.device, device, sizeof device) == 0);
    CHECK(memcmp(said.vault, w->vault, sizeof said.vault) == 0 && memcmp(said.signer, w->pin, sizeof said.signer) == 0);
    CHECK(memcmp(said.previous, previous == NULL ? none : previous, sizeof none) == 0);
    memcpy(digest, said.digest, sizeof said.digest);
    replace("a.grant", issued);
    secenv_bytes_free(issued);
}

static secenv_apply_report *apply(secenv_vault *vault) {
    const char *const paths[] = {path("a.parcel"), path("a.manifest"), path("a.grant"), path("nothing")};
    secenv_apply_report *report;
    OK(secenv_vault_apply(vault, paths, 4, NOW, 1, &report));
    CHECK(secenv_apply_report_count(report) == 4);
    return report;
}

/* What became of the file of this name. */
static secenv_applied applied(const secenv_apply_report *report, const char *name) {
    secenv_applied one;
    for (size_t i = 0; i < secenv_apply_report_count(report); i++) {
        OK(secenv_apply_report_at(report, i, &one));
        if (strcmp(one.path, path(name)) == 0) return one;
    }
    fprintf(stderr, "nothing became of %s\n", name);
    exit(1);
}

static void a_document_is_read_offline_and_a_folder_that_was_put_back_is_noticed(const struct world *w) {
    const char *where = path("vault");
    const secenv_vault_config config = beginning(w);
    const secenv_unlock_secret other = raw(w->pin);
    secenv_vault *vault;
    secenv_bytes *text;
    secenv_vault_info info;
    uint8_t digest[SECENV_DIGEST_BYTES];
    OK(secenv_vault_create(where, &config, &vault));
    secenv_read request = reading("a/b", 0, 100, NOW);
    FAILS(SECENV_STATUS_NO_KEY, text, secenv_vault_read(vault, &request, &text));
    OK(secenv_vault_status(vault, NOW, &info));
    CHECK(!info.has_vault && info.trust_version == 0 && !info.has_grant && !info.has_manifest);
    CHECK(info.lease == SECENV_STATUS_NO_KEY && info.epoch_count == 0);
    CHECK(info.generation > 0 && info.latest_time == NOW);
    CHECK(info.pin_count == 1 && memcmp(info.pins[0], w->pin, SECENV_PIN_BYTES) == 0);

    seal(w, 1, "the contract");
    grant(w, 1, NULL, digest);
    secenv_apply_report *report = apply(vault);
    const struct { const char *name; int32_t kind, status; bool is_new; } became[] = {
        {"a.parcel", SECENV_FILE_PARCEL, SECENV_STATUS_OK, true},
        {"a.manifest", SECENV_FILE_MANIFEST, SECENV_STATUS_OK, true},
        {"a.grant", SECENV_FILE_GRANT, SECENV_STATUS_OK, true},
        {"nothing", SECENV_FILE_UNKNOWN, SECENV_STATUS_NOT_FOUND, false},
    };
    for (size_t i = 0; i < 4; i++) {
        const secenv_applied one = applied(report, became[i].name);
        CHECK(one.kind == became[i].kind && one.status == became[i].status && one.is_new == became[i].is_new);
    }
    secenv_apply_report_free(report);

    request = reading("a/b", 4, 8, NOW);
    OK(secenv_vault_read(vault, &request, &text));
    CHECK(secenv_bytes_len(text) == 8 && memcmp(secenv_bytes_data(text), "contract", 8) == 0);
    secenv_bytes_free(text);
    secenv_document document;
    OK(secenv_vault_find(vault, "a/b", &document));
    CHECK(strcmp(document.id, "a/b") == 0 && document.revision == 1 && document.length == 12 && document.is_here);
    LEAVES(SECENV_STATUS_NOT_FOUND, document, secenv_vault_find(vault, "b", &document));
    request = reading("b", 0, 100, NOW);
    FAILS(SECENV_STATUS_NOT_FOUND, text, secenv_vault_read(vault, &request, &text));
    request = reading("a/b", 0, 100, NOW), request.revision = 2;
    FAILS(SECENV_STATUS_STALE, text, secenv_vault_read(vault, &request, &text));
    request.revision = 1, request.offset = 12;
    OK(secenv_vault_read(vault, &request, &text));
    CHECK(secenv_bytes_len(text) == 0);
    secenv_bytes_free(text);
    request.offset = UINT64_MAX;
    OK(secenv_vault_read(vault, &request, &text));
    CHECK(secenv_bytes_len(text) == 0);
    secenv_bytes_free(text);

    uint64_t epoch = 0;
    OK(secenv_vault_status(vault, NOW, &info));
    CHECK(info.lease == SECENV_STATUS_OK && info.has_vault && memcmp(info.vault, w->vault, sizeof info.vault) == 0);
    CHECK(info.has_grant && info.grant_sequence == 1 && info.grant_issued == NOW && info.grant_not_before == NOW);
    CHECK(info.grant_not_after == NOW + 5000 && info.grant_max_offline == 3000 && info.epoch_count == 1);
    CHECK(info.has_manifest && info.manifest_version == 1 && info.manifest_issued == NOW);
    CHECK(info.manifest_expires == NOW + 5000);
    OK(secenv_vault_epoch_at(vault, 0, &epoch));
    CHECK(epoch == 1);
    LEAVES(SECENV_STATUS_NOT_FOUND, epoch, secenv_vault_epoch_at(vault, 1, &epoch));
    LEAVES(SECENV_STATUS_NOT_FOUND, epoch, secenv_vault_epoch_at(vault, SIZE_MAX, &epoch));

    request = reading("a/b", 0, 100, NOW + 3001);
    FAILS(SECENV_STATUS_EXPIRED, text, secenv_vault_read(vault, &request, &text));
    request.now = NOW;
    FAILS(SECENV_STATUS_CLOCK, text, secenv_vault_read(vault, &request, &text));
    request.len = (64 << 20) + 1;
    FAILS(SECENV_STATUS_TOO_LARGE, text, secenv_vault_read(vault, &request, &text));
    OK(secenv_vault_status(vault, NOW, &info));
    CHECK(info.lease == SECENV_STATUS_CLOCK && info.epoch_count == 0);
    CHECK(info.has_grant && info.latest_time == NOW + 3001);

    secenv_documents *documents;
    OK(secenv_vault_list(vault, &documents));
    CHECK(secenv_documents_count(documents) == 1);
    OK(secenv_documents_at(documents, 0, &document));
    CHECK(strcmp(document.id, "a/b") == 0 && document.is_here);
    LEAVES(SECENV_STATUS_NOT_FOUND, document, secenv_documents_at(documents, 1, &document));
    LEAVES(SECENV_STATUS_NOT_FOUND, document, secenv_documents_at(documents, SIZE_MAX, &document));

    uint8_t anchor[SECENV_ANCHOR_BYTES];
    OK(secenv_vault_change_unlock(vault, &other));
    OK(secenv_vault_anchor(vault, anchor));
    OK(secenv_vault_lock(vault));
    CHECK(secenv_vault_lock(vault) == SECENV_STATUS_CLOSED);
    LEAVES(SECENV_STATUS_CLOSED, info, secenv_vault_status(vault, NOW, &info));
    LEAVES(SECENV_STATUS_CLOSED, epoch, secenv_vault_epoch_at(vault, 0, &epoch));
    LEAVES(SECENV_STATUS_CLOSED, document, secenv_vault_find(vault, "a/b", &document));
    secenv_vault_free(vault);
    /* A list lives without its vault. */
    OK(secenv_documents_at(documents, 0, &document));
    secenv_documents_free(documents);

    FAILS(SECENV_STATUS_REJECTED, vault, secenv_vault_unlock(where, &w->unlock, NULL, NOW, &vault));
    OK(secenv_vault_unlock(where, &other, anchor, NOW, &vault));
    grant(w, 2, digest, digest);
    report = apply(vault);
    CHECK(applied(report, "a.grant").is_new && !applied(report, "a.manifest").is_new);
    CHECK(applied(report, "a.manifest").status == SECENV_STATUS_OK && !applied(report, "a.parcel").is_new);
    secenv_vault_free(vault);
    /* So does a report. */
    CHECK(applied(report, "a.parcel").kind == SECENV_FILE_PARCEL);
    secenv_apply_report_free(report);
    anchor[7] = 200;
    FAILS(SECENV_STATUS_REJECTED, vault, secenv_vault_unlock(where, &other, anchor, NOW, &vault));
}

static void what_is_wrong_with_a_vault_is_listed(const struct world *w) {
    const secenv_vault_config config = beginning(w);
    uint8_t digest[SECENV_DIGEST_BYTES];
    secenv_vault *vault;
    secenv_problems *problems;
    secenv_problem problem;
    OK(secenv_vault_create(path("checked"), &config, &vault));
    seal(w, 1, "the contract");
    grant(w, 1, NULL, digest);
    secenv_apply_report_free(apply(vault));
    OK(secenv_vault_verify(vault, 1, &problems));
    CHECK(secenv_problems_count(problems) == 0);
    LEAVES(SECENV_STATUS_NOT_FOUND, problem, secenv_problems_at(problems, 0, &problem));
    secenv_problems_free(problems);
    char command[256];
    snprintf(command, sizeof command,
             "cd %s/parcels && echo x > extra && for f in [0-9a-f]*; do test $f = extra || rm $f; done",
             path("checked"));
    CHECK(system(command) == 0);
    OK(secenv_vault_verify(vault, 1, &problems));
    secenv_vault_free(vault);
    CHECK(secenv_problems_count(problems) == 2);
    OK(secenv_problems_at(problems, 0, &problem));
    CHECK(problem.flaw == SECENV_FLAW_MISSING && strcmp(problem.name, "a/b") == 0);
    OK(secenv_problems_at(problems, 1, &problem));
    CHECK(problem.flaw == SECENV_FLAW_EXTRA && strcmp(problem.name, "extra") == 0);
    LEAVES(SECENV_STATUS_NOT_FOUND, problem, secenv_problems_at(problems, 2, &problem));
    secenv_problems_free(problems);
}

static void the_server_reads_and_re_wraps_its_own_parcels(struct world *w) {
    const char *where = path("a.parcel");
    secenv_parcel *parcel;
    secenv_bytes *text, *sealed;
    secenv_keyring *copy;
    secenv_parcel_info info;
    seal(w, 3, "the contract");
    OK(secenv_keyring_encode(w->ring, &sealed));
    OK(secenv_keyring_parse(BYTES(sealed), &w->unlock, &copy));
    OK(secenv_keyring_rotate(w->ring, NOW + 1));
    OK(secenv_keyring_merge(copy, w->ring));
    OK(secenv_parcel_rewrap_file(where, w->ring));
    FAILS(SECENV_STATUS_REJECTED, parcel, secenv_parcel_open_file(where, SECRET, 1, w->ring, &parcel));
    FAILS(SECENV_STATUS_REJECTED, parcel, secenv_parcel_open_file(where, NULL, 0, w->ring, &parcel));
    const uint8_t *const pins[2] = {SECRET, w->pin};
    uint8_t both[2 * SECENV_PIN_BYTES];
    for (int i = 0; i < 2; i++) memcpy(both + i * SECENV_PIN_BYTES, pins[i], SECENV_PIN_BYTES);
    OK(secenv_parcel_open_file(where, both, 2, copy, &parcel));
    OK(secenv_parcel_inspect(parcel, &info));
    OK(secenv_parcel_read(parcel, 4, 1000, &text));
    CHECK(info.length == 12 && secenv_bytes_len(text) == 8 && memcmp(secenv_bytes_data(text), "contract", 8) == 0);
    secenv_bytes_free(text);
    OK(secenv_parcel_read(parcel, UINT64_MAX, 1000, &text));
    CHECK(secenv_bytes_len(text) == 0);
    secenv_bytes_free(text);
    FAILS(SECENV_STATUS_TOO_LARGE, text, secenv_parcel_read(parcel, 0, (64 << 20) + 1, &text));
    secenv_parcel_free(parcel);

    secenv_key_info key;
    size_t count = 0;
    OK(secenv_keyring_key_count(copy, &count));
    CHECK(count == 2);
    OK(secenv_keyring_key_at(copy, 1, &key));
    CHECK(key.epoch == 2 && key.state == SECENV_KEY_ACTIVE && key.created == NOW + 1);
    CHECK(info.key_count == 1 && memcmp(info.keys[0], key.id, sizeof key.id) == 0);
    OK(secenv_keyring_key_at(copy, 0, &key));
    CHECK(key.epoch == 1 && key.state == SECENV_KEY_DECRYPT_ONLY && key.created == NOW);
    uint8_t id[SECENV_KEY_ID_BYTES];
    memcpy(id, key.id, sizeof id);
    OK(secenv_keyring_retire(copy, id));
    OK(secenv_keyring_destroy_key(copy, id));
    OK(secenv_keyring_key_at(copy, 0, &key));
    CHECK(key.state == SECENV_KEY_DESTROYED && memcmp(id, key.id, sizeof id) == 0);
    LEAVES(SECENV_STATUS_NOT_FOUND, key, secenv_keyring_key_at(copy, 2, &key));
    LEAVES(SECENV_STATUS_NOT_FOUND, key, secenv_keyring_key_at(copy, SIZE_MAX, &key));
    CHECK(secenv_keyring_retire(copy, id) == SECENV_STATUS_NOT_FOUND);
    memset(id, 0, sizeof id);
    CHECK(secenv_keyring_destroy_key(copy, id) == SECENV_STATUS_NOT_FOUND);

    const secenv_unlock_secret words = {sizeof words, SECENV_UNLOCK_PASSPHRASE, TEXT("a passphrase")};
    OK(secenv_keyring_change_unlock(copy, &words));
    secenv_bytes_free(sealed);
    OK(secenv_keyring_encode(copy, &sealed));
    secenv_keyring_free(copy);
    FAILS(SECENV_STATUS_REJECTED, copy, secenv_keyring_parse(BYTES(sealed), &w->unlock, &copy));
    OK(secenv_keyring_parse(BYTES(sealed), &words, &copy));
    secenv_keyring_free(copy);
    secenv_bytes_free(sealed);
}

static void a_file_is_sealed_onto_a_parcel_and_onto_nothing_else(const struct world *w) {
    secenv_parcel_config config = sealing(w, "copy", 1);
    secenv_parcel_info info, again;
    const char *text = path("text"), *other = path("other"), *to = path("b.parcel");
    write_file("text", TEXT("some text"));
    write_file("other", TEXT("what nobody wants to lose"));
    OK(secenv_parcel_seal_file(&config, text, to, &info));
    OK(secenv_parcel_inspect_file(to, &again));
    CHECK(strcmp(again.id, "copy") == 0 && again.length == 9 && memcmp(again.root, info.root, sizeof info.root) == 0);
    OK(secenv_parcel_seal_file(&config, text, to, NULL));
    LEAVES(SECENV_STATUS_EXISTS, info, secenv_parcel_seal_file(&config, text, text, &info));
    LEAVES(SECENV_STATUS_EXISTS, info, secenv_parcel_seal_file(&config, to, to, &info));
    LEAVES(SECENV_STATUS_EXISTS, info, secenv_parcel_seal_file(&config, text, other, &info));
    LEAVES(SECENV_STATUS_NOT_FOUND, info, secenv_parcel_seal_file(&config, path("nothing"), to, &info));
    LEAVES(SECENV_STATUS_NOT_A_FILE, info, secenv_parcel_seal_file(&config, folder, to, &info));
    LEAVES(SECENV_STATUS_NOT_A_FILE, info, secenv_parcel_seal_file(&config, text, folder, &info));
    LEAVES(SECENV_STATUS_NOT_A_FILE, info, secenv_parcel_inspect_file(folder, &info));
    LEAVES(SECENV_STATUS_MALFORMED, info, secenv_parcel_inspect_file(text, &info));
    config.id = "../a";
    LEAVES(SECENV_STATUS_INVALID_ARGUMENT, info, secenv_parcel_seal_file(&config, text, to, &info));
    config.id = "copy", config.revision = 0;
    LEAVES(SECENV_STATUS_INVALID_ARGUMENT, info, secenv_parcel_seal_file(&config, text, to, &info));
    struct stat was;
    CHECK(stat(other, &was) == 0 && was.st_size == 25);
}

static void a_keyring_is_not_merged_with_itself(const struct world *w) {
    size_t before = 0, after = 0;
    OK(secenv_keyring_key_count(w->ring, &before));
    CHECK(secenv_keyring_merge(w->ring, w->ring) == SECENV_STATUS_INVALID_ARGUMENT);
    OK(secenv_keyring_key_count(w->ring, &after));
    CHECK(before == after);
    secenv_keyring *other;
    OK(secenv_keyring_generate(&w->unlock, NOW, &other));
    CHECK(secenv_keyring_merge(w->ring, other) == SECENV_STATUS_FOREIGN);
    secenv_keyring_free(other);
}

static void a_bad_entry_of_a_manifest_is_refused_at_once(const struct world *w) {
    static char longest[130];
    memset(longest, 'x', 129);
    const char *const ids[] = {"../a", "a//b", "/a", "a/", ".", "a\nb", "a\\b", longest, "", "\xff"};
    secenv_manifest_terms terms = naming(w, 1);
    secenv_manifest *manifest;
    secenv_manifest_info info;
    secenv_bytes *issued;
    OK(secenv_manifest_start(&terms, &manifest));
    OK(secenv_manifest_add(manifest, "a", 1, SECRET, 1));
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        CHECK(secenv_manifest_add(manifest, ids[i], 1, SECRET, 1) == SECENV_STATUS_INVALID_ARGUMENT);
    }
    CHECK(secenv_manifest_add(manifest, "a", 2, SECRET, 1) == SECENV_STATUS_INVALID_ARGUMENT);
    CHECK(secenv_manifest_add(manifest, "b", 0, SECRET, 1) == SECENV_STATUS_INVALID_ARGUMENT);
    CHECK(secenv_manifest_add(manifest, "b", 1, SECRET, UINT64_MAX) == SECENV_STATUS_INVALID_ARGUMENT);
    longest[128] = 0;
    OK(secenv_manifest_add(manifest, longest, 1, SECRET, 0));
    OK(secenv_manifest_issue(manifest, w->signer, &issued));
    OK(secenv_manifest_inspect(BYTES(issued), &info));
    CHECK(info.entry_count == 2);
    secenv_bytes_free(issued);
    secenv_manifest_free(manifest);
    terms.version = 0;
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, manifest, secenv_manifest_start(&terms, &manifest));
    terms = naming(w, 1), terms.expires = NOW - 1;
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, manifest, secenv_manifest_start(&terms, &manifest));
}

/* What a statement says whose root is our signer. */
static secenv_trust_terms stating(const struct world *w, uint64_t version) {
    return (secenv_trust_terms){sizeof(secenv_trust_terms), version, NOW, NOW + 100, w->pin, 1, 1, 0};
}

/* A pin in each role. */
static void name_all(secenv_trust_draft *draft, uint64_t until) {
    for (int32_t role = SECENV_ROLE_SESSIONS; role <= SECENV_ROLE_MANIFESTS; role++) {
        uint8_t pin[SECENV_PIN_BYTES] = {(uint8_t)role};
        OK(secenv_trust_draft_add(draft, role, pin, until));
    }
}

/* A statement that the root signed. */
static secenv_bytes *stated(const struct world *w, uint64_t version) {
    const secenv_trust_terms terms = stating(w, version);
    secenv_trust_draft *draft;
    secenv_bytes *issued, *signed_by_root;
    OK(secenv_trust_draft_start(&terms, &draft));
    name_all(draft, 0);
    OK(secenv_trust_draft_issue(draft, &issued));
    OK(secenv_trust_sign(w->signer, BYTES(issued), &signed_by_root));
    secenv_trust_draft_free(draft), secenv_bytes_free(issued);
    return signed_by_root;
}

static void a_trust_statement_says_what_it_was_made_of(const struct world *w) {
    secenv_trust_terms terms = stating(w, 3);
    secenv_trust_draft *draft;
    secenv_trust_statement *statement;
    secenv_trust_info info;
    secenv_trust_pin one;
    secenv_bytes *issued;
    size_t count;
    OK(secenv_trust_draft_start(&terms, &draft));
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, issued, secenv_trust_draft_issue(draft, &issued));
    name_all(draft, NOW + 9);
    const uint8_t second[SECENV_PIN_BYTES] = {77};
    OK(secenv_trust_draft_add(draft, SECENV_ROLE_GRANTS, second, 0));
    OK(secenv_trust_draft_issue(draft, &issued));
    OK(secenv_trust_statement_parse(BYTES(issued), &statement));
    OK(secenv_trust_statement_inspect(statement, &info));
    CHECK(info.version == 3 && info.issued == NOW && info.expires == NOW + 100 && !info.allow_shared);
    CHECK(info.threshold == 1 && info.root_count == 1 && info.signer_count == 0);
    CHECK(memcmp(info.roots[0], w->pin, SECENV_PIN_BYTES) == 0);
    OK(secenv_trust_statement_pin_count(statement, SECENV_ROLE_SESSIONS, &count));
    CHECK(count == 1);
    OK(secenv_trust_statement_pin_count(statement, SECENV_ROLE_GRANTS, &count));
    CHECK(count == 2);
    OK(secenv_trust_statement_pin_at(statement, SECENV_ROLE_GRANTS, 0, &one));
    CHECK(one.pin[0] == SECENV_ROLE_GRANTS && one.until == NOW + 9);
    OK(secenv_trust_statement_pin_at(statement, SECENV_ROLE_GRANTS, 1, &one));
    CHECK(memcmp(one.pin, second, sizeof second) == 0 && one.until == 0);
    LEAVES(SECENV_STATUS_NOT_FOUND, one, secenv_trust_statement_pin_at(statement, SECENV_ROLE_GRANTS, 2, &one));
    LEAVES(SECENV_STATUS_NOT_FOUND, one, secenv_trust_statement_pin_at(statement, SECENV_ROLE_GRANTS, SIZE_MAX, &one));
    for (int32_t role = -1; role < 5; role += role == 0 ? 4 : 1) {
        LEAVES(SECENV_STATUS_INVALID_ARGUMENT, one, secenv_trust_statement_pin_at(statement, role, 0, &one));
        LEAVES(SECENV_STATUS_INVALID_ARGUMENT, count, secenv_trust_statement_pin_count(statement, role, &count));
        CHECK(secenv_trust_draft_add(draft, role, second, 0) == SECENV_STATUS_INVALID_ARGUMENT);
    }
    secenv_trust_statement_free(statement);
    FAILS(SECENV_STATUS_MALFORMED, statement,
          secenv_trust_statement_parse(secenv_bytes_data(issued), secenv_bytes_len(issued) - 1, &statement));
    secenv_bytes_free(issued);
    /* A pin of the sessions in another role. */
    OK(secenv_trust_draft_add(draft, SECENV_ROLE_SESSIONS, second, 0));
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, issued, secenv_trust_draft_issue(draft, &issued));
    secenv_trust_draft_free(draft);
    terms.allow_shared = 2;
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, draft, secenv_trust_draft_start(&terms, &draft));
    terms.allow_shared = 1;
    OK(secenv_trust_draft_start(&terms, &draft));
    name_all(draft, 0);
    OK(secenv_trust_draft_add(draft, SECENV_ROLE_SESSIONS, second, 0));
    OK(secenv_trust_draft_add(draft, SECENV_ROLE_MANIFESTS, second, 0));
    OK(secenv_trust_draft_issue(draft, &issued));
    secenv_bytes_free(issued), secenv_trust_draft_free(draft);
    terms = stating(w, 3), terms.threshold = 256;
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, draft, secenv_trust_draft_start(&terms, &draft));
    terms = stating(w, 3), terms.root_count = SIZE_MAX;
    FAILS(SECENV_STATUS_INVALID_LENGTH, draft, secenv_trust_draft_start(&terms, &draft));
    terms = stating(w, 3), terms.expires = UINT64_MAX;
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, draft, secenv_trust_draft_start(&terms, &draft));
    terms = stating(w, 3), terms.roots = NULL;
    REFUSES_NULL(draft, secenv_trust_draft_start(&terms, &draft));
}

static void a_holder_follows_statements_and_is_given_the_pins_in_force(const struct world *w) {
    secenv_bytes *first = stated(w, 1), *second = stated(w, 2), *third = stated(w, 3), *kept;
    secenv_trust *trust, *again;
    secenv_trust_pin_list list;
    uint64_t version;
    size_t count;
    OK(secenv_trust_from_roots(w->pin, 1, 1, &trust));
    OK(secenv_trust_version(trust, &version));
    CHECK(version == 0);
    FAILS(SECENV_STATUS_NOT_FOUND, kept, secenv_trust_encode(trust, &kept));
    LEAVES(SECENV_STATUS_OUT_OF_ORDER, list, secenv_trust_pins(trust, SECENV_ROLE_SESSIONS, NOW, &list));
    LEAVES(SECENV_STATUS_OUT_OF_ORDER, count, secenv_trust_follow(trust, BYTES(second), &count));
    LEAVES(SECENV_STATUS_MALFORMED, count, secenv_trust_follow(trust, SECRET, sizeof SECRET, &count));
    OK(secenv_trust_follow(trust, BYTES(first), &count));
    CHECK(count == 1);
    uint8_t *chain = malloc(secenv_bytes_len(second) + secenv_bytes_len(third));
    CHECK(chain != NULL);
    memcpy(chain, BYTES(second));
    memcpy(chain + secenv_bytes_len(second), BYTES(third));
    OK(secenv_trust_follow(trust, chain, secenv_bytes_len(second) + secenv_bytes_len(third), &count));
    CHECK(count == 2);
    free(chain);
    LEAVES(SECENV_STATUS_STALE, count, secenv_trust_follow(trust, BYTES(second), &count));
    OK(secenv_trust_follow(trust, BYTES(third), &count));
    CHECK(count == 0);
    OK(secenv_trust_pins(trust, SECENV_ROLE_SESSIONS, NOW + 100, &list));
    CHECK(list.pin_count == 1 && list.pins[0][0] == SECENV_ROLE_SESSIONS);
    LEAVES(SECENV_STATUS_EXPIRED, list, secenv_trust_pins(trust, SECENV_ROLE_SESSIONS, NOW + 101, &list));
    LEAVES(SECENV_STATUS_INVALID_ARGUMENT, list, secenv_trust_pins(trust, 0, NOW, &list));
    LEAVES(SECENV_STATUS_INVALID_ARGUMENT, list, secenv_trust_pins(trust, SECENV_ROLE_GRANTS, UINT64_MAX, &list));
    OK(secenv_trust_encode(trust, &kept));
    CHECK(secenv_bytes_len(kept) == secenv_bytes_len(third));
    OK(secenv_trust_from_statement(BYTES(kept), &again));
    OK(secenv_trust_version(again, &version));
    CHECK(version == 3);
    secenv_trust_free(again);
    FAILS(SECENV_STATUS_MALFORMED, again,
          secenv_trust_from_statement(secenv_bytes_data(kept), secenv_bytes_len(kept) - 1, &again));
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, again, secenv_trust_from_roots(w->pin, 1, 2, &again));
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, again, secenv_trust_from_roots(w->pin, 1, 256, &again));
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, again, secenv_trust_from_roots(NULL, 0, 1, &again));
    FAILS(SECENV_STATUS_INVALID_LENGTH, again, secenv_trust_from_roots(w->pin, SIZE_MAX, 1, &again));
    secenv_bytes_free(first), secenv_bytes_free(second), secenv_bytes_free(third), secenv_bytes_free(kept);
    secenv_trust_free(trust);
}

static void null_pointers_are_refused_by_trust_statements(const struct world *w) {
    const secenv_trust_terms terms = stating(w, 1);
    secenv_bytes *statement = stated(w, 1), *b;
    secenv_trust_draft *draft;
    secenv_trust_statement *read;
    secenv_trust *trust;
    secenv_trust_info info;
    secenv_trust_pin one;
    secenv_trust_pin_list list;
    uint64_t version;
    size_t count;
    REFUSES_NULL(draft, secenv_trust_draft_start(NULL, &draft));
    CHECK(secenv_trust_draft_start(&terms, NULL) == SECENV_STATUS_NULL_POINTER);
    OK(secenv_trust_draft_start(&terms, &draft));
    CHECK(secenv_trust_draft_add(NULL, SECENV_ROLE_GRANTS, w->pin, 0) == SECENV_STATUS_NULL_POINTER);
    CHECK(secenv_trust_draft_add(draft, SECENV_ROLE_GRANTS, NULL, 0) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(b, secenv_trust_draft_issue(NULL, &b));
    CHECK(secenv_trust_draft_issue(draft, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(b, secenv_trust_sign(NULL, BYTES(statement), &b));
    REFUSES_NULL(b, secenv_trust_sign(w->signer, NULL, 5, &b));
    CHECK(secenv_trust_sign(w->signer, BYTES(statement), NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(read, secenv_trust_statement_parse(NULL, 5, &read));
    CHECK(secenv_trust_statement_parse(BYTES(statement), NULL) == SECENV_STATUS_NULL_POINTER);
    OK(secenv_trust_statement_parse(BYTES(statement), &read));
    LEAVES(SECENV_STATUS_NULL_POINTER, info, secenv_trust_statement_inspect(NULL, &info));
    CHECK(secenv_trust_statement_inspect(read, NULL) == SECENV_STATUS_NULL_POINTER);
    LEAVES(SECENV_STATUS_NULL_POINTER, count, secenv_trust_statement_pin_count(NULL, SECENV_ROLE_GRANTS, &count));
    CHECK(secenv_trust_statement_pin_count(read, SECENV_ROLE_GRANTS, NULL) == SECENV_STATUS_NULL_POINTER);
    LEAVES(SECENV_STATUS_NULL_POINTER, one, secenv_trust_statement_pin_at(NULL, SECENV_ROLE_GRANTS, 0, &one));
    CHECK(secenv_trust_statement_pin_at(read, SECENV_ROLE_GRANTS, 0, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(trust, secenv_trust_from_roots(NULL, 1, 1, &trust));
    CHECK(secenv_trust_from_roots(w->pin, 1, 1, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(trust, secenv_trust_from_statement(NULL, 5, &trust));
    CHECK(secenv_trust_from_statement(BYTES(statement), NULL) == SECENV_STATUS_NULL_POINTER);
    OK(secenv_trust_from_statement(BYTES(statement), &trust));
    LEAVES(SECENV_STATUS_NULL_POINTER, count, secenv_trust_follow(NULL, BYTES(statement), &count));
    LEAVES(SECENV_STATUS_NULL_POINTER, count, secenv_trust_follow(trust, NULL, 5, &count));
    CHECK(secenv_trust_follow(trust, BYTES(statement), NULL) == SECENV_STATUS_NULL_POINTER);
    LEAVES(SECENV_STATUS_NULL_POINTER, version, secenv_trust_version(NULL, &version));
    CHECK(secenv_trust_version(trust, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(b, secenv_trust_encode(NULL, &b));
    CHECK(secenv_trust_encode(trust, NULL) == SECENV_STATUS_NULL_POINTER);
    LEAVES(SECENV_STATUS_NULL_POINTER, list, secenv_trust_pins(NULL, SECENV_ROLE_GRANTS, NOW, &list));
    CHECK(secenv_trust_pins(trust, SECENV_ROLE_GRANTS, NOW, NULL) == SECENV_STATUS_NULL_POINTER);
    secenv_bytes_free(statement), secenv_trust_draft_free(draft), secenv_trust_statement_free(read);
    secenv_trust_free(trust);
    secenv_trust_free(NULL), secenv_trust_draft_free(NULL), secenv_trust_statement_free(NULL);
}

/* A vault that goes by trust statements begins with what the handle trusts, and gives a copy of what it trusts. */
static void a_vault_goes_by_trust_statements(const struct world *w) {
    secenv_vault_config config = beginning(w);
    secenv_vault *vault;
    secenv_vault_info info;
    secenv_trust *roots, *held;
    secenv_bytes *first = stated(w, 1);
    uint64_t version;
    OK(secenv_trust_from_roots(w->pin, 1, 1, &roots));
    config.trust = roots;
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, vault, secenv_vault_create(path("rooted"), &config, &vault));
    config.pins = NULL, config.pin_count = 0;
    OK(secenv_vault_create(path("rooted"), &config, &vault));
    secenv_trust_free(roots);
    OK(secenv_vault_status(vault, NOW, &info));
    CHECK(info.pin_count == 0 && info.trust_version == 0);
    replace("1.trust", first);
    const char *const files[] = {path("1.trust")};
    secenv_apply_report *report;
    secenv_applied applied;
    OK(secenv_vault_apply(vault, files, 1, NOW, 1, &report));
    OK(secenv_apply_report_at(report, 0, &applied));
    CHECK(applied.kind == SECENV_FILE_TRUST && applied.status == 0 && applied.is_new);
    secenv_apply_report_free(report);
    OK(secenv_vault_status(vault, NOW, &info));
    CHECK(info.trust_version == 1);
    OK(secenv_vault_trust(vault, &held));
    OK(secenv_trust_version(held, &version));
    CHECK(version == 1);
    secenv_trust_free(held);
    REFUSES_NULL(held, secenv_vault_trust(NULL, &held));
    CHECK(secenv_vault_trust(vault, NULL) == SECENV_STATUS_NULL_POINTER);
    OK(secenv_vault_lock(vault));
    FAILS(SECENV_STATUS_CLOSED, held, secenv_vault_trust(vault, &held));
    secenv_vault_free(vault), secenv_bytes_free(first);
}

/* A struct that begins with another size than the library knows is not looked into. */
static void structs_of_unknown_size_are_refused(const struct world *w, secenv_vault *vault) {
    const long off[] = {-(long)sizeof(size_t), -1, 1, (long)sizeof(size_t)};
    for (size_t i = 0; i < 5; i++) {
        secenv_unlock_secret unlock = w->unlock;
        secenv_parcel_config parcel = sealing(w, "a", 1);
        secenv_grant_terms terms = granting(1, NULL);
        secenv_manifest_terms names = naming(w, 1);
        secenv_trust_terms trust = stating(w, 1);
        secenv_vault_config config = beginning(w);
        secenv_read request = reading("a/b", 0, 1, NOW);
        size_t *const sizes[] = {&unlock.size, &parcel.size, &terms.size, &names.size, &trust.size, &config.size,
                                 &request.size};
        for (size_t at = 0; at < sizeof sizes / sizeof *sizes; at++) {
            *sizes[at] = i < 4 ? *sizes[at] + (size_t)off[i] : 0;
        }

        secenv_keyring *k;
        secenv_parcel_writer *writer;
        secenv_manifest *m;
        secenv_trust_draft *draft;
        secenv_vault *v;
        secenv_bytes *b;
        FAILS(SECENV_STATUS_INVALID_ARGUMENT, k, secenv_keyring_generate(&unlock, NOW, &k));
        FAILS(SECENV_STATUS_INVALID_ARGUMENT, k, secenv_keyring_parse(SECRET, 32, &unlock, &k));
        CHECK(secenv_keyring_change_unlock(w->ring, &unlock) == SECENV_STATUS_INVALID_ARGUMENT);
        FAILS(SECENV_STATUS_INVALID_ARGUMENT, v, secenv_vault_unlock(path("vault"), &unlock, NULL, NOW, &v));
        CHECK(secenv_vault_change_unlock(vault, &unlock) == SECENV_STATUS_INVALID_ARGUMENT);
        CHECK(secenv_parcel_seal_file(&parcel, path("text"), path("c"), NULL) == SECENV_STATUS_INVALID_ARGUMENT);
        writer = STALE;
        FAILS(SECENV_STATUS_INVALID_ARGUMENT, b, secenv_parcel_writer_start(&parcel, &writer, &b));
        CHECK(writer == NULL);
        FAILS(SECENV_STATUS_INVALID_ARGUMENT, b, secenv_grant_issue(w->ring, w->signer, BYTES(w->device_public), &terms,
                                                                    &b));
        FAILS(SECENV_STATUS_INVALID_ARGUMENT, m, secenv_manifest_start(&names, &m));
        FAILS(SECENV_STATUS_INVALID_ARGUMENT, draft, secenv_trust_draft_start(&trust, &draft));
        FAILS(SECENV_STATUS_INVALID_ARGUMENT, v, secenv_vault_create(path("v"), &config, &v));
        FAILS(SECENV_STATUS_INVALID_ARGUMENT, b, secenv_vault_read(vault, &request, &b));
    }
}

static void null_pointers_are_refused_by_keyrings_and_devices(const struct world *w) {
    secenv_keyring *k;
    secenv_device *d;
    secenv_bytes *b;
    secenv_key_info key;
    size_t count;
    uint8_t out[32];
    secenv_unlock_secret no_secret = w->unlock;
    no_secret.secret = NULL;
    REFUSES_NULL(k, secenv_keyring_generate(NULL, NOW, &k));
    REFUSES_NULL(k, secenv_keyring_generate(&no_secret, NOW, &k));
    CHECK(secenv_keyring_generate(&w->unlock, NOW, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(k, secenv_keyring_parse(NULL, 5, &w->unlock, &k));
    REFUSES_NULL(k, secenv_keyring_parse(SECRET, 5, NULL, &k));
    CHECK(secenv_keyring_parse(SECRET, 5, &w->unlock, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(b, secenv_keyring_encode(NULL, &b));
    CHECK(secenv_keyring_encode(w->ring, NULL) == SECENV_STATUS_NULL_POINTER);
    CHECK(secenv_keyring_change_unlock(NULL, &w->unlock) == SECENV_STATUS_NULL_POINTER);
    CHECK(secenv_keyring_change_unlock(w->ring, NULL) == SECENV_STATUS_NULL_POINTER);
    CHECK(secenv_keyring_change_unlock(w->ring, &no_secret) == SECENV_STATUS_NULL_POINTER);
    CHECK(secenv_keyring_rotate(NULL, NOW) == SECENV_STATUS_NULL_POINTER);
    CHECK(secenv_keyring_retire(NULL, SECRET) == SECENV_STATUS_NULL_POINTER);
    CHECK(secenv_keyring_retire(w->ring, NULL) == SECENV_STATUS_NULL_POINTER);
    CHECK(secenv_keyring_destroy_key(NULL, SECRET) == SECENV_STATUS_NULL_POINTER);
    CHECK(secenv_keyring_destroy_key(w->ring, NULL) == SECENV_STATUS_NULL_POINTER);
    CHECK(secenv_keyring_merge(NULL, w->ring) == SECENV_STATUS_NULL_POINTER);
    CHECK(secenv_keyring_merge(w->ring, NULL) == SECENV_STATUS_NULL_POINTER);
    CHECK(secenv_keyring_merge(NULL, NULL) == SECENV_STATUS_NULL_POINTER);
    LEAVES(SECENV_STATUS_NULL_POINTER, out, secenv_keyring_id(NULL, out));
    CHECK(secenv_keyring_id(w->ring, NULL) == SECENV_STATUS_NULL_POINTER);
    LEAVES(SECENV_STATUS_NULL_POINTER, count, secenv_keyring_key_count(NULL, &count));
    CHECK(secenv_keyring_key_count(w->ring, NULL) == SECENV_STATUS_NULL_POINTER);
    LEAVES(SECENV_STATUS_NULL_POINTER, key, secenv_keyring_key_at(NULL, 0, &key));
    CHECK(secenv_keyring_key_at(w->ring, 0, NULL) == SECENV_STATUS_NULL_POINTER);
    CHECK(secenv_device_generate(NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(d, secenv_device_parse(NULL, 5, &d));
    CHECK(secenv_device_parse(SECRET, 5, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(b, secenv_device_encode_secret(NULL, &b));
    CHECK(secenv_device_encode_secret(w->device, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(b, secenv_device_public(NULL, &b));
    CHECK(secenv_device_public(w->device, NULL) == SECENV_STATUS_NULL_POINTER);
    LEAVES(SECENV_STATUS_NULL_POINTER, out, secenv_device_id(NULL, 5, out));
    CHECK(secenv_device_id(BYTES(w->device_public), NULL) == SECENV_STATUS_NULL_POINTER);
    secenv_keyring_free(NULL), secenv_device_free(NULL);
}

static void null_pointers_are_refused_by_parcels(const struct world *w) {
    const secenv_parcel_config config = sealing(w, "a", 1);
    secenv_parcel_config without[3] = {config, config, config};
    without[0].keyring = NULL, without[1].signer = NULL, without[2].id = NULL;
    secenv_parcel_writer *writer;
    secenv_parcel *p;
    secenv_bytes *b;
    secenv_parcel_info info;
    for (int i = 0; i < 4; i++) {
        const secenv_parcel_config *one = i < 3 ? &without[i] : NULL;
        writer = STALE;
        REFUSES_NULL(b, secenv_parcel_writer_start(one, &writer, &b));
        CHECK(writer == NULL);
        LEAVES(SECENV_STATUS_NULL_POINTER, info, secenv_parcel_seal_file(one, path("text"), path("c"), &info));
    }
    REFUSES_NULL(b, secenv_parcel_writer_start(&config, NULL, &b));
    REFUSES_NULL(writer, secenv_parcel_writer_start(&config, &writer, NULL));
    void *place = STALE;
    CHECK(secenv_parcel_writer_start(&config, (secenv_parcel_writer **)&place, (secenv_bytes **)&place) ==
          SECENV_STATUS_INVALID_ARGUMENT);
    REFUSES_NULL(b, secenv_parcel_writer_push(NULL, SECRET, 1, &b));
    REFUSES_NULL(b, secenv_parcel_writer_finish(NULL, &b, &info));
    writer = NULL, b = NULL;
    OK(secenv_parcel_writer_start(&config, &writer, &b));
    secenv_bytes_free(b);
    REFUSES_NULL(b, secenv_parcel_writer_push(writer, NULL, 1, &b));
    CHECK(secenv_parcel_writer_push(writer, SECRET, 1, NULL) == SECENV_STATUS_NULL_POINTER);
    LEAVES(SECENV_STATUS_NULL_POINTER, info, secenv_parcel_writer_finish(writer, NULL, &info));
    /* Nothing of it closed the writer. */
    OK(secenv_parcel_writer_push(writer, NULL, 0, &b));
    CHECK(secenv_bytes_len(b) == 0);
    secenv_bytes_free(b);
    OK(secenv_parcel_writer_finish(writer, &b, NULL));
    secenv_bytes_free(b);
    secenv_parcel_writer_free(writer);

    CHECK(secenv_parcel_seal_file(&config, NULL, path("c"), NULL) == SECENV_STATUS_NULL_POINTER);
    CHECK(secenv_parcel_seal_file(&config, path("text"), NULL, NULL) == SECENV_STATUS_NULL_POINTER);
    LEAVES(SECENV_STATUS_NULL_POINTER, info, secenv_parcel_inspect_file(NULL, &info));
    CHECK(secenv_parcel_inspect_file(path("a.parcel"), NULL) == SECENV_STATUS_NULL_POINTER);
    CHECK(secenv_parcel_rewrap_file(NULL, w->ring) == SECENV_STATUS_NULL_POINTER);
    CHECK(secenv_parcel_rewrap_file(path("a.parcel"), NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(p, secenv_parcel_open_file(NULL, w->pin, 1, w->ring, &p));
    REFUSES_NULL(p, secenv_parcel_open_file(path("a.parcel"), NULL, 1, w->ring, &p));
    REFUSES_NULL(p, secenv_parcel_open_file(path("a.parcel"), w->pin, 1, NULL, &p));
    CHECK(secenv_parcel_open_file(path("a.parcel"), w->pin, 1, w->ring, NULL) == SECENV_STATUS_NULL_POINTER);
    LEAVES(SECENV_STATUS_NULL_POINTER, info, secenv_parcel_inspect(NULL, &info));
    REFUSES_NULL(b, secenv_parcel_read(NULL, 0, 1, &b));
    OK(secenv_parcel_open_file(path("a.parcel"), w->pin, 1, w->ring, &p));
    CHECK(secenv_parcel_inspect(p, NULL) == SECENV_STATUS_NULL_POINTER);
    CHECK(secenv_parcel_read(p, 0, 1, NULL) == SECENV_STATUS_NULL_POINTER);
    secenv_parcel_free(p);
    secenv_parcel_writer_free(NULL), secenv_parcel_free(NULL);
}

static void null_pointers_are_refused_by_signed_files(const struct world *w) {
    const secenv_grant_terms terms = granting(1, NULL);
    secenv_manifest_terms names = naming(w, 1);
    secenv_manifest *m;
    secenv_bytes *b;
    secenv_grant_info grant;
    secenv_manifest_info manifest;
    REFUSES_NULL(b, secenv_grant_issue(NULL, w->signer, BYTES(w->device_public), &terms, &b));
    REFUSES_NULL(b, secenv_grant_issue(w->ring, NULL, BYTES(w->device_public), &terms, &b));
    REFUSES_NULL(b, secenv_grant_issue(w->ring, w->signer, NULL, 5, &terms, &b));
    REFUSES_NULL(b, secenv_grant_issue(w->ring, w->signer, BYTES(w->device_public), NULL, &b));
    CHECK(secenv_grant_issue(w->ring, w->signer, BYTES(w->device_public), &terms, NULL) == SECENV_STATUS_NULL_POINTER);
    LEAVES(SECENV_STATUS_NULL_POINTER, grant, secenv_grant_inspect(NULL, 5, &grant));
    CHECK(secenv_grant_inspect(SECRET, 5, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(m, secenv_manifest_start(NULL, &m));
    CHECK(secenv_manifest_start(&names, NULL) == SECENV_STATUS_NULL_POINTER);
    names.vault = NULL;
    REFUSES_NULL(m, secenv_manifest_start(&names, &m));
    names.vault = w->vault;
    OK(secenv_manifest_start(&names, &m));
    CHECK(secenv_manifest_add(NULL, "a", 1, SECRET, 1) == SECENV_STATUS_NULL_POINTER);
    CHECK(secenv_manifest_add(m, NULL, 1, SECRET, 1) == SECENV_STATUS_NULL_POINTER);
    CHECK(secenv_manifest_add(m, "a", 1, NULL, 1) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(b, secenv_manifest_issue(NULL, w->signer, &b));
    REFUSES_NULL(b, secenv_manifest_issue(m, NULL, &b));
    CHECK(secenv_manifest_issue(m, w->signer, NULL) == SECENV_STATUS_NULL_POINTER);
    /* Nothing of it closed the manifest. */
    OK(secenv_manifest_issue(m, w->signer, &b));
    secenv_bytes_free(b);
    secenv_manifest_free(m);
    LEAVES(SECENV_STATUS_NULL_POINTER, manifest, secenv_manifest_inspect(NULL, 5, &manifest));
    CHECK(secenv_manifest_inspect(SECRET, 5, NULL) == SECENV_STATUS_NULL_POINTER);
    secenv_manifest_free(NULL);
}

static void null_pointers_are_refused_by_vaults(const struct world *w, secenv_vault *vault) {
    const secenv_vault_config config = beginning(w);
    secenv_vault_config without[3] = {config, config, config};
    without[0].unlock = NULL, without[1].pins = NULL, without[2].device = NULL;
    const char *const paths[] = {path("a.parcel"), NULL};
    secenv_read request = reading("a/b", 0, 1, NOW);
    secenv_vault *v;
    secenv_bytes *b;
    secenv_apply_report *report;
    secenv_documents *documents;
    secenv_problems *problems;
    secenv_applied one;
    secenv_document document;
    secenv_problem problem;
    secenv_vault_info info;
    uint64_t epoch;
    uint8_t out[SECENV_ANCHOR_BYTES];
    for (int i = 0; i < 4; i++) {
        REFUSES_NULL(v, secenv_vault_create(path("v"), i < 3 ? &without[i] : NULL, &v));
    }
    REFUSES_NULL(v, secenv_vault_create(NULL, &config, &v));
    CHECK(secenv_vault_create(path("v"), &config, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(v, secenv_vault_unlock(NULL, &w->unlock, NULL, NOW, &v));
    REFUSES_NULL(v, secenv_vault_unlock(path("vault"), NULL, NULL, NOW, &v));
    CHECK(secenv_vault_unlock(path("vault"), &w->unlock, NULL, NOW, NULL) == SECENV_STATUS_NULL_POINTER);
    LEAVES(SECENV_STATUS_NULL_POINTER, out, secenv_vault_anchor(NULL, out));
    CHECK(secenv_vault_anchor(vault, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(report, secenv_vault_apply(NULL, paths, 1, NOW, 1, &report));
    REFUSES_NULL(report, secenv_vault_apply(vault, NULL, 1, NOW, 1, &report));
    REFUSES_NULL(report, secenv_vault_apply(vault, paths, 2, NOW, 1, &report));
    CHECK(secenv_vault_apply(vault, paths, 1, NOW, 1, NULL) == SECENV_STATUS_NULL_POINTER);
    LEAVES(SECENV_STATUS_NULL_POINTER, one, secenv_apply_report_at(NULL, 0, &one));
    REFUSES_NULL(documents, secenv_vault_list(NULL, &documents));
    CHECK(secenv_vault_list(vault, NULL) == SECENV_STATUS_NULL_POINTER);
    LEAVES(SECENV_STATUS_NULL_POINTER, document, secenv_documents_at(NULL, 0, &document));
    LEAVES(SECENV_STATUS_NULL_POINTER, document, secenv_vault_find(NULL, "a/b", &document));
    LEAVES(SECENV_STATUS_NULL_POINTER, document, secenv_vault_find(vault, NULL, &document));
    CHECK(secenv_vault_find(vault, "a/b", NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(b, secenv_vault_read(NULL, &request, &b));
    REFUSES_NULL(b, secenv_vault_read(vault, NULL, &b));
    CHECK(secenv_vault_read(vault, &request, NULL) == SECENV_STATUS_NULL_POINTER);
    request.id = NULL;
    REFUSES_NULL(b, secenv_vault_read(vault, &request, &b));
    REFUSES_NULL(problems, secenv_vault_verify(NULL, 1, &problems));
    CHECK(secenv_vault_verify(vault, 1, NULL) == SECENV_STATUS_NULL_POINTER);
    LEAVES(SECENV_STATUS_NULL_POINTER, problem, secenv_problems_at(NULL, 0, &problem));
    LEAVES(SECENV_STATUS_NULL_POINTER, info, secenv_vault_status(NULL, NOW, &info));
    CHECK(secenv_vault_status(vault, NOW, NULL) == SECENV_STATUS_NULL_POINTER);
    LEAVES(SECENV_STATUS_NULL_POINTER, epoch, secenv_vault_epoch_at(NULL, 0, &epoch));
    CHECK(secenv_vault_epoch_at(vault, 0, NULL) == SECENV_STATUS_NULL_POINTER);
    CHECK(secenv_vault_change_unlock(NULL, &w->unlock) == SECENV_STATUS_NULL_POINTER);
    CHECK(secenv_vault_change_unlock(vault, NULL) == SECENV_STATUS_NULL_POINTER);
    CHECK(secenv_vault_lock(NULL) == SECENV_STATUS_NULL_POINTER);
    CHECK(secenv_apply_report_count(NULL) == 0 && secenv_documents_count(NULL) == 0);
    CHECK(secenv_problems_count(NULL) == 0);
    secenv_apply_report_free(NULL), secenv_documents_free(NULL), secenv_problems_free(NULL), secenv_vault_free(NULL);

    /* No files are no failure, and a report and a list of nothing are ones. */
    OK(secenv_vault_apply(vault, NULL, 0, NOW, 1, &report));
    OK(secenv_vault_list(vault, &documents));
    CHECK(secenv_apply_report_count(report) == 0 && secenv_documents_count(documents) == 0);
    LEAVES(SECENV_STATUS_NOT_FOUND, one, secenv_apply_report_at(report, 0, &one));
    LEAVES(SECENV_STATUS_NOT_FOUND, document, secenv_documents_at(documents, 0, &document));
    CHECK(secenv_apply_report_at(report, 0, NULL) == SECENV_STATUS_NULL_POINTER);
    CHECK(secenv_documents_at(documents, 0, NULL) == SECENV_STATUS_NULL_POINTER);
    secenv_apply_report_free(report), secenv_documents_free(documents);
}

static void other_kinds_lengths_times_and_texts_are_refused(const struct world *w, secenv_vault *vault) {
    static char longest[(64 << 10) + 2];
    memset(longest, 'x', sizeof longest - 1);
    const char *const texts[] = {"", "\xff", "a\x80", longest};
    const uint64_t never = 1ULL << 63;
    secenv_keyring *k;
    secenv_device *d;
    secenv_vault *v;
    secenv_parcel *p;
    secenv_bytes *b;
    secenv_apply_report *report;
    secenv_parcel_info info;
    secenv_grant_info grant;
    secenv_manifest_info manifest;
    secenv_document document;
    uint8_t out[32];
    secenv_unlock_secret unlock = w->unlock;
    unlock.secret_len = 31;
    FAILS(SECENV_STATUS_INVALID_LENGTH, k, secenv_keyring_generate(&unlock, NOW, &k));
    unlock.secret_len = SIZE_MAX;
    FAILS(SECENV_STATUS_INVALID_LENGTH, k, secenv_keyring_generate(&unlock, NOW, &k));
    unlock = w->unlock, unlock.kind = 3;
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, k, secenv_keyring_generate(&unlock, NOW, &k));
    unlock.kind = SECENV_UNLOCK_PASSPHRASE, unlock.secret = NULL, unlock.secret_len = 0;
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, k, secenv_keyring_generate(&unlock, NOW, &k));
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, k, secenv_keyring_generate(&w->unlock, never, &k));
    CHECK(secenv_keyring_rotate(w->ring, never) == SECENV_STATUS_INVALID_ARGUMENT);
    FAILS(SECENV_STATUS_DAMAGED, k, secenv_keyring_parse(SECRET, 32, &w->unlock, &k));
    FAILS(SECENV_STATUS_DAMAGED, k, secenv_keyring_parse(NULL, 0, &w->unlock, &k));
    FAILS(SECENV_STATUS_DAMAGED, d, secenv_device_parse(SECRET, 32, &d));
    LEAVES(SECENV_STATUS_MALFORMED, out, secenv_device_id(SECRET, 32, out));
    LEAVES(SECENV_STATUS_MALFORMED, grant, secenv_grant_inspect(SECRET, 32, &grant));
    LEAVES(SECENV_STATUS_MALFORMED, manifest, secenv_manifest_inspect(SECRET, 32, &manifest));
    secenv_grant_terms terms = granting(0, NULL);
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, b, secenv_grant_issue(w->ring, w->signer, BYTES(w->device_public), &terms,
                                                                &b));
    terms = granting(1, NULL);
    FAILS(SECENV_STATUS_MALFORMED, b, secenv_grant_issue(w->ring, w->signer, SECRET, 32, &terms, &b));
    terms.not_after = never;
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, b, secenv_grant_issue(w->ring, w->signer, BYTES(w->device_public), &terms,
                                                                &b));

    secenv_vault_config config = beginning(w);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        secenv_parcel_config parcel = sealing(w, texts[i], 1);
        secenv_read request = reading(texts[i], 0, 1, NOW);
        LEAVES(SECENV_STATUS_INVALID_ARGUMENT, info, secenv_parcel_inspect_file(texts[i], &info));
        CHECK(secenv_parcel_seal_file(&parcel, path("text"), path("c"), NULL) == SECENV_STATUS_INVALID_ARGUMENT);
        parcel.id = "a";
        CHECK(secenv_parcel_seal_file(&parcel, texts[i], path("c"), NULL) == SECENV_STATUS_INVALID_ARGUMENT);
        CHECK(secenv_parcel_seal_file(&parcel, path("text"), texts[i], NULL) == SECENV_STATUS_INVALID_ARGUMENT);
        CHECK(secenv_parcel_rewrap_file(texts[i], w->ring) == SECENV_STATUS_INVALID_ARGUMENT);
        FAILS(SECENV_STATUS_INVALID_ARGUMENT, p, secenv_parcel_open_file(texts[i], w->pin, 1, w->ring, &p));
        FAILS(SECENV_STATUS_INVALID_ARGUMENT, v, secenv_vault_create(texts[i], &config, &v));
        FAILS(SECENV_STATUS_INVALID_ARGUMENT, v, secenv_vault_unlock(texts[i], &w->unlock, NULL, NOW, &v));
        FAILS(SECENV_STATUS_INVALID_ARGUMENT, report, secenv_vault_apply(vault, &texts[i], 1, NOW, 1, &report));
        LEAVES(SECENV_STATUS_INVALID_ARGUMENT, document, secenv_vault_find(vault, texts[i], &document));
        FAILS(SECENV_STATUS_INVALID_ARGUMENT, b, secenv_vault_read(vault, &request, &b));
    }
    FAILS(SECENV_STATUS_INVALID_LENGTH, report, secenv_vault_apply(vault, texts, SIZE_MAX, NOW, 1, &report));
    FAILS(SECENV_STATUS_INVALID_LENGTH, p, secenv_parcel_open_file(path("a.parcel"), w->pin, SIZE_MAX, w->ring, &p));
    LEAVES(SECENV_STATUS_NOT_FOUND, info, secenv_parcel_inspect_file(path("nothing"), &info));
    FAILS(SECENV_STATUS_NOT_FOUND, v, secenv_vault_unlock(path("nothing"), &w->unlock, NULL, NOW, &v));
    FAILS(SECENV_STATUS_NOT_A_FILE, v, secenv_vault_unlock(path("text"), &w->unlock, NULL, NOW, &v));
    FAILS(SECENV_STATUS_EXISTS, v, secenv_vault_create(folder, &config, &v));
    FAILS(SECENV_STATUS_NOT_A_FILE, v, secenv_vault_create(path("text"), &config, &v));
    config.pins = NULL, config.pin_count = 0;
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, v, secenv_vault_create(path("v"), &config, &v));
    config = beginning(w), config.now = never;
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, v, secenv_vault_create(path("v"), &config, &v));
}

int main(void) {
    CHECK(mkdtemp(folder) != NULL);
    struct world w = world_new();
    a_document_is_read_offline_and_a_folder_that_was_put_back_is_noticed(&w);
    what_is_wrong_with_a_vault_is_listed(&w);
    the_server_reads_and_re_wraps_its_own_parcels(&w);
    a_file_is_sealed_onto_a_parcel_and_onto_nothing_else(&w);
    a_keyring_is_not_merged_with_itself(&w);
    a_bad_entry_of_a_manifest_is_refused_at_once(&w);
    a_trust_statement_says_what_it_was_made_of(&w);
    a_holder_follows_statements_and_is_given_the_pins_in_force(&w);
    a_vault_goes_by_trust_statements(&w);
    const secenv_vault_config config = beginning(&w);
    secenv_vault *vault;
    secenv_trust *none;
    OK(secenv_vault_create(path("empty"), &config, &vault));
    FAILS(SECENV_STATUS_NOT_FOUND, none, secenv_vault_trust(vault, &none));
    structs_of_unknown_size_are_refused(&w, vault);
    null_pointers_are_refused_by_keyrings_and_devices(&w);
    null_pointers_are_refused_by_parcels(&w);
    null_pointers_are_refused_by_signed_files(&w);
    null_pointers_are_refused_by_trust_statements(&w);
    null_pointers_are_refused_by_vaults(&w, vault);
    other_kinds_lengths_times_and_texts_are_refused(&w, vault);
    secenv_vault_free(vault);
    world_free(&w);
    char command[64];
    snprintf(command, sizeof command, "rm -r %s", folder);
    CHECK(system(command) == 0);
    printf("vault: %d checks\n", checks);
    return 0;
}
