"""How a store turns texts into bytes and back, and which strings may serve as ids, keys and labels.

Bytes start with one format byte, so that another codec can come later without a migration: `0x00` is UTF-8 as it stands,
`0x01` is zlib, `0x02` is one of these two, sealed by a `Cipher`. Lone surrogates survive (`surrogatepass`). Imports
nothing heavy; both stores stand above.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Sequence

from headroom.exceptions import StoreError
from headroom.store._api import ID_PREFIX, MAX_DIGITS, MIN_DIGITS, Entry
from headroom.store._cipher import Cipher

MAX_LABEL = 200
"""Code points that are kept of a kind, a compressor's name or a reason."""
MAX_KEY = 128

_RAW = b"\x00"
_ZLIB = b"\x01"
_SEALED = b"\x02"
_LEVEL = 1  # 60 kB in 0.13 ms; level 6 takes 0.34 ms and saves another fifth
_SMALL = 32_768  # eight pages of a database: compressing less costs more time than its room is worth
_ID = re.compile(r"[!-~]{1,40}\Z")
_KEY = re.compile(r"[!-~]{1,128}\Z")
_UNPRINTABLE = re.compile(r"[\x00\ud800-\udfff]")


def to_utf8(text: str) -> bytes:
    """The text's bytes; lone surrogates become three bytes each."""
    return text.encode("utf-8", "surrogatepass")


def digest(data: bytes) -> str:
    """32 hex digits that name `data`; `content_id` is made of the first of them."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def pack(data: bytes, namespace: str = "", cipher: Cipher | None = None) -> bytes:
    """`data` for the disk: a format byte and the body, compressed where that is shorter; sealed where there is a cipher."""
    packed = _RAW + data
    if len(data) >= _SMALL:
        squeezed = zlib.compress(data, _LEVEL)
        packed = _ZLIB + squeezed if len(squeezed) < len(data) else packed
    return packed if cipher is None else _SEALED + cipher.seal(packed, namespace)


def unpack(packed: bytes, namespace: str = "", cipher: Cipher | None = None) -> str:
    """The text that `pack(to_utf8(text))` holds.

    Raises:
        StoreError: when the bytes are damaged or were written by a newer Headroom, or cannot be opened with this key.
    """
    if packed[:1] == _SEALED:
        if cipher is None:
            raise StoreError("its texts are encrypted: set HEADROOM_STORE_KEY, or pass key=")
        packed = cipher.open(packed[1:], namespace)
    form, body = packed[:1], memoryview(packed)[1:]
    try:
        if form == _ZLIB:
            return str(zlib.decompress(body), "utf-8", "surrogatepass")
        if form == _RAW:
            return str(body, "utf-8", "surrogatepass")
    except (zlib.error, UnicodeDecodeError) as e:
        raise StoreError(f"a stored text is damaged ({e})") from e
    raise StoreError(f"a stored text has the unknown format {form!r}: a newer Headroom wrote it, upgrade this one")


def is_id(id: str) -> bool:
    """Whether `id` can have been stored at all: 1 to 40 printable ASCII characters."""
    return _ID.match(id) is not None


def checked_id(id: str) -> str:
    """`id`, or StoreError when it cannot serve as one."""
    if not is_id(id):
        raise StoreError(f"{id[:60]!r} cannot be an id: 1 to 40 printable ASCII characters are needed")
    return id


def stored_key(key: str) -> str:
    """The ledger's spelling of a key: itself, or a digest of it when it is too long or not plain ASCII."""
    return key if _KEY.match(key) else "key:" + digest(to_utf8(key))


def label(text: str) -> str:
    """A kind, name or reason as every database can hold it: cut at `MAX_LABEL`, without NUL and lone surrogates."""
    return _UNPRINTABLE.sub("\ufffd", text[:MAX_LABEL])


def line_count(text: str) -> int:
    """Lines as retrieval counts them: what stands after a last line end is no line."""
    return text.count("\n") + (not text.endswith("\n"))


def checked_namespace(namespace: str) -> str:
    """`namespace`, or StoreError when a database could not hold it or would confuse it with another one."""
    if not 1 <= len(namespace) <= MAX_KEY or namespace != namespace.strip() or _UNPRINTABLE.search(namespace):
        raise StoreError(f"namespace={namespace[:60]!r}: 1 to {MAX_KEY} characters, no NUL, no blanks around")
    return namespace


def longer_ids(id: str, text_digest: str) -> list[str]:
    """The ids that a text may take when another text has its id, shortest first."""
    taken = len(id) - len(ID_PREFIX)
    return [ID_PREFIX + text_digest[:n] for n in range(MIN_DIGITS + 4, MAX_DIGITS + 1, 4) if n > taken]


def check_entries(entries: Sequence[Entry]) -> None:
    """Refuse entries that could not be kept as the contract promises; nothing of their batch is saved then."""
    for entry in entries:
        if entry.id is not None:
            checked_id(entry.id)
        elif entry.original is not None or entry.visible is not None:
            raise StoreError("an entry with an original or a visible text needs an id")


def unknown(id: str) -> str:
    """What `UnknownIdError` says."""
    return f"{id[:60]!r} was never stored here; asking again will not help"


def expired(id: str) -> str:
    """What `ExpiredIdError` says."""
    return f"{id!r} was stored here and has been removed; run the tool again to get its content"
