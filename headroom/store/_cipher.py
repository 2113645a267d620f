"""Encryption at rest: texts are sealed with a key of the user's own before they reach the disk.

AES-SIV (RFC 5297): the same text under the same key is the same bytes, as content-addressed texts are anyway, so no nonce
can be used twice. A text is bound to its namespace. Ids, digests, sizes, kinds and counts stay readable: who has the
database and guesses a text can tell that it is there. `cryptography` (extra `encryption`) is imported with the first key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets

from headroom.exceptions import ConfigError, StoreError

_BYTES = 32
_WHAT = "32 random bytes in base64; `headroom store new-key` makes one"


def new_key() -> str:
    """A fresh key, 44 characters. Whoever loses it loses the texts."""
    return base64.urlsafe_b64encode(secrets.token_bytes(_BYTES)).decode()


class Cipher:
    """Seals and opens texts with one key.

    Raises:
        ConfigError: the key is none, or the extra is not installed.
    """

    def __init__(self, key: str) -> None:
        try:
            raw = base64.b64decode(key.strip().translate(_URL) + "=" * (-len(key.strip()) % 4), validate=True)
        except (ValueError, binascii.Error) as e:
            raise ConfigError(f"the store's key is no base64; it must be {_WHAT}") from e
        if len(raw) != _BYTES:
            raise ConfigError(f"the store's key has {len(raw)} bytes; it must be {_WHAT}")
        try:
            from cryptography.exceptions import InvalidTag  # noqa: PLC0415  # an extra
            from cryptography.hazmat.primitives.ciphers.aead import AESSIV  # noqa: PLC0415  # an extra
        except ImportError as e:
            raise ConfigError("a key for the store needs: pip install 'headroom-context[encryption]'") from e
        self._siv = AESSIV(hashlib.blake2b(raw, digest_size=64, person=b"headroom store").digest())
        self._wrong = InvalidTag

    def __repr__(self) -> str:
        return "Cipher(…)"

    def seal(self, data: bytes, namespace: str) -> bytes:
        """`data`, which is not empty, as bytes that only `open` with the same key and namespace undoes; 16 bytes longer."""
        return self._siv.encrypt(data, [namespace.encode()])

    def open(self, sealed: bytes, namespace: str) -> bytes:
        """What `seal` was given.

        Raises:
            StoreError: another key has sealed it, or it is damaged.
        """
        try:
            return self._siv.decrypt(sealed, [namespace.encode()])
        except (self._wrong, ValueError) as e:
            raise StoreError("a stored text is damaged, or another key has encrypted it") from e


_URL = str.maketrans("-_", "+/")
