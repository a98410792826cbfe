/* Every pointer of every function of protocol 2's handshake: NULL, length 0, forged, late; and what both sides say. */
#include "parties.h"

static void null_pointers_are_refused_by_identities(const secenv_identity *me) {
    secenv_identity *i;
    secenv_bytes *b;
    uint8_t pin[32];
    CHECK(secenv_identity_generate(SECENV_IDENTITY_ED25519, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(i, secenv_identity_parse(NULL, 5, &i));
    CHECK(secenv_identity_parse(HELLO, 5, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(b, secenv_identity_encode_secret(NULL, &b));
    CHECK(secenv_identity_encode_secret(me, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(b, secenv_identity_public(NULL, &b));
    CHECK(secenv_identity_public(me, NULL) == SECENV_STATUS_NULL_POINTER);
    LEAVES(SECENV_STATUS_NULL_POINTER, pin, secenv_identity_pin(NULL, 5, pin));
    CHECK(secenv_identity_pin(HELLO, 5, NULL) == SECENV_STATUS_NULL_POINTER);
    secenv_identity_free(NULL);
}

static void null_pointers_are_refused_by_clients(const struct parties *p, struct shaken *s) {
    secenv_client *c;
    secenv_session *n;
    secenv_bytes *b;
    size_t place;
    const secenv_client_config asked = asked_by(p);
    secenv_client_config other = asked;

    REFUSES_NULL_BOTH(c, b, secenv_client_start(NULL, &asked, &c, &b));
    REFUSES_NULL_BOTH(c, b, secenv_client_start(p->alice, NULL, &c, &b));
    other.pins = NULL;
    REFUSES_NULL_BOTH(c, b, secenv_client_start(p->alice, &other, &c, &b));
    other = asked, other.prologue = NULL;
    REFUSES_NULL_BOTH(c, b, secenv_client_start(p->alice, &other, &c, &b));
    REFUSES_NULL(b, secenv_client_start(p->alice, &asked, NULL, &b));
    REFUSES_NULL(c, secenv_client_start(p->alice, &asked, &c, NULL));
    CHECK(secenv_client_start(p->alice, &asked, NULL, NULL) == SECENV_STATUS_NULL_POINTER);

    REFUSES_NULL(b, secenv_client_finish(NULL, HELLO, 5, &b));
    REFUSES_NULL(b, secenv_client_finish(s->client, NULL, 5, &b));
    CHECK(secenv_client_finish(s->client, HELLO, 5, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(b, secenv_client_finish_at(NULL, HELLO, 5, NOW, &b));
    REFUSES_NULL(b, secenv_client_finish_at(s->client, NULL, 5, NOW, &b));
    CHECK(secenv_client_finish_at(s->client, HELLO, 5, NOW, NULL) == SECENV_STATUS_NULL_POINTER);

    REFUSES_NULL(n, secenv_client_session(NULL, HELLO, 5, &n));
    REFUSES_NULL(n, secenv_client_session(s->client, NULL, 5, &n));
    CHECK(secenv_client_session(s->client, HELLO, 5, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(n, secenv_client_session_at(NULL, HELLO, 5, NOW, &n));
    REFUSES_NULL(n, secenv_client_session_at(s->client, NULL, 5, NOW, &n));
    CHECK(secenv_client_session_at(s->client, HELLO, 5, NOW, NULL) == SECENV_STATUS_NULL_POINTER);

    LEAVES(SECENV_STATUS_NULL_POINTER, place, secenv_client_pin_index(NULL, &place));
    CHECK(secenv_client_pin_index(s->client, NULL) == SECENV_STATUS_NULL_POINTER);
    secenv_client_free(NULL);
}

static void null_pointers_are_refused_by_servers(const struct parties *p) {
    struct shaken s;
    secenv_server *v;
    secenv_bytes *b;
    uint8_t key[SECENV_COOKIE_KEY_BYTES];
    const secenv_identity *const all[] = {p->shop, NULL};
    const secenv_server_config shared = shared_by(p);
    const secenv_message message = saying(HELLO, 5, 0, NOW), nothing = saying(NULL, 5, 0, NOW);
    secenv_server_config other = shared;

    REFUSES_NULL(v, secenv_server_new(NULL, 1, &shared, &v));
    REFUSES_NULL(v, secenv_server_new(all, 2, &shared, &v));
    REFUSES_NULL(v, secenv_server_new(all, 1, NULL, &v));
    other.cookie_key = NULL;
    REFUSES_NULL(v, secenv_server_new(all, 1, &other, &v));
    other = shared, other.store_id = NULL;
    REFUSES_NULL(v, secenv_server_new(all, 1, &other, &v));
    other = shared, other.prologue = NULL;
    REFUSES_NULL(v, secenv_server_new(all, 1, &other, &v));
    other = shared, other.accepted_key_count = 1;
    REFUSES_NULL(v, secenv_server_new(all, 1, &other, &v));
    CHECK(secenv_server_new(all, 1, &shared, NULL) == SECENV_STATUS_NULL_POINTER);

    REFUSES_NULL(b, secenv_server_reply(NULL, HELLO, 5, &b));
    REFUSES_NULL(b, secenv_server_reply(p->server, NULL, 5, &b));
    CHECK(secenv_server_reply(p->server, HELLO, 5, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(b, secenv_server_reply_at(NULL, HELLO, 5, NOW, &b));
    REFUSES_NULL(b, secenv_server_reply_at(p->server, NULL, 5, NOW, &b));
    CHECK(secenv_server_reply_at(p->server, HELLO, 5, NOW, NULL) == SECENV_STATUS_NULL_POINTER);

    FAILS_ALL(SECENV_STATUS_NULL_POINTER, &s, secenv_server_accept(NULL, HELLO, 5, RESULTS(&s)));
    FAILS_ALL(SECENV_STATUS_NULL_POINTER, &s, secenv_server_accept(p->server, NULL, 5, RESULTS(&s)));
    FAILS_ALL(SECENV_STATUS_NULL_POINTER, &s, secenv_server_accept_at(NULL, &message, RESULTS(&s)));
    FAILS_ALL(SECENV_STATUS_NULL_POINTER, &s, secenv_server_accept_at(p->server, NULL, RESULTS(&s)));
    FAILS_ALL(SECENV_STATUS_NULL_POINTER, &s, secenv_server_accept_at(p->server, &nothing, RESULTS(&s)));
    REFUSES_NULL_BOTH(s.welcome, s.spki, secenv_server_accept(p->server, HELLO, 5, NULL, &s.welcome, &s.spki));
    REFUSES_NULL_BOTH(s.shop, s.spki, secenv_server_accept(p->server, HELLO, 5, &s.shop, NULL, &s.spki));
    REFUSES_NULL_BOTH(s.shop, s.welcome, secenv_server_accept(p->server, HELLO, 5, &s.shop, &s.welcome, NULL));
    REFUSES_NULL_BOTH(s.welcome, s.spki, secenv_server_accept_at(p->server, &message, NULL, &s.welcome, &s.spki));
    REFUSES_NULL_BOTH(s.shop, s.spki, secenv_server_accept_at(p->server, &message, &s.shop, NULL, &s.spki));
    REFUSES_NULL_BOTH(s.shop, s.welcome, secenv_server_accept_at(p->server, &message, &s.shop, &s.welcome, NULL));
    CHECK(secenv_server_accept(p->server, HELLO, 5, NULL, NULL, NULL) == SECENV_STATUS_NULL_POINTER);

    LEAVES(SECENV_STATUS_NULL_POINTER, key, secenv_server_next_key(NULL, 1, key));
    CHECK(secenv_server_next_key(COOKIE_KEY, 1, NULL) == SECENV_STATUS_NULL_POINTER);
    secenv_server_free(NULL);
}

static void two_results_in_one_place_are_misuse(const struct parties *p, struct shaken *s) {
    void *same = STALE, *other = STALE;
    secenv_bytes **const bytes = (secenv_bytes **)&same;
    const secenv_client_config asked = asked_by(p);
    const secenv_message message = finishing(s->finish, NOW);
    CHECK(secenv_client_start(p->alice, &asked, (secenv_client **)&same, bytes) == SECENV_STATUS_INVALID_ARGUMENT);
    for (int alone = 0; alone < 4; alone++) {
        void **const places[] = {alone == 1 ? &other : &same, alone == 2 ? &other : &same, alone == 3 ? &other : &same};
        secenv_session **const session = (secenv_session **)places[0];
        secenv_bytes **const welcome = (secenv_bytes **)places[1], **const spki = (secenv_bytes **)places[2];
        CHECK(secenv_server_accept(p->server, BYTES(s->finish), session, welcome, spki) ==
              SECENV_STATUS_INVALID_ARGUMENT);
        CHECK(secenv_server_accept_at(p->server, &message, session, welcome, spki) == SECENV_STATUS_INVALID_ARGUMENT);
    }
    CHECK(same == STALE && other == STALE);
}

static void other_kinds_suites_paddings_and_lengths_are_refused(const struct parties *p, struct shaken *s) {
    static const int32_t numbers[] = {INT32_MIN, -1, 0, 3, 257, 258, INT32_MAX};
    const secenv_session_place place = {.size = sizeof place, .server_pin = p->pins[SHOP], .store_id = STORE_ID,
                                        .session_id = STORE_ID, .role = SECENV_ROLE_SERVER};
    secenv_identity *i;
    secenv_client *c;
    secenv_server *v;
    secenv_session *n;
    secenv_bytes *b;
    struct shaken none;
    const secenv_identity *shop = p->shop;
    for (size_t at = 0; at < sizeof numbers / sizeof *numbers; at++) {
        secenv_server_config shared = shared_by(p);
        secenv_client_config asked = asked_by(p);
        secenv_session_place other = place;
        FAILS(SECENV_STATUS_INVALID_ARGUMENT, i, secenv_identity_generate(numbers[at], &i));
        other.role = numbers[at];
        FAILS(SECENV_STATUS_INVALID_ARGUMENT, b, secenv_session_export(s->shop, STATE_KEY, &other, &b));
        FAILS(SECENV_STATUS_INVALID_ARGUMENT, n, secenv_session_import(HELLO, 5, STATE_KEY, &other, &n));
        if (numbers[at] == 0) continue; /* the strong suite, and no padding */
        shared.minimum_suite = numbers[at], asked.suite = numbers[at];
        FAILS(SECENV_STATUS_INVALID_ARGUMENT, v, secenv_server_new(&shop, 1, &shared, &v));
        FAILS_BOTH(SECENV_STATUS_INVALID_ARGUMENT, c, b, secenv_client_start(p->alice, &asked, &c, &b));
        shared = shared_by(p), shared.padding = numbers[at];
        FAILS(SECENV_STATUS_INVALID_ARGUMENT, v, secenv_server_new(&shop, 1, &shared, &v));
        asked = asked_by(p), asked.padding = numbers[at];
        FAILS_BOTH(SECENV_STATUS_INVALID_ARGUMENT, c, b, secenv_client_start(p->alice, &asked, &c, &b));
    }
    FAILS(SECENV_STATUS_INVALID_LENGTH, i, secenv_identity_parse(HELLO, SIZE_MAX, &i));
    FAILS(SECENV_STATUS_INVALID_LENGTH, b, secenv_server_reply(p->server, HELLO, SIZE_MAX, &b));
    FAILS_ALL(SECENV_STATUS_INVALID_LENGTH, &none, secenv_server_accept(p->server, HELLO, SIZE_MAX, RESULTS(&none)));
    FAILS(SECENV_STATUS_INVALID_LENGTH, b, secenv_client_finish(s->client, HELLO, SIZE_MAX, &b));
    FAILS(SECENV_STATUS_INVALID_LENGTH, n, secenv_client_session(s->client, HELLO, SIZE_MAX, &n));
    FAILS(SECENV_STATUS_INVALID_LENGTH, b, secenv_session_seal(s->alice, HELLO, SIZE_MAX, HELLO, 5, &b));
    FAILS(SECENV_STATUS_INVALID_LENGTH, b, secenv_session_seal(s->alice, HELLO, 5, HELLO, SIZE_MAX, &b));
    FAILS(SECENV_STATUS_INVALID_LENGTH, b, secenv_session_open(s->alice, HELLO, 5, HELLO, SIZE_MAX / 2 + 1, &b));
    FAILS(SECENV_STATUS_INVALID_LENGTH, n, secenv_session_import(HELLO, SIZE_MAX, STATE_KEY, &place, &n));
    FAILS(SECENV_STATUS_INVALID_LENGTH, b, secenv_record_parse_json(HELLO, SIZE_MAX, &b));
}

static void configurations_and_places_of_another_size_are_refused(const struct parties *p, struct shaken *s) {
    secenv_client *c;
    secenv_server *v;
    secenv_session *n;
    secenv_bytes *b;
    struct place memory;
    const secenv_identity *shop = p->shop;
    for (int wrong = 0; wrong < 6; wrong++) {
        secenv_client_config asked = asked_by(p);
        secenv_server_config shared = shared_by(p);
        secenv_session_place place = place_of(s->shop, SECENV_ROLE_SERVER, &memory);
        secenv_message message = finishing(s->finish, NOW);
        for (int each = 0; each < 4; each++) {
            size_t *const size = (size_t *[]){&asked.size, &shared.size, &place.size, &message.size}[each];
            *size = (size_t[]){0, 1, sizeof(size_t), *size - 1, *size + 1, SIZE_MAX}[wrong];
        }
        struct shaken none;
        FAILS_BOTH(SECENV_STATUS_INVALID_ARGUMENT, c, b, secenv_client_start(p->alice, &asked, &c, &b));
        FAILS(SECENV_STATUS_INVALID_ARGUMENT, v, secenv_server_new(&shop, 1, &shared, &v));
        FAILS(SECENV_STATUS_INVALID_ARGUMENT, b, secenv_session_export(s->shop, STATE_KEY, &place, &b));
        FAILS(SECENV_STATUS_INVALID_ARGUMENT, n, secenv_session_import(HELLO, 5, STATE_KEY, &place, &n));
        FAILS(SECENV_STATUS_INVALID_ARGUMENT, n, secenv_session_import_at(HELLO, 5, STATE_KEY, &place, NOW, &n));
        FAILS_ALL(SECENV_STATUS_INVALID_ARGUMENT, &none, secenv_server_accept_at(p->server, &message, RESULTS(&none)));
    }
}

/* A pin each, of an identity each. */
static void there_are_one_to_four_pins_and_identities_and_none_twice(const struct parties *p) {
    secenv_identity *all[PINS + 1];
    uint8_t pins[PINS + 1][SECENV_PIN_BYTES];
    const secenv_server_config shared = shared_by(p);
    const secenv_identity *const *const few = (const secenv_identity *const *)all;
    secenv_client_config asked = asked_by(p);
    secenv_client *c;
    secenv_server *v;
    secenv_bytes *b;
    for (size_t i = 0; i <= PINS; i++) {
        CHECK(secenv_identity_generate(SECENV_IDENTITY_ED25519, &all[i]) == SECENV_STATUS_OK);
        pin_of(all[i], pins[i]);
    }
    asked.pins = pins[0];
    for (size_t count = 0; count <= PINS + 1; count++) {
        asked.pin_count = count;
        if (count == 0 || count > PINS) {
            FAILS_BOTH(SECENV_STATUS_INVALID_ARGUMENT, c, b, secenv_client_start(p->alice, &asked, &c, &b));
            FAILS(SECENV_STATUS_INVALID_ARGUMENT, v, secenv_server_new(few, count, &shared, &v));
            continue;
        }
        CHECK(secenv_client_start(p->alice, &asked, &c, &b) == SECENV_STATUS_OK);
        CHECK(secenv_bytes_len(b) == (p->suite == SECENV_SUITE_X25519 ? 68 : 1284) + 32 * count);
        CHECK(secenv_server_new(few, count, &shared, &v) == SECENV_STATUS_OK);
        secenv_server_free(v), secenv_client_free(c), secenv_bytes_free(b);
    }
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, v, secenv_server_new(NULL, 0, &shared, &v));

    asked.pin_count = 3, memcpy(pins[2], pins[0], SECENV_PIN_BYTES);
    FAILS_BOTH(SECENV_STATUS_INVALID_ARGUMENT, c, b, secenv_client_start(p->alice, &asked, &c, &b));
    const secenv_identity *const twice[] = {all[0], all[1], all[0]};
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, v, secenv_server_new(twice, 3, &shared, &v));
    for (size_t i = 0; i <= PINS; i++) secenv_identity_free(all[i]);
}

static void prologues_and_cookie_keys_have_limits(const struct parties *p) {
    static const uint8_t prologue[1025], keys[3][SECENV_COOKIE_KEY_BYTES] = {{1}, {2}, {3}};
    const secenv_identity *shop = p->shop;
    secenv_client_config asked = asked_by(p);
    secenv_server_config shared = shared_by(p);
    secenv_client *c;
    secenv_server *v;
    secenv_bytes *b;
    asked.prologue = shared.prologue = prologue;
    for (size_t len = 1024; len <= 1025; len++) {
        asked.prologue_len = shared.prologue_len = len;
        if (len > 1024) {
            FAILS_BOTH(SECENV_STATUS_TOO_LARGE, c, b, secenv_client_start(p->alice, &asked, &c, &b));
            FAILS(SECENV_STATUS_TOO_LARGE, v, secenv_server_new(&shop, 1, &shared, &v));
            continue;
        }
        CHECK(secenv_client_start(p->alice, &asked, &c, &b) == SECENV_STATUS_OK);
        CHECK(secenv_server_new(&shop, 1, &shared, &v) == SECENV_STATUS_OK);
        secenv_server_free(v), secenv_client_free(c), secenv_bytes_free(b);
    }
    shared = shared_by(p), shared.accepted_keys = keys[0], shared.accepted_key_count = 2;
    CHECK(secenv_server_new(&shop, 1, &shared, &v) == SECENV_STATUS_OK);
    secenv_server_free(v);
    shared.accepted_key_count = 3;
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, v, secenv_server_new(&shop, 1, &shared, &v));
}

/* Not a suite that is too weak, nor another prologue, padding, store, cookie key or identity. */
static void what_both_sides_know_has_to_be_the_same(const struct parties *p) {
    static const uint8_t other[32] = {9};
    const secenv_identity *const strangers[] = {p->alice}, *const both[] = {p->alice, p->shop};
    for (int differs = 0; differs < 7; differs++) {
        struct shaken s = begin(p);
        secenv_server_config shared = shared_by(p);
        secenv_server *v = NULL;
        if (differs == 0) shared.prologue_len--;
        if (differs == 1) shared.padding = !p->padding;
        if (differs == 2) shared.store_id = other;
        if (differs == 3) shared.cookie_key = other;
        if (differs == 5) shared.cookie_key = other, shared.accepted_keys = COOKIE_KEY, shared.accepted_key_count = 1;
        const secenv_identity *const *const identities = differs == 4 ? strangers : both + (differs < 6);
        CHECK(secenv_server_new(identities, differs < 6 ? 1 : 2, &shared, &v) == SECENV_STATUS_OK);
        if (differs < 5) {
            FAILS_ALL(SECENV_STATUS_REJECTED, &s, secenv_server_accept(v, BYTES(s.finish), RESULTS(&s)));
        } else { /* but a key that is accepted besides, or more identities, are as good */
            CHECK(secenv_server_accept(v, BYTES(s.finish), RESULTS(&s)) == SECENV_STATUS_OK);
            CHECK(secenv_client_session(s.client, BYTES(s.welcome), &s.alice) == SECENV_STATUS_OK);
        }
        secenv_server_free(v);
        shaken_free(&s);
    }
    secenv_client_config asked = asked_by(p);
    struct shaken s = {0};
    asked.suite = SECENV_SUITE_X25519;
    CHECK(secenv_client_start(p->alice, &asked, &s.client, &s.hello) == SECENV_STATUS_OK);
    FAILS(SECENV_STATUS_REJECTED, s.reply, secenv_server_reply(p->server, BYTES(s.hello), &s.reply));
    shaken_free(&s);
}

/* 0 stands for the strong suite at either side. */
static void no_suite_is_the_strong_one(const struct parties *p) {
    struct parties strong = *p;
    strong.suite = 0;
    const secenv_server_config shared = shared_by(&strong);
    strong.server = served_by(p->shop, &shared);
    struct shaken s = shake(&strong);
    CHECK(secenv_bytes_data(s.hello)[2] == SECENV_SUITE_X25519_XWING);
    shaken_free(&s);
    secenv_server_free(strong.server);
}

static void the_first_pin_that_the_server_has_is_met(const struct parties *p) {
    secenv_identity *newer = NULL;
    struct parties known = *p;
    uint8_t pin[SECENV_PIN_BYTES];
    size_t at = 99;
    CHECK(secenv_identity_generate(SECENV_IDENTITY_ED25519, &newer) == SECENV_STATUS_OK);
    pin_of(newer, known.pins[2]);
    known.pin_count = 3;
    const secenv_identity *const both[] = {newer, p->shop};
    const secenv_server_config shared = shared_by(p);
    CHECK(secenv_server_new(both, 2, &shared, &known.server) == SECENV_STATUS_OK);
    for (size_t order = 0; order < 2; order++) {
        struct shaken s = begin(&known);
        LEAVES(SECENV_STATUS_INVALID_ARGUMENT, at, secenv_client_pin_index(s.client, &at));
        CHECK(secenv_server_accept(known.server, BYTES(s.finish), RESULTS(&s)) == SECENV_STATUS_OK);
        CHECK(secenv_client_session(s.client, BYTES(s.welcome), &s.alice) == SECENV_STATUS_OK);
        CHECK(secenv_client_pin_index(s.client, &at) == SECENV_STATUS_OK && at == SHOP);
        CHECK(secenv_session_server_pin(s.alice, pin) == 0 && memcmp(pin, known.pins[SHOP], sizeof pin) == 0);
        CHECK(secenv_session_peer(s.alice, pin) == 0 && memcmp(pin, known.pins[SHOP], sizeof pin) == 0);
        CHECK(secenv_session_server_pin(s.shop, pin) == 0 && memcmp(pin, known.pins[SHOP], sizeof pin) == 0);
        shaken_free(&s);
        /* And the other way round. */
        memcpy(pin, known.pins[SHOP], sizeof pin), memcpy(known.pins[SHOP], known.pins[2], sizeof pin);
        memcpy(known.pins[2], pin, sizeof pin);
    }
    secenv_server_free(known.server);
    secenv_identity_free(newer);
}

static void a_refused_reply_changes_nothing_and_there_is_one_finish(const struct parties *p) {
    static uint8_t forged[LARGE];
    const secenv_client_config asked = asked_by(p);
    struct shaken s = {0};
    secenv_session *n;
    secenv_bytes *b;
    CHECK(secenv_client_start(p->alice, &asked, &s.client, &s.hello) == SECENV_STATUS_OK);
    CHECK(secenv_server_reply(p->server, BYTES(s.hello), &s.reply) == SECENV_STATUS_OK);
    size_t len = secenv_bytes_len(s.reply);
    memcpy(forged, secenv_bytes_data(s.reply), len);
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, n, secenv_client_session(s.client, HELLO, 5, &n));
    FAILS(SECENV_STATUS_MALFORMED, b, secenv_client_finish(s.client, forged, len - 1, &b));
    FAILS(SECENV_STATUS_MALFORMED, b, secenv_client_finish(s.client, NULL, 0, &b));
    FAILS(SECENV_STATUS_TOO_LARGE, b, secenv_client_finish(s.client, forged, LARGE, &b));
    forged[40] ^= 1;
    FAILS(SECENV_STATUS_REJECTED, b, secenv_client_finish(s.client, forged, len, &b));
    CHECK(secenv_client_finish(s.client, BYTES(s.reply), &s.finish) == SECENV_STATUS_OK);
    FAILS(SECENV_STATUS_CLOSED, b, secenv_client_finish(s.client, BYTES(s.reply), &b));
    FAILS(SECENV_STATUS_CLOSED, b, secenv_client_finish(s.client, NULL, 0, &b));
    shaken_free(&s);
}

static void a_refused_welcome_changes_nothing_and_there_is_one_session(const struct parties *p) {
    static uint8_t forged[LARGE];
    struct shaken s = begin(p);
    secenv_session *n;
    size_t at;
    CHECK(secenv_server_accept(p->server, BYTES(s.finish), RESULTS(&s)) == SECENV_STATUS_OK);
    const size_t len = secenv_bytes_len(s.welcome);
    memcpy(forged, secenv_bytes_data(s.welcome), len);
    FAILS(SECENV_STATUS_MALFORMED, n, secenv_client_session(s.client, NULL, 0, &n));
    FAILS(SECENV_STATUS_MALFORMED, n, secenv_client_session(s.client, forged, len - 1, &n));
    FAILS(SECENV_STATUS_MALFORMED, n, secenv_client_session(s.client, forged, len + 1, &n));
    FAILS(SECENV_STATUS_TOO_LARGE, n, secenv_client_session(s.client, forged, LARGE, &n));
    FAILS(SECENV_STATUS_MALFORMED, n, secenv_client_session(s.client, BYTES(s.reply), &n));
    for (int bit = 0; bit < 3; bit++) { /* in the key exchange, the signature and the mac */
        const size_t place = (size_t[]){2, len - 33, len - 1}[bit];
        forged[place] ^= 1;
        FAILS(SECENV_STATUS_REJECTED, n, secenv_client_session(s.client, forged, len, &n));
        forged[place] ^= 1;
    }
    LEAVES(SECENV_STATUS_INVALID_ARGUMENT, at, secenv_client_pin_index(s.client, &at));
    /* Another accept's welcome holds as well; the client takes one. */
    struct shaken again = {0};
    CHECK(secenv_server_accept(p->server, BYTES(s.finish), RESULTS(&again)) == SECENV_STATUS_OK);
    CHECK(secenv_client_session(s.client, BYTES(s.welcome), &s.alice) == SECENV_STATUS_OK);
    FAILS(SECENV_STATUS_CLOSED, n, secenv_client_session(s.client, BYTES(again.welcome), &n));
    FAILS(SECENV_STATUS_CLOSED, n, secenv_client_session(s.client, NULL, 0, &n));
    CHECK(secenv_client_pin_index(s.client, &at) == SECENV_STATUS_OK && at == SHOP);
    /* And the sessions of two accepts share an id and nothing else. */
    secenv_bytes *record = NULL, *b;
    CHECK(secenv_session_seal(s.alice, NULL, 0, HELLO, 5, &record) == SECENV_STATUS_OK);
    FAILS(SECENV_STATUS_REJECTED, b, secenv_session_open(again.shop, NULL, 0, BYTES(record), &b));
    CHECK(secenv_session_open(s.shop, NULL, 0, BYTES(record), &b) == SECENV_STATUS_OK);
    secenv_bytes_free(b), secenv_bytes_free(record);
    shaken_free(&again);
    shaken_free(&s);
}

static void a_client_gives_up_120_seconds_after_its_hello(const struct parties *p) {
    struct shaken s = {0};
    secenv_client_config asked = asked_by(p);
    secenv_session *n;
    secenv_bytes *b;
    asked.now = NOW;
    for (int set_back = 0; set_back < 2; set_back++) { /* the clock may go back by 300 */
        const uint64_t last = set_back ? NOW - 300 : NOW + 120, over = set_back ? last - 1 : last + 1;
        CHECK(secenv_client_start(p->alice, &asked, &s.client, &s.hello) == SECENV_STATUS_OK);
        CHECK(secenv_server_reply_at(p->server, BYTES(s.hello), NOW, &s.reply) == SECENV_STATUS_OK);
        FAILS(SECENV_STATUS_CLOSED, b, secenv_client_finish_at(s.client, BYTES(s.reply), over, &b));
        FAILS(SECENV_STATUS_CLOSED, b, secenv_client_finish_at(s.client, BYTES(s.reply), NOW, &b));
        FAILS(SECENV_STATUS_CLOSED, n, secenv_client_session_at(s.client, HELLO, 5, NOW, &n));
        shaken_free(&s);

        memset(&s, 0, sizeof s);
        CHECK(secenv_client_start(p->alice, &asked, &s.client, &s.hello) == SECENV_STATUS_OK);
        CHECK(secenv_server_reply_at(p->server, BYTES(s.hello), NOW, &s.reply) == SECENV_STATUS_OK);
        CHECK(secenv_client_finish_at(s.client, BYTES(s.reply), last, &s.finish) == SECENV_STATUS_OK);
        const secenv_message message = finishing(s.finish, NOW);
        CHECK(secenv_server_accept_at(p->server, &message, RESULTS(&s)) == SECENV_STATUS_OK);
        FAILS(SECENV_STATUS_CLOSED, n, secenv_client_session_at(s.client, BYTES(s.welcome), over, &n));
        FAILS(SECENV_STATUS_CLOSED, n, secenv_client_session_at(s.client, BYTES(s.welcome), NOW, &n));
        shaken_free(&s);
        memset(&s, 0, sizeof s);
    }
    /* And by the system's clock, which is decades later. */
    s = begin_at(p, NOW);
    FAILS(SECENV_STATUS_CLOSED, n, secenv_client_session(s.client, HELLO, 5, &n));
    shaken_free(&s);
}

static void a_cookie_from_the_future_is_rejected(const struct parties *p) {
    struct shaken s = begin_at(p, NOW);
    secenv_message message = finishing(s.finish, NOW - 61);
    FAILS_ALL(SECENV_STATUS_REJECTED, &s, secenv_server_accept_at(p->server, &message, RESULTS(&s)));
    /* Clocks may differ by a minute. */
    message.now = NOW - 60;
    CHECK(secenv_server_accept_at(p->server, &message, RESULTS(&s)) == SECENV_STATUS_OK);
    shaken_free(&s);
}

/* docs/protocol-2.md: derive(K_p, "secenv 2 rotate", u64(p + 1)) */
static void the_next_key_is_derived_from_this_one_and_the_period(void) {
    static const uint8_t text[] = "\0\0\0\x0fsecenv 2 rotate\0\0\0\x08\0\0\0\0\1\2\3\4";
    uint8_t next[32], other[32], expected[32];
    CHECK(secenv_generichash(expected, 32, text, sizeof text - 1, COOKIE_KEY, 32) == 0);
    CHECK(secenv_server_next_key(COOKIE_KEY, 0x01020304, next) == SECENV_STATUS_OK);
    CHECK(memcmp(next, expected, 32) == 0);
    CHECK(secenv_server_next_key(COOKIE_KEY, 0x01020305, other) == SECENV_STATUS_OK && memcmp(next, other, 32) != 0);
    CHECK(secenv_server_next_key(STATE_KEY, 0x01020304, other) == SECENV_STATUS_OK && memcmp(next, other, 32) != 0);
}

int main(void) {
    struct parties p = parties_new(SECENV_SUITE_X25519_XWING, SECENV_PADDING_NONE);
    struct shaken s = shake(&p);
    null_pointers_are_refused_by_identities(p.alice);
    null_pointers_are_refused_by_clients(&p, &s);
    null_pointers_are_refused_by_servers(&p);
    two_results_in_one_place_are_misuse(&p, &s);
    other_kinds_suites_paddings_and_lengths_are_refused(&p, &s);
    configurations_and_places_of_another_size_are_refused(&p, &s);
    there_are_one_to_four_pins_and_identities_and_none_twice(&p);
    prologues_and_cookie_keys_have_limits(&p);
    what_both_sides_know_has_to_be_the_same(&p);
    no_suite_is_the_strong_one(&p);
    the_first_pin_that_the_server_has_is_met(&p);
    a_refused_reply_changes_nothing_and_there_is_one_finish(&p);
    a_refused_welcome_changes_nothing_and_there_is_one_session(&p);
    the_next_key_is_derived_from_this_one_and_the_period();
    a_client_gives_up_120_seconds_after_its_hello(&p);
    a_cookie_from_the_future_is_rejected(&p);
    struct parties padded = parties_new(SECENV_SUITE_X25519_XWING, SECENV_PADDING_PADME);
    what_both_sides_know_has_to_be_the_same(&padded);
    parties_free(&padded);
    shaken_free(&s);
    parties_free(&p);
    printf("handshake: %d checks\n", checks);
    return 0;
}
