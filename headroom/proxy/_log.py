"""The log: one JSON object per line and request. Counts, reasons and times; no content, no credential, no query string."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any, TextIO

from headroom.exceptions import ConfigError


class JsonLog:
    """Writes lines to stderr ("-"), to a file, or nowhere (None). `lost` counts lines that could not be written."""

    def __init__(self, target: str | None) -> None:
        self.lost = 0
        self._file: TextIO | None = None
        if target == "-":
            self._file = sys.stderr
        elif target is not None:
            path = Path(target).expanduser()
            try:
                handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            except OSError as e:
                raise ConfigError(f"the log {target!r} cannot be opened: {e.strerror or e}") from e
            self._file = os.fdopen(handle, "a", encoding="utf-8", buffering=1)

    def write(self, event: str, **fields: Any) -> None:
        """One line; a log that cannot be written stops nothing."""
        if self._file is None:
            return
        kept = {name: value for name, value in fields.items() if value not in (None, "", {}, 0, False)}
        try:
            line = json.dumps({"at": round(time.time(), 3), "event": event, **kept}, ensure_ascii=True)
            self._file.write(f"{line}\n")
            self._file.flush()
        except (OSError, ValueError):
            self.lost += 1

    def close(self) -> None:
        """Close the file, if it is one of ours."""
        if self._file is not None and self._file is not sys.stderr:
            self._file.close()
