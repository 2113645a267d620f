"""Prose taken apart: sections, paragraphs, list items, fences, tables, and sentences where a line is a whole paragraph.

A `Passage` is the smallest piece of text that is shown or left out. It is made of whole lines, unless its line is so
long that it is cut at sentence ends. Passages cover everything but blank lines, in order. Nothing here knows of queries;
`_ranking` scores passages, `_extract` chooses among them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

LONG_LINE = 400
"""A longer line is a paragraph of its own."""
_GROUP = 1_500
"""Paragraphs of one section form groups of about so many characters: what they say is about one thing."""
_WHOLE_LIST = 800
"""A list, or lines that belong together, up to this length is one passage."""
_WHOLE_BLOCK, _BLOCK_PIECE = 1_600, 600
"""A fence or a table up to this length is one passage; a longer one is cut into pieces of about so many characters."""
_UNWRAPPED = 140
"""Lines that are longer on average are paragraphs, turns or items of their own."""
_CUT = 160
"""A longer line is cut at sentence ends, where that is allowed."""
_SHORT = 24
"""Sentences that are shorter go with the next one."""
_SHORT_WIDE = 12
"""The same in scripts in which a character is worth a syllable or a word."""
_LONGEST_HEADING = 240
_TAB, _DEEPEST = 8, 80
"""Columns between tab stops, and characters of an indentation that are looked at."""
_PIECE_LINES = 8
"""A longer paragraph is cut at a line that ends a sentence, at twice as many lines at any line."""


class Role(IntEnum):
    """What a passage is."""

    TEXT = 0
    HEADING = 1
    CODE = 2
    """A fence or an indented block; belongs to the text above it."""
    TABLE = 3
    ITEM = 4


@dataclass(slots=True)
class Passage:
    """Characters `start` to `end` (exclusive). `level` of a heading counts from 1, of all else it is 0.

    `parent` is the passage that this one stands below: the heading of its section, or a less indented paragraph;
    -1 for none. `group` numbers the passages that are about one thing. `part` says that it is only part of a line.
    `found` is a heading that parts one chunk from the next: all up to the next of them stands below it.
    """

    start: int
    end: int
    role: Role = Role.TEXT
    level: int = 0
    indent: int = 0
    parent: int = -1
    group: int = 0
    part: bool = False
    found: bool = False


_GAP = re.compile(r"\n(?:[ \t\r\f\v]*\n)+")
_BLANK = re.compile(r"(?:[ \t\r\f\v]*\n)+")
_WHITE = re.compile(r"\s*")
_FENCE = re.compile(r"[ \t]{0,3}(```+|~~~+|-{4,}|\.{4,}|={4,})[^\n`]*$", re.MULTILINE)
_MAY_FENCE = re.compile(r"\n(?=[ \t]{0,3}(?:```|~~~|----|\.{4}|={4}))")
"""What begins with a line end is looked for at the speed of `str.find`."""
_HASHES = re.compile(r"(#{1,6})[ \t]+\S")
_UNDERLINE = re.compile(r"(?:={3,}|-{3,}|~{3,}|\^{3,}|\+{3,}|\"{3,})[ \t\r]*\Z")
_RULE = re.compile(r"[-=*_]{3,}\s*\Z")
_LEVELS = {"=": 1, "-": 2, "~": 3, "^": 4, "+": 5, '"': 4}
_BANNER = re.compile(
    r"""(?:={2,}|-{3,}|\*{3,})\ ?\S.{0,150}?\ ?(?:={2,}|-{3,}|\*{3,})\s*\Z      # === session 1: title ===
      | (?:page|section)\ ?[\[(\#]?\d+[\])]?\b.{0,200}\Z
      | (?:title|source|url|file)\s?:\ .{1,200}\Z
    """,
    re.VERBOSE | re.IGNORECASE,
)
_FOUND = re.compile(
    r"""(?:document|doc|passage|chunk|result|source|context|excerpt|snippet)\ ?[\[(\#]?\d+[\])]?\b.{0,200}\Z
      | <(?:document|doc|passage|chunk|source|result)\b[^>]{0,200}>\s*\Z
      | \[\d+[a-z]?\]\ \S.{0,150}\Z
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What a tool puts above each chunk that it has found."""
_COUNTED = re.compile(r"^\[(\d+)\] \S", re.MULTILINE)
_BANNER_STARTS = frozenset("=-*<[DdPpCcRrSsEeTtUuFf")
_CAPITALS = re.compile(r"(?:(?:\d{1,2}\.){1,3}\d{0,2}[ \t]+|§ ?\d{1,4}[a-z]?\.?[ \t]+)?[A-Z][A-Z0-9 ,/&'()-]{2,60}\Z")
_LABEL = re.compile(r"[^\W\d_][\w'/\[\](-]*(?: [\w'/()-]+){0,4}:\s*\Z")
_INDENTED = re.compile(r" {1,8}-{1,2}[\w?]|\t-{1,2}\w")
"""`general:` above options, as programs print their help."""
_ITEM = re.compile(r"[ \t]*(?:[-*+•‣◦]|\d{1,3}[.)]|[a-z][.)])[ \t]+\S")
_FIELD = re.compile(r"\s*[-*+•‣◦]\s+(?:\*\*|__|`)?[^\s:*`][^:\n]{0,40}?(?:\*\*|__|`)?:(?:\*\*)?\s+\S")
SPEAKER = re.compile(
    r"(?:[\[(]?\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d+)?[\])]?\s*[-–]?\s*)?"  # 00:12:41
    r"(?:\*{0,2}[^\W\d_a-z][\w .'’/-]{0,38}(?:\([^)\n]{1,60}\))?:\*{0,2}(?=\s)|\[[\w .'’-]{1,30}\]:?(?=\s)|<[\w.-]{1,24}>\s)"
)
"""How a turn begins: `Anna:`, `**Anna Ort:**`, `[user]`, `<anna>`, each also behind a time."""
_TABLE = re.compile(r"[ \t]*\|.*\|[ \t\r]*\Z|[ \t]*\+[-=+]{3,}\+[ \t\r]*\Z")
_STOPS = re.compile(  # one set of signs in front: that is quick to look for
    r"[.!?…؟۔।॥。！？](?:(?<![。！？])[\"'”’»)\]*_`]*[ \t]+(?=[^\sa-z])|(?<=[。！？])[」』”’）]*)"
)
_ABBREVIATIONS = frozenset(
    "dr mr mrs ms prof st jr sr vs cf al no nos fig eq vol p pp ed eds ca approx e.g i.e etc inc ltd co corp gen col lt sgt rev"
    " hon gov sen rep u.s a.m p.m".split()
)
_LONGEST_ABBREVIATION = 7


def take_apart(text: str, *, sentences: bool, dense: float = 0.0) -> list[Passage]:
    """The passages of `text`. `sentences` allows to cut lines that are longer than `_CUT`; `dense` is the text's density,
    where it is known."""
    dense = dense or density(text)
    cutter = _Cutter(text, int(_CUT / dense) if sentences else len(text), [])
    for start, end, is_code in _blocks(text):
        if is_code:
            cutter.pieces(start, end, Role.CODE)
        else:
            cutter.paragraph(start, end)
    relate(cutter.out, dense)
    return cutter.out


def density(text: str) -> float:
    """Bytes of UTF-8 for a character: scripts that take more of them also say more by a character, 1 to 3 times."""
    return 1.0 if text.isascii() else len(text.encode("utf-8", "surrogatepass")) / len(text)


def _blocks(text: str) -> Iterator[tuple[int, int, bool]]:
    """Runs of lines without a blank line between them, and fenced blocks as a whole: (start, end, is a fence)."""
    at = 0
    for start, end in _fences(text):
        yield from _paragraphs(text, at, start - 1)
        yield start, end, True
        at = end + 1
    yield from _paragraphs(text, at, len(text))


def _fences(text: str) -> Iterator[tuple[int, int]]:
    """Fences in text. Of a chunk that begins or ends within one, the mark is none: it would turn all that follows inside out."""
    opened: re.Match[str] | None = None
    chunks = _chunks(text)
    for at in (0, *(m.end() for m in _MAY_FENCE.finditer(text))):
        m = _FENCE.match(text, at)
        if m is None:
            continue
        mark = m[1]
        if opened is not None and _is_stray(opened, m, chunks):
            opened = None
        if opened is None:
            # Rules of signs open a block only on their own line below a blank one: else they underline a heading.
            rule = mark[0] != "`" and m[0].strip() == mark
            if (mark[0] in "`~" and not (rule and _underlines(text, m))) or (
                rule and text[max(0, m.start() - 2) : m.start()] in ("\n\n", "+\n")
            ):
                opened = m
            continue
        if m[0].strip() == mark and mark.startswith(opened[1]) and (mark[0] in "`~" or mark == opened[1]):
            yield opened.start(), m.end()
            opened = None


def _chunks(text: str) -> list[int]:
    """Where the heads of chunks stand that count 1, 2, 3 …; none where fewer than three do."""
    heads = list(_COUNTED.finditer(text)) if "[2] " in text else []
    counted = [int(m[1]) for m in heads]
    return [m.start() for m in heads] if counted[:3] == [1, 2, 3] else []


def _is_stray(opened: re.Match[str], mark: re.Match[str], chunks: Sequence[int]) -> bool:
    """Whether the mark that was taken for the beginning of a fence is none, seen from the next one."""
    if bisect_right(chunks, opened.start()) != bisect_right(chunks, mark.start()):
        return True
    bare = opened[0].strip() == opened[1]
    return bool(chunks) and bare and mark[1] == opened[1] and mark[0].strip() != mark[1]


def _underlines(text: str, rule: re.Match[str]) -> bool:
    """Whether a rule is about as long as the words on the line above it."""
    above = text[text.rfind("\n", 0, max(0, rule.start() - 1)) + 1 : max(0, rule.start() - 1)].rstrip()
    return bool(above) and abs(len(above) - len(rule[1])) <= 3


def _paragraphs(text: str, at: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Runs of lines between `at` and `end`, which lie at line ends."""
    if end <= at:
        return
    blank = _BLANK.match(text, at, end)
    at = blank.end() if blank else at
    for m in _GAP.finditer(text, at, end):
        yield at, m.start(), False
        at = m.end()
    while end > at and text[end - 1] == "\n":
        end -= 1
    if at < end and not _WHITE.fullmatch(text, at, end):
        yield at, end, False


def _indent(text: str, at: int) -> int:
    """In columns: a tab goes on to the next multiple of eight, as manual pages use it."""
    n = 0
    for sign in text[at : at + _DEEPEST]:
        if sign == " ":
            n += 1
        elif sign == "\t":
            n += _TAB - n % _TAB
        else:
            break
    return n


@dataclass(slots=True)
class _Cutter:
    """Cuts runs of lines into passages and adds them to `out`."""

    text: str
    longest: int
    """Longer lines are cut at sentence ends."""
    out: list[Passage]

    def add(self, start: int, end: int, role: Role, *, level: int = 0) -> None:
        indent = 0 if level else _indent(self.text, start)
        self.out.append(Passage(start, end, role, level, indent))

    def pieces(self, start: int, end: int, role: Role) -> None:
        """A fence or a table, in pieces where it is long."""
        self.out += pieces(self.text, start, end, role, _indent(self.text, start))

    def paragraph(self, start: int, end: int) -> None:
        """One run of lines: headings first, then one kind of thing."""
        if self.text.find("\n", start, end) < 0:
            if not self.heading(start, self.text[start : min(end, start + _LONGEST_HEADING + 1)], None):
                self.line(start, end)
            return
        lines = self.text[start:end].split("\n")
        at = 0
        while at < len(lines):
            below = lines[at + 1] if at + 1 < len(lines) else None
            used = self.heading(start, lines[at], below)
            if not used and below and _RULE.match(lines[at]) and _FOUND.match(below):
                self.add(start, start + len(lines[at]), Role.TEXT)
                used = 1
            if not used:
                break
            start += sum(map(len, lines[at : at + used])) + used
            at += used
        lines = lines[at:] if at else lines
        if not lines:
            return
        if len(lines) == 1:
            self.line(start, start + len(lines[0]))
        elif _TABLE.match(lines[0][:2_000]):
            self.pieces(start, end, Role.TABLE)
        elif max(map(len, lines)) > LONG_LINE or sum(map(len, lines)) > _UNWRAPPED * len(lines):
            for line in lines:
                if line and not line.isspace() and not self.heading(start, line, None):
                    self.line(start, start + len(line))
                start += len(line) + 1
        else:
            self.wrapped(start, lines)

    def heading(self, start: int, line: str, below: str | None) -> int:
        """Add the heading that begins with `line`; how many lines it has, 0 for none."""
        if len(line) > _LONGEST_HEADING or not line[:1].strip():
            return 0
        m = _HASHES.match(line) if line[0] == "#" else None
        if m:
            self.add(start, start + len(line), Role.HEADING, level=len(m[1]))
        elif below and _UNDERLINE.match(below) and len(line) <= len(below.rstrip()) + 3:
            self.add(start, start + len(line) + 1 + len(below), Role.HEADING, level=_LEVELS[below[0]])
            return 2
        elif line[0] in _BANNER_STARTS and (_BANNER.match(line) or _FOUND.match(line)):
            self.add(start, start + len(line), Role.HEADING, level=1)
            self.out[-1].found = _FOUND.match(line) is not None
        elif (
            (line[0] <= "Z" or line[0] == "§")
            and _CAPITALS.match(line.rstrip())
            and (below is None or below[:1].isspace())
        ):
            self.add(start, start + len(line), Role.HEADING, level=2)
        elif below and _LABEL.match(line) and _INDENTED.match(below):
            self.add(start, start + len(line), Role.HEADING, level=3)
        else:
            return 0
        return 1

    def line(self, start: int, end: int) -> None:
        """One line that is a paragraph of its own."""
        text = self.text
        role = _role(text, start, end)
        if end - start <= self.longest:
            self.add(start, end, role)
            return
        at, indent, add = start, _indent(text, start), self.out.append
        for m in _STOPS.finditer(text, start, end):
            stop, after = m.span()
            sign = text[stop]
            if after - at < (_SHORT_WIDE if sign in "。！？" else _SHORT) or (sign == "." and _abbreviated(text, stop)):
                continue
            add(Passage(at, after, role, 0, indent, -1, 0, True))
            at = after
        if at < end:
            add(Passage(at, end, role, 0, indent, -1, 0, at > start))

    def wrapped(self, start: int, lines: list[str]) -> None:
        """A paragraph over several lines, or a list: one passage while it is short, else items or runs of lines."""
        size = sum(map(len, lines)) + len(lines) - 1
        if len(lines) > 3 and _turns(lines) > len(lines) / 2:
            for line in lines:
                self.line(start, start + len(line))
                start += len(line) + 1
            return
        if _are_fields(lines):
            for line in lines:
                self.add(start, start + len(line), Role.ITEM)
                start += len(line) + 1
            return
        if size <= _WHOLE_LIST:
            self.add(start, start + size, _role(self.text, start, start + size))
            return
        is_list = sum(1 for line in lines if _ITEM.match(line[:40])) > 1
        at, count, end = start, 0, start - 1
        for number, line in enumerate(lines):
            opens = is_list and _ITEM.match(line[:40]) is not None
            full = count >= _PIECE_LINES and (lines[number - 1].rstrip()[-1:] in ".!?:;" or count >= 2 * _PIECE_LINES)
            if count and (opens or full):
                self.add(at, end, _role(self.text, at, end))
                at, count = end + 1, 0
            end += 1 + len(line)
            count += 1
        self.add(at, end, _role(self.text, at, end))


def pieces(text: str, start: int, end: int, role: Role, indent: int = 0) -> list[Passage]:
    """A fence or a table as passages, cut between lines where it is long. What a table begins with stands above its rows."""
    if end - start <= _WHOLE_BLOCK:
        return [Passage(start, end, role, indent=indent)]
    out: list[Passage] = []
    head, at, size = (2 if role is Role.TABLE else 0), start, 0
    for number, line in enumerate(text[start:end].split("\n")):
        full = number == head or (number > head and size + len(line) > _BLOCK_PIECE)
        if full and not text[at : at + size].isspace() and size:
            out.append(Passage(at, at + size - 1, role, indent=indent + (at > start)))
            at, size = at + size, 0
        size += len(line) + 1
    return [*out, Passage(at, end, role, indent=indent + 1)]


def _are_fields(lines: Sequence[str]) -> bool:
    """Whether this is a list of names with a value each, of which one may be asked for: four of five lines are such."""
    others = len(lines) // 5 if len(lines) > 2 else -1
    for line in lines:
        if others < 0:
            return False
        others -= _FIELD.match(line[:80]) is None
    return others >= 0


def _turns(lines: Sequence[str]) -> int:
    """How many lines begin with who speaks; none where the first one does not."""
    return sum([SPEAKER.match(line[:140]) is not None for line in lines]) if SPEAKER.match(lines[0][:140]) else 0


def _abbreviated(text: str, stop: int) -> bool:
    """Whether the full stop at `stop` ends an abbreviation or an initial rather than a sentence."""
    before = text[max(0, stop - _LONGEST_ABBREVIATION) : stop]
    if len(before) == _LONGEST_ABBREVIATION and before.isalpha():  # the usual case: a longer word
        return False
    word = before.rpartition(" ")[2].lstrip("([\"'“‘")
    return (len(word) == 1 and word.isupper()) or word.lower() in _ABBREVIATIONS


def _role(text: str, start: int, end: int) -> Role:
    return Role.ITEM if _ITEM.match(text, start, min(end, start + 40)) else Role.TEXT


def relate(passages: Sequence[Passage], dense: float) -> None:
    """Fill in parents and groups of the passages of a text of that density."""
    longest = _GROUP / dense
    heads: list[int] = []
    above: list[int] = []
    group = size = 0
    parent = last = -1  # where the last part of a line ended
    heading, was_heading = Role.HEADING, False
    for number, p in enumerate(passages):
        if p.start == last and p.part:  # goes on with the line
            p.parent, p.group = parent, group
            last = p.end
            size += last - p.start
            continue
        if p.role is heading:
            while heads and (p.found or (passages[heads[-1]].level >= p.level and not passages[heads[-1]].found)):
                heads.pop()
            parent = heads[-1] if heads else -1
            heads.append(number)
            above.clear()
            begins, was_heading = True, True
        else:
            while above and passages[above[-1]].indent >= p.indent:
                above.pop()
            parent = above[-1] if above else heads[-1] if heads else -1
            if not p.part:
                above.append(number)
            begins = not was_heading and (p.part or last >= 0 or size + p.end - p.start > longest)
            was_heading = False
        last = p.end if p.part else -1
        if begins and number:
            group, size = group + 1, 0
        size += p.end - p.start
        p.parent, p.group = parent, group
