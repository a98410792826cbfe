"""X-Wing against the draft's vectors and against the library's mirror of libsodium."""

import os
import unittest
from hashlib import shake_128

import libsecenv
from pairs import status
from secenv_peer import xwing

# The draft makes its vectors from SHAKE-128 of nothing: 32 bytes for the key pair, 64 for the encapsulation, and again.
DRAFT_SECRETS = [
    "d2df0522128f09dd8e2c92b1e905c793d8f57a54c3da25861f10bf4ca613e384",
    "f2e86241c64d60f6649fbc6c5b7d17180b780a3f34355e64a85749949c45f150",
]
LOW_ORDER = [bytes(32), b"\1" + bytes(31)]


class XWing(unittest.TestCase):
    def test_the_vectors_of_the_draft_hold(self):
        stream = shake_128().digest(96 * len(DRAFT_SECRETS))
        for n, expected in enumerate(DRAFT_SECRETS):
            seed, encapsulation_seed = stream[96 * n : 96 * n + 32], stream[96 * n + 32 : 96 * n + 96]
            ciphertext, shared = xwing.encapsulate(xwing.public_key(seed), encapsulation_seed)
            self.assertEqual(shared.hex(), expected)
            self.assertEqual(xwing.decapsulate(seed, ciphertext).hex(), expected)

    def test_the_library_makes_the_same_from_the_same_seeds(self):
        for _ in range(4):
            seed, encapsulation_seed = os.urandom(32), os.urandom(64)
            public, secret = libsecenv.xwing_public_key(seed)
            self.assertEqual(xwing.public_key(seed), public)
            ciphertext, shared = xwing.encapsulate(public, encapsulation_seed)
            self.assertEqual(libsecenv.xwing_encapsulate(public, encapsulation_seed), (ciphertext, shared))
            self.assertEqual(libsecenv.xwing_decapsulate(secret, ciphertext), shared)
            self.assertEqual(xwing.decapsulate(seed, ciphertext), shared)

    def test_a_forged_ciphertext_gives_both_the_same_other_secret(self):
        seed = os.urandom(32)
        public, secret = libsecenv.xwing_public_key(seed)
        ciphertext, shared = xwing.encapsulate(public, os.urandom(64))
        forged = bytes([ciphertext[0] ^ 1]) + ciphertext[1:]
        self.assertNotEqual(xwing.decapsulate(seed, forged), shared)
        self.assertEqual(xwing.decapsulate(seed, forged), libsecenv.xwing_decapsulate(secret, forged))

    def test_a_key_of_low_order_is_refused_by_both(self):
        seed = os.urandom(32)
        public, secret = libsecenv.xwing_public_key(seed)
        ciphertext, _ = xwing.encapsulate(public, os.urandom(64))
        for point in LOW_ORDER:
            for step, *arguments in [
                (xwing.encapsulate, public[:-32] + point, bytes(64)),
                (xwing.decapsulate, seed, ciphertext[:-32] + point),
                (libsecenv.xwing_encapsulate, public[:-32] + point, bytes(64)),
                (libsecenv.xwing_decapsulate, secret, ciphertext[:-32] + point),
            ]:
                self.assertEqual(status(step, *arguments), "REJECTED")

    def test_a_coefficient_of_q_or_more_is_refused_by_both(self):
        public = xwing.public_key(os.urandom(32))
        for packed, expected in [("000d00", "OK"), ("010d00", "REJECTED"), ("0000d0", "OK"), ("0010d0", "REJECTED")]:
            # 0x d00 is 3328, the largest; 0x d01 is q. The last pair of the last polynomial.
            key = public[:1149] + bytes.fromhex(packed) + public[1152:]
            self.assertEqual(status(xwing.encapsulate, key, bytes(64)), expected, packed)
            self.assertEqual(status(libsecenv.xwing_encapsulate, key, bytes(64)), expected, packed)


if __name__ == "__main__":
    unittest.main()
