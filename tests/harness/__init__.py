"""What demos, suites that need servers, and benchmarks share: servers, clients, expectations, and clean-up on every way out."""

from .files import contains, flip, random_file, same, secret_file, truncated, wait_until
from .places import BUILD, CLIENT, LIBRARY, LIB_DIR, REFERENCE_SERVER, ROOT, TOOL, Missing, need
from .sandbox import Failure, Sandbox, main
from .servers import Fpm, Operator, Redis, Server

__all__ = [
    "BUILD", "CLIENT", "Failure", "Fpm", "LIBRARY", "LIB_DIR", "Missing", "Operator", "REFERENCE_SERVER", "ROOT", "Redis",
    "Sandbox", "Server", "TOOL", "contains", "flip", "main", "need", "random_file", "same", "secret_file", "truncated",
    "wait_until",
]
