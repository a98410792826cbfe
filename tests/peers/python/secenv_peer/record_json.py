"""The JSON encoding: {"v":2,"data":"BASE64"}."""

import base64
import binascii
import json

from .notation import Refused

TEXT_LIMIT = 24 * 1024 * 1024


class _Number(str):
    """A number as it is written, so that `2` is not `2.0`."""


def _no_constant(_):
    raise ValueError("not JSON")


def encode_json(message):
    return b'{"v":2,"data":"' + base64.b64encode(message) + b'"}'


def parse_json(text):
    if len(text) > TEXT_LIMIT:
        raise Refused("TOO_LARGE")
    try:
        # Members as pairs: a member that comes twice has to be seen. A tuple is an object, a list an array.
        members = json.loads(text.decode("utf-8"), parse_int=_Number, parse_float=_Number, parse_constant=_no_constant,
                             object_pairs_hook=tuple)
    except (ValueError, RecursionError):
        raise Refused("MALFORMED") from None
    if not isinstance(members, tuple):
        raise Refused("MALFORMED")
    versions = [value for name, value in members if name == "v"]
    data = [value for name, value in members if name == "data"]
    if len(versions) != 1 or len(data) != 1 or not isinstance(versions[0], _Number) or versions[0] != "2":
        raise Refused("MALFORMED")
    if not isinstance(data[0], str) or isinstance(data[0], _Number):
        raise Refused("MALFORMED")
    try:
        encoded = data[0].encode("ascii")
        message = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error):
        raise Refused("MALFORMED") from None
    if base64.b64encode(message) != encoded:
        raise Refused("MALFORMED")
    return message
