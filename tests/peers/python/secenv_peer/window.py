"""The window: the highest number accepted, and which of the 1,024 numbers up to it were."""

from .notation import Fields, Refused, u64

SIZE = 1024


class Window:
    def __init__(self):
        self.count = 0
        self._seen = set()

    def check(self, number):
        if number < self.count and (number + SIZE < self.count or number in self._seen):
            raise Refused("REJECTED")

    def accept(self, number):
        self.count = max(self.count, number + 1)
        self._seen.add(number)
        self._seen = {n for n in self._seen if n + SIZE >= self.count}

    def encode(self):
        bits = bytearray(SIZE // 8)
        for n in self._seen:
            bits[n % SIZE // 8] |= 1 << n % 8
        return u64(self.count) + bytes(bits)

    @classmethod
    def decode(cls, fields: Fields):
        """REJECTED if the highest number is not set, or one that was never reached is."""
        window = cls()
        window.count = fields.number(8)
        bits = fields.take(SIZE // 8)
        for slot in range(SIZE):
            if bits[slot // 8] >> slot % 8 & 1:
                # The largest number below count that has this slot: below zero if there is none.
                number = window.count - 1 - (window.count - 1 - slot) % SIZE
                if number < 0:
                    raise Refused("REJECTED")
                window._seen.add(number)
        if window.count > 0 and window.count - 1 not in window._seen:
            raise Refused("REJECTED")
        return window
