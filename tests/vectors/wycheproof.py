"""Writes groups of tests in Wycheproof's shape."""

import json
import sys


class Vectors:
    def __init__(self):
        self.groups, self.number = [], 0

    def group(self, kind, tests, **shared):
        """Adds tests: (comment, flag, fields). The flag is None if the test is valid, "" if it is invalid without one.
        Bytes become hex, text stays text."""
        written = []
        for comment, flag, fields in tests:
            self.number += 1
            written.append({
                "tcId": self.number,
                "comment": comment,
                **{name: value.hex() if isinstance(value, bytes) else value for name, value in fields.items()},
                "result": "valid" if flag is None else "invalid",
                "flags": [flag] if flag else [],
            })
        self.groups.append({"type": kind, **shared, "tests": written})

    def write(self, algorithm, *header):
        json.dump({"algorithm": algorithm, "header": header, "numberOfTests": self.number, "testGroups": self.groups},
                  sys.stdout, indent=1)
        print()
