"""X-Wing (draft-connolly-cfrg-xwing-kem): ML-KEM-768 and X25519 under one SHA3-256."""

from hashlib import sha3_256, shake_256

from kyber_py.ml_kem import ML_KEM_768
from nacl.bindings import crypto_scalarmult, crypto_scalarmult_base
from nacl.exceptions import CryptoError

from .notation import Refused

PUBLIC, CIPHERTEXT, SEED, ENCAPSULATION_SEED = 1216, 1120, 32, 64
_PUBLIC_M, _CIPHERTEXT_M = 1184, 1088
_LABEL = b"\\.//^\\"


def _expand(seed):
    expanded = shake_256(seed).digest(96)
    public_m, secret_m = ML_KEM_768.key_derive(expanded[:64])
    secret_x = expanded[64:]
    return public_m, secret_m, crypto_scalarmult_base(secret_x), secret_x


def _x25519(secret, public):
    """X25519, which refuses a public key of low order."""
    try:
        return crypto_scalarmult(secret, public)
    except (CryptoError, RuntimeError):
        raise Refused("REJECTED") from None


def _check_modulus(public_m):
    """FIPS 203, 7.2: each coefficient is below q = 3329; two of them are packed into three bytes."""
    packed = public_m[:-32]
    for a, b, c in zip(packed[0::3], packed[1::3], packed[2::3]):
        if a | (b & 15) << 8 >= 3329 or b >> 4 | c << 4 >= 3329:
            raise Refused("REJECTED")


def _combine(shared_m, shared_x, ciphertext_x, public_x):
    return sha3_256(shared_m + shared_x + ciphertext_x + public_x + _LABEL).digest()


def public_key(seed):
    public_m, _, public_x, _ = _expand(seed)
    return public_m + public_x


def encapsulate(public, seed):
    """The ciphertext and the secret; REJECTED for a public key that is none."""
    public_m, public_x = public[:_PUBLIC_M], public[_PUBLIC_M:]
    _check_modulus(public_m)
    shared_m, ciphertext_m = ML_KEM_768._encaps_internal(public_m, seed[:32])
    secret_x = seed[32:]
    ciphertext_x = crypto_scalarmult_base(secret_x)
    shared_x = _x25519(secret_x, public_x)
    return ciphertext_m + ciphertext_x, _combine(shared_m, shared_x, ciphertext_x, public_x)


def decapsulate(seed, ciphertext):
    """The secret; REJECTED for a ciphertext whose X25519 key is of low order."""
    _, secret_m, public_x, secret_x = _expand(seed)
    ciphertext_m, ciphertext_x = ciphertext[:_CIPHERTEXT_M], ciphertext[_CIPHERTEXT_M:]
    shared_x = _x25519(secret_x, ciphertext_x)
    shared_m = ML_KEM_768.decaps(secret_m, ciphertext_m)
    return _combine(shared_m, shared_x, ciphertext_x, public_x)
