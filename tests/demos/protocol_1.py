"""The deployed protocol: a PHP server and a C++ client do the whole job over HTTP, the server stops, and the client
decrypts what it holds. Then everything that must fail is tried."""

import functools

from harness import CLIENT, Server, need, random_file

from .plans import DAMAGES, Plans


def show(box):
    need(CLIENT)
    home = box / "client"
    options = ["--protocol", "1", "--home", home]
    client = functools.partial(box.client, *options)

    def refuses(what, *command):
        box.refuses(what, CLIENT, *options, *command, silent=False, written=box / "stolen")

    box.step("The PHP server starts")
    server = Server(box, box / "server state").start()
    box.show(f"{server.url}, its state in a folder of its own")

    box.step("Keys, proofs, key exchange: RSA keys are swapped, each side proves its own, kx keys follow")
    box.show(client("connect", "--server", server.url))

    box.step("Envelopes, there and back: an empty message, UTF-8 text, 1 MiB")
    random_file(box / "one MiB", 1 << 20)
    for message in ([""], ["Grüße, мир, 世界 🔑"], ["--file", box / "one MiB"]):
        box.show(client("send", *message))

    plans = Plans(box, client, home)
    plans.upload(server.state)
    plans.download("The server makes a data key, and sends key and document; the client keeps both encrypted")
    plans.stop(server)
    plans.read_offline()
    box.step("And what must fail, fails")
    plans.refuse_offline(refuses, DAMAGES)
