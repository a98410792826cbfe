"""Identities: keys that sign and do nothing else, and their pins."""

from hashlib import sha256

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from nacl.bindings import crypto_sign, crypto_sign_open, crypto_sign_seed_keypair
from nacl.exceptions import CryptoError

from .notation import Refused

_ED25519_PREFIX = bytes.fromhex("302a300506032b6570032100")
_PSS = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)
_DER, _PEM = serialization.Encoding.DER, serialization.Encoding.PEM
_SPKI = serialization.PublicFormat.SubjectPublicKeyInfo
RSA_BITS = (3072, 8192)


def pin(spki):
    return sha256(spki).digest()


class Identity:
    """A secret key, its public key (DER) and its pin."""

    def __init__(self, key):
        self._key = key
        self.spki = key.public_key().public_bytes(_DER, _SPKI)
        self.pin = pin(self.spki)

    @classmethod
    def parse(cls, pem):
        key = serialization.load_pem_private_key(pem, password=None)
        if isinstance(key, rsa.RSAPrivateKey) and key.key_size < RSA_BITS[0]:
            raise Refused("WEAK_KEY")
        return cls(key)

    @classmethod
    def generate_ed25519(cls):
        return cls(ed25519.Ed25519PrivateKey.generate())

    @classmethod
    def generate_rsa(cls, bits=RSA_BITS[0], exponent=65537):
        return cls(rsa.generate_private_key(public_exponent=exponent, key_size=bits))

    def encode_secret(self):
        return self._key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())

    def sign(self, message):
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(message, _PSS, hashes.SHA256())
        _, secret = crypto_sign_seed_keypair(self._key.private_bytes_raw())
        return crypto_sign(message, secret)[:64]


def _rsa_public(spki):
    try:
        key = serialization.load_der_public_key(spki)
    except (ValueError, UnsupportedAlgorithm):
        raise Refused("REJECTED") from None
    if not isinstance(key, rsa.RSAPublicKey) or key.public_bytes(_DER, _SPKI) != spki:
        raise Refused("REJECTED")
    e = key.public_numbers().e
    if not RSA_BITS[0] <= key.key_size <= RSA_BITS[1] or e % 2 == 0 or not 3 <= e <= 2**33:
        raise Refused("REJECTED")
    return key


def verify(spki, signature, message):
    """REJECTED unless the spki is canonical, a key within the limits, and the signature its own."""
    if spki.startswith(_ED25519_PREFIX):
        if len(spki) != 44 or len(signature) != 64:
            raise Refused("REJECTED")
        try:
            crypto_sign_open(signature + message, spki[len(_ED25519_PREFIX):])
        except CryptoError:
            raise Refused("REJECTED") from None
        return
    try:
        _rsa_public(spki).verify(signature, message, _PSS, hashes.SHA256())
    except InvalidSignature:
        raise Refused("REJECTED") from None
