"""Protocol 2 of secenv in Python, written from docs/protocol-2.md alone."""

from .carrier import carrier_encode, carrier_parse
from .handshake import Client, Server
from .identity import Identity, pin
from .notation import Refused
from .session import Session, record_session

__all__ = [
    "Client", "Identity", "Refused", "Server", "Session", "carrier_encode", "carrier_parse", "pin", "record_session",
]
