"""The servers that a scenario needs: PHP's own, php-fpm behind nginx, and Redis. All on free ports or UNIX sockets."""

import os
import pwd
import grp
import re
import shutil
import socket
import subprocess

from .places import LIBRARY, REFERENCE_SERVER, ROOT, Missing, need
from .sandbox import Failure

PACKAGE = ROOT / "bindings/php"


def program(name):
    found = shutil.which(name)
    if not found:
        raise Missing(f"{name} is missing: run scripts/setup test")
    return found


class Operator:
    """The operator's side of a reference server: `operator("pin")`."""

    def __init__(self, box, state, folder=REFERENCE_SERVER, before=()):
        self.box, self.state = box, state
        self.command = [*before, "env", f"SECENV_STATE={state}", "php", "-d", "ffi.enable=1",
                        folder / "bin/secenv-server"]

    def __call__(self, *arguments):
        return self.box.run(*self.command, *arguments).out.strip()


class Server:
    """The reference server under PHP's own web server, its state in a folder of its own. The second start is on another
    port unless one is asked for."""

    def __init__(self, box, state, padding=None):
        need(LIBRARY)
        self.box, self.state, self.url, self.process = box, state, None, None
        self.env = {"SECENV_STATE": str(state), **({"SECENV_PADDING": str(padding)} if padding else {})}
        self.operator = Operator(box, state)

    def start(self, port=0):
        public = REFERENCE_SERVER / "public"
        self.process = self.box.start("server", "php", "-d", "ffi.enable=1", "-d", "post_max_size=0", "-S",
                                      f"127.0.0.1:{port}", "-t", public, public / "index.php", env=self.env)
        self.process.wait_for("its address", self._address)
        return self

    def _address(self):
        found = re.search(r"Development Server \((http:[^)]*)\) started", self.process.log.read_text(errors="replace"))
        self.url = found and found[1]
        return self.url

    def stop(self):
        self.process.stop()

    @property
    def port(self):
        return int(self.url.rsplit(":", 1)[1])


class Redis:
    """A Redis on a UNIX socket, which keeps what it acknowledges, as a store of sessions must."""

    def __init__(self, box):
        self.socket = box / "redis.sock"
        (box / "redis").mkdir()
        process = box.start("redis", program("redis-server"), "--port", "0", "--unixsocket", self.socket,
                            "--unixsocketperm", "777", "--dir", box / "redis", "--save", "", "--appendonly",
                            "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction")
        ping = ["redis-cli", "-s", str(self.socket), "ping"]
        process.wait_for("an answer", lambda: b"PONG" in subprocess.run(ping, capture_output=True, check=False).stdout)


class Fpm:
    """php-fpm pools, each a master of its own, behind one nginx, with a copy of the package in PACKAGE: a pool's user
    may not be able to read the checkout. PHP keeps its default `ffi.enable=preload`, in the set-up that
    secenv-php-setup prints."""

    def __init__(self, box):
        need(LIBRARY)
        version = subprocess.run(["php", "-r", "echo PHP_MAJOR_VERSION, '.', PHP_MINOR_VERSION;"], capture_output=True,
                                 check=True, text=True).stdout
        self.box, self.package = box, box / "package"
        self.fpm, self.web = program(f"php-fpm{version}"), program("nginx")
        self.root = os.geteuid() == 0
        self.user = "www-data" if self.root else pwd.getpwuid(os.geteuid()).pw_name
        self.group = grp.getgrgid(pwd.getpwnam(self.user).pw_gid).gr_name
        box.folder.chmod(0o755)
        shutil.copytree(PACKAGE, self.package, ignore=shutil.ignore_patterns("tests", "phpunit.xml", "lib"))
        (self.package / "lib").mkdir()
        shutil.copy(LIBRARY, self.package / "lib/libsecenv.so.0")
        subprocess.run(["chmod", "-R", "a+rX", str(self.package)], check=True)
        (box / "ini").mkdir()
        header = box / "secenv.ffi.h"
        settings = box.run("php", self.package / "bin/secenv-php-setup", "--header", header, "--user", self.user,
                           env={"SECENV_LIBRARY": str(self.package / "lib/libsecenv.so.0")}).out
        (box / "ini/30-secenv.ini").write_text(settings)
        header.chmod(0o644)
        self.as_user = ["runuser", "-u", self.user, "--"] if self.root else []

    def folder(self, name):
        """A folder for the pools to write in."""
        path = self.box / name
        path.mkdir()
        if self.root:
            shutil.chown(path, self.user)
        return path

    def pool(self, name, workers, env=(), settings=(), ini="ini", max_requests=0):
        """Starts a pool, which listens at NAME.sock, with the ini files of a folder: `ini` has the set-up for libsecenv,
        None is no folder."""
        box, sock = self.box, self.box / f"{name}.sock"
        sock.unlink(missing_ok=True)
        owner = f"user = {self.user}\ngroup = {self.group}\nlisten.owner = {self.user}\nlisten.mode = 0666"
        lines = [f'env[{key}] = "{value}"' for key, value in dict(env).items()]
        lines += [f"php_admin_value[{key}] = {value}" for key, value in dict(settings).items()]
        more = "\n".join(lines)
        config = box / f"{name}.conf"
        config.write_text(f"""[global]
error_log = "{box / name}.log"
daemonize = no
[www]
{owner if self.root else ""}
listen = "{sock}"
listen.backlog = 511
pm = static
pm.max_children = {workers}
pm.max_requests = {max_requests}
catch_workers_output = yes
{more}
""")
        # The distribution's own ini files first, then ours; nothing else differs from an installed php-fpm.
        process = box.start(f"{name}.out", self.fpm, "--fpm-config", config, "--nodaemonize",
                            env={"PHP_INI_SCAN_DIR": f":{box / ini}"} if ini else {})
        process.wait_for("its socket", sock.exists)
        return process

    def nginx(self, locations, listen=None, more="", server=""):
        """Starts nginx with these locations (pattern to directives), at a socket's path or at a free port: its
        address. `more` goes into its `http`, `server` into its `server`."""
        box = self.box
        places = "\n".join(f"location {pattern} {{ {directives} }}" for pattern, directives in locations.items())
        paths = "\n".join(f'{each}_temp_path "{box / each}";' for each in ("client_body", "proxy", "fastcgi", "uwsgi",
                                                                           "scgi"))
        for _ in range(10):
            # nginx takes no port 0, so ask for one that is free; if another took it meanwhile, ask again.
            address = f"unix:{listen}" if listen else f"127.0.0.1:{free_port()}"
            (box / "nginx.conf").write_text(f"""{f"user {self.user};" if self.root else ""}
daemon off;
worker_processes auto;
pid "{box / 'nginx.pid'}";
error_log "{box / 'nginx.log'}";
events {{}}
http {{
access_log off;
{paths}
client_max_body_size 0;
{more}
server {{
listen "{address}";
{server}
{places}
}}
}}
""")
            process = box.start("nginx.out", self.web, "-c", box / "nginx.conf", "-g", "error_log stderr;")
            try:
                # It writes its number when it listens.
                process.wait_for("its socket", lambda: (box / "nginx.pid").exists())
                return address if listen else f"http://{address}"
            except Failure:
                process.stop()
        raise Failure(f"nginx does not start: {process.log.read_text(errors='replace')}")

    def reference_server(self, *pools):
        """What nginx needs for the reference server in these pools, as its README says: `more` and `server`."""
        folder = self.package / "examples/server"
        upstream = "".join(f"server {self.at(pool)}; " for pool in pools)
        return {"more": f'include "{folder}/nginx/zones.conf"; upstream secenv {{ {upstream}}}',
                "server": f'set $secenv_public "{folder}/public"; include "{folder}/nginx/site.conf";'}

    def at(self, pool):
        """A pool's address for nginx; the name may be one of nginx's variables."""
        return f'"unix:{self.box}/{pool}.sock"'

    def fastcgi(self, script, to, uri="$request_uri"):
        """A location's directives: this script, in the pool at this address."""
        parameters = {
            "SCRIPT_FILENAME": script, "DOCUMENT_ROOT": str(script).rsplit("/", 1)[0], "REQUEST_URI": uri,
            "REQUEST_METHOD": "$request_method", "QUERY_STRING": "$query_string", "CONTENT_TYPE": "$content_type",
            "CONTENT_LENGTH": "$content_length",
        }
        return "".join(f'fastcgi_param {key} "{value}"; ' for key, value in parameters.items()) + f"fastcgi_pass {to};"

    def operator(self, state):
        """The operator of the reference server in PACKAGE, as the pools' user."""
        before = [*self.as_user, "env", "SECENV_LIBRARY="]
        return Operator(self.box, state, self.package / "examples/server", before)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]
