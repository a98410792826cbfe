"""Protocol 2 of secenv in Python, written from docs/protocol-2.md alone."""

from .record_json import encode_json, parse_json
from .handshake import Client, Server
from .identity import Identity, pin
from .notation import Refused
from .session import Session, record_session_id

__all__ = [
    "Client", "Identity", "Refused", "Server", "Session", "encode_json", "parse_json", "pin", "record_session_id",
]
