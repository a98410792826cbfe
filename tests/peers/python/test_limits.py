"""Sessions at their limits, states whose content is impossible, and key files: made here, judged by both."""

import os
import unittest

import libsecenv
from pairs import (
    BEGIN, BOTH, OURS, STATE_KEY, THEIRS, Clock, changed, client_of, imported, refused, server_of, sessions, state_of,
    status, twins, unconfirmed,
)
from secenv_peer import key_file
from secenv_peer.notation import derive, u8, u64
from secenv_peer.session import CLIENT, header, seal_state

# Where the fields of the plain state begin.
CREATED, CLIENT_PIN, PADDING, EXPORTER, NEXT, BYTES, C, D = 0, 8, 40, 41, 73, 81, 89, 153
MESSAGES, REPLIES, OPENED, SENT = 217, 353, 489, 874
END = 1259


def patched(session, *patches):
    plain = session.plain_state()
    for at, data in patches:
        plain = plain[:at] + data + plain[at + len(data):]
    assert len(plain) == END
    return seal_state(plain, STATE_KEY, session.place)


def window(count, *numbers):
    bits = bytearray(128)
    for n in numbers:
        bits[n % 1024 // 8] |= 1 << n % 8
    return u64(count) + bytes(bits)


def entry(number):
    return u64(number) + bytes(range(16))


def memory(*numbers):
    return (u8(len(numbers)) + b"".join(map(entry, numbers))).ljust(385, b"\0")


def sent(next_number):
    """The two fields that have to agree: `next` and the memory of what was sent."""
    return (NEXT, u64(next_number)), (SENT, memory(*range(max(0, next_number - 16), next_number)))


class Limits(unittest.TestCase):
    """Each test makes a session of a limit and asks both for all that a session does."""

    def judge(self, expected, *patches, seconds=0, on_import="OK", at_server=False):
        """seal, open, reply, open a reply: what both say of each, of a session that is so many seconds old."""
        clock = Clock()
        client, server = unconfirmed(OURS, OURS, clock=clock)
        for _ in range(2):
            server.open(b"", client.seal(b"", b"question"))
            client.open(b"", server.seal(b"", b"news"))
        one, other = (server, client) if at_server else (client, server)
        blob = patched(one, *patches)
        message, reply = other.seal(b"", b"message"), other.reply(1, b"", b"reply")
        time = Clock(BEGIN + seconds)
        self.assertEqual([v if isinstance(v, str) else "OK" for v in imported(blob, one.place, clock=time)],
                         [on_import] * 2)
        for step, *arguments, wanted in [
            ("seal", b"", b"message", expected[0]), ("open", b"", message, expected[1]),
            ("reply", 1, b"", b"reply", expected[2]), ("open", b"", reply, expected[3]),
        ]:
            for implementation in BOTH:
                # Imported while it was good.
                clock = Clock()
                session = implementation.Session.import_state(blob, STATE_KEY, one.place, clock=clock)
                clock.at += seconds
                self.assertEqual(status(getattr(session, step), *arguments), wanted, (implementation.__name__, step))

    def test_a_day_and_not_a_second_more(self):
        for at_server in (False, True):
            self.judge(["OK"] * 4, seconds=86_400, at_server=at_server)
            self.judge(["ENDED"] * 4, seconds=86_401, on_import="ENDED", at_server=at_server)

    def test_a_clock_that_was_set_back_by_five_minutes_and_no_more(self):
        for at_server in (False, True):
            self.judge(["OK"] * 4, seconds=-300, at_server=at_server)
            self.judge(["ENDED"] * 4, seconds=-301, on_import="ENDED", at_server=at_server)

    def test_a_state_that_is_over_by_its_age_is_ended(self):
        for session in sessions(OURS, OURS, clock=Clock()):
            for created, expected in [(BEGIN + 300, "OK"), (BEGIN + 301, "ENDED"), (2**63 - 1, "ENDED"), (0, "ENDED"),
                                      (BEGIN - 86_400, "OK"), (BEGIN - 86_401, "ENDED")]:
                blob = patched(session, (CREATED, u64(created)))
                for implementation in BOTH:
                    verdict = status(implementation.Session.import_state, blob, STATE_KEY, session.place,
                                     clock=Clock(BEGIN))
                    self.assertEqual(verdict, expected, created)

    def test_a_state_that_is_impossible_and_over_is_impossible(self):
        session, _ = sessions(OURS, OURS, clock=Clock())
        blob = patched(session, (PADDING, b"\2"))
        self.assertEqual(imported(blob, session.place, clock=Clock(BEGIN + 10**6)), ["REJECTED"] * 2)

    def test_the_bytes_of_a_session(self):
        self.judge(["OK"] * 4, (BYTES, u64(2**44 - 1)))
        for session in sessions(OURS, OURS):
            for count in (2**44, 2**64 - 1):
                self.assertEqual(imported(patched(session, (BYTES, u64(count))), session.place), ["ENDED"] * 2)

    def test_the_message_that_reaches_the_limit_of_bytes_passes_and_nothing_after_it(self):
        client, server = sessions(OURS, OURS)
        server.open(b"", client.seal(b"", b"question"))
        client.open(b"", server.seal(b"", b"news"))
        message, reply = server.seal(b"", b"message"), server.reply(1, b"", b"reply")
        for step, *arguments in [("seal", b"", b"678"), ("open", b"", message), ("reply", 0, b"", b"678"),
                                 ("open", b"", reply)]:
            for session in imported(patched(client, (BYTES, u64(2**44 - 5))), client.place):
                session.seal(b"", b"1234")
                # One byte is left: whatever is longer still passes.
                getattr(session, step)(*arguments)
                for last in [("seal", b"", b""), ("reply", 0, b"", b""), ("open", b"", message),
                             ("open_reply", 1, b"", reply)]:
                    self.assertEqual(status(getattr(session, last[0]), *last[1:]), "ENDED", (step, last[0]))
                self.assertEqual(status(session.export_secret, b"", b""), "OK")

    def test_the_last_number_is_below_2_to_the_32_and_only_the_sealing_of_messages_ends_there(self):
        self.judge(["OK", "OK", "OK", "REJECTED"], *sent(2**32 - 1))
        self.judge(["ENDED", "OK", "OK", "REJECTED"], *sent(2**32))

    def test_a_window_that_is_full_takes_no_more_messages(self):
        last = 2**32 - 1
        # Both messages that could be replied to are of a generation that is gone.
        self.judge(["OK", "REJECTED", "INVALID_ARGUMENT", "OK"], (MESSAGES, window(2**32, last)))

    def test_numbers_of_2_to_the_32_are_no_numbers(self):
        client, server = sessions(OURS, OURS)
        count = 2**32 - 1
        blob = patched(server, (MESSAGES, window(count, count - 1)))
        for number, expected in [(2**32 - 1, "OK"), (2**32, "MALFORMED"), (2**64 - 1, "MALFORMED")]:
            for session in imported(blob, server.place):
                self.assertEqual(status(session.open, b"", self.message_of(client, number)), expected)

    def message_of(self, client, number):
        """As if this number were of the generation whose key the client holds."""
        key = derive(client.chains[CLIENT].key, "secenv 2 message", b"")
        return client._seal(key, header(0, client.id, number), b"", b"message")


class Order(unittest.TestCase):
    """Of two things that are wrong, the document says which is told."""

    def test_whoever_seals_is_told_what_the_document_has_first(self):
        clock = Clock()
        client, server = unconfirmed(OURS, OURS, clock=clock)
        large = bytes(65_537)
        for session in twins(server, clock=clock):
            # Not confirmed, and over.
            clock.at = BEGIN + 10**6
            self.assertEqual(status(session.seal, large, b""), "UNCONFIRMED")
            self.assertEqual(status(session.reply, 0, large, b""), "INVALID_ARGUMENT")
            clock.at = BEGIN
        server.open(b"", client.seal(b"", b""))
        for session in twins(server, clock=clock):
            clock.at = BEGIN + 10**6
            self.assertEqual(status(session.seal, large, b""), "TOO_LARGE")
            self.assertEqual(status(session.seal, b"", bytes(2**24 + 1)), "TOO_LARGE")
            self.assertEqual(status(session.reply, 0, large, b""), "TOO_LARGE")
            self.assertEqual(status(session.reply, 1, large, b""), "INVALID_ARGUMENT")
            self.assertEqual(status(session.reply, 0, b"", b""), "ENDED")
            clock.at = BEGIN
        for session in imported(patched(client, *sent(2**32)), client.place, clock=clock):
            self.assertEqual(status(session.seal, large, b""), "ENDED")

    def test_whoever_opens_is_told_what_the_document_has_first(self):
        clock = Clock()
        client, server = sessions(OURS, OURS, clock=clock)
        record, large = client.seal(b"", b""), bytes(65_537)
        for session in twins(server, clock=clock):
            clock.at = BEGIN + 10**6
            for forged, ad, expected in [
                (b"", large, "MALFORMED"), (changed(record, 2, 4), large, "MALFORMED"), (record, large, "TOO_LARGE"),
                (record[:27] + bytes(17_301_545), b"", "TOO_LARGE"), (record, b"", "ENDED"),
                (changed(record, 5), b"", "ENDED"), (changed(record, -1), b"", "ENDED"),
            ]:
                self.assertEqual(status(session.open, ad, forged), expected)
            clock.at = BEGIN
            session.open(b"", record)

    def test_a_number_that_is_none_comes_before_a_length_that_is_too_much(self):
        client, server = sessions(OURS, OURS)
        record = client.seal(b"", b"")
        forged = changed(record, 22) + bytes(2**24)
        for session in twins(server):
            self.assertEqual(status(session.open, b"", forged + b"\0" * 41), "MALFORMED")


class Handles(unittest.TestCase):
    def test_a_handle_takes_replies_to_its_last_1024_messages_by_name(self):
        for implementation in BOTH:
            client, server = unconfirmed(implementation, OURS)
            replies = []
            for number in range(1025):
                server.open(b"", client.seal(b"", b""))
                replies.append(server.reply(number, b"", b""))
            server.opened = [(number, changed(tag, 0)) for number, tag in server.opened]
            self.assertEqual(status(client.open, b"", replies[0]), "REJECTED")
            self.assertEqual(status(client.open, b"", server.reply(1, b"", b"")), "REJECTED")
            self.assertEqual(status(client.open, b"", replies[1]), "OK")

    def test_an_imported_handle_goes_on_with_the_16_of_its_state(self):
        for implementation in BOTH:
            for count, expected in [(0, "OK"), (1007, "OK"), (1008, "OK"), (1023, "OK"), (1024, "REJECTED")]:
                client, server = unconfirmed(OURS, OURS)
                server.open(b"", client.seal(b"", b""))
                client = implementation.Session.import_state(client.export(STATE_KEY), STATE_KEY, client.place)
                for _ in range(count):
                    client.seal(b"", b"")
                self.assertEqual(status(client.open, b"", server.reply(0, b"", b"")), expected, count)

    def test_a_handle_replies_to_the_last_1024_messages_that_it_opened(self):
        for implementation in BOTH:
            client, server = unconfirmed(OURS, implementation)
            for _ in range(1030):
                server.open(b"", client.seal(b"", b""))
            verdicts = [status(server.reply, number, b"", b"") for number in range(1030)]
            self.assertEqual(verdicts, ["INVALID_ARGUMENT"] * 6 + ["OK"] * 1024)

    def test_an_imported_handle_replies_to_those_of_its_state_and_drops_them_first(self):
        client, server = unconfirmed(OURS, OURS)
        for _ in range(20):
            server.open(b"", client.seal(b"", b""))
        for session in twins(server):
            sender = twins(client)[0]
            for _ in range(1010):
                session.open(b"", sender.seal(b"", b""))
            # 16 are of the state and 1,010 were opened since: two too many, numbers 4 and 5. The state had none before.
            verdicts = [status(session.reply, number, b"", b"") for number in range(1030)]
            self.assertEqual(verdicts, ["INVALID_ARGUMENT"] * 6 + ["OK"] * 1024)

    def test_a_handle_with_a_state_tells_the_number_that_it_sealed_before(self):
        client, _ = unconfirmed(OURS, OURS)
        for number in range(3):
            client.seal(b"", b"")
            for session in twins(client):
                self.assertEqual(session.last_sent, number)


class ImpossibleStates(unittest.TestCase):
    def setUp(self):
        self.session, self.server = sessions(OURS, OURS)
        # Neither has opened a message of the other's; the client's was the one that confirms.
        self.session.sent, self.session.next = [], 0

    def judge(self, expected, *patches, session=None):
        session = session or self.session
        verdicts = imported(patched(session, *patches), session.place)
        self.assertEqual([v if isinstance(v, str) else "OK" for v in verdicts], [expected] * 2, patches)

    def test_the_states_of_these_tests_are_good_as_they_are(self):
        self.judge("OK")
        self.judge("OK", session=self.server)

    def test_a_padding_is_0_or_1(self):
        for padding in range(256):
            self.judge("OK" if padding in (0, 1) else "REJECTED", (PADDING, bytes([padding])))

    def test_a_time_of_creation_is_below_2_to_the_63(self):
        for created, expected in [(2**63 - 1, "ENDED"), (2**63, "REJECTED"), (2**64 - 1, "REJECTED")]:
            self.judge(expected, (CREATED, u64(created)))

    def test_counts_have_their_limits(self):
        self.judge("OK", *sent(2**32))
        self.judge("REJECTED", *sent(2**32 + 1))
        self.judge("REJECTED", (NEXT, u64(2**64 - 1)))
        self.judge("OK", (MESSAGES, window(2**32, 2**32 - 1)))
        self.judge("REJECTED", (MESSAGES, window(2**32 + 1, 2**32)))
        self.judge("REJECTED", (MESSAGES, window(2**64 - 1, 2**64 - 2)))
        self.judge("OK", *sent(5), (REPLIES, window(5, 4)))
        self.judge("REJECTED", *sent(4), (REPLIES, window(5, 4)))

    def test_a_window_has_its_highest_number_and_none_that_was_never_reached(self):
        for where in (MESSAGES, REPLIES):
            for count, numbers, expected in [
                (0, [], "OK"), (0, [0], "REJECTED"), (0, [1023], "REJECTED"), (1, [0], "OK"), (1, [], "REJECTED"),
                (1, [0, 1], "REJECTED"), (1, [0, 1023], "REJECTED"), (1023, [1022, 1023], "REJECTED"),
                (1024, range(1024), "OK"), (1024, range(1023), "REJECTED"), (1025, range(1, 1025), "OK"),
                (5000, [4999], "OK"), (5000, [4998], "REJECTED"), (5000, range(3976, 5000), "OK"),
            ]:
                self.judge(expected, *sent(2**20), (where, window(count, *numbers)))

    def test_a_key_of_a_generation_before_0_is_zeros(self):
        one = bytes(31) + b"\1"
        for session, mine, theirs in [(self.session, C, D), (self.server, D, C)]:
            for next_number, count, expected_mine, expected_theirs in [
                (0, 1, "REJECTED", "REJECTED"), (1024, 1024, "REJECTED", "REJECTED"), (1025, 1024, "OK", "REJECTED"),
                (1024, 1025, "REJECTED", "OK"), (1025, 1025, "OK", "OK"), (2**32, 2**32, "OK", "OK"),
            ]:
                counts = *sent(next_number), (MESSAGES, window(count, count - 1)), (OPENED, memory())
                self.judge("OK", *counts, session=session)
                self.judge(expected_mine, *counts, (mine + 32, one), session=session)
                self.judge(expected_theirs, *counts, (theirs + 32, one), session=session)

    def test_keys_of_zeros_are_keys(self):
        for at in (C, D, EXPORTER):
            self.judge("OK", (at, bytes(32)))
        self.judge("OK", *sent(5000), (C, bytes(64)))

    def test_the_memory_of_opened_messages_has_at_most_16_below_the_count_and_no_more_than_that(self):
        full = (MESSAGES, window(20, *range(20)))
        self.judge("OK", full, (OPENED, memory(*range(16))))
        self.judge("OK", full, (OPENED, memory(19, 3, 7)))
        self.judge("OK", full, (OPENED, memory()))
        for count in (17, 18, 255):
            self.judge("REJECTED", full, (OPENED, u8(count) + memory(*range(16))[1:]))
        self.judge("REJECTED", full, (OPENED, memory(20)))
        self.judge("REJECTED", full, (OPENED, memory(2**64 - 1)))
        self.judge("OK", (MESSAGES, window(3, *range(3))), (OPENED, memory(2, 1, 0)))
        self.judge("REJECTED", (MESSAGES, window(3, *range(3))), (OPENED, memory(2, 1, 0, 1)))
        self.judge("REJECTED", (OPENED, memory(0)))
        # Nothing else in it is looked at: that one comes twice, or was never accepted.
        self.judge("OK", full, (OPENED, memory(5, 5)))
        self.judge("OK", (MESSAGES, window(20, 19)), (OPENED, memory(5)))

    def test_nothing_stands_behind_the_last_entry_of_a_memory(self):
        full = (MESSAGES, window(20, *range(20)))
        for where, counts in [(OPENED, [full]), (SENT, sent(3))]:
            for entries in ((), (0, 1, 2)):
                if where == SENT and not entries:
                    continue
                for at in (1 + 24 * len(entries), 384):
                    good = memory(*entries)
                    self.judge("OK", *counts, (where, good))
                    self.judge("REJECTED", *counts, (where, good[:at] + b"\1" + good[at + 1:]))

    def test_the_memory_of_sent_messages_is_exactly_the_last_16(self):
        for next_number in (0, 1, 15, 16, 17, 1000, 2**32):
            least = max(0, next_number - 16)
            good = list(range(least, next_number))
            self.judge("OK", (NEXT, u64(next_number)), (SENT, memory(*good)))
            wrong = [good[1:], good[:-1], good[::-1], [n + 1 for n in good], good + [next_number], [least] * len(good)]
            for numbers in wrong:
                if numbers != good and len(numbers) <= 16:
                    self.judge("REJECTED", (NEXT, u64(next_number)), (SENT, memory(*numbers)))
        self.judge("REJECTED", (NEXT, u64(20)), (SENT, u8(17) + memory(*range(4, 20))[1:]))

    def test_a_server_has_sent_nothing_before_it_is_confirmed(self):
        _, server = unconfirmed(OURS, OURS)
        self.judge("OK", session=server)
        self.judge("REJECTED", *sent(1), session=server)
        self.judge("REJECTED", *sent(2**32), session=server)
        self.judge("OK", *sent(1), (MESSAGES, window(1, 0)), session=server)
        # Of a client, the same is possible.
        self.judge("OK", *sent(1), (MESSAGES, window(0)))

    def test_random_bytes_in_a_state_are_judged_alike(self):
        bad = 0
        for session in (self.session, self.server):
            for _ in range(300):
                at = int.from_bytes(os.urandom(2), "big") % END
                verdicts = [v if isinstance(v, str) else "OK"
                            for v in imported(patched(session, (at, os.urandom(1))), session.place)]
                self.assertEqual(verdicts[0], verdicts[1], at)
                bad += verdicts[0] != "OK"
        self.assertGreater(bad, 100)

    def test_what_both_take_they_give_back_as_it_was(self):
        for session in (self.session, self.server):
            for patches in [(), (*sent(5000), (C + 32, os.urandom(32)), (MESSAGES, window(3000, 2999, 2500)),
                                 (D + 32, os.urandom(32)), (OPENED, memory(2500, 2999)))]:
                for twin in imported(patched(session, *patches), session.place):
                    plain = session.plain_state()
                    for at, data in patches:
                        plain = plain[:at] + data + plain[at + len(data):]
                    self.assertEqual(state_of(twin), plain)


class KeyFiles(unittest.TestCase):
    HOUR, DAY = 3600, 86_400

    def test_the_next_key_is_the_librarys(self):
        for period in (0, 1, 500_000, 2**63, 2**64 - 1):
            key = os.urandom(32)
            self.assertEqual(key_file.next_key(key, period), libsecenv.next_key(key, period))

    def test_a_file_has_one_or_two_entries_of_which_the_second_is_of_the_period_before(self):
        one, two = (7, bytes(32)), (6, b"\1" * 32)
        for chained in (False, True):
            for entries in ([one], [one, two]):
                self.assertEqual(key_file.parse(key_file.encode(entries, chained), chained), entries)
                with refused(self, "DAMAGED"):
                    key_file.parse(key_file.encode(entries, chained), not chained)
        wrong = ([one, one], [two, one], [(8, bytes(32)), two], [one, two, (5, bytes(32))])
        for data in (b"", bytes(40), bytes(41), *(key_file.encode(entries, False) for entries in wrong)):
            with refused(self, "DAMAGED"):
                key_file.parse(data, False)

    def test_a_host_alone_takes_a_random_key_for_a_new_period_and_drops_what_is_older(self):
        first = [(100, b"a" * 32), (99, b"b" * 32)]
        self.assertEqual(key_file.renew(key_file.COOKIE, first, 100 * self.HOUR + 3599, False), first)
        second = key_file.renew(key_file.COOKIE, first, 101 * self.HOUR, False)
        self.assertEqual([period for period, _ in second], [101, 100])
        self.assertEqual(second[1], first[0])
        # More than one was left out: neither entry is of the period before.
        later = key_file.renew(key_file.COOKIE, first, 150 * self.HOUR, False)
        self.assertEqual([period for period, _ in later], [150])
        self.assertNotIn(later[0][1], [key for _, key in first + second])

    def test_hosts_with_one_file_agree_whenever_they_look(self):
        first = [(100, os.urandom(32))]
        often = first
        for period in range(101, 105):
            often = key_file.renew(key_file.STATE, often, period * self.DAY, True)
        seldom = key_file.renew(key_file.STATE, first, 104 * self.DAY + 5, True)
        self.assertEqual(often, seldom)
        key = first[0][1]
        for period in range(101, 105):
            key = libsecenv.next_key(key, period)
        self.assertEqual(seldom[0], (104, key))

    def test_a_clock_that_is_a_period_behind_the_file_changes_nothing_and_one_further_behind_makes_no_key_last(self):
        entries = [(100, b"a" * 32), (99, b"b" * 32)]
        for kind, period in [(key_file.COOKIE, self.HOUR), (key_file.STATE, self.DAY)]:
            for chained in (False, True):
                self.assertEqual(key_file.renew(kind, entries, 99 * period, chained), entries)
                self.assertEqual(key_file.keys(kind, entries, 99 * period, chained)[0], b"a" * 32)
                self.assertIn(b"b" * 32, key_file.keys(kind, entries, 99 * period, chained)[1])
            alone = key_file.renew(kind, entries, 98 * period, False)
            self.assertEqual([number for number, _ in alone], [98])
            with refused(self, "CLOCK"):
                key_file.renew(kind, entries, 98 * period, True, forced=True)

    def test_a_chain_goes_1152_steps_for_cookies_and_48_for_states_without_being_forced(self):
        for kind, steps in [(key_file.COOKIE, 1152), (key_file.STATE, 48)]:
            entries = [(100, os.urandom(32))]
            there = key_file.renew(kind, entries, (100 + steps) * kind.period, True)
            self.assertEqual([period for period, _ in there], [100 + steps, 99 + steps])
            with refused(self, "CLOCK"):
                key_file.renew(kind, entries, (101 + steps) * kind.period, True)
            forced = key_file.renew(kind, entries, (101 + steps) * kind.period, True, forced=True)
            self.assertEqual(forced, key_file.renew(kind, there, (101 + steps) * kind.period, True))

    def test_the_key_before_is_accepted_for_180_seconds_of_an_hour_and_all_of_a_day(self):
        entries = [(100, b"a" * 32), (99, b"b" * 32)]
        for kind, seconds, expected in [
            (key_file.COOKIE, 0, True), (key_file.COOKIE, 179, True), (key_file.COOKIE, 180, False),
            (key_file.STATE, 0, True), (key_file.STATE, 86_399, True),
        ]:
            for chained in (False, True):
                key, accepted = key_file.keys(kind, entries, 100 * kind.period + seconds, chained)
                self.assertEqual(key, b"a" * 32)
                self.assertEqual(b"b" * 32 in accepted, expected)
                self.assertEqual(key_file.next_key(key, 101) in accepted, chained)
                self.assertLessEqual(len(accepted), 2)

    def test_hosts_whose_clocks_differ_take_each_others_cookies(self):
        first = [(500_000, os.urandom(32))]
        edge = 500_001 * self.HOUR
        for one, other in [(OURS, THEIRS), (THEIRS, OURS)]:
            for here, there in [(edge - 30, edge + 30), (edge + 30, edge - 30)]:
                servers = []
                for implementation, now in [(one, here), (other, there)]:
                    entries = key_file.renew(key_file.COOKIE, first, now, True)
                    key, accepted = key_file.keys(key_file.COOKIE, entries, now, True)
                    servers.append(server_of(implementation, cookie_key=key, accepted_keys=accepted, clock=Clock(now)))
                client = client_of(OURS, clock=Clock(here))
                servers[1].accept(client.finish(servers[0].reply(client.hello)))


if __name__ == "__main__":
    unittest.main()
