"""The per-install token: what a caller must show before a server of ours lets it read originals.

Made at the first use, kept in the home folder (folder 0700, file 0600), the same for every server of one user. Who can
read the file can read the store as well, so it protects against web pages, other users and other machines, not against
the user's own programs. Below stands `config`; above, the servers.
"""

from __future__ import annotations

import contextlib
import hmac
import os
import secrets
from pathlib import Path

from headroom import config
from headroom.exceptions import ConfigError

_FILE = "token"


def install_token() -> str:
    """The token; made and kept when there is none yet. Any number of processes may ask at once and get the same.

    Raises:
        ConfigError: when it can neither be read nor written.
    """
    path = config.home() / _FILE
    try:
        found = _read(path)
        if found is None:
            _create(path)
            found = _read(path)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}; the token for local servers is kept there") from error
    if not found:
        raise ConfigError(f"{path}: holds no token; remove the file, and a new one is made")
    return found


def matches(given: str | None, token: str) -> bool:
    """Whether an `Authorization` header ("Bearer …") or a bare token is the right one, in constant time."""
    if not given:
        return False
    scheme, _, rest = given.partition(" ")
    shown = rest.strip() if scheme.lower() == "bearer" and rest else given
    return hmac.compare_digest(shown.encode("utf-8", "surrogateescape"), token.encode())


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return None


def _create(path: Path) -> None:
    """Written whole under another name and then linked, so that nobody ever reads half a token, or one of two."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(secrets.token_urlsafe(32))
        with contextlib.suppress(FileExistsError):  # another process was first: its token holds
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
