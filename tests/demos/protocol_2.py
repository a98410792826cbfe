"""Protocol 2: a PHP server and a C++ client shake hands, the client is enrolled by a one-time code, messages and a file
pass in one session over many requests, the server gets another address, other keys and another identity, it stops, and
the client decrypts what it holds. Then everything that must fail is tried."""

import base64
import functools
import os

from harness import CLIENT, Server, need, secret_file

from .plans import DAMAGES, Plans


def show(box):
    need(CLIENT)
    home, thief, old_home = box / "client", box / "thief", box / "old client"
    client = functools.partial(box.client, "--home", home)
    old_client = functools.partial(box.client, "--protocol", "1", "--home", old_home)

    def refuses(what, *command, home=home, status=3):
        box.refuses(what, CLIENT, "--home", home, *command, status=status, silent=False, written=box / "stolen")

    def refuses_me(what, *command):
        refuses(what, "--unlock-file", box / "unlock", *command)

    box.step("The PHP server gets an identity; its pin is shipped with the client")
    server = Server(box, box / "server state")
    operator = server.operator
    pin = operator("pin")
    for folder in (home, thief):
        folder.mkdir(mode=0o700)
        (folder / "server.pin").write_text(pin + "\n")
    box.show(pin)
    server.start()
    box.show(f"{server.url}, its state in a folder of its own")

    box.step("While no code waits for its client, a stranger gets no session")
    refuses("a client nobody knows", "send", "--server", server.url, "let me in")

    box.step("The operator makes a one-time code, and the client is enrolled with it")
    secret_file(box / "code", operator("code") + "\n")
    box.show(client("enrol", "--server", server.url, "--file", box / "code"))
    refuses("another with the same code", "enrol", "--server", server.url, "--file", box / "code", home=thief)

    box.step("Messages and replies, in the session that is stored: no new handshake, each command a process of its own")
    (box / "one MiB").write_bytes(base64.b64encode(os.urandom(786432)))
    for message in ([""], ["Grüße, мир, 世界 🔑"], ["--file", box / "one MiB"]):
        box.show(client("send", *message))

    box.step("The client's keys are sealed under a passphrase from now on")
    secret_file(box / "unlock", "my desk's own passphrase\n")
    clear = client
    client = functools.partial(clear, "--unlock-file", box / "unlock")
    box.show(client("send", "From behind a passphrase"))
    refuses("the same folder without it", "send", "hello", status=2)
    box.show(client("status"))

    box.step("The server moves to another address, and remembers the session")
    server.stop()
    server.start()
    said = client("send", "--server", server.url, "Do you remember me?")
    box.says(said, "goes on")
    box.show(said)

    box.step("After a theft the server renews its keys: every session is over, and the client makes a new one")
    operator("keys", "renew")
    said = client("send", "And now?")
    box.says(said, "is over")
    box.show(said)

    box.step("The server gets another identity beside the first; a client that has met it trusts no other")
    newer = operator("identity", "add")
    (home / "server.pin").write_text(f"{newer}\n{pin}\n")
    box.show(client("connect"))
    box.expect((home / "server.pin").read_text() == newer + "\n", "the older pin is trusted still")
    operator("identity", "drop", pin)
    pin = newer
    box.show(client("status"))

    box.step("The client logs out: the session is over, at the server and in the folder")
    box.show(client("log-out"))
    box.expect(not (home / "session.sealed").exists(), "the session lies there still")
    box.show(client("send", "I am back"))

    plans = Plans(box, client, home)
    plans.upload(server.state)
    plans.download("The server sends document and key; the client keeps both encrypted")

    box.step("What must fail while the server runs, fails")
    (home / "server.pin").write_text("sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")
    refuses_me("another server's pin", "connect")
    (home / "server.pin").write_text(pin + "\n")
    client("send", "to the right one again")
    older = (home / "session.sealed").read_bytes()
    client("send", "one more")
    (home / "session.sealed").write_bytes(older)
    box.says(client("send", "a message number that was used"), "is over")
    box.show(f"{'a session from a backup':<30} refused: its numbers are used up; the client made a new session")
    operator("revoke", operator("clients").split(" ")[0])
    refuses_me("a client that was revoked", "send", "am I still welcome?")
    old_client("connect", "--server", server.url)
    old_client("send", "an old client")
    box.show(operator("status"))
    operator("protocol-1", "off")
    said = old_client("connect", "--server", server.url, status=1)
    box.show(f"{'protocol 1, switched off':<30} {said.complaint}")

    plans.stop(server)
    plans.read_offline()
    box.step("And what must fail offline, fails")
    plans.refuse_offline(refuses_me, DAMAGES)
