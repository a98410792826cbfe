"""The files of a server's two keys: of which kind they are, and entries of a period and its key, newest first."""

from .notation import Fields, Refused, derive, system_random, u64

ENTRY = 40


class Kind:
    """A cookie key or a state key: how long its period is, how long the one before is taken, how far a chain goes."""

    def __init__(self, period, grace, steps):
        self.period, self.grace, self.steps = period, grace, steps


COOKIE = Kind(3600, 180, 1152)
STATE = Kind(86_400, 86_400, 48)


def next_key(key, next_period):
    """The key of the next period, where several hosts hold copies of one file."""
    return derive(key, "secenv 2 rotate", u64(next_period))


def parse(data, chained):
    """[(period, key)], newest first; DAMAGED if it is no key file, or not of this kind."""
    if len(data) not in (1 + ENTRY, 1 + 2 * ENTRY) or data[0] != 1 + chained:
        raise Refused("DAMAGED")
    fields = Fields(data[1:], "DAMAGED")
    entries = [(fields.number(8), fields.take(32)) for _ in range(len(data) // ENTRY)]
    if any(second[0] != first[0] - 1 for first, second in zip(entries, entries[1:])):
        raise Refused("DAMAGED")
    return entries


def encode(entries, chained):
    return bytes([1 + chained]) + b"".join(u64(period) + key for period, key in entries)


def renew(kind, entries, now, chained, forced=False, random=system_random):
    """The entries that the file has to hold now; what is neither of this period nor of the one before is gone."""
    (newest, key), target = entries[0], now // kind.period
    if newest - target in (0, 1):
        return entries
    if chained:
        if target < newest or (target - newest > kind.steps and not forced):
            raise Refused("CLOCK")
        entries = list(entries)
        for period in range(newest + 1, target + 1):
            key = next_key(key, period)
            entries = [(period, key), entries[0]]
    else:
        entries = [(target, random(32)), *entries]
    return [(period, key) for period, key in entries if target - 1 <= period <= target]


def keys(kind, entries, now, chained):
    """Of entries that are renewed: the key to seal under, and those that are accepted besides."""
    period, key = entries[0]
    before = [old for _, old in entries[1:] if now < kind.period * period + kind.grace]
    return key, before + ([next_key(key, period + 1)] if chained else [])
