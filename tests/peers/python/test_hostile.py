"""Peers that know the secret and lie in their proofs: nobody takes them."""

import unittest
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from nacl.bindings import crypto_sign, crypto_sign_seed_keypair

from pairs import KEYS, OURS, STATE_KEY, THEIRS, client_of, refused, server_of, status
from secenv_peer import Client, Identity, Server
from secenv_peer.handshake import CLIENT_SIDE, SERVER_SIDE
from secenv_peer.identity import _PSS as PSS
from secenv_peer.notation import MAC, box, derive, lp, lp16, system_random

BOTH = (OURS, THEIRS)
SHA256 = hashes.SHA256()
LARGE = Path(__file__).parents[2] / "vectors" / "secenv" / "rsa_8200.pem"
# The order of the group of Ed25519: S and S + L sign the same, where nobody looks.
L = 2**252 + 27742317777372353535851937790883648493


def pss(hash=SHA256, mask=SHA256, salt=32):
    return padding.PSS(mgf=padding.MGF1(mask), salt_length=salt), hash


def rsa_key(e):
    """A key of 2,048 bits with this public exponent."""
    while True:
        numbers = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_numbers()
        p, q = numbers.p, numbers.q
        try:
            d = pow(e, -1, (p - 1) * (q - 1))
        except ValueError:
            continue
        public = rsa.RSAPublicNumbers(e, p * q)
        return rsa.RSAPrivateNumbers(
            p, q, d, d % (p - 1), d % (q - 1), rsa.rsa_crt_iqmp(p, q), public
        ).private_key(unsafe_skip_rsa_key_validation=True)


def spki_of(key):
    return key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def der(tag, *contents):
    content = b"".join(contents)
    length = len(content)
    if length < 128:
        return bytes([tag, length]) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 128 + len(octets)]) + octets + content


RSA_OID = bytes.fromhex("06092a864886f70d010101")
PSS_OID = bytes.fromhex("06092a864886f70d01010a")
NULL = b"\5\0"


def rsa_spki(key, algorithm=RSA_OID + NULL, zeros=b"", behind=b""):
    """The key's SPKI in whatever DER."""
    n, e = key.public_key().public_numbers().n, key.public_key().public_numbers().e
    integers = [der(2, zeros + b"\0" + n.to_bytes((n.bit_length() + 7) // 8, "big")),
                der(2, e.to_bytes(e.bit_length() // 8 + 1, "big"))]
    return der(0x30, der(0x30, algorithm), der(3, b"\0", der(0x30, *integers), behind))


class Lie:
    """A proof, made as the document says but for what is given; `spki` is what the other side is told."""

    def __init__(self, spki=None, sign=None, context=None, transcript=None, pin=None, mac_label=None, mac_over=None,
                 mac=None, behind=b"", whole=None):
        self.me = Identity.parse(KEYS["Ed25519"][1])
        self.spki = spki or self.me.spki
        self.sign = sign or self.me.sign
        self.context, self.transcript, self.pin, self.mac_label = context, transcript, pin, mac_label
        self.mac_over, self.mac, self.behind, self.whole = mac_over, mac, behind, whole

    def seal(self, side, secret, t):
        other = CLIENT_SIDE if side is SERVER_SIDE else SERVER_SIDE
        context = other.context if self.context == "other" else self.context or side.context
        label = other.confirm_label if self.mac_label == "other" else side.confirm_label
        signed = lp(context) + lp(self.transcript or t) + lp(self.pin or sha256(self.spki).digest())
        signature = self.sign(signed)
        over = lp(t) + lp(self.mac_over or self.spki) + lp(signature)
        mac = MAC(derive(secret, label, t), over) if self.mac is None else self.mac
        proof = lp16(self.spki) + lp16(signature) + mac + self.behind
        proof = proof if self.whole is None else self.whole(proof)
        return box(derive(secret, side.key_label, t), t, proof, system_random)


class LyingServer(Server):
    def __init__(self, lie):
        super().__init__(lie.me, STATE_KEY, 1)
        self._lie = lie
        # The client asks for the very pin of what it will be told.
        self._me.pin = sha256(lie.spki).digest()

    def _seal_proof(self, secret, t1):
        return self._lie.seal(SERVER_SIDE, secret, t1)


class LyingClient(Client):
    def __init__(self, lie, wanted):
        super().__init__(lie.me, wanted, 1)
        self._lie = lie

    def _seal_proof(self, secret, t3):
        return self._lie.seal(CLIENT_SIDE, secret, t3)


class Proofs(unittest.TestCase):
    def judge(self, expected, lie, name=None):
        """What both clients say of a server with this proof, and both servers of a client."""
        for implementation in BOTH:
            with self.subTest(lie=name, judge=implementation.__name__):
                server = LyingServer(lie())
                client = client_of(implementation, wanted=server._me.pin)
                self.assertEqual(status(client.finish, server.reply(client.hello)), expected)
                server = server_of(implementation)
                client = LyingClient(lie(), Identity.parse(KEYS["Ed25519"][1]).pin)
                _, finish = client.finish(server.reply(client.hello))
                self.assertEqual(status(server.accept, finish), expected)

    def test_a_proof_that_is_as_the_document_says_is_taken(self):
        self.judge("OK", Lie)

    def test_a_proof_with_a_part_of_another_is_refused(self):
        other = Identity.generate_ed25519()
        lies = {
            "a signature by another key": {"sign": other.sign},
            "a signature in the other role": {"context": "other"},
            "a signature over another transcript": {"transcript": bytes(32)},
            "a signature over another pin": {"pin": other.pin},
            "a mac in the other role": {"mac_label": "other"},
            "a mac over another spki": {"mac_over": other.spki},
            "a mac of zeros": {"mac": bytes(32)},
            "no mac": {"mac": b""},
            "a byte behind the mac": {"behind": b"\0"},
            "a signature of nothing": {"sign": lambda message: b""},
            "a signature that is too short": {"sign": lambda message: Lie().sign(message)[:63]},
            "a signature that is too long": {"sign": lambda message: Lie().sign(message) + b"\0"},
            "an empty proof": {"whole": lambda proof: b""},
            "a length beyond the proof": {"whole": lambda proof: b"\xff\xff" + proof[2:]},
            "one byte": {"whole": lambda proof: b"\0"},
        }
        for name, parts in lies.items():
            self.judge("REJECTED", lambda: Lie(**parts), name)

    def test_a_server_with_another_key_than_the_pinned_is_refused(self):
        for implementation in BOTH:
            server = server_of(OURS)
            client = client_of(implementation)
            lie = Lie(spki=Identity.generate_ed25519().spki)
            server._seal_proof = lambda secret, t1: lie.seal(SERVER_SIDE, secret, t1)
            with refused(self, "REJECTED"):
                client.finish(server.reply(client.hello))

    def test_an_ed25519_key_that_is_none_or_of_low_order_verifies_nothing(self):
        prefix = Lie().spki[:12]
        points = {
            "the neutral element": b"\1" + bytes(31),
            "order 2": b"\xec" + b"\xff" * 30 + b"\x7f",
            "order 4": bytes(32),
            "order 8": bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
            "no point": b"\2" + bytes(31),
            "not canonical": b"\xee" + b"\xff" * 30 + b"\x7f",
        }
        for name, point in points.items():
            # With R the neutral element and S = 0 this holds for a key of order 1, and for others by chance.
            self.judge("REJECTED", lambda: Lie(prefix + point, lambda message: b"\1" + bytes(63)), name)
            self.judge("REJECTED", lambda: Lie(prefix + point, lambda message: point + bytes(32)), name)

    def test_an_ed25519_signature_has_one_form(self):
        def larger(message):
            signature = Lie().sign(message)
            return signature[:32] + (int.from_bytes(signature[32:], "little") + L).to_bytes(32, "little")

        self.judge("REJECTED", lambda: Lie(sign=larger), "S + L")

    def test_an_ed25519_spki_has_one_form(self):
        spki = Lie().spki
        seed = bytes(range(32))
        public, secret = crypto_sign_seed_keypair(seed)
        sign = lambda message: crypto_sign(message, secret)[:64]
        forms = {
            "a byte behind": spki[:12] + public + b"\0",
            "a byte less": spki[:12] + public[:31],
            "x25519": spki[:12].replace(bytes.fromhex("2b6570"), bytes.fromhex("2b656e")) + public,
            "null parameters": der(0x30, der(0x30, bytes.fromhex("06032b6570"), NULL), der(3, b"\0", public)),
            "a long length": b"\x30\x81\x2a" + spki[2:12] + public,
            "an unused bit": spki[:11] + b"\1" + public,
            "the bare key": public,
            "nothing": b"",
        }
        self.judge("OK", lambda: Lie(spki[:12] + public, sign))
        for name, form in forms.items():
            lie = lambda: Lie(form, sign) if form else Lie(whole=lambda proof: lp16(b"") + proof[46:])
            self.judge("REJECTED", lie, name)

    def test_an_rsa_spki_has_one_form(self):
        key = rsa_key(65537)
        sign = lambda message: key.sign(message, PSS, SHA256)
        self.judge("OK", lambda: Lie(rsa_spki(key), sign))
        good = rsa_spki(key)
        self.assertEqual(good, spki_of(key))
        pss_parameters = der(0x30)
        forms = {
            "without NULL": rsa_spki(key, RSA_OID), "id-RSASSA-PSS": rsa_spki(key, PSS_OID),
            "id-RSASSA-PSS with parameters": rsa_spki(key, PSS_OID + pss_parameters),
            "a zero more": rsa_spki(key, zeros=b"\0"), "a byte behind the key": rsa_spki(key, behind=b"\0"),
            "a byte behind": good + b"\0", "a longer length": b"\x30\x83\0" + good[2:],
            "PKCS#1": der(0x30, der(2, b"\0" + b"\x80" * 256), der(2, b"\1\0\1")),
        }
        for name, form in forms.items():
            self.judge("REJECTED", lambda: Lie(form, sign), name)

    def test_an_rsa_key_is_within_the_limits(self):
        # Its validation takes nine seconds.
        large = serialization.load_pem_private_key(LARGE.read_bytes(), None, unsafe_skip_rsa_key_validation=True)
        small = rsa.generate_private_key(public_exponent=65537, key_size=2047)
        for expected, name, key in [
            ("OK", "e is 3", rsa.generate_private_key(public_exponent=3, key_size=2048)),
            ("OK", "e is 2^33 - 9", rsa_key(2**33 - 9)), ("REJECTED", "e is 2^33 + 17", rsa_key(2**33 + 17)),
            ("OK", "2,049 bits", rsa.generate_private_key(public_exponent=65537, key_size=2049)),
            ("REJECTED", "2,047 bits", small), ("REJECTED", "8,200 bits", large),
        ]:
            self.judge(expected, lambda: Lie(spki_of(key), lambda message: key.sign(message, PSS, SHA256)), name)

    def test_an_rsa_signature_is_pss_with_sha_256_and_a_salt_of_32(self):
        key = rsa_key(65537)
        signatures = {
            "PKCS#1 v1.5": (padding.PKCS1v15(), SHA256), "a salt of 20": pss(salt=20), "no salt": pss(salt=0),
            "the longest salt": pss(salt=padding.PSS.MAX_LENGTH), "SHA-512": pss(hashes.SHA512(), hashes.SHA512()),
            "a mask with SHA-1": pss(mask=hashes.SHA1()), "SHA-384 in the mask": pss(mask=hashes.SHA384()),
        }
        self.judge("OK", lambda: Lie(spki_of(key), lambda message: key.sign(message, *pss())))
        for name, form in signatures.items():
            self.judge("REJECTED", lambda: Lie(spki_of(key), lambda message: key.sign(message, *form)), name)
        shorter = lambda message: key.sign(message, PSS, SHA256)[1:]
        longer = lambda message: b"\0" + key.sign(message, PSS, SHA256)
        self.judge("REJECTED", lambda: Lie(spki_of(key), shorter), "a byte less")
        self.judge("REJECTED", lambda: Lie(spki_of(key), longer), "a zero in front")


if __name__ == "__main__":
    unittest.main()
