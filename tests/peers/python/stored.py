"""Data at rest, read as docs/parcel.md, docs/vault.md and docs/trust.md say and from them alone: parcels, keyrings,
grants, manifests, trust statements, device files.

    stored.py                                                              the vectors of tests/vectors/secenv
    stored.py open-parcel PARCEL --pin sha256//BASE64 --keys KEYS.json     one document, to the standard output
"""

import argparse
import base64
import json
import sys
from hmac import compare_digest
from pathlib import Path

from blake3 import blake3
from nacl.bindings import crypto_pwhash_ALG_ARGON2ID13, crypto_pwhash_alg

from secenv_peer import xwing
from secenv_peer.identity import pin, verify
from secenv_peer.notation import BOX, TAG, H, Refused, derive, lp, u8, u64, unbox

VECTORS = Path(__file__).parents[2] / "vectors" / "secenv"
STATES = {1: "active", 2: "decrypt-only", 3: "destroyed"}
ID_LIMIT, EXTENSIONS_LIMIT, SPKI_LIMIT, SIGNATURE_LIMIT = 128, 4096, 2048, 1024
SPKI_LEAST, SIGNATURE_LEAST = 44, 64
LENGTH_LIMIT, CHUNKS_LIMIT, WRAPS_LIMIT, GROUP = 2**48, 2**28, 64, 1024
GRANT_LIMIT, GRANT_KEYS, KEYRING_KEYS, ENTRIES_LIMIT = 2**20, 4096, 65536, 1_000_000
STATEMENT_LIMIT, CHAIN_LIMIT, ROOTS_LIMIT, ROLE_LIMIT, SIGNATURES_LIMIT = 2**14, 64, 8, 4, 16
ROLES = ("sessions", "grants", "manifests")
PASSPHRASE_LIMIT, OPERATIONS, MEMORY = 2**20, (1, 10), (8192, 2**30)
HASH, KEY_ID = 32, 16
WRAP = KEY_ID + BOX + 32
KEY = 16 + 8 + 1 + 8 + 32


def check(holds, status="REJECTED"):
    if not holds:
        raise Refused(status)


def hash3(context, x):
    return blake3(x, derive_key_context=context).digest()


class Fields:
    """Reads a file field by field; `status` is what a file with an impossible one is."""

    def __init__(self, data, status="MALFORMED"):
        self.data, self.at, self.status = data, 0, status

    def check(self, holds):
        check(holds, self.status)

    def left(self):
        return len(self.data) - self.at

    def take(self, length):
        self.check(length <= self.left())
        self.at += length
        return self.data[self.at - length:self.at]

    def number(self, length, least=0):
        n = int.from_bytes(self.take(length), "big")
        self.check(least <= n < 2**63)
        return n

    def limited(self, length, limit, least=0):
        n = self.number(length, least)
        check(n <= limit, "TOO_LARGE")
        return n

    def lp16(self, limit, over="TOO_LARGE", least=0):
        field = self.take(self.number(2))
        check(len(field) <= limit, over)
        self.check(len(field) >= least)
        return field

    def magic(self, letter, *numbers):
        """`secenv`, the letter, the version, and what else is fixed; the first 8 bytes."""
        wanted = b"secenv" + letter + u8(1) + bytes(numbers)
        self.check(self.take(len(wanted)) == wanted)
        return wanted[:8]

    def id(self):
        raw = self.lp16(ID_LIMIT, self.status)
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            raise Refused(self.status) from None
        self.check(all(c >= " " and not "\x7f" <= c <= "\x9f" and c != "\\" for c in text))
        self.check(all(segment not in ("", ".", "..") for segment in text.split("/")))
        return text

    def extensions(self, over="TOO_LARGE"):
        inner, last = Fields(self.lp16(EXTENSIONS_LIMIT, over), self.status), -1
        while inner.left():
            kind = inner.number(2)
            inner.check(last < kind < 0x8000)
            inner.lp16(EXTENSIONS_LIMIT)
            last = kind

    def keys(self, limit, states):
        """The rest, the keys of a keyring or a grant: ascending by (epoch, id), no id twice, at most one active."""
        count, keys = self.number(4), []
        self.check(count <= limit)
        for _ in range(count):
            key = {"id": self.take(KEY_ID), "epoch": self.number(8, 1), "state": STATES.get(self.number(1)),
                   "created": self.number(8), "material": self.take(32)}
            self.check(key["state"] in states)
            self.check((key["state"] == "destroyed") == (key["material"] == bytes(32)))
            keys.append(key)
        order = [(key["epoch"], key["id"]) for key in keys]
        self.check(all(a < b for a, b in zip(order, order[1:])))
        self.check(len({key["id"] for key in keys}) == len(keys))
        self.check([key["state"] for key in keys].count("active") <= 1)
        self.end()
        return keys

    def author(self, context, signer, pins, signed=None):
        """The end of a signed file: who signed all before it, or `signed`. The chain value."""
        signed = self.data[:self.at] if signed is None else signed
        spki, signature = self.lp16(SPKI_LIMIT, least=SPKI_LEAST), self.lp16(SIGNATURE_LIMIT, least=SIGNATURE_LEAST)
        self.end()
        check(pin(spki) == signer and signer in pins)
        verify(spki, signature, lp(context) + lp(signed))
        return H(lp(context + " chain") + lp(signed))

    def end(self):
        self.check(self.left() == 0)


class Parcel:
    """A parcel whose fields and signature hold. It is whole if all of `sealed_chunks` hold."""

    def __init__(self, file, pins):
        fields = Fields(file)
        fields.magic(b"P", 1)
        shift = fields.number(1)
        fields.check(12 <= shift <= 20)
        self.size = 1 << shift
        self.capacity = fields.limited(1, WRAPS_LIMIT, 1)
        fields.check(fields.number(1) == 0)
        self.revision, self.vault = fields.number(8, 1), fields.take(16)
        fields.take(32)
        signer = fields.take(HASH)
        self.id = fields.id()
        fields.extensions("MALFORMED")
        self.head, self.commitment = fields.data[:fields.at], fields.take(32)
        self.header = fields.data[:fields.at]
        self.slots = [fields.take(22 + WRAP * self.capacity) for _ in range(2)]
        fields.check(fields.left() >= 10)
        end = Fields(file[-10:])
        self.length, size = end.number(8), end.number(2)
        end.check(self.length <= len(file) and size <= 4 + SPKI_LIMIT + SIGNATURE_LIMIT)
        check(self.length <= LENGTH_LIMIT, "TOO_LARGE")
        self.chunks = max(1, -(-self.length // self.size))
        check(self.chunks <= CHUNKS_LIMIT, "TOO_LARGE")
        sealed, nodes = self.length + (TAG + HASH) * self.chunks, -(-self.chunks // GROUP)
        fields.check(fields.left() == sealed + HASH * nodes + size + 10)
        self.groups, self.top = fields.take(sealed), fields.take(HASH * nodes)
        self.root = hash3("secenv parcel 1 root", self.header + u64(self.length) + self.top)
        Fields(fields.take(size)).author("secenv parcel 1", signer, pins, self.root)

    def wraps(self):
        """The wraps of the slot in force. A slot that does not hold is passed over, as a torn one."""
        good = []
        for raw in self.slots:
            sequence, count, zero, wraps = int.from_bytes(raw[:4], "big"), raw[4], raw[5], raw[6:-16]
            proof = H(lp("secenv parcel 1 slot") + lp(self.header) + lp(raw[:-16]))[:16]
            fits = sequence >= 1 and 1 <= count <= self.capacity and zero == 0 and not any(wraps[WRAP * count:])
            if fits and raw[-16:] == proof:
                good.append((sequence, [wraps[WRAP * n:WRAP * (n + 1)] for n in range(count)]))
        check(good)
        return max(good, key=lambda slot: slot[0])[1]

    def content_key(self, keys):
        usable = [key for key in keys if key["state"] in ("active", "decrypt-only")]
        tries = [(key, wrap) for wrap in self.wraps() for key in usable if key["id"] == wrap[:KEY_ID]]
        check(tries, "NO_KEY")
        for key, wrap in tries:
            try:
                content = unbox(derive(key["material"], "secenv parcel 1 wrap", b""), self.header, wrap[KEY_ID:])
            except Refused:
                continue
            if compare_digest(derive(content, "secenv parcel 1 commitment", self.head), self.commitment):
                return content
        raise Refused("REJECTED")

    def sealed_chunks(self):
        """Each sealed chunk, once its group's leaves hold against the node and it against its leaf."""
        groups, last = Fields(self.groups), self.chunks - 1
        for first in range(0, self.chunks, GROUP):
            numbers = range(first, min(first + GROUP, self.chunks))
            sizes = [TAG + (self.size if n < last else self.length - last * self.size) for n in numbers]
            chunks = [groups.take(size) for size in sizes]
            leaves = [groups.take(HASH) for _ in numbers]
            node = self.top[HASH * (first // GROUP):][:HASH]
            check(hash3("secenv parcel 1 group", b"".join(leaves)) == node)
            for chunk, leaf in zip(chunks, leaves):
                check(hash3("secenv parcel 1 chunk", chunk) == leaf)
                yield chunk

    def open(self, keys):
        key, plain = derive(self.content_key(keys), "secenv parcel 1 chunks", self.head), bytearray()
        for n, chunk in enumerate(self.sealed_chunks()):
            nonce = bytes(15) + u8(n == self.chunks - 1) + u64(n)
            plain += unbox(key, b"", nonce + chunk)
        return bytes(plain)


def open_parcel(file, pins, keys):
    """The document; `keys` are as those of a keyring or a grant."""
    return Parcel(file, pins).open(keys)


def open_lock(fields, magic, kind, secret):
    """The master key. `kind` is "passphrase" or "raw"."""
    check(1 <= len(secret) <= PASSPHRASE_LIMIT if kind == "passphrase" else len(secret) == 32, "INVALID_ARGUMENT")
    start = fields.at
    number, operations, memory = fields.number(1), fields.number(4), fields.number(8)
    fields.check(number in (1, 2))
    if number == 1:
        fields.check(operations >= OPERATIONS[0] and memory >= MEMORY[0])
        check(operations <= OPERATIONS[1] and memory <= MEMORY[1], "TOO_LARGE")
    else:
        fields.check(operations == 0 and memory == 0)
    salt = fields.take(16)
    settings = magic + fields.data[start:fields.at]
    commitment, wrap = fields.take(32), fields.take(BOX + 32)

    check(number == (1 if kind == "passphrase" else 2))
    unlock = secret
    if number == 1:
        unlock = crypto_pwhash_alg(32, secret, salt, operations, memory, crypto_pwhash_ALG_ARGON2ID13)
    check(compare_digest(derive(unlock, "secenv lock 1 commitment", settings), commitment))
    return unbox(derive(unlock, "secenv lock 1 wrap", magic), settings + commitment, wrap)


def open_keyring(file, unlock):
    """The ring's id and its keys; `unlock` is (kind, secret). It is the reader's own: what is wrong with it is damage."""
    try:
        return read_keyring(file, unlock)
    except Refused as refused:
        raise Refused("DAMAGED" if refused.status in ("MALFORMED", "TOO_LARGE") else refused.status) from None


def read_keyring(file, unlock):
    fields = Fields(file)
    magic = fields.magic(b"K")
    lock = Fields(fields.take(133))
    body = fields.take(fields.left())
    fields.check(len(body) >= BOX)
    check(len(body) <= BOX + 16 + 2 + EXTENSIONS_LIMIT + 4 + KEY * KEYRING_KEYS, "TOO_LARGE")
    master = open_lock(lock, magic, *unlock)

    plain = Fields(unbox(derive(master, "secenv keyring 1 body", b""), magic, body), "REJECTED")
    ring = plain.take(16)
    plain.extensions("REJECTED")
    return {"ring": ring, "keys": plain.keys(KEYRING_KEYS, STATES.values())}


def device(file, letter=b"D"):
    """The seed in DEVICE.key, or with the letter `d` the public key in DEVICE.pub."""
    fields = Fields(file)
    fields.magic(letter, 1)
    key = fields.take({b"D": xwing.SEED, b"d": xwing.PUBLIC}[letter])
    fields.end()
    return key


def device_id(public):
    return H(lp("secenv device 1") + lp(public))[:16]


def open_grant(file, pins, device_seed):
    """The terms of a grant to this device, and its keys."""
    check(len(file) <= GRANT_LIMIT, "TOO_LARGE")
    fields = Fields(file)
    fields.magic(b"G", 1)
    terms = {"vault": fields.take(16), "device": fields.take(16), "sequence": fields.number(8, 1)}
    terms |= {name: fields.number(8) for name in ("issued", "not_before", "not_after", "max_offline")}
    fields.check(terms["not_before"] <= terms["not_after"])
    terms["previous"], signer = fields.take(32), fields.take(HASH)
    fields.extensions()
    kem = fields.take(xwing.CIPHERTEXT)
    ad = fields.data[:fields.at]
    sealed = fields.take(fields.number(4))
    fields.check(len(sealed) >= BOX)
    terms["chain"] = fields.author("secenv grant 1", signer, pins)
    check(terms["device"] == device_id(xwing.public_key(device_seed)), "FOREIGN")
    secret = derive(xwing.decapsulate(device_seed, kem), "secenv grant 1 keys", ad)
    plain = Fields(unbox(secret, ad, sealed), "REJECTED")
    return terms | {"keys": plain.keys(GRANT_KEYS, ("active", "decrypt-only"))}


def manifest(file, pins):
    """The terms of a manifest, and its entries."""
    fields = Fields(file)
    fields.magic(b"M")
    terms = {"vault": fields.take(16), "version": fields.number(8, 1), "issued": fields.number(8),
             "expires": fields.number(8), "previous": fields.take(32)}
    fields.check(terms["issued"] <= terms["expires"])
    signer = fields.take(HASH)
    fields.extensions()
    count = fields.limited(4, ENTRIES_LIMIT)
    fields.check(count * (2 + 1 + 8 + HASH + 8) <= fields.left())
    entries = [{"id": fields.id(), "revision": fields.number(8, 1), "root": fields.take(HASH),
                "length": fields.number(8)} for _ in range(count)]
    ids = [entry["id"].encode() for entry in entries]
    fields.check(all(a < b for a, b in zip(ids, ids[1:])))
    return terms | {"chain": fields.author("secenv manifest 1", signer, pins), "entries": entries}


class Statement:
    """A trust statement at the front of `data`: what it says, and who signed it. Nothing of it is verified."""

    def __init__(self, data):
        fields = Fields(data)
        # The version of this format is 2.
        fields.check(fields.take(8) == b"secenvT" + u8(2))
        self.version, issued, expires = fields.number(8, 1), fields.number(8), fields.number(8)
        fields.check(expires == 0 or issued <= expires)
        self.expires = expires or None
        shared = fields.number(1)
        fields.check(shared in (0, 1))
        self.threshold = fields.number(1)
        self.roots = [fields.take(HASH) for _ in range(fields.limited(1, ROOTS_LIMIT))]
        self.roles = {}
        for role in ROLES:
            count = fields.limited(1, ROLE_LIMIT)
            self.roles[role] = [(fields.take(HASH), fields.number(8)) for _ in range(count)]
        fields.extensions()
        self.body = data[:fields.at]
        fields.check(1 <= self.threshold <= len(self.roots))
        fields.check(all(a < b for a, b in zip(self.roots, self.roots[1:])))
        named = {role: [one for one, _ in pins] for role, pins in self.roles.items()}
        for pins in named.values():
            fields.check(pins and len(set(pins)) == len(pins) and not set(pins) & set(self.roots))
        fields.check(shared or not set(named["sessions"]) & set(named["grants"] + named["manifests"]))
        self.signatures = []
        for _ in range(fields.limited(1, SIGNATURES_LIMIT)):
            spki = fields.lp16(SPKI_LIMIT, least=SPKI_LEAST)
            signature = fields.lp16(SIGNATURE_LIMIT, least=SIGNATURE_LEAST)
            self.signatures.append((pin(spki), spki, signature))
        signers = [signer for signer, _, _ in self.signatures]
        fields.check(all(a < b for a, b in zip(signers, signers[1:])))
        self.length = fields.at
        check(self.length <= STATEMENT_LIMIT, "TOO_LARGE")
        self.digest = H(lp("secenv trust 2 digest") + lp(self.body))

    def signed_by(self, roots, threshold):
        """Whether so many of these roots signed it; what does not hold does not count."""
        count = 0
        for signer, spki, signature in self.signatures:
            if signer in roots:
                try:
                    verify(spki, signature, lp("secenv trust 2") + lp(self.body))
                except Refused:
                    continue
                count += 1
        return count >= threshold


def chain_of(file):
    check(len(file) <= CHAIN_LIMIT * STATEMENT_LIMIT, "TOO_LARGE")
    chain, at = [], 0
    while at < len(file) or not chain:
        check(len(chain) < CHAIN_LIMIT, "TOO_LARGE")
        chain.append(Statement(file[at:]))
        at += chain[-1].length
    return chain


def trust(chain, begin, now):
    """What a holder has after a chain. `begin` is the statement that it holds, or its (roots, threshold)."""
    if isinstance(begin, bytes):
        held, = chain_of(begin)
        check(held.signed_by(held.roots, held.threshold))
        version, roots, threshold = held.version, held.roots, held.threshold
    else:
        held, version, (roots, threshold) = None, 0, begin
    chain, taken = chain_of(chain), 0
    check(any(one.version >= version for one in chain), "STALE")
    for one in chain:
        if one.version < version:
            continue
        if one.version == version:
            check(one.digest == held.digest)
            continue
        check(one.version == version + 1, "OUT_OF_ORDER")
        check(one.signed_by(roots, threshold) and one.signed_by(one.roots, one.threshold))
        held, version, roots, threshold, taken = one, one.version, one.roots, one.threshold, taken + 1
    check(held.expires is None or now <= held.expires, "EXPIRED")
    said = {"taken": taken, "version": version, "digest": held.digest}
    for role, pins in held.roles.items():
        said[role] = [one for one, until in pins if until == 0 or now <= until]
        check(said[role], "EXPIRED")
    return said


def keys_of(listed):
    return [key | {"id": bytes.fromhex(key["id"]), "material": bytes.fromhex(key["material"])} for key in listed]


def shown(value):
    """A result as a vector has it: bytes in hex."""
    if isinstance(value, dict):
        return {name: shown(member) for name, member in value.items()}
    if isinstance(value, list):
        return [shown(member) for member in value]
    return value.hex() if isinstance(value, bytes) else value


def judge_parcel(file, given):
    parcel = Parcel(file, given["pins"])
    terms = {name: getattr(parcel, name) for name in ("id", "revision", "length", "root", "vault")}
    return terms | {"plain": parcel.open(keys_of(given["keys"]))}


def judge_trust(file, given):
    begin = bytes.fromhex(given.get("statement", ""))
    if not begin:
        begin = sorted(bytes.fromhex(root) for root in given["roots"]), given["threshold"]
    return trust(file, begin, given["now"])


JUDGES = {
    "parcel": judge_parcel,
    "keyring": lambda file, given: open_keyring(file, (given["kind"], bytes.fromhex(given["secret"]))),
    "grant": lambda file, given: open_grant(file, given["pins"], bytes.fromhex(given["seed"])),
    "manifest": lambda file, given: manifest(file, given["pins"]),
    "trust": judge_trust,
}


def judge(name, group, test):
    """Whether the test is a valid one; an AssertionError if it is not judged as it says."""
    given, made, status = group | test, {}, "OK"
    given["pins"] = [bytes.fromhex(each) for each in given.get("pins", [])]
    try:
        made = shown(JUDGES[name](bytes.fromhex(test["file"]), given))
    except Refused as refused:
        status = refused.status
    where = (name, test["tcId"], test["comment"], status, made)
    assert status == test["status"] and (status == "OK") == (test["result"] == "valid"), where
    assert all(value == test[member] for member, value in made.items()), where
    return status == "OK"


def judge_all():
    ran = []
    for name in JUDGES:
        path, = VECTORS.glob(f"{name}_v*.json")
        file = json.loads(path.read_text())
        results = [judge(name, group, test) for group in file["testGroups"] for test in group["tests"]]
        assert len(results) == file["numberOfTests"], name
        ran += results
    print(f"stored: {len(ran)} vectors ({ran.count(True)} valid, {ran.count(False)} invalid)")


def pin_argument(text):
    value = base64.b64decode(text.removeprefix("sha256//"), validate=True)
    if len(value) != HASH:
        raise ValueError("not a pin")
    return value


def main():
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command")
    opening = commands.add_parser("open-parcel")
    opening.add_argument("parcel", type=Path)
    opening.add_argument("--pin", type=pin_argument, action="append", required=True)
    opening.add_argument("--keys", type=Path, required=True, help='[{"id", "state", "material"}] or {"keys": those}')
    given = parser.parse_args()
    if given.command is None:
        return judge_all()
    listed = json.loads(given.keys.read_text())
    keys = keys_of(listed["keys"] if isinstance(listed, dict) else listed)
    try:
        plain = open_parcel(given.parcel.read_bytes(), given.pin, keys)
    except Refused as refused:
        sys.exit(refused.status)
    sys.stdout.buffer.write(plain)


if __name__ == "__main__":
    main()
