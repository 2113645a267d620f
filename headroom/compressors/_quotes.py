"""Mails and posts that quote the ones before them: what is quoted is said once, then referred to by its lines. Lossless.

    > Dear Ann,                 ⋯ lines 31-48 = lines 9-26 behind "> "
    > here is our offer …

Above stands `prose`.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from headroom.lines import FOLD, format_ranges

__all__ = ["NOTE", "fold", "is_thread"]

NOTE = f'{FOLD} lines A = lines B behind "> ": the same text quoted; blanks at the end of a quoted blank line left out'
_MARK = re.compile(r"(?:>[ \t]?){1,9}")
_QUOTED = "\n> "
_SENT = re.compile(r"^(?:From|Von|De|Da|Van|Från|Fra): |^(?:On|Am|Le|El|Il|Op|Den) [^\n]{8,200}:$", re.MULTILINE)
"""The head of a mail, and what stands above a quotation: `On Monday, Ann wrote:`."""
_SIGNS = ("\nFrom: ", "\nVon: ", "\nDe: ", "\nDa: ", "\nVan: ", "\nFr", ":\n> ", ":\n\n> ")
_LOOK = 30_000
"""So far into a text a quotation begins."""
_FEWEST, _LEAST = 3, 120
"""Lines and characters from which on a quotation is referred to."""
_PLACES = 16
"""A line that stands in more places is looked for in the first of them."""


def is_thread(text: str) -> bool:
    """Whether these are mails or posts of which some quote others."""
    if text.find(_QUOTED, 0, _LOOK) < 0:
        return False
    head = text[:_LOOK]
    return any(sign in head for sign in _SIGNS) and len(_SENT.findall(head)) > 1


def fold(text: str, lines: Sequence[str], first_line: int) -> str | None:
    """The text with quotations of what stands above replaced by references, or None where there are none."""
    if text.find(_QUOTED) < 0 or any(line.startswith(FOLD) for line in lines):
        return None
    places: defaultdict[str, list[int]] = defaultdict(list)  # of lines that are visible
    out: list[str] = []
    found = False
    at = 0
    while at < len(lines):
        count, target, mark = _quotation(lines, at, places)
        if count >= _FEWEST and sum(map(len, lines[at : at + count])) >= _LEAST:
            span = format_ranges([(first_line + at, first_line + at + count - 1)])
            same = format_ranges([(first_line + target, first_line + target + count - 1)])
            out.append(f"{FOLD} lines {span} = lines {same} behind {json.dumps(mark)}")
            found = True
        else:
            count = 1
            out.append(lines[at])
            if len(places[lines[at]]) < _PLACES:
                places[lines[at]].append(at)
        at += count
    return "\n".join(out) if found else None


def _quotation(lines: Sequence[str], at: int, places: Mapping[str, list[int]]) -> tuple[int, int, str]:
    """How many lines from `at` on quote visible lines above, from which line on, and what stands in front of each."""
    marks = _MARK.match(lines[at])
    best = (0, 0, "")
    if marks is None:
        return best
    for end in [m.end() for m in re.finditer(r">[ \t]?", marks[0])][::-1]:
        mark, content = lines[at][:end], lines[at][end:]
        for target in places.get(content, ()) if content.strip() else ():
            count = _alike(lines, at, target, mark, places)
            best = max(best, (count, target, mark), key=lambda found: found[0])
    return best


def _alike(lines: Sequence[str], at: int, target: int, mark: str, places: Mapping[str, list[int]]) -> int:
    """How many lines from `at` on are those from `target` on behind the mark; the last of them is not blank."""
    count = whole = 0
    while at + count < len(lines) and target + count < at:
        wanted = lines[target + count]
        behind = mark + wanted if wanted.strip() else mark.rstrip()
        if lines[at + count] != behind or not (target + count in places.get(wanted, ()) or not wanted.strip()):
            break
        count += 1
        whole = count if wanted.strip() else whole
    return whole
