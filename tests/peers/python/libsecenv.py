"""The libsecenv.so in $SECENV_LIB_DIR (build/lib) through ctypes, by the names of `secenv_peer`: tests take either."""

import ctypes
import os
from pathlib import Path

from secenv_peer import Place, Refused
from secenv_peer.notation import now as system_clock
from secenv_peer.session import CLIENT, SERVER

_FOLDER = os.environ.get("SECENV_LIB_DIR") or Path(__file__).resolve().parents[3] / "build" / "lib"
_C = ctypes.CDLL(str(Path(_FOLDER) / "libsecenv.so"))
_STATUS = {
    # The interface that is libsodium's knows one failure, -1, which protocol 2 calls REJECTED.
    -1: "REJECTED",
    1: "NULL_POINTER", 2: "INVALID_LENGTH", 10: "INVALID_ARGUMENT", 11: "ENCRYPTED_KEY", 12: "CLOSED",
    15: "WEAK_KEY", 16: "WRONG_KIND", 17: "DAMAGED", 19: "UNCONFIRMED", 20: "MALFORMED", 21: "REJECTED",
    22: "TOO_LARGE", 23: "ENDED", 30: "UNAVAILABLE", 39: "INTERNAL",
}
_P, _N, _B, _I, _U = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_int32, ctypes.c_uint64
_OUT = ctypes.POINTER(ctypes.c_void_p)


class _Struct(ctypes.Structure):
    """A struct of the library's, whose first member is its size."""

    def __init__(self, **members):
        super().__init__(size=ctypes.sizeof(type(self)), **members)


class _Message(_Struct):
    _fields_ = [("size", _N), ("number", _U), ("ad", _B), ("ad_len", _N), ("in_", _B), ("in_len", _N), ("now", _U)]


class _Place(_Struct):
    _fields_ = [("size", _N), ("server_pin", _B), ("store_id", _B), ("session_id", _B), ("role", _I)]


class _ClientConfig(_Struct):
    _fields_ = [("size", _N), ("pins", _B), ("pin_count", _N), ("suite", _I), ("padding", _I),
                ("prologue", _B), ("prologue_len", _N), ("now", _U)]


class _ServerConfig(_Struct):
    _fields_ = [("size", _N), ("cookie_key", _B), ("store_id", _B), ("minimum_suite", _I), ("padding", _I),
                ("prologue", _B), ("prologue_len", _N), ("accepted_keys", _B), ("accepted_key_count", _N)]


def _to(struct):
    return ctypes.POINTER(struct)


_PROTOTYPES = {
    "identity_parse": [_B, _N, _OUT],
    "identity_generate": [_I, _OUT],
    "identity_encode_secret": [_P, _OUT],
    "identity_public": [_P, _OUT],
    "identity_pin": [_B, _N, _B],
    "client_start": [_P, _to(_ClientConfig), _OUT, _OUT],
    "client_finish_at": [_P, _B, _N, _U, _OUT],
    "client_session_at": [_P, _B, _N, _U, _OUT],
    "client_pin_index": [_P, ctypes.POINTER(_N)],
    "server_new": [_OUT, _N, _to(_ServerConfig), _OUT],
    "server_reply_at": [_P, _B, _N, _U, _OUT],
    "server_accept_at": [_P, _to(_Message), _OUT, _OUT, _OUT],
    "server_next_key": [_B, _U, _B],
    "session_seal_at": [_P, _to(_Message), _OUT],
    "session_reply_at": [_P, _to(_Message), _OUT],
    "session_open_at": [_P, _to(_Message), _OUT],
    "session_open_message_at": [_P, _to(_Message), _OUT],
    "session_open_reply_at": [_P, _to(_Message), _OUT],
    "session_last_received": [_P, ctypes.POINTER(_U)],
    "session_last_sent": [_P, ctypes.POINTER(_U)],
    "session_export": [_P, _B, _to(_Place), _OUT],
    "session_import_at": [_B, _N, _B, _to(_Place), _U, _OUT],
    "session_export_secret": [_P, _B, _N, _B, _N, _B],
    "session_is_confirmed": [_P, ctypes.POINTER(ctypes.c_bool)],
    "session_server_pin": [_P, _B],
    "session_id": [_P, _B],
    "session_peer": [_P, _B],
    "record_session_id": [_B, _N, _B],
    "record_encode_json": [_B, _N, _OUT],
    "record_parse_json": [_B, _N, _OUT],
    "kem_seed_keypair": [_B, _B, _B],
    "kem_xwing_enc_deterministic": [_B, _B, _B, _B],
    "kem_dec": [_B, _B, _B],
}
for _name, _arguments in _PROTOTYPES.items():
    _function = getattr(_C, f"secenv_{_name}")
    _function.argtypes, _function.restype = _arguments, _I
for _noun in ("bytes", "identity", "client", "server", "session"):
    _function = getattr(_C, f"secenv_{_noun}_free")
    _function.argtypes, _function.restype = [_P], None
_C.secenv_bytes_data.argtypes, _C.secenv_bytes_data.restype = [_P], _P
_C.secenv_bytes_len.argtypes, _C.secenv_bytes_len.restype = [_P], _N


def _call(name, *arguments):
    status = getattr(_C, f"secenv_{name}")(*arguments)
    if status != 0:
        raise Refused(_STATUS[status])


def _sized(*inputs):
    for data in inputs:
        yield data
        yield len(data)


def _take(pointer):
    """The bytes, which are freed."""
    data = ctypes.string_at(_C.secenv_bytes_data(pointer), _C.secenv_bytes_len(pointer))
    _C.secenv_bytes_free(pointer)
    return data


def _bytes(name, *arguments):
    out = ctypes.c_void_p()
    _call(name, *arguments, ctypes.byref(out))
    return _take(out)


def _array(length, name, *arguments):
    out = ctypes.create_string_buffer(length)
    _call(name, *arguments, out)
    return out.raw


def _value(kind, name, *arguments):
    out = kind()
    _call(name, *arguments, ctypes.byref(out))
    return out.value


class _Handle:
    """A pointer of the library's and the one `_free` that it has."""

    def __init__(self, pointer):
        self._pointer = pointer

    def __del__(self):
        getattr(_C, f"secenv_{self.noun}_free")(self._pointer)

    @classmethod
    def _make(cls, name, *arguments):
        out = ctypes.c_void_p()
        _call(name, *arguments, ctypes.byref(out))
        return cls(out)


def pin(spki):
    return _array(32, "identity_pin", *_sized(spki))


class Identity(_Handle):
    noun = "identity"

    @classmethod
    def parse(cls, pem):
        return cls._make("identity_parse", *_sized(pem))

    @classmethod
    def generate_ed25519(cls):
        return cls._make("identity_generate", 2)

    def encode_secret(self):
        return _bytes("identity_encode_secret", self._pointer)

    @property
    def pin(self):
        return pin(_bytes("identity_public", self._pointer))


def _place(place):
    # A client has no store: there, the library wants none, and makes the zeros itself.
    store_id = None if place.role == CLIENT else place.store_id
    return _Place(server_pin=place.server_pin, store_id=store_id, session_id=place.session_id, role=place.role)


class Session(_Handle):
    """`store_id` and the clock are what this handle was made with: the library does not tell them."""

    noun = "session"

    def __init__(self, pointer, role=None, store_id=bytes(16), clock=system_clock):
        super().__init__(pointer)
        self._role, self._store_id, self._clock = role, store_id, clock

    @classmethod
    def import_state(cls, blob, state_key, place, clock=system_clock):
        out = ctypes.c_void_p()
        _call("session_import_at", *_sized(blob), state_key, _place(place), clock(), ctypes.byref(out))
        return cls(out, place.role, place.store_id, clock)

    def export(self, state_key, place=None):
        return _bytes("session_export", self._pointer, state_key, _place(place or self.place))

    def _step(self, name, ad, data, number=0):
        message = _Message(number=number, ad=ad, ad_len=len(ad), in_=data, in_len=len(data), now=self._clock())
        return _bytes(f"session_{name}_at", self._pointer, message)

    def seal(self, ad, message):
        return self._step("seal", ad, message)

    def reply(self, number, ad, message):
        return self._step("reply", ad, message, number)

    def open(self, ad, record):
        return self._step("open", ad, record)

    def open_message(self, ad, record):
        return self._step("open_message", ad, record)

    def open_reply(self, number, ad, record):
        return self._step("open_reply", ad, record, number)

    def export_secret(self, label, context):
        return _array(32, "session_export_secret", self._pointer, *_sized(label, context))

    last_received = property(lambda self: _value(_U, "session_last_received", self._pointer))
    last_sent = property(lambda self: _value(_U, "session_last_sent", self._pointer))
    is_confirmed = property(lambda self: _value(ctypes.c_bool, "session_is_confirmed", self._pointer))
    id = property(lambda self: _array(16, "session_id", self._pointer))
    peer = property(lambda self: _array(32, "session_peer", self._pointer))
    server_pin = property(lambda self: _array(32, "session_server_pin", self._pointer))
    place = property(lambda self: Place(self.server_pin, self.id, self._role, self._store_id))


class Client(_Handle):
    noun = "client"

    def __init__(self, me, pins, suite=2, prologue=b"", padding=0, clock=system_clock):
        super().__init__(ctypes.c_void_p())
        self._clock = clock
        config = _ClientConfig(pins=b"".join(pins), pin_count=len(pins), suite=suite, padding=padding,
                               prologue=prologue, prologue_len=len(prologue), now=clock())
        hello = ctypes.c_void_p()
        _call("client_start", me._pointer, config, ctypes.byref(self._pointer), ctypes.byref(hello))
        self.hello = _take(hello)

    def finish(self, reply):
        return _bytes("client_finish_at", self._pointer, *_sized(reply), self._clock())

    def session(self, welcome):
        out = ctypes.c_void_p()
        _call("client_session_at", self._pointer, *_sized(welcome), self._clock(), ctypes.byref(out))
        return Session(out, CLIENT, clock=self._clock)

    pin_index = property(lambda self: _value(_N, "client_pin_index", self._pointer))


class Server(_Handle):
    noun = "server"

    def __init__(self, identities, cookie_key, store_id, minimum_suite=2, prologue=b"", padding=0, accepted_keys=(),
                 clock=system_clock):
        super().__init__(ctypes.c_void_p())
        self._store_id, self._clock = store_id, clock
        array = (ctypes.c_void_p * max(len(identities), 1))(*[identity._pointer for identity in identities])
        config = _ServerConfig(cookie_key=cookie_key, store_id=store_id, minimum_suite=minimum_suite, padding=padding,
                               prologue=prologue, prologue_len=len(prologue), accepted_keys=b"".join(accepted_keys),
                               accepted_key_count=len(accepted_keys))
        _call("server_new", array, len(identities), config, ctypes.byref(self._pointer))

    def reply(self, hello):
        return _bytes("server_reply_at", self._pointer, *_sized(hello), self._clock())

    def accept(self, finish):
        session, welcome, spki = (ctypes.c_void_p() for _ in range(3))
        message = _Message(in_=finish, in_len=len(finish), now=self._clock())
        _call("server_accept_at", self._pointer, message, *map(ctypes.byref, (session, welcome, spki)))
        return Session(session, SERVER, self._store_id, self._clock), _take(welcome), _take(spki)


def next_key(key, next_period):
    return _array(32, "server_next_key", key, next_period)


def record_session_id(record):
    return _array(16, "record_session_id", *_sized(record))


def encode_json(message):
    return _bytes("record_encode_json", *_sized(message))


def parse_json(text):
    return _bytes("record_parse_json", *_sized(text))


def xwing_public_key(seed):
    public, secret = ctypes.create_string_buffer(1216), ctypes.create_string_buffer(32)
    _call("kem_seed_keypair", public, secret, seed)
    return public.raw, secret.raw


def xwing_encapsulate(public, seed):
    ciphertext, shared = ctypes.create_string_buffer(1120), ctypes.create_string_buffer(32)
    _call("kem_xwing_enc_deterministic", ciphertext, shared, public, seed)
    return ciphertext.raw, shared.raw


def xwing_decapsulate(secret, ciphertext):
    shared = ctypes.create_string_buffer(32)
    _call("kem_dec", shared, ciphertext, secret)
    return shared.raw
