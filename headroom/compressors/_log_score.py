"""Whether a text looks like a log: by its times, by its levels, by what the hint calls it.

Looks at a sample, line by line. What has times but is no log (tables, search hits, listings, diffs, code) gets 0.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from headroom.messages import Hint

_TIMED = re.compile(
    r"""(?:\x1b\[[\d;]*m)*(?:
        .{0,70}?(?<![\d:])\d\d?:\d\d:\d\d(?![:\d])        # 16:13:46, not 1:2:3 and not a fourth part
      | .{0,40}?\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d   # access logs: 10/Oct/2000:13:55:36
      | .{0,60}?\d{4}-\d\d-\d\d[-T_ ]\d\d[.:]?\d\d
      | [^\t]{1,80}\t[^\t]{1,80}\t\ufeff?\d{4}-\d\d-\d\dT\d\d:\d\d
      | .{0,20}?\d{8}-\d\d?:\d\d?:\d\d?:\d
      | \[\ *\d+\.\d{3,6}(?:\]\ |s\]\[)                 # seconds since the start of the machine, of a Java program
      | \d{6}\ \d{6}\ \d+\ [A-Z]
      | .{0,60}?(?<![\w.])1[0-7]\d{8}(?:\.\d+|\d{3})?(?![\w.])  # seconds since 1970
    )""",
    re.VERBOSE,
)
_LEVELLED = re.compile(
    r"(?:\x1b\[[\d;]*m)*(?:\S{0,40} ){0,3}[\[<(]?(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|FATAL|CRITICAL|SEVERE"
    r"|level=\w+|(?<=[\[<])(?i:info|warn|error|debug)|(?<=\[)(?i:log)(?=\]))\b"
    r"|(?:info|debug|dbug|verbose|notice|warn|fail|crit): \S"
)
_SHAPES = bytes(48 if 48 <= b < 58 else 65 if 65 <= b < 91 else b for b in range(256))
"""Makes "0" of each digit and "A" of each capital, so that a line without a time or a level shows at a glance."""
_TIME_SIGNS = (b"0:00:00", b"0000-00", b"00000000", b"000] ", b"000s]", b"000000 000000 ")
"""Where a line has none of these shapes, `_TIMED` cannot match."""
_LEVEL_SIGNS = (b"AAAA", b"level=", b"nfo", b"arn", b"rror", b"ebug", b"[AAA]", b"[log]")
"""The same for `_LEVELLED`."""
_SLOW_QUERIES = "\n# Query_time: "
_LISTED = re.compile(
    r"""[-dlcbps][rwxsStT-]{9} | \^?(?=\d*[a-f])[0-9a-f]{7,40}\s | [{}\]] | \|.*\|\s*\Z | [-+*\#]\ \D
      | commit\ [0-9a-f]{7,64}\b | (?:Author|Date|Merge|Commit|AuthorDate|CommitDate):[ ]
      | (?:Access|Modify|Change):[ ] | (?:@@|diff|---|\+\+\+)\ | INSERT\ INTO\ | \d{4}-\d\d-\d\d[T\ +]\S+(?:\ +\d+)?\ \S*/\S*\s*\Z
    """,
    re.VERBOSE,
)
_LISTED_FIRSTS = frozenset("-dlcbpsaef^0123456789{}]|+*#ADMC@I")
_MEMBER = re.compile(r"\s+(?:[\[\]{}]|\"[^\"]*\"\s*:)")
"""A line inside a JSON document that is spread over lines."""
_HIT = re.compile(
    r"""[^\s:"=\[\]]*[A-Za-z_][^\s:"=\[\]]*:\d+:(?!\d\d(?:Z|\b)|\[?\d{4}-\d\d-\d\d[T\ ]|[A-Z][a-z]{2}\ +\d+\ \d\d:)  # path:14:text, no message
      | [\w./-]*\.[A-Za-z]\w*-\d+-(?!\d\d\b)                                   # path-14-text
    """,
    re.VERBOSE,
)
_CALLED = re.compile(
    r"(?:\A|[\s/=\"'])var/log/|\.log(?:\.\d+)?(?:[\s\"'|;)>]|\Z)|\b(?:journalctl|dmesg)\b"
    r"|\b(?:docker|podman|nerdctl|kubectl|oc|compose|heroku|flyctl|fly|pm2)\b[^|;&\n]{0,80}\slogs?\b"
)
_DOUBTFUL = 0.5
"""The most for a text with so much JSON in it that it should be cut into segments first."""
_STEP = re.compile(r"[^\t]+\t[^\t]+\t\ufeff?\d{4}-\d\d-\d\dT[\d:.]+Z ")
"""A line of a CI job: job, step, time and what was printed (`gh run view --log`)."""
_LEVEL_COLUMN = re.compile(
    r"(?:\x1b\[[\d;]*m)*\d[^\t]{5,40}\t(?:\x1b\[[\d;]*m)*(?i:trace|debug|info|notice|warn(?:ing)?|error|d?panic|fatal|critical)(?:\x1b\[0m)?\t"
)
"""A time and a level, as columns that tabs part: a program's messages, although they stand in columns."""
_LONGEST_COMMAND = 1000
_CALL = re.compile(
    r"(?:\[pid +\d+\] |\d+ +)?(?:<\.\.\. \w+ resumed.*|[a-z_]\w*\(.*(?:\) += (?:-?\d|0x|\?).*|<unfinished \.\.\.>)|\+\+\+ .* \+\+\+|--- SIG.* ---)\Z"
)
"""A call of the system, as `strace` and `ltrace` print it, or what became of one."""
_TRACED = 0.7
_TIMES = 0.9
_CALLED_SO = 0.56
"""For what only the hint calls a log: more than what lines without a header have as a table."""
ALIKE = 0.4
"""For lines that tell no time and no level, but much the same over and over."""
_NUMBERS = re.compile(r"\d+")
_WORDS = re.compile(r"(?<![^\s\"'(\[])[A-Za-z]{2,}(?![^\s.,:;!?)\]\"'])")
_MOST = 60
_FEWEST = 40
_WIDTH = 240
_SHORT = 8000


def score(text: str, hint: Hint) -> float:
    """0.9 and more for lines that carry times, less for levels alone or for what only the hint calls a log."""
    if text.count(_SLOW_QUERIES) > 1:
        return _TIMES
    lines = _some_lines(text)
    if len(lines) < 4:
        return 0.0
    own = [line for line in lines if line[0] not in " \t"]
    found = _score(own, hint) if own else 0.0
    if not found and 5 * len(own) >= 4 * len(lines):
        found = _TRACED if _are_calls(own) else ALIKE if _alike(own) else 0.0
    if not found or _is_table(own) or 4 * _listed(own, found >= _TIMES) > len(own):
        return 0.0
    inner = 4 * (len(lines) - len(own)) > len(lines)
    if inner and 4 * sum([_MEMBER.match(line) is not None for line in lines]) > len(lines):
        return min(_DOUBTFUL, found)
    return found


def _listed(own: Sequence[str], has_times: bool) -> int:
    """How many lines are of a listing, a diff or JSON. In what has times, values without one are what a program printed
    between its messages."""
    found = [line for line in own if line[0] in _LISTED_FIRSTS and _LISTED.match(line)]
    return sum(1 for line in found if not (has_times and line[0] in "{}]") or _TIMED.match(line))


def _are_calls(own: Sequence[str]) -> bool:
    """Whether four lines in five are calls of the system."""
    others = len(own) // 5
    for line in own:
        if not _CALL.match(line):
            others -= 1
            if others < 0:
                return False
    return True


def _alike(own: Sequence[str]) -> bool:
    """Whether most lines say the same as others but for numbers, in words: what a program says of each step it takes."""
    text = "\n".join(own)
    if len(own) < _FEWEST or text.count(" ") + text.count("\t") < len(own) or "\x1b" in text:
        return False  # few lines, or hardly any with several words
    masks = Counter(_NUMBERS.sub("0", text).split("\n"))
    if len(masks) > (1 / 4 + 1 / 10) * len(own):
        return False  # more than those that may be common, and all others
    common = [mask for mask, n in masks.items() if n > 1 and len(_WORDS.findall(mask)) >= 3]
    return 10 * sum(masks[mask] for mask in common) >= 9 * len(own) and 4 * len(common) <= len(own)


def _some_lines(text: str) -> list[str]:
    """The beginnings of some `_MOST` lines that are not blank, from all over the text."""
    if len(text) <= _SHORT:
        lines = [line for line in text.split("\n") if line and not line.isspace()]
        return [line[:_WIDTH] for line in lines[:: max(1, len(lines) // _MOST)]]
    found: list[str] = []
    last = -1
    for probe in range(0, len(text), len(text) // _MOST):
        at = text.rfind("\n", last + 1, probe) + 1 if probe else 0
        if at <= last:
            at = text.find("\n", probe) + 1
        if at > last or not probe:
            end = text.find("\n", at, at + _WIDTH)
            line = text[at : end if end >= 0 else at + _WIDTH]
            if line and not line.isspace():
                found.append(line)
            last = at
    return found


def _score(own: Sequence[str], hint: Hint) -> float:
    """By the times, the levels and the hint alone."""
    called = _called_log(hint)
    shape = "\n".join(own).encode("utf-8", "surrogatepass").translate(_SHAPES)
    timed = _share(own, shape, _TIME_SIGNS, lambda line: _TIMED.match(line) and not _HIT.match(line))
    if timed >= 0.5:
        return 0.95 if called else _TIMES
    levelled = _share(own, shape, _LEVEL_SIGNS, _LEVELLED.match)
    if levelled >= 0.5:
        found = 0.8 if called else 0.6
    elif timed >= 0.35 or (called and timed + levelled >= 0.15):
        found = 0.6
    elif called and 2 * sum(1 for line in own if " " in line.strip()) > len(own):
        found = _CALLED_SO
    else:
        return 0.0
    return 0.0 if 2 * sum(1 for line in own if _HIT.match(line)) >= len(own) else found


def _share(own: Sequence[str], shape: bytes, signs: Sequence[bytes], is_one: Callable[[str], object]) -> float:
    """The share of the lines that are one of a sort, or a half as soon as these are. Only lines of which the shape holds one of
    the signs can be."""
    if 2 * shape.count(signs[0]) < len(own):
        return sum([bool(is_one(own[i])) for i in _with_any(shape, signs)]) / len(own)
    count = 0
    for line, form in zip(own, shape.split(b"\n"), strict=True):
        for sign in signs:
            if sign in form:
                count += bool(is_one(line))
                break
        if 2 * count >= len(own):
            return 0.5
    return count / len(own)


def _with_any(shape: bytes, signs: Sequence[bytes]) -> set[int]:
    """The numbers of the lines that hold one of the signs."""
    found: set[int] = set()
    for sign in signs:
        line = end = 0
        at = shape.find(sign)
        while at >= 0:
            line += shape.count(b"\n", end, at)
            found.add(line)
            end = shape.find(b"\n", at)
            at = shape.find(sign, end) if end >= 0 else -1
    return found


def _called_log(hint: Hint) -> bool:
    """Whether the path or the command says that this is a log."""
    some = (s[-_LONGEST_COMMAND:] for s in (hint.path, hint.command) if s)
    return any(("log" in s or "journalctl" in s or "dmesg" in s) and _CALLED.search(s) for s in some)


def _is_table(lines: Sequence[str]) -> bool:
    """Whether all lines have the same separators and hardly any blanks: CSV, TSV."""
    tabbed = sum(["\t" in line for line in lines])
    if 5 * tabbed >= 4 * len(lines) and 5 * sum([_STEP.match(line) is not None for line in lines]) >= 4 * len(lines):
        return False
    for separator in ",\t;":
        n = lines[0].count(separator)
        if (
            n >= 2
            and separator == "\t"
            and 5 * sum([_LEVEL_COLUMN.match(line) is not None for line in lines]) >= 4 * len(lines)
        ):
            return False
        if n >= 2 and all(line.count(separator) == n for line in lines):
            return separator == "\t" or sum(line.count(" ") for line in lines) <= 2 * len(lines)
    return False
