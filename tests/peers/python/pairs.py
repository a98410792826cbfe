"""What the tests share: both implementations, identities of each kind, a clock, and a handshake between any two."""

import contextlib
import os

import libsecenv
import secenv_peer
from secenv_peer import Identity, Refused

OURS, THEIRS = secenv_peer, libsecenv
BOTH = (OURS, THEIRS)
# Python with itself, and each role against the library.
PAIRS = [(OURS, OURS), (OURS, THEIRS), (THEIRS, OURS)]
SUITES = (1, 2)
PADDINGS = (0, 1)
COOKIE_KEY, STATE_KEY, STORE_ID = os.urandom(32), os.urandom(32), os.urandom(16)
# Two of each kind, as PEM, which both implementations read: a client's and a server's.
KEYS = {
    "Ed25519": [Identity.generate_ed25519().encode_secret() for _ in range(2)],
    "RSA": [Identity.generate_rsa().encode_secret() for _ in range(2)],
}
BEGIN = 1_800_000_000


class Clock:
    """A clock that stands until a test moves it."""

    def __init__(self, at=BEGIN):
        self.at = at

    def __call__(self):
        return self.at


def name(implementation):
    return implementation.__name__


def server_of(implementation, kind="Ed25519", minimum_suite=1, cookie_key=COOKIE_KEY, store_id=STORE_ID, keys=None,
              **more):
    """`keys` are PEM: of other identities than that of the kind."""
    identities = [implementation.Identity.parse(pem) for pem in keys or [KEYS[kind][1]]]
    return implementation.Server(identities, cookie_key, store_id, minimum_suite, **more)


def server_pin(kind="Ed25519"):
    return Identity.parse(KEYS[kind][1]).pin


def client_of(implementation, suite=1, kind="Ed25519", pins=None, **more):
    return implementation.Client(implementation.Identity.parse(KEYS[kind][0]), pins or [server_pin()], suite, **more)


def shake_hands(client, server):
    """The client's session and the server's, which is not confirmed yet."""
    at_server, welcome, _ = server.accept(client.finish(server.reply(client.hello)))
    return client.session(welcome), at_server


def unconfirmed(client_side, server_side, suite=1, **more):
    """The client's session and the server's, of which the client's first record is still to come."""
    return shake_hands(client_of(client_side, suite, **more), server_of(server_side, **more))


def sessions(client_side, server_side, suite=1, **more):
    """The client's session and the server's, after a handshake and one message: both have 1 for the client's count."""
    client, server = unconfirmed(client_side, server_side, suite, **more)
    server.open(b"", client.seal(b"", b""))
    return client, server


def imported(blob, place, state_key=STATE_KEY, **more):
    """What both make of a blob: a session, or the status that it is refused with."""
    return [outcome(implementation.Session.import_state, blob, state_key, place, **more) for implementation in BOTH]


def twins(session, **more):
    """The session's state in both implementations."""
    return [implementation.Session.import_state(session.export(STATE_KEY), STATE_KEY, session.place, **more)
            for implementation in BOTH]


def state_of(session):
    """The plain state of a session of either."""
    blob = session.export(STATE_KEY)
    return OURS.Session.import_state(blob, STATE_KEY, session.place, clock=session._clock).plain_state()


def status(step, *arguments, **more):
    """OK, or the status that the step is refused with."""
    try:
        step(*arguments, **more)
    except Refused as refused:
        return refused.status
    return "OK"


def outcome(step, *arguments, **more):
    """What the step gives, or the status that it is refused with."""
    try:
        return step(*arguments, **more)
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
