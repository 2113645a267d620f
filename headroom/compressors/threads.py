"""Dumps of threads: what each thread of a process does (jstack, goroutines, py-spy, faulthandler, gdb, dotnet-stack, lldb).

    "http-nio-8080-exec-1" #31 … waiting on condition          "http-nio-8080-exec-1" #31 … waiting on condition
       java.lang.Thread.State: WAITING (parking)                  java.lang.Thread.State: WAITING (parking)
         at jdk.internal.misc.Unsafe.park(Native Method)            at jdk.internal.misc.Unsafe.park(Native Method)
    "http-nio-8080-exec-2" #32 … waiting on condition          ⋯ lines 17-160 (9 threads like "http-nio-8080-exec-1": http-nio-8080-exec-{2-10})
       …

One thread of each stack is shown, whole. An address that a single thread mentions is its own, so it tells no two of them apart; one that
several mention is a lock or a queue that they share, and does. Threads that used most time stay, so does what the query names. Above stand
the router and the engine.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from headroom import lines as lines_
from headroom.compressors._api import Effort, Limits, Rendition
from headroom.compressors._folds import Fold, render
from headroom.lines import FOLD
from headroom.messages import Hint
from headroom.relevance import matching_lines

_HEADER = re.compile(
    r"""(?: "(?P<java>(?:[^"\\]|\\.)*)"(?=\ .{0,400}\b(?:tid|nid)=)
      | goroutine\ (?P<go>\d+)\ [^\[]{0,300}\[[^\]]*\]:\Z
      | Thread\ \S+\ \((?:idle|active)[^)]*\)(?::\ "(?P<python>[^"]*)")?\Z
      | (?:Current\ thread|Thread)\ (?P<fault>0x[0-9a-f]+)\ .{0,100}\(most\ recent\ call\ first\):\Z
      | Thread\ (?P<gdb>\d+)\ \(.{0,200}\)(?:\ "[^"]*")?:\Z
      | Thread\ \((?P<dotnet>0x[0-9A-Fa-f]+)\):\Z
      | [*\ ]\ thread\ \#(?P<lldb>\d+)\b.*\Z
      | TID\ (?P<tid>\d+):\Z
    )""",
    re.VERBOSE,
)
_STARTS = ('"', "goroutine ", "Thread ", "Current thread ", "* thread #", "  thread #", "TID ")
_SIGNS = ("nid=", "goroutine ", "Thread ", "thread #", "TID ")
"""One of these stands in each header."""
_NOTE = "like = the same stack and state, but for values of arguments and for addresses that no other thread mentions"
_FRAME = re.compile(r"[ \t]|#\d|created by |\.\.\.|.*\)\Z")
"""What goes on below a header."""
_FEWEST = 4
"""Threads that a dump has at least."""
_MOSTLY = 0.5
_ADDRESS = re.compile(r"0x[0-9a-fA-F]+")
_SHORT = 8
"""Characters of a number that is no address."""
_ARGUMENT = re.compile(r"=-?\d+(?=[,)])")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_USED = re.compile(r"\bcpu=(\d+(?:\.\d+)?)ms")
_SINCE = re.compile(r", (\d+) minutes")
"""What a header measures: how much time a thread has used, how long it has waited."""
_BUSY, _BUSIEST = 10, 3
"""So many times the usual time of a thread is much, and so many of those threads stay."""
_BARE = 2
"""Lines of a thread that has no stack: what it is called tells more than what it does."""
_ASKED = 12
"""So many threads stay because of the query."""
_SERIES = re.compile(r"(.*?)(\d+)(\D*)\Z", re.DOTALL)
_NAMES = 12
_FILLERS = (
    (re.compile(r"(?:0x[0-9a-f]{8,16},? ?)+\Z"), "addresses"),
    (re.compile(r"\[New (?:LWP|Thread) .*\]\Z"), "new threads"),
)
"""Lines that list what each thread's header says again."""
_FILLED = 4


@dataclass(frozen=True, slots=True)
class _Thread:
    """Lines `first` to `end` (exclusive): the header, the stack, and the blank lines behind it."""

    name: str
    first: int
    end: int


class ThreadDumpCompressor:
    """The stacks of all threads: each stack once, with the threads that have it."""

    name = "ThreadDumpCompressor"
    kind = "log"

    def score(self, text: str, hint: Hint) -> float:
        """0.95 for text that is mostly such stacks, 0 for all else."""
        head = text[:20_000]
        if not any(map(head.__contains__, _SIGNS)):
            return 0.0
        lines = head.split("\n")
        threads = list(_threads(lines))
        own = sum(thread.end - thread.first for thread in threads)
        return 0.95 if len(threads) >= _FEWEST and own >= _MOSTLY * len(lines) else 0.0

    def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
        """From LIGHT on, stacks that other threads have as well are told by the names of those threads."""
        if limits.effort < Effort.LIGHT or text.startswith(FOLD) or f"\n{FOLD}" in text:
            return Rendition(text=text)
        source = lines_.split(text)
        threads = list(_threads(source))
        shown = _kept(source, threads, text, hint, limits)
        folds = [*_told(source, threads, shown), *_listed(source, limits)]
        return render(source, sorted(folds, key=lambda fold: fold.first), limits.first_line, _NOTE if folds else "")


def _threads(source: Sequence[str]) -> Iterator[_Thread]:
    """The threads of a dump, in order. A stack ends at a line that is neither indented nor a frame, and at the next header;
    behind a blank line only what is indented belongs to it."""
    at = 0
    while at < len(source):
        header = _header(source[at])
        if header is None:
            at += 1
            continue
        end = at + 1
        while end < len(source) and _FRAME.match(source[end]) and _header(source[end]) is None:
            end += 1
        while end < len(source) and not source[end].strip():
            end += 1
            below = end
            while header["java"] is not None and below < len(source) and source[below][:1] in (" ", "\t"):
                below += 1
            end = below
        end -= end == len(source) and not source[-1]  # behind the last line end stands no line
        yield _Thread(next((n for n in header.groups() if n), "") or _first_number(source[at]), at, end)
        at = end


def _header(line: str) -> re.Match[str] | None:
    return _HEADER.match(line) if line.startswith(_STARTS) else None


def _first_number(line: str) -> str:
    found = _NUMBER.search(line)
    return found[0] if found is not None else ""


def _kept(source: Sequence[str], threads: Sequence[_Thread], text: str, hint: Hint, limits: Limits) -> set[int]:
    """Numbers of the threads that are shown whoever is like them: what `keep` matches, what the query names, the busiest."""
    owner = {line: n for n, thread in enumerate(threads) for line in range(thread.first, thread.end)}
    kept: set[int] = set()
    if limits.keep is not None:
        search = limits.keep.search
        kept.update(owner[i] for i, line in enumerate(source) if i in owner and search(line))
    asked = {owner[i] for i in matching_lines(text, hint.query) if i in owner}
    kept |= asked if len(asked) <= _ASKED else set()
    used = [
        (value, n) for n, thread in enumerate(threads) if (value := _measured(_USED, source[thread.first])) is not None
    ]
    if used:
        much = _BUSY * max(1.0, median(value for value, _ in used))
        kept.update(n for value, n in sorted(used, reverse=True)[:_BUSIEST] if value > much)
    return kept


def _measured(what: re.Pattern[str], header: str) -> float | None:
    found = what.search(header)
    return float(found[1]) if found is not None else None


def _told(source: Sequence[str], threads: Sequence[_Thread], kept: set[int]) -> Iterator[Fold]:
    """Runs of threads of which the same is shown of another one."""
    first_of: dict[object, int] = {}
    run: dict[int, list[_Thread]] = {}
    begin = end = -1
    for number, (thread, key) in enumerate(zip(threads, _keys(source, threads), strict=True)):
        like = first_of.setdefault(key, number)
        hidden = like != number and number not in kept
        if run and (not hidden or thread.first != end):
            yield Fold(begin, end - 1, _label(source, threads, run))
            run = {}
        if hidden:
            begin = thread.first if not run else begin
            end = thread.end
            run.setdefault(like, []).append(thread)
    if run:
        yield Fold(begin, end - 1, _label(source, threads, run))


def _keys(source: Sequence[str], threads: Sequence[_Thread]) -> Iterator[object]:
    """By thread, what those have in common that do the same."""
    stacks = ["\n".join(source[thread.first + 1 : thread.end]).rstrip() for thread in threads]
    mentions = Counter(address for stack in stacks for address in set(_ADDRESS.findall(stack)))
    for thread, stack in zip(threads, stacks, strict=True):
        header = source[thread.first].replace(thread.name, "", 1)
        state = _NUMBER.sub("0", _ADDRESS.sub("0", _SINCE.sub("", header)))
        series = _NUMBER.sub("0", thread.name) if stack.count("\n") + 1 <= _BARE else ""
        same = _ADDRESS.sub(lambda m: m[0] if len(m[0]) > _SHORT and mentions[m[0]] > 1 else "", stack)
        yield series, state, _ARGUMENT.sub("=", same)


def _label(source: Sequence[str], threads: Sequence[_Thread], run: dict[int, list[_Thread]]) -> str:
    """`9 threads like "exec-1": exec-{2-10}; cpu 0.1-4.2ms`, for each sort."""
    parts = []
    for like, alike in run.items():
        word = "goroutine" if source[threads[like].first].startswith("goroutine ") else "thread"
        names = _named([thread.name for thread in alike])
        name = threads[like].name
        name = f"{word} {name}" if name.isdigit() else name if name.startswith("0x") else f'"{name}"'
        said = f"{len(alike)} {word}{'s' if len(alike) > 1 else ''} like {name}"
        said += f": {names}" if names else ""
        headers = [source[thread.first] for thread in alike]
        used = [value for header in headers if (value := _measured(_USED, header)) is not None]
        if used:
            low, high = min(used), max(used)
            said += f"; cpu {low:g}{'' if low == high else f'-{high:g}'}ms"
        since = [value for header in headers if (value := _measured(_SINCE, header)) is not None]
        said += f"; up to {max(since):g} minutes" if since else ""
        parts.append(said)
    return " | ".join(parts)


def _named(names: Sequence[str]) -> str:
    """`exec-{2-10,12}, main`: series by their numbers; nothing for addresses, which tell nobody anything."""
    series: dict[tuple[str, str], list[int]] = {}
    out: list[str] = []
    for name in names:
        if name.startswith("0x"):
            continue
        found = _SERIES.match(name)
        if found is None or (found[2] != "0" and found[2].startswith("0")) or len(found[2]) > 9:
            out.append(name)
        else:
            series.setdefault((found[1], found[3]), []).append(int(found[2]))
    for (before, behind), numbers in series.items():
        if len(numbers) == 1:
            out.append(f"{before}{numbers[0]}{behind}")
            continue
        spans = lines_.format_ranges(lines_.runs(sorted(set(numbers)))).replace(" ", "")
        out.append(f"{before}{{{spans}}}{behind}" if before or behind else spans)
    out = [f'"{name}"' if " " in name else name for name in out]
    more = len(out) - _NAMES
    return ", ".join(out[:_NAMES]) + (f", {more} more" if more > 0 else "")


def _listed(source: Sequence[str], limits: Limits) -> Iterator[Fold]:
    """Lists of threads that say nothing but what they are called inside."""
    for pattern, what in _FILLERS:
        for a, b in lines_.runs(i for i, line in enumerate(source) if pattern.match(line)):
            some = "\n".join(source[a : b + 1])
            if b - a + 1 >= _FILLED and not (limits.keep is not None and limits.keep.search(some)):
                count = len(_ADDRESS.findall(some)) if what == "addresses" else b - a + 1
                yield Fold(a, b, f"{count} {what}")
