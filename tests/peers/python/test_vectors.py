"""tests/vectors/secenv/session_v2.json, remade from its seeds and judged case by case."""

import json
import unittest
from collections import Counter
from pathlib import Path

from secenv_peer import Client, Identity, Refused, Server, Session, encode_json, parse_json, pin
from secenv_peer.notation import FixedRandom

FILE = Path(__file__).parents[2] / "vectors" / "secenv" / "session_v2.json"


def clock_of(group, test):
    time = test.get("time", group.get("time"))
    return lambda: time


def server_of(group, test):
    random = FixedRandom(bytes.fromhex(group["serverSeed"]))
    return Server(Identity.parse(group["server"].encode()), bytes.fromhex(group["stateKey"]), group["minimumSuite"],
                  random, clock_of(group, test))


def client_of(group, test):
    server_pin = Identity.parse(group["server"].encode()).pin
    random = FixedRandom(bytes.fromhex(group["clientSeed"]))
    return Client(Identity.parse(group["client"].encode()), server_pin, group["suite"], random, clock_of(group, test))


def session_of(group, test, random=None):
    more = {"random": random} if random else {}
    return Session.import_state(bytes.fromhex(group["state"]), bytes.fromhex(group["stateKey"]),
                                clock=clock_of(group, test), **more)


def judge_handshake(group, test):
    server, client = server_of(group, test), client_of(group, test)
    reply = server.reply(client.hello)
    session, finish = client.finish(reply)
    accepted, spki = server.accept(finish)
    made = {name: value.hex() for name, value in client.values.items()}
    made |= {"hello": client.hello.hex(), "reply": reply.hex(), "finish": finish.hex(), "sessionId": session.id.hex(),
             "clientPin": pin(spki).hex(), "serverPin": session.peer.hex()}
    assert (accepted.key_cs, accepted.key_sc, accepted.id) == (session.key_cs, session.key_sc, session.id)
    return made


def judge_hello(group, test):
    server_of(group, test).reply(bytes.fromhex(test["hello"]))
    return {}


def judge_reply(group, test):
    client_of(group, test).finish(bytes.fromhex(test["reply"]))
    return {}


def judge_finish(group, test):
    _, spki = server_of(group, test).accept(bytes.fromhex(test["finish"]))
    return {"clientPin": pin(spki).hex()}


def judge_open(group, test):
    session = session_of(group, test)
    message = session.open(bytes.fromhex(test["ad"]), bytes.fromhex(test["record"]))
    return {"message": message.hex(), "number": session.last_received}


def judge_seal(group, test):
    session = session_of(group, test, FixedRandom(bytes.fromhex(test["seed"])))
    ad, message = bytes.fromhex(test["ad"]), bytes.fromhex(test["message"])
    record = session.reply(test["answers"], ad, message) if "answers" in test else session.seal(ad, message)
    return {"record": record.hex()}


def judge_state(group, test):
    session = session_of(test, test)
    return {"fields": {
        "role": session.role, "sessionId": session.id.hex(), "created": session.created, "peer": session.peer.hex(),
        "keyCs": session.key_cs.hex(), "keySc": session.key_sc.hex(), "next": session.next, "bytes": session.bytes,
        "messages": session.messages.count, "replies": session.replies.count,
        "answerable": [number for number, _ in session.imported],
    }}


def judge_json(group, test):
    message = parse_json(test["json"].encode())
    if "Canonical" in test.get("flags", []):
        assert encode_json(message).decode() == test["json"]
    return {"message": message.hex()}


JUDGES = {
    "Handshake": judge_handshake, "Hello": judge_hello, "Reply": judge_reply, "Finish": judge_finish,
    "Open": judge_open, "Seal": judge_seal, "State": judge_state, "Carrier": judge_json,
}
# What a test says of its result, which is nothing if it was refused.
RESULTS = {"Finish": ["clientPin"], "Open": ["message", "number"], "Seal": ["record"], "State": ["fields"],
           "Carrier": ["message"]}


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
        self.assertGreaterEqual(sum(ran.values()), 230)
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
            for name in RESULTS.get(group["type"], []):
                self.assertIn(test.get(name), (None, ""))


if __name__ == "__main__":
    unittest.main()
