"""What demos, suites that need servers, and benchmarks share: servers, clients, expectations, and clean-up on every way
out."""

from .files import contains, flip, random_file, same, secret_file, truncated, wait_until
from .places import BUILD, CLIENT, LIBRARY, LIB_DIR, ROOT, TOOL, need
from .sandbox import Failure, main
from .servers import Fpm, Redis, Server

__all__ = [
    "BUILD", "CLIENT", "Failure", "Fpm", "LIBRARY", "LIB_DIR", "ROOT", "Redis", "Server", "TOOL", "contains", "flip",
    "main", "need", "random_file", "same", "secret_file", "truncated", "wait_until",
]
