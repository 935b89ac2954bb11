"""A passkey in software (WebAuthn, no attestation): makes and signs as a device and browser together do."""

from __future__ import annotations

import hashlib
import json
import secrets

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers import bytes_to_base64url as text

TOUCHED, HAS_KEY = 0x01, 0x40


class SoftKey:
    def __init__(self, rp_id: str) -> None:
        self.rp_id = rp_id
        self.id = secrets.token_bytes(16)
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.count = 1

    def take_over(self, other: SoftKey) -> None:
        """Be the same key at another host."""
        self.id, self.private = other.id, other.private

    def make(self, question: str, origin: str) -> str:
        """The answer to a question for a new passkey, both as JSON."""
        numbers = self.private.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        key = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(cose)
        data = self._data(TOUCHED | HAS_KEY) + key
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(
            {"clientDataJSON": _client("create", question, origin), "attestationObject": text(attestation)}
        )

    def sign(self, question: str, origin: str, *, touched: bool = True, spoiled: bool = False) -> str:
        """The answer to a question for a passkey that is known, both as JSON."""
        self.count += 1
        client, data = _client("get", question, origin), self._data(TOUCHED if touched else 0)
        signed = data + hashlib.sha256(base64url_to_bytes(client)).digest()
        signature = self.private.sign(signed + (b"!" if spoiled else b""), ec.ECDSA(SHA256()))
        return self._answer({"clientDataJSON": client, "authenticatorData": text(data), "signature": text(signature)})

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _answer(self, response: dict[str, str]) -> str:
        name = text(self.id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})


def _client(kind: str, question: str, origin: str) -> str:
    challenge = json.loads(question)["challenge"]
    said = {"type": f"webauthn.{kind}", "challenge": challenge, "origin": origin, "crossOrigin": False}
    return text(json.dumps(said).encode())
