/* The largest text that is read at all, made to cost memory: bounded by a limit on the process. */
#include <sys/resource.h>

#include "check.h"

enum { JSON = 64 << 20 };

static void opens_nothing(const secenv_rsa_secret *secret, const uint8_t *json, size_t len, secenv_status expected) {
    const uint8_t key[32] = {0};
    secenv_bytes *out = STALE;
    CHECK(secenv_envelope_open(key, secret, 4, NULL, 0, json, len, &out) == expected);
    CHECK(out == NULL);
}

int main(int count, char **arguments) {
    if (count != 2) {
        fprintf(stderr, "usage: hostile SECRET.pem\n");
        return 2;
    }
    secenv_rsa_secret *secret = read_secret(arguments[1]);
    /* the text itself, one copy of its bytes, and space for the process */
    const struct rlimit limit = {200 << 20, 200 << 20};
    CHECK(setrlimit(RLIMIT_AS, &limit) == 0);
    /* 256 MiB are not to be had, which makes no password wrong. */
    static const uint8_t hash[] =
        "$argon2id$v=19$m=262144,t=2,p=1$kxFpSiWq1D7XvMjuzbbfdw$736K3TWLcnkezKO1WZdAKbGRmM1v0gq38U0Md3O+UwA";
    const uint8_t *password = (const uint8_t *)"pw";
    CHECK(secenv_pwhash_verify(hash, sizeof hash - 1, password, 2) == SECENV_STATUS_UNAVAILABLE);
    uint8_t *json = malloc(JSON);
    CHECK(json != NULL);

    static const char *const bombs[] = {
        "[", "{\"a\":", "{\"a\":[", "\"", " ", "1", "{\"data\":\"", "{\"x\":[[[[", "\\u0041",
    };
    for (size_t i = 0; i < sizeof bombs / sizeof *bombs; i++) {
        size_t len = strlen(bombs[i]);
        for (size_t at = 0; at < JSON; at += len) {
            memcpy(json + at, bombs[i], len < JSON - at ? len : JSON - at);
        }
        opens_nothing(secret, json, JSON, SECENV_STATUS_MALFORMED);
    }

    /* a well formed envelope of that size, under another key */
    static const char head[] = "{\"data\":\"", middle[] = "\",\"nonce\":\"", tail[] = "\"}";
    const size_t nonce = 344, data = (JSON - sizeof head - sizeof middle - sizeof tail - nonce) / 4 * 4;
    uint8_t *at = json;
    memcpy(at, head, strlen(head)), at += strlen(head);
    memset(at, 'A', data), at += data;
    memcpy(at, middle, strlen(middle)), at += strlen(middle);
    memset(at, 'A', nonce), at[nonce - 1] = '=', at[nonce - 2] = '=', at += nonce; /* 256 bytes */
    memcpy(at, tail, strlen(tail)), at += strlen(tail);
    opens_nothing(secret, json, (size_t)(at - json), SECENV_STATUS_REJECTED);

    free(json);
    secenv_rsa_secret_free(secret);
    printf("hostile: %d checks\n", checks);
    return 0;
}
