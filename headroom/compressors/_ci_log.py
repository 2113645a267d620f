r"""Logs of CI runs, each line stamped with its time, and by `gh` with job and step: GitHub Actions, Azure Pipelines, GitLab,
Jenkins.

    test\tRun tests\t2026-05-01T10:00:01.1234567Z ##[group]Run pytest        ⋯ lines 1-90: Run tests, 10:00:01-10:00:09, as test:
    test\tRun tests\t2026-05-01T10:00:01.2234567Z === test session starts    ##[group]Run pytest
    …                                                                       …

What stands behind the stamps is the output of compilers and test runners, which others know by its look. Job, step and time
are said once per step; lines keep their numbers. Above stands the router.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from headroom.compressors._api import Elision, Rendition
from headroom.lines import FOLD

__all__ = ["Step", "by_step", "may_begin", "steps"]

_STAMP = re.compile(
    r"(?:([^\t\n]{1,200})\t([^\t\n]{1,200})\t)?\ufeff?(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)\.(?:\d{7}Z(?: |$)|\d{6}Z \d\d[OE](?:[ +]|$))"
)
"""Job, step, day and time. Seven digits of a second are those of GitHub's and Azure's runners, GitLab names the stream."""
_PIPELINE = "[Pipeline] "
_OF_JENKINS = re.compile(r"(?:\[(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)\.\d{3}Z\](?: |$)|()(\d\d:\d\d:\d\d)(?:  |$))")
"""What Jenkins puts before the lines of a program; its own have none, or the same."""
_STAGE = re.compile(r"\[Pipeline\] \{ \((.{1,200})\)\Z")
_SHELL = ("[Pipeline] sh", "[Pipeline] bat", "[Pipeline] powershell")
_MOSTLY = 0.6
_SECOND = re.compile(r"\d{6}Z(?:$|[ \n])")
_FIRST = 1_500
_RUN, _TRACED = "##[group]Run ", "+ "
_COMMAND_WITHIN = 3
_BEGINS = (_RUN, "section_start:", "Post job cleanup.")
"""What the first line of a step begins with, where nothing names it."""
_NAMELESS = frozenset((None, "UNKNOWN STEP"))
_FEWEST = 8
_DAY = 86_400
_PAUSE = 60
"""Seconds without a line that are told: something may have hung."""
_HEAD = 60
"""So many lines may say how a step is set up."""


@dataclass(frozen=True, slots=True)
class Step:
    """Consecutive lines of one step, from line `first` (0-based) on, without their stamps; `times` are those of day, a line
    each."""

    job: str
    name: str
    first: int
    lines: Sequence[str]
    day: str
    times: Sequence[str]

    @property
    def text(self) -> str:
        """What the step printed."""
        return "\n".join(self.lines)

    @property
    def command(self) -> str | None:
        """What the step ran, as far as its first lines say."""
        for line in self.lines[:_COMMAND_WITHIN]:
            sign = next(filter(line.startswith, (_RUN, _TRACED)), None)
            if sign is not None:
                return line[len(sign) :]
        return None


def may_begin(text: str) -> bool:
    """False for most texts in which no log begins, at a small part of the price of looking for what stands around one."""
    if text.find(_PIPELINE, 0, _FIRST) >= 0:
        return True
    return text.find("Z", 0, _FIRST) >= 0 and _SECOND.search(text, 0, _FIRST) is not None


def steps(text: str) -> list[Step] | None:
    """The steps of a log; None where not every line is stamped, but for those of Jenkins itself."""
    of_jenkins = text.find(_PIPELINE, 0, _FIRST) >= 0
    if not of_jenkins and _STAMP.match(text) is None:
        return None
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < _FEWEST:
        return None
    return _stages(lines) if of_jenkins else _steps(lines)


def _steps(lines: Sequence[str]) -> list[Step] | None:
    found: list[Step] = []
    here: list[str] = []
    times: list[str] = []
    label: tuple[str | None, str | None] = (None, None)
    for i, line in enumerate(lines):
        m = _STAMP.match(line)
        if m is None:
            return None
        rest = line[m.end() :]
        job, name, day, time = m.groups()
        if not found or (job, name) != label or (name in _NAMELESS and rest.startswith(_BEGINS)):
            here, times = [], []
            found.append(Step(job or "", "" if name in _NAMELESS else name or "", i, here, day, times))
            label = (job, name)
        here.append(rest)
        times.append(time)
    return found


def _stages(lines: Sequence[str]) -> list[Step] | None:
    """The stages of a pipeline of Jenkins, and what each ran; lines without a stamp stay as they are."""
    found: list[Step] = []
    here: list[str] = []
    times: list[str] = []
    name = day = time = ""
    stamped = own = 0
    for i, line in enumerate(lines):
        m = _OF_JENKINS.match(line)
        rest = line if m is None else line[m.end() :]
        if m is not None:
            stamped += 1
            day, time = day or m[1] or "", m[2] or m[4]
        own += rest.startswith(_PIPELINE)
        stage = _STAGE.match(rest)
        name = name if stage is None else stage[1]
        if not found or stage is not None or (rest in _SHELL and len(here) > 1):
            here, times = [], []
            found.append(Step("", name, i, here, day, times))
        here.append(rest)
        times.append(time)
    return found if stamped and stamped >= _MOSTLY * (len(lines) - own) else None


def by_step(found: Sequence[Step], first_line: int, route: Callable[[Step], tuple[str, Rendition] | None]) -> Rendition:
    """The log, step by step: what `route` makes of one and of which kind it is, or its lines where that is nothing."""
    jobs = {step.job for step in found}
    days = {step.day for step in found if step.day}
    out: list[str] = []
    elisions: list[Elision] = []
    warnings: list[str] = []
    settings: dict[Sequence[str], str] = {}
    for step in found:
        routed = route(step)
        kind, made = routed if routed is not None else ("", Rendition(text=step.text))
        made = _without_settings(made, step, first_line, settings)
        said = ", ".join(
            filter(None, (step.job if len(jobs) > 1 else "", step.name, _times(step, first_line, alone=len(days) < 2)))
        )
        how = f"as {kind}{f' ({made.note})' if made.note else ''}" if kind else ""
        said = ", ".join(filter(None, (said, how)))
        a, b = first_line + step.first, first_line + step.first + len(step.lines) - 1
        out += [f"{FOLD} {f'lines {a}-{b}' if b > a else f'line {a}'}{f': {said}' if said else ''}:", made.text]
        elisions += made.elisions
        warnings += made.warnings
    job = f" of job {next(iter(jobs))}" if len(jobs) == 1 and "" not in jobs else ""
    day = f" on {next(iter(days))}" if len(days) == 1 else ""
    note = f"CI log{job}{day}, each line without its {'step and ' if job else ''}time"
    return Rendition(
        text="\n".join(out),
        note=note,
        elisions=tuple(elisions),
        lossless=False,
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _without_settings(made: Rendition, step: Step, first_line: int, known: dict[Sequence[str], str]) -> Rendition:
    """The same without the variables of its environment that another step had as well, all of them."""
    begin = next((i for i, line in enumerate(step.lines[:_HEAD]) if line == "env:"), None)
    if begin is None:
        return made
    end = begin + 1
    while end < len(step.lines) and step.lines[end].startswith("  "):
        end += 1
    block = tuple(step.lines[begin:end])
    a, b = first_line + step.first + begin, first_line + step.first + end - 1
    whole = "\n".join(["", *block, ""])
    if block not in known or whole not in made.text:
        known.setdefault(block, f"lines {a}-{b}")
        return made
    text = made.text.replace(whole, f"\n{FOLD} lines {a}-{b}: the same as {known[block]}\n", 1)
    gone = Elision(ranges=((a, b),), count=len(block), summary=f"{len(block)} lines of settings that stand above")
    return replace(made, text=text, elisions=(*made.elisions, gone), lossless=False)


def _times(step: Step, first_line: int, *, alone: bool) -> str:
    """From when to when, and the longest time without a line, where that is long."""
    times = [time for time in step.times if time]
    if not times:
        return ""
    begin, end = times[0], times[-1]
    said = f"{'' if alone else f'{step.day} '}{begin}{f'-{end}' if end != begin else ''}"
    pauses = [(_seconds(b) - _seconds(a)) % _DAY if a and a != b else 0 for a, b in pairwise(step.times)]
    longest = max(pauses, default=0)
    if longest < _PAUSE:
        return said
    return f"{said}, no line for {longest} s after line {first_line + step.first + pauses.index(longest)}"


def _seconds(time: str) -> int:
    return 3600 * int(time[:2]) + 60 * int(time[3:5]) + int(time[6:])
