"""What was said and when, a turn a line: how turns are joined, and which of them a query or a room leaves.

`Turns` takes what readers of captions and transcripts find (`_captions`, `_spoken`) and joins what one voice says in a row;
`shown` makes a rendition of it, in which what is left out is named by the lines of the source. Above stands `prose`, below
`_extract`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate

from headroom.compressors._api import Elision, Limits, Rendition, Room
from headroom.compressors._extract import Fill, extract
from headroom.compressors._passages import Passage, density, relate
from headroom.lines import BAR, FOLD, named

_FULL = 400
"""A turn is joined with the next one up to so many characters."""
_SILENCE = 10.0
"""After so many seconds without a word the next one gets a time of its own."""
_FEWEST_ABOVE = 8
"""So many lines above the first turn say what all of it is."""
_TRIES = 6
_LITTLE = 240
"""In less room than that, it is not said how to read what tells itself."""
_FILL = "turns"
"""Where a room's memo has what fills it."""


@dataclass(slots=True)
class Turn:
    """Source lines `first` to `last` (from 0, both included) and what is shown for them. `voice` is who speaks, None where
    nothing tells; `until` is the second at which it ends. What nobody says is a line of other text."""

    first: int
    last: int
    text: str
    voice: str | None = None
    until: float = 0.0
    is_said: bool = False
    is_open: bool = False
    head: int = 0
    """So many characters say who speaks, and when."""
    below: int | None = None
    """The number of the line that says on which day this was said."""


@dataclass(slots=True)
class Turns:
    """Turns in the order of the source. `note` says how they are to be read."""

    note: str = ""
    all: list[Turn] = field(default_factory=list)
    today: int | None = None

    def say(
        self,
        lines: tuple[int, int],
        voice: str | None,
        words: str,
        *,
        time: str = "",
        at: float = 0.0,
        until: float = 0.0,
        fresh: bool = False,
    ) -> None:
        """Add what was said on these lines from second `at` to second `until`, or at a `time` that the source spells. What is
        `fresh` is somebody else's, whoever that is, and what follows without a name need not be his."""
        before = self.all[-1] if self.all else None
        if (
            before is not None
            and before.is_open
            and not fresh
            and before.voice == voice
            and at - before.until < _SILENCE
            and len(before.text) + len(words) < _FULL
        ):
            before.text += f" {words}"
            before.last, before.until = lines[1], until
            return
        head = f"{time or clock(at)} {voice}: " if voice is not None else f"{time or clock(at)} "
        turn = Turn(*lines, f"{head}{words}".rstrip(), voice, until, is_said=True, is_open=not fresh)
        turn.head, turn.below = len(head), self.today
        self.all.append(turn)

    def goes_on(self, last: int, until: float) -> None:
        """What was said last is said again on the lines down to `last`."""
        if self.all:
            self.all[-1].last, self.all[-1].until = last, until

    def aside(self, line: int, text: str) -> None:
        """Add a line that nobody says."""
        self.all.append(Turn(line, line, text))

    def day(self, line: int, text: str) -> None:
        """What is said from this line on is said on that day."""
        self.today = len(self.all)
        self.all.append(Turn(line, line, text, head=len(text)))


def clock(at: float) -> str:
    """75.2 -> "1:15", 3675.0 -> "1:01:15"."""
    minutes, seconds = divmod(int(at), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def shown(
    turns: Turns, query: str | None, limits: Limits, fewer: Callable[[str, Limits], Rendition]
) -> Rendition | None:
    """The turns without those that the query or the room leaves out; where neither chooses, `fewer` writes them in fewer words.
    None where nothing fits into the room."""
    lines = [turn.text for turn in turns.all]
    text = "\n".join(lines)
    if limits.room is not None:
        return _fitting(turns, text, query, limits, limits.room)
    found = (
        extract(text, query, limits.effort, sentences=False, keep=limits.keep, cut=lambda: _cut(text, lines))
        if query
        else None
    )
    if found is not None:
        return _rendered(turns, _lines_in(lines, found.kept), limits.first_line)
    made = fewer(text, limits)
    note = f"{turns.note}; {made.note}" if made.note else turns.note
    return Rendition(text=made.text, note=note, lossless=False, warnings=made.warnings)


def _cut(text: str, lines: Sequence[str]) -> list[Passage]:
    """Each turn is a passage."""
    out: list[Passage] = []
    at = 0
    for line in lines:
        if line.strip():
            out.append(Passage(at, at + len(line)))
        at += len(line) + 1
    relate(out, density(text))
    return out


def _fitting(turns: Turns, text: str, query: str | None, limits: Limits, room: Room) -> Rendition | None:
    """As many turns as fit, counted as they will be shown; None where none does."""
    whole = Rendition(text=text, note=turns.note, lossless=False)
    if room.count(text) + room.count(turns.note) <= room.tokens:
        return whole
    lines = [turn.text for turn in turns.all]
    fill = room.memo.get(_FILL)
    if fill is None:
        heads = [turn.head for turn in turns.all if turn.text.strip()]
        passages = _cut(text, lines)
        fill = Fill(text, query, room.count, sentences=False, keep=limits.keep, passages=passages, heads=heads)
        room.memo[_FILL] = fill
    tokens = room.tokens
    brief = room.memo.setdefault("brief", tokens < _LITTLE)
    best: Rendition | None = None
    for _ in range(_TRIES):
        kept = fill.spans(tokens)
        made = _rendered(turns, _lines_in(lines, kept), limits.first_line)
        made = replace(made, note="") if brief else made
        left = room.tokens - room.count(made.text) - room.count(made.note)
        if left >= 0 and kept and (best is None or len(made.text) > len(best.text)):
            best = made
        if 0 <= left <= room.tokens // 20:
            break
        tokens = tokens + left if left >= 0 or tokens + left > 0 else tokens // 2
    return best


def _lines_in(lines: Sequence[str], spans: Sequence[tuple[int, int]]) -> list[int]:
    """The lines of which spans of their text hold a part."""
    starts = list(accumulate([len(line) + 1 for line in lines], initial=0))
    found: set[int] = set()
    for a, b in spans:
        found.update(range(bisect_right(starts, a) - 1, min(bisect_right(starts, b - 1), len(lines))))
    return [i for i in sorted(found) if lines[i].strip()]


def _rendered(turns: Turns, numbers: Sequence[int], first_line: int) -> Rendition:
    """Some of the turns, what lies between them named by the lines of the source."""
    above = next((i for i, turn in enumerate(turns.all) if turn.is_said), 0)
    days = {turns.all[i].below for i in numbers}
    order = sorted({*numbers, *(range(above) if above <= _FEWEST_ABOVE else ()), *(i for i in days if i is not None)})
    gone: list[tuple[int, int]] = []
    out: list[str] = []
    numbered: list[str] = []
    at = 0
    for i in [*order, len(turns.all)]:
        if i > at:
            gone.append((turns.all[at].first + first_line, turns.all[i - 1].last + first_line))
            out.append(f"{FOLD} {named(gone[-1:])}")
        if i < len(turns.all):
            out.append(turns.all[i].text)
            numbered.append(f"{turns.all[i].first + first_line}{BAR}{turns.all[i].text}")
        at = i + 1
    foreign = any(FOLD in turns.all[i].text for i in order)
    in_place = not foreign and 7 * len(gone) <= 3 * len(order)  # the rule of `lines.sparse`
    note = turns.note if in_place else f"N{BAR} = from line N; {turns.note}"
    elision = Elision(
        ranges=tuple(gone), count=sum(b - a + 1 for a, b in gone), summary="what the query does not ask for"
    )
    return Rendition(
        text="\n".join(out if in_place else numbered),
        note=note,
        elisions=(elision,) if gone else (),
        lossless=False,
    )
