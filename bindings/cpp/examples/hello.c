#include <secenv.h>
#include <stdio.h>

int main(void) {
    secenv_rsa_secret *secret = NULL;
    secenv_rsa_public *public_half = NULL;
    secenv_bytes *json = NULL, *text = NULL;
    const int32_t oaep = SECENV_RSA_PADDING_OAEP_SHA1;
    const uint8_t *ad = (const uint8_t *)"hello", *message = (const uint8_t *)"meet at noon";
    unsigned char key[32]; /* what secenv_kx_client_session_keys gives */
    secenv_randombytes_buf(key, sizeof key);

    secenv_status status = secenv_rsa_secret_generate(2048, &secret);
    if (!status) status = secenv_rsa_secret_public(secret, &public_half);
    if (!status) status = secenv_envelope_seal(key, public_half, oaep, ad, 5, message, 12, &json);
    if (!status) status = secenv_envelope_open(key, secret, oaep, ad, 5, secenv_bytes_data(json),
                                               secenv_bytes_len(json), &text);
    if (!status) printf("%.*s\n", (int)secenv_bytes_len(text), (const char *)secenv_bytes_data(text));
    else fprintf(stderr, "%s\n", secenv_status_message(status));

    secenv_bytes_free(text), secenv_bytes_free(json);
    secenv_rsa_public_free(public_half), secenv_rsa_secret_free(secret);
    return status;
}
