/* Eight threads share one identity and one server, then one parcel and one keyring; what a call changes is each
 * thread's own. Parcels are sealed by one thread each: ThreadSanitizer does not know the fences of the thread pool.
 * `scripts/tsan` runs it against a library that ThreadSanitizer looks into. */
#include <pthread.h>

#include "parties.h"

enum { THREADS = 8, ROUNDS = 25 };

struct worker {
    const struct parties *p;
    const secenv_server *next;
    pthread_barrier_t *start;
};

/* `checks` is one place for one thread: here a failure ends the program just so. */
#define HOLDS(sentence) ((sentence) ? (void)0 : (perror(#sentence), abort()))

static void request_and_reply(secenv_session *alice, secenv_session *shop) {
    secenv_bytes *record = NULL, *out = NULL, *blob = NULL, *reply = NULL;
    secenv_session *other = NULL;
    uint64_t number = 0;
    uint8_t ours[32], theirs[32];
    struct place memory;
    const secenv_session_place place = place_of(shop, SECENV_ROLE_SERVER, &memory);
    HOLDS(secenv_session_seal(alice, NULL, 0, STATE_KEY, 32, &record) == SECENV_STATUS_OK);
    HOLDS(secenv_session_open_message(shop, NULL, 0, BYTES(record), &out) == SECENV_STATUS_OK);
    HOLDS(secenv_session_last_received(shop, &number) == SECENV_STATUS_OK);
    HOLDS(secenv_session_export(shop, STATE_KEY, &place, &blob) == SECENV_STATUS_OK);
    HOLDS(secenv_session_import(BYTES(blob), STATE_KEY, &place, &other) == SECENV_STATUS_OK);
    HOLDS(secenv_session_reply(other, number, NULL, 0, STATE_KEY, 32, &reply) == SECENV_STATUS_OK);
    secenv_bytes_free(out);
    HOLDS(secenv_session_open_reply(alice, number, NULL, 0, BYTES(reply), &out) == SECENV_STATUS_OK);
    HOLDS(secenv_session_export_secret(alice, NULL, 0, NULL, 0, ours) == SECENV_STATUS_OK);
    HOLDS(secenv_session_export_secret(other, NULL, 0, NULL, 0, theirs) == SECENV_STATUS_OK);
    HOLDS(memcmp(ours, theirs, sizeof ours) == 0);
    secenv_session_free(other);
    secenv_bytes_free(out);
    secenv_bytes_free(record);
    secenv_bytes_free(reply);
    secenv_bytes_free(blob);
}

static void *work(void *argument) {
    const struct worker *w = argument;
    pthread_barrier_wait(w->start);
    for (int round = 0; round < ROUNDS; round++) {
        secenv_client *client = NULL;
        secenv_session *alice = NULL, *shop = NULL;
        secenv_server *own = NULL;
        secenv_bytes *hello = NULL, *reply = NULL, *finish = NULL, *welcome = NULL, *spki = NULL, *pem = NULL;
        const secenv_client_config asked = asked_by(w->p);
        const secenv_server_config shared = shared_by(w->p);
        const secenv_identity *shop_identity = w->p->shop;
        HOLDS(secenv_client_start(w->p->alice, &asked, &client, &hello) == SECENV_STATUS_OK);
        HOLDS(secenv_server_reply(w->p->server, BYTES(hello), &reply) == SECENV_STATUS_OK);
        HOLDS(secenv_client_finish(client, BYTES(reply), &finish) == SECENV_STATUS_OK);
        HOLDS(secenv_server_accept(w->next, BYTES(finish), &shop, &welcome, &spki) == SECENV_STATUS_OK);
        HOLDS(secenv_client_session(client, BYTES(welcome), &alice) == SECENV_STATUS_OK);
        request_and_reply(alice, shop);
        HOLDS(secenv_server_new(&shop_identity, 1, &shared, &own) == SECENV_STATUS_OK);
        HOLDS(secenv_identity_encode_secret(w->p->shop, &pem) == SECENV_STATUS_OK);
        secenv_bytes_free(pem);
        secenv_bytes_free(spki);
        secenv_bytes_free(welcome);
        secenv_bytes_free(finish);
        secenv_bytes_free(reply);
        secenv_bytes_free(hello);
        secenv_server_free(own);
        secenv_session_free(shop);
        secenv_session_free(alice);
        secenv_client_free(client);
    }
    return NULL;
}

static void eight_threads_share_an_identity_and_a_server(const struct parties *p) {
    pthread_t threads[THREADS];
    pthread_barrier_t start;
    uint8_t key[SECENV_COOKIE_KEY_BYTES];
    CHECK(secenv_server_next_key(COOKIE_KEY, 1, key) == SECENV_STATUS_OK);
    secenv_server_config shared = shared_by(p);
    shared.cookie_key = key, shared.accepted_keys = COOKIE_KEY, shared.accepted_key_count = 1;
    secenv_server *next = served_by(p->shop, &shared);
    CHECK(pthread_barrier_init(&start, NULL, THREADS) == 0);
    struct worker worker = {p, next, &start};
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_create(&threads[i], NULL, work, &worker) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
    }
    pthread_barrier_destroy(&start);
    secenv_server_free(next);
}

enum { LENGTH = 3 << 16 };

struct reader {
    const secenv_keyring *ring;
    const secenv_identity *signer;
    const secenv_parcel *parcel;
    pthread_barrier_t *start;
};

static void *read_and_seal(void *argument) {
    const struct reader *r = argument;
    pthread_barrier_wait(r->start);
    for (uint64_t round = 0; round < ROUNDS; round++) {
        const secenv_parcel_config config = {sizeof config, r->ring, r->signer, "a", 1 + round, 1};
        secenv_parcel_info info;
        secenv_key_info key;
        secenv_parcel_writer *writer = NULL;
        secenv_bytes *bytes = NULL;
        HOLDS(secenv_parcel_inspect(r->parcel, &info) == SECENV_STATUS_OK && info.length == LENGTH);
        HOLDS(secenv_keyring_key_at(r->ring, 0, &key) == SECENV_STATUS_OK && key.epoch == 1);
        HOLDS(secenv_parcel_read(r->parcel, 65500 + round, 100, &bytes) == SECENV_STATUS_OK);
        for (uint64_t i = 0; i < 100; i++) HOLDS(secenv_bytes_data(bytes)[i] == (uint8_t)((65500 + round + i) % 251));
        secenv_bytes_free(bytes);
        HOLDS(secenv_parcel_writer_start(&config, &writer, &bytes) == SECENV_STATUS_OK);
        secenv_bytes_free(bytes);
        HOLDS(secenv_parcel_writer_finish(writer, &bytes, &info) == SECENV_STATUS_OK && info.length == 0);
        secenv_bytes_free(bytes);
        secenv_parcel_writer_free(writer);
    }
    return NULL;
}

static void eight_threads_share_a_parcel_and_a_keyring(const struct parties *p) {
    char folder[] = "/tmp/secenv-threads-XXXXXX", from[64], to[64];
    CHECK(mkdtemp(folder) != NULL);
    snprintf(from, sizeof from, "%s/text", folder), snprintf(to, sizeof to, "%s/parcel", folder);
    FILE *file = fopen(from, "wb");
    CHECK(file != NULL);
    for (int i = 0; i < LENGTH; i++) fputc(i % 251, file);
    CHECK(fclose(file) == 0);

    const secenv_unlock_secret unlock = {sizeof unlock, SECENV_UNLOCK_RAW, STATE_KEY, SECENV_UNLOCK_KEY_BYTES};
    secenv_keyring *ring = NULL;
    secenv_parcel *parcel = NULL;
    pthread_t threads[THREADS];
    pthread_barrier_t start;
    CHECK(secenv_keyring_generate(&unlock, 1, &ring) == SECENV_STATUS_OK);
    const secenv_parcel_config config = {sizeof config, ring, p->shop, "a", 1, 1};
    CHECK(secenv_parcel_seal_file(&config, from, to, NULL) == SECENV_STATUS_OK);
    CHECK(secenv_parcel_open_file(to, p->pins[SHOP], 1, ring, &parcel) == SECENV_STATUS_OK);
    CHECK(remove(from) == 0 && remove(to) == 0 && remove(folder) == 0);
    CHECK(pthread_barrier_init(&start, NULL, THREADS) == 0);
    struct reader reader = {ring, p->shop, parcel, &start};
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_create(&threads[i], NULL, read_and_seal, &reader) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
    }
    pthread_barrier_destroy(&start);
    secenv_parcel_free(parcel);
    secenv_keyring_free(ring);
}

int main(void) {
    struct parties p = parties_new(SECENV_SUITE_X25519_XWING, SECENV_PADDING_PADME);
    eight_threads_share_an_identity_and_a_server(&p);
    eight_threads_share_a_parcel_and_a_keyring(&p);
    /* and an RSA identity as the server's */
    secenv_server_free(p.server);
    secenv_identity_free(p.shop);
    CHECK(secenv_identity_generate(SECENV_IDENTITY_RSA, &p.shop) == SECENV_STATUS_OK);
    pin_of(p.shop, p.pins[SHOP]);
    p.suite = SECENV_SUITE_X25519;
    const secenv_server_config shared = shared_by(&p);
    p.server = served_by(p.shop, &shared);
    eight_threads_share_an_identity_and_a_server(&p);
    parties_free(&p);
    printf("threads: %d checks\n", checks);
    return 0;
}
