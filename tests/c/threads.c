/* Eight threads share one identity and one server, as threads may; what a call changes is each thread's own.
 * `scripts/tsan` runs it against a library that ThreadSanitizer looks into. */
#include <pthread.h>

#include "parties.h"

enum { THREADS = 8, ROUNDS = 25 };

struct worker {
    const struct parties *p;
    const secenv_server *rotated;
    pthread_barrier_t *start;
};

/* `checks` is one place for one thread: here a failure ends the program just so. */
#define HOLDS(sentence) ((sentence) ? (void)0 : (perror(#sentence), abort()))

static void request_and_reply(secenv_session *alice, secenv_session *shop) {
    secenv_bytes *record = NULL, *out = NULL, *blob = NULL, *reply = NULL;
    secenv_session *other = NULL;
    uint64_t number = 0;
    HOLDS(secenv_session_seal(alice, NULL, 0, STATE_KEY, 32, &record) == SECENV_STATUS_OK);
    HOLDS(secenv_session_open_message(shop, NULL, 0, BYTES(record), &out) == SECENV_STATUS_OK);
    HOLDS(secenv_session_last_received(shop, &number) == SECENV_STATUS_OK);
    HOLDS(secenv_session_export(shop, STATE_KEY, &blob) == SECENV_STATUS_OK);
    HOLDS(secenv_session_import(BYTES(blob), STATE_KEY, &other) == SECENV_STATUS_OK);
    HOLDS(secenv_session_reply(other, number, NULL, 0, STATE_KEY, 32, &reply) == SECENV_STATUS_OK);
    secenv_bytes_free(out);
    HOLDS(secenv_session_open_reply(alice, number, NULL, 0, BYTES(reply), &out) == SECENV_STATUS_OK);
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
        secenv_bytes *hello = NULL, *reply = NULL, *finish = NULL, *spki = NULL, *pem = NULL;
        HOLDS(secenv_client_start(w->p->alice, w->p->pin, w->p->suite, &client, &hello) == SECENV_STATUS_OK);
        HOLDS(secenv_server_reply(w->p->server, BYTES(hello), &reply) == SECENV_STATUS_OK);
        HOLDS(secenv_client_finish(client, BYTES(reply), &alice, &finish) == SECENV_STATUS_OK);
        HOLDS(secenv_server_accept(w->rotated, BYTES(finish), &shop, &spki) == SECENV_STATUS_OK);
        request_and_reply(alice, shop);
        HOLDS(secenv_server_rotate(w->p->server, w->p->pin, &own) == SECENV_STATUS_OK);
        HOLDS(secenv_identity_encode_secret(w->p->shop, &pem) == SECENV_STATUS_OK);
        secenv_bytes_free(pem);
        secenv_bytes_free(spki);
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
    secenv_server *rotated = NULL;
    CHECK(secenv_server_rotate(p->server, p->pin, &rotated) == SECENV_STATUS_OK);
    CHECK(pthread_barrier_init(&start, NULL, THREADS) == 0);
    struct worker worker = {p, rotated, &start};
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_create(&threads[i], NULL, work, &worker) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
    }
    pthread_barrier_destroy(&start);
    secenv_server_free(rotated);
}

int main(int count, char **arguments) {
    if (count != 2) {
        fprintf(stderr, "usage: threads SECRET.pem\n");
        return 2;
    }
    struct parties p = parties_new(SECENV_SUITE_X25519_XWING);
    eight_threads_share_an_identity_and_a_server(&p);
    /* and an RSA identity as the server's */
    struct text pem = read_file(arguments[1]);
    secenv_server_free(p.server);
    secenv_identity_free(p.shop);
    CHECK(secenv_identity_parse(pem.data, pem.len, &p.shop) == SECENV_STATUS_OK);
    free(pem.data);
    pin_of(p.shop, p.pin);
    p.suite = SECENV_SUITE_X25519;
    CHECK(secenv_server_new(p.shop, STATE_KEY, p.suite, &p.server) == SECENV_STATUS_OK);
    eight_threads_share_an_identity_and_a_server(&p);
    parties_free(&p);
    printf("threads: %d checks\n", checks);
    return 0;
}
