"""Which passages of a text a query needs, and what that leaves of its lines.

`extract` keeps passages by score within a share of the text that the effort sets, headings on the path to them, and what
the query names word for word. Below stand `_passages` and `_ranking`; `prose` and `web_page` render what is chosen.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from headroom.compressors._api import Effort
from headroom.compressors._passages import Passage, Role, take_apart
from headroom.compressors._ranking import Ranking, rank


@dataclass(frozen=True, slots=True, kw_only=True)
class _Share:
    """How much may stay: `least` characters and `part` of the rest, of passages that score at least `floor` of the best.
    `outline` keeps every heading, as long as headings are a small part of the text."""

    least: int
    part: float
    floor: float
    outline: bool


_SHARES: Mapping[Effort, _Share] = {
    Effort.MEDIUM: _Share(least=1_200, part=0.35, floor=0.04, outline=True),
    Effort.STRONG: _Share(least=600, part=0.12, floor=0.1, outline=False),
}
_MOST_NAMED = 12
_RARE = 50
_NAMED_CHARS = 1_500
_SMALL = 60
"""A gap of fewer characters is shown: to say that it is left out costs as much."""
_PARENT = 300
_OUTLINE = 0.12


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """The passages to show: `kept` are ascending spans of characters, joined where nothing between them is left out."""

    passages: Sequence[Passage]
    kept: list[tuple[int, int]]


def extract(
    text: str,
    query: str,
    effort: Effort,
    *,
    sentences: bool,
    keep: re.Pattern[str] | None = None,
    odd: re.Pattern[str] | None = None,
) -> Extract | None:
    """What of `text` the query needs; None when the query tells nothing about it, or when next to all would stay.

    `sentences` allows to cut long lines. Lines that `keep` matches stay whole. What `odd` matches stays where it is rare.
    """
    share = _SHARES[effort]
    if len(text) < 2 * share.least:
        return None
    passages = take_apart(text, sentences=sentences)
    ranking = rank(text, passages, query)
    if ranking is None:
        return None
    must = [*_kept(text, passages, keep), *_named(passages, ranking), *_rare(text, passages, odd)]
    chosen = _choose(text, passages, ranking, share, must)
    kept = _spans(text, passages, chosen)
    if sum(b - a for a, b in kept) > 0.9 * len(text):
        return None
    return Extract(passages=passages, kept=kept)


def _choose(text: str, passages: Sequence[Passage], ranking: Ranking, share: _Share, must: Sequence[int]) -> set[int]:
    scores = _with_companions(text, passages, ranking.scores)
    chosen: set[int] = set()
    used = 0

    def take(number: int) -> None:
        nonlocal used
        while number >= 0 and number not in chosen:
            chosen.add(number)
            used += passages[number].end - passages[number].start
            number = _visible_parent(passages, number)

    for number in must:
        take(number)
    budget = share.least + share.part * (len(text) - share.least)
    floor = share.floor * max(scores)
    for number in sorted(range(len(passages)), key=lambda i: (-scores[i], i)):
        if scores[number] <= floor or used >= budget:
            break
        take(number)
    if share.outline:
        chosen.update(_outline(passages, _OUTLINE * len(text)))
    return chosen


def _outline(passages: Sequence[Passage], room: float) -> list[int]:
    """The headings down to the lowest level at which they fit into `room` characters."""
    headings = [i for i, p in enumerate(passages) if p.role is Role.HEADING]
    fitting: list[int] = []
    for level in sorted({passages[i].level for i in headings}):
        down_to = [i for i in headings if passages[i].level <= level]
        if sum(passages[i].end - passages[i].start for i in down_to) > room:
            break
        fitting = down_to
    return fitting


def _visible_parent(passages: Sequence[Passage], number: int) -> int:
    """The heading or the short paragraph that a passage stands below; what lies above a long paragraph is its heading."""
    parent = passages[number].parent
    while parent >= 0:
        p = passages[parent]
        if p.role is Role.HEADING or p.end - p.start <= _PARENT:
            return parent
        parent = p.parent
    return -1


def _with_companions(text: str, passages: Sequence[Passage], scores: Sequence[float]) -> list[float]:
    """A fence, a table or a list counts nearly as much as the text that introduces it, and that text as much as they do."""
    out = list(scores)
    for i in range(1, len(passages)):
        p, before = passages[i], passages[i - 1]
        if before.role is Role.HEADING or p.role is Role.HEADING:
            continue
        introduced = text[max(before.start, before.end - 3) : before.end].rstrip().endswith((":", "："))
        if p.role in (Role.CODE, Role.TABLE) or introduced:
            out[i] = max(out[i], (0.8 if introduced else 0.6) * scores[i - 1])
            if introduced:
                out[i - 1] = max(out[i - 1], 0.9 * scores[i])
    return out


def _named(passages: Sequence[Passage], ranking: Ranking) -> list[int]:
    """The text's first heading, and what the query names."""
    out = [0] if passages[0].role is Role.HEADING else []
    out += sorted(ranking.titled)[:_MOST_NAMED]
    if len(ranking.named) <= _MOST_NAMED:
        size = 0
        for i in sorted(ranking.named, key=lambda i: (-ranking.scores[i], i)):
            size += passages[i].end - passages[i].start
            if size > _NAMED_CHARS:
                break
            out.append(i)
    return out


def _kept(text: str, passages: Sequence[Passage], keep: re.Pattern[str] | None) -> set[int]:
    """Passages on lines that `keep` matches."""
    out: set[int] = set()
    starts = [p.start for p in passages] if keep is not None else []
    done = 0  # up to here all lines with a match are taken
    for m in keep.finditer(text) if keep is not None else ():
        if m.end() <= done or not m[0]:
            continue
        begin = text.rfind("\n", done, m.start()) + 1 or done
        done = text.find("\n", m.end())
        done = len(text) if done < 0 else done
        first = max(0, bisect_right(starts, begin) - 1)
        out.update(i for i in range(first, bisect_right(starts, done)) if passages[i].end > begin)
    return out


def _rare(text: str, passages: Sequence[Passage], odd: re.Pattern[str] | None) -> set[int]:
    """Passages that `odd` matches, where they are few."""
    out: set[int] = set()
    starts = [p.start for p in passages] if odd is not None else []
    for m in odd.finditer(text) if odd is not None else ():
        out.add(max(0, bisect_right(starts, m.start()) - 1))
        if len(out) > max(_MOST_NAMED, len(passages) // _RARE):
            return set()
    return out


def _spans(text: str, passages: Sequence[Passage], chosen: set[int]) -> list[tuple[int, int]]:
    """Chosen passages as spans; small gaps between them are filled, and blank lines between neighbours belong to them."""
    out: list[tuple[int, int]] = []
    last = -1
    for i in sorted(chosen):
        p = passages[i]
        if not out:
            out.append((p.start if p.start > _SMALL else 0, p.end))
        elif i == last + 1 or p.start - out[-1][1] <= _SMALL:
            out[-1] = (out[-1][0], p.end)
        else:
            out.append((p.start, p.end))
        last = i
    if out and len(text) - out[-1][1] <= _SMALL:
        out[-1] = (out[-1][0], len(text))
    return out


def gaps(kept: Sequence[tuple[int, int]], size: int) -> list[tuple[int, int]]:
    """What lies between the kept spans of a text of `size` characters, before the first and behind the last."""
    edges = [(0, 0), *kept, (size, size)]
    return [(a, b) for (_, a), (b, _) in pairwise(edges) if b > a]
