"""stub"""

from __future__ import annotations
import re
from headroom.exceptions import SliceError


class LinePattern:
    def __init__(self, p: str) -> None:
        try:
            self.p = re.compile(p)
        except re.error as e:
            raise SliceError(str(e)) from e

    def end(self, line: str, at: int = 0) -> int:
        m = self.p.search(line, at)
        return m.end() if m else -1
