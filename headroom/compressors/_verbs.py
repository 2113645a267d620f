"""What a tool says of one path after another: `rm -v`, `cp -v`, `unzip`, `git commit`, `pip show -f`, a page's requests.

    removed 'src/a.py'                  src/a.py
    'src/a.py' -> '/tmp/b/a.py'         src/a.py

What it says of most of them is said once, in the note; lines that say something else stay. Nothing is lost. Knows nothing
of folders; `listing` stands above.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from headroom.compressors._paths import AsPaths

__all__ = ["bared", "begins"]

_PATH = r"(?:[a-z][a-z0-9]*://)?[\w.@+~/](?:[\w.@+~/$#%&!^,\[\]-]*[\w.@+~/$#%&!^\]-])?"
_VERB = r" *(?:[A-Za-z][a-z]+:? +){1,3}(?:mode \d{6} )?"
_SAID = re.compile(rf"(?P<before>(?:{_VERB}| +)['\"`]?)(?P<path>{_PATH})(?P<after>['\"`]? {{0,2}})\Z")
_MOVED = re.compile(
    rf"(?P<before>(?:{_VERB})?['\"`]?)(?P<path>{_PATH})(?P<arrow>['\"`]? (?:->|=>|to) ['\"`]?)(?P<to>{_PATH})(?P<after>['\"`]?)\Z"
)
_ARROWS = (" -> ", " => ", " to ")
_ASKED = re.compile(
    r"(?P<before>(?:\[[A-Z]+\]|[A-Z]+) https?://[^/\s]+)(?P<path>/[^\s'\"`|<>]*)(?P<after> => \[\d{3}\][ \w]*)\Z"
)
"""A request of a page, as the MCP server of a browser lists them."""
_FAILS = re.compile(r"fail|error|warn|miss|conflict|invalid|cannot|denied|skip|abort|broken|bad", re.IGNORECASE)
"""What is wrong with a path stands beside it."""
_FEWEST = 12
_MOSTLY = 0.6
_PROBES = 5
_ANY = "…"
"""Any path, in the note."""


@dataclass(frozen=True, slots=True)
class _Saying:
    """What stands before and behind a path; and, where the path is taken elsewhere, the folders from and to which."""

    before: str
    after: str
    arrow: str = ""
    source: str = ""
    target: str = ""
    into: bool = False
    """Whether only the folder is named that the path comes into."""

    def line(self, path: str) -> str:
        """The whole line; "" of a path that comes from elsewhere."""
        if not self.arrow:
            return f"{self.before}{path}{self.after}"
        kept = path.rpartition("/")[0] if self.into else path
        if not kept.startswith(self.source):
            return ""
        return f"{self.before}{path}{self.arrow}{self.target}{kept[len(self.source) :]}{self.after}"

    def note(self) -> str:
        """How a line is shown."""
        if not self.arrow:
            return f'"{self.before}{_ANY}{self.after}" as {_ANY}'
        path = f"{self.source}{_ANY}/x" if self.into else f"{self.source}{_ANY}"
        return f'"{self.before}{path}{self.arrow}{self.target}{_ANY}{self.after}" as {path}'


def begins(lines: Sequence[str]) -> bool:
    """Whether most lines say the same of a path each, as far as some of them tell."""
    step = len(lines) // _PROBES
    if not step or (_form(lines[step // 2]) is None and _form(lines[step // 2 + step]) is None):
        return False
    if sum([_form(lines[i * step + step // 2]) is not None for i in range(_PROBES)]) < _PROBES - 1:
        return False
    found = Counter(form for form in map(_form, lines) if form is not None)
    return found.most_common(1)[0][1] >= _MOSTLY * len(lines)


def bared(lines: Sequence[str]) -> AsPaths | None:
    """The paths of which most lines say the same; None where they are few, could be taken for other lines, or where something is wrong with them."""
    forms = list(map(_form, lines))
    common = Counter(form for form in forms if form is not None).most_common(1)
    if not common or common[0][1] < max(_FEWEST, _MOSTLY * sum(map(bool, lines))):
        return None
    form = common[0][0]
    saying = _saying([line for line, own in zip(lines, forms, strict=True) if own == form])
    if saying is None or _FAILS.search(saying.before) is not None:
        return None
    out = list(lines)
    paths: list[int] = []
    for i, (line, own) in enumerate(zip(lines, forms, strict=True)):
        path = _path(line) if own == form else ""
        if path and line == saying.line(path):
            out[i] = path
            paths.append(i)
        elif line and not _is_told(line):
            return None
    if len(paths) < max(_FEWEST, _MOSTLY * sum(map(bool, lines))):
        return None
    first, end = paths[0], paths[-1] + 1
    return AsPaths(first=first, end=end, lines=out[first:end], note=saying.note())


def _match(line: str) -> re.Match[str] | None:
    if any(map(line.__contains__, _ARROWS)):
        return _MOVED.match(line) or _ASKED.match(line)
    return _SAID.match(line)


def _form(line: str) -> tuple[str, str, str] | None:
    """What stands around a line's paths."""
    m = _match(line)
    return None if m is None else (m["before"], m["after"], m["arrow"] if m.re is _MOVED else "")


def _path(line: str) -> str:
    m = _match(line)
    return "" if m is None else m["path"]


def _is_told(line: str) -> bool:
    """Whether a line cannot be taken for a path, or for the paths of a folder."""
    return (" " in line or line.endswith(":")) and "/: " not in line and not line.startswith("here: ")


def _saying(some: Sequence[str]) -> _Saying | None:
    """What is said of most of these, as the last tells: the first may be the folder itself."""
    m = _match(some[-1])
    if m is None or m.re is not _MOVED:
        return None if m is None else _Saying(m["before"], m["after"])
    path, to = m["path"], m["to"]
    for into in (False, True):
        kept = path.rpartition("/")[0] if into else path
        same = _common_end(kept, to)
        source, target = kept[: len(kept) - same], to[: len(to) - same]
        saying = _Saying(m["before"], m["after"], m["arrow"], source, target, into)
        if sum([line == saying.line(_path(line)) for line in some]) >= _MOSTLY * len(some):
            return saying
    return None


def _common_end(a: str, b: str) -> int:
    """How many characters two paths share at their end: whole names, with the slash before them."""
    same = next((i for i, (x, y) in enumerate(zip(a[::-1], b[::-1], strict=False)) if x != y), min(len(a), len(b)))
    return same if same == len(a) or same == len(b) else same - (f"{a[len(a) - same :]}/").index("/") if same else 0
