#!/usr/bin/env python3
"""Writes secenv/rsa_implicit_rejection_v1.json: what OpenSSL 3.2 or later decrypts PKCS#1 v1.5 to, good padding or bad.

The oracle is the OpenSSL that the `cryptography` wheel carries (pip install cryptography). Keys are new each time; the
file is committed, so that the tests need neither Python nor that OpenSSL.
"""
import random

from cryptography.hazmat.backends.openssl import backend
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from wycheproof import Vectors

# 2,128 bits are 266 bytes: there the longest message leaves a power of two. 2,050 bits do not fill their last byte.
SIZES = (2048, 2050, 2128, 3072, 4096)


def filled(size):
    return bytearray(random.randrange(1, 256) for _ in range(size))


def blocks(size):
    """Encoded messages by what is wrong with them; the first two are right."""
    for at, what in ((10, "the longest message"), (size - 1, "an empty message")):
        block = filled(size)
        block[0:2] = b"\0\2"
        block[at] = 0
        yield what, True, block
    for at in range(2, 10):
        block = filled(size)
        block[0:2] = b"\0\2"
        block[at] = 0
        yield f"a zero at byte {at}", False, block
    for first, second in ((0, 1), (0, 0), (0, 3), (1, 2), (0, 255)):
        block = filled(size)
        block[0], block[1], block[40] = first, second, 0
        yield f"begins with {first} {second}", False, block
    block = filled(size)
    block[0:2] = b"\0\2"
    yield "no zero", False, block


def main():
    vectors = Vectors()
    for bits in SIZES:
        key = rsa.generate_private_key(65537, bits)
        modulus = key.public_key().public_numbers().n
        size = (bits + 7) // 8
        cases = []
        for what, good, block in blocks(size):
            value = int.from_bytes(block, "big")
            if value < modulus:
                cases.append((what, good, pow(value, 65537, modulus)))
        cases += [(f"the number {what}", False, value) for what, value in (("0", 0), ("1", 1), ("n-1", modulus - 1))]
        cases += [("random", False, random.randrange(modulus)) for _ in range(96 - len(cases))]
        tests = []
        for what, good, value in cases:
            ciphertext = value.to_bytes(size, "big")
            fields = {"ct": ciphertext, "msg": key.decrypt(ciphertext, padding.PKCS1v15())}
            tests.append((what, None if good else "", fields))
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        vectors.group("RsaesPkcs1ImplicitRejection", tests, keySize=bits, privateKeyPem=pem.decode())
    vectors.write("RSAES-PKCS1-v1_5", "\"invalid\" are badly padded; msg is what they decrypt to all the same",
                  "made with " + backend.openssl_version_text())


if __name__ == "__main__":
    main()
