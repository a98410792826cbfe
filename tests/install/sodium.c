/* A program that was written for libsodium, built against an installed libsecenv. */
#include <sodium.h>
#include <stdio.h>

int main(void) {
    unsigned char key[crypto_secretbox_KEYBYTES];
    if (sodium_init() < 0) return 1;
    crypto_secretbox_keygen(key);
    puts(sodium_is_zero(key, sizeof key) ? "zero" : "random");
    return 0;
}
