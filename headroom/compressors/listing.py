"""Listings: the paths that `ls`, `ls -l`, `find`, `fd`, `tree`, `git ls-files`, `rg --files` and glob tools print.

Without loss: a directory is written once and its names follow on its line, the columns of `ls -l` that most rows share
are stated once, and a tree is drawn by indentation. With leave to elide: large directories of one sort of file become
counts per extension; names that the query is about and sorts that are rare stay.

Of `git status`, `git blame` and `du` nothing is left out: a list of changes that is cut reads as complete. Above stands the
router, beside it `_ls_rows` and `_git_lists`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise

from headroom.compressors._api import Effort, Elision, Limits, Rendition
from headroom.compressors._commands import words
from headroom.compressors._dotted import share, shorten_settings
from headroom.compressors._git_lists import BLAMED, blame, changes, log
from headroom.compressors._indented import as_paths
from headroom.compressors._indented import begins as are_indented
from headroom.compressors._ls_rows import FOUND, ROW, shorten, shorten_found
from headroom.compressors._marked import begins as are_marked
from headroom.compressors._marked import unmarked
from headroom.compressors._paths import AsPaths, common_folder
from headroom.compressors._stat_lists import SIZED, STAT, stat, usage
from headroom.compressors._trees import BRANCHES, is_drawn, shorten_tree
from headroom.compressors._verbs import bared
from headroom.compressors._verbs import begins as says_of_paths
from headroom.lines import FOLD, named, runs, sample
from headroom.messages import Hint
from headroom.relevance import terms

_COMMAND = re.compile(
    r"(?:^|[|;&(]|\bsudo|\btime)\s*(?:ls|ll|exa|eza|find|fd|fdfind|tree|dir|locate|git(?: -\S+)* ls-files"
    r"|git(?: -\S+)* ls-tree|tar\s+-?\w*t\w*|rg\s(?:[^|;&]*\s)?(?:--files\S*|-\w*l\w*)|[efz]?grep\s(?:[^|;&]*\s)?(?:--files-with\S*|--count|-\w*[lLc]\w*))"
    r"(?=\s|$)"
)
_LISTERS = frozenset("ls ll exa eza find fd fdfind tree dir locate git tar rg grep egrep fgrep zgrep".split())
_STATUS = re.compile(
    r"\bgit(?: -\S+)* (?:status\b|(?:diff|show|log)\s[^|;&]*--name-status)|(?:^|[|;&(]\s*)(?:sudo )?du\b"
)
_LOGGED = re.compile(
    r"\n(?:commit [0-9a-f]{40}(?: \([^)\n]*\))?\n(?:Merge: .*\n)?|(?:Commit history:\n)?Commit: [0-9a-f]{40}\n)Author: "
)
_TOOL = re.compile(r"glob|list|\bls\b|find_?files?|file_?search|tree|search_files", re.IGNORECASE)
_SAMPLE = 1536
_MODES = re.compile(r"\n[bcdlps-][rwxsStT-]{9}")
_PATHS = re.compile(
    r"\n((?:[A-Za-z]:[\\/])?(?=[^\n])[^\s:*?\"<>|\\/=;,(){}]{0,500}(?:[\\/][^\s:*?\"<>|=;,{}\\/]{0,500}){0,40})(?::\d+)?(?=\n)"
)
_ODD = re.compile(r"[ \t\r]|//")
_ITSELF = frozenset((".", "./"))
_STRANGE = re.compile(r"[^\w@.+~\[\]()#$%\n-]")
_STATUS_ROW = re.compile(r"(?:[ MADRCU?!]{2}|\t(?:modified|new file|deleted|renamed):) ?\S")
_GROUP = re.compile(r"(?:here|\S*/): ")
_SEPARATORS = {ord(c): None for c in " -_.,:;/\\+@()[]#$%~'\"`?!"}
_HERE = "here"
_ROW = 50
"""So many names stand on one line."""
_FOLDED = {Effort.MEDIUM: 12, Effort.STRONG: 6}
"""A directory with more names of one run than this is folded, in a listing of four times as many."""
_RANGES = 8
"""So many ranges of lines are listed; beyond, the first and the last line say where."""
_MOSTLY = 0.9
_FIRST = 24
"""So many lines tell whether all of them are of one kind."""
_PLAIN = 30
"""Names without extension may be folders: so many of them are not thought common."""
_SAID = 0.7
_SAYINGS = 40
_ASKED = 40
"""A word of the query that more names hold than this, and than half of them, tells nothing."""


@dataclass(slots=True)
class Folder:
    """Consecutive paths of one directory. `path` ends in a slash, is empty for bare names, None for other lines."""

    path: str | None
    first: int
    names: list[str] = field(default_factory=list)


class ListingCompressor:
    """Listings of files, grouped by directory."""

    name = "ListingCompressor"
    kind = "listing"

    def score(self, text: str, hint: Hint) -> float:
        """0.95 where a listing was asked for and all lines look like one, 0.9 where most do, 0.7 where only the lines do."""
        head = "\n" + sample(text, _SAMPLE)
        lines = [line for line in head.split("\n") if line.strip()]
        if len(lines) < 3:
            return 0.0
        if all(BLAMED.match(line) for line in lines[:2]) or all(FOUND.match(line) for line in lines[:2]):
            return 0.95
        if head.startswith(("\ncommit ", "\nCommit")) and _LOGGED.match(head):
            return 0.9
        if head.startswith("\n[") and are_marked(lines):
            return 0.95
        if _per_file(lines):
            return 0.9
        if share(lines) >= _MOSTLY:
            return 0.65
        told = _told(hint)
        if _reports(text, hint):
            rows = sum(1 for line in lines if _STATUS_ROW.match(line) or "\t" in line)
            if 2 * rows >= len(lines):
                return 0.9
            if not _MODES.search(head):
                return 0.0
        if any(map(head.__contains__, BRANCHES)) or _MODES.search(head):
            shaped = sum([ROW.match(line) is not None or is_drawn(line) for line in lines])
            if 2 * shaped > len(lines):
                return 0.95 if told else 0.85
        if not told and "/" not in head and "\\" not in head:
            return 0.0
        if "\n  " in head and "/\n" in head and are_indented(lines):
            return 0.95 if told else 0.8
        fewest = (0.6 if told else 0.9) * len(lines)
        if sum([" " not in line for line in lines]) < fewest:
            return _SAID if says_of_paths(lines) else 0.0
        whole = _PATHS.findall(f"{head}\n")
        if len(whole) < fewest:
            return 0.0
        if told:
            return 0.95 if len(whole) == len(lines) else 0.9
        deep = sum(1 for line in whole if "/" in line or "\\" in line)
        return 0.7 if 2 * deep > len(lines) and len(set(whole)) == len(whole) else 0.0

    def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
        """Group by directory; from `Effort.MEDIUM` on fold large directories. Nothing is left out of reports of changes."""
        lines = text.split("\n")
        if _per_file(lines[:_FIRST]):
            return usage(text) or stat(text) or Rendition(text=text)
        if share(lines[:_FIRST]) >= _MOSTLY:
            return shorten_settings(text) or Rendition(text=text)
        if any(ROW.match(line) for line in lines[:8]):
            return shorten(lines, text)
        if _reports(text, hint):
            return changes(text) or usage(text) or Rendition(text=text)
        if BLAMED.match(lines[0]):
            return blame(text) or Rendition(text=text)
        if lines[0].startswith(("commit ", "Commit")):
            return log(text, limits.effort) or Rendition(text=text)
        if FOUND.match(lines[0]):
            return shorten_found(text)
        if any(is_drawn(line) for line in lines[:_FIRST]):
            return shorten_tree(lines, text)
        if _MODES.search(text):
            return shorten(lines, text)
        if are_marked(lines):
            return _by_path(lines, text, unmarked(lines), hint, limits)
        if "\n  " in text and "/\n" in text and are_indented([line for line in lines[:_SAYINGS] if line]):
            return _by_path(lines, text, as_paths(lines), hint, limits)
        if says_of_paths([line for line in lines[:_SAYINGS] if line]):
            return _by_path(lines, text, bared(lines), hint, limits)
        return _by_folder(lines, text, hint, limits)


def _by_path(lines: Sequence[str], text: str, found: AsPaths | None, hint: Hint, limits: Limits) -> Rendition:
    """What is made of the paths in a part of the lines, between what stands above and below it."""
    if found is None or text.startswith(FOLD) or f"\n{FOLD}" in text:
        return Rendition(text=text)
    here = replace(limits, first_line=limits.first_line + found.first)
    made = _by_folder(found.lines, "\n".join(found.lines), hint, here)
    body = "\n".join([*lines[: found.first], made.text, *lines[found.end :]])
    if len(body) >= len(text):
        return Rendition(text=text)
    return replace(made, text=body, note=", ".join(filter(None, (found.note, made.note))))


def _by_folder(lines: Sequence[str], text: str, hint: Hint, limits: Limits) -> Rendition:
    """Paths by the directory that they are in; of large directories some may go."""
    folders = _folders(lines, text)
    if folders is None:
        return Rendition(text=text)
    whole = _grouped(folders, text)
    if limits.effort < Effort.MEDIUM or text.startswith(FOLD) or f"\n{FOLD}" in text:
        return whole
    short = _fold(folders, lines, hint, limits)
    return short if short is not None and 10 * len(short.text) < 9 * len(whole.text) else whole


def _per_file(lines: Sequence[str]) -> bool:
    """Whether most lines tell a size, or what has changed, of a file."""
    if not any("\t" in line or " | " in line or SIZED.match(line) is not None for line in lines[:3]):
        return False
    told = sum(SIZED.match(line) is not None or STAT.match(line) is not None for line in lines)
    return 5 * told >= 4 * len(lines) and any("/" in line for line in lines)


def _reports(text: str, hint: Hint) -> bool:
    """Whether the text tells what changed or how big it is."""
    if text.startswith(("On branch ", "HEAD detached ")) and "\n\t" in text:
        return True
    command = hint.command or ""
    may = ("git" in command and "status" in command) or "du" in words(command)
    return may and _STATUS.search(command) is not None


def _told(hint: Hint) -> bool:
    """Whether the sender says that files were listed."""
    if hint.command is not None:
        return _lists(hint.command)
    return hint.tool is not None and _TOOL.search(hint.tool) is not None


@lru_cache(maxsize=256)
def _lists(command: str) -> bool:
    """Whether a command lists files."""
    return not _LISTERS.isdisjoint(words(command)) and _COMMAND.search(command) is not None


def _folders(lines: Sequence[str], text: str) -> list[Folder] | None:
    """The lines as runs of one directory each; None where the grouped form could not be undone.

    A directory that is followed by what it holds joins its own run: as "." without, as "./" with a closing slash.
    """
    found: list[Folder] = []
    here: str | None = None
    size = 0
    names: list[str] = []
    odd = " " in text or "\t" in text or "//" in text or "\r" in text
    nested = any(map(str.startswith, lines[1:], lines))
    dots = "." in lines or "./" in lines or "/." in text or "/\n" in text or text.endswith("/")
    plain = not (odd or nested or dots)
    last = len(lines) - 1
    for i, line in enumerate(lines):
        if plain and here and line.rfind("/") + 1 == size and line.startswith(here):
            names.append(line[size:])
            continue
        if not line or (odd and _ODD.search(line)):
            if _GROUP.match(line):
                return None
            path, name = None, line
        elif nested and i < last and _holds(line, lines[i + 1]):
            path, name = (line, "./") if line[-1] == "/" else (line + "/", ".")
        else:
            cut = line.rfind("/", 0, -1) + 1
            path, name = line[:cut], line[cut:]
            if path and name in _ITSELF:
                path, name = None, line
        if path != here or not found or name in _ITSELF:
            names = []
            found.append(Folder(path, i, names))
            here, size = path, len(path or "")
        names.append(name)
    return found


def _holds(line: str, after: str) -> bool:
    """Whether `after` lies in the directory `line`."""
    return after != line and after.startswith(line if line[-1] == "/" else f"{line}/")


def _root(folders: Sequence[Folder]) -> str:
    """The directory above all, where naming it once saves more than it costs."""
    return common_folder({f.path for f in folders if f.path is not None})


def _row(path: str, names: Sequence[str]) -> str:
    return f"{path or _HERE}: {' '.join(names)}"


def _grouped(folders: Sequence[Folder], text: str) -> Rendition:
    """The lossless form: `dir/: name name`, at most `_ROW` names a line; a lone path stays as it is."""
    root = _root(folders)
    out: list[str] = []
    for folder in folders:
        if folder.path is None:
            out += folder.names
        elif len(folder.names) == 1 and not root and folder.names[0] not in (".", "./"):
            out.append(folder.path + folder.names[0])
        else:
            path = folder.path[len(root) :]
            out += [_row(path, folder.names[k : k + _ROW]) for k in range(0, len(folder.names), _ROW)]
    body = "\n".join(out)
    saved = len(text) - len(body) + text.count("\n") - body.count("\n")  # a line's end costs more than a blank
    if saved <= 0 or any(f.path is not None and f.path.startswith(_HERE + ":") for f in folders):
        return Rendition(text=text)
    return Rendition(text=body, note=_note(folders, root))


def _note(folders: Sequence[Folder], root: str) -> str:
    parts = ["dir/: the names in it"]
    if any(f.path == root for f in folders):
        parts.append(f'"{_HERE}" = ' + (root or "without directory"))
    if any(f.names[0] in (".", "./") for f in folders):
        parts.append('"." = dir itself')
    if root:
        parts.append(f"paths below {root}")
    return ", ".join(parts)


def _fold(folders: Sequence[Folder], lines: Sequence[str], hint: Hint, limits: Limits) -> Rendition | None:
    """Large directories as their first and last names, the asked and the rare ones, and counts per extension."""
    most = _FOLDED[limits.effort]
    if len(lines) < 4 * most:
        return None
    asked = _asked(folders, hint.query or "")
    out: list[str] = []
    gone: list[int] = []
    for folder in folders:
        if folder.path is None:
            out += folder.names
            continue
        hidden = _hidden(folder, most, asked, lines, limits)
        if not hidden:
            out += [_row(folder.path, folder.names[k : k + _ROW]) for k in range(0, len(folder.names), _ROW)]
            continue
        out.append(_row(folder.path, [n for k, n in enumerate(folder.names) if k not in hidden]))
        sorts = Counter(_extension(folder.names[k]) for k in hidden)
        rows = [folder.first + k for k in sorted(hidden)]
        gone += rows
        ranges = runs([r + limits.first_line for r in rows])
        where = named(ranges if len(ranges) <= _RANGES else [(ranges[0][0], ranges[-1][1])])
        counts = ", ".join(
            f"{n} {e or 'without extension'}" for e, n in sorted(sorts.items(), key=lambda s: (-s[1], s[0]))[:6]
        )
        out.append(f"{FOLD} {len(hidden)} more in {folder.path or _HERE}: {counts} ({where})")
    if not gone:
        return None
    spans = tuple((a + limits.first_line, b + limits.first_line) for a, b in runs(gone))
    elision = Elision(ranges=spans, count=len(gone), summary=f"{len(gone)} paths")
    note = f"{_note(folders, '')}; {FOLD} = names not shown"
    return Rendition(text="\n".join(out), note=note, elisions=(elision,), lossless=False)


def _hidden(folder: Folder, most: int, asked: set[str], lines: Sequence[str], limits: Limits) -> set[int]:
    """Which names of a large directory go: those of its common sorts, first, last, asked and kept ones excepted."""
    names = folder.names
    if len(names) <= most:
        return set()
    kinds = list(map(_extension, names))
    sorts = Counter(kinds)
    edge = most // 4
    common = {sort for sort, n in sorts.items() if n > (3 if sort else _PLAIN)}
    strange = _STRANGE.search("\n".join(names)) is not None
    hidden = {
        k
        for k in range(edge, len(names) - edge)
        if kinds[k] in common and names[k] not in asked and not (strange and _STRANGE.search(names[k]))
    }
    if limits.keep is not None:
        hidden = {k for k in hidden if not limits.keep.search(lines[folder.first + k])}
    return hidden if len(hidden) > most // 2 else set()


def _extension(name: str) -> str:
    stem, dot, extension = name.rpartition(".")
    return dot + extension if stem else ""


def _asked(folders: Sequence[Folder], query: str) -> set[str]:
    """Names that hold a word of the query, or two neighbouring words run together, whatever the case and separators."""
    words = [w for term in terms(query) if len(w := _squeezed(term)) > 2]
    wanted = words + [a + b for a, b in pairwise(words)]
    if not wanted:
        return set()
    names = [name for folder in folders if folder.path is not None for name in folder.names]
    whole = _squeezed("\n".join(names))
    plain = whole.split("\n")
    found: set[str] = set()
    for word in wanted[:32]:
        if word in whole:
            holding = [name for name, squeezed in zip(names, plain, strict=True) if word in squeezed]
            if len(holding) <= max(_ASKED, min(len(names) // 2, 5 * _ASKED)):
                found.update(holding)
    return found


def _squeezed(text: str) -> str:
    return text.lower().translate(_SEPARATORS)
