"""A temporary folder and the processes that run in it. Both are gone at the end, however it comes."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from .files import wait_until
from .places import CLIENT, TOOL, Missing


class Failure(AssertionError):
    """Something did not go as it must."""


class Said(NamedTuple):
    """How a command ended and what it printed."""

    status: int
    out: str
    err: str

    @property
    def text(self):
        return self.out + self.err

    @property
    def complaint(self):
        """Its last word, without the name of the program in front."""
        lines = [line for line in self.err.splitlines() if line] or self.out.splitlines() or [""]
        ours = [line for line in lines if line.startswith(("secenv-client: ", "secenv: "))] or lines[:1]
        return " ".join(line.split(": ", 1)[-1] if line.startswith("secenv") else line for line in ours)


class Process:
    """A server in a process group of its own, so that all of it can be ended at once. Its output is a log."""

    def __init__(self, name, command, log, env):
        self.name, self.log = name, log
        with open(log, "wb") as out:
            self.popen = subprocess.Popen([str(each) for each in command], stdin=subprocess.DEVNULL, stdout=out,
                                          stderr=subprocess.STDOUT, env={**os.environ, **env}, start_new_session=True)

    def running(self):
        return self.popen.poll() is None

    def wait_for(self, what, ready, seconds=10.0):
        """Waits until it is there; fails if the process ends before that."""
        if not wait_until(lambda: not self.running() or ready(), seconds) or not self.running():
            raise Failure(f"{self.name}: {what} does not come: {self.log.read_text(errors='replace')[-2000:]}")

    def stop(self, how=signal.SIGTERM):
        for signal_ in (how, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.popen.pid, signal_)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.popen.wait(10)
                return


class Sandbox:
    """Where a scenario runs. `box / "name"` is a path in its folder, whose own name has spaces in it unless they are
    unwanted."""

    def __init__(self, name, spaces=True):
        self.name, self.steps, self.checks, self.processes = name, 0, 0, []
        prefix = f"secenv {name} "
        self.folder = Path(tempfile.mkdtemp(prefix=prefix if spaces else prefix.replace(" ", "-")))

    def __truediv__(self, name):
        return self.folder / name

    def __str__(self):
        return str(self.folder)

    def __enter__(self):
        return self

    def __exit__(self, kind, wrong, _):
        for process in reversed(self.processes):
            if process.running():
                process.stop()
        if isinstance(wrong, Failure):
            for log in sorted(self.folder.glob("*.log")):
                if end := log.read_text(errors="replace").splitlines()[-20:]:
                    print(f"{self.name}: {log.name} ends with:", *end, sep="\n  ", file=sys.stderr)
        shutil.rmtree(self.folder, ignore_errors=True)

    # For a person who watches.

    def step(self, text):
        self.steps += 1
        self.title(f"{self.steps}. {text}")

    def title(self, text):
        bold, plain = ("\033[1m", "\033[0m") if sys.stdout.isatty() else ("", "")
        print(f"\n{bold}{text}{plain}", flush=True)

    def show(self, text):
        """Prints text, or what a command said, indented."""
        text = text if isinstance(text, str) else text.text
        print("\n".join(f"  {line}" for line in text.rstrip("\n").split("\n")), flush=True)

    # Expectations. Each one that holds is counted.

    def expect(self, holds, otherwise):
        if not holds:
            raise Failure(otherwise)
        self.checks += 1

    def says(self, said, *wanted):
        for words in wanted:
            self.expect(words in said.text, f'expected "{words}", got: {said.text}')

    def no_partial_files(self):
        """Whoever was interrupted or refused leaves no half of a file behind."""
        left = [path for path in self.folder.rglob(".*.partial-*")]
        self.expect(not left, f"a temporary file was left behind: {left}")

    def run(self, *command, status=0, out=None, env=None, cwd=None, prepare=None):
        """Runs a command, which must end with this status (None: any). `out` is a file for its standard output."""
        target = open(out, "wb") if out else subprocess.PIPE
        try:
            done = subprocess.run([str(each) for each in command], stdin=subprocess.DEVNULL, stdout=target, cwd=cwd,
                                  stderr=subprocess.PIPE, env={**os.environ, **(env or {})}, preexec_fn=prepare)
        finally:
            if out:
                target.close()
        said = Said(done.returncode, (done.stdout or b"").decode(errors="replace"),
                    done.stderr.decode(errors="replace"))
        if status is not None:
            words = " ".join(str(each) for each in command)
            self.expect(said.status == status, f"{words}: expected status {status}, got {said.status}: {said.text}")
        return said

    def refuses(self, what, *command, status=3, silent=True, written=None, **how):
        """A command that must be refused, print nothing (if `silent`), and not write the file `written`."""
        said = self.run(*command, status=None, **how)
        self.expect(said.status == status, f"{what}: expected status {status}, got {said.status}: {said.text}")
        self.expect(not (silent and said.out), f"{what}: something was printed: {said.out}")
        self.expect(not (written and written.exists()), f"{what}: something was written")
        self.show(f"{what:<30} refused: {said.complaint.replace(f'{self.folder}/', '')}")

    # The two programs.

    def tool(self, *arguments, **how):
        return self.run(TOOL, *arguments, **how)

    def client(self, *arguments, **how):
        return self.run(CLIENT, *arguments, **how)

    def start(self, name, *command, env=None):
        """Starts a server; what it prints is in NAME.log."""
        process = Process(name, command, self / f"{name}.log", env or {})
        self.processes.append(process)
        return process


def main(name, scenario, spaces=True):
    """Runs a scenario in a sandbox, and ends the program: 0 if all went as it should, 1 if not, 4 if something is
    missing."""
    def end(*_):
        sys.exit(130)
    for signal_ in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signal_, end)
    try:
        with Sandbox(name, spaces) as box:
            scenario(box)
    except Failure as wrong:
        print(f"{name}: FAILED: {wrong}", file=sys.stderr)
        sys.exit(1)
    except Missing as missing:
        print(f"{name}: {missing}", file=sys.stderr)
        sys.exit(4)
