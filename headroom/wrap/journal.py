"""What was written into files of others, with the bytes that stood there before: the way back.

One entry per file and owner, in `journal/` of the home folder (0700, entries 0600: configuration may hold keys). The
entry is on disk before the file changes, and the file changes in one step, so whatever kills us, an undo finds either
the old bytes or ours. It compares by hash:

* the file is as we left it: the old bytes come back, exactly;
* the file is as it was before: nothing to do;
* it was changed otherwise since: only our settings are taken out.

`edits` says what a change is. Above stands the command line.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from headroom.exceptions import ConfigError
from headroom.wrap import edits
from headroom.wrap.edits import Planned, Setting

__all__ = ["Entry", "Journal", "Undone"]

_FOLDER = "journal"
_LOCK = "journal.lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A change that was begun. `made` are folders that were made for the file, the outermost first; `sharers` are others
    who found it made, and whose it is when its owner has gone.
    """

    id: str
    owner: str
    planned: Planned
    mode: int | None
    made: tuple[Path, ...]
    sharers: tuple[str, ...] = ()

    @property
    def holders(self) -> tuple[str, ...]:
        """All who rely on it, the owner first."""
        return (self.owner, *self.sharers)

    @property
    def draft(self) -> Path:
        """Where the new bytes are written before they take the file's place."""
        return self.planned.file.with_name(f".{self.planned.file.name}.{self.id}.headroom")


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What an undo did. `exact`: the file is byte for byte what it was. `left`: settings that others changed since."""

    file: Path
    exact: bool
    left: tuple[str, ...] = ()
    untouched: bool = False
    gone: bool = False

    @property
    def said(self) -> str:
        """One sentence."""
        if self.gone:
            return f"{self.file} is gone" + (", as it was not there before" if self.exact else "; it stays away")
        if self.untouched:
            return f"{self.file} is as it was before; nothing to undo"
        if self.exact:
            return f"{self.file} is byte for byte what it was before"
        kept = f"; {', '.join(self.left)} was given another value since and stays" if self.left else ""
        return f"{self.file} was changed otherwise since: our settings were taken out, the rest stays{kept}"


class Journal:
    """The entries below one home folder."""

    def __init__(self, home: Path) -> None:
        self._folder = home / _FOLDER

    def apply(self, owner: str, planned: Planned) -> bool:
        """Write what was planned; False where the file says so already.

        Raises:
            ConfigError: it cannot be written, or has changed since it was planned.
        """
        if planned.before == planned.after:
            return False
        file = planned.file
        try:
            if _bytes(file) != planned.before:
                raise ConfigError(f"{file} has just been changed by somebody else; try again")
            made = tuple(reversed([p for p in file.parents if not p.exists()]))
            mode = file.stat().st_mode & 0o7777 if planned.before is not None else None
            entry = Entry(
                id=f"{time.time_ns():020d}-{secrets.token_hex(3)}", owner=owner, planned=planned, mode=mode, made=made
            )
            self._write(entry)
            file.parent.mkdir(parents=True, exist_ok=True)
            _replace(entry, planned.after)
        except OSError as error:
            raise ConfigError(f"{error.filename or file}: {error.strerror}; nothing was changed") from error
        return True

    def entries(self, owner: str | None = None) -> list[Entry]:
        """Those of an owner, or all, the oldest first.

        Raises:
            ConfigError: one cannot be read.
        """
        return [entry for entry in self._read() if owner in (None, entry.owner)]

    def undo(self, entry: Entry) -> Undone:
        """Put the file back and forget the entry. May be repeated after it was killed at any point.

        Raises:
            ConfigError: the file cannot be read, written or understood; the entry stays.
        """
        file, before = entry.planned.file, entry.planned.before
        try:
            entry.draft.unlink(missing_ok=True)
            now = _bytes(file)
            wanted, left = self._wanted(entry, now)
            if wanted != now:
                _replace(entry, wanted)
            if _digest(_bytes(file)) != _digest(wanted):
                raise ConfigError(f"{file} was changed by somebody else meanwhile; run this again")
            if wanted is None:
                for folder in reversed(entry.made):
                    with suppress(OSError):  # others have put something there
                        folder.rmdir()
            self._forget(entry)
        except OSError as error:
            raise ConfigError(f"{error.filename or file}: {error.strerror}") from error
        return Undone(file=file, exact=wanted == before, left=left, untouched=now == before, gone=wanted is None)

    def hand_over(self, entry: Entry, holders: Sequence[str]) -> None:
        """From now on the change is made for these, the first of whom owns it."""
        self._write(replace(entry, owner=holders[0], sharers=tuple(dict.fromkeys(holders[1:]))))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes out that ask for the same, where nothing is written yet as well. Not to be nested.

        Raises:
            ConfigError: the folder cannot be written to.
        """
        try:
            self._folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = (self._folder.parent / _LOCK).open("ab")
        except OSError as error:
            raise ConfigError(f"{error.filename}: {error.strerror}") from error
        with file:
            _lock(file)
            yield

    def undo_difference(self, entry: Entry) -> str:
        """What `undo` would change, as a unified diff."""
        now = _bytes(entry.planned.file)
        return edits.diff(entry.planned.file, now, self._wanted(entry, now)[0])

    def _wanted(self, entry: Entry, now: bytes | None) -> tuple[bytes | None, tuple[str, ...]]:
        planned = entry.planned
        if now is None or _digest(now) in (_digest(planned.before), _digest(planned.after)):
            # A file that somebody removed stays away, unless it is we who made it or changed it.
            return (None if now is None else planned.before), ()
        return edits.taken_back(planned, now)

    def _forget(self, entry: Entry) -> None:
        """Remove the entry; later ones about the same file must not bring back what it had put there."""
        for later in self.entries():
            planned = later.planned
            if later.id > entry.id and planned.file == entry.planned.file and planned.before is not None:
                before, _ = edits.taken_back(entry.planned, planned.before)
                self._write(replace(later, planned=replace(planned, before=before)))
        self._path(entry).unlink()

    # ------------------------------------------------------------------------------------------------------- on disk

    def _path(self, entry: Entry) -> Path:
        return self._folder / f"{entry.id}.json"

    def _write(self, entry: Entry) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        planned = entry.planned
        record = {
            "owner": entry.owner,
            "sharers": entry.sharers,
            "file": str(planned.file),
            "syntax": planned.syntax,
            "settings": [[list(s.keys), s.value] for s in planned.settings],
            "before": None if planned.before is None else base64.b64encode(planned.before).decode(),
            "before_sha256": _digest(planned.before),
            "after": base64.b64encode(planned.after).decode(),
            "after_sha256": _digest(planned.after),
            "mode": entry.mode,
            "made": [str(folder) for folder in entry.made],
        }
        draft = self._path(entry).with_suffix(".tmp")
        _save(draft, json.dumps(record).encode(), 0o600)
        draft.replace(self._path(entry))

    def _read(self) -> Iterator[Entry]:
        for path in sorted(self._folder.glob("*.json")):
            try:
                yield _entry(path.stem, json.loads(path.read_bytes()))
            except (OSError, ValueError, KeyError, TypeError) as error:
                raise ConfigError(f"the journal entry {path} cannot be read: {error}") from error


def _entry(id: str, record: dict[str, Any]) -> Entry:
    before = record["before"]
    planned = Planned(
        file=Path(record["file"]),
        syntax=record["syntax"],
        settings=tuple(Setting(keys=tuple(keys), value=value) for keys, value in record["settings"]),
        before=None if before is None else base64.b64decode(before),
        after=base64.b64decode(record["after"]),
    )
    for state, digest in ((planned.before, record["before_sha256"]), (planned.after, record["after_sha256"])):
        if _digest(state) != digest:
            raise ValueError("its bytes do not have the hash that it states")
    made = tuple(Path(folder) for folder in record["made"])
    sharers = tuple(record.get("sharers", ()))
    return Entry(id=id, owner=record["owner"], planned=planned, mode=record["mode"], made=made, sharers=sharers)


def _replace(entry: Entry, content: bytes | None) -> None:
    """Give the file its new content in one step, with the permissions that it had."""
    if content is None:
        entry.planned.file.unlink(missing_ok=True)
        return
    _save(entry.draft, content, 0o600 if entry.mode is None else entry.mode)
    entry.draft.replace(entry.planned.file)


def _save(path: Path, content: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    path.chmod(mode)


def _bytes(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        """Until the file is closed; waits about ten seconds."""
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        """Until the file is closed."""
        fcntl.flock(file, fcntl.LOCK_EX)


def _digest(content: bytes | None) -> str:
    return "none" if content is None else hashlib.sha256(content).hexdigest()
