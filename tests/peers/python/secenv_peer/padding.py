"""Padding: 0x80 and zeros, to 256 bytes or to the next length of Padmé."""

from .notation import Refused

LEAST = 256


def padme(length):
    exponent = length.bit_length() - 1
    step = 1 << exponent - exponent.bit_length()
    return -(-length // step) * step


def padded_length(length):
    """How long the content is that carries a message of this length."""
    return LEAST if length + 1 <= LEAST else padme(length + 1)


def pad(message):
    return (message + b"\x80").ljust(padded_length(len(message)), b"\0")


def unpad(content):
    """The message; REJECTED unless this is what `pad` makes of it."""
    end = content.rstrip(b"\0")
    if end[-1:] != b"\x80" or len(content) != padded_length(len(end) - 1):
        raise Refused("REJECTED")
    return end[:-1]
