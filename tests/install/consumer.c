/* What a program over an installed libsecenv looks like, in C. */
#include <secenv.h>
#include <stdio.h>

int main(void) {
    unsigned char public_half[SECENV_KX_PUBLICKEYBYTES], secret_half[SECENV_KX_SECRETKEYBYTES];
    if (secenv_kx_keypair(public_half, secret_half) != 0) return 1;
    secenv_memzero(secret_half, sizeof secret_half);
    puts(SECENV_VERSION);
    return 0;
}
