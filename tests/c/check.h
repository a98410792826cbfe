/* A test is a sentence; the first that does not hold ends the program. */
#ifndef CHECK_H
#define CHECK_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <secenv.h>

#define CHECK(sentence)                                                                                      \
    do {                                                                                                     \
        checks++;                                                                                            \
        if (!(sentence)) {                                                                                   \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #sentence);                    \
            exit(1);                                                                                         \
        }                                                                                                    \
    } while (0)

static int checks;

/* A handle that is no handle: a call that fails has to overwrite it with NULL. */
#define STALE ((void *)(uintptr_t)0x5EC)

/* A call with a pointer that may not be NULL: it says so and gives nothing. */
#define REFUSES_NULL(out, call)                     \
    do {                                            \
        (out) = STALE;                              \
        CHECK((call) == SECENV_STATUS_NULL_POINTER); \
        CHECK((out) == NULL);                       \
    } while (0)

#define FAILS(status, out, call)     \
    do {                             \
        (out) = STALE;               \
        CHECK((call) == (status));   \
        CHECK((out) == NULL);        \
    } while (0)

/* Bytes that a function writes to the caller's memory are not touched after a failure. */
#define LEAVES(status, place, call)                                     \
    do {                                                                \
        uint8_t before[sizeof(place)];                                  \
        memset(&(place), 0x77, sizeof(place));                          \
        memcpy(before, &(place), sizeof(place));                        \
        CHECK((call) == (status));                                      \
        CHECK(memcmp(before, &(place), sizeof(place)) == 0);            \
    } while (0)

/* The bytes behind a handle, as a function takes them. */
#define BYTES(bytes) secenv_bytes_data(bytes), secenv_bytes_len(bytes)

struct text {
    uint8_t *data;
    size_t len;
};

static inline struct text read_file(const char *path) {
    struct text text = {malloc(1 << 16), 0};
    FILE *file = fopen(path, "rb");
    if (file == NULL || text.data == NULL) {
        perror(path);
        exit(1);
    }
    text.len = fread(text.data, 1, 1 << 16, file);
    fclose(file);
    return text;
}

static inline secenv_rsa_secret *read_secret(const char *path) {
    struct text pem = read_file(path);
    secenv_rsa_secret *secret = NULL;
    CHECK(secenv_rsa_secret_parse(pem.data, pem.len, &secret) == SECENV_STATUS_OK);
    free(pem.data);
    return secret;
}

#endif
