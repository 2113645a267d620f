"""One change to a configuration file of somebody else's: planned, shown, and taken back.

Pure on texts but for `plan`, which reads the file. Who writes it, and keeps what was there before, is `journal`.
"""

from __future__ import annotations

import difflib
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from headroom.exceptions import ConfigError
from headroom.wrap import _jsonc, _lines

__all__ = ["Planned", "Setting", "Syntax", "difference", "plan", "taken_back"]

Syntax: TypeAlias = Literal["json", "toml", "yaml", "env"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A value and the keys that lead to it. `.env` and YAML have one key and a string."""

    keys: tuple[str, ...]
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What a file would become. `before` is None where there is no file yet. `file` is no link."""

    file: Path
    syntax: Syntax
    settings: tuple[Setting, ...]
    before: bytes | None
    after: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Format:
    read: Callable[[str, Sequence[str]], Any]
    write: Callable[[str, Sequence[str], Any], str]
    remove: Callable[[str, Sequence[str]], str]


def _of_lines(sign: str) -> _Format:
    return _Format(
        read=lambda text, keys: _lines.read_line(text, keys[0], sign),
        write=lambda text, keys, value: _lines.write_line(text, keys[0], sign, value),
        remove=lambda text, keys: _lines.remove_line(text, keys[0], sign),
    )


_FORMATS: Mapping[str, _Format] = {
    "json": _Format(read=_jsonc.read, write=_jsonc.write, remove=_jsonc.remove),
    "toml": _Format(read=_lines.read_toml, write=_lines.write_toml, remove=_lines.remove_toml),
    "yaml": _of_lines(":"),
    "env": _of_lines("="),
}


def plan(file: Path, syntax: Syntax, settings: Sequence[Setting]) -> Planned:
    """What `file` would become with these settings.

    Raises:
        ConfigError: it cannot be read or understood, or git tracks it. The message says what to write by hand.
    """
    by_hand = "; write by hand: " + ", ".join(f"{'.'.join(s.keys)} = {s.value!r}" for s in settings)
    try:
        file = file.resolve()
        before = file.read_bytes() if file.exists() else None
        if is_tracked(file):
            raise ConfigError(f"{file} is tracked by git and is left alone{by_hand}")
        text = "" if before is None else before.decode()
        for setting in settings:
            if _value(syntax, text, setting.keys) != setting.value:
                text = _FORMATS[syntax].write(text, setting.keys, setting.value)
    except (OSError, ValueError, RecursionError) as error:
        if isinstance(error, ConfigError):
            raise
        raise ConfigError(f"{file} cannot be changed ({_said(error)}){by_hand}") from error
    return Planned(file=file, syntax=syntax, settings=tuple(settings), before=before, after=text.encode())


def taken_back(planned: Planned, now: bytes) -> tuple[bytes | None, tuple[str, ...]]:
    """The file as it is `now` without what we put into it, for one that was changed otherwise since.

    Each setting gets the value that it had before, or goes; objects that were made for it go when nothing else is in
    them. None: the file was made by us and nothing but an empty frame is left. The names are those of settings that
    have another value by now, which stay.

    Raises:
        ConfigError: the file cannot be understood any more.
    """
    form = _FORMATS[planned.syntax]
    left: list[str] = []
    try:
        text, old = now.decode(), (planned.before or b"").decode()
        for setting in reversed(planned.settings):
            if _value(planned.syntax, text, setting.keys) != setting.value:
                left.append(".".join(setting.keys))
                continue
            was = _value(planned.syntax, old, setting.keys)
            if was is not _NOTHING:
                text = form.write(text, setting.keys, was)
                continue
            text = form.remove(text, setting.keys)
            for n in range(len(setting.keys) - 1, 0, -1):
                parents = setting.keys[:n]
                if _value(planned.syntax, text, parents) == {} and _value(planned.syntax, old, parents) is _NOTHING:
                    text = form.remove(text, parents)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{planned.file} cannot be changed back: {_said(error)}") from error
    gone = planned.before is None and text.strip() in ("", "{}")
    return (None if gone else text.encode()), tuple(left)


def difference(planned: Planned) -> str:
    """The change as a unified diff; empty where there is none."""
    return diff(planned.file, planned.before, planned.after)


def diff(file: Path, before: bytes | None, after: bytes | None) -> str:
    """A unified diff of two states of a file; None is no file."""
    old, new = ((state or b"").decode("utf-8", "replace").splitlines(keepends=True) for state in (before, after))
    was, will = ("/dev/null" if state is None else str(file) for state in (before, after))
    lines = difflib.unified_diff(old, new, was, will)
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def is_tracked(file: Path) -> bool:
    """Whether git tracks the file. Without git, nothing is tracked."""
    folder = next(parent for parent in file.parents if parent.is_dir())
    git = shutil.which("git")
    if git is None:
        return False
    command = [git, "-C", str(folder), "ls-files", "--error-unmatch", "--", str(file)]
    return subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL).returncode == 0  # noqa: S603


class _Nothing:
    """No value, which is another thing than null."""


_NOTHING = _Nothing()


def _value(syntax: Syntax, text: str, keys: Sequence[str]) -> Any:
    if not text.strip():
        return _NOTHING
    try:
        return _FORMATS[syntax].read(text, keys)
    except KeyError:
        return _NOTHING


def _said(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error) or type(error).__name__
