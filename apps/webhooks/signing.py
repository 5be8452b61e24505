"""Signatures in the form of standardwebhooks.com: HMAC-SHA256 over the id, the second and the body."""

import base64
import hashlib
import hmac
import secrets

PREFIX = "whsec_"


def secret_new() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature_headers(secret: str, *, message_id: str, second: int, body: bytes) -> dict[str, str]:
    """The three headers of a delivery; `second` is its time, in seconds since 1970."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{second}.".encode() + body
    signature = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return {"webhook-id": message_id, "webhook-timestamp": str(second), "webhook-signature": f"v1,{signature}"}
