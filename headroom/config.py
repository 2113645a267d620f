"""What the environment says: the only place that reads it.

Every setting can also be passed in; what is passed in wins. Stands below everything but `exceptions`.

| variable | what it is | default |
|---|---|---|
| `HEADROOM_HOME` | the folder for all that Headroom keeps | `~/.headroom` |
| `HEADROOM_STORE` | SQLAlchemy URL of the store | an SQLite file `headroom.db` in the home |
| `HEADROOM_STORE_KEY` | encrypts what is stored; see `headroom store new-key` | none: nothing is encrypted |
| `HEADROOM_STORE_KEY_FILE` | a file that holds the key | none |
| `HEADROOM_TEXT_MODEL` | the folder of a model that picks words of prose; see `headroom.text_model` | none |
"""

from __future__ import annotations

import os
from pathlib import Path

from headroom.exceptions import ConfigError


def home() -> Path:
    """The folder for all that Headroom keeps, absolute. It need not exist yet.

    Raises:
        ConfigError: when there is no home directory to put it in.
    """
    chosen = os.environ.get("HEADROOM_HOME", "").strip() or "~/.headroom"
    try:
        return Path(chosen).expanduser().absolute()
    except RuntimeError as error:
        raise ConfigError(f"HEADROOM_HOME={chosen!r} cannot be resolved ({error}); set it to a folder") from error


def store_url() -> str:
    """The SQLAlchemy URL of the store that is used where none is passed in.

    Raises:
        ConfigError: when the home folder's path cannot stand in a URL.
    """
    chosen = os.environ.get("HEADROOM_STORE", "").strip()
    if chosen:
        return chosen
    path = home() / "headroom.db"
    if "?" in str(path):
        raise ConfigError(f"HEADROOM_HOME: {str(path)!r} holds a '?'; choose another folder, or set HEADROOM_STORE")
    return f"sqlite:///{path}"


def store_key() -> str | None:
    """The key that encrypts the store's texts; None where they are not encrypted.

    Raises:
        ConfigError: when the file that is named cannot be read.
    """
    key = os.environ.get("HEADROOM_STORE_KEY", "").strip()
    path = os.environ.get("HEADROOM_STORE_KEY_FILE", "").strip()
    if key or not path:
        return key or None
    try:
        return Path(path).expanduser().read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        raise ConfigError(f"HEADROOM_STORE_KEY_FILE={path!r} cannot be read ({error})") from error


def text_model() -> str | None:
    """The path of the model that picks words of prose where none is passed in; None where there is none."""
    return os.environ.get("HEADROOM_TEXT_MODEL", "").strip() or None


def environment() -> dict[str, str]:
    """A copy of the whole environment: for programs that we start, and to find where they keep their configuration."""
    return dict(os.environ)
