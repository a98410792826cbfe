#!/usr/bin/env python3
"""Data at rest against its neighbours, on files in memory: race.py SIZE ROUNDS PARCELS DOCUMENTS TOOLS RAGE

One line for each pair, as benches/ratios prints them: through, work, peer, our time, the peer's time, times as fast;
and a line for each process: `memory`, name, peak in KiB. Contenders take turns, and the best of each counts: a machine
that is shared only ever adds to a time. Without RAGE's file, rage does not take part.
"""

import base64
import contextlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from harness import TOOL as SECENV  # noqa: E402

FAR = "2199-01-01T00:00:00Z"
UNLOCK = ["--unlock-key-file", "key"]


@contextlib.contextmanager
def in_memory():
    """A folder in memory: in huge pages if we may, for the others cost more to get than all that is measured."""
    home = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="secenv-bench-", dir=home) as folder:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "huge=always", "secenv-bench", folder],
                                 capture_output=True)
        try:
            yield Path(folder)
        finally:
            if mounted.returncode == 0:
                subprocess.run(["umount", "--lazy", folder], check=True)


class Desk:
    def __init__(self, folder, size, tools, rage):
        self.folder, self.tools, self.rage, self.memory = folder, tools, rage, {}
        (folder / "key").write_bytes(bytes([7] * 32))
        with open(folder / "in", "wb") as out:
            for _ in range(size >> 20):
                out.write(os.urandom(1 << 20))
        pin = self.run("keygen", SECENV, "keygen", "--kind", "ed25519", "--out", "id.pem",
                       output=True)[1].decode().strip()
        self.run("ring", SECENV, "keyring", "new", "--out", "ring", *UNLOCK)
        self.run("device", SECENV, "device", "new", "--out", "device", "--public", "device.pub")
        self.run("vault", SECENV, "vault", "init", "vault", "--server-pin", pin, "--device", "device", *UNLOCK)
        (folder / "pin").write_bytes(base64.b64decode(pin.split("//")[1]))
        if rage:
            subprocess.run([rage.parent / "rage-keygen", "-o", "rage.key"], cwd=folder, check=True, capture_output=True)
            text = (folder / "rage.key").read_text()
            self.recipient = next(line.split(": ")[1] for line in text.splitlines() if "public key" in line)

    def run(self, name, *command, output=False, to=None):
        """How long a process takes, in nanoseconds, and what it prints; its peak memory is kept."""
        out = open(self.folder / to, "wb") if to else subprocess.PIPE if output else subprocess.DEVNULL
        done = subprocess.run([self.tools / "many", "run", self.folder / "log", *map(str, command)], cwd=self.folder,
                              stdout=out, stderr=subprocess.PIPE)
        if done.returncode:
            sys.exit(f"race: {name}: {done.returncode}: {done.stderr.decode()}")
        taken, peak = map(int, (self.folder / "log").read_text().split())
        self.memory[name] = max(self.memory.get(name, 0), peak)
        return taken, done.stdout

    def fresh(self, name, *command, **how):
        """As `run`, with `out` to be made: all make the same file, so that each finds the memory that the last one gave
        back."""
        (self.folder / "out").unlink(missing_ok=True)
        return self.run(name, *command, **how)[0]

    def seal(self, threads):
        return self.fresh(f"secenv seal, {threads} thread{'s' * (threads > 1)}", SECENV, "parcel", "seal", "--keyring",
                          "ring", *UNLOCK, "--sign", "id.pem", "--id", "big", "--revision", "1", "--threads", threads,
                          "in", "out")

    def open(self, threads):
        return self.fresh(f"secenv open, {threads} thread{'s' * (threads > 1)}", SECENV, "vault", "cat", "vault",
                          *UNLOCK, "--threads", threads, "big", to="out")

    def rage_seal(self):
        return self.fresh("rage seal", self.rage, "-e", "-r", self.recipient, "-o", "out", "in")

    def rage_open(self):
        return self.fresh("rage open", self.rage, "-d", "-i", "rage.key", "-o", "out", "sealed-rage")

    def stream_seal(self):
        return self.fresh("secretstream seal", self.tools / "secretstream", "seal", "in", "out")

    def stream_open(self):
        return self.fresh("secretstream open", self.tools / "secretstream", "open", "sealed-stream", "out")

    AES = ["enc", "-aes-256-ctr", "-K", "00" * 31 + "07", "-iv", "00" * 15 + "01", "-out", "out"]

    def _hmac(self, file):
        return self.run("openssl dgst", "openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", "hexkey:" + "07" * 32,
                        file)[0]

    def openssl_seal(self):
        return self.fresh("openssl seal", "openssl", *self.AES, "-in", "in") + self._hmac("out")

    def openssl_open(self):
        return self._hmac("sealed-aes") + self.fresh("openssl open", "openssl", *self.AES, "-d", "-in", "sealed-aes")

    def copy(self):
        return self.fresh("cp", "cp", "in", "out")

    def keep(self, made, name):
        """Seals once more, to be opened."""
        made()
        (self.folder / "out").rename(self.folder / name)

    def into_the_vault(self):
        self.keep(lambda: self.seal(2), "parcel")
        self.run("grant", SECENV, "grant", "issue", "--keyring", "ring", *UNLOCK, "--sign", "id.pem", "--device",
                 "device.pub", "--seq", "1", "--not-after", FAR, "--max-offline", "99999999", "grant")
        self.run("manifest", SECENV, "manifest", "issue", "--sign", "id.pem", "--version", "1", "--expires", FAR,
                 "--out", "manifest", "parcel")
        self.run("apply", SECENV, "vault", "apply", "vault", *UNLOCK, "grant", "manifest", "parcel")


def line(work, peer, ours, theirs):
    print("tool", work, peer, round(ours), round(theirs), f"{theirs / ours:.3f}", sep="\t", flush=True)


def race(work, ours, peers, rounds):
    """Each round every contender takes one turn, and the first round does not count."""
    best = dict.fromkeys([*ours, *peers], float("inf"))
    for turn in range(rounds + 1):
        for name, how in {**ours, **peers}.items():
            taken = how()
            if turn:
                best[name] = min(best[name], taken)
    for threads in ours:
        for peer in peers:
            line(f"{work}/{threads}", peer, best[threads], best[peer])


def single(desk, size, rounds):
    name = f"{size >> 30}GiB" if size >> 30 else f"{size >> 20}MiB"
    rage = {"rage 0.12": desk.rage_seal} if desk.rage else {}
    race(f"parcel/seal/{name}", {"1 thread": lambda: desk.seal(1), "2 threads": lambda: desk.seal(2)},
         {**rage, "secretstream": desk.stream_seal, "openssl enc, then HMAC": desk.openssl_seal,
          "cp": desk.copy}, rounds)
    desk.into_the_vault()
    desk.keep(desk.stream_seal, "sealed-stream")
    desk.keep(desk.openssl_seal, "sealed-aes")
    if desk.rage:
        desk.keep(desk.rage_seal, "sealed-rage")
    rage = {"rage 0.12": desk.rage_open} if desk.rage else {}
    race(f"parcel/open/{name}", {"1 thread": lambda: desk.open(1), "2 threads": lambda: desk.open(2)},
         {**rage, "secretstream": desk.stream_open, "openssl enc, then HMAC": desk.openssl_open,
          "cp": desk.copy}, rounds)
    for opened in [lambda: desk.open(2), *rage.values(), desk.stream_open, desk.openssl_open]:
        opened()
        subprocess.run(["cmp", "in", "out"], cwd=desk.folder, check=True)

    said = desk.run("read", desk.tools / "many", "read", desk.folder, "parcel", "500", output=True)[1]
    parcel, vault = map(int, said.split())
    line(f"parcel/read_4KiB/{name}", "a limit of 1 ms", parcel, 1e6)
    line(f"vault/read_4KiB/{name}", "a limit of 1 ms", vault, 1e6)
    taken = []
    for _ in range(5):
        desk.run("rotate", SECENV, "keyring", "rotate", "ring", *UNLOCK)
        taken.append(desk.run("rewrap", SECENV, "parcel", "rewrap", "--keyring", "ring", *UNLOCK, "parcel")[0])
    line(f"parcel/rewrap/{name}", "a limit of 10 ms", statistics.median(taken), 1e7)
    for name in sorted(desk.memory):
        if any(word in name for word in (" seal", " open")):
            print("memory", name, desk.memory[name], sep="\t", flush=True)


def many(tools, folder, parcels, documents):
    def times(what, count, rounds):
        subprocess.run([tools / "many", "make", folder, str(count)], check=True)
        subprocess.check_output([tools / "many", "apply", folder])
        taken = [int(subprocess.check_output([tools / "many", what, folder])) for _ in range(rounds)]
        shutil.rmtree(folder)
        return statistics.median(taken)

    line(f"vault/apply/{parcels}", "2,000 a second", times("apply", parcels, 3), parcels / 2000 * 1e9)
    line(f"vault/list/{documents}", "a limit of 1 s", times("list", documents, 5), 1e9)


def main():
    size, rounds, parcels, documents = map(int, sys.argv[1:5])
    tools, rage = (Path(each).resolve() for each in sys.argv[5:7])
    with in_memory() as folder:
        single(Desk(folder, size, tools, rage if rage.exists() else None), size, rounds)
    # Files that are smaller than a huge page lie in small ones.
    home = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="secenv-bench-", dir=home) as folder:
        many(tools, Path(folder) / "many", parcels, documents)


main()
