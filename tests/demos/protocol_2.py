"""Protocol 2: a PHP server and a C++ client shake hands, the client is enrolled by a one-time code, messages and a file
pass in one session over many requests, the server stops, and the client decrypts what it holds. Then everything that
must fail is tried."""

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

    def refuses(what, *command, home=home):
        box.refuses(what, CLIENT, "--home", home, *command, silent=False, written=box / "stolen")

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

    box.step("A stranger may shake hands, and no more")
    refuses("a client nobody knows", "send", "--server", server.url, "let me in")

    box.step("The operator makes a one-time code, and the client is enrolled with it")
    secret_file(box / "code", operator("code") + "\n")
    box.show(client("enrol", "--file", box / "code"))
    refuses("another with the same code", "enrol", "--server", server.url, "--file", box / "code", home=thief)

    box.step("Messages and replies, in the session that is stored: no new handshake, each command a process of its own")
    (box / "one MiB").write_bytes(base64.b64encode(os.urandom(786432)))
    for message in ([""], ["Grüße, мир, 世界 🔑"], ["--file", box / "one MiB"]):
        box.show(client("send", *message))

    box.step("The server gets a new state key and a new address, and remembers the session; the client makes a new one")
    server.stop()
    operator("rotate")
    server.start()
    said = client("send", "--server", server.url, "Do you remember me?")
    box.says(said, "goes on")
    box.show(said)
    box.show(client("connect"))
    box.show(client("send", "And now?"))

    plans = Plans(box, client, home)
    plans.upload(server.state)
    plans.download("The server sends document and key; the client keeps both encrypted")

    box.step("What must fail while the server runs, fails")
    (home / "server.pin").write_text("sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")
    refuses("another server's pin", "connect")
    (home / "server.pin").write_text(pin + "\n")
    older = (home / "session.sealed").read_bytes()
    client("send", "one more")
    (home / "session.sealed").write_bytes(older)
    box.says(client("send", "a message number that was used"), "is over")
    box.show(f"{'a session from a backup':<30} refused: its numbers are used up; the client made a new session")
    operator("revoke", operator("clients").split(" ")[0])
    refuses("a client that was revoked", "send", "am I still welcome?")
    old_client("connect", "--server", server.url)
    old_client("send", "an old client")
    box.show(operator("status"))
    operator("protocol-1", "off")
    said = old_client("connect", "--server", server.url, status=1)
    box.show(f"{'protocol 1, switched off':<30} {said.complaint}")

    plans.stop(server)
    plans.read_offline()
    box.step("And what must fail offline, fails")
    plans.refuse_offline(refuses, DAMAGES)
