"""What compressors say of a text: each is asked how sure it is that the text is of its kind.

Those are asked first of whose kind the hint speaks, and who is certain ends the questioning, so that a clear case costs
little. Nothing here compresses; `_router`, which chooses, stands above.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from headroom.compressors._api import Compressor
from headroom.compressors._commands import retrieves
from headroom.messages import Hint

__all__ = ["CERTAIN", "Claims", "likely_first"]

CERTAIN = 0.95
"""Who says so knows all of the text to be of his kind."""
_COMMAND = 300
_SPEAKS_OF = (
    ("log", re.compile(r"/var/log/|\.log\b|\bjournalctl\b|\bdmesg\b|\blogs\b")),
    ("search", re.compile(r"(?:\A|[;&|]\s*)(?:\w+=\S+ )*(?:rg|grep|egrep|ag|git grep)\s")),
    ("diff", re.compile(r"\bgit (?:-\S+ )*(?:diff|show|log -p|stash show)\b|(?:\A|[;&|]\s*)diff\s")),
    (
        "test",
        re.compile(
            r"\b(?:pytest|jest|vitest|mocha|tsc|javac|gcc|make|cargo|gradle|mvn|go test|npm (?:test|i|install|ci))\b"
        ),
    ),
    ("listing", re.compile(r"(?:\A|[;&|]\s*)(?:ls|find|fd|tree|git ls-files)\b")),
)
"""What a command or a path says about the kind of its output. Only the order of asking depends on it."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What compressors say of a text: their scores, best first, ties in the order of asking; who was not asked, because
    somebody is certain; and the faults of those who could not say."""

    ranking: tuple[tuple[float, Compressor], ...]
    unasked: Sequence[Compressor]
    faults: tuple[str, ...]

    @classmethod
    def on(cls, text: str, hint: Hint, compressors: Sequence[Compressor]) -> Claims:
        """Ask them in order."""
        ranking: list[tuple[float, Compressor]] = []
        faults: list[str] = []
        unasked: Sequence[Compressor] = ()
        for number, compressor in enumerate(compressors):
            try:
                score = compressor.score(text, hint)
            except Exception as error:  # noqa: BLE001  # an outsider's compressor must not stop the others; it is reported
                faults.append(f"{compressor.name}.score: {type(error).__name__}: {error}")
                continue
            ranking.append((score, compressor))
            if score >= CERTAIN:
                unasked = compressors[number + 1 :]
                break
        ranking.sort(key=lambda pair: -pair[0])
        return cls(tuple(ranking), unasked, tuple(faults))


def likely_first(compressors: Sequence[Compressor], hint: Hint) -> Sequence[Compressor]:
    """The same compressors, those first of whose kind the hint speaks: if one of them is certain, nobody else is asked."""
    kind = _kind_of(hint.command[-_COMMAND:] if hint.command else None, hint.path)
    if kind is None and hint.tool and not hint.command and retrieves(hint.tool):
        kind = "prose"
    if kind is None:
        return compressors
    return sorted(compressors, key=lambda compressor: compressor.kind != kind)


@lru_cache(maxsize=512)
def _kind_of(command: str | None, path: str | None) -> str | None:
    for kind, pattern in _SPEAKS_OF:
        if (command and pattern.search(command)) or (path and kind == "log" and pattern.search(path)):
            return kind
    return None
