"""Search hits: the output of `rg -n`, `grep -rn`, `git grep -n`, `ag` and of the agents' own search tools.

Without loss: a path is written once per run of hits, and under it stand its lines as they are (`12:text`, context as
`12-text`), like `rg --heading` prints them. With leave to elide: definitions, hits that the query is about and distinct
texts stay; of the rest, the line numbers stay. A number and its text are never parted.

Not for compiler messages (`file.c:12:5: error: …`), stack traces or JSON. Above stands the router, beside it
`_hits`, which ranks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeAlias

from headroom.compressors._api import Effort, Limits, Rendition
from headroom.compressors._commands import words
from headroom.compressors._hit_excerpt import excerpt
from headroom.compressors._hit_runs import BODY, HEADED_BODY, NUMBERED, PATH, SEPARATOR, Runs, bare, grouped, parse
from headroom.compressors._paths import common_folder
from headroom.compressors._wrappers import inside
from headroom.lines import FOLD, sample
from headroom.messages import Hint

_SAMPLE = 1536
_GLANCE = 512
"""Where a search was run, the begin of its output is enough if all of it are hits."""
_HIT = re.compile(rf"\n{PATH}:(\d{{1,9}}):(.{{0,40}})")
_CONTEXT = re.compile(r"\n([^\n]{1,1024}?)-\d{1,9}-")
_DOCUMENT = re.compile(r"\s*(?:\{\s*\"|\[\s*[\[{\"])")
"""How JSON begins: hits may stand in it, and are none until somebody has read it."""
_LONGEST_NUMBER = 11

_COMMAND = re.compile(
    r"(?:^|[|;&(]|\bgit(?: -\S+)*|\bsudo|\bxargs(?: -\S+)*)\s*(?:rg|[efz]?grep|ag|ack|ugrep|search_file)\s"
)
_SEARCHERS = frozenset(("rg", "grep", "egrep", "fgrep", "zgrep", "ag", "ack", "ugrep", "search_file"))
_LISTS = frozenset(
    "--files -l -L --files-with-matches --files-without-match -rl -lr -ril -rli -c -rc -cr --count".split()
)
"""With these a searcher prints paths or counts, not hits."""
_RECURSIVE = re.compile(
    r"(?:^|[|;&(]\s*)(?:rg\s|git(?: -\S+)* grep\s|ag\s|[ef]?grep\s(?:[^|;&]*\s)?(?:-\w*[rRH]|--recursive|[^\s|;&]*\*))"
)
_TOOL = re.compile(r"grep|ripgrep|search|find_in|findinfiles", re.IGNORECASE)
_PATHLIKE = re.compile(r"(?:[A-Za-z]:[\\/])?[^\s:\"'(<>|][^:\"<>|\n]*\Z")
_STAMP = re.compile(r"[\d\s.,:TZ/-]+\Z")
_MESSAGE = re.compile(r"(?:\d+:)? (?:fatal |internal )?(?:error|warning|note|info|hint)\b", re.IGNORECASE)
_LOGGED = re.compile(
    r"^(?:[^\s:]{1,200}:)?\d+:(?:\S+ \S+ \S+ )?\[?(?:\d{4}-\d\d-\d\d[T ]\d\d:\d\d|[A-Z][a-z]{2} +\d{1,2} \d\d:\d\d"
    r"|\d\d/[A-Z][a-z]{2}/\d{4}:\d\d|\d\d:\d\d:\d\d)",
    re.MULTILINE,
)
_LINT = re.compile(r"(?:\d+:)? \S")


_Hit: TypeAlias = tuple[str, str, str]
"""Path, number, and how the text begins."""


class SearchCompressor:
    """Search hits, grouped by file."""

    name = "SearchCompressor"
    kind = "search"

    def score(self, text: str, hint: Hint) -> float:
        """0.95 where a search was run and the lines look like hits, 0.75 where only the lines do, 0.5 for those of a log."""
        if _DOCUMENT.match(text[:200]):
            return 0.0
        told = _told(hint)
        if told and _clear("\n" + text[:_GLANCE]):
            return 0.5 if _is_logged(text[:_GLANCE]) else 0.95
        head = "\n" + sample(text, _SAMPLE)
        found = _hits(head, told) if NUMBERED.search(head) else []
        if not found or _share(head, found) < (0.4 if told else 0.7) or not _ascending(found):
            return (0.5 if _is_logged(head) else 0.9) if told and _is_other(head, hint) else 0.0
        if told:
            return 0.5 if _is_logged(head) else 0.95
        tails = [tail for _, _, tail in found]
        if 5 * sum(1 for tail in tails if _MESSAGE.match(tail)) > len(tails):
            return 0.3
        if 5 * sum(1 for tail in tails if _LINT.match(tail)) > 4 * len(tails):
            return 0.3
        return 0.75 if len(found) > 1 else 0.4

    def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
        """Group hits by file; from `Effort.MEDIUM` on leave out what ranks low, with its line numbers.

        What an agent has put around them stays around them.
        """
        start, end = inside(text) if limits.effort >= Effort.MEDIUM else (0, len(text))
        if (start, end) == (0, len(text)):
            return self._found(text, hint, limits)
        first_line = limits.first_line + text.count("\n", 0, start)
        made = self._found(text[start:end], hint, replace(limits, first_line=first_line))
        return replace(made, text=f"{text[:start]}{made.text}{text[end:]}")

    def _found(self, text: str, hint: Hint, limits: Limits) -> Rendition:
        numbered = NUMBERED.search(text) is not None
        found = parse(text) if numbered else None
        plain = bare(text) if found is None and _recursive(hint) else found
        if limits.effort < Effort.MEDIUM or text.startswith(FOLD) or f"\n{FOLD}" in text:
            return _group(plain) if plain is not None else Rendition(text=text)
        best = found if numbered else plain
        short = excerpt(best if best is not None else grouped(text), hint, limits)
        if short is not None and 2 * len(short.text) < len(text):
            return short
        whole = _group(plain) if plain is not None else Rendition(text=text)
        return short if short is not None and 10 * len(short.text) < 9 * len(whole.text) else whole


def _told(hint: Hint) -> bool:
    """Whether the sender says that a search was run."""
    command = hint.command
    if command is not None:
        said = words(command)
        return not _SEARCHERS.isdisjoint(said) and said.isdisjoint(_LISTS) and _COMMAND.search(command) is not None
    return hint.tool is not None and _TOOL.search(hint.tool) is not None


def _recursive(hint: Hint) -> bool:
    """Whether a search through many files was run, whose hits begin with their path."""
    return hint.command is not None and _RECURSIVE.search(hint.command) is not None


def _hits(head: str, told: bool) -> list[_Hit]:
    """The lines that read as hits."""
    found: list[_Hit] = _HIT.findall(head)
    odd = {path for path in {hit[0] for hit in found} if not _is_path(path, told)}
    return [hit for hit in found if hit[0] not in odd] if odd else found


def _clear(head: str) -> bool:
    """Whether these lines, of which the last may be cut off, are hits in ascending order and their context."""
    found = _hits(head, told=True)
    return len(found) > 1 and _share(head, found) >= 0.7 and _ascending(found)


def _is_other(head: str, hint: Hint) -> bool:
    """Whether the lines are hits that do not name path and number each."""
    lines = [line for line in head.split("\n") if line and line != SEPARATOR]
    if not lines:
        return False
    return _is_headed(lines) or _is_alone(lines) or (_recursive(hint) and _is_bare(lines))


def _is_headed(head: Sequence[str]) -> bool:
    """Whether the lines are hits below a path, as `rg --heading` prints them."""
    bodies = sum(1 for line in head if HEADED_BODY.match(line))
    return HEADED_BODY.match(head[0]) is None and len(head) > bodies >= 0.5 * len(head)


def _is_alone(head: Sequence[str]) -> bool:
    """Whether the lines are hits in one file, `12:text`, as `grep -n` prints them; clocks do not ascend so."""
    numbers = [int(m[0][:-1]) for line in head if (m := BODY.match(line)) and len(m[0]) < _LONGEST_NUMBER]
    ascents = sum(1 for a, b in pairwise(numbers) if a < b)
    return len(numbers) == len(head) > 3 and 20 * ascents >= 19 * (len(numbers) - 1)


def _is_logged(head: str) -> bool:
    """Whether most hits are messages with a time: what a log tells is not a matter of which line is the best."""
    return 5 * len(_LOGGED.findall(head)) > 4 * head.strip("\n").count("\n")


def _is_bare(head: Sequence[str]) -> bool:
    """Whether the lines are `path:text`, without numbers."""
    return 10 * sum(1 for line in head if _bare_path(line)) >= 9 * len(head)


def _bare_path(line: str) -> str | None:
    """The path of `path:text`, if it looks like one."""
    at = line.find(":", 2, 1024)
    path = line[:at]
    if at < 0 or line.startswith("//", at + 1) or " " in path or "\t" in path:
        return None
    return path if "/" in path or "." in path or "\\" in path else None


def _is_path(path: str, told: bool) -> bool:
    if told:
        path = path[path.rfind(":", 2) + 1 :]  # `git grep` puts the revision before it
    if not _PATHLIKE.match(path) or _STAMP.match(path) or "://" in path:
        return False
    return told or "/" in path or "\\" in path or ("." in path and " " not in path)


def _share(head: str, found: Sequence[_Hit]) -> float:
    """How many of the lines are hits or context of a path that has a hit."""
    lines = head.count("\n") - head.count(f"\n{SEPARATOR}\n") - head.endswith("\n")
    if len(found) >= 0.7 * lines:
        return 1.0
    paths = {path for path, _, _ in found}
    context = sum(1 for path in _CONTEXT.findall(head) if path in paths)
    return (len(found) + context) / lines


def _ascending(found: Sequence[_Hit]) -> bool:
    """A search prints a file's hits by line; a log that names its source line does not."""
    same = [(int(a[1]), int(b[1])) for a, b in pairwise(found) if a[0] == b[0]]
    return 10 * sum(1 for a, b in same if a < b) >= 9 * len(same)


def _group(runs: Runs) -> Rendition:
    """The lossless form: a heading per run; a lone hit stays `path:12:text` unless the root is hoisted."""
    text = runs.text
    paths = [runs.path(n) for n in range(len(runs))]
    root = _root({path for path in paths if path is not None})
    skip = len(root)
    out: list[str] = []
    for n, path in enumerate(paths):
        if path is None or (runs.size(n) == 1 and not root):
            out.append(text[runs.starts[n] : runs.end(n)])
        else:
            out += (path[skip:], runs.body(n))
    body = "\n".join(out)
    if len(body) >= len(text):
        return Rendition(text=text)
    below = f"; paths below {root}" if root else ""
    return Rendition(text=body, note=f"path once per file, its lines below it{below}")


def _root(paths: set[str]) -> str:
    """The directory that all paths share, where naming it once saves more than it costs."""
    root = common_folder(paths)
    rest = [path[len(root) :] for path in paths] if root else []
    return "" if any(BODY.match(r) or r in ("", SEPARATOR) for r in rest) else root
