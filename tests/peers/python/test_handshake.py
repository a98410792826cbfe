"""Whole handshakes, in both roles against the library, and what each side refuses."""

import itertools
import os
import unittest

from libsecenv import pin as pin_of_the_library
from pairs import (
    KEYS, OURS, PAIRS, STATE_KEY, SUITES, THEIRS, changed, client_of, name, refused, server_of, server_pin, status,
)
from secenv_peer import Identity, pin

BOTH = (OURS, THEIRS)
REPLY_HEAD = {1: 82, 2: 1202}


class Handshake(unittest.TestCase):
    def test_every_pair_of_sides_kinds_and_suites_comes_to_the_same_session(self):
        ran = 0
        for (mine, other), suite, client_kind, server_kind in itertools.product(PAIRS, SUITES, KEYS, KEYS):
            with self.subTest(client=name(mine), server=name(other), suite=suite, kinds=(client_kind, server_kind)):
                server = server_of(other, server_kind, suite)
                client = client_of(mine, suite, client_kind, server_pin(server_kind))
                at_client, finish = client.finish(server.reply(client.hello))
                at_server, spki = server.accept(finish)
                self.assertEqual(spki, Identity.parse(KEYS[client_kind][0]).spki)
                self.assertEqual(at_client.id, at_server.id)
                self.assertEqual((at_client.peer, at_server.peer), (server_pin(server_kind), pin(spki)))
                self.assertEqual(at_server.open(b"ad", at_client.seal(b"ad", b"question")), b"question")
                self.assertEqual(at_client.open(b"", at_server.reply(0, b"", b"answer")), b"answer")
                ran += 1
        print("handshakes:", ran)
        self.assertEqual(ran, 24)

    def test_the_messages_have_the_lengths_that_the_document_gives(self):
        for implementation, (suite, length) in itertools.product(BOTH, [(1, 99), (2, 1315)]):
            client, server = client_of(implementation, suite), server_of(implementation)
            reply = server.reply(client.hello)
            proof = 24 + (2 + 44) + (2 + 64) + 32 + 16
            self.assertEqual(len(client.hello), length)
            self.assertEqual(len(reply), REPLY_HEAD[suite] + 2 + proof + 2 + 169)
            self.assertEqual(len(client.finish(reply)[1]), 2 + 2 + 169 + 2 + proof)

    def test_both_give_an_identity_the_same_pin(self):
        for pem in itertools.chain(*KEYS.values(), [THEIRS.Identity.generate_ed25519().encode_secret()]):
            identity = Identity.parse(pem)
            self.assertEqual(THEIRS.Identity.parse(pem).pin, identity.pin)
            self.assertEqual(pin_of_the_library(identity.spki), identity.pin)

    def test_a_finish_may_come_to_another_worker_than_the_hello(self):
        for first, second, suite in itertools.product(BOTH, BOTH, SUITES):
            client = client_of(OURS, suite)
            at_client, finish = client.finish(server_of(first).reply(client.hello))
            at_server, _ = server_of(second).accept(finish)
            self.assertEqual(at_client.open(b"", at_server.seal(b"", b"news")), b"news")

    def test_a_finish_that_arrives_twice_opens_the_same_session(self):
        for implementation in BOTH:
            client, server = client_of(OURS), server_of(implementation)
            session, finish = client.finish(server.reply(client.hello))
            self.assertEqual({server.accept(finish)[0].id, server.accept(finish)[0].id}, {session.id})

    def test_a_cookie_is_good_under_the_state_key_before_and_no_longer(self):
        for implementation in BOTH:
            old = server_of(implementation)
            client = client_of(OURS)
            _, finish = client.finish(old.reply(client.hello))
            once = old.rotate(os.urandom(32))
            twice = once.rotate(os.urandom(32))
            once.accept(finish)
            with refused(self, "REJECTED"):
                twice.accept(finish)
            self.assertEqual(status(server_of(implementation, state_key=os.urandom(32)).accept, finish), "REJECTED")

    def test_a_server_that_accepts_the_next_key_already_uses_its_own(self):
        for implementation, other in itertools.product(BOTH, BOTH):
            next_key = os.urandom(32)
            # Accepts the next key, uses the present one; the other host has gone on.
            accepting = server_of(implementation, state_key=next_key).rotate(STATE_KEY)
            using = server_of(other).rotate(next_key)
            for first, second in [(accepting, using), (using, accepting)]:
                client = client_of(OURS)
                second.accept(client.finish(first.reply(client.hello))[1])

    def test_a_hello_for_another_pin_or_below_the_minimum_is_refused(self):
        for implementation in BOTH:
            server = server_of(implementation, minimum_suite=2)
            with refused(self, "REJECTED"):
                server.reply(client_of(OURS, 1).hello)
            with refused(self, "REJECTED"):
                server.reply(client_of(OURS, 2, wanted=bytes(32)).hello)
            client = client_of(OURS, 1)
            _, finish = client.finish(server_of(implementation).reply(client.hello))
            with refused(self, "REJECTED"):
                server.accept(finish)

    def test_another_server_with_the_same_state_key_is_not_taken(self):
        for implementation in BOTH:
            server, client = server_of(implementation, "RSA"), client_of(OURS)
            other = server_of(implementation)
            _, finish = client.finish(other.reply(client.hello))
            with refused(self, "REJECTED"):
                server.accept(finish)

    def test_a_client_takes_one_reply(self):
        for implementation in BOTH:
            server, client = server_of(OURS), client_of(implementation)
            first, second = server.reply(client.hello), server.reply(client.hello)
            client.finish(first)
            for reply in (first, second, b""):
                with refused(self, "CLOSED"):
                    client.finish(reply)

    def test_parts_of_two_handshakes_do_not_fit_together(self):
        for implementation in BOTH:
            server = server_of(implementation)
            clients = [client_of(OURS), client_of(OURS)]
            replies = [server.reply(client.hello) for client in clients]
            with refused(self, "REJECTED"):
                clients[0].finish(replies[1])
            one, two = (client.finish(reply)[1] for client, reply in zip(clients, replies))
            for finish in (one[:173] + two[173:], two[:173] + one[173:]):
                with refused(self, "REJECTED"):
                    server.accept(finish)


class ChangedBytes(unittest.TestCase):
    """One byte changed: every position, the lowest and the highest bit."""

    def each(self, message, step=1):
        for at, mask in itertools.product(range(0, len(message), step), (1, 0x80)):
            yield at, changed(message, at, mask)

    def test_of_a_hello_both_servers_say_the_same_and_the_client_takes_no_answer(self):
        client = client_of(OURS)
        for at, hello in self.each(client.hello):
            with self.subTest(at=at):
                verdicts = {status(server_of(implementation).reply, hello) for implementation in BOTH}
                self.assertEqual(len(verdicts), 1, verdicts)
                if verdicts == {"OK"}:
                    self.assertTrue(3 <= at < 67)
                    with refused(self, "REJECTED"):
                        client.finish(server_of(THEIRS).reply(hello))

    def test_of_a_reply_no_client_takes_it_and_then_it_takes_the_true_one(self):
        # Python's ML-KEM is slow: there, a part of the positions.
        for implementation, suite, step in [(THEIRS, 1, 1), (THEIRS, 2, 1), (OURS, 1, 1), (OURS, 2, 41)]:
            server, client = server_of(OURS), client_of(implementation, suite)
            reply = server.reply(client.hello)
            head = REPLY_HEAD[suite]
            cookie = len(reply) - 169
            structure = {0, 1, head, head + 1, cookie - 2, cookie - 1}
            for at, forged in self.each(reply[:cookie], step):
                with self.subTest(client=name(implementation), suite=suite, at=at):
                    expected = "MALFORMED" if at in structure else "REJECTED"
                    self.assertEqual(status(client.finish, forged + reply[cookie:]), expected)
            _, finish = client.finish(reply)
            server.accept(finish)

    def test_of_the_cookie_the_client_cannot_know_but_the_server_refuses(self):
        for implementation in BOTH:
            server = server_of(implementation)
            for at in range(169):
                client = client_of(implementation)
                reply = server.reply(client.hello)
                _, finish = client.finish(changed(reply, len(reply) - 169 + at))
                with refused(self, "REJECTED"):
                    server.accept(finish)
                with refused(self, "REJECTED"):
                    # Nor does it help to put the true cookie back: the client has signed the other.
                    server.accept(changed(finish, 4 + at))

    def test_of_a_finish_both_servers_say_the_same(self):
        servers = [server_of(implementation) for implementation in BOTH]
        for suite in SUITES:
            client = client_of(OURS, suite)
            _, finish = client.finish(servers[0].reply(client.hello))
            for at, forged in self.each(finish):
                with self.subTest(suite=suite, at=at):
                    expected = "MALFORMED" if at in (0, 1, 2, 3, 173, 174) else "REJECTED"
                    self.assertEqual([status(server.accept, forged) for server in servers], [expected] * 2)

    def test_of_every_length_both_sides_say_the_same(self):
        server, client = server_of(OURS), client_of(OURS)
        reply = server.reply(client.hello)
        _, finish = client.finish(reply)
        clients = [client_of(implementation) for implementation in BOTH]
        for length in range(len(reply)):
            self.assertEqual([status(client.finish, reply[:length]) for client in clients], ["MALFORMED"] * 2)
        for implementation in BOTH:
            server = server_of(implementation)
            for message, step in [(client.hello, server.reply), (finish, server.accept)]:
                for length in range(len(message)):
                    self.assertEqual(status(step, message[:length]), "MALFORMED")
                for longer, expected in [(1, "MALFORMED"), (8192 - len(message), "MALFORMED"),
                                         (8193 - len(message), "TOO_LARGE")]:
                    self.assertEqual(status(step, message + bytes(longer)), expected)


if __name__ == "__main__":
    unittest.main()
