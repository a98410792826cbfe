"""Where things lie. The library and the tool are in $SECENV_LIB_DIR, else where `scripts/build` put them last."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
LIB_DIR = Path(os.environ.get("SECENV_LIB_DIR") or BUILD / "lib").absolute()
LIBRARY = LIB_DIR / "libsecenv.so"
TOOL = LIB_DIR / "secenv"
CLIENT = BUILD / "client" / "secenv-client"
REFERENCE_SERVER = ROOT / "bindings/php/examples/server"

# For every process that a test starts: PHP and Python take the library from there, and no proxy comes between.
os.environ.update(SECENV_LIB_DIR=str(LIB_DIR), SECENV_LIBRARY=str(LIBRARY), no_proxy="127.0.0.1")
os.environ["PATH"] += os.pathsep + "/usr/sbin"


class Missing(Exception):
    """Something that has to be built or installed first."""


def need(*files):
    """Refuses to begin without these."""
    for file in files:
        if not file.exists():
            how = "bindings/cpp/examples/client/build" if file == CLIENT else "make build"
            raise Missing(f"{file} is missing: run {how}")
