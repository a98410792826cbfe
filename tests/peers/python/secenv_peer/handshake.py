"""The handshake: hello, reply, finish, welcome."""

from hmac import compare_digest

from nacl.bindings import crypto_kx_client_session_keys, crypto_kx_seed_keypair, crypto_kx_server_session_keys
from nacl.exceptions import CryptoError

from . import xwing
from .chain import Chain
from .identity import pin, verify
from .notation import (
    FINISH, HELLO, H64, MAC, REPLY, VERSION, WELCOME, Fields, H, Refused, box, derive, lp, lp16, now, system_random, u8,
    u64, unbox,
)
from .session import BACKWARDS, CLIENT, NO_STORE, SERVER, Place, Session, key_id

SUITES, PADDINGS = (1, 2), (0, 1)
MESSAGE_LIMIT, PROLOGUE_LIMIT = 16 * 1024, 1024
SEALED_LIMIT, COOKIE_LIMIT, SPKI_LIMIT, SIGNATURE_LIMIT = 7500, 512, 2700, 4700
PINS = range(1, 5)
ACCEPTED_KEYS = 2
HANDSHAKE_TIME = 120
COOKIE_BEFORE, COOKIE_AFTER, COOKIE_PLAIN = 60, 120, 120


def transcript(number, *parts):
    return H(lp(f"secenv 2 transcript {number}") + b"".join(map(lp, parts)))


def transcript_0(padding, prologue, hello):
    return H(lp("secenv 2 transcript 0") + u8(padding) + lp(prologue) + lp(hello))


class Secrets:
    """R, and what comes from it."""

    def __init__(self, secret, kx, kem, t5):
        self.secret = H64(lp("secenv 2 second secret") + lp(secret) + lp(kx) + lp(kem) + lp(t5))
        self.confirm = derive(self.secret, "secenv 2 welcome", t5)
        self.client_key = derive(self.secret, "secenv 2 client numbers", t5)
        self.server_key = derive(self.secret, "secenv 2 server numbers", t5)
        self.exporter = derive(self.secret, "secenv 2 exporter", t5)

    def session(self, place, created, client_pin, padding, random, clock):
        return Session(place, created, client_pin, padding, self.exporter, Chain(self.client_key),
                       Chain(self.server_key), random, clock)


class Side:
    """What differs between the server's proof and the client's."""

    def __init__(self, name):
        self.context = f"secenv 2 {name}"
        self.key_label = f"secenv 2 {name} proof"
        self.confirm_label = f"secenv 2 {name} confirmation"


SERVER_SIDE, CLIENT_SIDE = Side("server"), Side("client")
WELCOME_CONTEXT = "secenv 2 welcome"


def signed(context, t, *pins):
    """What a signature of the handshake is over; the signer's pin comes first."""
    return lp(context) + lp(t) + b"".join(map(lp, pins))


def proof_mac(side, secret, t, spki, signature):
    return MAC(derive(secret, side.confirm_label, t), lp(t) + lp(spki) + lp(signature))


def welcome_mac(confirm, t5, signature):
    return MAC(confirm, lp(t5) + lp(signature))


def seal_proof(side, me, secret, t, pins, random):
    """`pins` are those that are signed."""
    signature = me.sign(signed(side.context, t, *pins))
    proof = lp16(me.spki) + lp16(signature) + proof_mac(side, secret, t, me.spki, signature)
    return box(derive(secret, side.key_label, t), t, proof, random)


def open_proof(side, sealed, secret, t, pins=None, other_pins=()):
    """The signer's SPKI, of one of `pins` if they are given; REJECTED if anything does not hold."""
    fields = Fields(unbox(derive(secret, side.key_label, t), t, sealed), "REJECTED")
    spki, signature, mac = fields.lp16(SPKI_LIMIT), fields.lp16(SIGNATURE_LIMIT), fields.take(32)
    fields.end()
    signer = pin(spki)
    if pins is not None and not any([compare_digest(signer, wanted) for wanted in pins]):
        raise Refused("REJECTED")
    if not compare_digest(mac, proof_mac(side, secret, t, spki, signature)):
        raise Refused("REJECTED")
    verify(spki, signature, signed(side.context, t, signer, *other_pins))
    return spki


def _fields_of(message, kind):
    if len(message) > MESSAGE_LIMIT:
        raise Refused("TOO_LARGE")
    fields = Fields(message, "MALFORMED")
    fields.expect(VERSION, kind)
    return fields


def _check_configuration(suite, padding, prologue):
    if suite not in SUITES or padding not in PADDINGS:
        raise Refused("INVALID_ARGUMENT")
    if len(prologue) > PROLOGUE_LIMIT:
        raise Refused("TOO_LARGE")


def client_exchange(public, secret, other):
    try:
        rx, tx = crypto_kx_client_session_keys(public, secret, other)
    except CryptoError:
        raise Refused("REJECTED") from None
    return rx + tx


def server_exchange(public, secret, other):
    try:
        rx, tx = crypto_kx_server_session_keys(public, secret, other)
    except CryptoError:
        raise Refused("REJECTED") from None
    return tx + rx


class Hello:
    def __init__(self, message):
        fields = _fields_of(message, HELLO)
        self.suite = fields.number(1)
        if self.suite not in SUITES:
            raise Refused("MALFORMED")
        fields.take(32)
        self.kx = fields.take(32)
        self.kem = fields.take(xwing.PUBLIC) if self.suite == 2 else b""
        count = fields.number(1)
        if count not in PINS:
            raise Refused("MALFORMED")
        self.pins = [fields.take(32) for _ in range(count)]
        fields.end()
        if len(set(self.pins)) != count:
            raise Refused("MALFORMED")


class Client:
    """One handshake: a hello is sent, one reply is taken, then one welcome. `values` keeps what the vectors compare."""

    def __init__(self, me, pins, suite=2, prologue=b"", padding=0, random=system_random, clock=now):
        _check_configuration(suite, padding, prologue)
        if len(pins) not in PINS or len(set(pins)) != len(pins):
            raise Refused("INVALID_ARGUMENT")
        self._me, self._pins, self._suite, self._padding = me, list(pins), suite, padding
        self._random, self._clock, self._started = random, clock, clock()
        nonce = random(32)
        self._public, self._secret_key = crypto_kx_seed_keypair(random(32))
        self._kem_seed = random(xwing.SEED) if suite == 2 else None
        kem = xwing.public_key(self._kem_seed) if suite == 2 else b""
        self.hello = (u8(VERSION) + u8(HELLO) + u8(suite) + nonce + self._public + kem
                      + u8(len(pins)) + b"".join(pins))
        self._t0 = transcript_0(padding, prologue, self.hello)
        self._finished = self._closed = False
        self.values = {}

    def _check_time(self):
        time = self._clock()
        if time > self._started + HANDSHAKE_TIME or time < self._started - BACKWARDS:
            raise Refused("CLOSED")

    def _kem(self, fields):
        return fields.take(xwing.CIPHERTEXT) if self._suite == 2 else b""

    def _exchange(self, kx, kem):
        """Both shared secrets; the second is empty in suite 1."""
        first = client_exchange(self._public, self._secret_key, kx)
        return first, xwing.decapsulate(self._kem_seed, kem) if self._suite == 2 else b""

    def finish(self, reply):
        """The finish; after a reply that was refused the true one may still come."""
        if self._finished:
            raise Refused("CLOSED")
        self._check_time()
        fields = _fields_of(reply, REPLY)
        fields.take(32)
        kx_s, kem_s, session_id = fields.take(32), self._kem(fields), fields.take(16)
        head = reply[: len(reply) - len(fields.rest)]
        sealed_s, cookie = fields.lp16(SEALED_LIMIT), fields.lp16(COOKIE_LIMIT)
        fields.end()

        t1 = transcript(1, self._t0, head)
        kx, kem = self._exchange(kx_s, kem_s)
        secret = H64(lp("secenv 2 secret") + lp(kx) + lp(kem) + lp(t1))
        spki = open_proof(SERVER_SIDE, sealed_s, secret, t1, self._pins)

        t2 = transcript(2, t1, sealed_s)
        t3 = transcript(3, t2, cookie, self._t0)
        sealed_c = self._seal_proof(secret, t3, pin(spki))
        t4 = transcript(4, t3, sealed_c)
        self._finished = True
        self._secret, self._session_id, self._server_spki, self._t4 = secret, session_id, spki, t4
        self.values |= {"t0": self._t0, "t1": t1, "t2": t2, "t3": t3, "t4": t4, "kx": kx, "kem": kem, "s": secret}
        for letter, side, t in [("S", SERVER_SIDE, t1), ("C", CLIENT_SIDE, t3)]:
            self.values |= {f"key{letter}": derive(secret, side.key_label, t),
                            f"confirm{letter}": derive(secret, side.confirm_label, t)}
        return u8(VERSION) + u8(FINISH) + lp16(cookie) + lp16(self.hello) + lp16(sealed_c)

    def _seal_proof(self, secret, t3, pin_s):
        return seal_proof(CLIENT_SIDE, self._me, secret, t3, (self._me.pin, pin_s), self._random)

    def session(self, welcome):
        """The session; after a welcome that was refused the true one may still come."""
        if self._closed:
            raise Refused("CLOSED")
        self._check_time()
        if not self._finished:
            raise Refused("INVALID_ARGUMENT")
        fields = _fields_of(welcome, WELCOME)
        kx_w, kem_w = fields.take(32), self._kem(fields)
        head = welcome[: len(welcome) - len(fields.rest)]
        signature, mac = fields.lp16(SIGNATURE_LIMIT), fields.take(32)
        fields.end()

        t5 = transcript(5, self._t4, self._session_id, head)
        kx2, kem2 = self._exchange(kx_w, kem_w)
        secrets = Secrets(self._secret, kx2, kem2, t5)
        if not compare_digest(mac, welcome_mac(secrets.confirm, t5, signature)):
            raise Refused("REJECTED")
        server_pin = pin(self._server_spki)
        verify(self._server_spki, signature, signed(WELCOME_CONTEXT, t5, server_pin))
        self._closed = True
        self._secret = self._secret_key = self._kem_seed = None
        self.values |= {"t5": t5, "kx2": kx2, "kem2": kem2, "r": secrets.secret, "confirmW": secrets.confirm,
                        "c0": secrets.client_key, "d0": secrets.server_key, "exporter": secrets.exporter}
        place = Place(server_pin, self._session_id, CLIENT, NO_STORE)
        return secrets.session(place, self._clock(), self._me.pin, self._padding, self._random, self._clock)

    @property
    def pin_index(self):
        """Which of the pins proved itself: those after it are dropped."""
        if not self._closed:
            raise Refused("INVALID_ARGUMENT")
        return self._pins.index(pin(self._server_spki))


class Server:
    """Answers hellos and takes finishes, and keeps nothing between them."""

    def __init__(self, identities, cookie_key, store_id, minimum_suite=2, prologue=b"", padding=0, accepted_keys=(),
                 random=system_random, clock=now):
        _check_configuration(minimum_suite, padding, prologue)
        pins = [identity.pin for identity in identities]
        if len(pins) not in PINS or len(set(pins)) != len(pins) or len(accepted_keys) > ACCEPTED_KEYS:
            raise Refused("INVALID_ARGUMENT")
        self._identities, self._cookie_keys, self._store_id = list(identities), [cookie_key, *accepted_keys], store_id
        self._minimum, self._prologue, self._padding = minimum_suite, prologue, padding
        self._random, self._clock = random, clock

    def _read(self, message):
        """The hello, its T0 and the identity that answers it, by all checks but those of its keys."""
        hello = Hello(message)
        mine = [identity for wanted in hello.pins for identity in self._identities if identity.pin == wanted]
        if hello.suite < self._minimum or not mine:
            raise Refused("REJECTED")
        return hello, transcript_0(self._padding, self._prologue, message), mine[0]

    def _exchange(self, hello):
        """New public keys for a client, and both shared secrets."""
        public, secret_key = crypto_kx_seed_keypair(self._random(32))
        kx = server_exchange(public, secret_key, hello.kx)
        if hello.suite == 1:
            return public, kx, b""
        kem_public, kem = xwing.encapsulate(hello.kem, self._random(xwing.ENCAPSULATION_SEED))
        return public + kem_public, kx, kem

    def reply(self, hello):
        hello, t0, me = self._read(hello)
        nonce = self._random(32)
        publics, kx, kem = self._exchange(hello)
        session_id = self._random(16)
        head = u8(VERSION) + u8(REPLY) + nonce + publics + session_id

        t1 = transcript(1, t0, head)
        secret = H64(lp("secenv 2 secret") + lp(kx) + lp(kem) + lp(t1))
        sealed_s = self._seal_proof(me, secret, t1)
        plain = u64(self._clock()) + session_id + transcript(2, t1, sealed_s) + secret
        return head + lp16(sealed_s) + lp16(self._seal_cookie(me, t0, plain))

    def _seal_proof(self, me, secret, t1):
        return seal_proof(SERVER_SIDE, me, secret, t1, (me.pin,), self._random)

    def _cookie_ad(self, me, t0):
        return lp("secenv 2 cookie") + lp(me.pin) + lp(self._store_id) + lp(t0)

    def _seal_cookie(self, me, t0, plain):
        cookie_key = self._cookie_keys[0]
        return key_id(cookie_key) + box(derive(cookie_key, "secenv 2 cookie", b""), self._cookie_ad(me, t0), plain,
                                        self._random)

    def _open_cookie(self, me, t0, cookie):
        for cookie_key in self._cookie_keys:
            if compare_digest(cookie[:8], key_id(cookie_key)):
                plain = unbox(derive(cookie_key, "secenv 2 cookie", b""), self._cookie_ad(me, t0), cookie[8:])
                if len(plain) == COOKIE_PLAIN:
                    return Fields(plain, "REJECTED")
        raise Refused("REJECTED")

    def accept(self, finish):
        """The session, the welcome and the client's SPKI: nothing is sent before the session is stored."""
        fields = _fields_of(finish, FINISH)
        cookie, hello, sealed_c = fields.lp16(COOKIE_LIMIT), fields.lp16(), fields.lp16(SEALED_LIMIT)
        fields.end()
        hello, t0, me = self._read(hello)

        plain = self._open_cookie(me, t0, cookie)
        issued, session_id, t2, secret = plain.number(8), plain.take(16), plain.take(32), plain.take(64)
        time = self._clock()
        if not issued - COOKIE_BEFORE <= time <= issued + COOKIE_AFTER:
            raise Refused("REJECTED")

        t3 = transcript(3, t2, cookie, t0)
        spki = open_proof(CLIENT_SIDE, sealed_c, secret, t3, other_pins=(me.pin,))
        t4 = transcript(4, t3, sealed_c)
        publics, kx2, kem2 = self._exchange(hello)
        head = u8(VERSION) + u8(WELCOME) + publics
        t5 = transcript(5, t4, session_id, head)
        secrets = Secrets(secret, kx2, kem2, t5)
        place = Place(me.pin, session_id, SERVER, self._store_id)
        session = secrets.session(place, time, pin(spki), self._padding, self._random, self._clock)
        return session, head + self._confirm(me, secrets, t5), spki

    def _confirm(self, me, secrets, t5):
        """The signature and the mac of the welcome."""
        signature = me.sign(signed(WELCOME_CONTEXT, t5, me.pin))
        return lp16(signature) + welcome_mac(secrets.confirm, t5, signature)
