"""The notation of the document: numbers, lengths, hashes, boxes, randomness."""

import os
import time
from hashlib import blake2b

from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt, crypto_aead_xchacha20poly1305_ietf_encrypt
from nacl.exceptions import CryptoError

NONCE, TAG = 24, 16
BOX = NONCE + TAG
VERSION = 2
HELLO, REPLY, FINISH, RECORD, STATE, WELCOME = 1, 2, 3, 4, 5, 6


class Refused(Exception):
    """A step that failed; `status` is the name that the document gives it."""

    def __init__(self, status):
        super().__init__(status)
        self.status = status


def u8(n):
    return n.to_bytes(1, "big")


def u16(n):
    return n.to_bytes(2, "big")


def u32(n):
    return n.to_bytes(4, "big")


def u64(n):
    return n.to_bytes(8, "big")


def lp(x):
    """`x` with its length in front; a str is ASCII text."""
    x = x.encode("ascii") if isinstance(x, str) else x
    return u32(len(x)) + x


def lp16(x):
    return u16(len(x)) + x


def H(x):
    return blake2b(x, digest_size=32).digest()


def H64(x):
    return blake2b(x, digest_size=64).digest()


def MAC(key, x):
    return blake2b(x, digest_size=32, key=key).digest()


def derive(key, label, transcript):
    return MAC(key, lp(label) + lp(transcript))


def box(key, ad, message, random):
    nonce = random(NONCE)
    return nonce + crypto_aead_xchacha20poly1305_ietf_encrypt(message, ad, nonce, key)


def unbox(key, ad, sealed):
    """What is in a box, or REJECTED, also if it is too short to be one."""
    if len(sealed) < BOX:
        raise Refused("REJECTED")
    try:
        return crypto_aead_xchacha20poly1305_ietf_decrypt(sealed[NONCE:], ad, sealed[:NONCE], key)
    except CryptoError:
        raise Refused("REJECTED") from None


class Fields:
    """Reads the fields of a message one by one; `status` is what a message with too few or too many is."""

    def __init__(self, message, status):
        self.rest = message
        self.status = status

    def take(self, length):
        if len(self.rest) < length:
            raise Refused(self.status)
        field, self.rest = self.rest[:length], self.rest[length:]
        return field

    def number(self, length):
        return int.from_bytes(self.take(length), "big")

    def expect(self, *numbers):
        if tuple(self.take(len(numbers))) != numbers:
            raise Refused(self.status)

    def lp16(self, limit=0xFFFF):
        length = self.number(2)
        if length > limit:
            raise Refused(self.status)
        return self.take(length)

    def end(self):
        if self.rest:
            raise Refused(self.status)


def now():
    """The clock: seconds since 1970."""
    return int(time.time())


def system_random(length):
    return os.urandom(length)


class FixedRandom:
    """The source of the vectors: the k-th call gives bytes that depend on the seed and on k alone."""

    def __init__(self, seed):
        self.seed = seed
        self.calls = 0

    def __call__(self, length):
        start = lp(self.seed) + lp(u64(self.calls))
        self.calls += 1
        blocks = (length + 63) // 64
        return b"".join(H64(start + lp(u64(block))) for block in range(blocks))[:length]
