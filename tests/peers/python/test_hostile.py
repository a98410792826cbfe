"""Peers that know the secret and lie in their proofs: nobody takes them."""

import unittest
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from nacl.bindings import crypto_sign, crypto_sign_seed_keypair

from pairs import BOTH, COOKIE_KEY, KEYS, OURS, STORE_ID, client_of, refused, server_of, server_pin, shake_hands, status
from secenv_peer import Client, Identity, Server
from secenv_peer.handshake import CLIENT_SIDE, SERVER_SIDE, WELCOME_CONTEXT, signed, transcript
from secenv_peer.identity import _PSS as PSS
from secenv_peer.notation import MAC, box, derive, lp, lp16, system_random, u64

SHA256 = hashes.SHA256()
LARGE = Path(__file__).parents[2] / "vectors" / "secenv" / "rsa_8200.pem"
# The order of the group of Ed25519: S and S + L sign the same, where nobody looks.
L = 2**252 + 27742317777372353535851937790883648493


def pss(hash=SHA256, mask=SHA256, salt=32):
    return padding.PSS(mgf=padding.MGF1(mask), salt_length=salt), hash


def generate(e=65537, bits=3072):
    return rsa.generate_private_key(public_exponent=e, key_size=bits)


def rsa_key(e):
    """A key of 3,072 bits with this public exponent."""
    while True:
        numbers = generate().private_numbers()
        p, q = numbers.p, numbers.q
        try:
            d = pow(e, -1, (p - 1) * (q - 1))
        except ValueError:
            continue
        public = rsa.RSAPublicNumbers(e, p * q)
        return rsa.RSAPrivateNumbers(
            p, q, d, d % (p - 1), d % (q - 1), rsa.rsa_crt_iqmp(p, q), public
        ).private_key(unsafe_skip_rsa_key_validation=True)


# One that many tests sign with.
RSA_KEY = generate()


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

    def __init__(self, spki=None, sign=None, context=None, transcript=None, pins=None, mac_label=None, mac_over=None,
                 mac=None, behind=b"", whole=None):
        self.me = Identity.parse(KEYS["Ed25519"][1])
        self.spki = spki or self.me.spki
        self.sign = sign or self.me.sign
        # Of what a signature is over, instead of the true pins, which this is called with.
        self.pins = pins or (lambda *pins: pins)
        self.context, self.transcript, self.mac_label = context, transcript, mac_label
        self.mac_over, self.mac, self.behind, self.whole = mac_over, mac, behind, whole

    def seal(self, side, secret, t, *other_pins):
        other = CLIENT_SIDE if side is SERVER_SIDE else SERVER_SIDE
        context = other.context if self.context == "other" else self.context or side.context
        label = other.confirm_label if self.mac_label == "other" else side.confirm_label
        pins = self.pins(sha256(self.spki).digest(), *other_pins)
        signature = self.sign(signed(context, self.transcript or t, *pins))
        over = lp(t) + lp(self.mac_over or self.spki) + lp(signature)
        mac = MAC(derive(secret, label, t), over) if self.mac is None else self.mac
        proof = lp16(self.spki) + lp16(signature) + mac + self.behind
        proof = proof if self.whole is None else self.whole(proof)
        return box(derive(secret, side.key_label, t), t, proof, system_random)


class LyingServer(Server):
    """Lies in its proof; its welcome would be a true one."""

    def __init__(self, lie):
        # The client asks for the very pin of what it will be told.
        lie.me.pin = sha256(lie.spki).digest()
        super().__init__([lie.me], COOKIE_KEY, STORE_ID, 1)
        self._lie = lie

    def _seal_proof(self, me, secret, t1):
        return self._lie.seal(SERVER_SIDE, secret, t1)


class LyingClient(Client):
    def __init__(self, lie):
        super().__init__(lie.me, [server_pin()], 1)
        self._lie = lie

    def _seal_proof(self, secret, t3, pin_s):
        return self._lie.seal(CLIENT_SIDE, secret, t3, pin_s)


class Proofs(unittest.TestCase):
    def judge(self, expected, lie, name=None):
        """What both clients say of a server with this proof, and both servers of a client."""
        for implementation in BOTH:
            with self.subTest(lie=name, judge=implementation.__name__):
                server = LyingServer(lie())
                client = client_of(implementation, pins=[sha256(lie().spki).digest()])
                self.assertEqual(status(client.finish, server.reply(client.hello)), expected)
                server = server_of(implementation)
                client = LyingClient(lie())
                self.assertEqual(status(server.accept, client.finish(server.reply(client.hello))), expected)

    def test_a_proof_that_is_as_the_document_says_is_taken(self):
        self.judge("OK", Lie)

    def test_a_proof_with_a_part_of_another_is_refused(self):
        other = Identity.generate_ed25519()
        lies = {
            "a signature by another key": {"sign": other.sign},
            "a signature in the other role": {"context": "other"},
            "a signature over another transcript": {"transcript": bytes(32)},
            "a signature over another pin": {"pins": lambda mine, *others: (other.pin, *others)},
            "a signature over a pin more": {"pins": lambda *pins: (*pins, other.pin)},
            "a signature over a pin less": {"pins": lambda *pins: pins[:-1]},
            "a signature of the welcome": {"context": WELCOME_CONTEXT},
            "a mac in the other role": {"mac_label": "other"},
            "a mac over another spki": {"mac_over": other.spki},
            "a mac of zeros": {"mac": bytes(32)},
            "no mac": {"mac": b""},
            "a byte behind the mac": {"behind": b"\0"},
            "a signature of nothing": {"sign": lambda message: b""},
            "a signature that is too short": {"sign": lambda message: Lie().sign(message)[:63]},
            "a signature that is too long": {"sign": lambda message: Lie().sign(message) + b"\0"},
            "a signature at its limit": {"sign": lambda message: Lie().sign(message) + bytes(4636)},
            "a signature over its limit": {"sign": lambda message: bytes(4701)},
            "an spki over its limit": {"spki": bytes(2701)},
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
            server._seal_proof = lambda me, secret, t1: lie.seal(SERVER_SIDE, secret, t1)
            with refused(self, "REJECTED"):
                client.finish(server.reply(client.hello))

    def test_a_client_that_signs_for_another_server_is_refused(self):
        me, other = Identity.parse(KEYS["Ed25519"][0]), Identity.generate_ed25519().pin
        for implementation in BOTH:
            for pins in (lambda mine, server: (mine, other), lambda mine, server: (server, mine)):
                server, client = server_of(implementation), LyingClient(Lie(me.spki, me.sign, pins=pins))
                with refused(self, "REJECTED"):
                    server.accept(client.finish(server.reply(client.hello)))

    def test_a_server_that_proves_itself_by_another_pin_of_the_hello_than_it_should_is_taken(self):
        # "The client takes a proof by any pin of this hello": which one comes first binds the server alone.
        keys = [Identity.generate_ed25519() for _ in range(2)]
        for implementation in BOTH:
            client = client_of(implementation, pins=[key.pin for key in keys])
            shake_hands(client, server_of(OURS, keys=[keys[1].encode_secret()]))
            self.assertEqual(client.pin_index, 1)

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
        key = RSA_KEY
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
            "PKCS#1": der(0x30, der(2, b"\0" + b"\x80" * 384), der(2, b"\1\0\1")),
        }
        for name, form in forms.items():
            self.judge("REJECTED", lambda: Lie(form, sign), name)

    def test_an_rsa_key_is_within_the_limits(self):
        # Its validation takes nine seconds.
        large = serialization.load_pem_private_key(LARGE.read_bytes(), None, unsafe_skip_rsa_key_validation=True)
        for expected, name, key in [
            ("OK", "e is 3", generate(e=3)),
            ("OK", "e is 2^33 - 9", rsa_key(2**33 - 9)), ("REJECTED", "e is 2^33 + 17", rsa_key(2**33 + 17)),
            ("OK", "3,073 bits", generate(bits=3073)), ("OK", "4,096 bits", generate(bits=4096)),
            ("REJECTED", "2,047 bits", generate(bits=2047)), ("REJECTED", "8,200 bits", large),
        ]:
            self.judge(expected, self.lie_of(key), name)
        for bits in (2048, 3071):
            self.judge("REJECTED", self.lie_of(generate(bits=bits)), f"{bits} bits")

    def test_an_identity_of_fewer_than_3072_bits_is_too_weak_for_ones_own(self):
        for bits, expected in [(2048, "WEAK_KEY"), (3071, "WEAK_KEY"), (3072, "OK")]:
            pem = generate(bits=bits).private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                                    serialization.NoEncryption())
            for implementation in BOTH:
                self.assertEqual(status(implementation.Identity.parse, pem), expected)

    def lie_of(self, key):
        return lambda: Lie(spki_of(key), lambda message: key.sign(message, PSS, SHA256))

    def test_an_rsa_signature_is_pss_with_sha_256_and_a_salt_of_32(self):
        key = RSA_KEY
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


class LyingWelcome(Server):
    """A true server until its welcome, in which one thing is another."""

    def __init__(self, sign=None, context=WELCOME_CONTEXT, transcript=None, pins=None, mac=None, mac_over=None,
                 kind="Ed25519"):
        super().__init__([Identity.parse(KEYS[kind][1])], COOKIE_KEY, STORE_ID, 1)
        self._sign, self._context, self._over, self._pins = sign, context, transcript, pins
        self._mac, self._mac_over = mac, mac_over

    def _confirm(self, me, secrets, t5):
        pins = [me.pin] if self._pins is None else self._pins
        signature = (self._sign or me.sign)(signed(self._context, self._over or t5, *pins))
        confirm = secrets.confirm if self._mac is None else self._mac(secrets, t5)
        return lp16(signature) + MAC(confirm, lp(self._mac_over or t5) + lp(signature))


class Welcomes(unittest.TestCase):
    """Whoever knows S, or holds the cookie key, is no server: the welcome is signed, and from there on R is new."""

    def judge(self, expected, name=None, **lie):
        for implementation in BOTH:
            with self.subTest(lie=name, judge=implementation.__name__):
                client, server = client_of(implementation), LyingWelcome(**lie)
                finish = client.finish(server.reply(client.hello))
                _, welcome, _ = server.accept(finish)
                self.assertEqual(status(client.session, welcome), expected)
                if expected != "OK":
                    # A welcome that was refused changes nothing.
                    _, welcome, _ = server_of(OURS).accept(finish)
                    client.session(welcome)

    def test_a_welcome_that_is_as_the_document_says_is_taken(self):
        self.judge("OK")

    def test_a_welcome_with_a_part_of_another_is_refused(self):
        other, me = Identity.generate_ed25519(), Identity.parse(KEYS["Ed25519"][1])
        client = Identity.parse(KEYS["Ed25519"][0])
        lies = {
            "a signature by another key": {"sign": other.sign},
            "a signature by the client's key": {"sign": client.sign},
            "a signature as of the proof": {"context": "secenv 2 server"},
            "a signature as of the client": {"context": "secenv 2 client"},
            "a signature over another transcript": {"transcript": bytes(32)},
            "a signature over another pin": {"pins": [other.pin]},
            "a signature over a pin more": {"pins": [me.pin, client.pin]},
            "a signature over no pin": {"pins": []},
            "no signature": {"sign": lambda message: b""},
            "a signature that is too short": {"sign": lambda message: me.sign(message)[:63]},
            "a signature that is too long": {"sign": lambda message: me.sign(message) + b"\0"},
            "a signature at its limit": {"sign": lambda message: me.sign(message) + bytes(4636)},
            "a mac under another key": {"mac": lambda secrets, t5: bytes(32)},
            "a mac under R itself": {"mac": lambda secrets, t5: secrets.secret},
            "a mac under the exporter": {"mac": lambda secrets, t5: secrets.exporter},
            "a mac over another transcript": {"mac_over": bytes(32)},
        }
        for name, lie in lies.items():
            self.judge("REJECTED", name, **lie)

    def test_a_signature_over_its_limit_is_malformed(self):
        self.judge("MALFORMED", sign=lambda message: bytes(4701))
        self.judge("REJECTED", sign=lambda message: bytes(4700))

    def test_a_welcome_with_an_rsa_identity_is_signed_with_pss(self):
        key = Identity.parse(KEYS["RSA"][1])
        for implementation in BOTH:
            for name, sign, expected in [
                ("PSS", key.sign, "OK"), ("PKCS#1", lambda m: key._key.sign(m, padding.PKCS1v15(), SHA256), "REJECTED"),
                ("no salt", lambda m: key._key.sign(m, *pss(salt=0)), "REJECTED"),
            ]:
                client = client_of(implementation, pins=[key.pin])
                server = LyingWelcome(sign=sign, kind="RSA")
                _, welcome, _ = server.accept(client.finish(server.reply(client.hello)))
                self.assertEqual(status(client.session, welcome), expected, name)

    def test_a_welcome_from_the_first_secret_alone_is_refused(self):
        """What the cookie key opens is S: a welcome whose R is made of it and of nothing new."""
        for implementation in BOTH:
            client, server = client_of(implementation), server_of(OURS)
            server._exchange_for_welcome = server._exchange
            reply = server.reply(client.hello)
            finish = client.finish(reply)
            server._exchange = lambda hello: (server._exchange_for_welcome(hello)[0], b"", b"")
            _, welcome, _ = server.accept(finish)
            with refused(self, "REJECTED"):
                client.session(welcome)


class CookieKey(unittest.TestCase):
    """What whoever holds the cookie key can seal: T0 is signed in T3, so the hello is the client's own."""

    def test_a_finish_with_another_hello_under_a_cookie_that_fits_it_is_refused(self):
        for implementation in BOTH:
            server, client, thief = server_of(OURS), client_of(OURS), client_of(OURS)
            _, t0, me = server._read(client.hello)
            _, other_t0, _ = server._read(thief.hello)
            reply = server.reply(client.hello)
            finish = client.finish(reply)
            cookie, sealed = finish[4:172], finish[-(24 + 46 + 66 + 32 + 16):]
            plain = server._open_cookie(me, t0, cookie).rest
            forged = server._seal_cookie(me, other_t0, plain)
            # As long as the thief cannot sign T3, neither the one cookie nor the other helps.
            for cookie, hello in [(forged, thief.hello), (forged, client.hello), (cookie, thief.hello)]:
                message = b"\2\3" + lp16(cookie) + lp16(hello) + lp16(sealed)
                with refused(self, "REJECTED"):
                    server_of(implementation).accept(message)
            server_of(implementation).accept(finish)

    def test_a_cookie_of_another_form_is_refused(self):
        for implementation in BOTH:
            for rest in (b"\0", b"\1" * 32):
                server, client = server_of(OURS), client_of(OURS)
                seal = server._seal_cookie
                server._seal_cookie = lambda me, t0, plain: seal(me, t0, plain + rest)
                finish = client.finish(server.reply(client.hello))
                with refused(self, "REJECTED"):
                    server_of(implementation).accept(finish)

    def test_a_time_in_a_cookie_that_is_no_time_is_refused(self):
        for implementation in BOTH:
            for issued in (0, 2**63, 2**64 - 1):
                server, client = server_of(OURS), client_of(OURS)
                seal = server._seal_cookie
                server._seal_cookie = lambda me, t0, plain: seal(me, t0, u64(issued) + plain[8:])
                finish = client.finish(server.reply(client.hello))
                with refused(self, "REJECTED"):
                    server_of(implementation).accept(finish)


class Exchanges(unittest.TestCase):
    """Keys of low order, and keys of ML-KEM that are none."""

    # Which X25519 knows: of order 1, 2 (or 4), 8, and forms of them that are not canonical.
    LOW_ORDER = [bytes(32), b"\1" + bytes(31), b"\xed" + b"\xff" * 30 + b"\x7f", b"\xee" + b"\xff" * 30 + b"\x7f",
                 b"\xec" + b"\xff" * 30 + b"\x7f",
                 bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")]

    def hello_with(self, client, at, field):
        return client.hello[:at] + field + client.hello[at + len(field):]

    def test_a_client_with_a_key_of_low_order_is_refused_at_its_hello_and_at_its_finish(self):
        for point in self.LOW_ORDER:
            for at, suite in [(35, 1), (35, 2), (67 + 1184, 2)]:
                client = client_of(OURS, suite)
                hello = self.hello_with(client, at, point)
                for implementation in BOTH:
                    self.assertEqual(status(server_of(implementation).reply, hello), "REJECTED")
                    self.assertEqual(status(server_of(implementation).accept, self.finish(client, hello)), "REJECTED")

    def test_a_client_with_a_key_of_ml_kem_that_is_none_is_refused_at_its_hello_and_at_its_finish(self):
        client = client_of(OURS, 2)
        hello = self.hello_with(client, 67, b"\xff\xff\xff")
        for implementation in BOTH:
            self.assertEqual(status(server_of(implementation).reply, hello), "REJECTED")
            self.assertEqual(status(server_of(implementation).accept, self.finish(client, hello)), "REJECTED")

    def finish(self, client, hello):
        """A finish of which nothing is wrong but the keys in its hello: cookie and proof are made for it."""
        server, secret, t2 = server_of(OURS), bytes(64), bytes(32)
        _, t0, me = server._read(hello)
        cookie = server._seal_cookie(me, t0, u64(server._clock()) + bytes(16) + t2 + secret)
        t3 = transcript(3, t2, cookie, t0)
        sealed = Client._seal_proof(client, secret, t3, me.pin)
        return b"\2\3" + lp16(cookie) + lp16(hello) + lp16(sealed)

    def test_the_finish_of_these_tests_is_taken_if_its_keys_are_good(self):
        for suite in (1, 2):
            client = client_of(OURS, suite)
            for implementation in BOTH:
                server_of(implementation).accept(self.finish(client, client.hello))

    def test_a_server_with_a_key_of_low_order_is_refused_in_its_reply_and_in_its_welcome(self):
        for point in self.LOW_ORDER:
            for implementation in BOTH:
                for at, suite in [(34, 1), (34, 2), (66 + 1088, 2)]:
                    client, server = client_of(implementation, suite), server_of(OURS)
                    reply = server.reply(client.hello)
                    self.assertEqual(status(client.finish, reply[:at] + point + reply[at + 32:]), "REJECTED")
                    _, welcome, _ = server.accept(client.finish(reply))
                    at -= 32
                    self.assertEqual(status(client.session, welcome[:at] + point + welcome[at + 32:]), "REJECTED")


if __name__ == "__main__":
    unittest.main()
