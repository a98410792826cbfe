"""What the tests share: both implementations, identities of each kind, and a handshake between any two."""

import contextlib
import os

import libsecenv
import secenv_peer
from secenv_peer import Identity, Refused

OURS, THEIRS = secenv_peer, libsecenv
# Python with itself, and each role against the library.
PAIRS = [(OURS, OURS), (OURS, THEIRS), (THEIRS, OURS)]
SUITES = (1, 2)
STATE_KEY = os.urandom(32)
# Two of each kind, as PEM, which both implementations read.
KEYS = {
    "Ed25519": [Identity.generate_ed25519().encode_secret() for _ in range(2)],
    "RSA": [Identity.generate_rsa(2048).encode_secret() for _ in range(2)],
}


def name(implementation):
    return implementation.__name__


def server_of(implementation, kind="Ed25519", minimum_suite=1, state_key=STATE_KEY):
    return implementation.Server(implementation.Identity.parse(KEYS[kind][1]), state_key, minimum_suite)


def server_pin(kind="Ed25519"):
    return Identity.parse(KEYS[kind][1]).pin


def client_of(implementation, suite=1, kind="Ed25519", wanted=None):
    return implementation.Client(implementation.Identity.parse(KEYS[kind][0]), wanted or server_pin(), suite)


def sessions(client_side, server_side, suite=1):
    """The client's session and the server's, after a handshake."""
    client, server = client_of(client_side, suite), server_of(server_side)
    at_client, finish = client.finish(server.reply(client.hello))
    at_server, _ = server.accept(finish)
    return at_client, at_server


def status(step, *arguments):
    """OK, or the status that the step is refused with."""
    try:
        step(*arguments)
    except Refused as refused:
        return refused.status
    return "OK"


def outcome(step, *arguments):
    """What the step gives, or the status that it is refused with."""
    try:
        return step(*arguments)
    except Refused as refused:
        return refused.status


def changed(message, at, mask=1):
    copy = bytearray(message)
    copy[at] ^= mask
    return bytes(copy)


@contextlib.contextmanager
def refused(case, expected):
    """The block has to be refused with this status."""
    with case.assertRaises(Refused) as caught:
        yield
    case.assertEqual(caught.exception.status, expected)
