"""tests/vectors/secenv/session_v2.json, remade from its seeds and judged case by case."""

import json
import unittest
from collections import Counter
from pathlib import Path

from pairs import Clock
from secenv_peer import Client, Identity, Place, Refused, Server, Session, encode_json, parse_json, pin
from secenv_peer.key_file import next_key
from secenv_peer.notation import NONCE, FixedRandom, derive, unbox
from secenv_peer.session import CLIENT, SERVER, key_id

FILE = Path(__file__).parents[2] / "vectors" / "secenv" / "session_v2.json"
# At least.
CASES = 929
# How many calls of its random source a server has made when its reply is sent, by the suite.
CALLS_OF_A_REPLY = {1: 5, 2: 6}
REPLY_HEAD = {1: 82, 2: 1202}
WELCOME_HEAD = {1: 34, 2: 1154}
COOKIE_FIELD = 2 + 168


def data(test, name, zeros="zeros"):
    return bytes.fromhex(test[name]) + bytes(test.get(zeros, 0))


def is_rsa(identity):
    return len(identity.spki) != 44


class SigningClient(Client):
    """A client whose proof is given: signatures of RSA keys are random."""

    given = None

    def _seal_proof(self, secret, t3, pin_s):
        return self.given or super()._seal_proof(secret, t3, pin_s)


class SigningServer(Server):
    """A server whose proof and signature are given."""

    given_proof = given_end = None

    def _seal_proof(self, me, secret, t1):
        if self.given_proof is None:
            return super()._seal_proof(me, secret, t1)
        self._random(NONCE)
        return self.given_proof

    def _confirm(self, me, secrets, t5):
        return self.given_end or super()._confirm(me, secrets, t5)


class Parties:
    """The client and the server of a group, as they are before a test. RSA signatures differ each time."""

    def __init__(self, group):
        self.suite, self.clock = group["suite"], Clock(group["time"])
        both = {"prologue": bytes.fromhex(group["prologue"]), "padding": group["padding"], "clock": self.clock}
        self.me = Identity.parse(group["client"].encode())
        self.identities = [Identity.parse(pem.encode()) for pem in group["servers"]]
        self.client = SigningClient(self.me, [bytes.fromhex(wanted) for wanted in group["pins"]], self.suite,
                                    random=FixedRandom(bytes.fromhex(group["clientSeed"])), **both)
        self.random = FixedRandom(bytes.fromhex(group["serverSeed"]))
        self.cookie_key = bytes.fromhex(group["cookieKey"])
        self.server = SigningServer(
            self.identities, self.cookie_key, bytes.fromhex(group["storeId"]), group["minimumSuite"],
            accepted_keys=[bytes.fromhex(key) for key in group["acceptedKeys"]], random=self.random, **both)

        self.has_rsa = any(map(is_rsa, [self.me, *self.identities]))

    def at(self, test):
        self.clock.at = test.get("time", self.clock.at)
        return self


def session_of(group, test):
    """The session of a group, imported at its time."""
    clock = Clock(group["time"])
    session = Session.import_state(data(group, "state"), data(group, "stateKey"), place_of(group["place"]), clock=clock)
    return session, clock


def place_of(place):
    return Place(data(place, "serverPin"), data(place, "sessionId"), place["role"], data(place, "storeId"))


def judge_handshake(group, test):
    parties = Parties(group)
    client, server = parties.client, parties.server
    if any(map(is_rsa, parties.identities)):
        reply, welcome = data(test, "reply"), data(test, "welcome")
        server.given_proof = reply[REPLY_HEAD[parties.suite] + 2 : -COOKIE_FIELD]
        server.given_end = welcome[WELCOME_HEAD[parties.suite]:]
    if is_rsa(parties.me):
        client.given = data(test, "finish")[2 + COOKIE_FIELD + 2 + len(client.hello) + 2:]
    reply = server.reply(client.hello)
    finish = client.finish(reply)
    accepted, welcome, spki = server.accept(finish)
    session = client.session(welcome)
    assert session.plain_state() == accepted.plain_state()

    values = client.values
    cookie, sealed_s = reply[2 - COOKIE_FIELD:], reply[REPLY_HEAD[parties.suite] + 2 : -COOKIE_FIELD]
    sealed_c = finish[2 + COOKIE_FIELD + 2 + len(client.hello) + 2:]
    _, t0, me = server._read(client.hello)
    assert me.pin == session.server_pin
    made = values | {
        "hello": client.hello, "reply": reply, "finish": finish, "welcome": welcome, "sessionId": session.id,
        "clientPin": pin(spki), "serverPin": session.server_pin, "newSession": accepted.plain_state(),
        "proofS": unbox(values["keyS"], values["t1"], sealed_s),
        "proofC": unbox(values["keyC"], values["t3"], sealed_c),
        "cookieSealKey": derive(parties.cookie_key, "secenv 2 cookie", b""), "cookieKeyId": key_id(parties.cookie_key),
        "cookieAd": server._cookie_ad(me, t0), "cookiePlain": server._open_cookie(me, t0, cookie).rest,
    }
    return {name: value.hex() for name, value in made.items()}


def judge_hello(group, test):
    parties = Parties(group).at(test)
    reply = parties.server.reply(data(test, "hello"))
    # Where an RSA key is about, the file may leave out what it would be a part of elsewhere.
    return {} if parties.has_rsa and "reply" not in test else {"reply": reply.hex()}


def judge_reply(group, test):
    parties = Parties(group)
    if "before" in test:
        parties.client.finish(bytes.fromhex(test["before"]))
    try:
        finish = parties.at(test).client.finish(data(test, "reply"))
    except Refused:
        if "before" not in test and "reply" in group:
            parties.clock.at = group["time"]
            parties.client.finish(bytes.fromhex(group["reply"]))
        raise
    return {} if parties.has_rsa and "finish" not in test else {"finish": finish.hex()}


def judge_finish(group, test):
    parties = Parties(group).at(test)
    parties.random.calls = CALLS_OF_A_REPLY[parties.suite]
    session, welcome, spki = parties.server.accept(data(test, "finish"))
    made = {"clientPin": pin(spki), "serverPin": session.server_pin, "sessionId": session.id,
            "newSession": session.plain_state()}
    if not parties.has_rsa or "welcome" in test:
        made["welcome"] = welcome
    return {name: value.hex() for name, value in made.items()}


def judge_welcome(group, test):
    parties = Parties(group)
    client = parties.client
    if test.get("replied", True):
        client.finish(bytes.fromhex(group["reply"]))
    if "before" in test:
        client.session(bytes.fromhex(test["before"]))
    try:
        session = parties.at(test).client.session(data(test, "welcome"))
    except Refused as refused:
        if refused.status in ("MALFORMED", "TOO_LARGE", "REJECTED"):
            client.session(bytes.fromhex(group["welcome"]))
        raise
    return {"newSession": session.plain_state().hex(), "pinIndex": client.pin_index}


def step(session, clock, test, do):
    """What `do` gives and the state after it; if it was refused, nothing has changed."""
    clock.at = test.get("time", clock.at)
    before = session.plain_state()
    try:
        return do()
    except Refused:
        assert session.plain_state() == before
        raise


def judge_open(group, test):
    session, clock = session_of(group, test)
    ad = data(test, "ad", "adZeros")
    for record in test.get("before", []):
        session.open(ad, bytes.fromhex(record))
    message = step(session, clock, test, lambda: session.open(ad, data(test, "record")))
    return {"message": message.hex(), "number": session.last_received, "after": session.plain_state().hex()}


def judge_seal(group, test):
    session, clock = session_of(group, test)
    session._random = FixedRandom(bytes.fromhex(test["seed"]))
    ad, message = data(test, "ad", "adZeros"), data(test, "message")
    record = step(session, clock, test, lambda: (
        session.reply(test["answers"], ad, message) if "answers" in test else session.seal(ad, message)))
    return {"record": record.hex(), "after": session.plain_state().hex()}


def judge_state(group, test):
    session, _ = session_of(test, test)
    client, server = session.chains[CLIENT], session.chains[SERVER]
    session._random = FixedRandom(bytes.fromhex(test["seed"]))
    plain = session.plain_state()
    return {
        "plain": plain.hex(), "confirmed": session.is_confirmed,
        "again": session.export(bytes.fromhex(test["stateKey"])).hex(),
        "fields": {
            "created": session.created, "clientPin": session.client_pin.hex(), "padding": session.padding,
            "exporter": session.exporter.hex(), "next": session.next, "bytes": session.bytes,
            "c": client.key.hex(), "cBefore": client.before.hex(), "d": server.key.hex(),
            "dBefore": server.before.hex(),
            "messages": {"count": session.messages.count, "bits": session.messages.encode()[8:].hex()},
            "replies": {"count": session.replies.count, "bits": session.replies.encode()[8:].hex()},
            "opened": shown(session.opened), "sent": shown(session.sent),
        },
    }


def shown(memory):
    return [[number, tag.hex()] for number, tag in memory]


def judge_export(group, test):
    session, _ = session_of(group, test)
    return {"secret": session.export_secret(data(test, "label"), data(test, "context")).hex()}


def judge_next_key(group, test):
    key = bytes.fromhex(test["key"])
    return {"next": next_key(key, test["nextPeriod"]).hex(), "keyId": key_id(key).hex()}


def judge_json(group, test):
    message = parse_json(test["json"].encode() + b" " * test.get("spaces", 0))
    if "Canonical" in test.get("flags", []):
        assert encode_json(message).decode() == test["json"]
    return {"message": message.hex()}


JUDGES = {
    "Handshake": judge_handshake, "Hello": judge_hello, "Reply": judge_reply, "Finish": judge_finish,
    "Welcome": judge_welcome, "Open": judge_open, "Seal": judge_seal, "State": judge_state, "Export": judge_export,
    "NextKey": judge_next_key, "Json": judge_json,
}
# What a test may say of its result, which is nothing if it was refused.
RESULTS = {
    "Hello": ["reply"], "Reply": ["finish"], "Finish": ["welcome", "clientPin", "serverPin", "sessionId", "newSession"],
    "Welcome": ["newSession", "pinIndex"], "Open": ["message", "number", "after"], "Seal": ["record", "after"],
    "State": ["plain", "fields", "confirmed", "again"], "Export": ["secret"], "NextKey": ["next", "keyId"],
    "Json": ["message"],
}


class Vectors(unittest.TestCase):
    def test_every_case_is_judged_as_the_file_says(self):
        file = json.loads(FILE.read_text())
        ran = Counter()
        for group in file["testGroups"]:
            for test in group["tests"]:
                with self.subTest(type=group["type"], tcId=test["tcId"], comment=test["comment"]):
                    self.judge(group, test)
                ran[group["type"]] += 1
        print("session_v2.json:", ", ".join(f"{count} {name}" for name, count in sorted(ran.items())))
        self.assertEqual(sum(ran.values()), file["numberOfTests"])
        self.assertGreaterEqual(sum(ran.values()), CASES)
        self.assertEqual(set(ran), set(JUDGES))

    def judge(self, group, test):
        made = {}
        try:
            made = JUDGES[group["type"]](group, test)
            status = "OK"
        except Refused as refused:
            status = refused.status
        self.assertEqual(status, test.get("status", "OK"))
        self.assertEqual(status == "OK", test["result"] == "valid")
        for name, value in made.items():
            self.assertEqual(value, test[name], name)
        if status != "OK":
            for name in RESULTS[group["type"]]:
                self.assertNotIn(name, test)


if __name__ == "__main__":
    unittest.main()
