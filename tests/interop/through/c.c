// libsecenv through C. It speaks the lines of tests/peers/README.md.
#define _POSIX_C_SOURCE 200809L

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <secenv.h>

enum { MOST = 64 };

typedef struct {
    uint8_t *data;
    size_t len;
} field;

typedef struct {
    field at[MOST];
    size_t count;
} fields;

// Space for one more field, which is at least one byte long so that it is never NULL.
static uint8_t *space_for(fields *out, size_t len) {
    uint8_t *data = calloc(len + 1, 1);
    if (data == NULL || out->count == MOST) abort();
    out->at[out->count++] = (field){data, len};
    return data;
}

static void empty(fields *all) {
    for (size_t i = 0; i < all->count; i++) {
        secenv_memzero(all->at[i].data, all->at[i].len);
        free(all->at[i].data);
    }
    all->count = 0;
}

// What the library gave becomes a field, and is freed.
static bool take(fields *out, secenv_status status, secenv_bytes *bytes) {
    if (status == SECENV_STATUS_OK) {
        size_t len = secenv_bytes_len(bytes);
        uint8_t *data = space_for(out, len);
        if (len > 0) memcpy(data, secenv_bytes_data(bytes), len);
    }
    secenv_bytes_free(bytes);
    return status == SECENV_STATUS_OK;
}

static bool name(const fields *in, fields *out) {
    (void)in;
    memcpy(space_for(out, 8), "secenv c", 8);
    return true;
}

static bool kx_public(const fields *in, fields *out) {
    uint8_t secret[SECENV_KX_SECRETKEYBYTES];
    return secenv_kx_seed_keypair(space_for(out, SECENV_KX_PUBLICKEYBYTES), secret, in->at[0].data) == 0;
}

typedef int session_keys(uint8_t *, uint8_t *, const uint8_t *, const uint8_t *, const uint8_t *);

static bool kx(session_keys *derive, const fields *in, fields *out) {
    uint8_t public[SECENV_KX_PUBLICKEYBYTES], secret[SECENV_KX_SECRETKEYBYTES];
    uint8_t *rx = space_for(out, SECENV_KX_SESSIONKEYBYTES), *tx = space_for(out, SECENV_KX_SESSIONKEYBYTES);
    return secenv_kx_seed_keypair(public, secret, in->at[0].data) == 0 &&
           derive(rx, tx, public, secret, in->at[1].data) == 0;
}

static bool kx_client(const fields *in, fields *out) { return kx(secenv_kx_client_session_keys, in, out); }
static bool kx_server(const fields *in, fields *out) { return kx(secenv_kx_server_session_keys, in, out); }

static secenv_rsa_secret *secret_key(const field *pem) {
    secenv_rsa_secret *key = NULL;
    return secenv_rsa_secret_parse(pem->data, pem->len, &key) == SECENV_STATUS_OK ? key : NULL;
}

static secenv_rsa_public *public_key(const field *pem) {
    secenv_rsa_public *key = NULL;
    return secenv_rsa_public_parse(pem->data, pem->len, &key) == SECENV_STATUS_OK ? key : NULL;
}

// A key that could not be read is NULL from here on: the library answers NULL_POINTER, and that is a refusal too.
static bool proof_make(const fields *in, fields *out) {
    secenv_rsa_secret *key = secret_key(&in->at[0]);
    secenv_bytes *proof = NULL;
    secenv_status status = secenv_rsa_secret_private_encrypt(key, in->at[1].data, in->at[1].len, &proof);
    secenv_rsa_secret_free(key);
    return take(out, status, proof);
}

static bool proof_open(const fields *in, fields *out) {
    secenv_rsa_public *key = public_key(&in->at[0]);
    secenv_bytes *message = NULL;
    secenv_status status = secenv_rsa_public_public_decrypt(key, in->at[1].data, in->at[1].len, &message);
    secenv_rsa_public_free(key);
    return take(out, status, message);
}

static bool rsa_wrap(const fields *in, fields *out) {
    secenv_rsa_public *key = public_key(&in->at[0]);
    secenv_bytes *wrapped = NULL;
    secenv_status status = secenv_rsa_public_wrap(key, in->at[1].data[0], in->at[2].data, in->at[2].len, &wrapped);
    secenv_rsa_public_free(key);
    return take(out, status, wrapped);
}

static bool rsa_unwrap(const fields *in, fields *out) {
    secenv_rsa_secret *key = secret_key(&in->at[0]);
    secenv_bytes *message = NULL;
    secenv_status status = secenv_rsa_secret_unwrap(key, in->at[1].data[0], in->at[2].data, in->at[2].len, &message);
    secenv_rsa_secret_free(key);
    return take(out, status, message);
}

static bool envelope_seal(const fields *in, fields *out) {
    const field *tx = &in->at[0], *padding = &in->at[2], *ad = &in->at[3], *message = &in->at[4];
    secenv_rsa_public *key = public_key(&in->at[1]);
    secenv_bytes *json = NULL;
    secenv_status status =
        secenv_envelope_seal(tx->data, key, padding->data[0], ad->data, ad->len, message->data, message->len, &json);
    secenv_rsa_public_free(key);
    return take(out, status, json);
}

static bool envelope_open(const fields *in, fields *out) {
    const field *rx = &in->at[0], *padding = &in->at[2], *ad = &in->at[3], *json = &in->at[4];
    secenv_rsa_secret *key = secret_key(&in->at[1]);
    secenv_bytes *message = NULL;
    secenv_status status =
        secenv_envelope_open(rx->data, key, padding->data[0], ad->data, ad->len, json->data, json->len, &message);
    secenv_rsa_secret_free(key);
    return take(out, status, message);
}

static bool box_public(const fields *in, fields *out) {
    uint8_t secret[SECENV_BOX_SECRETKEYBYTES];
    return secenv_box_seed_keypair(space_for(out, SECENV_BOX_PUBLICKEYBYTES), secret, in->at[0].data) == 0;
}

static bool box_make(const fields *in, fields *out) {
    const field *receiver = &in->at[1], *nonce = &in->at[2], *message = &in->at[3];
    uint8_t public[SECENV_BOX_PUBLICKEYBYTES], secret[SECENV_BOX_SECRETKEYBYTES];
    uint8_t *box = space_for(out, message->len + SECENV_BOX_MACBYTES);
    return secenv_box_seed_keypair(public, secret, in->at[0].data) == 0 &&
           secenv_box_easy(box, message->data, message->len, nonce->data, receiver->data, secret) == 0;
}

static bool box_open(const fields *in, fields *out) {
    const field *sender = &in->at[1], *nonce = &in->at[2], *box = &in->at[3];
    if (box->len < SECENV_BOX_MACBYTES) return false;
    uint8_t public[SECENV_BOX_PUBLICKEYBYTES], secret[SECENV_BOX_SECRETKEYBYTES];
    uint8_t *message = space_for(out, box->len - SECENV_BOX_MACBYTES);
    return secenv_box_seed_keypair(public, secret, in->at[0].data) == 0 &&
           secenv_box_open_easy(message, box->data, box->len, nonce->data, sender->data, secret) == 0;
}

static bool seal_make(const fields *in, fields *out) {
    const field *receiver = &in->at[0], *message = &in->at[1];
    uint8_t *sealed = space_for(out, message->len + SECENV_BOX_SEALBYTES);
    return secenv_box_seal(sealed, message->data, message->len, receiver->data) == 0;
}

static bool seal_open(const fields *in, fields *out) {
    const field *sealed = &in->at[1];
    if (sealed->len < SECENV_BOX_SEALBYTES) return false;
    uint8_t public[SECENV_BOX_PUBLICKEYBYTES], secret[SECENV_BOX_SECRETKEYBYTES];
    uint8_t *message = space_for(out, sealed->len - SECENV_BOX_SEALBYTES);
    return secenv_box_seed_keypair(public, secret, in->at[0].data) == 0 &&
           secenv_box_seal_open(message, sealed->data, sealed->len, public, secret) == 0;
}

static bool sign_public(const fields *in, fields *out) {
    uint8_t secret[SECENV_SIGN_SECRETKEYBYTES];
    return secenv_sign_seed_keypair(space_for(out, SECENV_SIGN_PUBLICKEYBYTES), secret, in->at[0].data) == 0;
}

static bool sign_make(const fields *in, fields *out) {
    uint8_t public[SECENV_SIGN_PUBLICKEYBYTES], secret[SECENV_SIGN_SECRETKEYBYTES];
    uint8_t *signature = space_for(out, SECENV_SIGN_BYTES);
    return secenv_sign_seed_keypair(public, secret, in->at[0].data) == 0 &&
           secenv_sign_detached(signature, NULL, in->at[1].data, in->at[1].len, secret) == 0;
}

static bool sign_check(const fields *in, fields *out) {
    (void)out;
    return secenv_sign_verify_detached(in->at[1].data, in->at[2].data, in->at[2].len, in->at[0].data) == 0;
}

static bool stream_make(const fields *in, fields *out) {
    secenv_secretstream_xchacha20poly1305_state state;
    uint8_t *header = space_for(out, SECENV_SECRETSTREAM_XCHACHA20POLY1305_HEADERBYTES);
    if (secenv_secretstream_xchacha20poly1305_init_push(&state, header, in->at[0].data) != 0) return false;
    for (size_t i = 1; i < in->count; i++) {
        uint8_t *sealed = space_for(out, in->at[i].len + SECENV_SECRETSTREAM_XCHACHA20POLY1305_ABYTES);
        uint8_t tag = i + 1 == in->count ? SECENV_SECRETSTREAM_XCHACHA20POLY1305_TAG_FINAL
                                         : SECENV_SECRETSTREAM_XCHACHA20POLY1305_TAG_MESSAGE;
        if (secenv_secretstream_xchacha20poly1305_push(&state, sealed, NULL, in->at[i].data, in->at[i].len, NULL, 0,
                                                       tag) != 0) {
            return false;
        }
    }
    return true;
}

static bool stream_open(const fields *in, fields *out) {
    secenv_secretstream_xchacha20poly1305_state state;
    if (secenv_secretstream_xchacha20poly1305_init_pull(&state, in->at[1].data, in->at[0].data) != 0) return false;
    for (size_t i = 2; i < in->count; i++) {
        const field *sealed = &in->at[i];
        if (sealed->len < SECENV_SECRETSTREAM_XCHACHA20POLY1305_ABYTES) return false;
        uint8_t *chunk = space_for(out, sealed->len - SECENV_SECRETSTREAM_XCHACHA20POLY1305_ABYTES), tag = 0;
        if (secenv_secretstream_xchacha20poly1305_pull(&state, chunk, NULL, &tag, sealed->data, sealed->len, NULL,
                                                       0) != 0) {
            return false;
        }
        if ((tag == SECENV_SECRETSTREAM_XCHACHA20POLY1305_TAG_FINAL) != (i + 1 == in->count)) return false;
    }
    return true;
}

static bool secretbox_make(const fields *in, fields *out) {
    const field *key = &in->at[0], *nonce = &in->at[1], *message = &in->at[2];
    uint8_t *box = space_for(out, message->len + SECENV_SECRETBOX_MACBYTES);
    return secenv_secretbox_easy(box, message->data, message->len, nonce->data, key->data) == 0;
}

static bool secretbox_open(const fields *in, fields *out) {
    const field *key = &in->at[0], *nonce = &in->at[1], *box = &in->at[2];
    if (box->len < SECENV_SECRETBOX_MACBYTES) return false;
    uint8_t *message = space_for(out, box->len - SECENV_SECRETBOX_MACBYTES);
    return secenv_secretbox_open_easy(message, box->data, box->len, nonce->data, key->data) == 0;
}

// How long each field must be; ANY does not matter, MORE is any number of further ones.
enum { END, ANY = -1, MORE = -2 };

static const struct {
    const char *verb;
    bool (*run)(const fields *in, fields *out);
    int lengths[6];
} verbs[] = {
    {"name", name, {END}},
    {"kx-public", kx_public, {32}},
    {"kx-client", kx_client, {32, 32}},
    {"kx-server", kx_server, {32, 32}},
    {"proof-make", proof_make, {ANY, ANY}},
    {"proof-open", proof_open, {ANY, ANY}},
    {"rsa-wrap", rsa_wrap, {ANY, 1, ANY}},
    {"rsa-unwrap", rsa_unwrap, {ANY, 1, ANY}},
    {"envelope-seal", envelope_seal, {32, ANY, 1, ANY, ANY}},
    {"envelope-open", envelope_open, {32, ANY, 1, ANY, ANY}},
    {"box-public", box_public, {32}},
    {"box-make", box_make, {32, 32, 24, ANY}},
    {"box-open", box_open, {32, 32, 24, ANY}},
    {"seal-make", seal_make, {32, ANY}},
    {"seal-open", seal_open, {32, ANY}},
    {"sign-public", sign_public, {32}},
    {"sign-make", sign_make, {32, ANY}},
    {"sign-check", sign_check, {32, 64, ANY}},
    {"stream-make", stream_make, {32, ANY, MORE}},
    {"stream-open", stream_open, {32, 24, ANY, MORE}},
    {"secretbox-make", secretbox_make, {32, 24, ANY}},
    {"secretbox-open", secretbox_open, {32, 24, ANY}},
};

static bool fits(const int *lengths, const fields *in) {
    for (size_t i = 0; i < in->count; i++, lengths++) {
        if (*lengths == MORE) return true;
        if (*lengths != ANY && (*lengths == END || (size_t)*lengths != in->at[i].len)) return false;
    }
    return *lengths == END || *lengths == MORE;
}

static bool read_fields(char *words, fields *in) {
    for (char *word = strtok(words, " "); word != NULL; word = strtok(NULL, " ")) {
        size_t digits = strcmp(word, "-") == 0 ? 0 : strlen(word), len = 0;
        if (in->count == MOST - 1) return false;  // stream-make gives one field more than it takes
        if (secenv_hex2bin(space_for(in, digits / 2), digits / 2, word, digits, NULL, &len, NULL) != 0) return false;
    }
    return true;
}

static void print_fields(const fields *out) {
    for (size_t i = 0; i < out->count; i++) {
        size_t len = out->at[i].len;
        char *hex = malloc(2 * len + 1);
        if (hex == NULL) abort();
        printf(" %s", len == 0 ? "-" : secenv_bin2hex(hex, 2 * len + 1, out->at[i].data, len));
        free(hex);
    }
}

static void answer(char *line) {
    char *words = strchr(line, ' ');
    if (words != NULL) *words++ = '\0';
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(line, verbs[i].verb) != 0) continue;
        static fields in, out;
        bool taken = (words == NULL || read_fields(words, &in)) && fits(verbs[i].lengths, &in);
        bool done = taken && verbs[i].run(&in, &out);
        printf(done ? "ok" : "no");
        if (done) print_fields(&out);
        empty(&in);
        empty(&out);
        return;
    }
    printf("what");
}

int main(void) {
    if (secenv_init() < 0) return 1;
    char *line = NULL;
    size_t size = 0;
    for (ssize_t len; (len = getline(&line, &size, stdin)) > 0;) {
        if (line[len - 1] == '\n') line[len - 1] = '\0';
        answer(line);
        printf("\n");
        fflush(stdout);
    }
    free(line);
    return 0;
}
