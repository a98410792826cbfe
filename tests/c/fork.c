/* A process that forks, as PHP's workers do: the child goes on with what its parent began, on threads of its own. */
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

enum { PIECE = 3 << 20, SECONDS = 60 };

#define OK(call) CHECK((call) == SECENV_STATUS_OK)

static char path[] = "/tmp/secenv-fork-XXXXXX";

static void append(int file, secenv_bytes *bytes) {
    CHECK(write(file, secenv_bytes_data(bytes), secenv_bytes_len(bytes)) == (ssize_t)secenv_bytes_len(bytes));
    secenv_bytes_free(bytes);
}

static void push(secenv_parcel_writer *writer, int file, const uint8_t *piece) {
    secenv_bytes *out;
    OK(secenv_parcel_writer_push(writer, piece, PIECE, &out));
    append(file, out);
}

static void a_child_goes_on_with_a_writer_that_had_threads(const secenv_keyring *ring, const secenv_identity *signer,
                                                          const uint8_t *document) {
    const secenv_parcel_config config = {
        .size = sizeof config, .keyring = ring, .signer = signer, .id = "a", .revision = 1, .threads = 4};
    secenv_parcel_writer *writer;
    secenv_bytes *bytes;
    int file = mkstemp(path);
    CHECK(file >= 0);
    OK(secenv_parcel_writer_start(&config, &writer, &bytes));
    append(file, bytes);
    push(writer, file, document);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        alarm(SECONDS); /* a child that hangs is killed */
        push(writer, file, document + PIECE);
        OK(secenv_parcel_writer_finish(writer, &bytes, NULL));
        append(file, bytes);
        secenv_parcel_writer_free(writer);
        _exit(0);
    }
    int status;
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    secenv_parcel_writer_free(writer);
    CHECK(close(file) == 0);
}

static void what_the_child_sealed_opens(const secenv_keyring *ring, const secenv_identity *signer,
                                        const uint8_t *document) {
    secenv_bytes *bytes;
    secenv_parcel *parcel;
    uint8_t pin[SECENV_PIN_BYTES];
    OK(secenv_identity_public(signer, &bytes));
    OK(secenv_identity_pin(BYTES(bytes), pin));
    secenv_bytes_free(bytes);
    OK(secenv_parcel_open_file(path, pin, 1, ring, &parcel));
    OK(secenv_parcel_read(parcel, 0, 3 * PIECE, &bytes));
    CHECK(secenv_bytes_len(bytes) == 2 * PIECE);
    CHECK(memcmp(secenv_bytes_data(bytes), document, 2 * PIECE) == 0);
    secenv_bytes_free(bytes);
    secenv_parcel_free(parcel);
}

int main(void) {
    const uint8_t key[SECENV_UNLOCK_KEY_BYTES] = {7};
    const secenv_unlock_secret unlock = {
        .size = sizeof unlock, .kind = SECENV_UNLOCK_RAW, .secret = key, .secret_len = sizeof key};
    secenv_keyring *ring;
    secenv_identity *signer;
    uint8_t *document = malloc(2 * PIECE);
    CHECK(document != NULL);
    for (size_t at = 0; at < 2 * PIECE; at++) document[at] = (uint8_t)(at * 31 + at / 4096);
    OK(secenv_keyring_generate(&unlock, 1000000, &ring));
    OK(secenv_identity_generate(SECENV_IDENTITY_ED25519, &signer));
    a_child_goes_on_with_a_writer_that_had_threads(ring, signer, document);
    what_the_child_sealed_opens(ring, signer, document);
    CHECK(unlink(path) == 0);
    secenv_keyring_free(ring);
    secenv_identity_free(signer);
    free(document);
    printf("fork: %d checks\n", checks);
    return 0;
}
