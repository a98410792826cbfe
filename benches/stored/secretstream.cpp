// What a team writes with libsodium for a large file: secretstream in chunks of 64 KiB.
//   secretstream seal|open IN OUT
#include <sodium.h>

#include <cstdio>
#include <cstring>
#include <vector>

int main(int argc, char** argv) {
    if (argc != 4 || sodium_init() < 0) return 2;
    constexpr std::size_t chunk = 65536, more = crypto_secretstream_xchacha20poly1305_ABYTES;
    const unsigned char key[crypto_secretstream_xchacha20poly1305_KEYBYTES] = {7};
    std::FILE *in = std::fopen(argv[2], "rb"), *out = std::fopen(argv[3], "wb");
    if (in == nullptr || out == nullptr) return 4;
    const bool sealing = std::strcmp(argv[1], "seal") == 0;
    crypto_secretstream_xchacha20poly1305_state state;
    unsigned char header[crypto_secretstream_xchacha20poly1305_HEADERBYTES];
    if (sealing) {
        crypto_secretstream_xchacha20poly1305_init_push(&state, header, key);
        std::fwrite(header, 1, sizeof header, out);
    } else if (std::fread(header, 1, sizeof header, in) != sizeof header ||
               crypto_secretstream_xchacha20poly1305_init_pull(&state, header, key) != 0) {
        return 3;
    }
    std::vector<unsigned char> from(chunk + more), to(chunk + more);
    for (bool last = false; !last;) {
        const auto len = std::fread(from.data(), 1, sealing ? chunk : chunk + more, in);
        last = std::feof(in) != 0;
        unsigned long long made = 0;
        unsigned char tag = last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0;
        if (sealing) {
            crypto_secretstream_xchacha20poly1305_push(&state, to.data(), &made, from.data(), len, nullptr, 0, tag);
        } else if (len == 0) {
            break;
        } else if (crypto_secretstream_xchacha20poly1305_pull(&state, to.data(), &made, &tag, from.data(), len, nullptr,
                                                              0) != 0) {
            return 3;
        }
        if (std::fwrite(to.data(), 1, made, out) != made) return 4;
    }
    return std::fclose(out) == 0 ? 0 : 4;
}
