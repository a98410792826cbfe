#!/usr/bin/env python3
"""Makes tables and docs/performance.md of what was measured. Every figure comes from the run; the text around is a
template.

usage: report.py table FILE...   prints a table
       report.py page FOLDER     prints the page of measured.tsv, stored.tsv, server.tsv and run.json there
"""

import json
import re
import string
import sys
from pathlib import Path

TEMPLATE = Path(__file__).resolve().parents[1] / "docs/performance.md.in"

# What has to be reached: through, work, peer (patterns), how many times as fast. At most 1.3 times as long is 0.77.
TARGETS = [
    ("C", r"aead/[a-z]*/(64B|1KiB)", "libsodium", 1.0),
    ("C", r"aead/[a-z]*/(16KiB|1MiB)", "libsodium", 1.1),
    ("C", r"rsa/unwrap.*", "rsa crate", 5),
    ("PHP", r"envelope/open.*/1MiB", "hand-written PHP", 6),
    ("PHP", r"envelope/seal.*/1MiB", "hand-written PHP", 3),
    ("C", r"record/seal.open/64B", "a random nonce", 0.77),
    ("C", r"record/seal.open/16KiB", "a random nonce", 1.0),
    ("C", r"handshake/.*/both", "the sum", 0.83),
    ("PHP", r"record/seal.open/64B", "protocol 1", 60),
    ("tool", r"parcel/(seal|open)/1GiB/1 thread", "rage", 1.3),
    ("tool", r"parcel/(seal|open)/1GiB/2 threads", "rage", 2.2),
    ("tool", r"(parcel|vault)/.*", "limit", 1.0),
    ("tool", r"vault/apply/.*", "a second", 1.0),
]


def rows(path):
    return [line.split("\t") for line in path.read_text().splitlines()]


def time(ns):
    for limit, unit, digits in ((1e4, "ns", 0), (1e6, "us", 1), (1e9, "ms", 2)):
        if ns < limit:
            return f"{ns / {'ns': 1, 'us': 1e3, 'ms': 1e6}[unit]:.{digits}f} {unit}"
    return f"{ns / 1e9:.2f} s"


def server_time(us):
    return f"{us:.0f} us" if us < 1e4 else f"{us / 1e3:.1f} ms"


def markdown(head, lines, left):
    """A table whose columns are aligned to the right, but for those whose numbers are in `left`."""
    rule = "|".join("---" if at in left else "--:" for at in range(len(head)))
    return "\n".join([f"| {' | '.join(head)} |", f"|{rule}|", *(f"| {' | '.join(line)} |" for line in lines)])


def target(through, work, peer, ratio):
    for of, pattern, who, least in TARGETS:
        if through == of and re.fullmatch(pattern, work) and who in peer:
            return f"{least}, {'met' if ratio >= least else '**missed**'}"
    return ""


def races(found, targets=True):
    """Lines of through, work, peer, our time, its time, ratio."""
    lines = []
    for through, work, peer, ours, theirs, ratio in found:
        lines.append([through, f"`{work}`", peer, time(float(theirs)), time(float(ours)), f"{float(ratio):.2f}",
                      target(through, work, peer, float(ratio)) if targets else ""])
    return markdown(["through", "work", "peer", "peer takes", "libsecenv takes", "times as fast", "target"], lines,
                    (0, 1, 2, 6))


def memory(found):
    return markdown(["process", "peak memory"], [[row[1], f"{int(row[2]) / 1024:.1f} MiB"] for row in found], (0,))


def server(found):
    """A server is saturated by the fewest clients that get it to do 95 % of the most that it does."""
    most, done, lines = {}, set(), []
    for store, what, _, _, requests, *_ in found:
        most[store, what] = max(most.get((store, what), 0.0), float(requests))
    for store, what, clients, work, requests, usual, slow, share in found:
        key, said = (store, what), ""
        if key not in done and float(requests) >= 0.95 * most[key]:
            done.add(key)
            said = f"**{float(work):.0f} a second**"
        lines.append([store, what, clients, f"{float(work):.0f}", f"{float(requests):.0f}", server_time(float(usual)),
                      server_time(float(slow)), f"{100 * float(share):.0f} %", said])
    return markdown(["sessions in", "work", "clients at once", "work a second", "requests a second", "a request takes",
                     "99 % take at most", "clients take", "saturated"], lines, (0, 1, 8))


def page(folder):
    measured, stored = rows(folder / "measured.tsv"), rows(folder / "stored.tsv")
    of_protocol_2 = [row[1].startswith(("record/", "handshake/")) for row in measured]
    return string.Template(TEMPLATE.read_text()).substitute(
        json.loads((folder / "run.json").read_text()),
        primitives=races([row for row, is_2 in zip(measured, of_protocol_2) if not is_2]),
        protocol_2=races([row for row, is_2 in zip(measured, of_protocol_2) if is_2]),
        stored=races([row for row in stored if row[0] != "memory"]),
        memory=memory([row for row in stored if row[0] == "memory"]),
        server=server(rows(folder / "server.tsv")),
    )


def main():
    match sys.argv[1:]:
        case ["table", *files]:
            print(races([row for file in files for row in rows(Path(file)) if row[0] != "memory"], targets=False))
        case ["page", folder]:
            print(page(Path(folder)), end="")
        case _:
            sys.exit(__doc__)


main()
