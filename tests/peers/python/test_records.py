"""Records both ways, replies, windows, keys that move on, padding, secrets to export, and what a session refuses."""

import itertools
import os
import random
import unittest

import libsecenv
from pairs import (
    BOTH, KEYS, OURS, PADDINGS, PAIRS, STATE_KEY, SUITES, Clock, changed, imported, name, outcome, refused, sessions,
    state_of, status, twins, unconfirmed,
)
from secenv_peer import Identity, Place, record_session_id
from secenv_peer.notation import MAC, lp
from secenv_peer.padding import padded_length
from secenv_peer.session import CLIENT, SERVER, header
from secenv_peer.window import Window

CONTENT_LIMIT = {0: 2**24, 1: 17_301_504}
HEADER = {0: 27, 1: 27, 2: 43, 3: 43}


class Records(unittest.TestCase):
    def test_messages_and_replies_pass_both_ways(self):
        for pair, suite, padding in itertools.product(PAIRS, SUITES, PADDINGS):
            with self.subTest(client=name(pair[0]), server=name(pair[1]), suite=suite, padding=padding):
                client, server = unconfirmed(*pair, suite, padding=padding)
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
        for pair, padding in itertools.product(PAIRS[1:], PADDINGS):
            one, other = sessions(*pair, padding=padding)
            self.assertEqual(other.open(b"", one.seal(b"", b"")), b"")
            self.assertEqual(len(other.open(bytes(65536), one.seal(bytes(65536), bytes(2**24)))), 2**24)
            for ad, message in [(bytes(65537), b""), (b"", bytes(2**24 + 1))]:
                for session in (one, other):
                    with refused(self, "TOO_LARGE"):
                        session.seal(ad, message)
                with refused(self, "TOO_LARGE"):
                    other.reply(0, ad, message)
            with refused(self, "TOO_LARGE"):
                other.open(bytes(65537), one.seal(b"", b""))

    def test_a_record_that_is_too_large_or_no_record_is_so_before_any_key_is_used(self):
        for padding in PADDINGS:
            client, server = sessions(OURS, OURS, padding=padding)
            record = client.seal(b"", b"message")
            longest = record[:27] + bytes(CONTENT_LIMIT[padding] + 40)
            for session in twins(server):
                self.assertEqual(status(session.open, b"", longest), "REJECTED")
                self.assertEqual(status(session.open, b"", longest + b"\0"), "TOO_LARGE")
                self.assertEqual(status(session.open, bytes(65537), longest + b"\0"), "TOO_LARGE")
                self.assertEqual(status(session.open, b"", changed(longest, 2, 4) + b"\0"), "MALFORMED")
                # A reply's header is longer by its 16 bytes.
                self.assertEqual(status(session.open, b"", changed(longest, 2, 2) + bytes(16)), "REJECTED")
                self.assertEqual(status(session.open, b"", changed(longest, 2, 2) + bytes(17)), "TOO_LARGE")
                for length in range(len(record)):
                    expected = "MALFORMED" if length < 67 else "REJECTED"
                    self.assertEqual(status(session.open, b"", record[:length]), expected)
                    # The fields come before the associated data.
                    self.assertEqual(status(session.open, bytes(65537), record[:length]),
                                     "MALFORMED" if length < 67 else "TOO_LARGE")
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
        # Whether a session pads does not stand in a record.
        for length in (CONTENT_LIMIT[0] + 41, CONTENT_LIMIT[1] + 40, CONTENT_LIMIT[1] + 41):
            forged = record[:27] + bytes(length)
            self.assertEqual(outcome(libsecenv.record_session_id, forged), outcome(record_session_id, forged), length)

    def test_of_a_changed_byte_both_say_the_same_and_the_true_record_is_still_taken(self):
        for padding in PADDINGS:
            client, server = sessions(OURS, OURS, padding=padding)
            record = client.seal(b"ad", b"message")
            server.open(b"ad", record)
            self.each_change(server.reply(1, b"ad", b"reply"), twins(client))
            client, server = sessions(OURS, OURS, padding=padding)
            self.each_change(client.seal(b"ad", b"message"), twins(server))
            self.each_change(server.seal(b"ad", b"news"), twins(client))

    def each_change(self, record, sides):
        before = [state_of(session) for session in sides]
        for at, mask in itertools.product(range(len(record)), (1, 2, 4, 0x80)):
            forged = changed(record, at, mask)
            verdicts = [status(session.open, b"ad", forged) for session in sides]
            self.assertEqual(verdicts[0], verdicts[1], at)
            self.assertIn(verdicts[0], ("MALFORMED", "REJECTED"))
        # A rejected record changes nothing, a chain least of all.
        self.assertEqual([state_of(session) for session in sides], before)
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
                server.open_reply(1, b"POST /a", record)
            server.open_message(b"POST /a", record)
            with refused(self, "REJECTED"):
                server.open(b"POST /a", record)
            reply = server.reply(1, b"", b"")
            with refused(self, "REJECTED"):
                client.open_message(b"", reply)
            client.open(b"", reply)

    def test_neither_has_a_number_before_the_first_record(self):
        for pair in PAIRS:
            for session in unconfirmed(*pair):
                self.assertEqual(outcome(lambda: session.last_received), "INVALID_ARGUMENT")
                self.assertEqual(outcome(lambda: session.last_sent), "INVALID_ARGUMENT")


class Replies(unittest.TestCase):
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
                server.reply(4, b"", b"to nothing")
            with refused(self, "INVALID_ARGUMENT"):
                client.reply(0, b"", b"to nothing")

    def test_a_reply_to_the_message_of_a_client_that_crashed_is_not_taken_for_the_next(self):
        for pair in PAIRS:
            client, server = sessions(*pair)
            before = client.export(STATE_KEY)
            server.open(b"", client.seal(b"", b"sent, and never stored"))
            reply = server.reply(1, b"", b"to the first")
            again = pair[0].Session.import_state(before, STATE_KEY, client.place)
            record = again.seal(b"", b"another")
            with refused(self, "REJECTED"):
                again.open(b"", reply)
            with refused(self, "REJECTED"):
                server.open(b"", record)
            # The name is in the state: what was stored and imported does not take it either.
            stored = pair[0].Session.import_state(again.export(STATE_KEY), STATE_KEY, client.place)
            with refused(self, "REJECTED"):
                stored.open_reply(1, b"", reply)

    def test_a_handle_answers_all_that_it_opened_and_an_imported_one_the_last_16(self):
        for pair in PAIRS:
            client, server = sessions(*pair)
            records = [client.seal(b"", b"") for _ in range(40)]
            random.Random(1).shuffle(records)
            numbers = []
            for record in records:
                server.open(b"", record)
                numbers.append(server.last_received)
            for worker in twins(server):
                answerable = [n for n in numbers if status(worker.reply, n, b"", b"") == "OK"]
                self.assertEqual(answerable, numbers[-16:])
            for number in numbers:
                client.open_reply(number, b"", server.reply(number, b"", b""))

    def test_a_handle_takes_replies_to_all_that_it_sealed_and_an_imported_one_to_the_last_16(self):
        for pair in PAIRS:
            client, server = sessions(*pair)
            for _ in range(39):
                server.open(b"", client.seal(b"", b""))
            replies = [server.reply(number, b"", b"") for number in range(40)]
            for session in twins(client):
                taken = [n for n, reply in enumerate(replies) if status(session.open, b"", reply) == "OK"]
                self.assertEqual(taken, list(range(24, 40)))
            for reply in replies:
                client.open(b"", reply)


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
                self.assertEqual(state_of(ours), state_of(theirs))
        self.assertEqual(state_of(ours), state_of(theirs))
        self.assertTrue(400 < taken < 2000, taken)

    def test_replies_in_any_order_leave_both_in_the_same_state(self):
        order = random.Random(3)
        for count in (900, 3000):
            client, server = sessions(OURS, OURS)
            # The library's side as well has sealed them all: it stands where ours does.
            ours, theirs = twins(client)
            replies = {ours: [], theirs: []}
            for session, own in replies.items():
                at_server = twins(server)[0]
                for n in range(1, count):
                    at_server.open(b"", session.seal(b"", b""))
                    own.append(at_server.reply(n, b"", bytes(n % 5)))
            taken = 0
            for _ in range(1500):
                at = order.randrange(count - 1)
                verdict = outcome(ours.open, b"", replies[ours][at])
                self.assertEqual(outcome(theirs.open, b"", replies[theirs][at]), verdict)
                taken += verdict != "REJECTED"
            self.assertEqual(self.but_for_tags(ours), self.but_for_tags(theirs))
            self.assertGreater(taken, 300)

    def but_for_tags(self, session):
        # The memory of what was sent stands last; its tags depend on nonces.
        return state_of(session)[:-385]

    def test_the_edge_of_the_window_is_1024_behind_the_count(self):
        client, server = unconfirmed(OURS, OURS)
        pool = [client.seal(b"", b"") for _ in range(1100)]
        for session in twins(server):
            session.open(b"", pool[1050])
            self.assertEqual(status(session.open, b"", pool[26]), "REJECTED")
            self.assertEqual(status(session.open, b"", pool[27]), "OK")

    def test_a_message_may_be_16384_above_the_highest_and_no_more(self):
        client, server = unconfirmed(OURS, OURS)
        pool = {}
        for number in range(3 + 2 * 16384):
            record = client.seal(b"", b"")
            if number % 16384 in (0, 1, 2, 16383):
                pool[number] = record
        for opened, highest in [([], -1), ([0], 0), ([1], 1), ([16383], 16383), ([16383, 1 + 16384], 1 + 16384)]:
            for session in twins(server):
                for number in opened:
                    session.open(b"", pool[number])
                if highest + 16385 in pool:
                    self.assertEqual(status(session.open, b"", pool[highest + 16385]), "REJECTED", highest)
                self.assertEqual(status(session.open, b"", pool[highest + 16384]), "OK", highest)
                self.assertEqual(session.last_received, highest + 16384)

    def test_a_reply_has_no_such_bound(self):
        for implementation in BOTH:
            client, server = sessions(implementation, OURS)
            for number in range(1, 16_500):
                record = client.seal(b"", b"")
                # The server opens few of them: enough to stay within its own bound.
                if number % 10_000 == 0 or number == 16_499:
                    server.open(b"", record)
            client.open_reply(16_499, b"", server.reply(16_499, b"", b"the first reply of all"))


class Chains(unittest.TestCase):
    def test_messages_and_replies_pass_in_generations_0_1_and_2_and_after_imports(self):
        for pair, direction in itertools.product(PAIRS, range(2)):
            with self.subTest(client=name(pair[0]), server=name(pair[1]), direction=direction):
                one, other = sessions(*pair)
                one, other = (one, other) if direction == 0 else (other, one)
                first = 1 if direction == 0 else 0
                for number in range(first, 2 * 1024 + 2):
                    record = one.seal(b"", b"message")
                    edge = number % 1024 in (0, 1, 1022, 1023)
                    if edge and number % 2:
                        # A worker of the other implementation, from what was stored.
                        one, other = twins(one)[number // 1024 % 2], twins(other)[(number // 1024 + 1) % 2]
                    if edge:
                        self.assertEqual(other.open(b"", record), b"message")
                        self.assertEqual(one.open_reply(number, b"", other.reply(number, b"", b"reply")), b"reply")
                # The other number space did not move.
                self.assertEqual(one.open(b"", other.seal(b"", b"news")), b"news")

    def test_what_is_of_the_generation_before_opens_and_is_replied_to_after_a_step(self):
        client, server = unconfirmed(OURS, OURS)
        early, late = [client.seal(b"", b"") for _ in range(1024)], client.seal(b"", b"")
        for session in twins(server):
            session.open(b"", early[5])
            session.open(b"", late)
            self.assertEqual(status(session.open, b"", early[1]), "OK")
            # Number 0 is out of the window, and would be of a generation that is held.
            self.assertEqual(status(session.open, b"", early[0]), "REJECTED")
            for number in (5, 1, 1024):
                self.assertEqual(client.open_reply(number, b"", session.reply(number, b"", b"")), b"")
            client.replies = Window()

    def test_a_message_of_a_generation_that_is_gone_can_no_longer_be_replied_to(self):
        client, server = unconfirmed(OURS, OURS)
        records = [client.seal(b"", b"") for _ in range(2049)]
        for session in twins(server):
            for number, answerable in [(0, [0]), (1023, [0, 1023]), (1024, [0, 1023, 1024]),
                                       (2047, [0, 1023, 1024, 2047]), (2048, [1024, 2047, 2048])]:
                session.open(b"", records[number])
                for n in (0, 1023, 1024, 2047, 2048):
                    expected = "OK" if n in answerable else "INVALID_ARGUMENT"
                    self.assertEqual(status(session.reply, n, b"", b""), expected, (number, n))
                    # It is so before the limits of what would be sealed.
                    expected = "TOO_LARGE" if n in answerable else "INVALID_ARGUMENT"
                    self.assertEqual(status(session.reply, n, bytes(65537), b""), expected, (number, n))

    def test_replies_never_move_a_chain(self):
        for implementation in BOTH:
            client, server = sessions(implementation, OURS)
            for _ in range(2048):
                record = client.seal(b"", b"")
            chains = slice(89, 217)
            before = state_of(client)[chains]
            server.open(b"", record)
            client.open(b"", server.reply(2048, b"", b""))
            self.assertEqual(state_of(client)[chains], before)

    def test_a_record_that_is_refused_moves_nothing_however_far_it_would_have(self):
        client, server = sessions(OURS, OURS)
        for _ in range(5000):
            record = client.seal(b"", b"")
        for session in twins(server):
            before = state_of(session)
            for forged in (changed(record, -1), changed(record, 30), record + b"\0"):
                with refused(self, "REJECTED"):
                    session.open(b"", forged)
            self.assertEqual(state_of(session), before)
            session.open(b"", record)
            self.assertNotEqual(state_of(session), before)

    def test_both_keep_the_same_keys_at_each_step(self):
        client, server = unconfirmed(OURS, OURS)
        ours, theirs = twins(client)
        for number in range(3000):
            ours.seal(b"", b"")
            theirs.seal(b"", b"")
            if number % 1024 in (0, 1, 1023):
                self.assertEqual(state_of(ours)[:-385], state_of(theirs)[:-385], number)
        jumper, walker = client, twins(server)
        records = [jumper.seal(b"", b"") for _ in range(9000)]
        for at in (1023, 1024, 4096, 8999, 8998):
            for session in walker:
                session.open(b"", records[at])
            self.assertEqual(*map(state_of, walker), at)


class Padding(unittest.TestCase):
    # The length of a message, and of its content.
    LENGTHS = [(0, 256), (1, 256), (254, 256), (255, 256), (256, 272), (271, 272), (272, 288), (511, 512), (512, 544),
               (999, 1024), (1023, 1024), (1024, 1088), (65_535, 65_536), (65_536, 67_584), (2**24 - 1, 2**24),
               (2**24, 17_301_504)]

    def test_a_content_has_the_length_that_the_document_says(self):
        for length, expected in self.LENGTHS:
            self.assertEqual(padded_length(length), expected, length)
            for implementation in BOTH:
                client, server = sessions(implementation, OURS, padding=1)
                record = client.seal(b"", bytes(length))
                self.assertEqual(len(record), 27 + 40 + expected, length)
                self.assertEqual(server.open(b"", record), bytes(length))
                server.open(b"", client.seal(b"", b""))
                self.assertEqual(len(server.reply(2, b"", b"x" * length)), 43 + 40 + expected)

    def test_every_length_is_padded_alike_by_both(self):
        ours, theirs = twins(sessions(OURS, OURS, padding=1)[0])
        for length in [*range(600), *(n * 97 for n in range(7, 400))]:
            self.assertEqual(len(ours.seal(b"", bytes(length))), len(theirs.seal(b"", bytes(length))), length)

    def test_a_message_may_end_as_padding_does(self):
        for pair in PAIRS:
            client, server = sessions(*pair, padding=1)
            for message in (b"\x80", b"\0" * 300, b"\x80\0\0", b"\x80" * 255, b"\x80" * 256, b"x\x80" + bytes(400)):
                self.assertEqual(server.open(b"", client.seal(b"", message)), message)

    def test_a_content_of_another_length_or_form_is_refused(self):
        client, server = sessions(OURS, OURS, padding=1)
        good = (b"message\x80").ljust(256, b"\0")
        contents = [
            (good, "OK"), (b"\x80" + bytes(255), "OK"), (b"x" * 255 + b"\x80", "OK"),
            (b"", "REJECTED"), (b"\x80", "REJECTED"), (good[:-1], "REJECTED"), (good + b"\0", "REJECTED"),
            (bytes(256), "REJECTED"), (b"message\x81".ljust(256, b"\0"), "REJECTED"), (b"x" * 256, "REJECTED"),
            (good[:-1] + b"\1", "REJECTED"), (b"x" * 255 + b"\x80" + bytes(16), "REJECTED"),
            (b"x" * 256 + b"\x80" + bytes(15), "OK"), (b"x" * 256 + b"\x80" + bytes(14), "REJECTED"),
            (b"x" * 256 + b"\x80" + bytes(31), "REJECTED"), (bytes(272), "REJECTED"),
            (bytes(2**24) + b"\x80" + bytes(2**19 - 1), "OK"),
            (bytes(2**24 + 1) + b"\x80" + bytes(2**19 - 2), "REJECTED"),
            (bytes(17_301_503) + b"\x80", "REJECTED"), (bytes(17_301_504), "REJECTED"),
        ]
        for content, expected in contents:
            record = self.seal_content(client, content)
            for session in twins(server):
                before = state_of(session)
                self.assertEqual(status(session.open, b"", record), expected, (len(content), content[:9]))
                if expected != "OK":
                    self.assertEqual(state_of(session), before)

    def seal_content(self, client, content):
        """A record whose content is just this, under the true key."""
        sender = twins(client)[0]
        sender.padding = 0
        key = sender.chains[CLIENT].message_key(sender.next)
        return sender._seal(key, header(0, sender.id, sender.next), b"", content)

    def test_bytes_are_counted_without_padding_and_associated_data(self):
        for pair in PAIRS:
            client, server = unconfirmed(*pair, padding=1)
            server.open(b"ad", client.seal(b"ad", bytes(100)))
            client.open(b"ad", server.reply(0, b"ad", bytes(23)))
            for session in (client, server):
                self.assertEqual(int.from_bytes(state_of(session)[81:89], "big"), 123)


class Exporter(unittest.TestCase):
    def test_both_sides_export_the_same_and_go_on_doing_so(self):
        for pair, suite in itertools.product(PAIRS, SUITES):
            client, server = sessions(*pair, suite)
            names = [(b"", b""), (b"label", b""), (b"", b"label"), (b"label", b"context"), (bytes(1024), bytes(1024))]
            secrets = [client.export_secret(*pair) for pair in names]
            self.assertEqual(len({secret for secret in secrets}), len(names))
            self.assertEqual([server.export_secret(*pair) for pair in names], secrets)
            for _ in range(2100):
                record = client.seal(b"", b"")
            server.open(b"", record)
            for session in (client, server, *twins(client), *twins(server)):
                self.assertEqual([session.export_secret(*pair) for pair in names], secrets)

    def test_a_secret_is_of_its_session(self):
        one, other = (sessions(OURS, OURS)[0].export_secret(b"label", b"") for _ in range(2))
        self.assertNotEqual(one, other)

    def test_a_label_and_a_context_have_at_most_1024_bytes(self):
        for pair in PAIRS:
            for session in sessions(*pair):
                for names in [(bytes(1025), b""), (b"", bytes(1025))]:
                    with refused(self, "TOO_LARGE"):
                        session.export_secret(*names)

    def test_no_clock_is_asked(self):
        for pair in PAIRS:
            clock = Clock()
            client, server = sessions(*pair, clock=clock)
            secret = client.export_secret(b"", b"")
            clock.at += 10**6
            self.assertEqual({client.export_secret(b"", b""), server.export_secret(b"", b"")}, {secret})

    def test_it_is_made_as_the_document_says(self):
        for session in twins(sessions(OURS, OURS)[0]):
            exporter = state_of(session)[41:73]
            self.assertEqual(session.export_secret(b"label", b"context"),
                             MAC(exporter, lp("secenv 2 export") + lp(b"label") + lp(b"context")))


class Unconfirmed(unittest.TestCase):
    def test_a_server_seals_and_exports_nothing_before_the_first_record(self):
        for pair in PAIRS:
            client, server = unconfirmed(*pair)
            self.assertEqual((client.is_confirmed, server.is_confirmed), (True, False))
            for session in (server, *twins(server)):
                self.assertEqual(status(session.seal, b"", b""), "UNCONFIRMED")
                self.assertEqual(status(session.seal, bytes(65537), b""), "UNCONFIRMED")
                self.assertEqual(status(session.export_secret, b"", b""), "UNCONFIRMED")
                self.assertEqual(status(session.reply, 0, b"", b""), "INVALID_ARGUMENT")
            client.export_secret(b"", b"")
            record = client.seal(b"", b"")
            with refused(self, "REJECTED"):
                server.open(b"", changed(record, -1))
            self.assertEqual(status(server.seal, b"", b""), "UNCONFIRMED")
            server.open(b"", record)
            self.assertTrue(server.is_confirmed)
            for session in (server, *twins(server)):
                self.assertTrue(session.is_confirmed)
                self.assertEqual(session.export_secret(b"", b""), client.export_secret(b"", b""))
            client.open(b"", server.seal(b"", b"news"))

    def test_an_unconfirmed_session_lives_for_300_seconds(self):
        for pair in PAIRS:
            for seconds, expected in [(300, "OK"), (301, "ENDED")]:
                clock = Clock()
                client, server = unconfirmed(*pair, clock=clock)
                blob = server.export(STATE_KEY)
                record = client.seal(b"", b"")
                clock.at += seconds
                for implementation in BOTH:
                    verdict = status(implementation.Session.import_state, blob, STATE_KEY, server.place, clock=clock)
                    self.assertEqual(verdict, expected)
                self.assertEqual(status(server.open, b"", record), expected)
                # It says what it is before it looks at the clock.
                self.assertEqual(status(server.seal, b"", b""), "OK" if expected == "OK" else "UNCONFIRMED")

    def test_with_the_first_record_it_gets_its_full_life_which_began_at_the_finish(self):
        for pair in PAIRS:
            for seconds, expected in [(86_400, "OK"), (86_401, "ENDED")]:
                clock = Clock()
                client, server = unconfirmed(*pair, clock=clock)
                clock.at += 300
                server.open(b"", client.seal(b"", b""))
                clock.at += seconds - 300
                self.assertEqual(status(server.seal, b"", b""), expected)
                self.assertEqual(status(client.seal, b"", b""), expected)

    def test_a_client_is_confirmed_by_the_welcome(self):
        for pair in PAIRS:
            clock = Clock()
            client, _ = unconfirmed(*pair, clock=clock)
            clock.at += 86_400
            client.seal(b"", b"")


class States(unittest.TestCase):
    def test_a_session_moves_between_the_implementations(self):
        for pair, padding in itertools.product(PAIRS, PADDINGS):
            client, server = sessions(*pair, padding=padding)
            for turn in range(6):
                client, server = twins(client)[turn % 2], twins(server)[turn // 2 % 2]
                server.open(b"", client.seal(b"", b"question"))
                client.open_reply(turn + 1, b"", server.reply(turn + 1, b"", b"answer"))
                client.open(b"", server.seal(b"", b"news"))
                server.open_reply(turn, b"", client.reply(turn, b"", b"seen"))
                self.assertEqual(*map(state_of, twins(client)))
                self.assertEqual(*map(state_of, twins(server)))

    def test_a_blob_is_refused_by_both_for_the_same_reason(self):
        for session in sessions(OURS, OURS):
            blob = session.export(STATE_KEY)
            self.assertEqual(len(blob), 1309)
            for at in range(len(blob)):
                self.assertEqual(imported(changed(blob, at), session.place),
                                 ["MALFORMED" if at < 2 else "REJECTED"] * 2)
            for forged in (b"", blob[:-1], blob + b"\0"):
                self.assertEqual(imported(forged, session.place), ["MALFORMED"] * 2)
            self.assertEqual(imported(blob, session.place, os.urandom(32)), ["REJECTED"] * 2)

    def test_a_blob_opens_in_its_own_place_and_in_no_other(self):
        pin, other_id, store = Identity.parse(KEYS["RSA"][1]).pin, os.urandom(16), os.urandom(16)
        for pair in PAIRS:
            client, server = sessions(*pair)
            for session in (client, server):
                blob, own = session.export(STATE_KEY), session.place
                places = {
                    "another server": Place(pin, own.session_id, own.role, own.store_id),
                    "another session": Place(own.server_pin, other_id, own.role, own.store_id),
                    "the other role": Place(own.server_pin, own.session_id, 3 - own.role, own.store_id),
                    "another peer as the server": Place(session.peer[::-1], own.session_id, own.role, own.store_id),
                }
                if own.role == SERVER:
                    places["another store"] = Place(own.server_pin, own.session_id, own.role, store)
                    places["no store"] = Place(own.server_pin, own.session_id, own.role)
                for what, place in places.items():
                    self.assertEqual(imported(blob, place), ["REJECTED"] * 2, what)
                    with refused(self, "INVALID_ARGUMENT"):
                        session.export(STATE_KEY, place)
                for implementation in BOTH:
                    implementation.Session.import_state(blob, STATE_KEY, own)
                    for role in (0, 3):
                        with refused(self, "INVALID_ARGUMENT"):
                            implementation.Session.import_state(
                                blob, STATE_KEY, Place(own.server_pin, own.session_id, role, own.store_id))

    def test_an_imported_session_is_of_its_place(self):
        for pair in PAIRS:
            for session in sessions(*pair):
                for twin in twins(session):
                    self.assertEqual((twin.id, twin.peer, twin.server_pin, twin.place),
                                     (session.id, session.peer, session.server_pin, session.place))
                    twin.export(STATE_KEY, session.place)


if __name__ == "__main__":
    unittest.main()
