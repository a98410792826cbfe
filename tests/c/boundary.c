/* Every pointer of every function of the handle API: NULL, length 0, forged, cut short, too long. */
#include "check.h"

static const uint8_t HELLO[] = "hello";

static void null_pointers_are_refused(secenv_rsa_secret *secret, secenv_rsa_public *public_half) {
    secenv_rsa_secret *s;
    secenv_rsa_public *p;
    secenv_bytes *b;
    const uint8_t key[32] = {0};
    const int32_t padding = SECENV_RSA_PADDING_OAEP_SHA1;

    CHECK(secenv_rsa_secret_generate(2048, NULL) == SECENV_STATUS_NULL_POINTER);

    REFUSES_NULL(s, secenv_rsa_secret_parse(NULL, 5, &s));
    CHECK(secenv_rsa_secret_parse(HELLO, 5, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(p, secenv_rsa_public_parse(NULL, 5, &p));
    CHECK(secenv_rsa_public_parse(HELLO, 5, NULL) == SECENV_STATUS_NULL_POINTER);

    REFUSES_NULL(b, secenv_rsa_secret_encode_secret(NULL, &b));
    CHECK(secenv_rsa_secret_encode_secret(secret, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(p, secenv_rsa_secret_public(NULL, &p));
    CHECK(secenv_rsa_secret_public(secret, NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(b, secenv_rsa_public_encode(NULL, &b));
    CHECK(secenv_rsa_public_encode(public_half, NULL) == SECENV_STATUS_NULL_POINTER);

    REFUSES_NULL(b, secenv_rsa_secret_unwrap(NULL, padding, HELLO, 5, &b));
    REFUSES_NULL(b, secenv_rsa_secret_unwrap(secret, padding, NULL, 5, &b));
    CHECK(secenv_rsa_secret_unwrap(secret, padding, HELLO, 5, NULL) == SECENV_STATUS_NULL_POINTER);

    REFUSES_NULL(b, secenv_rsa_secret_sign(NULL, HELLO, 5, &b));
    REFUSES_NULL(b, secenv_rsa_secret_sign(secret, NULL, 5, &b));
    CHECK(secenv_rsa_secret_sign(secret, HELLO, 5, NULL) == SECENV_STATUS_NULL_POINTER);

    REFUSES_NULL(b, secenv_rsa_secret_private_encrypt(NULL, HELLO, 5, &b));
    REFUSES_NULL(b, secenv_rsa_secret_private_encrypt(secret, NULL, 5, &b));
    CHECK(secenv_rsa_secret_private_encrypt(secret, HELLO, 5, NULL) == SECENV_STATUS_NULL_POINTER);

    REFUSES_NULL(b, secenv_rsa_public_wrap(NULL, padding, HELLO, 5, &b));
    REFUSES_NULL(b, secenv_rsa_public_wrap(public_half, padding, NULL, 5, &b));
    CHECK(secenv_rsa_public_wrap(public_half, padding, HELLO, 5, NULL) == SECENV_STATUS_NULL_POINTER);

    CHECK(secenv_rsa_public_verify(NULL, HELLO, 5, HELLO, 5) == SECENV_STATUS_NULL_POINTER);
    CHECK(secenv_rsa_public_verify(public_half, NULL, 5, HELLO, 5) == SECENV_STATUS_NULL_POINTER);
    CHECK(secenv_rsa_public_verify(public_half, HELLO, 5, NULL, 5) == SECENV_STATUS_NULL_POINTER);

    REFUSES_NULL(b, secenv_rsa_public_public_decrypt(NULL, HELLO, 5, &b));
    REFUSES_NULL(b, secenv_rsa_public_public_decrypt(public_half, NULL, 5, &b));
    CHECK(secenv_rsa_public_public_decrypt(public_half, HELLO, 5, NULL) == SECENV_STATUS_NULL_POINTER);

    REFUSES_NULL(b, secenv_envelope_seal(NULL, public_half, padding, HELLO, 5, HELLO, 5, &b));
    REFUSES_NULL(b, secenv_envelope_seal(key, NULL, padding, HELLO, 5, HELLO, 5, &b));
    REFUSES_NULL(b, secenv_envelope_seal(key, public_half, padding, NULL, 5, HELLO, 5, &b));
    REFUSES_NULL(b, secenv_envelope_seal(key, public_half, padding, HELLO, 5, NULL, 5, &b));
    CHECK(secenv_envelope_seal(key, public_half, padding, HELLO, 5, HELLO, 5, NULL) == SECENV_STATUS_NULL_POINTER);

    REFUSES_NULL(b, secenv_envelope_open(NULL, secret, padding, HELLO, 5, HELLO, 5, &b));
    REFUSES_NULL(b, secenv_envelope_open(key, NULL, padding, HELLO, 5, HELLO, 5, &b));
    REFUSES_NULL(b, secenv_envelope_open(key, secret, padding, NULL, 5, HELLO, 5, &b));
    REFUSES_NULL(b, secenv_envelope_open(key, secret, padding, HELLO, 5, NULL, 5, &b));
    CHECK(secenv_envelope_open(key, secret, padding, HELLO, 5, HELLO, 5, NULL) == SECENV_STATUS_NULL_POINTER);

    CHECK(secenv_bytes_data(NULL) == NULL);
    CHECK(secenv_bytes_len(NULL) == 0);
    secenv_bytes_free(NULL);
    secenv_rsa_secret_free(NULL);
    secenv_rsa_public_free(NULL);
}

static void lengths_over_memory_are_refused(secenv_rsa_secret *secret, secenv_rsa_public *public_half) {
    secenv_bytes *b;
    const uint8_t key[32] = {0};
    FAILS(SECENV_STATUS_INVALID_LENGTH, b, secenv_rsa_secret_sign(secret, HELLO, SIZE_MAX, &b));
    FAILS(SECENV_STATUS_INVALID_LENGTH, b, secenv_envelope_seal(key, public_half, 4, HELLO, SIZE_MAX, HELLO, 5, &b));
    FAILS(SECENV_STATUS_INVALID_LENGTH, b, secenv_envelope_open(key, secret, 4, HELLO, 5, HELLO, SIZE_MAX / 2 + 1, &b));
}

static void empty_inputs_work_where_empty_means_something(secenv_rsa_secret *secret, secenv_rsa_public *public_half) {
    secenv_rsa_secret *s;
    secenv_rsa_public *p;
    secenv_bytes *b = NULL, *again = NULL;
    const uint8_t key[32] = {7};

    FAILS(SECENV_STATUS_DAMAGED, s, secenv_rsa_secret_parse(NULL, 0, &s));
    FAILS(SECENV_STATUS_MALFORMED, p, secenv_rsa_public_parse(NULL, 0, &p));
    FAILS(SECENV_STATUS_MALFORMED, b, secenv_envelope_open(key, secret, 4, NULL, 0, NULL, 0, &b));
    FAILS(SECENV_STATUS_REJECTED, b, secenv_rsa_secret_unwrap(secret, 1, NULL, 0, &b));
    FAILS(SECENV_STATUS_REJECTED, b, secenv_rsa_public_public_decrypt(public_half, NULL, 0, &b));

    CHECK(secenv_rsa_secret_sign(secret, NULL, 0, &b) == SECENV_STATUS_OK);
    CHECK(secenv_rsa_public_verify(public_half, NULL, 0, secenv_bytes_data(b), secenv_bytes_len(b)) == 0);
    CHECK(secenv_rsa_public_verify(public_half, NULL, 0, NULL, 0) == SECENV_STATUS_REJECTED);
    secenv_bytes_free(b);

    CHECK(secenv_rsa_secret_private_encrypt(secret, NULL, 0, &b) == SECENV_STATUS_OK);
    CHECK(secenv_rsa_public_public_decrypt(public_half, secenv_bytes_data(b), secenv_bytes_len(b), &again) == 0);
    CHECK(secenv_bytes_len(again) == 0 && secenv_bytes_data(again) != NULL);
    secenv_bytes_free(again);
    secenv_bytes_free(b);

    for (int32_t padding = 1; padding <= 5; padding += padding == 1 ? 3 : 1) {
        CHECK(secenv_rsa_public_wrap(public_half, padding, NULL, 0, &b) == SECENV_STATUS_OK);
        CHECK(secenv_rsa_secret_unwrap(secret, padding, secenv_bytes_data(b), secenv_bytes_len(b), &again) == 0);
        CHECK(secenv_bytes_len(again) == 0);
        secenv_bytes_free(again);
        secenv_bytes_free(b);

        CHECK(secenv_envelope_seal(key, public_half, padding, NULL, 0, NULL, 0, &b) == SECENV_STATUS_OK);
        CHECK(secenv_envelope_open(key, secret, padding, NULL, 0, secenv_bytes_data(b), secenv_bytes_len(b),
                                   &again) == SECENV_STATUS_OK);
        CHECK(secenv_bytes_len(again) == 0);
        secenv_bytes_free(again);
        secenv_bytes_free(b);
    }
}

static void other_options_are_refused(secenv_rsa_secret *secret, secenv_rsa_public *public_half) {
    static const int32_t paddings[] = {INT32_MIN, -1, 0, 2, 3, 6, 42, INT32_MAX};
    static const uint32_t sizes[] = {0, 1, 1024, 2047, 2049, 2050, 8193, 16384, UINT32_MAX};
    secenv_rsa_secret *s;
    secenv_bytes *b;
    const uint8_t key[32] = {0};
    for (size_t i = 0; i < sizeof paddings / sizeof *paddings; i++) {
        FAILS(SECENV_STATUS_INVALID_ARGUMENT, b, secenv_rsa_public_wrap(public_half, paddings[i], HELLO, 5, &b));
        FAILS(SECENV_STATUS_INVALID_ARGUMENT, b, secenv_rsa_secret_unwrap(secret, paddings[i], HELLO, 5, &b));
        FAILS(SECENV_STATUS_INVALID_ARGUMENT, b,
              secenv_envelope_seal(key, public_half, paddings[i], NULL, 0, HELLO, 5, &b));
        FAILS(SECENV_STATUS_INVALID_ARGUMENT, b, secenv_envelope_open(key, secret, paddings[i], NULL, 0, HELLO, 5, &b));
    }
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        FAILS(SECENV_STATUS_INVALID_ARGUMENT, s, secenv_rsa_secret_generate(sizes[i], &s));
    }
}

static void forged_cut_and_long_inputs_are_refused(secenv_rsa_secret *secret, secenv_rsa_public *public_half) {
    static uint8_t copy[4096];
    secenv_bytes *b = NULL, *out;
    const uint8_t key[32] = {7};

    /* too long for 2,048 bits: the limit fits, one more does not */
    static const struct { int32_t padding; size_t most; } limits[] = {{1, 245}, {4, 214}, {5, 190}};
    for (size_t i = 0; i < 3; i++) {
        CHECK(secenv_rsa_public_wrap(public_half, limits[i].padding, copy, limits[i].most, &b) == SECENV_STATUS_OK);
        size_t len = secenv_bytes_len(b);
        memcpy(copy, secenv_bytes_data(b), len);
        secenv_bytes_free(b);
        FAILS(SECENV_STATUS_REJECTED, out, secenv_rsa_secret_unwrap(secret, limits[i].padding, copy, len - 1, &out));
        FAILS(SECENV_STATUS_REJECTED, out, secenv_rsa_secret_unwrap(secret, limits[i].padding, copy, len + 1, &out));
        if (limits[i].padding != SECENV_RSA_PADDING_PKCS1) {
            copy[200] ^= 1;
            FAILS(SECENV_STATUS_REJECTED, out, secenv_rsa_secret_unwrap(secret, limits[i].padding, copy, len, &out));
        }
        memset(copy, 0xFF, 256);
        FAILS(SECENV_STATUS_REJECTED, out, secenv_rsa_secret_unwrap(secret, limits[i].padding, copy, 256, &out));
        memset(copy, 0, sizeof copy);
        FAILS(SECENV_STATUS_TOO_LARGE, out,
              secenv_rsa_public_wrap(public_half, limits[i].padding, copy, limits[i].most + 1, &out));
    }
    FAILS(SECENV_STATUS_TOO_LARGE, out, secenv_rsa_secret_private_encrypt(secret, copy, 246, &out));

    CHECK(secenv_rsa_secret_sign(secret, HELLO, 5, &b) == SECENV_STATUS_OK);
    size_t len = secenv_bytes_len(b);
    memcpy(copy, secenv_bytes_data(b), len);
    secenv_bytes_free(b);
    CHECK(secenv_rsa_public_verify(public_half, HELLO, 5, copy, len) == SECENV_STATUS_OK);
    CHECK(secenv_rsa_public_verify(public_half, HELLO, 4, copy, len) == SECENV_STATUS_REJECTED);
    CHECK(secenv_rsa_public_verify(public_half, HELLO, 5, copy, len - 1) == SECENV_STATUS_REJECTED);
    CHECK(secenv_rsa_public_verify(public_half, HELLO, 5, copy, len + 1) == SECENV_STATUS_REJECTED);
    copy[0] ^= 1;
    CHECK(secenv_rsa_public_verify(public_half, HELLO, 5, copy, len) == SECENV_STATUS_REJECTED);

    CHECK(secenv_envelope_seal(key, public_half, 1, HELLO, 5, HELLO, 5, &b) == SECENV_STATUS_OK);
    len = secenv_bytes_len(b);
    memcpy(copy, secenv_bytes_data(b), len);
    secenv_bytes_free(b);
    for (size_t cut = 0; cut < len; cut++) {
        FAILS(SECENV_STATUS_MALFORMED, out, secenv_envelope_open(key, secret, 1, HELLO, 5, copy, cut, &out));
    }
    copy[len] = '}';
    FAILS(SECENV_STATUS_MALFORMED, out, secenv_envelope_open(key, secret, 1, HELLO, 5, copy, len + 1, &out));
    copy[10] = copy[10] == 'A' ? 'B' : 'A';
    FAILS(SECENV_STATUS_REJECTED, out, secenv_envelope_open(key, secret, 1, HELLO, 5, copy, len, &out));

    /* 65 KiB that could be a key, 64 MiB and a byte that could be an envelope */
    size_t huge = (64u << 20) + 1;
    uint8_t *big = calloc(huge, 1);
    CHECK(big != NULL);
    secenv_rsa_secret *s;
    secenv_rsa_public *p;
    FAILS(SECENV_STATUS_DAMAGED, s, secenv_rsa_secret_parse(big, (64u << 10) + 1, &s));
    FAILS(SECENV_STATUS_TOO_LARGE, p, secenv_rsa_public_parse(big, (64u << 10) + 1, &p));
    FAILS(SECENV_STATUS_TOO_LARGE, out, secenv_envelope_open(key, secret, 1, NULL, 0, big, huge, &out));
    FAILS(SECENV_STATUS_TOO_LARGE, out, secenv_envelope_seal(key, public_half, 1, NULL, 0, big, 50331648, &out));
    free(big);
}

/* Whatever was refused, the handles that took part still work, and what was given instead of a result can be freed. */
static void after_failures_everything_still_works(secenv_rsa_secret *secret, secenv_rsa_public *public_half) {
    static const uint8_t garbage[256] = {0xFF, 0xFF};
    const uint8_t key[32] = {7};
    secenv_bytes *b = NULL, *out;
    for (int round = 0; round < 3; round++) {
        for (int32_t padding = 1; padding <= 5; padding += padding == 1 ? 3 : 1) {
            FAILS(SECENV_STATUS_REJECTED, out, secenv_rsa_secret_unwrap(secret, padding, garbage, 256, &out));
            secenv_bytes_free(out);
            FAILS(SECENV_STATUS_TOO_LARGE, out, secenv_rsa_public_wrap(public_half, padding, garbage, 256, &out));
            FAILS(SECENV_STATUS_REJECTED, out, secenv_rsa_public_public_decrypt(public_half, garbage, 256, &out));
            FAILS(SECENV_STATUS_MALFORMED, out,
                  secenv_envelope_open(key, secret, padding, NULL, 0, garbage, 256, &out));
            CHECK(secenv_rsa_public_verify(public_half, HELLO, 5, garbage, 256) == SECENV_STATUS_REJECTED);

            CHECK(secenv_envelope_seal(key, public_half, padding, NULL, 0, HELLO, 5, &b) == SECENV_STATUS_OK);
            CHECK(secenv_envelope_open(key, secret, padding, NULL, 0, secenv_bytes_data(b), secenv_bytes_len(b),
                                       &out) == SECENV_STATUS_OK);
            CHECK(secenv_bytes_len(out) == 5 && memcmp(secenv_bytes_data(out), HELLO, 5) == 0);
            secenv_bytes_free(out);
            secenv_bytes_free(b);
        }
    }
}

/* A handle lives without those it came from. */
static void a_public_half_outlives_its_secret(const char *path) {
    secenv_rsa_secret *secret = read_secret(path);
    secenv_rsa_public *public_half = NULL, *parsed = NULL;
    secenv_bytes *pem = NULL, *signature = NULL;
    CHECK(secenv_rsa_secret_public(secret, &public_half) == SECENV_STATUS_OK);
    CHECK(secenv_rsa_secret_sign(secret, HELLO, 5, &signature) == SECENV_STATUS_OK);
    secenv_rsa_secret_free(secret);
    CHECK(secenv_rsa_public_encode(public_half, &pem) == SECENV_STATUS_OK);
    CHECK(secenv_rsa_public_parse(secenv_bytes_data(pem), secenv_bytes_len(pem), &parsed) == SECENV_STATUS_OK);
    secenv_bytes_free(pem);
    secenv_rsa_public_free(public_half);
    CHECK(secenv_rsa_public_verify(parsed, HELLO, 5, secenv_bytes_data(signature), secenv_bytes_len(signature)) == 0);
    secenv_bytes_free(signature);
    secenv_rsa_public_free(parsed);
}

static void pins_are_read_and_written_as_people_do(void) {
    static const char text[] = "sha256//p6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6c=";
    static const char *const other[] = {
        "", "sha256//", "sha256//p6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6c",
        "p6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6c=",
        "SHA256//p6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6c=", "sha256//p6enp6enp6enp6enp6enp6enp6enp6enp6enp6enp6d=",
        "a7a7", "\xff", "ga7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a7a",
    };
    uint8_t pin[SECENV_PIN_BYTES], expected[SECENV_PIN_BYTES];
    char hex[2 * SECENV_PIN_BYTES + 1] = "";
    secenv_bytes *b = NULL;
    memset(expected, 0xA7, sizeof expected);
    CHECK(secenv_pin_format(expected, &b) == SECENV_STATUS_OK);
    CHECK(secenv_bytes_len(b) == strlen(text) && memcmp(secenv_bytes_data(b), text, strlen(text)) == 0);
    CHECK(secenv_pin_parse(BYTES(b), pin) == SECENV_STATUS_OK && memcmp(pin, expected, sizeof pin) == 0);
    secenv_bytes_free(b);
    for (size_t i = 0; i < SECENV_PIN_BYTES; i++) strcat(hex, i % 2 ? "a7" : "A7");
    memset(pin, 0, sizeof pin);
    CHECK(secenv_pin_parse((const uint8_t *)hex, strlen(hex), pin) == SECENV_STATUS_OK);
    CHECK(memcmp(pin, expected, sizeof pin) == 0);
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
        LEAVES(SECENV_STATUS_MALFORMED, pin, secenv_pin_parse((const uint8_t *)other[i], strlen(other[i]), pin));
    }
    LEAVES(SECENV_STATUS_MALFORMED, pin, secenv_pin_parse((const uint8_t *)hex, strlen(hex) - 1, pin));
    LEAVES(SECENV_STATUS_MALFORMED, pin, secenv_pin_parse((const uint8_t *)hex, sizeof hex, pin));
    LEAVES(SECENV_STATUS_MALFORMED, pin, secenv_pin_parse(NULL, 0, pin));
    LEAVES(SECENV_STATUS_NULL_POINTER, pin, secenv_pin_parse(NULL, 5, pin));
    CHECK(secenv_pin_parse((const uint8_t *)hex, strlen(hex), NULL) == SECENV_STATUS_NULL_POINTER);
    REFUSES_NULL(b, secenv_pin_format(NULL, &b));
    CHECK(secenv_pin_format(expected, NULL) == SECENV_STATUS_NULL_POINTER);
}

static void the_two_parts_of_an_envelope_go_without_json(secenv_rsa_secret *secret, secenv_rsa_public *public_half) {
    const uint8_t key[32] = {7};
    const int32_t padding = SECENV_RSA_PADDING_OAEP_SHA1;
    secenv_bytes *data, *nonce, *b;
    void *place = STALE;
    CHECK(secenv_envelope_seal_parts(key, public_half, padding, HELLO, 4, HELLO, 5, &data, &nonce) == SECENV_STATUS_OK);
    CHECK(secenv_bytes_len(data) == 5 + 16 && secenv_bytes_len(nonce) == 256);
    CHECK(secenv_envelope_open_parts(key, secret, padding, HELLO, 4, BYTES(data), BYTES(nonce),
                                     &b) == SECENV_STATUS_OK);
    CHECK(secenv_bytes_len(b) == 5 && memcmp(secenv_bytes_data(b), HELLO, 5) == 0);
    secenv_bytes_free(b);
    FAILS(SECENV_STATUS_REJECTED, b,
          secenv_envelope_open_parts(key, secret, padding, HELLO, 5, BYTES(data), BYTES(nonce), &b));
    FAILS(SECENV_STATUS_REJECTED, b,
          secenv_envelope_open_parts(key, secret, SECENV_RSA_PADDING_OAEP_SHA256, HELLO, 4, BYTES(data), BYTES(nonce),
                                     &b));
    FAILS(SECENV_STATUS_REJECTED, b,
          secenv_envelope_open_parts(key, secret, padding, HELLO, 4, BYTES(nonce), BYTES(nonce), &b));
    FAILS(SECENV_STATUS_MALFORMED, b,
          secenv_envelope_open_parts(key, secret, padding, HELLO, 4, BYTES(data), BYTES(data), &b));
    FAILS(SECENV_STATUS_MALFORMED, b,
          secenv_envelope_open_parts(key, secret, padding, HELLO, 4, secenv_bytes_data(data), 15, BYTES(nonce), &b));
    FAILS(SECENV_STATUS_MALFORMED, b, secenv_envelope_open_parts(key, secret, padding, NULL, 0, NULL, 0, NULL, 0, &b));
    FAILS(SECENV_STATUS_INVALID_ARGUMENT, b,
          secenv_envelope_open_parts(key, secret, 2, HELLO, 4, BYTES(data), BYTES(nonce), &b));
    REFUSES_NULL(b, secenv_envelope_open_parts(NULL, secret, padding, HELLO, 4, BYTES(data), BYTES(nonce), &b));
    REFUSES_NULL(b, secenv_envelope_open_parts(key, NULL, padding, HELLO, 4, BYTES(data), BYTES(nonce), &b));
    REFUSES_NULL(b, secenv_envelope_open_parts(key, secret, padding, NULL, 4, BYTES(data), BYTES(nonce), &b));
    REFUSES_NULL(b, secenv_envelope_open_parts(key, secret, padding, HELLO, 4, NULL, 21, BYTES(nonce), &b));
    REFUSES_NULL(b, secenv_envelope_open_parts(key, secret, padding, HELLO, 4, BYTES(data), NULL, 256, &b));
    CHECK(secenv_envelope_open_parts(key, secret, padding, HELLO, 4, BYTES(data), BYTES(nonce), NULL) ==
          SECENV_STATUS_NULL_POINTER);
    secenv_bytes_free(data), secenv_bytes_free(nonce);
    const struct { const uint8_t *tx; const secenv_rsa_public *receiver; const uint8_t *ad, *in; } without[] = {
        {NULL, public_half, HELLO, HELLO},
        {key, NULL, HELLO, HELLO},
        {key, public_half, NULL, HELLO},
        {key, public_half, HELLO, NULL},
    };
    for (size_t i = 0; i < 4; i++) {
        data = STALE;
        REFUSES_NULL(nonce, secenv_envelope_seal_parts(without[i].tx, without[i].receiver, padding, without[i].ad, 5,
                                                       without[i].in, 5, &data, &nonce));
        CHECK(data == NULL);
    }
    REFUSES_NULL(nonce, secenv_envelope_seal_parts(key, public_half, padding, HELLO, 5, HELLO, 5, NULL, &nonce));
    REFUSES_NULL(data, secenv_envelope_seal_parts(key, public_half, padding, HELLO, 5, HELLO, 5, &data, NULL));
    CHECK(secenv_envelope_seal_parts(key, public_half, padding, HELLO, 5, HELLO, 5, (secenv_bytes **)&place,
                                     (secenv_bytes **)&place) == SECENV_STATUS_INVALID_ARGUMENT);
}

static void the_library_and_the_header_are_of_one_version(void) {
    CHECK(strcmp(secenv_version(), SECENV_VERSION) == 0);
}

static void every_status_has_a_name_and_other_numbers_have_none(void) {
    static const struct { int32_t status; const char *name; } statuses[] = {
#define STATUS(name) {SECENV_STATUS_##name, #name}
        STATUS(OK), STATUS(NULL_POINTER), STATUS(INVALID_LENGTH), STATUS(INVALID_ARGUMENT), STATUS(ENCRYPTED_KEY),
        STATUS(CLOSED), STATUS(NOT_FOUND), STATUS(EXISTS), STATUS(WEAK_KEY), STATUS(WRONG_KIND), STATUS(DAMAGED),
        STATUS(NOT_A_FILE), STATUS(UNCONFIRMED), STATUS(MALFORMED), STATUS(REJECTED), STATUS(TOO_LARGE), STATUS(ENDED),
        STATUS(EXPIRED), STATUS(STALE), STATUS(CLOCK), STATUS(FOREIGN), STATUS(NO_KEY), STATUS(OUT_OF_ORDER),
        STATUS(UNAVAILABLE), STATUS(DISK), STATUS(FULL), STATUS(DENIED), STATUS(TOO_MANY_FILES), STATUS(INTERNAL),
    };
    const size_t count = sizeof statuses / sizeof *statuses;
    size_t named = 0;
    for (size_t i = 0; i < count; i++) {
        CHECK(strcmp(secenv_status_name(statuses[i].status), statuses[i].name) == 0);
    }
    for (int32_t number = -1000; number <= 1000; number++) {
        named += strcmp(secenv_status_name(number), "UNKNOWN") != 0;
    }
    CHECK(named == count);
    CHECK(strcmp(secenv_status_name(INT32_MIN), "UNKNOWN") == 0);
    CHECK(strcmp(secenv_status_name(INT32_MAX), "UNKNOWN") == 0);
}

static void every_number_has_a_message(void) {
    for (int32_t status = -50; status <= 50; status++) {
        const char *message = secenv_status_message(status);
        CHECK(message != NULL && strlen(message) > 8);
    }
    CHECK(strcmp(secenv_status_message(0), "it worked") == 0);
    CHECK(secenv_status_message(INT32_MIN) != NULL && secenv_status_message(INT32_MAX) != NULL);
}

static void what_is_no_key_is_described(void) {
    CHECK(strstr(secenv_key_diagnose((const uint8_t *)"ssh-rsa AAAA", 12), "ssh-keygen"));
    CHECK(strstr(secenv_key_diagnose(NULL, 0), "empty"));
    CHECK(strstr(secenv_key_diagnose(NULL, 5), "NULL"));
    CHECK(strstr(secenv_key_diagnose(HELLO, SIZE_MAX), "length"));
}

static void a_password_is_verified_with_a_status(void) {
    char hash[SECENV_PWHASH_STRBYTES];
    CHECK(secenv_pwhash_str(hash, "pw", 2, 1, 8192) == 0);
    const uint8_t *text = (const uint8_t *)hash, *right = (const uint8_t *)"pw", *wrong = (const uint8_t *)"no";
    CHECK(secenv_pwhash_verify(text, sizeof hash, right, 2) == SECENV_STATUS_OK);
    CHECK(secenv_pwhash_verify(text, strlen(hash), right, 2) == SECENV_STATUS_OK);
    CHECK(secenv_pwhash_verify(text, strlen(hash), wrong, 2) == SECENV_STATUS_REJECTED);
    CHECK(secenv_pwhash_verify(text, strlen(hash), NULL, 0) == SECENV_STATUS_REJECTED);
    CHECK(secenv_pwhash_verify(text, strlen(hash) - 1, right, 2) == SECENV_STATUS_MALFORMED);
    CHECK(secenv_pwhash_verify(NULL, 0, right, 2) == SECENV_STATUS_MALFORMED);
    CHECK(secenv_pwhash_verify(NULL, 5, right, 2) == SECENV_STATUS_NULL_POINTER);
    CHECK(secenv_pwhash_verify(text, strlen(hash), NULL, 2) == SECENV_STATUS_NULL_POINTER);
}

int main(int count, char **arguments) {
    if (count != 2) {
        fprintf(stderr, "usage: boundary SECRET.pem\n");
        return 2;
    }
    secenv_rsa_secret *secret = read_secret(arguments[1]);
    secenv_rsa_public *public_half = NULL;
    CHECK(secenv_rsa_secret_public(secret, &public_half) == SECENV_STATUS_OK);

    null_pointers_are_refused(secret, public_half);
    lengths_over_memory_are_refused(secret, public_half);
    empty_inputs_work_where_empty_means_something(secret, public_half);
    other_options_are_refused(secret, public_half);
    forged_cut_and_long_inputs_are_refused(secret, public_half);
    after_failures_everything_still_works(secret, public_half);
    a_public_half_outlives_its_secret(arguments[1]);
    pins_are_read_and_written_as_people_do();
    the_two_parts_of_an_envelope_go_without_json(secret, public_half);
    the_library_and_the_header_are_of_one_version();
    every_number_has_a_message();
    every_status_has_a_name_and_other_numbers_have_none();
    what_is_no_key_is_described();
    a_password_is_verified_with_a_status();

    secenv_rsa_public_free(public_half);
    secenv_rsa_secret_free(secret);
    printf("boundary: %d checks\n", checks);
    return 0;
}
