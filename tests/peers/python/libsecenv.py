"""The libsecenv.so in $SECENV_LIB_DIR (build/lib) through ctypes, by the names of `secenv_peer`: tests take either."""

import ctypes
import os
from pathlib import Path

from secenv_peer import Refused

_FOLDER = os.environ.get("SECENV_LIB_DIR") or Path(__file__).resolve().parents[3] / "build" / "lib"
_C = ctypes.CDLL(str(Path(_FOLDER) / "libsecenv.so"))
_STATUS = {
    # The mirror of libsodium knows one failure, -1, which protocol 2 calls REJECTED.
    -1: "REJECTED",
    1: "NULL_POINTER", 2: "INVALID_LENGTH", 10: "INVALID_ARGUMENT", 11: "ENCRYPTED_KEY", 12: "CLOSED",
    15: "WEAK_KEY", 16: "WRONG_KIND", 17: "DAMAGED", 20: "MALFORMED", 21: "REJECTED", 22: "TOO_LARGE",
    23: "ENDED", 30: "UNAVAILABLE", 39: "INTERNAL",
}
_P, _N, _B, _I, _U = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_int32, ctypes.c_uint64
_OUT = ctypes.POINTER(ctypes.c_void_p)
_NUMBER = ctypes.POINTER(ctypes.c_uint64)

_PROTOTYPES = {
    "identity_parse": [_B, _N, _OUT],
    "identity_generate": [_I, _OUT],
    "identity_encode_secret": [_P, _OUT],
    "identity_public": [_P, _OUT],
    "identity_pin": [_B, _N, _B],
    "client_start": [_P, _B, _I, _OUT, _OUT],
    "client_finish": [_P, _B, _N, _OUT, _OUT],
    "server_new": [_P, _B, _I, _OUT],
    "server_rotate": [_P, _B, _OUT],
    "server_reply": [_P, _B, _N, _OUT],
    "server_accept": [_P, _B, _N, _OUT, _OUT],
    "session_seal": [_P, _B, _N, _B, _N, _OUT],
    "session_reply": [_P, _U, _B, _N, _B, _N, _OUT],
    "session_open": [_P, _B, _N, _B, _N, _OUT],
    "session_open_reply": [_P, _U, _B, _N, _B, _N, _OUT],
    "session_last_received": [_P, _NUMBER],
    "session_last_sent": [_P, _NUMBER],
    "session_export": [_P, _B, _OUT],
    "session_import": [_B, _N, _B, _OUT],
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


def _number(name, *arguments):
    out = ctypes.c_uint64()
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


class Session(_Handle):
    noun = "session"

    @classmethod
    def import_state(cls, blob, state_key):
        return cls._make("session_import", *_sized(blob), state_key)

    def export(self, state_key):
        return _bytes("session_export", self._pointer, state_key)

    def seal(self, ad, message):
        return _bytes("session_seal", self._pointer, *_sized(ad, message))

    def reply(self, number, ad, message):
        return _bytes("session_reply", self._pointer, number, *_sized(ad, message))

    def open(self, ad, record):
        return _bytes("session_open", self._pointer, *_sized(ad, record))

    def open_reply(self, number, ad, record):
        return _bytes("session_open_reply", self._pointer, number, *_sized(ad, record))

    last_received = property(lambda self: _number("session_last_received", self._pointer))
    last_sent = property(lambda self: _number("session_last_sent", self._pointer))
    id = property(lambda self: _array(16, "session_id", self._pointer))
    peer = property(lambda self: _array(32, "session_peer", self._pointer))


class Client(_Handle):
    noun = "client"

    def __init__(self, me, server_pin, suite):
        super().__init__(ctypes.c_void_p())
        hello = ctypes.c_void_p()
        _call("client_start", me._pointer, server_pin, suite, ctypes.byref(self._pointer), ctypes.byref(hello))
        self.hello = _take(hello)

    def finish(self, reply):
        session, finish = ctypes.c_void_p(), ctypes.c_void_p()
        _call("client_finish", self._pointer, *_sized(reply), ctypes.byref(session), ctypes.byref(finish))
        return Session(session), _take(finish)


class Server(_Handle):
    noun = "server"

    def __init__(self, me, state_key, minimum_suite=2):
        super().__init__(ctypes.c_void_p())
        _call("server_new", me._pointer, state_key, minimum_suite, ctypes.byref(self._pointer))

    def rotate(self, state_key):
        server = Server.__new__(Server)
        server._pointer = ctypes.c_void_p()
        _call("server_rotate", self._pointer, state_key, ctypes.byref(server._pointer))
        return server

    def reply(self, hello):
        return _bytes("server_reply", self._pointer, *_sized(hello))

    def accept(self, finish):
        session, spki = ctypes.c_void_p(), ctypes.c_void_p()
        _call("server_accept", self._pointer, *_sized(finish), ctypes.byref(session), ctypes.byref(spki))
        return Session(session), _take(spki)


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
