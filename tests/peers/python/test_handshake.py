"""Whole handshakes, in both roles against the library, and what each side refuses."""

import itertools
import os
import unittest

from libsecenv import pin as pin_of_the_library
from pairs import (
    BEGIN, BOTH, COOKIE_KEY, KEYS, OURS, PADDINGS, PAIRS, SUITES, THEIRS, Clock, changed, client_of, name, outcome,
    refused, server_of, server_pin, shake_hands, status,
)
from secenv_peer import Identity, pin
from secenv_peer.notation import lp16

HELLO = {1: 68, 2: 1284}
REPLY_HEAD = {1: 82, 2: 1202}
WELCOME_HEAD = {1: 34, 2: 1154}
COOKIE = 168
# Of Ed25519.
PROOF = 24 + (2 + 44) + (2 + 64) + 32 + 16
WELCOME_REST = 2 + 64 + 32
LIMIT = 16 * 1024


def parts_of(finish):
    """The cookie, the hello and the proof."""
    parts, at = [], 2
    while at < len(finish):
        length = int.from_bytes(finish[at : at + 2], "big")
        parts.append(finish[at + 2 : at + 2 + length])
        at += 2 + length
    return parts


def finish_of(cookie, hello, sealed):
    return b"\2\3" + lp16(cookie) + lp16(hello) + lp16(sealed)


def new_keys(count):
    return [Identity.generate_ed25519().encode_secret() for _ in range(count)]


def pins_of(pems):
    return [Identity.parse(pem).pin for pem in pems]


class Handshake(unittest.TestCase):
    def test_every_pair_of_sides_kinds_suites_and_paddings_comes_to_the_same_session(self):
        ran = 0
        for (mine, other), suite, padding, client_kind, server_kind in itertools.product(PAIRS, SUITES, PADDINGS, KEYS,
                                                                                         KEYS):
            with self.subTest(client=name(mine), server=name(other), suite=suite, kinds=(client_kind, server_kind)):
                more = {"prologue": os.urandom(ran), "padding": padding}
                server = server_of(other, server_kind, suite, **more)
                client = client_of(mine, suite, client_kind, [server_pin(server_kind)], **more)
                at_server, welcome, spki = server.accept(client.finish(server.reply(client.hello)))
                at_client = client.session(welcome)
                self.assertEqual(spki, Identity.parse(KEYS[client_kind][0]).spki)
                self.assertEqual(at_client.id, at_server.id)
                self.assertEqual((at_client.peer, at_server.peer), (server_pin(server_kind), pin(spki)))
                self.assertEqual({at_client.server_pin, at_server.server_pin}, {server_pin(server_kind)})
                self.assertEqual((at_client.is_confirmed, at_server.is_confirmed), (True, False))
                self.assertEqual(client.pin_index, 0)
                self.assertEqual(at_server.open(b"ad", at_client.seal(b"ad", b"question")), b"question")
                self.assertEqual(at_client.open(b"", at_server.reply(0, b"", b"answer")), b"answer")
                self.assertEqual(at_client.open(b"", at_server.seal(b"", b"news")), b"news")
                self.assertEqual(at_server.open(b"", at_client.reply(0, b"", b"seen")), b"seen")
                ran += 1
        print("handshakes:", ran)
        self.assertEqual(ran, 48)

    def test_the_messages_have_the_lengths_that_the_document_gives(self):
        for implementation, suite, count in itertools.product(BOTH, SUITES, (1, 4)):
            client = client_of(implementation, suite, pins=[server_pin(), *(os.urandom(32) for _ in range(count - 1))])
            server = server_of(implementation)
            reply = server.reply(client.hello)
            finish = client.finish(reply)
            self.assertEqual(len(client.hello), HELLO[suite] + 32 * count)
            self.assertEqual(len(reply), REPLY_HEAD[suite] + 2 + PROOF + 2 + COOKIE)
            self.assertEqual(len(finish), 2 + 2 + COOKIE + 2 + len(client.hello) + 2 + PROOF)
            self.assertEqual(len(server.accept(finish)[1]), WELCOME_HEAD[suite] + WELCOME_REST)

    def test_both_give_an_identity_the_same_pin(self):
        for pem in itertools.chain(*KEYS.values(), [THEIRS.Identity.generate_ed25519().encode_secret()]):
            identity = Identity.parse(pem)
            self.assertEqual(THEIRS.Identity.parse(pem).pin, identity.pin)
            self.assertEqual(pin_of_the_library(identity.spki), identity.pin)

    def test_a_finish_may_come_to_another_worker_than_the_hello(self):
        for first, second, suite in itertools.product(BOTH, BOTH, SUITES):
            client = client_of(OURS, suite)
            at_server, welcome, _ = server_of(second).accept(client.finish(server_of(first).reply(client.hello)))
            self.assertEqual(at_server.open(b"", client.session(welcome).seal(b"", b"first")), b"first")

    def test_a_client_takes_one_reply_and_then_one_welcome(self):
        for implementation in BOTH:
            server, client = server_of(OURS), client_of(implementation)
            first, second = server.reply(client.hello), server.reply(client.hello)
            for welcome in (b"", first):
                with refused(self, "INVALID_ARGUMENT"):
                    client.session(welcome)
            _, welcome, _ = server.accept(client.finish(first))
            for reply in (first, second, b""):
                with refused(self, "CLOSED"):
                    client.finish(reply)
            client.session(welcome)
            for step, message in [(client.session, welcome), (client.session, b""), (client.finish, second)]:
                with refused(self, "CLOSED"):
                    step(message)

    def test_parts_of_two_handshakes_do_not_fit_together(self):
        for implementation in BOTH:
            server = server_of(implementation)
            clients = [client_of(implementation), client_of(implementation)]
            replies = [server.reply(client.hello) for client in clients]
            with refused(self, "REJECTED"):
                clients[0].finish(replies[1])
            finishes = [client.finish(reply) for client, reply in zip(clients, replies)]
            for choice in itertools.product(range(2), repeat=3):
                mixed = finish_of(*(parts_of(finishes[which])[part] for part, which in enumerate(choice)))
                expected = "OK" if len(set(choice)) == 1 else "REJECTED"
                self.assertEqual(status(server.accept, mixed), expected, choice)
            welcomes = [server.accept(finish)[1] for finish in finishes]
            with refused(self, "REJECTED"):
                clients[0].session(welcomes[1])
            clients[0].session(welcomes[0])


class Replays(unittest.TestCase):
    def test_a_finish_that_comes_twice_makes_other_keys_for_the_same_id_each_time(self):
        for pair in PAIRS:
            client, server = client_of(pair[0]), server_of(pair[1])
            finish = client.finish(server.reply(client.hello))
            (first, one, _), (second, other, _) = server.accept(finish), server.accept(finish)
            self.assertEqual(first.id, second.id)
            self.assertNotEqual(one, other)
            at_client = client.session(other)
            record = at_client.seal(b"", b"message")
            with refused(self, "REJECTED"):
                first.open(b"", record)
            second.open(b"", record)
            first.open(b"", self.record_for(first))
            self.assertNotEqual(first.export_secret(b"", b""), second.export_secret(b"", b""))
            self.assertEqual(at_client.export_secret(b"", b""), second.export_secret(b"", b""))

    def record_for(self, at_server):
        """A first record under the keys of this session, which no client has."""
        clock = at_server._clock
        blob, place = at_server.export(COOKIE_KEY), at_server.place
        twin = OURS.Session.import_state(blob, COOKIE_KEY, place, clock=clock)
        client_place = OURS.Place(place.server_pin, place.session_id, 1)
        return OURS.Session(client_place, twin.created, twin.client_pin, twin.padding, twin.exporter,
                            twin.chains[1], twin.chains[2], clock=clock).seal(b"", b"")

    def test_the_welcome_of_a_replay_is_as_good_as_the_first_to_a_client_that_had_none(self):
        for pair in PAIRS:
            client, server = client_of(pair[0]), server_of(pair[1])
            finish = client.finish(server.reply(client.hello))
            server.accept(finish)
            at_server, welcome, _ = server.accept(finish)
            at_server.open(b"", client.session(welcome).seal(b"", b""))

    def test_a_hello_that_comes_twice_has_two_replies_and_a_client_takes_either(self):
        for pair, which in itertools.product(PAIRS, range(2)):
            client, server = client_of(pair[0]), server_of(pair[1])
            replies = [server.reply(client.hello) for _ in range(2)]
            _, welcome, _ = server.accept(client.finish(replies[which]))
            client.session(welcome)


class Pins(unittest.TestCase):
    def test_a_server_answers_under_the_first_pin_of_the_hello_that_is_its_own(self):
        keys = new_keys(4)
        pins = pins_of(keys)
        foreign = os.urandom(32)
        for pair in PAIRS:
            for held, wanted, expected in [
                ([0, 1], [0, 1], 0), ([1, 0], [0, 1], 0), ([0, 1], [1, 0], 0), ([1], [0, 1], 1), ([0], [0, 1], 0),
                ([0, 1, 2, 3], [3, 2, 1, 0], 0), ([0], [3, 2, 1, 0], 3), ([2, 0], [3, 0, 2], 1),
            ]:
                server = server_of(pair[1], keys=[keys[n] for n in held])
                client = client_of(pair[0], pins=[pins[n] for n in wanted])
                at_client, at_server = shake_hands(client, server)
                self.assertEqual(client.pin_index, expected)
                self.assertEqual({at_client.server_pin, at_server.server_pin, at_client.peer}, {pins[wanted[expected]]})
            server = server_of(pair[1], keys=keys[:1])
            for wanted in ([foreign], [pins[1], pins[2], pins[3], foreign]):
                with refused(self, "REJECTED"):
                    server.reply(client_of(pair[0], pins=wanted).hello)

    def test_a_pin_is_told_after_a_welcome_that_held_and_not_before(self):
        for implementation in BOTH:
            client, server = client_of(implementation), server_of(OURS)
            self.assertEqual(outcome(lambda: client.pin_index), "INVALID_ARGUMENT")
            _, welcome, _ = server.accept(client.finish(server.reply(client.hello)))
            self.assertEqual(outcome(lambda: client.pin_index), "INVALID_ARGUMENT")
            with refused(self, "REJECTED"):
                client.session(changed(welcome, -1))
            self.assertEqual(outcome(lambda: client.pin_index), "INVALID_ARGUMENT")
            client.session(welcome)
            self.assertEqual(client.pin_index, 0)

    def test_a_client_takes_a_server_by_any_of_its_pins_whatever_the_order(self):
        keys = new_keys(2)
        newest, old = pins_of(keys)
        for implementation in BOTH:
            # The server that answers has the older one only, though another host has both.
            client = client_of(implementation, pins=[newest, old])
            shake_hands(client, server_of(OURS, keys=keys[1:]))
            self.assertEqual(client.pin_index, 1)

    def test_a_finish_of_one_identity_is_not_taken_by_a_server_that_has_the_other_in_front(self):
        keys = new_keys(2)
        for first, second in itertools.product(BOTH, BOTH):
            client = client_of(OURS, pins=pins_of(keys))
            finish = client.finish(server_of(first, keys=keys[1:]).reply(client.hello))
            # The second answers this hello under the newer one: the cookie is of the older.
            with refused(self, "REJECTED"):
                server_of(second, keys=keys).accept(finish)
            server_of(second, keys=keys[1:]).accept(finish)

    def test_a_hello_has_one_to_four_pins_and_none_twice(self):
        pins = [server_pin(), *(os.urandom(32) for _ in range(4))]
        server = server_of(OURS)
        hello = client_of(OURS, pins=pins[:4]).hello
        without = hello[: HELLO[1] - 1]
        for implementation in BOTH:
            server = server_of(implementation)
            for count, more, expected in [
                (1, pins[:1], "OK"), (4, pins[:4], "OK"), (0, [], "MALFORMED"), (5, pins, "MALFORMED"),
                (255, pins[:4], "MALFORMED"), (2, pins[:1], "MALFORMED"), (1, pins[:2], "MALFORMED"),
                (2, pins[:1] * 2, "MALFORMED"), (4, pins[:3] + pins[1:2], "MALFORMED"),
                (2, [pins[1]] * 2, "MALFORMED"), (2, pins[1:3], "REJECTED"),
            ]:
                hello = without + bytes([count]) + b"".join(more)
                self.assertEqual(status(server.reply, hello), expected, (count, len(more)))
            for wrong in ([], pins, pins[:1] * 2):
                with refused(self, "INVALID_ARGUMENT"):
                    implementation.Client(implementation.Identity.parse(KEYS["Ed25519"][0]), wrong)

    def test_a_server_has_one_to_four_identities_none_twice_and_at_most_two_keys_more(self):
        keys = new_keys(5)
        for implementation in BOTH:
            identities = [implementation.Identity.parse(pem) for pem in keys]
            for held, count, expected in [
                (identities[:1], 0, "OK"), (identities[:4], 2, "OK"), ([], 0, "INVALID_ARGUMENT"),
                (identities, 0, "INVALID_ARGUMENT"), (identities[:1] * 2, 0, "INVALID_ARGUMENT"),
                (identities[:1], 3, "INVALID_ARGUMENT"),
            ]:
                accepted = [os.urandom(32) for _ in range(count)]
                self.assertEqual(status(implementation.Server, held, COOKIE_KEY, bytes(16), accepted_keys=accepted),
                                 expected)


class Policy(unittest.TestCase):
    def test_a_suite_below_the_minimum_is_refused_in_a_hello_and_in_a_finish(self):
        for implementation in BOTH:
            strict = server_of(implementation, minimum_suite=2)
            client = client_of(OURS, 1)
            with refused(self, "REJECTED"):
                strict.reply(client.hello)
            with refused(self, "REJECTED"):
                strict.accept(client.finish(server_of(implementation).reply(client.hello)))
            shake_hands(client_of(OURS, 2), strict)
            by_default = implementation.Server([implementation.Identity.parse(KEYS["Ed25519"][1])], COOKIE_KEY,
                                               bytes(16))
            with refused(self, "REJECTED"):
                by_default.reply(client.hello)

    def test_a_prologue_and_a_padding_are_the_same_on_both_sides_or_nobody_takes_the_other(self):
        for pair in PAIRS:
            for mine, other in [({"prologue": b"a"}, {"prologue": b"b"}), ({"prologue": b"a"}, {}),
                                ({}, {"prologue": b"a"}), ({"padding": 1}, {}), ({}, {"padding": 1})]:
                client, server = client_of(pair[0], **mine), server_of(pair[1], **other)
                with refused(self, "REJECTED"):
                    client.finish(server.reply(client.hello))
                # A finish to a worker that is told otherwise.
                finish = client.finish(server_of(pair[1], **mine).reply(client.hello))
                with refused(self, "REJECTED"):
                    server.accept(finish)

    def test_a_prologue_has_at_most_1024_bytes(self):
        for pair in PAIRS:
            shake_hands(client_of(pair[0], prologue=bytes(1024)), server_of(pair[1], prologue=bytes(1024)))
            self.assertEqual(status(client_of, pair[0], prologue=bytes(1025)), "TOO_LARGE")
            self.assertEqual(status(server_of, pair[1], prologue=bytes(1025)), "TOO_LARGE")

    def test_suites_and_paddings_that_are_none_are_refused(self):
        for implementation in BOTH:
            for suite, padding in [(3, 0), (-1, 0), (1, 2), (1, -1)]:
                self.assertEqual(status(client_of, implementation, suite, padding=padding), "INVALID_ARGUMENT")
                self.assertEqual(status(server_of, implementation, minimum_suite=suite, padding=padding),
                                 "INVALID_ARGUMENT")


class Cookies(unittest.TestCase):
    def test_a_cookie_is_good_under_a_key_that_is_accepted_and_under_no_other(self):
        keys = [os.urandom(32) for _ in range(4)]
        for first, second in itertools.product(BOTH, BOTH):
            client = client_of(OURS)
            finish = client.finish(server_of(first, cookie_key=keys[0]).reply(client.hello))
            for key, accepted, expected in [
                (keys[0], [], "OK"), (keys[1], keys[:1], "OK"), (keys[1], [keys[2], keys[0]], "OK"),
                (keys[0], keys[1:3], "OK"), (keys[1], [], "REJECTED"), (keys[1], keys[2:4], "REJECTED"),
            ]:
                server = server_of(second, cookie_key=key, accepted_keys=accepted)
                self.assertEqual(status(server.accept, finish), expected)

    def test_a_cookie_is_of_one_store_and_one_identity(self):
        other = new_keys(1)
        for first, second in itertools.product(BOTH, BOTH):
            client = client_of(OURS, pins=[server_pin(), *pins_of(other)])
            finish = client.finish(server_of(first).reply(client.hello))
            for server in (server_of(second, store_id=os.urandom(16)), server_of(second, keys=other)):
                with refused(self, "REJECTED"):
                    server.accept(finish)
            server_of(second).accept(finish)

    def test_a_cookie_is_good_for_a_minute_and_one_more_and_one_before(self):
        for first, second in itertools.product(BOTH, BOTH):
            clock = Clock()
            client = client_of(OURS, clock=clock)
            finish = client.finish(server_of(first, clock=clock).reply(client.hello))
            for seconds, expected in [(-61, "REJECTED"), (-60, "OK"), (0, "OK"), (120, "OK"), (121, "REJECTED")]:
                server = server_of(second, clock=Clock(BEGIN + seconds))
                self.assertEqual(status(server.accept, finish), expected, seconds)

    def test_a_cookie_of_the_first_seconds_since_1970_is_good_as_well(self):
        for implementation in BOTH:
            client = client_of(OURS, clock=Clock(30))
            finish = client.finish(server_of(implementation, clock=Clock(30)).reply(client.hello))
            server_of(implementation, clock=Clock(0)).accept(finish)

    def test_a_cookie_of_another_length_is_a_wrong_one(self):
        for implementation in BOTH:
            server = server_of(implementation)
            for length, expected in [(0, "REJECTED"), (7, "REJECTED"), (8, "REJECTED"), (47, "REJECTED"),
                                     (167, "REJECTED"), (169, "REJECTED"), (512, "REJECTED"), (513, "MALFORMED")]:
                client = client_of(OURS)
                cookie, hello, sealed = parts_of(client.finish(server.reply(client.hello)))
                cookie = (cookie + os.urandom(512))[:length]
                self.assertEqual(status(server.accept, finish_of(cookie, hello, sealed)), expected, length)

    def test_a_proof_of_another_length_is_a_wrong_one(self):
        for implementation in BOTH:
            for length, expected in [(0, "REJECTED"), (39, "REJECTED"), (40, "REJECTED"), (7500, "REJECTED"),
                                     (7501, "MALFORMED")]:
                server, client = server_of(implementation), client_of(implementation)
                reply = server_of(OURS).reply(client.hello)
                head, cookie = reply[:82], reply[-168:]
                self.assertEqual(status(client.finish, head + lp16(os.urandom(length)) + lp16(cookie)), expected)
                cookie, hello, sealed = parts_of(client.finish(reply))
                sealed = (sealed + os.urandom(7501))[:length]
                self.assertEqual(status(server.accept, finish_of(cookie, hello, sealed)), expected)

    def test_a_client_sends_back_whatever_cookie_it_got(self):
        for implementation in BOTH:
            for length, expected in [(0, "OK"), (1, "OK"), (512, "OK"), (513, "MALFORMED")]:
                client = client_of(implementation)
                reply = server_of(OURS).reply(client.hello)[:-170] + lp16(bytes(length))
                finish = outcome(client.finish, reply)
                self.assertEqual(parts_of(finish)[0] if expected == "OK" else finish,
                                 bytes(length) if expected == "OK" else expected)


class Times(unittest.TestCase):
    def test_a_client_waits_120_seconds_for_a_reply(self):
        for implementation in BOTH:
            for seconds, expected in [(120, "OK"), (121, "CLOSED"), (-300, "OK"), (-301, "CLOSED")]:
                clock = Clock()
                client = client_of(implementation, clock=clock)
                reply = server_of(OURS, clock=clock).reply(client.hello)
                clock.at += seconds
                self.assertEqual(status(client.finish, reply), expected, seconds)

    def test_a_client_waits_120_seconds_from_the_hello_for_a_welcome(self):
        for implementation in BOTH:
            for seconds, expected in [(120, "OK"), (121, "CLOSED"), (-300, "OK"), (-301, "CLOSED")]:
                clock = Clock()
                client, server = client_of(implementation, clock=clock), server_of(OURS, clock=clock)
                reply = server.reply(client.hello)
                clock.at += 60
                _, welcome, _ = server.accept(client.finish(reply))
                clock.at = BEGIN + seconds
                self.assertEqual(status(client.session, welcome), expected, seconds)

    def test_a_client_that_waited_too_long_says_so_before_it_reads_anything(self):
        for implementation in BOTH:
            clock = Clock()
            client = client_of(implementation, clock=clock)
            clock.at += 121
            for step, message in itertools.product((client.finish, client.session), (b"", bytes(LIMIT + 1))):
                self.assertEqual(status(step, message), "CLOSED")

    def test_a_session_begins_at_the_server_with_the_finish_and_at_the_client_with_the_welcome(self):
        for pair in PAIRS:
            clock = Clock()
            client, server = client_of(pair[0], clock=clock), server_of(pair[1], clock=clock)
            reply = server.reply(client.hello)
            clock.at += 10
            finish = client.finish(reply)
            clock.at += 10
            at_server, welcome, _ = server.accept(finish)
            clock.at += 10
            at_client = client.session(welcome)
            created = []
            for session in (at_server, at_client):
                blob = session.export(COOKIE_KEY)
                created.append(OURS.Session.import_state(blob, COOKIE_KEY, session.place, clock=clock).created)
            self.assertEqual(created, [BEGIN + 20, BEGIN + 30])


class Order(unittest.TestCase):
    """What a message is refused with where more than one thing is wrong with it."""

    def test_a_hello_is_judged_by_its_form_then_by_policy_then_by_its_keys(self):
        client = client_of(OURS, 1)
        no_key = client.hello[:35] + bytes(32) + client.hello[67:]
        for implementation in BOTH:
            server, strict = server_of(implementation), server_of(implementation, minimum_suite=2)
            for hello, expected in [
                (changed(client.hello, 2, 2), "MALFORMED"), (changed(client.hello, 2, 1), "MALFORMED"),
                (no_key, "REJECTED"), (no_key + b"\0", "MALFORMED"), (changed(no_key, -1), "REJECTED"),
                # What is called suite 2 has other lengths.
                (changed(client.hello, 2, 3), "MALFORMED"), (b"\2\1\3" + bytes(LIMIT), "TOO_LARGE"),
            ]:
                self.assertEqual(status(server.reply, hello), expected)
            self.assertEqual(status(strict.reply, no_key), "REJECTED")
            self.assertEqual(status(strict.reply, client.hello + b"\0"), "MALFORMED")

    def test_the_hello_in_a_finish_is_judged_as_a_hello_is(self):
        for implementation in BOTH:
            server, client = server_of(implementation), client_of(OURS, 1)
            cookie, hello, sealed = parts_of(client.finish(server.reply(client.hello)))
            twice = hello[:67] + b"\2" + hello[68:] * 2
            for forged, expected in [
                (hello, "OK"), (b"", "MALFORMED"), (hello + b"\0", "MALFORMED"), (hello[:-1], "MALFORMED"),
                (changed(hello, 2, 2), "MALFORMED"), (twice, "MALFORMED"), (hello[:67] + b"\0", "MALFORMED"),
                (changed(hello, -1), "REJECTED"), (changed(hello, 3), "REJECTED"),
                (client_of(OURS, 1).hello, "REJECTED"), (client_of(OURS, 2).hello, "REJECTED"),
                (hello[:67] + b"\2" + hello[68:] + bytes(32), "REJECTED"),
            ]:
                self.assertEqual(status(server.accept, finish_of(cookie, forged, sealed)), expected)
                if expected != "OK":
                    # Whatever else is wrong.
                    self.assertEqual(status(server.accept, finish_of(b"", forged, b"")), expected)

    def test_a_message_of_the_other_suite_is_malformed_to_a_client(self):
        for implementation, suite in itertools.product(BOTH, SUITES):
            server, client, other = server_of(OURS), client_of(implementation, suite), client_of(OURS, 3 - suite)
            reply = server.reply(other.hello)
            with refused(self, "MALFORMED"):
                client.finish(reply)
            _, welcome, _ = server.accept(other.finish(reply))
            client.finish(server.reply(client.hello))
            with refused(self, "MALFORMED"):
                client.session(welcome)


class ChangedBytes(unittest.TestCase):
    """One byte changed: every position, the lowest and the highest bit."""

    def each(self, message, step=1):
        for at, mask in itertools.product(range(0, len(message), step), (1, 0x80)):
            yield at, changed(message, at, mask)

    def test_of_a_hello_both_servers_say_the_same_and_the_client_takes_no_answer(self):
        for suite, step in [(1, 1), (2, 7)]:
            servers = [server_of(implementation) for implementation in BOTH]
            client = client_of(OURS, suite, pins=[os.urandom(32), server_pin()])
            foreign = range(HELLO[suite], HELLO[suite] + 32)
            taken = 0
            for at, hello in self.each(client.hello, step):
                with self.subTest(suite=suite, at=at):
                    verdicts = {status(server.reply, hello) for server in servers}
                    self.assertEqual(len(verdicts), 1, verdicts)
                    if verdicts == {"OK"}:
                        self.assertTrue(3 <= at < HELLO[suite] - 1 or at in foreign)
                        with refused(self, "REJECTED"):
                            client.finish(servers[1].reply(hello))
                        taken += 1
            self.assertGreater(taken, 100)

    def test_of_a_reply_no_client_takes_it_and_then_it_takes_the_true_one(self):
        # Python's ML-KEM is slow: there, a part of the positions.
        for implementation, suite, step in [(THEIRS, 1, 1), (THEIRS, 2, 1), (OURS, 1, 1), (OURS, 2, 41)]:
            server, client = server_of(OURS), client_of(implementation, suite)
            reply = server.reply(client.hello)
            head = REPLY_HEAD[suite]
            cookie = len(reply) - COOKIE
            structure = {0, 1, head, head + 1, cookie - 2, cookie - 1}
            for at, forged in self.each(reply[:cookie], step):
                with self.subTest(client=name(implementation), suite=suite, at=at):
                    expected = "MALFORMED" if at in structure else "REJECTED"
                    self.assertEqual(status(client.finish, forged + reply[cookie:]), expected)
            server.accept(client.finish(reply))

    def test_of_the_cookie_the_client_cannot_know_but_the_server_refuses(self):
        for implementation in BOTH:
            server = server_of(implementation)
            for at in range(COOKIE):
                client = client_of(implementation)
                reply = server.reply(client.hello)
                finish = client.finish(changed(reply, len(reply) - COOKIE + at))
                with refused(self, "REJECTED"):
                    server.accept(finish)
                with refused(self, "REJECTED"):
                    # Nor does it help to put the true cookie back: the client has signed the other.
                    server.accept(changed(finish, 4 + at))

    def test_of_a_finish_both_servers_say_the_same(self):
        servers = [server_of(implementation) for implementation in BOTH]
        for suite in SUITES:
            client = client_of(OURS, suite)
            finish = client.finish(servers[0].reply(client.hello))
            hello = 4 + COOKIE + 2
            sealed = hello + len(client.hello) + 2
            # Lengths, and of the hello its version, type, suite and number of pins.
            structure = {0, 1, 2, 3, hello - 2, hello - 1, sealed - 2, sealed - 1,
                         hello, hello + 1, hello + 2, hello + HELLO[suite] - 1}
            for at, forged in self.each(finish):
                with self.subTest(suite=suite, at=at):
                    expected = "MALFORMED" if at in structure else "REJECTED"
                    self.assertEqual([status(server.accept, forged) for server in servers], [expected] * 2)

    def test_of_a_welcome_no_client_takes_it_and_then_it_takes_the_true_one(self):
        for implementation, suite, step in [(THEIRS, 1, 1), (THEIRS, 2, 1), (OURS, 1, 1), (OURS, 2, 41)]:
            server, client = server_of(OURS), client_of(implementation, suite)
            at_server, welcome, _ = server.accept(client.finish(server.reply(client.hello)))
            head = WELCOME_HEAD[suite]
            for at, forged in self.each(welcome, step):
                with self.subTest(client=name(implementation), suite=suite, at=at):
                    expected = "MALFORMED" if at in (0, 1, head, head + 1) else "REJECTED"
                    self.assertEqual(status(client.session, forged), expected)
            at_server.open(b"", client.session(welcome).seal(b"", b""))

    def test_of_every_length_both_sides_say_the_same(self):
        server, client = server_of(OURS), client_of(OURS)
        reply = server.reply(client.hello)
        finish = client.finish(reply)
        _, welcome, _ = server.accept(finish)
        for implementation in BOTH:
            server, waiting, finished = server_of(implementation), client_of(implementation), client_of(implementation)
            finished.finish(server.reply(finished.hello))
            for message, step in [(client.hello, server.reply), (finish, server.accept), (reply, waiting.finish),
                                  (welcome, finished.session)]:
                for length in range(len(message)):
                    self.assertEqual(status(step, message[:length]), "MALFORMED")
                for longer, expected in [(1, "MALFORMED"), (LIMIT - len(message), "MALFORMED"),
                                         (LIMIT + 1 - len(message), "TOO_LARGE")]:
                    self.assertEqual(status(step, message + bytes(longer)), expected)
                self.assertEqual(status(step, bytes(LIMIT + 1)), "TOO_LARGE")

    def test_a_message_of_another_type_is_malformed(self):
        for implementation in BOTH:
            server, client, finished = server_of(implementation), client_of(implementation), client_of(implementation)
            reply = server.reply(finished.hello)
            finish = finished.finish(reply)
            _, welcome, _ = server.accept(finish)
            messages = [client.hello, reply, finish, welcome]
            for step, own in [(server.reply, client.hello), (client.finish, reply), (server.accept, finish),
                              (finished.session, welcome)]:
                for message in messages:
                    if message is not own:
                        self.assertEqual(status(step, message), "MALFORMED")


if __name__ == "__main__":
    unittest.main()
