/* Before the tag has been compared, no branch and no address depends on a nonce that RSA decrypted, nor on whether its
 * PKCS#1 padding held. Valgrind is told that the decrypted block is undefined memory, and counts what is decided by
 * it. */
#include <valgrind/memcheck.h>

#include "check.h"

enum { TAG = 16 };

static int decrypted, compared, followed;
static unsigned decided_before_the_tag;

/* aws-lc's functions inside libsecenv, whatever its version: aws_lc_*_RSA_decrypt, aws_lc_*_CRYPTO_memcmp. */
#define DECRYPT I_WRAP_SONAME_FNNAME_ZZ(libsecenvZdsoZa, awsZulcZuZaZuRSAZudecrypt)
#define COMPARE I_WRAP_SONAME_FNNAME_ZZ(libsecenvZdsoZa, awsZulcZuZaZuCRYPTOZumemcmp)

int DECRYPT(void *, size_t *, uint8_t *, size_t, const uint8_t *, size_t, int);
int COMPARE(const void *, const void *, size_t);

int DECRYPT(void *rsa, size_t *out_len, uint8_t *out, size_t max, const uint8_t *in, size_t in_len, int padding) {
    OrigFn original;
    unsigned long done;
    VALGRIND_GET_ORIG_FN(original);
    CALL_FN_W_7W(done, original, rsa, out_len, out, max, in, in_len, padding);
    VALGRIND_MAKE_MEM_UNDEFINED(out, max);
    decrypted++;
    return (int)done;
}

/* The tag: from here on the answer may show. */
int COMPARE(const void *a, const void *b, size_t len) {
    OrigFn original;
    unsigned long differ;
    VALGRIND_GET_ORIG_FN(original);
    CALL_FN_W_WWW(differ, original, a, b, len);
    decided_before_the_tag = VALGRIND_COUNT_ERRORS;
    uint8_t undefined[2][TAG] = {{0}}, none[2][TAG] = {{0}};
    CHECK(len == TAG);
    (void)VALGRIND_GET_VBITS(a, undefined[0], TAG);
    (void)VALGRIND_GET_VBITS(b, undefined[1], TAG);
    followed = memcmp(undefined, none, sizeof none) != 0;
    VALGRIND_MAKE_MEM_DEFINED(&differ, sizeof differ);
    compared++;
    return (int)differ;
}

static void decides_only_at_the_end(const secenv_rsa_secret *secret, const char *json, secenv_status expected) {
    static const uint8_t key[32] = {7};
    secenv_bytes *out = NULL;
    const unsigned before = VALGRIND_COUNT_ERRORS;
    decrypted = compared = 0;
    secenv_status status = secenv_envelope_open(key, secret, SECENV_RSA_PADDING_PKCS1, NULL, 0, (const uint8_t *)json,
                                                strlen(json), &out);
    const unsigned after = VALGRIND_COUNT_ERRORS;
    CHECK(status == expected);
    CHECK(decrypted == 1 && compared == 1);
    CHECK(decided_before_the_tag == before);
    CHECK(followed); /* valgrind saw the nonce go into the tag, */
    CHECK(after - before <= 1); /* and at most the one decision at the end */
    CHECK(status != SECENV_STATUS_OK || after - before == 1);
    secenv_bytes_free(out);
}

/* The same data with another wrapped nonce. */
static void with_nonce(char *json, size_t size, const char *sealed, secenv_bytes *wrapped) {
    char text[SECENV_BASE64_ENCODED_LEN(256, SECENV_BASE64_VARIANT_ORIGINAL)];
    CHECK(secenv_bytes_len(wrapped) == 256);
    CHECK(secenv_bin2base64(text, sizeof text, secenv_bytes_data(wrapped), 256,
                            SECENV_BASE64_VARIANT_ORIGINAL) == text);
    const char *end = strstr(sealed, "\"nonce\"");
    CHECK(end != NULL);
    CHECK(snprintf(json, size, "%.*s\"nonce\":\"%s\"}", (int)(end - sealed), sealed, text) < (int)size);
    secenv_bytes_free(wrapped);
}

int main(int count, char **arguments) {
    if (count != 2 || !RUNNING_ON_VALGRIND) {
        fprintf(stderr, "usage: valgrind ctgrind SECRET.pem\n");
        return 2;
    }
    secenv_rsa_secret *secret = read_secret(arguments[1]);
    secenv_rsa_public *public_half = NULL;
    secenv_bytes *json = NULL;
    static const uint8_t key[32] = {7};
    static char sealed[4096], forged[4096];
    CHECK(secenv_rsa_secret_public(secret, &public_half) == SECENV_STATUS_OK);
    CHECK(secenv_envelope_seal(key, public_half, SECENV_RSA_PADDING_PKCS1, NULL, 0, (const uint8_t *)"meet at noon", 12,
                               &json) == SECENV_STATUS_OK);
    CHECK(secenv_bytes_len(json) < sizeof sealed);
    memcpy(sealed, secenv_bytes_data(json), secenv_bytes_len(json));
    secenv_bytes_free(json);
    CHECK(VALGRIND_COUNT_ERRORS == 0);

    decides_only_at_the_end(secret, sealed, SECENV_STATUS_OK);
    static const uint8_t nonce[64] = {5};
    static const size_t lengths[] = {24, 0, 1, 23, 25, 64};
    secenv_bytes *wrapped = NULL;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        CHECK(secenv_rsa_public_wrap(public_half, SECENV_RSA_PADDING_PKCS1, nonce, lengths[i], &wrapped) == 0);
        with_nonce(forged, sizeof forged, sealed, wrapped);
        decides_only_at_the_end(secret, forged, SECENV_STATUS_REJECTED);
    }
    /* a block of type 1, which is no encryption at all */
    CHECK(secenv_rsa_secret_private_encrypt(secret, nonce, 24, &wrapped) == SECENV_STATUS_OK);
    with_nonce(forged, sizeof forged, sealed, wrapped);
    decides_only_at_the_end(secret, forged, SECENV_STATUS_REJECTED);

    secenv_rsa_public_free(public_half);
    secenv_rsa_secret_free(secret);
    printf("ctgrind: %d checks\n", checks);
    return 0;
}
