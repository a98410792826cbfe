#include <secenv.h>
#include <stdio.h>

#define IN(bytes) secenv_bytes_data(bytes), secenv_bytes_len(bytes)

int main(void) {
    secenv_identity *alice = NULL, *shop = NULL;
    secenv_client *client = NULL;
    secenv_server *server = NULL;
    secenv_session *at_client = NULL, *at_server = NULL;
    secenv_bytes *key = NULL, *hello = NULL, *reply = NULL, *finish = NULL, *welcome = NULL, *spki = NULL;
    secenv_bytes *record = NULL, *text = NULL, *back = NULL, *agreed = NULL;
    const uint8_t *ad = (const uint8_t *)"POST /message", *message = (const uint8_t *)"meet at noon";
    uint64_t number = 0;
    /* The client ships with the pin; the server's workers share a key, and their store of sessions has an id. */
    uint8_t pin[SECENV_PIN_BYTES], cookie_key[SECENV_COOKIE_KEY_BYTES], store_id[SECENV_STORE_ID_BYTES];
    secenv_randombytes_buf(cookie_key, sizeof cookie_key);
    secenv_randombytes_buf(store_id, sizeof store_id);
    secenv_client_config wanted = {0};
    wanted.size = sizeof wanted, wanted.pins = pin, wanted.pin_count = 1, wanted.suite = SECENV_SUITE_X25519_XWING;
    secenv_server_config shared = {0};
    shared.size = sizeof shared, shared.cookie_key = cookie_key, shared.store_id = store_id;
    shared.minimum_suite = SECENV_SUITE_X25519_XWING;

    secenv_status status = secenv_identity_generate(SECENV_IDENTITY_ED25519, &alice);
    if (!status) status = secenv_identity_generate(SECENV_IDENTITY_ED25519, &shop);
    if (!status) status = secenv_identity_public(shop, &key);
    if (!status) status = secenv_identity_pin(IN(key), pin);

    if (!status) status = secenv_client_start(alice, &wanted, &client, &hello);
    if (!status) status = secenv_server_new((const secenv_identity *const *)&shop, 1, &shared, &server);
    if (!status) status = secenv_server_reply(server, IN(hello), &reply);
    if (!status) status = secenv_client_finish(client, IN(reply), &finish);
    if (!status) status = secenv_server_accept(server, IN(finish), &at_server, &welcome, &spki);
    /* Now the application decides by `spki` whether this client may come in, and creates the session in its store. */
    if (!status) status = secenv_client_session(client, IN(welcome), &at_client);

    if (!status) status = secenv_session_seal(at_client, ad, 13, message, 12, &record);
    if (!status) status = secenv_session_open_message(at_server, ad, 13, IN(record), &text);
    if (!status) status = secenv_session_last_received(at_server, &number);
    if (!status) status = secenv_session_reply(at_server, number, ad, 13, (const uint8_t *)"agreed", 6, &back);
    if (!status) status = secenv_session_open_reply(at_client, number, ad, 13, IN(back), &agreed);

    if (!status) printf("%.*s\n", (int)secenv_bytes_len(text), (const char *)secenv_bytes_data(text));
    if (!status) printf("%.*s\n", (int)secenv_bytes_len(agreed), (const char *)secenv_bytes_data(agreed));
    else fprintf(stderr, "%s\n", secenv_status_message(status));

    secenv_bytes_free(agreed), secenv_bytes_free(back), secenv_bytes_free(text), secenv_bytes_free(record);
    secenv_bytes_free(spki), secenv_bytes_free(welcome), secenv_bytes_free(finish), secenv_bytes_free(reply);
    secenv_bytes_free(hello), secenv_bytes_free(key);
    secenv_session_free(at_server), secenv_session_free(at_client);
    secenv_server_free(server), secenv_client_free(client), secenv_identity_free(shop), secenv_identity_free(alice);
    secenv_memzero(cookie_key, sizeof cookie_key);
    return status;
}
