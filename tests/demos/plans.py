"""The document of both reference programs: it goes to the server and comes back, and the client reads it offline."""

import hashlib

from harness import contains, flip, random_file, same, secret_file, truncated

WORDS = b"Nobody but us reads these plans."
SIZE = 32 << 20
# What one chunk of a stored document takes, behind a header of 24 bytes.
CHUNK = 65536 + 17


class Plans:
    """`client` runs the reference client in its home."""

    def __init__(self, box, client, home):
        self.box, self.client, self.home = box, client, home

    def upload(self, state):
        box = self.box
        box.step("A file of 32 MiB goes to the server, as a secretstream")
        random_file(box / "original", SIZE, WORDS + b"\n")
        box.show(self.client("upload", box / "original", "plans.bin"))
        box.expect(not contains(state, WORDS), "the plaintext lies on the server's disk")
        box.show("the plaintext is nowhere on the server's disk")

    def download(self, title):
        box = self.box
        box.step(title)
        secret_file(box / "passphrase", "correct horse battery staple\n")
        box.show(self.client("download", "--passphrase-file", box / "passphrase", "plans.bin"))
        box.expect(not contains(self.home, WORDS), "the plaintext lies on the client's disk")
        box.show("the plaintext is nowhere on the client's disk:")
        box.show(self.client("list"))

    def stop(self, server):
        box = self.box
        box.step("The server stops")
        server.stop()
        box.show(self.client("send", "is anyone there?", status=4).complaint)

    def decrypt(self, out="copy"):
        said = self.client("decrypt", "--passphrase-file", self.box / "passphrase", "--out", self.box / out,
                           "plans.bin")
        self.box.expect(same(self.box / "original", self.box / out), "the copy differs from the original")
        return said

    def read_offline(self):
        box = self.box
        box.step("Offline: the client decrypts, and the file is the original")
        box.show(self.decrypt())
        for name in ("original", "copy"):
            box.show(f"SHA-256 of the {name + ':':<10} {hashlib.sha256((box / name).read_bytes()).hexdigest()[:32]}…")

    def refuse_offline(self, refuses, damages):
        box = self.box
        (box / "wrong").write_text("correct horse battery stable\n")
        (sealed,) = (self.home / "documents/plans.bin").glob("*.sealed")
        content = sealed.read_bytes()

        def decrypt(what, passphrase="passphrase"):
            refuses(what, "decrypt", "--passphrase-file", box / passphrase, "--out", box / "stolen", "plans.bin")
        decrypt("a wrong passphrase", "wrong")
        for what, damage in damages.items():
            damage(sealed)
            decrypt(what)
            sealed.write_bytes(content)
        self.decrypt("again")
        box.show("mended, it decrypts again")


DAMAGES = {
    "one bit changed": lambda sealed: flip(sealed, 20_000_000),
    "one byte cut off": lambda sealed: truncated(sealed, -1),
    "whole chunks cut off": lambda sealed: truncated(sealed, 24 + 100 * CHUNK),
}
