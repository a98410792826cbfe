"""Protocol 2 of secenv, second edition, in Python, written from docs/protocol-2.md alone."""

from .record_json import encode_json, parse_json
from .handshake import Client, Server
from .identity import Identity, pin
from .notation import Refused
from .session import Place, Session, record_session_id

__all__ = [
    "Client", "Identity", "Place", "Refused", "Server", "Session", "encode_json", "parse_json", "pin",
    "record_session_id",
]
