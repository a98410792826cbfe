'use strict';

// The message of the deployed protocol, as a Node team writes it with libsodium-wrappers and node:crypto.
// CommonJS, because the ES module of libsodium-wrappers 0.7 imports a file that its package does not hold.
const { constants, createPrivateKey, createPublicKey, privateDecrypt, publicEncrypt } = require('node:crypto');
const sodium = require('libsodium-wrappers');

/** How RSA pads: PHP's own numbers, and 5 for OAEP with SHA-256 (for its hash and its mask). */
const PKCS1 = 1;
const OAEP_SHA1 = 4;
const OAEP_SHA256 = 5;

const oaep = (key, padding) => ({
    key,
    padding: constants.RSA_PKCS1_OAEP_PADDING,
    oaepHash: padding === OAEP_SHA256 ? 'sha256' : 'sha1',
});

/** RSA with a public key; throws if the message is too long. */
function rsaWrap(pem, padding, message) {
    const key = createPublicKey(pem);
    const how = padding === PKCS1 ? { key, padding: constants.RSA_PKCS1_PADDING } : oaep(key, padding);
    return publicEncrypt(how, message);
}

/** RSA with a secret key; throws if the padding is wrong. */
function rsaUnwrap(pem, padding, wrapped) {
    const key = createPrivateKey(pem);
    if (padding !== PKCS1) {
        return privateDecrypt(oaep(key, padding), wrapped);
    }
    // Several releases of Node refuse PKCS#1 here (CVE-2023-46809), so the padding comes off by hand.
    return pkcs1Unpad(privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, wrapped));
}

/** `00 02 PS 00 message`, where PS is at least eight bytes that are not zero (RFC 8017, 7.2.2). */
function pkcs1Unpad(block) {
    const end = block.indexOf(0, 2);
    if (block[0] !== 0 || block[1] !== 2 || end < 10) {
        throw new Error('refused');
    }
    return block.subarray(end + 1);
}

/** Seals a message: `{"data": base64(XChaCha20-Poly1305), "nonce": base64(RSA(nonce))}`. */
function seal(tx, receiverPem, padding, ad, message) {
    const nonce = sodium.randombytes_buf(sodium.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
    const data = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(message, ad, null, nonce, tx);
    return JSON.stringify({
        data: Buffer.from(data).toString('base64'),
        nonce: rsaWrap(receiverPem, padding, nonce).toString('base64'),
    });
}

/** Opens a message; throws if it was changed, or was not sealed to us. */
function open(rx, receiverPem, padding, ad, json) {
    const fields = JSON.parse(json);
    const nonce = rsaUnwrap(receiverPem, padding, unbase64(fields.nonce));
    return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, unbase64(fields.data), ad, nonce, rx);
}

/** Node skips what is not base64; the other sides refuse it, and so do we. */
function unbase64(text) {
    const bytes = Buffer.from(text, 'base64');
    if (bytes.toString('base64') !== text) {
        throw new Error('refused');
    }
    return bytes;
}

module.exports = { PKCS1, OAEP_SHA1, OAEP_SHA256, rsaWrap, rsaUnwrap, seal, open };
