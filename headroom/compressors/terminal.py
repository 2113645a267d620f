r"""Terminal output: what a terminal would show in the end, without colours, overwritten text and progress.

    \x1b[32mok\x1b[0m 10%\r 50%\r100%          ok100%
      % Total    % Received …                  ⋯ lines 1-4: progress
      0     0    0     0 …                     100  2352    0  1927 …
    100  2352    0  1927 …

Lines keep their place, so their numbers are those of the original; of progress that was printed line by line the last
line stays. Kinds that know more of a text (`log`, `test_run`) come first. Above stand the router and the engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from headroom import lines as lines_
from headroom.compressors._api import Effort, Elision, Limits, Rendition
from headroom.lines import FOLD, named, runs
from headroom.messages import Hint
from headroom.terminal import is_progress, left_out, plain

_LEAST = 0.2
"""Share of the characters that must go: less is not worth it that later results cannot refer to this one."""
_SIGNS = (
    "\x1b",
    "\x08",
    "━",
    "⠋",
    ".......... ",
    ": Pulling fs",
    " eta ",
    " complete and 0 interrupted",
    "Completed 1",
)
_PERCENTAGES = ("%|", "% Total", "% (")
"""Without one of these there is neither colour nor progress. Most texts have none, and no percent sign either."""
_LEADER = re.compile(r"\.{3,}:")
_GAP = re.compile(r"(?<=\S) {2,}")
_LED = 4
"""So many lines with leaders (`vus....: 2   min=2`) make a list."""
_WORTH = 40
"""Characters of progress, line by line, that must go for a fold."""


class TerminalCompressor:
    """Text with colours, carriage returns or progress that nobody else claims."""

    name = "TerminalCompressor"
    kind = "terminal"

    def score(self, text: str, hint: Hint) -> float:
        """By the share of a sample that a terminal would not show in the end."""
        sample = lines_.sample(text)
        if not _may_hold(sample):
            return 0.0
        left = sum([len(line) + 1 for _, line in _left(plain(sample).split("\n"))])
        return 0.65 if len(sample) - left >= _LEAST * len(sample) else 0.0

    def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
        """What is left in the end; `text` itself where effort allows nothing, or where a line looks like one of ours."""
        if limits.effort == Effort.LOSSLESS or text.startswith(FOLD) or f"\n{FOLD}" in text:
            return Rendition(text=text)
        clean = plain(text)
        lines = clean.split("\n")
        shown = bytearray(len(lines))
        for at, _ in _left(lines):
            shown[at] = 1
        if limits.keep is not None:
            for at, line in enumerate(lines):
                shown[at] = shown[at] or limits.keep.search(line) is not None
        gone = runs(at for at, flag in enumerate(shown) if not flag)
        if not gone and len(clean) == len(text):
            return Rendition(text=text)
        gone = [(a + limits.first_line, b + limits.first_line) for a, b in gone]
        folds = {a - limits.first_line: f"{FOLD} {named([(a, b)])}: progress" for a, b in gone}
        led = [at for at, line in enumerate(lines) if "...:" in line and shown[at]]
        for at in led if limits.keep is None and len(led) >= _LED else ():
            lines[at] = _GAP.sub(" ", _LEADER.sub(":", lines[at]))
        out = [line if shown[at] else folds[at] for at, line in enumerate(lines) if shown[at] or at in folds]
        unled = "dotted leaders and padding left out" if limits.keep is None and len(led) >= _LED else ""
        return Rendition(
            text="\n".join(out),
            note="; ".join(filter(None, [left_out(text, clean), unled])),
            elisions=_elisions(gone),
            lossless=False,
        )


def _may_hold(text: str) -> bool:
    """False for most texts, at a small part of the price of looking at their lines."""
    return (
        any(map(text.__contains__, _SIGNS))
        or ("%" in text and any(map(text.__contains__, _PERCENTAGES)))
        or ("\r" in text and text.count("\r") != text.count("\r\n"))
    )


def _left(lines: list[str]) -> Iterator[tuple[int, str]]:
    """The lines with their places (from 0), of each run of progress only the last; blank lines within it go as well."""
    run: list[int] = []
    blanks: list[int] = []
    for at, line in enumerate(lines):
        bare = line.strip()
        if bare.startswith("% Total"):  # another meter
            yield from _closed(lines, run, blanks)
            run, blanks = [], []
        if bare and is_progress(line):
            run += [*blanks, at] if run else [at]
            blanks = []
        elif not bare and run:
            blanks.append(at)
        else:
            if run:
                yield from _closed(lines, run, blanks)
                run, blanks = [], []
            yield at, line
    yield from _closed(lines, run, blanks)


def _closed(lines: list[str], run: list[int], blanks: list[int]) -> Iterator[tuple[int, str]]:
    """What stays of a run of progress, and the blank lines behind it."""
    kept = run[-1:] if sum(len(lines[at]) for at in run[:-1]) >= _WORTH else run
    for at in [*kept, *blanks]:
        yield at, lines[at]


def _elisions(gone: list[tuple[int, int]]) -> tuple[Elision, ...]:
    count = sum(b - a + 1 for a, b in gone)
    return (Elision(ranges=tuple(gone), count=count, summary="progress"),) if gone else ()
