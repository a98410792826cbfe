"""The JSON encoding: what one writes the other reads, and whatever stands in a text, both say the same."""

import base64
import os
import random
import unittest

from pairs import OURS, THEIRS, outcome, refused, status

GOOD = '{"v":2,"data":"AgQA"}'
# The text, and what it is.
TEXTS = [
    (GOOD, b"\2\4\0"),
    ('\t\r\n {"data"\n:\t"AgQA" , "v" :2 } \n', b"\2\4\0"),
    ('{"\\u0064ata":"Ag\\u0051A","\\u0076":2}', b"\2\4\0"),
    ('{"v":2,"data":"\\/\\/\\/\\/"}', b"\xff\xff\xff"),
    ('{"v":2,"data":"AgQA","x":{"v":3,"v":4,"data":[]},"x":[null,true,false,-0.5E+2,"\\ud83d\\ude00"]}', b"\2\4\0"),
    ('{"v":2,"data":"AgQA","V":1,"Data":1,"":0}', b"\2\4\0"),
    ('{"v":2,"data":"AgQA","n":1e308}', b"\2\4\0"),
    ('{"v":2,"data":"AgQA","n":123456789012345678901234567890}', b"\2\4\0"),
    ('{"v":2,"data":"AgQA","n":1e-999}', b"\2\4\0"),
    ('{"v":2,"data":"AgQA","n":1e309}', b"\2\4\0"),
    ('{"v":2,"data":"AgQA","n":-1e999}', b"\2\4\0"),
    ('{"v":2,"data":"AgQA","n":%s}' % ("9" * 400), b"\2\4\0"),
    ('{"v":2,"data":"AgQA","n":[[{"m":1e309}]]}', b"\2\4\0"),
    ('{"v":2e0,"data":"AgQA"}', "MALFORMED"),
    ('{"v":2.0,"data":"AgQA"}', "MALFORMED"),
    ('{"v":02,"data":"AgQA"}', "MALFORMED"),
    ('{"v":+2,"data":"AgQA"}', "MALFORMED"),
    ('{"v":-2,"data":"AgQA"}', "MALFORMED"),
    ('{"v":20,"data":"AgQA"}', "MALFORMED"),
    ('{"v":true,"data":"AgQA"}', "MALFORMED"),
    ('{"v":[2],"data":"AgQA"}', "MALFORMED"),
    ('{"v":2,"data":["AgQA"]}', "MALFORMED"),
    ('{"v":2,"data":2}', "MALFORMED"),
    ('{"v":2,"data":"AgQA","\\u0076":2}', "MALFORMED"),
    ('{"v":2,"data":"AgQA","d\\u0061ta":"AgQA"}', "MALFORMED"),
    ('{"v":2,"data":"AgQA",}', "MALFORMED"),
    ('{"v":2 "data":"AgQA"}', "MALFORMED"),
    ('{"v":2,"data":"AgQA"}{}', "MALFORMED"),
    ('{"v":2,"data":"AgQA"} \0', "MALFORMED"),
    ('\ufeff{"v":2,"data":"AgQA"}', "MALFORMED"),
    ('\u00a0{"v":2,"data":"AgQA"}', "MALFORMED"),
    ('{"v":2,"data":"AgQA"} // no comments', "MALFORMED"),
    ('{"v":2,"data":"AgQA","n":NaN}', "MALFORMED"),
    ('{"v":2,"data":"AgQA","n":Infinity}', "MALFORMED"),
    ('{"v":2,"data":"AgQA","n":.5}', "MALFORMED"),
    ('{"v":2,"data":"AgQA","n":1.}', "MALFORMED"),
    ('{"v":2,"data":"AgQA","n":"\t"}', "MALFORMED"),
    ('{"v":2,"data":"AgQA","n":"\\x"}', "MALFORMED"),
    ('{"v":2,"data":"AgQA","n":"\\u12"}', "MALFORMED"),
    ('{"v":2,"data":"AgQA\\n"}', "MALFORMED"),
    ('{"v":2,"data":"AgQ"}', "MALFORMED"),
    ('{"v":2,"data":"AgR="}', "MALFORMED"),
    ('{"v":2,"data":"AgQ=="}', "MALFORMED"),
    ('{"v":2,"data":"Ag=="}', b"\2"),
    ('{"v":2,"data":"Ah=="}', "MALFORMED"),
    ('{"v":2,"data":"===="}', "MALFORMED"),
    ('{"v":2,"data":"A-_A"}', "MALFORMED"),
    ('"AgQA"', "MALFORMED"),
    ("2", "MALFORMED"),
]
NO_UTF_8 = [b"\xff", b"\xed\xa0\x80", b"\xc0\xaf", b"\xc3"]
LIMIT = 24 * 1024 * 1024


class RecordJson(unittest.TestCase):
    def test_what_one_writes_the_other_reads(self):
        for length in [0, 1, 2, 3, 98, 99, 100, 1315, 17_301_504 + 83]:
            message = os.urandom(length)
            text = THEIRS.encode_json(message)
            self.assertEqual(text, OURS.encode_json(message))
            self.assertEqual(OURS.parse_json(text), message)
            self.assertEqual(THEIRS.parse_json(text), message)

    def test_a_text_is_what_the_document_says(self):
        for text, expected in TEXTS:
            for implementation in (OURS, THEIRS):
                with self.subTest(text=text[:80], implementation=implementation.__name__):
                    self.assertEqual(outcome(implementation.parse_json, text.encode()), expected)

    def test_a_text_is_utf_8(self):
        for data in NO_UTF_8:
            for implementation in (OURS, THEIRS):
                with refused(self, "MALFORMED"):
                    implementation.parse_json(b'{"v":2,"data":"AgQA","n":"' + data + b'"}')

    def test_a_text_has_at_most_24_mib(self):
        for length, expected in [(LIMIT, "OK"), (LIMIT + 1, "TOO_LARGE")]:
            text = GOOD.encode().ljust(length)
            for implementation in (OURS, THEIRS):
                self.assertEqual(status(implementation.parse_json, text), expected)
                no_json = "MALFORMED" if expected == "OK" else expected
                self.assertEqual(status(implementation.parse_json, b"x" * length), no_json)

    def test_texts_changed_at_random_are_judged_alike(self):
        source = random.Random(4)
        alphabet = b'{}[]":,\\/ \n\t02.eE+-AQ=_vdatanull\xc3\xa9u0076\0'
        taken = 0
        for _ in range(20000):
            text = bytearray(source.choice(TEXTS)[0].encode())
            for _ in range(source.randrange(1, 4)):
                at = source.randrange(len(text))
                piece = bytes(source.choices(alphabet, k=source.randrange(3)))
                text[at : at + source.randrange(3)] = piece
                text = text or bytearray(b" ")
            verdict = outcome(OURS.parse_json, bytes(text))
            self.assertEqual(outcome(THEIRS.parse_json, bytes(text)), verdict, bytes(text))
            taken += verdict != "MALFORMED"
        self.assertGreater(taken, 500)

    def test_base64_changed_at_random_is_judged_alike(self):
        source = random.Random(5)
        for _ in range(5000):
            data = bytearray(base64.b64encode(source.randbytes(source.randrange(1, 6))))
            data[source.randrange(len(data))] = source.choice(b"ABCDwxyz019+/=-_")
            text = b'{"v":2,"data":"' + data + b'"}'
            self.assertEqual(outcome(THEIRS.parse_json, text), outcome(OURS.parse_json, text), text)


if __name__ == "__main__":
    unittest.main()
