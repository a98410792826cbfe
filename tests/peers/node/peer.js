'use strict';

// A peer of the deployed protocol with libsodium-wrappers and node:crypto.
// `tests/peers/README.md` has the lines it speaks.
const { constants, privateEncrypt, publicDecrypt } = require('node:crypto');
const { createInterface } = require('node:readline');
const sodium = require('libsodium-wrappers');
const { OAEP_SHA1, OAEP_SHA256, PKCS1, open, rsaUnwrap, rsaWrap, seal } = require('./deployed.js');

const { RSA_PKCS1_PADDING } = constants;

class Refused extends Error {}

function need(good) {
    if (!good) {
        throw new Refused();
    }
}

function paddingOf(byte) {
    need(byte.length === 1 && [PKCS1, OAEP_SHA1, OAEP_SHA256].includes(byte[0]));
    return byte[0];
}

function sessionKeys(compute, seed, peer) {
    const me = sodium.crypto_kx_seed_keypair(seed);
    const { sharedRx, sharedTx } = compute(me.publicKey, me.privateKey, peer);
    return [sharedRx, sharedTx];
}

function streamMake(key, ...chunks) {
    need(chunks.length > 0);
    const { state, header } = sodium.crypto_secretstream_xchacha20poly1305_init_push(key);
    const sealed = chunks.map((chunk, i) => {
        const tag = i + 1 === chunks.length
            ? sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL
            : sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
        return sodium.crypto_secretstream_xchacha20poly1305_push(state, chunk, null, tag);
    });
    return [header, ...sealed];
}

function streamOpen(key, header, ...sealed) {
    need(sealed.length > 0);
    const state = sodium.crypto_secretstream_xchacha20poly1305_init_pull(header, key);
    return sealed.map((piece, i) => {
        const pulled = sodium.crypto_secretstream_xchacha20poly1305_pull(state, piece, null);
        const final = pulled.tag === sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL;
        need(final === (i + 1 === sealed.length));
        return pulled.message;
    });
}

const boxKeys = (seed) => sodium.crypto_box_seed_keypair(seed);
const signKeys = (seed) => sodium.crypto_sign_seed_keypair(seed);

/** What to do for each verb: fields in, fields out; whatever is thrown is a refusal. */
const verbs = {
    'name': () => [Buffer.from('node libsodium-wrappers node:crypto')],

    'kx-public': (seed) => [sodium.crypto_kx_seed_keypair(seed).publicKey],
    'kx-client': (seed, server) => sessionKeys(sodium.crypto_kx_client_session_keys, seed, server),
    'kx-server': (seed, client) => sessionKeys(sodium.crypto_kx_server_session_keys, seed, client),

    'proof-make': (key, message) => [privateEncrypt({ key, padding: RSA_PKCS1_PADDING }, message)],
    'proof-open': (key, proof) => [publicDecrypt({ key, padding: RSA_PKCS1_PADDING }, proof)],
    'rsa-wrap': (key, padding, message) => [rsaWrap(key, paddingOf(padding), message)],
    'rsa-unwrap': (key, padding, wrapped) => [rsaUnwrap(key, paddingOf(padding), wrapped)],

    'envelope-seal': (tx, key, padding, ad, message) => [Buffer.from(seal(tx, key, paddingOf(padding), ad, message))],
    'envelope-open': (rx, key, padding, ad, json) => [open(rx, key, paddingOf(padding), ad, json.toString())],

    'box-public': (seed) => [boxKeys(seed).publicKey],
    'box-make': (seed, receiver, nonce, message) =>
        [sodium.crypto_box_easy(message, nonce, receiver, boxKeys(seed).privateKey)],
    'box-open': (seed, sender, nonce, box) =>
        [sodium.crypto_box_open_easy(box, nonce, sender, boxKeys(seed).privateKey)],
    'seal-make': (receiver, message) => [sodium.crypto_box_seal(message, receiver)],
    'seal-open': (seed, sealed) => {
        const { publicKey, privateKey } = boxKeys(seed);
        return [sodium.crypto_box_seal_open(sealed, publicKey, privateKey)];
    },

    'sign-public': (seed) => [signKeys(seed).publicKey],
    'sign-make': (seed, message) => [sodium.crypto_sign_detached(message, signKeys(seed).privateKey)],
    'sign-check': (key, signature, message) => {
        need(sodium.crypto_sign_verify_detached(signature, message, key));
        return [];
    },

    'stream-make': streamMake,
    'stream-open': streamOpen,

    'secretbox-make': (key, nonce, message) => [sodium.crypto_secretbox_easy(message, nonce, key)],
    'secretbox-open': (key, nonce, box) => [sodium.crypto_secretbox_open_easy(box, nonce, key)],
};

function fromHex(field) {
    need(field === '-' || /^([0-9a-f]{2})+$/.test(field));
    return Buffer.from(field === '-' ? '' : field, 'hex');
}

const toHex = (field) => (field.length === 0 ? '-' : Buffer.from(field).toString('hex'));

function answer(line) {
    const [verb, ...fields] = line.split(' ');
    if (!Object.hasOwn(verbs, verb)) {
        return 'what';
    }
    try {
        return ['ok', ...verbs[verb](...fields.map(fromHex)).map(toHex)].join(' ');
    } catch {
        return 'no';
    }
}

// The functions of libsodium appear when it is ready, so the verbs name them only when they run.
sodium.ready.then(async () => {
    for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
        process.stdout.write(`${answer(line)}\n`);
    }
});
