"""Records both ways, replies, the window, and what a session refuses."""

import itertools
import os
import random
import unittest

import libsecenv
from pairs import OURS, PAIRS, STATE_KEY, SUITES, THEIRS, changed, name, outcome, refused, sessions, status
from secenv_peer import record_session_id
from secenv_peer.session import Session

BOTH = (OURS, THEIRS)


def twins(session):
    """The session's state in both implementations."""
    blob = session.export(STATE_KEY)
    return [implementation.Session.import_state(blob, STATE_KEY) for implementation in BOTH]


def plain(session):
    """The plain state of a session of either."""
    return Session.import_state(session.export(STATE_KEY), STATE_KEY).plain_state()


class Records(unittest.TestCase):
    def test_messages_and_replies_pass_both_ways(self):
        for pair, suite in itertools.product(PAIRS, SUITES):
            with self.subTest(client=name(pair[0]), server=name(pair[1]), suite=suite):
                client, server = sessions(*pair, suite)
                for one, other in [(client, server), (server, client)]:
                    for number in range(5):
                        message = os.urandom(number * 1000)
                        record = one.seal(b"POST /message", message)
                        self.assertEqual(one.last_sent, number)
                        self.assertEqual(other.open(b"POST /message", record), message)
                        self.assertEqual(other.last_received, number)
                    for number in (3, 0, 4):
                        record = other.reply(number, b"200", message)
                        self.assertEqual(one.open_reply(number, b"200", record), message)
                        self.assertEqual(one.last_received, number)
                self.assertEqual(record_session_id(record), client.id)
                self.assertEqual(libsecenv.record_session_id(record), client.id)

    def test_empty_and_largest_messages_and_associated_data_pass(self):
        for pair in PAIRS[1:]:
            one, other = sessions(*pair)
            self.assertEqual(other.open(b"", one.seal(b"", b"")), b"")
            self.assertEqual(len(other.open(bytes(65536), one.seal(bytes(65536), bytes(2**24)))), 2**24)
            for ad, message in [(bytes(65537), b""), (b"", bytes(2**24 + 1))]:
                for session in (one, other):
                    with refused(self, "TOO_LARGE"):
                        session.seal(ad, message)
            with refused(self, "TOO_LARGE"):
                other.open(bytes(65537), one.seal(b"", b""))

    def test_a_record_that_is_too_large_or_no_record_is_so_before_any_key_is_used(self):
        client, server = sessions(OURS, OURS)
        record = client.seal(b"", b"message")
        longest = record[:27] + bytes(2**24 + 40)
        for session in twins(server):
            self.assertEqual(status(session.open, b"", longest), "REJECTED")
            self.assertEqual(status(session.open, b"", longest + b"\0"), "TOO_LARGE")
            self.assertEqual(status(session.open, b"", changed(longest, 2, 4) + b"\0"), "MALFORMED")
            # A reply's header is longer by its 16 bytes.
            self.assertEqual(status(session.open, b"", changed(longest, 2, 2) + bytes(16)), "REJECTED")
            self.assertEqual(status(session.open, b"", changed(longest, 2, 2) + bytes(17)), "TOO_LARGE")
            for length in range(len(record)):
                expected = "MALFORMED" if length < 67 else "REJECTED"
                self.assertEqual(status(session.open, b"", record[:length]), expected)
            self.assertEqual(session.open(b"", record), b"message")

    def test_both_name_the_session_of_a_record_or_say_that_it_is_none(self):
        client, _ = sessions(OURS, OURS)
        record = client.seal(b"", b"")
        for at, mask in itertools.product(range(len(record)), (1, 4, 0x80)):
            forged = changed(record, at, mask)
            self.assertEqual(outcome(libsecenv.record_session_id, forged), outcome(record_session_id, forged), at)
        for length in range(len(record)):
            with refused(self, "MALFORMED"):
                libsecenv.record_session_id(record[:length])

    def test_of_a_changed_byte_both_say_the_same_and_the_true_record_is_still_taken(self):
        client, server = sessions(OURS, OURS)
        record = client.seal(b"ad", b"message")
        server.open(b"ad", record)
        self.each_change(server.reply(0, b"ad", b"reply"), twins(client))
        client, server = sessions(OURS, OURS)
        self.each_change(client.seal(b"ad", b"message"), twins(server))
        self.each_change(server.seal(b"ad", b"news"), twins(client))

    def each_change(self, record, sides):
        for at, mask in itertools.product(range(len(record)), (1, 2, 4, 0x80)):
            forged = changed(record, at, mask)
            verdicts = [status(session.open, b"ad", forged) for session in sides]
            self.assertEqual(verdicts[0], verdicts[1], at)
            self.assertIn(verdicts[0], ("MALFORMED", "REJECTED"))
        for session in sides:
            session.open(b"ad", record)
            with refused(self, "REJECTED"):
                session.open(b"ad", record)

    def test_a_record_for_another_use_session_side_or_time_is_refused(self):
        for pair in PAIRS:
            client, server = sessions(*pair)
            other_client, other_server = sessions(*pair)
            record = client.seal(b"POST /a", b"message")
            for session, ad in [(server, b"POST /b"), (server, b""), (client, b"POST /a"), (other_server, b"POST /a"),
                                (other_client, b"POST /a")]:
                with refused(self, "REJECTED"):
                    session.open(ad, record)
            with refused(self, "REJECTED"):
                server.open_reply(0, b"POST /a", record)
            server.open(b"POST /a", record)
            with refused(self, "REJECTED"):
                server.open(b"POST /a", record)

    def test_of_two_replies_the_first_is_taken_and_of_two_messages_each_its_own(self):
        for pair in PAIRS:
            client, server = sessions(*pair)
            for _ in range(3):
                server.open(b"", client.seal(b"", b"question"))
            with refused(self, "REJECTED"):
                client.open_reply(1, b"", server.reply(2, b"", b"not to this"))
            first, second = server.reply(1, b"", b"first"), server.reply(1, b"", b"second")
            self.assertEqual(client.open_reply(1, b"", second), b"second")
            with refused(self, "REJECTED"):
                client.open(b"", first)
            with refused(self, "INVALID_ARGUMENT"):
                server.reply(3, b"", b"to nothing")
            with refused(self, "INVALID_ARGUMENT"):
                client.reply(0, b"", b"to nothing")

    def test_a_reply_to_the_message_of_a_client_that_crashed_is_not_taken_for_the_next(self):
        for pair in PAIRS:
            client, server = sessions(*pair)
            before = client.export(STATE_KEY)
            server.open(b"", client.seal(b"", b"sent, and never stored"))
            reply = server.reply(0, b"", b"to the first")
            again = pair[0].Session.import_state(before, STATE_KEY)
            record = again.seal(b"", b"another")
            with refused(self, "REJECTED"):
                again.open(b"", reply)
            with refused(self, "REJECTED"):
                server.open(b"", record)
            # Known by its number alone once the session was stored and imported.
            stored = pair[0].Session.import_state(again.export(STATE_KEY), STATE_KEY)
            self.assertEqual(stored.open_reply(0, b"", reply), b"to the first")

    def test_a_handle_answers_all_that_it_opened_and_an_imported_one_the_last_16(self):
        for pair in PAIRS:
            client, server = sessions(*pair)
            records = [client.seal(b"", b"") for _ in range(40)]
            random.Random(1).shuffle(records)
            numbers = []
            for record in records:
                server.open(b"", record)
                numbers.append(server.last_received)
            blob = server.export(STATE_KEY)
            for implementation in BOTH:
                worker = implementation.Session.import_state(blob, STATE_KEY)
                answerable = [n for n in numbers if status(worker.reply, n, b"", b"") == "OK"]
                self.assertEqual(answerable, numbers[-16:])
            for number in numbers:
                client.open_reply(number, b"", server.reply(number, b"", b""))

    def test_neither_has_a_number_before_the_first_record(self):
        for pair in PAIRS:
            for session in sessions(*pair):
                self.assertEqual(outcome(lambda: session.last_received), "INVALID_ARGUMENT")
                self.assertEqual(outcome(lambda: session.last_sent), "INVALID_ARGUMENT")


class Windows(unittest.TestCase):
    def test_records_in_any_order_leave_both_in_the_same_state(self):
        order = random.Random(2)
        client, server = sessions(OURS, OURS)
        pool = [client.seal(b"", bytes(n % 7)) for n in range(5000)]
        ours, theirs = twins(server)
        position, taken = 0, 0
        for step in range(2500):
            far = order.choice([900, -600]) if step % 50 == 0 else 0
            position = max(0, min(len(pool) - 1, position + far + order.choice([1, 2, 3, 4, 1, -2, -4])))
            at = max(0, position - order.choice([0, 0, 0, 1, 5, 1023, 1024, 1025]))
            verdict = outcome(ours.open, b"", pool[at])
            self.assertEqual(outcome(theirs.open, b"", pool[at]), verdict, at)
            taken += verdict != "REJECTED"
            if step % 100 == 0:
                self.assertEqual(plain(ours), plain(theirs))
        self.assertEqual(plain(ours), plain(theirs))
        self.assertTrue(400 < taken < 2000, taken)

    def test_replies_in_any_order_leave_both_in_the_same_state(self):
        order = random.Random(3)
        client, server = sessions(OURS, OURS)
        replies = []
        for n in range(3000):
            server.open(b"", client.seal(b"", b""))
            replies.append(server.reply(n, b"", bytes(n % 5)))
        ours, theirs = twins(client)
        for _ in range(1500):
            reply = replies[order.randrange(len(replies))]
            self.assertEqual(outcome(theirs.open, b"", reply), outcome(ours.open, b"", reply))
        self.assertEqual(plain(ours), plain(theirs))

    def test_the_edge_of_the_window_is_1024_behind_the_count(self):
        client, server = sessions(OURS, OURS)
        pool = [client.seal(b"", b"") for _ in range(1100)]
        for session in twins(server):
            session.open(b"", pool[1050])
            self.assertEqual(status(session.open, b"", pool[26]), "REJECTED")
            self.assertEqual(status(session.open, b"", pool[27]), "OK")


class States(unittest.TestCase):
    def test_a_session_moves_between_the_implementations(self):
        for pair in PAIRS:
            client, server = sessions(*pair)
            for turn in range(6):
                client, server = twins(client)[turn % 2], twins(server)[turn // 2 % 2]
                server.open(b"", client.seal(b"", b"question"))
                client.open_reply(turn, b"", server.reply(turn, b"", b"answer"))
                client.open(b"", server.seal(b"", b"news"))
                server.open_reply(turn, b"", client.reply(turn, b"", b"seen"))

    def test_a_blob_is_refused_by_both_for_the_same_reason(self):
        client, _ = sessions(OURS, OURS)
        blob = client.export(STATE_KEY)
        self.assertEqual(len(blob), 844)
        for at in range(len(blob)):
            forged = changed(blob, at)
            verdicts = [status(implementation.Session.import_state, forged, STATE_KEY) for implementation in BOTH]
            self.assertEqual(verdicts, ["MALFORMED" if at < 2 else "REJECTED"] * 2)
        for forged in (b"", blob[:-1], blob + b"\0"):
            with refused(self, "MALFORMED"):
                THEIRS.Session.import_state(forged, STATE_KEY)
        with refused(self, "REJECTED"):
            THEIRS.Session.import_state(blob, os.urandom(32))


if __name__ == "__main__":
    unittest.main()
