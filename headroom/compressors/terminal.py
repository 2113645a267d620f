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
from itertools import pairwise

from headroom import lines as lines_
from headroom.compressors._api import Effort, Elision, Limits, Rendition
from headroom.lines import FOLD, format_ranges, runs
from headroom.messages import Hint

_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\)?|[()*+][0-9A-Za-z]|[=>78cDEHMNOZ])")
_BACKSPACES = re.compile(r"[^\x08\n\r]\x08")
_CHANGING = re.compile(r"[\d.,:?]+|[━╸╺─█▏▎▍▌▋▊▉░▒▓=#>. \-|/\\⠁-⣿]+")
"""What differs between two states of a line of progress."""
_ALIKE = 6
"""So many other characters, at the beginning, tell that two are states of one line; or all, and a percentage."""
_NUMBER = r"[\d.]+[kKMGTPi]*B?"
_PROGRESS = re.compile(
    r"(?:[^|\n]{0,60}: ?)?\s*\d{1,3}%\|[^|\n]*\|.*"  # tqdm
    rf"|\s*\d{{1,3}}\s+{_NUMBER}\s+\d{{1,3}}\s+{_NUMBER}\s+\d{{1,3}}\s+{_NUMBER}\s+{_NUMBER}\s+{_NUMBER}(?:\s+[-\d:]{{7,}}){{3}}\s+{_NUMBER}"
    r"|\s*% Total\s+% Received.*|\s*Dload\s+Upload\s.*"  # curl
    r"|\s*\d+[KM] [ .,]{10,}\d{1,3}% .*"  # wget
    r"|[0-9a-f]{12}: (?:Pulling fs layer|Waiting|Verifying Checksum|Download complete|Downloading .*|Extracting .*)"
    r"|(?:remote: )?(?:Counting|Compressing|Receiving|Resolving|Writing|Updating|Unpacking|Enumerating) \w+:\s+\d{1,3}% (?!.*done).*"
    r"|\s*[━╸╺─█▏▎▍▌▋▊▉░▒▓=#>. -]{10,}\s+\d.*(?:eta|ETA|/s)\b.*"  # pip, rich
    r"|\s*[⠁-⣿|/\\-]\s*"
)
_LEAST = 0.2
"""Share of the characters that must go: less is not worth it that later results cannot refer to this one."""
_LONGEST = 400
_WORTH = 40
"""Characters of progress, line by line, that must go for a fold."""


class TerminalCompressor:
    """Text with colours, carriage returns or progress that nobody else claims."""

    name = "TerminalCompressor"
    kind = "terminal"

    def score(self, text: str, hint: Hint) -> float:
        """By the share of a sample that a terminal would not show in the end."""
        sample = lines_.sample(text, 12_000)
        if not _may_hold(sample):
            return 0.0
        left = sum(len(line) + 1 for _, line in _left(cleaned(sample).split("\n")))
        return 0.65 if len(sample) - left >= _LEAST * len(sample) else 0.0

    def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
        """What is left in the end; `text` itself where effort allows nothing, or where a line looks like one of ours."""
        if limits.effort == Effort.LOSSLESS or text.startswith(FOLD) or f"\n{FOLD}" in text:
            return Rendition(text=text)
        clean = cleaned(text)
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
        folds = {
            a - limits.first_line: f"{FOLD} {'lines' if b > a else 'line'} {format_ranges([(a, b)])}: progress"
            for a, b in gone
        }
        out = [line if shown[at] else folds[at] for at, line in enumerate(lines) if shown[at] or at in folds]
        return Rendition(
            text="\n".join(out),
            note=_note(text, clean),
            elisions=_elisions(gone),
            lossless=False,
        )


def cleaned(text: str) -> str:
    r"""The text without escape codes, and of each line what the last carriage return or backspace has left."""
    if "\x1b" in text:
        text = _ESCAPE.sub("", text)
    while "\x08" in text:
        shorter = _BACKSPACES.sub("", text)
        if len(shorter) == len(text):
            break
        text = shorter
    if text.count("\r") == text.count("\r\n"):
        return text
    return "\n".join([_overwritten(line) if "\r" in line[:-1] else line for line in text.split("\n")])


def _overwritten(line: str) -> str:
    """The line without the states that the next one has overwritten. A return may also stand for a line's end."""
    states = line.split("\r")
    left = [state for state, following in pairwise(states) if state.strip() and not _alike(state, following)]
    return "\r".join([*left, states[-1]])


def _alike(state: str, following: str) -> bool:
    """Whether the second overwrites the first: both are progress, or begin alike but for figures and bars."""
    if _is_progress(state) and (_is_progress(following) or not following.strip()):
        return True
    mask, after = (_CHANGING.sub("", line)[:_ALIKE] for line in (state, following))
    return mask == after and (len(mask) == _ALIKE or ("%" in state and "%" in following))


def _is_progress(line: str) -> bool:
    return len(line) <= _LONGEST and _PROGRESS.fullmatch(line.rstrip()) is not None


def _may_hold(text: str) -> bool:
    return any(sign in text for sign in ("\x1b", "\r", "\x08", "%", "/s", "Pulling fs", "⠋"))


def _left(lines: list[str]) -> Iterator[tuple[int, str]]:
    """The lines with their places (from 0), of each run of progress only the last; blank lines within it go as well."""
    run: list[int] = []
    blanks: list[int] = []
    for at, line in enumerate(lines):
        bare = line.strip()
        if bare.startswith("% Total"):  # another meter
            yield from _closed(lines, run, blanks)
            run, blanks = [], []
        if bare and _is_progress(line):
            run += [*blanks, at] if run else [at]
            blanks = []
        elif not bare and run:
            blanks.append(at)
        else:
            yield from _closed(lines, run, blanks)
            run, blanks = [], []
            yield at, line
    yield from _closed(lines, run, blanks)


def _closed(lines: list[str], run: list[int], blanks: list[int]) -> Iterator[tuple[int, str]]:
    """What stays of a run of progress, and the blank lines behind it."""
    kept = run[-1:] if sum(len(lines[at]) for at in run[:-1]) >= _WORTH else run
    for at in [*kept, *blanks]:
        yield at, lines[at]


def _note(text: str, clean: str) -> str:
    if len(clean) == len(text):
        return ""
    return "colours and overwritten text left out" if "\r" in text.replace("\r\n", "\n") else "colours left out"


def _elisions(gone: list[tuple[int, int]]) -> tuple[Elision, ...]:
    count = sum(b - a + 1 for a, b in gone)
    return (Elision(ranges=tuple(gone), count=count, summary="progress"),) if gone else ()
