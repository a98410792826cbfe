#!/usr/bin/env python3
"""Kills writers and breaks their disk; what was acknowledged must still be there, whole.

usage: crash.py [--every N] [--kills N]

--every: a writer is killed at every N-th system call, and each fault is injected at every N-th call of its kind
(1: all).
--kills: how many writers are killed at a random moment.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from harness import TOOL as SECENV  # noqa: E402

FAR = "2199-01-01T00:00:00Z"
UNLOCK = ["--unlock-key-file", "key"]
BIG = bytes(range(256)) * 1000


class Desk:
    """A server and a client in one folder. `good` is what every writer starts from."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "key").write_bytes(bytes(range(32)))
        (folder / "new-key").write_bytes(bytes(range(1, 33)))
        pin = self.tool("keygen", "--kind", "ed25519", "--out", "id.pem").strip()
        self.tool("keyring", "new", "--out", "ring", *UNLOCK)
        self.tool("device", "new", "--out", "dev.key", "--public", "dev.pub")
        self.tool("vault", "init", "good", "--server-pin", pin, "--device", "dev.key", *UNLOCK)
        self.seal("a", 1)
        self.seal("b", 1)
        self.grant(1)
        self.manifest(1, "a1", "b1")
        self.tool("vault", "apply", "good", *UNLOCK, "1.grant", "1.manifest", "a1", "b1")
        self.seal("a", 2)
        self.seal("c", 1)
        self.grant(2)
        self.manifest(2, "a2", "b1", "c1")
        self.tool("keyring", "rotate", "ring", *UNLOCK)

    def tool(self, *arguments, check=True, folder="."):
        done = subprocess.run([SECENV, *arguments], cwd=self.folder / folder, capture_output=True)
        if check and done.returncode != 0:
            raise AssertionError(f"{arguments}: {done.returncode}: {done.stderr.decode()}")
        return done.stdout.decode("latin-1") if check else done

    def seal(self, doc, revision):
        (self.folder / "in").write_bytes(content(doc, revision))
        self.tool("parcel", "seal", "--keyring", "ring", *UNLOCK, "--sign", "id.pem", "--id", doc, "--revision",
                  str(revision), "in", f"{doc}{revision}")

    def grant(self, number):
        self.tool("grant", "issue", "--keyring", "ring", *UNLOCK, "--sign", "id.pem", "--device", "dev.pub", "--seq",
                  str(number), "--not-after", FAR, "--max-offline", "100000000", f"{number}.grant")

    def manifest(self, version, *parcels):
        self.tool("manifest", "issue", "--sign", "id.pem", "--version", str(version), "--expires", FAR, "--out",
                  f"{version}.manifest", *parcels)

    def fresh(self):
        """A new copy of everything that a writer may change."""
        work = self.folder / "work"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        shutil.copytree(self.folder / "good", work / "v")
        for name in ("ring", "a1", "key", "new-key"):
            shutil.copy(self.folder / name, work / name)
        return work


def content(doc, revision):
    return f"{doc} {revision} ".encode() + (BIG if doc == "b" else b"")


APPLY = ["vault", "apply", "v", *UNLOCK, "--threads", "2", "../2.grant", "../2.manifest", "../a2", "../b1", "../c1"]
NEW = ["--new-unlock-key-file", "new-key"]


def vault_holds(desk, work, key="key"):
    """The documents of one manifest, each whole; and the writer that comes next succeeds."""
    unlock = ["--unlock-key-file", key]
    listed = json.loads(desk.tool("vault", "ls", "v", *unlock, "--json", folder="work"))
    revisions = {item["id"]: item["revision"] for item in listed}
    assert revisions in ({"a": 1, "b": 1}, {"a": 2, "b": 1, "c": 1}), revisions
    for item in listed:
        assert item["is_here"], f"{item['id']} is gone"
        read = desk.tool("vault", "cat", "v", *unlock, item["id"], folder="work").encode("latin-1")
        assert read == content(item["id"], item["revision"]), f"{item['id']} is torn"
    problems = json.loads(desk.tool("vault", "verify", "v", *unlock, "--json", folder="work", check=False).stdout)
    assert all(problem["flaw"] in ("extra", "stale") for problem in problems), problems


def applied(desk, work, acknowledged):
    if acknowledged:
        assert json.loads(desk.tool("vault", "ls", "v", *UNLOCK, "--json", folder="work"))[0]["revision"] == 2
    vault_holds(desk, work)
    desk.tool(*APPLY, folder="work")
    vault_holds(desk, work)
    assert desk.tool("vault", "verify", "v", *UNLOCK, folder="work").startswith("3 documents")
    left = [path for path in (work / "v").rglob(".tmp-*")]
    assert not left, left


def unlocked(desk, work, acknowledged):
    works = [key for key in ("key", "new-key")
             if desk.tool("vault", "ls", "v", "--unlock-key-file", key, folder="work", check=False).returncode == 0]
    assert works in ([["new-key"]] if acknowledged else [["key"], ["new-key"]]), works
    vault_holds(desk, work, works[0])


def rotated(desk, work, acknowledged):
    epochs = len(json.loads(desk.tool("keyring", "list", "ring", *UNLOCK, "--json", folder="work")))
    assert epochs in ([3] if acknowledged else [2, 3]), epochs
    desk.tool("keyring", "rotate", "ring", *UNLOCK, folder="work")


def ring_unlocked(desk, work, acknowledged):
    works = [key for key in ("key", "new-key") if desk.tool(
        "keyring", "list", "ring", "--unlock-key-file", key, folder="work", check=False).returncode == 0]
    assert works in ([["new-key"]] if acknowledged else [["key"], ["new-key"]]), works


def rewrapped(desk, work, acknowledged):
    keys = json.loads(desk.tool("parcel", "inspect", "a1", "--json", folder="work"))["keys"]
    ring = [key["id"] for key in json.loads(desk.tool("keyring", "list", "ring", *UNLOCK, "--json", folder="work"))]
    assert keys in ([[ring[1]]] if acknowledged else [[ring[0]], [ring[1]]]), keys
    desk.tool("parcel", "rewrap", "--keyring", "ring", *UNLOCK, "a1", folder="work")
    # The vault takes it: its tree and signature hold.
    desk.tool("vault", "verify", "v", *UNLOCK, folder="work")


WRITERS = {
    "apply": (APPLY, applied),
    "change of the vault's key": (["vault", "passwd", "v", *UNLOCK, *NEW], unlocked),
    "rotate": (["keyring", "rotate", "ring", *UNLOCK], rotated),
    "change of the keyring's key": (["keyring", "passwd", "ring", *UNLOCK, *NEW], ring_unlocked),
    "re-wrap": (["parcel", "rewrap", "--keyring", "ring", *UNLOCK, "a1"], rewrapped),
}


def traced(desk, options, command):
    return subprocess.run(["strace", "-f", "-qq", "-o", "/dev/null", *options, SECENV, *command],
                          cwd=desk.folder / "work", capture_output=True)


def calls(desk, command, kind):
    """How many system calls of this kind the writer's busiest thread makes."""
    desk.fresh()
    log = desk.folder / "calls"
    subprocess.run(["strace", "-f", "-qq", "-o", log, "-e", f"trace={kind}", SECENV, *command],
                   cwd=desk.folder / "work", check=True, capture_output=True)
    threads = {}
    for line in log.read_text().splitlines():
        threads[line.split()[0]] = threads.get(line.split()[0], 0) + 1
    return max(threads.values(), default=0)


def killed_at_every_call(desk, every):
    runs = 0
    for name, (command, check) in WRITERS.items():
        total = calls(desk, command, "all")
        for at in range(1 + random.randrange(every), total + 1, every):
            work = desk.fresh()
            done = traced(desk, ["-e", f"inject=all:signal=KILL:when={at}"], command)
            try:
                check(desk, work, done.returncode == 0)
            except AssertionError as wrong:
                raise AssertionError(f"{name}, killed at call {at}: {wrong}") from None
            runs += 1
        print(f"crash: {name}: {total} system calls, killed at every {every or 1}", flush=True)
    return runs


FAULTS = [
    ("write,pwrite64,copy_file_range,sendfile", ["ENOSPC", "EIO", "EINTR"]),
    ("fsync,fdatasync", ["EIO", "ENOSPC", "EINTR"]),
    ("rename,renameat,renameat2,linkat", ["ENOSPC", "EIO", "EINTR"]),
    ("openat,ftruncate,unlink,flock", ["EIO", "ENOSPC", "EINTR"]),
]


def the_disk_fails(desk, every):
    runs = 0
    for name, (command, check) in WRITERS.items():
        for kind, errors in FAULTS:
            total = calls(desk, command, kind)
            for error in errors:
                for at in range(1 + random.randrange(every), total + 1, every):
                    work = desk.fresh()
                    done = traced(desk, ["-e", f"trace={kind}", "-e", f"inject={kind}:error={error}:when={at}"],
                                  command)
                    try:
                        assert done.returncode in (0, 1, 3, 4, 127), f"status {done.returncode}: {done.stderr.decode()}"
                        assert b"panicked" not in done.stderr, done.stderr.decode()
                        check(desk, work, done.returncode == 0)
                    except AssertionError as wrong:
                        raise AssertionError(f"{name}, {error} at {kind} {at}: {wrong}") from None
                    runs += 1
    return runs


def killed_at_random(desk, kills):
    for turn in range(kills):
        name, (command, check) = random.choice(list(WRITERS.items()))
        work = desk.fresh()
        writer = subprocess.Popen([SECENV, *command], cwd=work, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(random.random() * 0.03)
        writer.send_signal(signal.SIGKILL)
        try:
            check(desk, work, writer.wait() == 0)
        except AssertionError as wrong:
            raise AssertionError(f"{name}, killed at random ({turn}): {wrong}") from None


def two_at_once(desk, rounds):
    """While one writes, another reads: always all of one manifest, and the writer is not disturbed."""
    for _ in range(rounds):
        work = desk.fresh()
        writer = subprocess.Popen([SECENV, *APPLY], cwd=work, stdout=subprocess.DEVNULL)
        twin = subprocess.Popen([SECENV, *APPLY], cwd=work, stdout=subprocess.DEVNULL)
        while writer.poll() is None or twin.poll() is None:
            read = desk.tool("vault", "cat", "v", *UNLOCK, "a", folder="work").encode("latin-1")
            assert read in (content("a", 1), content("a", 2)), read
            read = desk.tool("vault", "cat", "v", *UNLOCK, "b", folder="work").encode("latin-1")
            assert read == content("b", 1)
        assert (writer.returncode, twin.returncode) == (0, 0)
        applied(desk, work, True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = parser.parse_args()
    random.seed(options.seed)
    print(f"crash: seed {options.seed}", flush=True)
    # Names with spaces, and a disk that is memory: what is tried here is the order, not the disk.
    home = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="secenv crash ", dir=home) as folder:
        desk = Desk(Path(folder))
        two_at_once(desk, max(3, options.kills // 100))
        print("crash: two at once: ok", flush=True)
        runs = killed_at_every_call(desk, options.every)
        faults = the_disk_fails(desk, options.every)
        killed_at_random(desk, options.kills)
    kills = f"{runs} kills at a system call, {faults} faults of the disk, {options.kills} kills at random"
    print(f"crash: {kills}: all holds")


if __name__ == "__main__":
    try:
        main()
    except AssertionError as wrong:
        print(f"crash: FAILED: {wrong}", file=sys.stderr)
        sys.exit(1)
