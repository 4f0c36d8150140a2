"""Seals and opens remora:v1 envelopes by the page docs/secrets.md alone, with libsodium: a second implementation for tests.

Reads one JSON request on standard input: {"do": "open", "envelope", "path", "private"} or
{"do": "seal", "content", "path" (may be null), "publics", "ephemeral", "nonce"}; keys, nonces and contents are base64.
"""

import base64
import hashlib
import json
import sys

from nacl.public import Box, PrivateKey, PublicKey


def key_id(public):
    return hashlib.sha256(public).digest()[:8]


def seal(content, path, publics, ephemeral, nonce):
    ids = [key_id(public) for public in publics]
    plain = bytes([0 if path is None else 1, len(ids)]) + b"".join(ids)
    if path is not None:
        plain += len(path).to_bytes(2, "big") + path
    plain += content
    sender = PrivateKey(ephemeral)
    boxes = [Box(sender, PublicKey(public)).encrypt(plain, nonce).ciphertext for public in publics]
    sealed = bytes(sender.public_key) + nonce + b"".join(boxes)
    return "remora:v1:" + "+".join(i.hex() for i in ids) + ":" + base64.b64encode(sealed).decode()


def open_envelope(envelope, path, private):
    name, version, ids, text = envelope.split(":")
    assert (name, version) == ("remora", "v1")
    ids = [bytes.fromhex(i) for i in ids.split("+")]
    sealed = base64.b64decode(text, validate=True)
    key = PrivateKey(private)
    index = ids.index(key_id(bytes(key.public_key)))
    length, rest = divmod(len(sealed) - 56, len(ids))
    assert rest == 0
    box = sealed[56 + index * length : 56 + (index + 1) * length]
    plain = Box(key, PublicKey(sealed[:32])).decrypt(box, sealed[32:56])
    flags, count = plain[0], plain[1]
    assert plain[2 : 2 + 8 * count] == b"".join(ids), "other recipients"
    at = 2 + 8 * count
    if flags == 0:
        return plain[at:]
    assert flags == 1
    end = at + 2 + int.from_bytes(plain[at : at + 2], "big")
    assert plain[at + 2 : end] == path, "another path"
    return plain[end:]


def main():
    request = json.load(sys.stdin)
    unpack = lambda name: base64.b64decode(request[name])
    path = None if request["path"] is None else request["path"].encode()
    if request["do"] == "open":
        print(base64.b64encode(open_envelope(request["envelope"], path, unpack("private"))).decode())
    else:
        publics = [base64.b64decode(public) for public in request["publics"]]
        print(seal(unpack("content"), path, publics, unpack("ephemeral"), unpack("nonce")))


main()
