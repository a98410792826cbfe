"""What tests do with files."""

import mmap
import os
import time
from pathlib import Path


def secret_file(path, text):
    """A file that only we may read."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def random_file(path, size, begin=b""):
    with open(path, "wb") as file:
        file.write(begin)
        left = size - len(begin)
        while left > 0:
            left -= file.write(os.urandom(min(left, 1 << 20)))


def same(one, other):
    """Whether two files hold the same bytes."""
    with open(one, "rb") as a, open(other, "rb") as b:
        while True:
            left, right = a.read(1 << 20), b.read(1 << 20)
            if left != right:
                return False
            if not left:
                return True


def flip(path, offset, mask=1):
    """Changes one bit, or those of the mask, of the byte at this place; from the end if it is negative."""
    with open(path, "r+b") as file:
        file.seek(offset, os.SEEK_END if offset < 0 else os.SEEK_SET)
        byte = file.read(1)[0]
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte ^ mask]))


def truncated(path, size):
    """Cuts a file, or takes so many bytes off its end if the size is negative."""
    os.truncate(path, size if size >= 0 else path.stat().st_size + size)


def contains(folder, wanted):
    """The first file below the folder that holds these bytes, or None."""
    for path in sorted(Path(folder).rglob("*")):
        if not path.is_file() or path.stat().st_size == 0:
            continue
        with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            if content.find(wanted) >= 0:
                return path
    return None


def wait_until(done, seconds=10.0):
    """Whether it came true in this time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if done():
            return True
        time.sleep(0.02)
    return bool(done())
