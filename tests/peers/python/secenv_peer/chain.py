"""The keys of one number space, which move on every 1,024 numbers."""

from .notation import derive

GENERATION = 1024
NONE = bytes(32)


def generation_of(number):
    return number // GENERATION


class Chain:
    """A generation and the one before it. It never changes: a step makes another."""

    def __init__(self, key, before=NONE, generation=0):
        self.key, self.before, self.generation = key, before, generation

    def moved_to(self, generation):
        """The chain at this generation, or itself if it stands there or further on."""
        chain = self
        while chain.generation < generation:
            chain = Chain(derive(chain.key, "secenv 2 step", b""), chain.key, chain.generation + 1)
        return chain

    def holds(self, number):
        return 0 <= self.generation - generation_of(number) <= 1

    def message_key(self, number):
        return self._derive("secenv 2 message", number)

    def reply_key(self, number):
        return self._derive("secenv 2 reply", number)

    def _derive(self, label, number):
        assert self.holds(number)
        key = self.key if generation_of(number) == self.generation else self.before
        return derive(key, label, b"")

    def encode(self):
        return self.key + self.before
