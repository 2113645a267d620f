"""Search hits: the output of `rg -n`, `grep -rn`, `git grep -n`, `ag` and of the agents' own search tools.

Without loss: a path is written once per run of hits, and under it stand its lines as they are (`12:text`, context as
`12-text`), like `rg --heading` prints them. With leave to elide: definitions, hits that the query is about and distinct
texts stay; of the rest, the line numbers stay. A number and its text are never parted.

Not for compiler messages (`file.c:12:5: error: …`), stack traces or JSON. Above stands the router, beside it
`_hits`, which ranks.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from headroom.compressors._api import Effort, Elision, Limits, Rendition
from headroom.compressors._commands import words
from headroom.compressors._hits import Ranking
from headroom.compressors._paths import common_folder
from headroom.lines import FOLD, format_ranges, runs, sample
from headroom.messages import Hint

_PREFIX = 1024
"""A path and its number must stand within so many characters; this bounds the time spent on minified lines."""
_HIT = re.compile(r"(.+?):(\d{1,9}):")
_CONTEXT = re.compile(r"-(\d{1,9})-")
_MAYBE_CONTEXT = re.compile(r"[^:]{1,1024}?-\d{1,9}-")
_BODY = re.compile(r"\d+[:-]")
_LONGEST_NUMBER = 11
_HIT_BODY = re.compile(r"\d+:")
_CONTEXT_BODY = re.compile(r"\d+-")
_SEPARATOR = "--"

_BUDGET = {Effort.MEDIUM: (0.25, 1000, 24_000), Effort.STRONG: (0.1, 500, 8000)}
"""Characters that shown hits may take: this share of the text, but no less and no more than so many."""
_RANGES = 50
"""So many line numbers or ranges are listed one by one; beyond, the last number ends the list."""
_NAMED = 40
"""So many files without a visible hit get a line of their own; the rest are counted by folder."""

_COMMAND = re.compile(r"(?:^|[|;&(]|\bgit(?: -\S+)*|\bsudo|\bxargs(?: -\S+)*)\s*(?:rg|[efz]?grep|ag|ack|ugrep)\s")
_SEARCHERS = frozenset(("rg", "grep", "egrep", "fgrep", "zgrep", "ag", "ack", "ugrep"))
_RECURSIVE = re.compile(
    r"(?:^|[|;&(]\s*)(?:rg\s|git(?: -\S+)* grep\s|ag\s|[ef]?grep\s(?:[^|;&]*\s)?(?:-\w*[rRH]|--recursive|[^\s|;&]*\*))"
)
_NUMBERED = re.compile(r":\d{1,9}:")
_TOOL = re.compile(r"grep|ripgrep|search|find_in|findinfiles", re.IGNORECASE)
_PATHLIKE = re.compile(r"(?:[A-Za-z]:[\\/])?[^\s:\"'(<>|][^:\"<>|\n]*\Z")
_STAMP = re.compile(r"[\d\s.,:TZ/-]+\Z")
_MESSAGE = re.compile(r"(?:\d+:)? (?:fatal |internal )?(?:error|warning|note|info|hint)\b", re.IGNORECASE)
_LINT = re.compile(r"(?:\d+:)? \S")


@dataclass(slots=True)
class Run:
    """Consecutive lines of one file. `bodies` are what follows the path; `path` is None for lines of no file."""

    path: str | None
    first: int
    bodies: list[str] = field(default_factory=list)


class SearchCompressor:
    """Search hits, grouped by file."""

    name = "SearchCompressor"
    kind = "search"

    def score(self, text: str, hint: Hint) -> float:
        """0.95 where a search was run and the lines look like hits, 0.75 where only the lines do."""
        told = _told(hint)
        head = [line for line in dict.fromkeys(sample(text).split("\n")) if line and line != _SEPARATOR]
        if not head:
            return 0.0
        others = told and (_is_headed(head) or _is_alone(head) or (_recursive(hint) and _is_bare(head)))
        other = 0.9 if others else 0.0
        some = [line for line in head if _NUMBERED.search(line)]
        found = [m for m in (_HIT.match(line, 0, _PREFIX) for line in some) if m and _is_path(m[1], told)]
        if not found:
            return other
        share = _share(head, {m[1] for m in found}, len(found))
        if share < (0.4 if told else 0.7) or not _ascending(found):
            return other
        if told:
            return 0.95
        tails = [m.string[m.end() :] for m in found]
        if 5 * sum(1 for t in tails if _MESSAGE.match(t)) > len(tails):
            return 0.3
        if 5 * sum(1 for t in tails if _LINT.match(t)) > 4 * len(tails):
            return 0.3
        return 0.75 if len(found) > 1 else 0.4

    def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
        """Group hits by file; from `Effort.MEDIUM` on leave out what ranks low, with its line numbers."""
        lines = text.split("\n")
        found = _parse(lines, spaced=_SEPARATOR in lines) if _NUMBERED.search(text) else None
        plain = _bare(lines) if found is None and _recursive(hint) else found
        whole = _group(plain, text) if plain is not None else Rendition(text=text)
        if limits.effort < Effort.MEDIUM or (FOLD in text and any(line.startswith(FOLD) for line in lines)):
            return whole
        short = _shorten(found if found is not None else _grouped(lines), lines, text, hint, limits)
        return short if short is not None and 10 * len(short.text) < 9 * len(whole.text) else whole


def _told(hint: Hint) -> bool:
    """Whether the sender says that a search was run."""
    if hint.command is not None:
        return not _SEARCHERS.isdisjoint(words(hint.command)) and _COMMAND.search(hint.command) is not None
    return hint.tool is not None and _TOOL.search(hint.tool) is not None


def _recursive(hint: Hint) -> bool:
    """Whether a search through many files was run, whose hits begin with their path."""
    return hint.command is not None and _RECURSIVE.search(hint.command) is not None


def _is_headed(head: Sequence[str]) -> bool:
    """Whether the lines are hits below a path, as `rg --heading` prints them."""
    bodies = sum(1 for line in head if _BODY.match(line))
    return _BODY.match(head[0]) is None and len(head) > bodies >= 0.6 * len(head)


def _is_alone(head: Sequence[str]) -> bool:
    """Whether the lines are hits in one file, `12:text`, as `grep -n` prints them; clocks do not ascend so."""
    numbers = [int(m[0][:-1]) for line in head if (m := _BODY.match(line)) and len(m[0]) < _LONGEST_NUMBER]
    ascents = sum(1 for a, b in pairwise(numbers) if a < b)
    return len(numbers) == len(head) > 3 and 20 * ascents >= 19 * (len(numbers) - 1)


def _is_bare(head: Sequence[str]) -> bool:
    """Whether the lines are `path:text`, without numbers."""
    return 10 * sum(1 for line in head if _bare_path(line)) >= 9 * len(head)


def _bare_path(line: str) -> str | None:
    """The path of `path:text`, if it looks like one."""
    at = line.find(":", 2, _PREFIX)
    path = line[:at]
    if at < 0 or line.startswith("//", at + 1) or " " in path or "\t" in path:
        return None
    return path if "/" in path or "." in path or "\\" in path else None


def _is_path(path: str, told: bool) -> bool:
    if not _PATHLIKE.match(path) or _STAMP.match(path) or "://" in path:
        return False
    return told or "/" in path or "\\" in path or ("." in path and " " not in path)


def _share(head: Sequence[str], paths: set[str], hits: int) -> float:
    """How many of the lines are hits or context of a path that has a hit."""
    context = 0
    for line in head:
        if any(line[: m.start()] in paths for m in _CONTEXT.finditer(line, 0, _PREFIX)):
            context += 1
    return min(1.0, (hits + context) / len(head))


def _ascending(found: Sequence[re.Match[str]]) -> bool:
    """A search prints a file's hits by line; a log that names its source line does not."""
    same = [(int(a[2]), int(b[2])) for a, b in pairwise(found) if a[1] == b[1]]
    return 10 * sum(1 for a, b in same if a < b) >= 9 * len(same)


def _parse(lines: Sequence[str], *, spaced: bool = False) -> list[Run] | None:
    """The lines as runs of one file each; None where the grouped form could not be undone.

    `spaced` says that there is context (`path-12-text`). It is read only beside hits of the same path.
    """
    known = _paths(lines) if spaced else set()
    found: list[Run] = []
    run = Run(None, 0)
    hit = context = "\n"
    size = 0
    for i, line in enumerate(lines):
        if (line.startswith(hit) and _HIT_BODY.match(line, size)) or (
            spaced and line.startswith(context) and _CONTEXT_BODY.match(line, size)
        ):
            run.bodies.append(line[size:])
            continue
        if line == _SEPARATOR and run.path is not None:
            run.bodies.append(line)
            continue
        at = _path_end(line, known)
        path = line[:at] if at else None
        if path is None and _BODY.match(line):
            return None
        if path is None and not spaced and _MAYBE_CONTEXT.match(line):
            return _parse(lines, spaced=True)
        if path is not None or run.path is not None or not found:
            run = Run(path, i)
            found.append(run)
            hit, context = (f"{path}:", f"{path}-") if path is not None else ("\n", "\n")
            size = at + 1
        run.bodies.append(line[at + 1 :] if at else line)
    return found


def _bare(lines: Sequence[str]) -> list[Run] | None:
    """Hits without a number: what stands below a path begins with the ":" that followed it."""
    if any(line.startswith(":") for line in lines):
        return None
    found = [Run(None, 0)]
    for i, line in enumerate(lines):
        path = _bare_path(line)
        if path != found[-1].path:
            found.append(Run(path, i))
        found[-1].bodies.append(line[len(path) :] if path is not None else line)
    return found if any(run.path is not None and len(run.bodies) > 2 for run in found) else None


def _grouped(lines: Sequence[str]) -> list[Run]:
    """Hits that stand below their path already (`rg --heading`): runs without the path's own line. Hits in one file that
    is not named have the path "".
    """
    found: list[Run] = []
    run: Run | None = Run("", 0) if _BODY.match(lines[0]) else None
    if run is not None:
        found.append(run)
    for i, line in enumerate(lines):
        body = bool(_BODY.match(line)) or line == _SEPARATOR
        if run is not None and body == (run.path is not None):
            run.bodies.append(line)
        elif body and run is not None and run.bodies[-1].strip():
            heading = run.bodies.pop()
            run = Run(heading, i, [line])
            found.append(run)
        else:
            run = Run(None, i, [line])
            found.append(run)
    return found


def _paths(lines: Sequence[str]) -> set[str]:
    return {m[1] for m in (_HIT.match(line, 0, _PREFIX) for line in lines) if m}


def _path_end(line: str, known: set[str]) -> int:
    """Where the path of a hit or of a context line ends; 0 where there is none."""
    if _BODY.match(line):
        return 0
    for c in _CONTEXT.finditer(line, 0, _PREFIX) if known else ():
        if line[: c.start()] in known:
            return c.start()
    m = _HIT.match(line, 0, _PREFIX)
    return m.end(1) if m is not None and m[1] != _SEPARATOR else 0


def _root(found: Sequence[Run]) -> str:
    """The directory that all paths share, where naming it once saves more than it costs."""
    paths = {run.path for run in found if run.path is not None}
    root = common_folder(paths)
    rest = [p[len(root) :] for p in paths]
    return "" if any(_BODY.match(r) or r in ("", _SEPARATOR) for r in rest) else root


def _parted(body: str) -> str:
    """What stood between the path and `body`: ":" before a hit, "-" before context."""
    m = _BODY.match(body)
    return body[m.end() - 1] if m is not None else ""


def _note(root: str) -> str:
    return (
        f"path once per file, its lines below it; paths below {root}"
        if root
        else "path once per file, its lines below it"
    )


def _group(found: Sequence[Run], text: str) -> Rendition:
    """The lossless form: a heading per run; a lone hit stays `path:12:text` unless the root is hoisted."""
    root = _root(found)
    out: list[str] = []
    for run in found:
        if run.path is None:
            out += run.bodies
        elif len(run.bodies) == 1 and not root:
            out.append(run.path + _parted(run.bodies[0]) + run.bodies[0])
        else:
            out.append(run.path[len(root) :])
            out += run.bodies
    body = "\n".join(out)
    if len(body) >= len(text):
        return Rendition(text=text)
    return Rendition(text=body, note=_note(root))


def _shorten(found: Sequence[Run], lines: Sequence[str], text: str, hint: Hint, limits: Limits) -> Rendition | None:
    """The best hits under a budget of characters; None where all of it fits or there is nothing to rank."""
    per_run = [
        [k for k, body in enumerate(r.bodies) if _HIT_BODY.match(body)] if r.path is not None else [] for r in found
    ]
    hits = [(r.first + k, r.path or "", r.bodies[k]) for r, ks in zip(found, per_run, strict=True) for k in ks]
    share, least, most = _BUDGET[limits.effort]
    budget = min(max(least, int(share * len(text))), most)
    if not hits or len(text) <= budget:
        return None
    ranking = Ranking.of(hint, text)
    chosen, left = ranking.choose(hits, budget)
    kept = ranking.asked.union(chosen)
    if limits.keep is not None:
        kept |= {i for i, line in enumerate(lines) if limits.keep.search(line)}
    if len(hits) < len(lines) // 2:
        kept |= _context(found, chosen, max(left, budget // 5))
    out: list[str] = []
    shown: set[int] = set()
    rest: list[tuple[str, list[str]]] = []
    for run, ks in zip(found, per_run, strict=True):
        if run.path is None:
            out += run.bodies
            shown.update(range(run.first, run.first + len(run.bodies)))
            continue
        visible = [k for k in range(len(run.bodies)) if run.first + k in kept]
        gone = [run.bodies[k] for k in ks if run.first + k not in kept]
        if visible:
            out += [run.path] if run.path else []
            out += [run.bodies[k] for k in visible]
            shown.update(run.first + k for k in visible)
            if run.first and lines[run.first - 1] == run.path:  # it stood on a line of its own before
                shown.add(run.first - 1)
            if gone:
                out.append(f"{FOLD} {len(gone)} more: {_listed(gone)}")
        elif gone:
            if len(rest) < _NAMED:
                out.append(f"{FOLD} {run.path or 'hits'}: {_listed(gone)}")
            rest.append((run.path, gone))
    out += _by_folder(rest[_NAMED:])
    return _rendition(out, shown, hits, lines, limits)


def _listed(bodies: Sequence[str]) -> str:
    """`12, 40, 77-80` for hits that are not shown, and their length where that is why."""
    ranges = runs(sorted({int(body[: body.index(":")]) for body in bodies}))
    text = format_ranges(ranges[:_RANGES])
    if len(ranges) > _RANGES:
        text += f", … {ranges[-1][1]}"
    longest = max(map(len, bodies))
    return f"{text} (up to {longest:,} characters)" if longest > _PREFIX else text


def _context(found: Sequence[Run], chosen: Sequence[int], left: int) -> set[int]:
    """Context lines of the chosen hits, the best hit's first and the nearest first, as many as `left` characters hold."""
    firsts = [run.first for run in found]
    taken: set[int] = set()
    for line in chosen:
        run = found[bisect_right(firsts, line) - 1]
        for step in (1, -1):
            k = line - run.first + step
            while 0 <= k < len(run.bodies) and _CONTEXT_BODY.match(run.bodies[k]):
                left -= len(run.bodies[k]) + 1
                if left < 0:
                    return taken
                taken.add(run.first + k)
                k += step
    return taken


def _by_folder(rest: Sequence[tuple[str, list[str]]]) -> list[str]:
    """`⋯ 16 more hits, by folder: src/ 12, tests/ 4`, the largest first and at most a dozen; nothing for nothing."""
    counts: Counter[str] = Counter()
    for path, gone in rest:
        counts[path[: max(path.rfind("/"), path.rfind("\\")) + 1] or "./"] += len(gone)
    if not counts:
        return []
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    parts = [f"{folder} {n}" for folder, n in ranked[:12]]
    if len(ranked) > 12:
        parts.append(f"{len(ranked) - 12} other folders {sum(n for _, n in ranked[12:])}")
    return [f"{FOLD} {counts.total()} more hits in {len(rest)} files, by folder: {', '.join(parts)}"]


def _rendition(
    out: Sequence[str], shown: set[int], hits: Sequence[tuple[int, str, str]], lines: Sequence[str], limits: Limits
) -> Rendition:
    gone = [i for i in range(len(lines)) if i not in shown and (lines[i] or i + 1 < len(lines))]
    seen = sum(1 for i, _, _ in hits if i in shown)
    at = {i for i, _, _ in hits}
    context = sum(1 for i in gone if i not in at and _CONTEXT_BODY.search(lines[i]))
    note = f"{seen} of {len(hits)} hits" if seen < len(hits) else f"all {len(hits)} hits"
    if any(path for _, path, _ in hits):
        note += ", path once per file"
    if seen < len(hits):
        note += f"; {FOLD} gives the line numbers of the rest"
    if context:
        note += f"; {context} context lines left out"
    ranges = tuple((a + limits.first_line, b + limits.first_line) for a, b in runs(gone))
    elision = Elision(ranges=ranges, count=len(gone), summary=f"{len(hits) - seen} hits")
    return Rendition(text="\n".join(out), note=note, elisions=(elision,), lossless=False)
