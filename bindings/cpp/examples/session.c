#include <secenv.h>
#include <stdio.h>

#define IN(bytes) secenv_bytes_data(bytes), secenv_bytes_len(bytes)

int main(void) {
    secenv_identity *alice = NULL, *shop = NULL;
    secenv_client *client = NULL;
    secenv_server *server = NULL;
    secenv_session *at_client = NULL, *at_server = NULL;
    secenv_bytes *key = NULL, *hello = NULL, *reply = NULL, *finish = NULL, *spki = NULL, *record = NULL, *text = NULL;
    secenv_bytes *back = NULL, *agreed = NULL;
    const uint8_t *ad = (const uint8_t *)"POST /message", *message = (const uint8_t *)"meet at noon";
    uint64_t number = 0;
    uint8_t pin[32], state_key[32]; /* the client ships with the pin; the server's workers share the key */
    secenv_randombytes_buf(state_key, sizeof state_key);

    secenv_status status = secenv_identity_generate(SECENV_IDENTITY_ED25519, &alice);
    if (!status) status = secenv_identity_generate(SECENV_IDENTITY_ED25519, &shop);
    if (!status) status = secenv_identity_public(shop, &key);
    if (!status) status = secenv_identity_pin(IN(key), pin);

    if (!status) status = secenv_client_start(alice, pin, SECENV_SUITE_X25519_XWING, &client, &hello);
    if (!status) status = secenv_server_new(shop, state_key, SECENV_SUITE_X25519_XWING, &server);
    if (!status) status = secenv_server_reply(server, IN(hello), &reply);
    if (!status) status = secenv_client_finish(client, IN(reply), &at_client, &finish);
    if (!status) status = secenv_server_accept(server, IN(finish), &at_server, &spki);
    /* Now the application decides by `spki` whether this client may come in. */

    if (!status) status = secenv_session_seal(at_client, ad, 13, message, 12, &record);
    if (!status) status = secenv_session_open(at_server, ad, 13, IN(record), &text);
    if (!status) status = secenv_session_last_received(at_server, &number);
    if (!status) status = secenv_session_reply(at_server, number, ad, 13, (const uint8_t *)"agreed", 6, &back);
    if (!status) status = secenv_session_open_reply(at_client, number, ad, 13, IN(back), &agreed);

    if (!status) printf("%.*s\n", (int)secenv_bytes_len(text), (const char *)secenv_bytes_data(text));
    if (!status) printf("%.*s\n", (int)secenv_bytes_len(agreed), (const char *)secenv_bytes_data(agreed));
    else fprintf(stderr, "%s\n", secenv_status_message(status));

    secenv_bytes_free(agreed), secenv_bytes_free(back), secenv_bytes_free(text);
    secenv_bytes_free(record), secenv_bytes_free(spki), secenv_bytes_free(finish), secenv_bytes_free(reply);
    secenv_bytes_free(hello), secenv_bytes_free(key);
    secenv_session_free(at_server), secenv_session_free(at_client);
    secenv_server_free(server), secenv_client_free(client), secenv_identity_free(shop), secenv_identity_free(alice);
    return status;
}
