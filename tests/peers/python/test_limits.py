"""Sessions at their limits, and states whose content is impossible: made here, judged by both."""

import os
import unittest

from pairs import OURS, STATE_KEY, THEIRS, changed, outcome, sessions, status
from secenv_peer.notation import now, u64
from secenv_peer.session import Session, header, seal_state

BOTH = (OURS, THEIRS)
# Where the fields of the plain state begin.
ROLE, CREATED, NEXT, BYTES, MESSAGES, REPLIES, COUNT, ANSWERABLE = 0, 17, 121, 129, 137, 273, 409, 410
END = 794


def patched(session, *patches):
    plain = session.plain_state()
    for at, data in patches:
        plain = plain[:at] + data + plain[at + len(data):]
    assert len(plain) == END
    return seal_state(plain, STATE_KEY)


def imports(blob):
    return [outcome(implementation.Session.import_state, blob, STATE_KEY) for implementation in BOTH]


def window(count, *numbers):
    bits = bytearray(128)
    for n in numbers:
        bits[n % 1024 // 8] |= 1 << n % 8
    return u64(count) + bytes(bits)


def entry(number):
    return u64(number) + bytes(range(16))


class Limits(unittest.TestCase):
    """Each test makes a session of a limit and asks both for all that a session does."""

    def judge(self, expected, *patches):
        """seal, open, reply, open a reply: what both say of each."""
        client, server = sessions(OURS, OURS)
        for _ in range(2):
            server.open(b"", client.seal(b"", b"question"))
            client.open(b"", server.seal(b"", b"news"))
        blob = patched(client, *patches)
        message, reply = server.seal(b"", b"message"), server.reply(1, b"", b"reply")
        for step, *arguments, wanted in [
            ("seal", b"", b"message", expected[0]), ("open", b"", message, expected[1]),
            ("reply", 1, b"", b"reply", expected[2]), ("open", b"", reply, expected[3]),
        ]:
            for implementation, session in zip(BOTH, imports(blob)):
                self.assertEqual(status(getattr(session, step), *arguments), wanted, (implementation.__name__, step))

    def test_a_day_and_not_a_second_more(self):
        self.judge(["OK"] * 4, (CREATED, u64(now() - 86400 + 30)))
        self.judge(["ENDED"] * 4, (CREATED, u64(now() - 86401)))

    def test_a_clock_that_was_set_back_by_five_minutes_and_no_more(self):
        self.judge(["OK"] * 4, (CREATED, u64(now() + 300)))
        self.judge(["ENDED"] * 4, (CREATED, u64(now() + 330)))
        self.judge(["ENDED"] * 4, (CREATED, u64(2**63 - 1)))
        self.judge(["ENDED"] * 4, (CREATED, u64(0)))

    def test_the_bytes_of_a_session(self):
        self.judge(["OK"] * 4, (BYTES, u64(2**44 - 1)))
        self.judge(["ENDED"] * 4, (BYTES, u64(2**44)))
        self.judge(["ENDED"] * 4, (BYTES, u64(2**64 - 1)))

    def test_the_last_number_is_below_2_to_the_32(self):
        self.judge(["OK"] * 4, (NEXT, u64(2**32 - 1)))
        self.judge(["ENDED", "OK", "OK", "OK"], (NEXT, u64(2**32)))

    def test_a_window_that_is_full_takes_no_more_messages(self):
        last = 2**32 - 1
        self.judge(["OK", "REJECTED", "OK", "OK"], (MESSAGES, window(2**32, last)))

    def test_numbers_of_2_to_the_32_are_no_numbers(self):
        client, server = sessions(OURS, OURS)
        for number, expected in [(2**32 - 1, "OK"), (2**32, "MALFORMED"), (2**64 - 1, "MALFORMED")]:
            blob = server.export(STATE_KEY)
            sender = Session.import_state(client.export(STATE_KEY), STATE_KEY)
            record = self.seal_with_number(sender, number)
            for session in imports(blob):
                self.assertEqual(status(session.open, b"", record), expected)

    def seal_with_number(self, session, number):
        return session._seal(header(0, session.id, number), b"", b"message")


class Handles(unittest.TestCase):
    def test_a_handle_takes_replies_to_its_last_1024_messages_by_name(self):
        for implementation in BOTH:
            client, server = sessions(implementation, OURS)
            replies = []
            for number in range(1025):
                server.open(b"", client.seal(b"", b""))
                replies.append(server.reply(number, b"", b""))
            server.opened = [(number, changed(tag, 0)) for number, tag in server.opened]
            self.assertEqual(status(client.open, b"", replies[0]), "REJECTED")
            self.assertEqual(status(client.open, b"", server.reply(1, b"", b"")), "REJECTED")
            self.assertEqual(status(client.open, b"", replies[1]), "OK")

    def test_a_handle_that_has_sealed_1024_takes_no_reply_to_a_message_from_before(self):
        for implementation in BOTH:
            for count, expected in [(1023, "OK"), (1024, "REJECTED")]:
                client, server = sessions(OURS, OURS)
                server.open(b"", client.seal(b"", b""))
                client = implementation.Session.import_state(client.export(STATE_KEY), STATE_KEY)
                for _ in range(count):
                    client.seal(b"", b"")
                self.assertEqual(status(client.open, b"", server.reply(0, b"", b"")), expected)

    def test_a_handle_replies_to_the_last_1024_messages_that_it_opened(self):
        for implementation in BOTH:
            client, server = sessions(OURS, implementation)
            for _ in range(1030):
                server.open(b"", client.seal(b"", b""))
            verdicts = [status(server.reply, number, b"", b"") for number in range(1030)]
            self.assertEqual(verdicts, ["INVALID_ARGUMENT"] * 6 + ["OK"] * 1024)

    def test_a_handle_with_a_state_tells_the_number_that_it_sealed_before(self):
        client, _ = sessions(OURS, OURS)
        for number in range(3):
            client.seal(b"", b"")
            for implementation in BOTH:
                imported = implementation.Session.import_state(client.export(STATE_KEY), STATE_KEY)
                self.assertEqual(imported.last_sent, number)


class ImpossibleStates(unittest.TestCase):
    def setUp(self):
        self.session, _ = sessions(OURS, OURS)

    def judge(self, expected, *patches):
        blob = patched(self.session, *patches)
        self.assertEqual([status(i.Session.import_state, blob, STATE_KEY) for i in BOTH], [expected] * 2, patches)

    def test_a_role_is_1_or_2(self):
        for role in range(256):
            self.judge("OK" if role in (1, 2) else "REJECTED", (ROLE, bytes([role])))

    def test_a_time_of_creation_is_below_2_to_the_63(self):
        for created, expected in [(2**63 - 1, "OK"), (2**63, "REJECTED"), (2**64 - 1, "REJECTED")]:
            self.judge(expected, (CREATED, u64(created)))

    def test_counts_have_their_limits(self):
        self.judge("OK", (NEXT, u64(2**32)))
        self.judge("REJECTED", (NEXT, u64(2**32 + 1)))
        self.judge("OK", (MESSAGES, window(2**32, 2**32 - 1)))
        self.judge("REJECTED", (MESSAGES, window(2**32 + 1, 2**32)))
        self.judge("REJECTED", (MESSAGES, window(2**64 - 1, 2**64 - 2)))
        self.judge("OK", (NEXT, u64(5)), (REPLIES, window(5, 4)))
        self.judge("REJECTED", (NEXT, u64(4)), (REPLIES, window(5, 4)))

    def test_a_window_has_its_highest_number_and_none_that_was_never_reached(self):
        for where in (MESSAGES, REPLIES):
            enough = (NEXT, u64(2**20))
            for count, numbers, expected in [
                (0, [], "OK"), (0, [0], "REJECTED"), (0, [1023], "REJECTED"), (1, [0], "OK"), (1, [], "REJECTED"),
                (1, [0, 1], "REJECTED"), (1, [0, 1023], "REJECTED"), (1023, [1022, 1023], "REJECTED"),
                (1024, range(1024), "OK"), (1024, range(1023), "REJECTED"), (1025, range(1, 1025), "OK"),
                (5000, [4999], "OK"), (5000, [4998], "REJECTED"), (5000, range(3976, 5000), "OK"),
            ]:
                self.judge(expected, enough, (where, window(count, *numbers)))

    def test_messages_to_reply_to_are_at_most_16_below_the_count_with_nothing_behind(self):
        full = (MESSAGES, window(16, *range(16)))
        self.judge("OK", full, (COUNT, b"\x10" + b"".join(map(entry, range(16)))))
        self.judge("REJECTED", full, (COUNT, b"\x11" + b"".join(map(entry, range(16)))))
        self.judge("REJECTED", full, (COUNT, b"\xff" + b"".join(map(entry, range(16)))))
        self.judge("REJECTED", full, (COUNT, b"\x01" + entry(16)))
        self.judge("OK", full, (COUNT, b"\x01" + entry(15)))
        self.judge("REJECTED", full, (COUNT, b"\x01" + entry(15) + b"\1"))
        self.judge("REJECTED", full, (END - 1, b"\1"))
        self.judge("REJECTED", (COUNT, b"\x01" + entry(0)))

    def test_random_bytes_in_a_state_are_judged_alike(self):
        refused = 0
        for _ in range(400):
            at = int.from_bytes(os.urandom(2), "big") % END
            blob = patched(self.session, (at, os.urandom(1)))
            verdicts = [status(i.Session.import_state, blob, STATE_KEY) for i in BOTH]
            self.assertEqual(verdicts[0], verdicts[1], at)
            refused += verdicts[0] != "OK"
        self.assertGreater(refused, 100)


if __name__ == "__main__":
    unittest.main()
