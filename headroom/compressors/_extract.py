"""Which passages of a text a query needs, and what that leaves of its lines.

`extract` keeps passages by score within a share of the text that the effort sets, headings on the path to them, and what
the query names word for word; or as many as fit into a number of tokens. Below stand `_passages` and `_ranking`; `prose`
and `web_page` render what is chosen.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from headroom.compressors._api import Effort
from headroom.compressors._asked_section import asked_sections
from headroom.compressors._learned import learned_scores
from headroom.compressors._order import in_order
from headroom.compressors._passages import Passage, Role, density, take_apart
from headroom.compressors._ranking import Form, Ranking, rank


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How much may stay: `least` characters and `part` of the rest, of passages that score at least `floor` of the best.
    `outline` keeps every heading, as long as headings are a small part of the text. Of a text of fewer characters than `short`
    more stays, up to half: there is little to spare, and an answer that is missing costs all of it."""

    least: int
    part: float
    floor: float
    outline: bool
    short: int = 0

    def budget(self, size: int) -> float:
        """How many characters of so many may stay."""
        more = size * min(0.5, (self.short - size) / self.short) if size < self.short else 0.0
        return max(self.least + self.part * (size - self.least), more)


_SHORT, _FLOOR_OF_ONE = 12_000, 0.1
_SHARES: Mapping[tuple[Effort, Form], Share] = {
    (Effort.MEDIUM, "document"): Share(least=1_000, part=0.18, floor=0.04, outline=True, short=_SHORT),
    (Effort.MEDIUM, "dialogue"): Share(least=1_200, part=0.28, floor=0.2, outline=True),
    (Effort.MEDIUM, "passages"): Share(least=600, part=0.22, floor=0.33, outline=False),
    (Effort.STRONG, "document"): Share(least=600, part=0.12, floor=0.1, outline=False),
    (Effort.STRONG, "dialogue"): Share(least=600, part=0.12, floor=0.3, outline=False),
    (Effort.STRONG, "passages"): Share(least=600, part=0.12, floor=0.4, outline=False),
}
_LEAST = 2_000
"""Of a text of fewer characters nothing is left out at MEDIUM, and of half as many at STRONG."""
_MOST_NAMED = 12
_RARE = 50
_NAMED_CHARS = 1_500
_NAMED_PART = 0.33
"""Of plain passages those that hold what the query quotes get so much of what may stay: passages that were found by a query often
all hold it, and what answers may not."""
_SECTION = 600
"""So many characters of what the query names by its heading are shown in any case, from the beginning; half of what may
stay, where that is more."""
_ADDRESS = 80
"""So far in front of what is odd the path or the address may begin that it belongs to."""
_SMALL = 60
"""A gap of fewer characters is shown: to say that it is left out costs as much."""
_NUMBER, _GAP = 3, 3
"""Tokens of a line's number and end, and of the sign for what is left out."""
_REFUSALS = 40
"""So many passages that did not fit, and the text is full."""
_TELLS = re.compile(r"\d[\w.,:%]*|(?<=[^.!?\s] )[A-ZÀ-ÖØ-ÞΑ-ΩА-Я]\w+")
_PARENT = 300
_ANNOUNCED = 300
_COLONS = (":", "：")
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
    cut: Callable[[], Sequence[Passage]] | None = None,
    share: Share | None = None,
    size: int | None = None,
    one: bool = False,
) -> Extract | None:
    """What of `text` the query needs; None when the query tells nothing about it, or when next to all would stay.

    `sentences` allows to cut long lines. Lines that `keep` matches stay whole. What `odd` matches stays where it is rare.
    Whoever knows how the text is made gives its passages by `cut`, and by `share` how much of them may stay; if it is only the
    beginning of one, `size` is that one's. `one` says that it is one document, and no passages of several.
    """
    dense = density(text)
    if dense * len(text) < (_LEAST if effort is Effort.MEDIUM else _LEAST // 2):
        return None
    passages = cut() if cut is not None else take_apart(text, sentences=sentences, dense=dense)
    sections = asked_sections(text, passages, query)
    ranking = None if sections else rank(text, passages, query, scorer=learned_scores)
    if ranking is None and not sections:
        return None
    share = share or _SHARES[effort, "document" if ranking is None else ranking.form]
    if one and ranking is not None and ranking.form == "passages" and effort is Effort.MEDIUM:
        share = replace(share, floor=_FLOOR_OF_ONE, short=_SHORT)
    share = replace(share, least=int(share.least / dense))
    must = [*_kept(text, passages, keep), *_rare(text, passages, odd)]
    if ranking is None:
        must += [*sections, *_opening(passages, sections, int(share.budget(size or len(text))))]
    else:
        titled = [i for i in sorted(ranking.titled) if passages[i].role is Role.HEADING][:_MOST_NAMED]
        room = max(int(_SECTION / dense), int(share.budget(len(text)) / 2))
        most = _NAMED_CHARS
        if ranking.form == "passages":
            most = min(most, int(share.budget(len(text)) * _NAMED_PART))
        must += [*_named(passages, ranking, most), *_opening(passages, titled, room)]
    chosen = _choose(text, passages, ranking, share, must)
    kept = _spans(text, passages, chosen)
    if sum(b - a for a, b in kept) > 0.9 * len(text):
        return None
    return Extract(passages=passages, kept=kept)


class Fill:
    """As much of one text as fits into a number of tokens, best passages first. `spans` may be asked again with another
    number; what the first question has cost is not paid again. Whoever knows how the text is made gives its `passages`, and of each how many
    characters in front say only whose it is: its head."""

    def __init__(
        self,
        text: str,
        query: str | None,
        count: Callable[[str], int],
        *,
        sentences: bool,
        keep: re.Pattern[str] | None = None,
        passages: Sequence[Passage] | None = None,
        heads: Sequence[int] = (),
    ) -> None:
        self._text = text
        self._count = count
        self._passages = passages or take_apart(text, sentences=sentences)
        ranking = rank(text, self._passages, query, scorer=learned_scores) if query else None
        scores = _telling(text, self._passages, heads) if ranking is None else ranking.scores
        scores = _with_companions(text, self._passages, scores)
        self._order = [number for number, _ in in_order(self._passages, scores, ranking)]
        self._must = sorted(_kept(text, self._passages, keep))
        self._lines = _lines(self._passages)
        self._sizes: dict[int, int] = {}

    def spans(self, tokens: int) -> list[tuple[int, int]]:
        """The spans to show, ascending; what must be kept is among them, whatever its size."""
        chosen: set[int] = set()
        lines: set[int] = set()
        left = tokens
        for number in self._must:
            left -= self._price(number, chosen, lines)
            chosen.add(number)
            lines.add(self._lines[number])
        refused = 0
        for number in self._order:
            if number in chosen:
                continue
            wanted = [number, *self._above(number, chosen)]
            price = sum([self._price(i, chosen, lines) for i in wanted])
            if price > left:
                refused += 1
                if refused > _REFUSALS:
                    break
                continue
            left -= price
            chosen.update(wanted)
            lines.update([self._lines[i] for i in wanted])
        return _spans(self._text, self._passages, chosen)

    def _above(self, number: int, chosen: set[int]) -> list[int]:
        """What a passage stands below, as far as it is not shown yet."""
        out = []
        parent = _visible_parent(self._passages, number)
        while parent >= 0 and parent not in chosen:
            out.append(parent)
            parent = _visible_parent(self._passages, parent)
        return out

    def _price(self, number: int, chosen: set[int], lines: set[int]) -> int:
        """The tokens of a passage, and those that say where it stands and what is left out next to it."""
        size = self._sizes.get(number)
        p = self._passages[number]
        if size is None:
            size = self._sizes[number] = self._count(self._text[p.start : p.end].strip())
        if self._lines[number] not in lines:
            return size + _NUMBER + (_GAP if p.part else 0)
        return size if number - 1 in chosen or number + 1 in chosen else size + _GAP


def _lines(passages: Sequence[Passage]) -> list[int]:
    """By passage, a number that parts of one line share."""
    out: list[int] = []
    for i, p in enumerate(passages):
        out.append(out[-1] if i and p.part and p.start == passages[i - 1].end else i)
    return out


def _telling(text: str, passages: Sequence[Passage], heads: Sequence[int] = ()) -> list[float]:
    """Without a query: names and figures in proportion to length, and a little for what comes first in its group. Headings
    come with what stands below them."""
    out = []
    for i, p in enumerate(passages):
        if p.role is Role.HEADING:
            out.append(0.0)
            continue
        names = len(_TELLS.findall(text, p.start + (heads[i] if heads else 0), p.end))
        opens = i == 0 or passages[i - 1].group != p.group or passages[i - 1].role is Role.HEADING
        out.append((names + opens) / (p.end - p.start + 60))
    return out


def _choose(
    text: str, passages: Sequence[Passage], ranking: Ranking | None, share: Share, must: Sequence[int]
) -> set[int]:
    """What must be shown, and of the rest what the ranking puts first, where there is one."""
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
    if ranking is not None:
        budget = share.budget(len(text))
        order = in_order(passages, _with_companions(text, passages, ranking.scores), ranking)
        floor = share.floor * max([worth for _, worth in order])
        for number, worth in order:
            if used >= budget:
                break
            if worth > floor:
                take(number)
    elif passages[0].role is Role.HEADING:
        take(0)
    chosen.update(_introduced(text, passages, chosen))
    if share.outline and ranking is not None:
        chosen.update(_outline(passages, _OUTLINE * len(text)))
    return chosen


def _introduced(text: str, passages: Sequence[Passage], chosen: set[int]) -> list[int]:
    """What chosen passages announce by a colon at their end, where that is short and none of it is chosen."""
    out: list[int] = []
    for number in chosen:
        after = number + 1
        if after >= len(passages) or after in chosen or passages[number].role is Role.HEADING:
            continue
        p, following = passages[number], passages[after]
        if following.end - following.start <= _ANNOUNCED and text[max(p.start, p.end - 3) : p.end].rstrip().endswith(
            _COLONS
        ):
            out.append(after)
    return out


def _outline(passages: Sequence[Passage], room: float) -> list[int]:
    """The headings down to the lowest level at which they fit into `room` characters."""
    heading = Role.HEADING
    headings = [i for i, p in enumerate(passages) if p.role is heading]
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
    heading, blocks = Role.HEADING, (Role.CODE, Role.TABLE)
    for i, (before, p) in enumerate(pairwise(passages), 1):
        if (p.start == before.end and p.part) or p.role is heading or before.role is heading:
            continue
        introduced = text[max(before.start, before.end - 3) : before.end].rstrip().endswith(_COLONS)
        if introduced or p.role in blocks:
            out[i] = max(out[i], (0.8 if introduced else 0.6) * scores[i - 1])
            if introduced:
                out[i - 1] = max(out[i - 1], 0.9 * scores[i])
    return out


def _named(passages: Sequence[Passage], ranking: Ranking, most: int) -> list[int]:
    """The heading of a document, and what the query names, of that at most so many characters."""
    out = [0] if passages[0].role is Role.HEADING and ranking.form == "document" else []
    out += sorted(ranking.titled)[:_MOST_NAMED]
    if len(ranking.named) <= _MOST_NAMED:
        size = 0
        for i in sorted(ranking.named, key=lambda i: (-ranking.scores[i], i)):
            size += passages[i].end - passages[i].start
            if size > most:
                break
            out.append(i)
    return out


def _opening(passages: Sequence[Passage], headings: Sequence[int], room: int) -> list[int]:
    """What comes first below headings: `room` characters for all of them, and at least one passage each."""
    out: list[int] = []
    for heading in headings:
        left = room // len(headings)
        for i in range(heading + 1, len(passages)):
            p = passages[i]
            if left <= 0 or (p.role is Role.HEADING and p.level <= passages[heading].level):
                break
            out.append(i)
            left -= p.end - p.start
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
    """Passages in words that `odd` matches, where they are few; code, tables and addresses are made of such things."""
    out: set[int] = set()
    starts = [p.start for p in passages] if odd is not None else []
    for m in odd.finditer(text) if odd is not None else ():
        number = max(0, bisect_right(starts, m.start()) - 1)
        before = text[max(0, m.start() - _ADDRESS) : m.start()].split()[-1:]
        if passages[number].role in (Role.CODE, Role.TABLE) or (before and "/" in before[0]):
            continue
        out.add(number)
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
    return [_to_line_ends(text, *span) for span in out]


def _to_line_ends(text: str, start: int, end: int) -> tuple[int, int]:
    """A span with what little its first and its last line hold besides."""
    before = start - text.rfind("\n", max(0, start - _SMALL - 1), start) - 1
    behind = text.find("\n", end, end + _SMALL + 1)
    return (start - before if before <= _SMALL else start), (behind if behind >= 0 else end)


def gaps(kept: Sequence[tuple[int, int]], size: int) -> list[tuple[int, int]]:
    """What lies between the kept spans of a text of `size` characters, before the first and behind the last."""
    edges = [(0, 0), *kept, (size, size)]
    return [(a, b) for (_, a), (b, _) in pairwise(edges) if b > a]
