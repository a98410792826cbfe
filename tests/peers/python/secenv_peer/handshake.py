"""The handshake: hello, reply, finish."""

from hmac import compare_digest

from nacl.bindings import crypto_kx_client_session_keys, crypto_kx_seed_keypair, crypto_kx_server_session_keys
from nacl.exceptions import CryptoError

from . import xwing
from .identity import pin, verify
from .notation import (
    FINISH, HELLO, H64, MAC, REPLY, VERSION, Fields, H, Refused, box, derive, lp, lp16, now, system_random, u8, u64,
    unbox,
)
from .session import CLIENT, SERVER, Session, key_id

SUITES = (1, 2)
MESSAGE_LIMIT = 8 * 1024
SEALED_LIMIT, COOKIE_LIMIT = 4096, 512
COOKIE_BEFORE, COOKIE_AFTER = 60, 120
COOKIE_PLAIN = 121


class Transcript:
    """T1 to T4, each a hash of the one before and of what was sent since."""

    def __init__(self, hello=None, head=None, t2=None):
        if t2 is None:
            self.t1 = H(lp("secenv 2 transcript 1") + lp(hello) + lp(head))
        self.t2 = t2

    def add_server_proof(self, sealed):
        self.t2 = H(lp("secenv 2 transcript 2") + lp(self.t1) + lp(sealed))

    def add_cookie(self, cookie):
        self.t3 = H(lp("secenv 2 transcript 3") + lp(self.t2) + lp(cookie))

    def add_client_proof(self, sealed):
        self.t4 = H(lp("secenv 2 transcript 4") + lp(self.t3) + lp(sealed))


def shared_secret(kx, kem, t1):
    return H64(lp("secenv 2 secret") + lp(kx) + lp(kem) + lp(t1))


class Side:
    """What differs between the server's proof and the client's."""

    def __init__(self, name):
        self.context = f"secenv 2 {name}"
        self.key_label = f"secenv 2 {name} proof"
        self.confirm_label = f"secenv 2 {name} confirmation"


SERVER_SIDE, CLIENT_SIDE = Side("server"), Side("client")


def make_proof(side, me, secret, t):
    """`proof`, in the clear."""
    signature = me.sign(lp(side.context) + lp(t) + lp(me.pin))
    mac = MAC(derive(secret, side.confirm_label, t), lp(t) + lp(me.spki) + lp(signature))
    return lp16(me.spki) + lp16(signature) + mac


def seal_proof(side, me, secret, t, random):
    return box(derive(secret, side.key_label, t), t, make_proof(side, me, secret, t), random)


def open_proof(side, sealed, secret, t, wanted_pin=None):
    """The signer's SPKI; REJECTED if anything does not hold."""
    fields = Fields(unbox(derive(secret, side.key_label, t), t, sealed), "REJECTED")
    spki, signature, mac = fields.lp16(), fields.lp16(), fields.take(32)
    fields.end()
    signer = pin(spki)
    if wanted_pin is not None and not compare_digest(signer, wanted_pin):
        raise Refused("REJECTED")
    if not compare_digest(mac, MAC(derive(secret, side.confirm_label, t), lp(t) + lp(spki) + lp(signature))):
        raise Refused("REJECTED")
    verify(spki, signature, lp(side.context) + lp(t) + lp(signer))
    return spki


def record_keys(secret, t4):
    return derive(secret, "secenv 2 client records", t4), derive(secret, "secenv 2 server records", t4)


def limited(message):
    if len(message) > MESSAGE_LIMIT:
        raise Refused("TOO_LARGE")
    return Fields(message, "MALFORMED")


class Client:
    """One handshake: `hello` is sent, one reply is taken. `values` keeps what the vectors compare."""

    def __init__(self, me, server_pin, suite, random=system_random, clock=now):
        if suite not in SUITES:
            raise Refused("INVALID_ARGUMENT")
        self._me, self._pin, self._suite, self._random, self._clock = me, server_pin, suite, random, clock
        nonce = random(32)
        self._public, self._secret = crypto_kx_seed_keypair(random(32))
        self._kem_seed = random(xwing.SEED) if suite == 2 else None
        kem = xwing.public_key(self._kem_seed) if suite == 2 else b""
        self.hello = u8(VERSION) + u8(HELLO) + u8(suite) + nonce + self._public + kem + server_pin
        self.values = {}
        self._closed = False

    def finish(self, reply):
        """The session and the finish; after a reply that was refused the true one may still come."""
        if self._closed:
            raise Refused("CLOSED")
        fields = limited(reply)
        fields.expect(VERSION, REPLY)
        fields.take(32)
        kx_s = fields.take(32)
        kem_s = fields.take(xwing.CIPHERTEXT) if self._suite == 2 else b""
        session_id = fields.take(16)
        head = reply[: len(reply) - len(fields.rest)]
        sealed_s, cookie = fields.lp16(SEALED_LIMIT), fields.lp16(COOKIE_LIMIT)
        fields.end()

        try:
            rx, tx = crypto_kx_client_session_keys(self._public, self._secret, kx_s)
        except CryptoError:
            raise Refused("REJECTED") from None
        kem = xwing.decapsulate(self._kem_seed, kem_s) if self._suite == 2 else b""
        transcript = Transcript(self.hello, head)
        secret = shared_secret(rx + tx, kem, transcript.t1)
        open_proof(SERVER_SIDE, sealed_s, secret, transcript.t1, self._pin)

        transcript.add_server_proof(sealed_s)
        transcript.add_cookie(cookie)
        sealed_c = self._seal_proof(secret, transcript.t3)
        transcript.add_client_proof(sealed_c)
        self._closed = True
        self._secret = self._kem_seed = None
        keys = record_keys(secret, transcript.t4)
        self.values = {"kx": rx + tx, "kem": kem, "secret": secret, "keyCs": keys[0], "keySc": keys[1],
                       "t1": transcript.t1, "t2": transcript.t2, "t3": transcript.t3, "t4": transcript.t4}
        session = Session(CLIENT, session_id, self._clock(), self._pin, *keys, random=self._random, clock=self._clock)
        return session, u8(VERSION) + u8(FINISH) + lp16(cookie) + lp16(sealed_c)

    def _seal_proof(self, secret, t3):
        return seal_proof(CLIENT_SIDE, self._me, secret, t3, self._random)


class Server:
    """Answers hellos and takes finishes, and keeps nothing between them."""

    def __init__(self, me, state_key, minimum_suite=2, random=system_random, clock=now, previous_key=None):
        if minimum_suite not in SUITES:
            raise Refused("INVALID_ARGUMENT")
        self._me, self._minimum, self._random, self._clock = me, minimum_suite, random, clock
        self._state_keys = [state_key] + ([previous_key] if previous_key else [])

    def rotate(self, state_key):
        return Server(self._me, state_key, self._minimum, self._random, self._clock, self._state_keys[0])

    def _cookie_ad(self):
        return lp("secenv 2 cookie") + lp(self._me.pin)

    def reply(self, hello):
        fields = limited(hello)
        fields.expect(VERSION, HELLO)
        suite = fields.number(1)
        if suite not in SUITES:
            raise Refused("MALFORMED")
        fields.take(32)
        kx_c = fields.take(32)
        kem_c = fields.take(xwing.PUBLIC) if suite == 2 else b""
        wanted = fields.take(32)
        fields.end()
        if suite < self._minimum or not compare_digest(wanted, self._me.pin):
            raise Refused("REJECTED")

        nonce = self._random(32)
        public, secret_key = crypto_kx_seed_keypair(self._random(32))
        try:
            rx, tx = crypto_kx_server_session_keys(public, secret_key, kx_c)
        except CryptoError:
            raise Refused("REJECTED") from None
        kem_s, kem = xwing.encapsulate(kem_c, self._random(xwing.ENCAPSULATION_SEED)) if suite == 2 else (b"", b"")
        session_id = self._random(16)
        head = u8(VERSION) + u8(REPLY) + nonce + public + kem_s + session_id

        transcript = Transcript(hello, head)
        secret = shared_secret(tx + rx, kem, transcript.t1)
        sealed_s = self._seal_proof(secret, transcript.t1)
        transcript.add_server_proof(sealed_s)
        plain = u64(self._clock()) + u8(suite) + session_id + transcript.t2 + secret
        state_key = self._state_keys[0]
        key = derive(state_key, "secenv 2 cookie", b"")
        cookie = key_id(state_key) + box(key, self._cookie_ad(), plain, self._random)
        return head + lp16(sealed_s) + lp16(cookie)

    def _seal_proof(self, secret, t1):
        return seal_proof(SERVER_SIDE, self._me, secret, t1, self._random)

    def _open_cookie(self, cookie):
        for state_key in self._state_keys:
            if compare_digest(cookie[:8], key_id(state_key)):
                plain = unbox(derive(state_key, "secenv 2 cookie", b""), self._cookie_ad(), cookie[8:])
                if len(plain) == COOKIE_PLAIN:
                    return Fields(plain, "REJECTED")
        raise Refused("REJECTED")

    def accept(self, finish):
        """The session and the client's SPKI; who that is, the caller decides."""
        fields = limited(finish)
        fields.expect(VERSION, FINISH)
        cookie, sealed_c = fields.lp16(COOKIE_LIMIT), fields.lp16(SEALED_LIMIT)
        fields.end()

        plain = self._open_cookie(cookie)
        issued, suite, session_id = plain.number(8), plain.number(1), plain.take(16)
        t2, secret = plain.take(32), plain.take(64)
        time = self._clock()
        if not issued - COOKIE_BEFORE <= time <= issued + COOKIE_AFTER or suite < self._minimum:
            raise Refused("REJECTED")

        transcript = Transcript(t2=t2)
        transcript.add_cookie(cookie)
        spki = open_proof(CLIENT_SIDE, sealed_c, secret, transcript.t3)
        transcript.add_client_proof(sealed_c)
        keys = record_keys(secret, transcript.t4)
        session = Session(SERVER, session_id, time, pin(spki), *keys, random=self._random, clock=self._clock)
        return session, spki
