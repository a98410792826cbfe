"""The whole mission: a server rotates its keyring, seals three documents, issues a grant and a manifest; a client
fetches them over HTTP in a protocol 2 session into its vault; the server stops; the client lists, verifies and reads
offline. Then everything that must be refused is tried."""

import datetime
import functools
import json
import shutil

from harness import CLIENT, TOOL, Server, contains, flip, need, random_file, same, secret_file

TEXT = b"The contract of 2026."


def in_days(days):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


class Desk:
    """What the operator of the server has, and does."""

    def __init__(self, box):
        self.box, self.folder = box, box / "server"
        self.folder.mkdir(mode=0o700)
        secret_file(self.folder / "passphrase", "the operator's passphrase\n")
        self.unlock = ["--unlock-file", self.folder / "passphrase"]
        self.ring = ["--keyring", self.folder / "ring", *self.unlock]
        self.sign = ["--sign", self.folder / "identity.pem"]

    def __truediv__(self, name):
        return self.folder / name

    def keyring(self, verb, *arguments, ring="ring"):
        return self.box.tool("keyring", verb, self / ring, *arguments, *self.unlock)

    def seal(self, document, revision, content, parcel):
        return self.box.tool("parcel", "seal", *self.ring, *self.sign, "--id", document, "--revision", revision,
                             content, self / parcel)

    def grant(self, sequence):
        return self.box.tool("grant", "issue", *self.ring, *self.sign, "--device", self.box / "device.pub", "--seq",
                             sequence, "--not-after", in_days(30), "--max-offline", 604800, self / f"{sequence}.grant")

    def manifest(self, version, *parcels):
        return self.box.tool("manifest", "issue", *self.sign, "--version", version, "--expires", in_days(14), "--out",
                             self / f"{version}.manifest", *(self / parcel for parcel in parcels))

    def offer(self, state, *names):
        """What lies there for vaults: the current files, and nothing older."""
        shutil.rmtree(state / "offline", ignore_errors=True)
        (state / "offline").mkdir()
        for name in names:
            shutil.copy(self / name, state / "offline")


def show(box):
    need(CLIENT, TOOL)
    home, vault = box / "client", box / "vault"
    client = functools.partial(box.client, "--home", home)
    secret_file(box / "passphrase", "correct horse battery staple\n")
    unlock = ["--unlock-file", box / "passphrase"]

    def my_vault(verb, *arguments, **how):
        return box.tool("vault", verb, vault, *unlock, *arguments, **how)

    def refuses(what, verb, *arguments, folder=vault, before=(), silent=False):
        box.refuses(what, *before, TOOL, "vault", verb, folder, *unlock, *arguments, silent=silent)

    # Reading a document, which must give nothing if it is refused.
    def refuses_to_read(what, **how):
        refuses(what, "cat", "contracts/2026", silent=True, **how)

    box.step("The server: an identity that signs, and a keyring that is rotated")
    desk = Desk(box)
    home.mkdir(mode=0o700)
    pin = box.tool("keygen", "--kind", "ed25519", "--out", desk / "identity.pem").out.strip()
    box.tool("keyring", "new", "--out", desk / "ring", *desk.unlock)
    desk.keyring("rotate")
    box.show(desk.keyring("list"))
    server = Server(box, box / "server state")
    session_pin = server.operator("pin")
    server.start()
    box.show(f"signs as {pin}; serves {server.url}")

    box.step("The client: an identity that the server knows, a device key, and an empty vault")
    secret_file(box / "code", server.operator("code") + "\n")
    box.show(client("enrol", "--server", server.url, "--pin", session_pin, "--file", box / "code"))
    box.show(box.tool("device", "new", "--out", box / "device.key", "--public", box / "device.pub"))
    box.show(my_vault("init", "--server-pin", pin, "--device", box / "device.key"))

    box.step("The server seals three documents, one of 256 MiB, and issues a grant and a manifest")
    (box / "contract").write_bytes(TEXT + b"\n")
    random_file(box / "plan", 3_000_000)
    random_file(box / "archive", 256 << 20)
    parcels = ["contract.parcel", "plan.parcel", "archive.parcel"]
    for document, name in (("contracts/2026", "contract"), ("plans/tower", "plan"), ("archive", "archive")):
        box.show(desk.seal(document, 1, box / name, f"{name}.parcel"))
    box.show(desk.grant(1))
    box.show(desk.manifest(1, *parcels))
    desk.offer(server.state, *parcels, "1.grant", "1.manifest")

    box.step("The client fetches them in a protocol 2 session, into its vault")
    box.show(client("sync", "--into", box / "inbox"))
    box.show(my_vault("apply", *sorted((box / "inbox").iterdir())))

    box.step("The server stops")
    server.stop()
    box.show(f"nobody serves {server.url}")

    box.step("Offline: the client lists, verifies and reads")
    for verb in ("ls", "verify", "status"):
        box.show(my_vault(verb))
    for document, name in (("contracts/2026", "contract"), ("archive", "archive")):
        my_vault("cat", document, out=box / "read")
        box.expect(same(box / "read", box / name), f"the {name} differs")
    my_vault("cat", "archive", "--offset", 200_000_000, "--length", 4096, out=box / "range")
    with open(box / "archive", "rb") as archive:
        archive.seek(200_000_000)
        box.expect((box / "range").read_bytes() == archive.read(4096), "the range differs")
    (box / "read").unlink()
    box.show("read: the contract, the archive, and 4,096 bytes in the middle of it: each is the original")
    box.expect(not contains(vault, TEXT) and not contains(box / "inbox", TEXT),
               "the plaintext lies on the client's disk")
    box.show("the plaintext is nowhere in the vault")

    box.step("What must be refused, is refused")
    changed = contains(vault / "parcels", b"contracts/2026")
    # 200 bytes before its end lies the one chunk of this small parcel.
    flip(changed, -200, 0xFF)
    refuses_to_read("a changed byte")
    refuses("  seen by verify", "verify")
    flip(changed, -200, 0xFF)
    (box / "contract 2").write_bytes(TEXT[:-1] + b", second version.\n")
    desk.seal("contracts/2026", 2, box / "contract 2", "contract-2.parcel")
    desk.manifest(2, "contract-2.parcel", "plan.parcel", "archive.parcel")
    my_vault("apply", desk / "2.manifest", desk / "contract-2.parcel")
    refuses("an old manifest", "apply", desk / "1.manifest")
    refuses("an old parcel", "apply", desk / "contract.parcel")
    box.tool("keyring", "new", "--out", desk / "other", *desk.unlock)
    box.tool("parcel", "seal", "--keyring", desk / "other", *desk.unlock, *desk.sign, "--id", "contracts/2026",
             "--revision", 2, box / "contract", box / "other.parcel")
    refuses("another vault's parcel", "apply", box / "other.parcel")
    shutil.copytree(vault, box / "copy")
    refuses_to_read("an expired lease", folder=box / "copy", before=["faketime", in_days(8)])
    refuses_to_read("the clock turned back", folder=box / "copy")
    box.show("(eight days later the lease of seven was over; after that, today is the past)")

    def synced(name):
        server.start(server.port)  # on the same port: the client knows it
        client("sync", "--into", box / name)
        server.stop()
        my_vault("apply", box / name)

    desk.keyring("rotate")
    for key in json.loads(desk.keyring("list", "--json").out):
        if key["state"] != "active":
            desk.keyring("destroy", key["id"])
    desk.grant(2)
    desk.offer(server.state, "2.grant")
    synced("second inbox")
    refuses_to_read("a revoked epoch")
    desk.seal("contracts/2026", 3, box / "contract 2", "contract-3.parcel")
    desk.manifest(3, "contract-3.parcel")
    desk.offer(server.state, "3.manifest", "contract-3.parcel")
    synced("third inbox")
    my_vault("cat", "contracts/2026", out=box / "read")
    box.expect(same(box / "read", box / "contract 2"), "the new contract differs")
    box.show("sealed anew under the next epoch, it can be read again")
