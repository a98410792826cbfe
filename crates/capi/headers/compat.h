/*
 * libsodium 1.0.22 under our names: `crypto_X`, `sodium_X` and `randombytes_X` are `secenv_X`, `secenv_X` and
 * `secenv_randombytes_X`, with libsodium's signatures, meaning and return values (https://doc.libsodium.org). With
 * `-I include/secenv`, code that says `#include <sodium.h>` compiles unchanged. No call to `secenv_init` is needed.
 */

#define SECENV_MIN(A, B) ((A) < (B) ? (A) : (B))
#define SECENV_SIZE_MAX SECENV_MIN(UINT64_MAX, SIZE_MAX)

/* The length of BIN_LEN bytes in base64, with the NUL, as a constant expression. */
#define SECENV_BASE64_ENCODED_LEN(BIN_LEN, VARIANT) \
  ((BIN_LEN) / 3U > (SIZE_MAX - 5) / 4U \
     ? (size_t) SIZE_MAX \
     : (((BIN_LEN) / 3U) * 4U + \
        ((((BIN_LEN) - ((BIN_LEN) / 3U) * 3U) | (((BIN_LEN) - ((BIN_LEN) / 3U) * 3U) >> 1)) & 1U) * \
          (4U - ((0U - (((VARIANT) & 2U) >> 1)) & (3U - ((BIN_LEN) - ((BIN_LEN) / 3U) * 3U)))) + \
        1U))
