/* Two parties of protocol 2 and their handshake. */
#ifndef PARTIES_H
#define PARTIES_H

#include "check.h"

static const uint8_t STATE_KEY[32] = {0x5A, 1, 2, 3};

struct parties {
    secenv_identity *alice, *shop;
    uint8_t pin[32];
    secenv_server *server;
    int32_t suite;
};

static inline void pin_of(const secenv_identity *identity, uint8_t pin[32]) {
    secenv_bytes *pem = NULL;
    CHECK(secenv_identity_public(identity, &pem) == SECENV_STATUS_OK);
    CHECK(secenv_identity_pin(BYTES(pem), pin) == SECENV_STATUS_OK);
    secenv_bytes_free(pem);
}

static inline struct parties parties_new(int32_t suite) {
    struct parties p = {.suite = suite};
    CHECK(secenv_identity_generate(SECENV_IDENTITY_ED25519, &p.alice) == SECENV_STATUS_OK);
    CHECK(secenv_identity_generate(SECENV_IDENTITY_ED25519, &p.shop) == SECENV_STATUS_OK);
    pin_of(p.shop, p.pin);
    CHECK(secenv_server_new(p.shop, STATE_KEY, suite, &p.server) == SECENV_STATUS_OK);
    return p;
}

static inline void parties_free(struct parties *p) {
    secenv_server_free(p->server);
    secenv_identity_free(p->alice);
    secenv_identity_free(p->shop);
}

struct shaken {
    secenv_bytes *hello, *reply, *finish, *spki;
    secenv_client *client;
    secenv_session *alice, *shop;
};

static inline struct shaken shake(const struct parties *p) {
    struct shaken s = {0};
    CHECK(secenv_client_start(p->alice, p->pin, p->suite, &s.client, &s.hello) == SECENV_STATUS_OK);
    CHECK(secenv_server_reply(p->server, BYTES(s.hello), &s.reply) == SECENV_STATUS_OK);
    CHECK(secenv_client_finish(s.client, BYTES(s.reply), &s.alice, &s.finish) == SECENV_STATUS_OK);
    CHECK(secenv_server_accept(p->server, BYTES(s.finish), &s.shop, &s.spki) == SECENV_STATUS_OK);
    return s;
}

static inline void shaken_free(struct shaken *s) {
    secenv_bytes_free(s->hello);
    secenv_bytes_free(s->reply);
    secenv_bytes_free(s->finish);
    secenv_bytes_free(s->spki);
    secenv_client_free(s->client);
    secenv_session_free(s->alice);
    secenv_session_free(s->shop);
}

#endif
