/* Whether the time of opening an envelope, or of unwrapping, says what the decrypted RSA block held: dudect (Reparaz,
 * Balasch, Verbauwhede 2017), asked of the library that is shipped.
 *
 * A class is a way in which a block can be right or wrong. The inputs of all classes of a group are made beforehand,
 * lie in one place when they are used, and are measured in random order. Welch's t compares each pair of classes, over
 * several shares of the fastest times. A |t| of 4.5 or more is a difference only if the same pair and share show it
 * with the same sign in each of three independent rounds. A leak does. Chance does in one comparison of 150,000, and
 * three times in a row practically never.
 *
 * Noise can hide a leak, so the method has to find two first, in openers that return early at a bad padding. It gets as
 * many measurements as that takes, and the library gets as many. */
#include <math.h>
#include <stdbool.h>
#include <time.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "../c/check.h"

enum {
    SIZE = 256, /* of the modulus, and so of a block */
    NONCE = 24,
    DATA = 4096 + 16,
    BATCH = 50, /* inputs of each class that are made at a time */
    CLASSES = 8,
    ROUNDS = 3,
};
static const double LIMIT = 4.5;

/* -- what the blocks hold ------------------------------------------------------------------------------------------ */

enum block {
    RIGHT,           /* 24 bytes, under which the tag does not hold */
    OTHER_LENGTH,    /* a right padding of more bytes, or less */
    FIRST_BYTE,      /* not 0: for OAEP, Manger's */
    SECOND_BYTE,     /* not 2 */
    NO_SEPARATOR,    /* no 0 behind the padding */
    EARLY_SEPARATOR, /* a 0 among the first eight bytes of the padding */
    LABEL,           /* of OAEP, hashed, and not the empty one */
    NO_ONE,          /* no 01 behind the zeros of OAEP */
    TWIN,            /* a right padding of as many bytes as the class before it unwraps to, bad as it is */
};

static const char *const names[] = {
    [RIGHT] = "right padding, wrong tag",
    [OTHER_LENGTH] = "right padding, other length",
    [FIRST_BYTE] = "first byte",
    [SECOND_BYTE] = "second byte",
    [NO_SEPARATOR] = "no separator",
    [EARLY_SEPARATOR] = "early separator",
    [LABEL] = "label",
    [NO_ONE] = "no 01",
    [TWIN] = "right padding of that length",
};

/* splitmix64 with a fixed seed: the inputs and their order. */
static uint64_t seed = 2017;

static uint64_t below(uint64_t end) {
    uint64_t z = seed += 0x9E3779B97F4A7C15;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return (z ^ z >> 31) % end;
}

static void fill(uint8_t *bytes, size_t len) {
    for (size_t i = 0; i < len; i++) {
        bytes[i] = (uint8_t)below(256);
    }
}

static size_t other_length(size_t max) {
    size_t len = below(max);
    return len + (len >= NONCE);
}

/* RFC 8017, 7.2.1. */
static void pkcs1(uint8_t block[SIZE], enum block held, size_t len) {
    uint8_t *const message = block + SIZE - len;
    block[0] = 0;
    block[1] = 2;
    for (uint8_t *byte = block + 2; byte < message - 1; byte++) {
        *byte = (uint8_t)(1 + below(255));
    }
    message[-1] = 0;
    fill(message, len);
    if (held == FIRST_BYTE) {
        block[0] = (uint8_t)(1 + below(0x7F));
    } else if (held == SECOND_BYTE) {
        block[1] = (uint8_t)(3 + below(0xFD));
    } else if (held == EARLY_SEPARATOR) {
        block[2 + below(8)] = 0;
    } else if (held == NO_SEPARATOR) {
        for (uint8_t *byte = message - 1; byte < block + SIZE; byte++) {
            *byte = (uint8_t)(1 + below(255));
        }
    }
}

static const EVP_MD *digest(int32_t padding) {
    return padding == SECENV_RSA_PADDING_OAEP_SHA1 ? EVP_sha1() : EVP_sha256();
}

static void mask(uint8_t *bytes, size_t len, const uint8_t *from, size_t from_len, const EVP_MD *md) {
    uint8_t in[SIZE], out[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    CHECK(from_len + 4 <= sizeof in);
    memcpy(in, from, from_len);
    for (size_t at = 0; at < len; at++) {
        if (size == 0 || at % size == 0) {
            const size_t counter = size == 0 ? 0 : at / size;
            memcpy(in + from_len, (uint8_t[]){0, 0, 0, (uint8_t)counter}, 4);
            CHECK(EVP_Digest(in, from_len + 4, out, &size, md, NULL) == 1);
        }
        bytes[at] ^= out[at % size];
    }
}

/* RFC 8017, 7.1.1. */
static void oaep(uint8_t block[SIZE], enum block held, size_t len, int32_t padding) {
    const EVP_MD *md = digest(padding);
    const size_t size = (size_t)EVP_MD_size(md), db_len = SIZE - 1 - size;
    uint8_t *const salt = block + 1, *const db = salt + size, *const one = block + SIZE - len - 1;
    memset(block, 0, SIZE);
    fill(salt, size);
    CHECK(EVP_Digest(NULL, 0, db, NULL, md, NULL) == 1);
    *one = 1;
    fill(one + 1, len);
    if (held == FIRST_BYTE) {
        block[0] = (uint8_t)(1 + below(0x7F));
    } else if (held == LABEL) {
        db[below(size)] ^= (uint8_t)(1 + below(255));
    } else if (held == NO_ONE) {
        *one = (uint8_t)(2 + below(254));
    }
    mask(db, db_len, salt, size, md);
    mask(salt, size, db, db_len, md);
}

/* -- what is measured ---------------------------------------------------------------------------------------------- */

static const uint8_t session_key[32] = {7};
static uint8_t data[DATA], input[SIZE];
static char json[8192];
static char *json_nonce;
static secenv_rsa_secret *secret;
static EVP_PKEY_CTX *public_half, *secret_half;

static void raw(int (*work)(EVP_PKEY_CTX *, uint8_t *, size_t *, const uint8_t *, size_t), EVP_PKEY_CTX *key,
                uint8_t out[SIZE], const uint8_t in[SIZE]) {
    size_t len = SIZE;
    CHECK(work(key, out, &len, in, SIZE) == 1);
    CHECK(len == SIZE);
}

static void envelope(void) {
    char text[SECENV_BASE64_ENCODED_LEN(DATA, SECENV_BASE64_VARIANT_ORIGINAL)];
    char none[SECENV_BASE64_ENCODED_LEN(SIZE, SECENV_BASE64_VARIANT_ORIGINAL)];
    fill(data, sizeof data);
    secenv_bin2base64(text, sizeof text, data, sizeof data, SECENV_BASE64_VARIANT_ORIGINAL);
    secenv_bin2base64(none, sizeof none, input, sizeof input, SECENV_BASE64_VARIANT_ORIGINAL);
    CHECK(snprintf(json, sizeof json, "{\"data\":\"%s\",\"nonce\":\"%s\"}", text, none) < (int)sizeof json);
    json_nonce = strstr(json, none);
}

static secenv_status opens(int32_t padding, secenv_bytes **out) {
    return secenv_envelope_open(session_key, secret, padding, NULL, 0, (const uint8_t *)json, strlen(json), out);
}

static secenv_status unwraps(int32_t padding, secenv_bytes **out) {
    return secenv_rsa_secret_unwrap(secret, padding, input, sizeof input, out);
}

static secenv_status tag_holds(const uint8_t *nonce) {
    static uint8_t plain[DATA];
    unsigned long long len;
    return secenv_aead_xchacha20poly1305_ietf_decrypt(plain, &len, NULL, data, sizeof data, NULL, 0, nonce,
                                                      session_key) == 0
               ? SECENV_STATUS_OK
               : SECENV_STATUS_REJECTED;
}

/* The two that leak: what everybody writes first. */
static secenv_status opens_pkcs1_with_early_returns(secenv_bytes **out) {
    uint8_t block[SIZE];
    *out = NULL;
    raw(EVP_PKEY_decrypt, secret_half, block, input);
    if (block[0] != 0 || block[1] != 2) {
        return SECENV_STATUS_REJECTED;
    }
    const uint8_t *zero = memchr(block + 2, 0, SIZE - 2);
    if (zero == NULL || zero + 1 + NONCE != block + SIZE) {
        return SECENV_STATUS_REJECTED;
    }
    return tag_holds(zero + 1);
}

static secenv_status opens_oaep_with_early_returns(int32_t padding, secenv_bytes **out) {
    uint8_t block[SIZE], label[EVP_MAX_MD_SIZE];
    const EVP_MD *md = digest(padding);
    const size_t size = (size_t)EVP_MD_size(md), db_len = SIZE - 1 - size;
    uint8_t *const salt = block + 1, *const db = salt + size;
    *out = NULL;
    raw(EVP_PKEY_decrypt, secret_half, block, input);
    if (block[0] != 0) {
        return SECENV_STATUS_REJECTED;
    }
    mask(salt, size, db, db_len, md);
    mask(db, db_len, salt, size, md);
    CHECK(EVP_Digest(NULL, 0, label, NULL, md, NULL) == 1);
    const uint8_t *const one = memchr(db + size, 1, db_len - size);
    if (memcmp(db, label, size) != 0 || one == NULL || one + 1 + NONCE != block + SIZE) {
        return SECENV_STATUS_REJECTED;
    }
    return tag_holds(one + 1);
}

static secenv_status opens_with_early_returns(int32_t padding, secenv_bytes **out) {
    return padding == SECENV_RSA_PADDING_PKCS1 ? opens_pkcs1_with_early_returns(out)
                                               : opens_oaep_with_early_returns(padding, out);
}

/* -- measuring ----------------------------------------------------------------------------------------------------- */

struct group {
    const char *name;
    secenv_status (*call)(int32_t, secenv_bytes **);
    int32_t padding;
    secenv_status answer;
    int classes;
    enum block held[CLASSES];
};

struct slot {
    int class;
    uint8_t wrapped[SIZE];
};

static void make(const struct group *g, int class, struct slot *slots, int at, uint8_t lengths[BATCH]) {
    const enum block held = g->held[class];
    struct slot *slot = &slots[class * BATCH + at];
    const bool is_pkcs1 = g->padding == SECENV_RSA_PADDING_PKCS1;
    size_t len = NONCE;
    uint8_t block[SIZE];
    if (held == OTHER_LENGTH) {
        len = other_length(64);
    } else if (held == TWIN) {
        len = lengths[at];
    }
    if (is_pkcs1) {
        pkcs1(block, held, len);
    } else {
        oaep(block, held, len, g->padding);
    }
    raw(EVP_PKEY_encrypt, public_half, slot->wrapped, block);
    slot->class = class;
    if (class + 1 < g->classes && g->held[class + 1] == TWIN) {
        secenv_bytes *out = NULL;
        CHECK(secenv_rsa_secret_unwrap(secret, g->padding, slot->wrapped, SIZE, &out) == SECENV_STATUS_OK);
        lengths[at] = (uint8_t)secenv_bytes_len(out);
        secenv_bytes_free(out);
    }
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static double once(const struct group *g, const struct slot *slot) {
    char text[SECENV_BASE64_ENCODED_LEN(SIZE, SECENV_BASE64_VARIANT_ORIGINAL)];
    secenv_bytes *out = NULL;
    memcpy(input, slot->wrapped, SIZE);
    secenv_bin2base64(text, sizeof text, input, SIZE, SECENV_BASE64_VARIANT_ORIGINAL);
    memcpy(json_nonce, text, strlen(text));
    const double began = now();
    const secenv_status answer = g->call(g->padding, &out);
    const double took = now() - began;
    CHECK(answer == g->answer);
    secenv_bytes_free(out);
    return took;
}

/* `times[class * each + i]`, in microseconds; `each` is a multiple of BATCH. */
static double *measure(const struct group *g, int each) {
    static struct slot slots[CLASSES * BATCH];
    uint8_t lengths[BATCH];
    const int batch = g->classes * BATCH;
    double *times = malloc(sizeof *times * (size_t)(g->classes * each));
    CHECK(times != NULL);
    for (int done = 0; done < each; done += BATCH) {
        for (int class = 0; class < g->classes; class++) {
            for (int at = 0; at < BATCH; at++) {
                make(g, class, slots, at, lengths);
            }
        }
        int next[CLASSES] = {0};
        for (int left = batch; left > 0; left--) {
            const int drawn = (int)below((uint64_t)left);
            const int class = slots[drawn].class;
            times[class * each + done + next[class]++] = once(g, &slots[drawn]);
            slots[drawn] = slots[left - 1];
        }
    }
    return times;
}

/* -- comparing ----------------------------------------------------------------------------------------------------- */

static const double shares[] = {1, 0.99, 0.95, 0.9, 0.75, 0.5, 0.25, 0.1};
enum { SHARES = sizeof shares / sizeof *shares };

struct sums {
    double n, mean, squares;
};

static void add(struct sums *s, double x) {
    const double delta = x - s->mean;
    s->n++;
    s->mean += delta / s->n;
    s->squares += delta * (x - s->mean);
}

static struct sums up_to(const double *times, int each, double most) {
    struct sums s = {0, 0, 0};
    for (int i = 0; i < each; i++) {
        if (times[i] <= most) {
            add(&s, times[i]);
        }
    }
    return s;
}

static int ascending(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double *sorted(const double *a, int len_a, const double *b, int len_b) {
    double *all = malloc(sizeof *all * (size_t)(len_a + len_b));
    CHECK(all != NULL);
    memcpy(all, a, sizeof *a * (size_t)len_a);
    memcpy(all + len_a, b, sizeof *b * (size_t)len_b);
    qsort(all, (size_t)(len_a + len_b), sizeof *all, ascending);
    return all;
}

static double median(const double *times, int each) {
    double *all = sorted(times, each, times, 0);
    const double middle = all[each / 2];
    free(all);
    return middle;
}

struct comparison {
    double t;        /* the largest of all shares */
    unsigned signs;  /* a bit for each share in which t is too large, and another in which it is too small */
};

static struct comparison compare(const double *a, const double *b, int each) {
    struct comparison c = {0, 0};
    double *both = sorted(a, each, b, each);
    for (size_t i = 0; i < SHARES; i++) {
        const double most = both[(int)(shares[i] * 2 * each) - 1];
        const struct sums x = up_to(a, each, most), y = up_to(b, each, most);
        const double error = sqrt(x.squares / (x.n - 1) / x.n + y.squares / (y.n - 1) / y.n);
        const double t = x.n > 1 && y.n > 1 && error > 0 ? (x.mean - y.mean) / error : 0;
        if (fabs(t) > fabs(c.t)) {
            c.t = t;
        }
        c.signs |= (unsigned)(t >= LIMIT) << 2 * i | (unsigned)(t <= -LIMIT) << (2 * i + 1);
    }
    free(both);
    return c;
}

static bool is_pair(const struct group *g, int a, int b) {
    return g->held[1] != TWIN || (b == a + 1 && g->held[b] == TWIN);
}

/* Whether some pair of classes differs in each round, with a line for each comparison. After the first round it is only
 * about the pairs that differed until then, so that there mostly is no other. */
static bool differ(const struct group *g, int each) {
    unsigned signs[CLASSES][CLASSES];
    bool some = true;
    memset(signs, 0xFF, sizeof signs);
    for (int round = 1; round <= ROUNDS && some; round++) {
        double *times = measure(g, each);
        some = false;
        for (int a = 0; a < g->classes; a++) {
            for (int b = a + 1; b < g->classes; b++) {
                if (!is_pair(g, a, b) || signs[a][b] == 0) {
                    continue;
                }
                const double *x = times + a * each, *y = times + b * each;
                const struct comparison c = compare(x, y, each);
                printf("  round %d, %d each: t = %6.2f, medians %+.2f of %.0f us: %s | %s\n", round, each, c.t,
                       median(x, each) - median(y, each), median(y, each), names[g->held[a]], names[g->held[b]]);
                signs[a][b] &= c.signs;
                some |= signs[a][b] != 0;
            }
        }
        free(times);
    }
    return some;
}

static int passed, failed;

static void test(const char *name, const char *sentence, bool holds) {
    printf("test %s: %s ... %s\n", name, sentence, holds ? "ok" : "FAILED");
    passed += holds;
    failed += !holds;
}

#define PKCS1 SECENV_RSA_PADDING_PKCS1
#define SHA1 SECENV_RSA_PADDING_OAEP_SHA1
#define SHA256 SECENV_RSA_PADDING_OAEP_SHA256
#define REJECTED SECENV_STATUS_REJECTED

static const struct group leaks[] = {
    {"early returns, PKCS#1 v1.5", opens_with_early_returns, PKCS1, REJECTED, 2, {RIGHT, EARLY_SEPARATOR}},
    {"early returns, OAEP SHA-1", opens_with_early_returns, SHA1, REJECTED, 2, {FIRST_BYTE, LABEL}},
};

static const struct group same = {"open, PKCS#1 v1.5", opens, PKCS1, REJECTED, 2, {FIRST_BYTE, FIRST_BYTE}};

static const struct group groups[] = {
    {"open, PKCS#1 v1.5", opens, PKCS1, REJECTED, 6,
     {RIGHT, OTHER_LENGTH, FIRST_BYTE, SECOND_BYTE, NO_SEPARATOR, EARLY_SEPARATOR}},
    {"open, OAEP SHA-1", opens, SHA1, REJECTED, 5, {RIGHT, OTHER_LENGTH, FIRST_BYTE, LABEL, NO_ONE}},
    {"open, OAEP SHA-256", opens, SHA256, REJECTED, 5, {RIGHT, OTHER_LENGTH, FIRST_BYTE, LABEL, NO_ONE}},
    /* The length of what comes out may show: it is in the caller's hands. */
    {"unwrap, PKCS#1 v1.5", unwraps, PKCS1, SECENV_STATUS_OK, 8,
     {FIRST_BYTE, TWIN, SECOND_BYTE, TWIN, NO_SEPARATOR, TWIN, EARLY_SEPARATOR, TWIN}},
    /* So may whether an OAEP padding held: it is the answer. */
    {"unwrap, OAEP SHA-1", unwraps, SHA1, REJECTED, 3, {FIRST_BYTE, LABEL, NO_ONE}},
    {"unwrap, OAEP SHA-256", unwraps, SHA256, REJECTED, 3, {FIRST_BYTE, LABEL, NO_ONE}},
};

static EVP_PKEY_CTX *without_padding(EVP_PKEY *key, int (*init)(EVP_PKEY_CTX *)) {
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
    CHECK(context != NULL && init(context) == 1);
    CHECK(EVP_PKEY_CTX_set_rsa_padding(context, RSA_NO_PADDING) == 1);
    return context;
}

int main(int count, char **arguments) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    int each = count == 3 ? atoi(arguments[2]) / BATCH * BATCH : 0;
    if (each <= 0) {
        fprintf(stderr, "usage: timing SECRET.pem MEASUREMENTS\n");
        return 2;
    }
    FILE *file = fopen(arguments[1], "rb");
    CHECK(file != NULL);
    EVP_PKEY *key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
    CHECK(key != NULL && EVP_PKEY_get_size(key) == SIZE);
    fclose(file);
    public_half = without_padding(key, EVP_PKEY_encrypt_init);
    secret_half = without_padding(key, EVP_PKEY_decrypt_init);
    secret = read_secret(arguments[1]);
    envelope();

    for (size_t i = 0; i < sizeof leaks / sizeof *leaks; i++) {
        bool found = differ(&leaks[i], each);
        for (int doubled = 0; !found && doubled < 4; doubled++) {
            each *= 2;
            found = differ(&leaks[i], each);
        }
        test(leaks[i].name, "the leak is found", found);
    }
    test(same.name, "a class takes as long as itself", !differ(&same, each));
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        test(groups[i].name, "the time does not say what the block held", !differ(&groups[i], each));
    }

    EVP_PKEY_CTX_free(public_half);
    EVP_PKEY_CTX_free(secret_half);
    EVP_PKEY_free(key);
    secenv_rsa_secret_free(secret);
    printf("test result: %s. %d passed; %d failed\n", failed == 0 ? "ok" : "FAILED", passed, failed);
    return failed != 0;
}
