"""A session: its records, and the sealed state that it survives in."""

from hmac import compare_digest

from .notation import (
    BOX, RECORD, STATE, TAG, VERSION, Fields, Refused, box, derive, now, lp, system_random, u8, u64, unbox,
)
from .window import Window

CLIENT, SERVER = 1, 2
MESSAGE_LIMIT = 16 * 1024 * 1024
AD_LIMIT = 64 * 1024
NUMBERS = 2**32
BYTES = 2**44
AGE, BACKWARDS = 24 * 3600, 300
REMEMBERED, ANSWERABLE = 1024, 16
STATE_LENGTH = 844


def header(kind, session_id, number, answers=b""):
    return u8(VERSION) + u8(RECORD) + u8(kind) + session_id + u64(number) + answers


def _parse(record):
    """kind, session id, number, answers, header, box."""
    fields = Fields(record, "MALFORMED")
    fields.expect(VERSION, RECORD)
    kind = fields.number(1)
    if kind > 3:
        raise Refused("MALFORMED")
    session_id, number = fields.take(16), fields.number(8)
    answers = fields.take(TAG) if kind >= 2 else b""
    sealed = fields.rest
    if number >= NUMBERS or len(sealed) < BOX:
        raise Refused("MALFORMED")
    if len(sealed) > MESSAGE_LIMIT + BOX:
        raise Refused("TOO_LARGE")
    return kind, session_id, number, answers, record[: len(record) - len(sealed)], sealed


def record_session_id(record):
    """The session id in the clear header of a record."""
    return _parse(record)[1]


class Session:
    def __init__(self, role, session_id, created, peer, key_cs, key_sc, random=system_random, clock=now):
        self.role, self.id, self.created, self.peer = role, session_id, created, peer
        self.key_cs, self.key_sc = key_cs, key_sc
        self.next = 0
        self.bytes = 0
        self.messages, self.replies = Window(), Window()
        self.imported = []  # (number, tag) of the other side's messages, oldest first: those of the state
        self.opened = []    # and those that this handle opened
        self._sent = {}     # number -> tag of the last messages that this handle sealed
        self._last = None
        self._random, self._clock = random, clock
        # The kinds: my messages, the other side's; its replies to mine, my replies to its.
        self._mine, self._theirs = (0, 1) if role == CLIENT else (1, 0)
        self._their_reply, self._my_reply = (2, 3) if role == CLIENT else (3, 2)
        self._seal_key, self._open_key = (key_cs, key_sc) if role == CLIENT else (key_sc, key_cs)

    def _check(self, ad, message=b""):
        if len(ad) > AD_LIMIT or len(message) > MESSAGE_LIMIT:
            raise Refused("TOO_LARGE")
        time = self._clock()
        if time > self.created + AGE or time < self.created - BACKWARDS or self.bytes >= BYTES:
            raise Refused("ENDED")

    def _seal(self, head, ad, message):
        self.bytes += len(message)
        return head + box(self._seal_key, head + lp(ad), message, self._random)

    def seal(self, ad, message):
        self._check(ad, message)
        if self.next >= NUMBERS:
            raise Refused("ENDED")
        number = self.next
        record = self._seal(header(self._mine, self.id, number), ad, message)
        self.next += 1
        self._sent[number] = record[-TAG:]
        self._sent.pop(number - REMEMBERED, None)
        return record

    def reply(self, number, ad, message):
        """The reply to a message that was opened before."""
        self._check(ad, message)
        tags = [tag for n, tag in self.imported + self.opened if n == number]
        if not tags:
            raise Refused("INVALID_ARGUMENT")
        return self._seal(header(self._my_reply, self.id, number, tags[-1]), ad, message)

    def open(self, ad, record):
        return self._open(ad, record, None)

    def open_reply(self, number, ad, record):
        """As `open`, but takes only the reply to this message."""
        return self._open(ad, record, number)

    def _open(self, ad, record, wanted):
        kind, session_id, number, answers, head, sealed = _parse(record)
        self._check(ad)
        if session_id != self.id or kind not in (self._theirs, self._their_reply):
            raise Refused("REJECTED")
        if wanted is not None and (kind != self._their_reply or number != wanted):
            raise Refused("REJECTED")
        window = self.messages if kind == self._theirs else self.replies
        window.check(number)
        if kind == self._their_reply:
            self._check_name(number, answers)
        message = unbox(self._open_key, head + lp(ad), sealed)
        window.accept(number)
        if kind == self._theirs:
            self.opened = self.opened[1 - REMEMBERED:] + [(number, sealed[-TAG:])]
        self.bytes += len(message)
        self._last = number
        return message

    def _check_name(self, number, answers):
        """A message of this handle's is known by its name, one from before the import by its number alone."""
        if number in self._sent:
            if not compare_digest(answers, self._sent[number]):
                raise Refused("REJECTED")
        elif number >= self.next or len(self._sent) == REMEMBERED:
            raise Refused("REJECTED")

    @property
    def last_received(self):
        """The number of the record that this handle opened last."""
        if self._last is None:
            raise Refused("INVALID_ARGUMENT")
        return self._last

    @property
    def last_sent(self):
        """The number of the message that this side sealed last."""
        if self.next == 0:
            raise Refused("INVALID_ARGUMENT")
        return self.next - 1

    def plain_state(self):
        last = (self.imported + self.opened)[-ANSWERABLE:]
        return (
            u8(self.role) + self.id + u64(self.created) + self.peer + self.key_cs + self.key_sc
            + u64(self.next) + u64(self.bytes) + self.messages.encode() + self.replies.encode()
            + u8(len(last)) + b"".join(u64(n) + tag for n, tag in last).ljust(ANSWERABLE * 24, b"\0")
        )

    def export(self, state_key):
        return seal_state(self.plain_state(), state_key, self._random)

    @classmethod
    def import_state(cls, blob, state_key, random=system_random, clock=now):
        if len(blob) != STATE_LENGTH or blob[:2] != u8(VERSION) + u8(STATE):
            raise Refused("MALFORMED")
        if not compare_digest(blob[2:10], key_id(state_key)):
            raise Refused("REJECTED")
        fields = Fields(unbox(derive(state_key, "secenv 2 state", b""), blob[:10], blob[10:]), "REJECTED")
        role, session_id, created, peer = fields.number(1), fields.take(16), fields.number(8), fields.take(32)
        if role not in (CLIENT, SERVER) or created >= 2**63:
            raise Refused("REJECTED")
        session = cls(role, session_id, created, peer, fields.take(32), fields.take(32), random, clock)
        session.next, session.bytes = fields.number(8), fields.number(8)
        session.messages, session.replies = Window.decode(fields), Window.decode(fields)
        count = fields.number(1)
        if session.next > NUMBERS or session.messages.count > NUMBERS or session.replies.count > session.next:
            raise Refused("REJECTED")
        if count > ANSWERABLE:
            raise Refused("REJECTED")
        session.imported = [(fields.number(8), fields.take(TAG)) for _ in range(count)]
        if any(number >= session.messages.count for number, _ in session.imported) or any(fields.rest):
            raise Refused("REJECTED")
        return session


def key_id(state_key):
    return derive(state_key, "secenv 2 key id", b"")[:8]


def seal_state(plain, state_key, random=system_random):
    head = u8(VERSION) + u8(STATE) + key_id(state_key)
    return head + box(derive(state_key, "secenv 2 state", b""), head, plain, random)
