"""Paragraphs that stand above already, word for word: said once, then referred to by their lines. Lossless.

Above stands `prose`, which asks for this where nothing may or need be left out.
"""

from __future__ import annotations

from collections.abc import Sequence

from headroom.lines import FOLD, format_ranges

NOTE = f"{FOLD} lines A = lines B: the same text"
_MIN_CHARS = 160
"""Shorter paragraphs cost about as much as the reference."""


def fold(text: str, lines: Sequence[str], first_line: int) -> str | None:
    """The text with repeated paragraphs replaced by references, or None when there are none. `lines` are its lines."""
    repeats = _repeats(text)
    if not repeats or any(line.startswith(FOLD) for line in lines):
        return None
    out: list[str] = []
    at = 0
    for first, last, earlier in repeats:
        out += lines[at:first]
        span = first_line + first, first_line + last
        same = first_line + earlier, first_line + earlier + last - first
        out.append(f"{FOLD} lines {format_ranges([span])} = lines {format_ranges([same])}")
        at = last + 1
    out += lines[at:]
    return "\n".join(out)


def _repeats(text: str) -> list[tuple[int, int, int]]:
    """(first line, last line, first line of the same paragraph above), ascending, 0-based. A reference never points to
    lines that are themselves references: it is always the first occurrence that stays."""
    for joint in ("\n\n", "\n"):
        parts = text.split(joint)
        seen: dict[str, int] = {}
        out: list[tuple[int, int, int]] = []
        line = 0
        for part in parts:
            height = part.count("\n")
            if len(part) >= _MIN_CHARS:
                earlier = seen.setdefault(part, line)
                if earlier != line:
                    out.append((line, line + height, earlier))
            line += height + len(joint)
        if out:
            return out
    return []
