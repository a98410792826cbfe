#!/usr/bin/env python3
"""Writes secenv/protocol_v1.json: every value of protocol 1 (docs/protocol-1.md), right and wrong, for any language.

Written with what libsecenv is not made of: the libsodium inside PyNaCl, and Python's own numbers and the `cryptography`
wheel for RSA. The answers in FIXED were computed years apart with libsodium 1.0.18, PHP 8.2 and OpenSSL 3.0.
"""
import base64
import hashlib
import secrets

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from nacl import bindings as sodium

from wycheproof import Vectors

KEYS = "tests/vectors/keys/"
PADDINGS = {
    1: padding.PKCS1v15(),
    4: padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None),
    5: padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None),
}
FIXED = [
    "651c5bba1a1382f3b9abffc3e7322e01", "7d477cf802d97157e962ca2a768d2fdfdbcdde17064e724dfbc4d1cab249bc44",
    "ab2fca32898322c208fb2dab5048bd43c355c6430f588897cb574961cfa9806f",
    "fc3b339367a5225d53a92d380323afd035d7817b6d1be47d946f6b09a9cbdc06",
    "e0f480d42cd0d8a95993dd50976fb24ef81a6788b7b5bc722fc258410ac723ed",
    "43eb74c847209a3af513e0fc824b791865665dcc727fc332f4ddfc614e0ab79a",
    "c6938f63d7a50227f72a453626a5ead861927d49cb",
    "6e7a1cdd29b0b78fd13af4c5598feff4ef2a97166e3ca6f2e4fbfccd80505bf1",
    "6a2d7f916ccfb7238c36b4617af5b1f29042d8811cf85b8aea6b631b6d7ca6d3"
    "c1d2869670e23639d45febde0db20bf7ded600bf30a8c8411024dccea27e9802",
    "90e68be878c7cae260234f24f9745794d1605d5a13c0eec971695e44557b5800",
    "b1a3e89460e88d3a8d54211dc95f0b903ff205eb71912d6db8f4af980d2db83a",
    "a75cd4d9cc22e7b77c39b52a1c3a253be5326f3a8092edf115fc399c9989dfe4",
]

vectors = Vectors()
group = vectors.group


def read(name):
    with open(KEYS + name + ".pem", "rb") as file:
        pem = file.read()
    key = serialization.load_pem_private_key(pem, None)
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return key, {"privateKeyPem": pem.decode(), "publicKeyPem": public.decode()}


def proofs():
    key, pems = read("known")
    numbers = key.private_numbers()
    n, d = numbers.public_numbers.n, numbers.d
    size = (n.bit_length() + 7) // 8

    def raised(block):
        return pow(int.from_bytes(block, "big"), d, n).to_bytes(size, "big")

    def block(message, kind=1, fill=0xFF, end=0):
        return bytes([0, kind]) + bytes([fill]) * (size - 3 - len(message)) + bytes([end]) + message

    hello = raised(block(b"hello"))
    assert hello[:16].hex() == FIXED[0] and hashlib.sha256(hello).hexdigest() == FIXED[1]
    early = bytearray(block(b"hello"))
    early[9] = 0
    other = bytearray(block(b"hello"))
    other[100] = 0xFE
    tests = [
        ("five bytes", None, b"hello", hello),
        ("no bytes", None, b"", raised(block(b""))),
        ("zeros and FF in the message", None, b"\0\xff\0", raised(block(b"\0\xff\0"))),
        ("the longest message", None, b"m" * (size - 11), raised(block(b"m" * (size - 11)))),
        ("type 2", "Rejected", b"", raised(block(b"hello", kind=2, fill=7))),
        ("type 2 with FF", "Rejected", b"", raised(block(b"hello", kind=2))),
        ("type 0", "Rejected", b"", raised(block(b"hello", kind=0, fill=0))),
        ("seven FF", "Rejected", b"", raised(bytes(early))),
        ("another byte among the FF", "Rejected", b"", raised(bytes(other))),
        ("no zero", "Rejected", b"", raised(block(b"", end=0xFF))),
        ("a first byte that is not zero", "Rejected", b"", raised(b"\1" + block(b"hello")[1:])),
        ("one byte short", "Rejected", b"", hello[:-1]),
        ("one byte more", "Rejected", b"", hello + b"\0"),
        ("a zero before it", "Rejected", b"", b"\0" + hello),
        ("empty", "Rejected", b"", b""),
        ("the modulus", "Rejected", b"", n.to_bytes(size, "big")),
        ("the proof and the modulus", "Rejected", b"", (int.from_bytes(hello, "big") + n).to_bytes(size + 1, "big")),
        ("zero", "Rejected", b"", bytes(size)),
        ("a changed bit", "Rejected", b"", hello[:-1] + bytes([hello[-1] ^ 1])),
    ]
    group("PrivateEncrypt", [(c, f, {"msg": m, "proof": p}) for c, f, m, p in tests], **pems)


def seeds():
    for kind, make, known in (("KxSeedKeypair", sodium.crypto_kx_seed_keypair, {1: 2, 2: 3, 6: 10}),
                              ("BoxSeedKeypair", sodium.crypto_box_seed_keypair, {6: 9}),
                              ("SignSeedKeypair", sodium.crypto_sign_seed_keypair, {5: 7})):
        tests = []
        for byte in range(8):
            public, secret = make(bytes([byte] * 32))
            assert byte not in known or public.hex() == FIXED[known[byte]]
            tests.append((f"32 times {byte}", None, {"seed": bytes([byte] * 32), "public": public, "private": secret}))
        group(kind, tests)


def session_keys():
    client, client_secret = sodium.crypto_kx_seed_keypair(b"\1" * 32)
    server, server_secret = sodium.crypto_kx_seed_keypair(b"\2" * 32)
    rx, tx = sodium.crypto_kx_client_session_keys(client, client_secret, server)
    assert (rx.hex(), tx.hex()) == (FIXED[4], FIXED[5])
    assert (tx, rx) == sodium.crypto_kx_server_session_keys(server, server_secret, client)
    high = server[:31] + bytes([server[31] | 0x80])
    high_rx, high_tx = sodium.crypto_kx_client_session_keys(client, client_secret, high)
    tests = [
        ("the client's", None, {"role": "client", "seed": b"\1" * 32, "peer": server, "rx": rx, "tx": tx}),
        ("the server's", None, {"role": "server", "seed": b"\2" * 32, "peer": client, "rx": tx, "tx": rx}),
        ("a peer with the unused bit set: the bit is hashed", None,
         {"role": "client", "seed": b"\1" * 32, "peer": high, "rx": high_rx, "tx": high_tx}),
    ]
    low = ["00" * 32, "01" + "00" * 31, "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
           "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157", "ec" + "ff" * 30 + "7f",
           "ed" + "ff" * 30 + "7f", "ee" + "ff" * 30 + "7f"]
    for role in ("client", "server"):
        tests += [("a point of low order", "Rejected", {"role": role, "seed": b"\1" * 32, "peer": bytes.fromhex(peer),
                                                       "rx": b"", "tx": b""}) for peer in low]
    group("KxSessionKeys", tests)
    return tx


def aead(key):
    tests = []
    inputs = (b"hello", b"ad"), (b"", b""), (b"", b"ad"), (bytes(range(256)) * 4, b""), (b"m" * 65, b"a" * 65)
    for message, ad in inputs:
        sealed = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(message, ad, b"\3" * 24, key)
        fields = {"key": key, "nonce": b"\3" * 24, "ad": ad, "msg": message, "sealed": sealed}
        tests.append((f"{len(message)} bytes bound to {len(ad)}", None, fields))
        for what, at in (("first byte", 0), ("last byte", len(sealed) - 1)):
            changed = bytearray(sealed)
            changed[at] ^= 1
            tests.append((f"the {what} changed", "Rejected", {**fields, "sealed": bytes(changed)}))
        tests.append(("cut by a byte", "Rejected", {**fields, "sealed": sealed[:-1]}))
        tests.append(("bound to more", "Rejected", {**fields, "ad": ad + b"\0"}))
    assert tests[0][2]["sealed"].hex() == FIXED[6]
    group("XChaCha20Poly1305", tests)


def signatures():
    tests = []
    for message in (b"abc", b"", b"m" * 1000):
        public, secret = sodium.crypto_sign_seed_keypair(b"\5" * 32)
        signature = sodium.crypto_sign(message, secret)[:64]
        assert message != b"abc" or signature.hex() == FIXED[8]
        tests.append((f"{len(message)} bytes", None, {"seed": b"\5" * 32, "msg": message, "sig": signature}))
        tests.append(("another message", "Rejected", {"seed": b"\5" * 32, "msg": message + b"!", "sig": signature}))
    group("Sign", tests)


def subkeys():
    tests = []
    for number_of_key in (0, 1, 2**32, 2**63 - 1, 2**64 - 1):
        key = hashlib.blake2b(b"", digest_size=32, key=b"\7" * 32, person=b"secenv01".ljust(16, b"\0"),
                              salt=number_of_key.to_bytes(8, "little").ljust(16, b"\0")).digest()
        assert number_of_key != 1 or key.hex() == FIXED[11]
        tests.append((f"key {number_of_key}", None,
                      {"key": b"\7" * 32, "context": b"secenv01", "id": str(number_of_key), "subkey": key}))
    group("Kdf", tests)


def streams():
    key = b"\4" * 32
    state = sodium.crypto_secretstream_xchacha20poly1305_state()
    header = sodium.crypto_secretstream_xchacha20poly1305_init_push(state, key)
    message = secrets.token_bytes(200)
    sizes = (100, 0, 99, 1)
    chunks = []
    at = 0
    for size in sizes:
        tag = 3 if at + size == len(message) and len(chunks) == 3 else 0
        chunks.append(sodium.crypto_secretstream_xchacha20poly1305_push(state, message[at:at + size], None, tag))
        at += size
    changed = bytearray(chunks[2])
    changed[0] ^= 1
    hexed = [chunk.hex() for chunk in chunks]

    def fields(chunks, key=key, header=header):
        return {"key": key, "header": header, "chunks": chunks, "msg": message}

    group("SecretStream", [
        ("four chunks", None, fields(hexed)),
        ("the example of docs/protocol-1.md", None, {
            "key": key, "header": "d6fa0f1d113bf4f1549e98e6611524f56a211127ad2be6ce",
            "chunks": ["3186a6a5c6f447dd59a3976e85a6e7f794c36751a833"], "msg": b"hello"}),
        ("without the last", "Rejected", fields(hexed[:3])),
        ("without the first", "Rejected", fields(hexed[1:])),
        ("two swapped", "Rejected", fields([hexed[1], hexed[0]] + hexed[2:])),
        ("one twice", "Rejected", fields([hexed[0]] + hexed)),
        ("one behind the last", "Rejected", fields(hexed + [hexed[3]])),
        ("a changed bit", "Rejected", fields(hexed[:2] + [bytes(changed).hex()] + hexed[3:])),
        ("a chunk shorter than its overhead", "Rejected", fields([hexed[0][:32]] + hexed[1:])),
        ("another key", "Rejected", fields(hexed, key=b"\5" * 32)),
        ("another header", "Rejected", fields(hexed, header=bytes([header[0] ^ 1]) + header[1:])),
        ("nothing", "Rejected", fields([])),
    ])


def envelopes(rx):
    receiver, pems = read("server")
    stranger, _ = read("client")
    larger = rsa.generate_private_key(65537, 3072)

    def text(data):
        return base64.b64encode(data).decode()

    for number_of_padding, kind in PADDINGS.items():
        def wrap(secret, key=receiver, kind=kind):
            return key.public_key().encrypt(secret, kind)

        def seal(message, ad):
            nonce = secrets.token_bytes(24)
            return sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(message, ad, nonce, rx), nonce

        def plain(data, wrapped):
            return '{"data":"%s","nonce":"%s"}' % (text(data), text(wrapped))

        def until(wanted, make):
            """Makes until the base64 has the characters that a test is about."""
            while True:
                made = make()
                if all(character in made for character in wanted):
                    return made

        hello, nonce = seal(b"hello", b"ad")
        wrapped = wrap(nonce)
        usual = plain(hello, wrapped)
        long_text = "".join(chr(c) for c in range(32, 0x500)).encode()
        slashes = until("/+", lambda: plain(hello, wrap(nonce)))
        flipped = bytes([hello[0] ^ 1]) + hello[1:]
        other_kind = PADDINGS[4 if number_of_padding != 4 else 5]

        def sealed(message, ad=b"ad"):
            data, fresh = seal(message, ad)
            return plain(data, wrap(fresh))

        valid = [
            ("as libsecenv writes it", b"hello", b"ad", usual),
            ("as PHP writes it", b"hello", b"ad", slashes.replace("/", "\\/")),
            ("as .NET writes it", b"hello", b"ad", slashes.replace("+", "\\u002B")),
            ("other escapes for the same characters", b"hello", b"ad",
             usual.replace('"data"', '"\\u0064ata"').replace("=", "\\u003d").replace("A", "\\u0041")),
            ("the nonce first, and white space", b"hello", b"ad",
             ' {\r\n\t"nonce" : "%s" ,\n "data": "%s" }\n' % (text(wrapped), text(hello))),
            ("other members", b"hello", b"ad",
             '{"v":1,"list":[{"a":[]}],"no":null,' + usual[1:-1] + ',"\\u00e9":"\\n"}'),
            ("no message", b"", b"ad", sealed(b"")),
            ("no context", b"hello", b"", sealed(b"hello", b"")),
            ("a long message and context", long_text, b"x" * 1000, sealed(long_text, b"x" * 1000)),
        ]
        malformed = [
            ("empty", ""), ("no object", "[]"), ("null", "null"), ("an empty object", "{}"),
            ("no nonce", '{"data":"%s"}' % text(hello)), ("no data", '{"nonce":"%s"}' % text(wrapped)),
            ("data twice", usual[:-1] + ',"data":"%s"}' % text(hello)),
            ("nonce twice, once escaped", usual[:-1] + ',"nonc\\u0065":"%s"}' % text(wrapped)),
            ("a number for data", '{"data":1,"nonce":"%s"}' % text(wrapped)),
            ("null for the nonce", '{"data":"%s","nonce":null}' % text(hello)),
            ("the names in other case", usual.replace("data", "Data")),
            ("text behind it", usual + "x"), ("a comma behind the last member", usual[:-1] + ",}"),
            ("a byte order mark", "\ufeff" + usual), ("single quotes", usual.replace('"', "'")),
            ("nested too deep", usual[:-1] + ',"x":[[[[]]]]}'), ("cut by a byte", usual[:-1]),
            ("the alphabet for URLs", slashes.replace("+", "-").replace("/", "_")),
            ("no padding", usual.replace("=", "")),
            ("an escaped line break in the base64", usual[:21] + "\\n" + usual[21:]),
            ("a space in the base64", usual[:21] + " " + usual[21:]),
            ("stray bits in the base64", '{"data":"%s","nonce":"%s"}' % ("A" * 30 + "B=", text(wrapped))),
            ("an escape that is no base64", usual[:21] + "\\u0100" + usual[21:]),
            ("less data than a tag", plain(hello[:15], wrapped)), ("no data at all", plain(b"", wrapped)),
            ("a nonce of 255 bytes", plain(hello, wrapped[:255])),
            ("a nonce of 1,025 bytes", plain(hello, bytes(1025))),
            ("a nonce that is not wrapped", plain(hello, nonce)),
        ]
        rejected = [
            ("a changed bit of the ciphertext", plain(flipped, wrapped)),
            ("a changed bit of the tag", plain(hello[:-1] + bytes([hello[-1] ^ 0x80]), wrapped)),
            ("the ciphertext cut by a byte", plain(hello[:-1], wrapped)),
            ("only a tag", plain(hello[-16:], wrapped)),
            ("another nonce", plain(hello, wrap(secrets.token_bytes(24)))),
            ("a changed bit of the wrapped nonce", plain(hello, wrapped[:-1] + bytes([wrapped[-1] ^ 1]))),
            ("the nonce to another key", plain(hello, wrap(nonce, stranger))),
            ("the nonce to a larger key", plain(hello, wrap(nonce, larger))),
            ("the nonce in another padding", plain(hello, wrap(nonce, receiver, other_kind))),
            ("a nonce of 23 bytes", plain(hello, wrap(nonce[:23]))),
            ("a nonce of 25 bytes", plain(hello, wrap(nonce + b"\0"))),
            ("a nonce of no bytes", plain(hello, wrap(b""))),
            ("the nonce in hex", plain(hello, wrap(nonce.hex().encode()))),
            ("the wrapped nonce is 0", plain(hello, bytes(256))),
            ("the wrapped nonce is 1", plain(hello, bytes(255) + b"\1")),
            ("the wrapped nonce is not below the modulus", plain(hello, b"\xff" * 256)),
        ]
        if number_of_padding == 1:
            numbers = receiver.public_key().public_numbers()

            def block(*changes):
                """A padding made by hand around the right nonce, with some bytes changed."""
                made = bytearray(b"\0\2" + b"\7" * 229 + b"\0" + nonce)
                for at, byte in changes:
                    made[at] = byte
                return plain(hello, pow(int.from_bytes(made, "big"), numbers.e, numbers.n).to_bytes(256, "big"))

            valid.append(("a padding made by hand", b"hello", b"ad", block()))
            rejected += [
                ("the right nonce in a block of type 1", block((1, 1))),
                ("the right nonce in a block of type 0", block((1, 0))),
                ("the right nonce behind a first byte of 1", block((0, 1))),
                ("the right nonce behind a zero too early", block((9, 0))),
                ("the right nonce at the end of a longer message", block((100, 0))),
                ("the right nonce behind a byte that is not zero", block((231, 7))),
            ]
        tests = [(c, None, {"rx": rx, "ad": ad, "json": j, "msg": m}) for c, m, ad, j in valid]
        tests += [(c, "Malformed", {"rx": rx, "ad": b"ad", "json": j, "msg": b""}) for c, j in malformed]
        tests += [(c, "Rejected", {"rx": rx, "ad": b"ad", "json": j, "msg": b""}) for c, j in rejected]
        tests += [
            ("another context", "Rejected", {"rx": rx, "ad": b"aD", "json": usual, "msg": b""}),
            ("no context where there was one", "Rejected", {"rx": rx, "ad": b"", "json": usual, "msg": b""}),
            ("another session key", "Rejected", {"rx": b"\2" * 32, "ad": b"ad", "json": usual, "msg": b""}),
        ]
        group("Envelope", tests, padding=number_of_padding, privateKeyPem=pems["privateKeyPem"])


def main():
    proofs()
    seeds()
    tx = session_keys()
    aead(tx)
    signatures()
    subkeys()
    streams()
    envelopes(tx)
    vectors.write("protocol 1", "bytes are hex; json is text as it is sent",
                  "a flag is the status of an invalid test: Malformed is decided before any key is used")


if __name__ == "__main__":
    main()
