"""Protocol 2 on several servers: nginx in front of two php-fpm pools that share one Redis, several C++ clients at once,
and one pool killed in mid-traffic. Nothing that was answered is lost, nothing is accepted twice. PHP keeps its default
ffi.enable=preload."""

import collections
import contextlib
import signal
import sqlite3
import threading
import urllib.request
from pathlib import Path

from harness import CLIENT, Failure, Fpm, Redis, need, secret_file, wait_until

CLIENTS, MESSAGES, ROUNDS = 6, 40, 25
TOTAL = CLIENTS * MESSAGES


class Chatter(threading.Thread):
    """Sends its messages one by one and keeps each that was answered, and all that the client said."""

    def __init__(self, box, number, pin):
        super().__init__(daemon=True)
        self.box, self.number, self.home = box, number, box / f"client {number}"
        self.answered, self.said = [], []
        self.home.mkdir(mode=0o700)
        (self.home / "server.pin").write_text(pin + "\n")

    def client(self, *arguments):
        said = self.box.client(*arguments, "--home", self.home, status=None)
        self.said.append(said)
        return said

    def run(self):
        for n in range(1, MESSAGES + 1):
            text = f"client {self.number}, message {n}"
            if self.client("send", text).status == 0:
                self.answered.append(text)


def show(box):
    need(CLIENT)

    def stored(query):
        with contextlib.closing(sqlite3.connect(state / "server.sqlite")) as database:
            return [row[0] for row in database.execute(query)]

    def traffic(count, words):
        """Waits until at least so many messages are stored."""
        seen = 0
        def reached():
            nonlocal seen
            seen = stored("SELECT count(*) FROM messages")[0]
            return seen >= count
        box.expect(wait_until(reached, 60), f"the traffic stands still at {seen} of {TOTAL}")
        box.show(f"{seen} of {TOTAL} {words}")

    box.step("One Redis for the sessions, two php-fpm pools (ffi.enable=preload), nginx in front")
    fpm, redis = Fpm(box), Redis(box)
    state = fpm.folder("state")

    def start_pool(name):
        return fpm.pool(name, 3, {"SECENV_STATE": state, "SECENV_SESSIONS": f"redis:{redis.socket}"},
                        {"post_max_size": 0, "enable_post_data_reading": 0}, max_requests=500)
    start_pool("east")
    west = start_pool("west")
    index = fpm.package / "examples/server/public/index.php"
    url = fpm.nginx({"~ ^/only-(east|west)(/.*)$": fpm.fastcgi(index, fpm.at("$1"), "$2")},
                    **fpm.reference_server("east", "west"))
    with urllib.request.urlopen(f"{url}/v1/health", timeout=10) as answer:
        box.expect(answer.status == 200, "the server does not answer")
    operator = fpm.operator(state)
    pin = operator("pin")
    box.show(f"{url}, {pin}")

    box.step(f"{CLIENTS} clients enrol, each with a one-time code of its own")
    chatters = [Chatter(box, number, pin) for number in range(1, CLIENTS + 1)]
    for chatter in chatters:
        code = box / f"{chatter.number}.code"
        secret_file(code, operator("code", f"client {chatter.number}") + "\n")
        said = chatter.client("enrol", "--server", url, "--file", code)
        box.expect(said.status == 0, f"client {chatter.number} cannot enrol: {said.text}")
    box.show(operator("clients"))

    box.step(f"All of them send {MESSAGES} messages, at once")
    for chatter in chatters:
        chatter.start()
    traffic(TOTAL // 3, "are stored")

    box.step("The pool in the west is killed, with whatever it was doing")
    west.stop(signal.SIGKILL)
    traffic(TOTAL * 2 // 3, "are stored, all through the east now")

    box.step("It comes back")
    start_pool("west")
    for chatter in chatters:
        chatter.join()
    answered = [text for chatter in chatters for text in chatter.answered]
    box.show(f"{len(answered)} of {TOTAL} messages were answered")
    said = [each for chatter in chatters for each in chatter.said]
    gave_up = collections.Counter(each.complaint for each in said if each.status)
    box.expect(len(answered) == TOTAL, f"a client gave up: {gave_up}")

    box.step("Nothing that was answered is lost, nothing was acted on twice")
    texts = stored("SELECT text FROM messages")
    box.expect(sorted(texts) == sorted(answered), "what is stored is not what was answered")
    box.show(f"{len(texts)} texts are stored, each once, and each was answered")
    handshakes = sum("agreed and stored" in each.text for each in said)
    box.show(f"{handshakes} handshakes in all: the sessions outlived the pool")

    box.step("The same finish, the same record, and one message in two records, at both pools at the same moment")
    box.show(box.run("php", "-d", "ffi.enable=1", Path(__file__).with_name("both_pools.php"), fpm.package, url, pin,
                     operator("code", "twice"), ROUNDS))
    twice = stored("SELECT text FROM messages WHERE text LIKE 'twice%'")
    if not len(twice) == len(set(twice)) == ROUNDS:
        raise Failure("a message that came twice was acted on twice, or not at all")
    box.show(f"one finish and one record of each two was taken; {ROUNDS} messages are stored, each once")
