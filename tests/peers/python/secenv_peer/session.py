"""A session: its records, the secrets that it exports, and the sealed state that it survives in."""

from dataclasses import dataclass
from hmac import compare_digest

from .chain import NONE, Chain, generation_of
from .notation import (
    BOX, MAC, RECORD, STATE, TAG, VERSION, Fields, Refused, box, derive, lp, now, system_random, u8, u64, unbox,
)
from .padding import pad, unpad
from .window import Window

CLIENT, SERVER = 1, 2
MESSAGE_LIMIT = 16 * 1024 * 1024
# Of the content, by the padding: 16 MiB and one byte more, padded.
CONTENT_LIMIT = {0: MESSAGE_LIMIT, 1: 17_301_504}
AD_LIMIT = 64 * 1024
EXPORT_LIMIT = 1024
NUMBERS = 2**32
BYTES = 2**44
AGE, UNCONFIRMED_AGE, BACKWARDS = 24 * 3600, 300, 300
AHEAD = 16_384
REMEMBERED, STORED = 1024, 16
STATE_LENGTH = 1309
NO_STORE = bytes(16)


def header(kind, session_id, number, answers=b""):
    return u8(VERSION) + u8(RECORD) + u8(kind) + session_id + u64(number) + answers


def _parse(record, content_limit):
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
    if len(sealed) > content_limit + BOX:
        raise Refused("TOO_LARGE")
    return kind, session_id, number, answers, record[: len(record) - len(sealed)], sealed


def record_session_id(record):
    """The session id in the clear header of a record, of a session that pads or of one that does not."""
    return _parse(record, CONTENT_LIMIT[1])[1]


@dataclass(frozen=True)
class Place:
    """Where a state lies."""

    server_pin: bytes
    session_id: bytes
    role: int
    store_id: bytes = NO_STORE

    def ad(self, head):
        return (lp("secenv 2 state") + head + lp(self.server_pin) + lp(self.store_id) + lp(self.session_id)
                + u8(self.role))


class Session:
    def __init__(self, place, created, client_pin, padding, exporter, client_chain, server_chain,
                 random=system_random, clock=now):
        self.place, self.created, self.client_pin, self.padding = place, created, client_pin, padding
        self.exporter = exporter
        # One for each number space, by whose numbers they are.
        self.chains = {CLIENT: client_chain, SERVER: server_chain}
        self.next = 0
        self.bytes = 0
        self.messages, self.replies = Window(), Window()
        self.opened = []  # (number, tag) of the other side's messages, in the order in which they were opened
        self.sent = []    # and of this side's, as they were sealed
        self._last = None
        self._random, self._clock = random, clock
        self._me, self._other = (CLIENT, SERVER) if place.role == CLIENT else (SERVER, CLIENT)
        # The kinds: my messages, the other side's; its replies to mine, my replies to its.
        self._mine, self._theirs = (0, 1) if place.role == CLIENT else (1, 0)
        self._their_reply, self._my_reply = (2, 3) if place.role == CLIENT else (3, 2)

    id = property(lambda self: self.place.session_id)
    server_pin = property(lambda self: self.place.server_pin)
    peer = property(lambda self: self.server_pin if self._me == CLIENT else self.client_pin)

    @property
    def is_confirmed(self):
        """Whether the other side is known to have this session."""
        return self._me == CLIENT or self.messages.count > 0

    def check_not_over(self):
        time = self._clock()
        age = AGE if self.is_confirmed else UNCONFIRMED_AGE
        if time > self.created + age or time < self.created - BACKWARDS or self.bytes >= BYTES:
            raise Refused("ENDED")

    def _check_to_seal(self, ad, message):
        if len(ad) > AD_LIMIT or len(message) > MESSAGE_LIMIT:
            raise Refused("TOO_LARGE")
        self.check_not_over()

    def _seal(self, key, head, ad, message):
        self.bytes += len(message)
        return head + box(key, head + lp(ad), pad(message) if self.padding else message, self._random)

    def seal(self, ad, message):
        if not self.is_confirmed:
            raise Refused("UNCONFIRMED")
        if self.next >= NUMBERS:
            raise Refused("ENDED")
        self._check_to_seal(ad, message)
        number = self.next
        chain = self.chains[self._me].moved_to(generation_of(number))
        record = self._seal(chain.message_key(number), header(self._mine, self.id, number), ad, message)
        self.chains[self._me] = chain
        self.next += 1
        self.sent = self.sent[1 - REMEMBERED:] + [(number, record[-TAG:])]
        return record

    def reply(self, number, ad, message):
        """The reply to a message that was opened before."""
        tags = [tag for n, tag in self.opened if n == number]
        chain = self.chains[self._other]
        if not tags or not chain.holds(number):
            raise Refused("INVALID_ARGUMENT")
        self._check_to_seal(ad, message)
        return self._seal(chain.reply_key(number), header(self._my_reply, self.id, number, tags[-1]), ad, message)

    def open(self, ad, record):
        return self._open(ad, record, lambda kind, number: True)

    def open_message(self, ad, record):
        """As `open`, but takes no reply."""
        return self._open(ad, record, lambda kind, number: kind == self._theirs)

    def open_reply(self, number, ad, record):
        """As `open`, but takes only the reply to this message."""
        return self._open(ad, record, lambda kind, n: (kind, n) == (self._their_reply, number))

    def _open(self, ad, record, is_wanted):
        kind, session_id, number, answers, head, sealed = _parse(record, CONTENT_LIMIT[self.padding])
        if len(ad) > AD_LIMIT:
            raise Refused("TOO_LARGE")
        self.check_not_over()
        if session_id != self.id or kind not in (self._theirs, self._their_reply) or not is_wanted(kind, number):
            raise Refused("REJECTED")
        is_message = kind == self._theirs
        window = self.messages if is_message else self.replies
        window.check(number)
        if is_message:
            if number >= self.messages.count + AHEAD:
                raise Refused("REJECTED")
            chain = self.chains[self._other].moved_to(generation_of(number))
            key = chain.message_key(number)
        else:
            self._check_name(number, answers)
            key = self.chains[self._me].reply_key(number)
        content = unbox(key, head + lp(ad), sealed)
        message = unpad(content) if self.padding else content
        if len(message) > MESSAGE_LIMIT:
            raise Refused("REJECTED")
        if is_message:
            self.chains[self._other] = chain
            self.opened = self.opened[1 - REMEMBERED:] + [(number, sealed[-TAG:])]
        window.accept(number)
        self.bytes += len(message)
        self._last = number
        return message

    def _check_name(self, number, answers):
        if not any(n == number and compare_digest(tag, answers) for n, tag in self.sent):
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

    def export_secret(self, label, context):
        if not self.is_confirmed:
            raise Refused("UNCONFIRMED")
        if len(label) > EXPORT_LIMIT or len(context) > EXPORT_LIMIT:
            raise Refused("TOO_LARGE")
        return MAC(self.exporter, lp("secenv 2 export") + lp(label) + lp(context))

    def plain_state(self):
        return (
            u64(self.created) + self.client_pin + u8(self.padding) + self.exporter + u64(self.next) + u64(self.bytes)
            + self.chains[CLIENT].encode() + self.chains[SERVER].encode()
            + self.messages.encode() + self.replies.encode() + _encode_memory(self.opened) + _encode_memory(self.sent)
        )

    def export(self, state_key, place=None):
        if place not in (None, self.place):
            raise Refused("INVALID_ARGUMENT")
        return seal_state(self.plain_state(), state_key, self.place, self._random)

    @classmethod
    def import_state(cls, blob, state_key, place, random=system_random, clock=now):
        if place.role not in (CLIENT, SERVER):
            raise Refused("INVALID_ARGUMENT")
        if len(blob) != STATE_LENGTH or blob[:2] != u8(VERSION) + u8(STATE):
            raise Refused("MALFORMED")
        if not compare_digest(blob[2:10], key_id(state_key)):
            raise Refused("REJECTED")
        key = derive(state_key, "secenv 2 state", b"")
        fields = Fields(unbox(key, place.ad(blob[:10]), blob[10:]), "REJECTED")
        created, client_pin, padding = fields.number(8), fields.take(32), fields.number(1)
        exporter, next_number, count = fields.take(32), fields.number(8), fields.number(8)
        _check(created < 2**63 and padding in (0, 1) and next_number <= NUMBERS)
        keys = [(fields.take(32), fields.take(32)) for _ in range(2)]
        messages, replies = Window.decode(fields), Window.decode(fields)
        _check(messages.count <= NUMBERS and replies.count <= next_number)
        _check(place.role == CLIENT or messages.count > 0 or next_number == 0)

        mine, theirs = (generation_of(max(n - 1, 0)) for n in (next_number, messages.count))
        generations = (mine, theirs) if place.role == CLIENT else (theirs, mine)
        _check(all(g > 0 or before == NONE for g, (_, before) in zip(generations, keys)))
        opened, sent = _decode_memory(fields), _decode_memory(fields)
        _check(len(opened) <= messages.count and all(number < messages.count for number, _ in opened))
        _check([number for number, _ in sent] == list(range(next_number - min(STORED, next_number), next_number)))

        chains = [Chain(*pair, g) for pair, g in zip(keys, generations)]
        session = cls(place, created, client_pin, padding, exporter, *chains, random, clock)
        session.next, session.bytes, session.messages, session.replies = next_number, count, messages, replies
        session.opened, session.sent = opened, sent
        session.check_not_over()
        return session


def _check(holds):
    if not holds:
        raise Refused("REJECTED")


def _encode_memory(entries):
    last = entries[-STORED:]
    return u8(len(last)) + b"".join(u64(n) + tag for n, tag in last).ljust(STORED * (8 + TAG), b"\0")


def _decode_memory(fields):
    count = fields.number(1)
    _check(count <= STORED)
    entries = [(fields.number(8), fields.take(TAG)) for _ in range(count)]
    _check(not any(fields.take((STORED - count) * (8 + TAG))))
    return entries


def key_id(key):
    """Of a cookie key or a state key."""
    return derive(key, "secenv 2 key id", b"")[:8]


def seal_state(plain, state_key, place, random=system_random):
    head = u8(VERSION) + u8(STATE) + key_id(state_key)
    return head + box(derive(state_key, "secenv 2 state", b""), place.ad(head), plain, random)
