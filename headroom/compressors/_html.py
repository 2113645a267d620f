"""HTML read as markdown: one pass over the tags, no tree.

Text survives, mark-up and navigation go. Headings, paragraphs, lists, tables, code and links keep their meaning. Pages
are often malformed, so nothing here trusts that a tag is closed. Time and memory are linear in the page.

Above stands `web_page`, which chooses among the blocks; below `_tags`, which cuts the page at its tags, and
`_boilerplate`, which judges what is content.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from typing import TypeAlias

from headroom.compressors._boilerplate import DEEPEST, Block, Boilerplate
from headroom.compressors._tags import tokens

LINK, END = "\x02", "\x03"
"""A link in a block's text: `\\x02number\\x03text\\x02\\x03`; the number is its place in `Page.links`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page's blocks in order, and the addresses of its links."""

    blocks: list[Block]
    links: list[str]


_HREF = re.compile(r"""\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_ALT = re.compile(r"""\salt\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_LANGUAGE = re.compile(r"\b(?:language|lang|highlight-source|brush:)[-: ]?([a-z+#]{1,12})\b", re.IGNORECASE)
_BREAKS = frozenset(
    "p div section article main br hr tr body center address fieldset figure figcaption details summary legend form"
    " blockquote dl dt dd caption thead tbody tfoot header footer nav aside option hgroup video picture html".split()
)
_STRUCTURE = frozenset("div nav section footer header aside ul ol table form".split())
_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_PARTS = _STRUCTURE - {"ul", "ol", "table"}
_KNOWN = (
    frozenset("a code pre li ul ol td th table img title kbd samp sup tt".split())
    | _BREAKS
    | _STRUCTURE
    | set(_HEADINGS)
)
_MARKS = re.compile(f"{LINK}\\d*{END}")
_PERMALINK = frozenset(("#", "¶", "§", "", "🔗"))
Action: TypeAlias = Callable[[str, str, int], None]
"""What a tag does: (name, inside, where it begins)."""


@dataclass(slots=True)
class _Table:
    """A table being read. One whose cells hold headings, code or tables is there for the layout, not for the data."""

    rows: list[list[str]] = field(default_factory=list)
    row: list[str] | None = None
    headed: bool = False
    start: int = 0


@dataclass(slots=True)
class _List:
    """A list being read: the number of its next item (0 for bullets), and how many it has so far."""

    number: int
    items: int = 0


class Reader:
    """Reads one page. `read` may be called once."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._boilerplate = Boilerplate(self._blocks)
        self._links: list[str] = []
        self._numbers: dict[str, int] = {}
        self._buffer: list[str] = []
        self._from = 0
        self._prefix = ""
        self._lists: list[_List] = []
        self._tables: list[_Table] = []
        self._heading = 0
        self._pre: str | None = None
        # place in the buffer, number (-1: none), whether it leads into this page, whether it was met before
        self._link: tuple[int, int, bool, bool] | None = None
        self._title: str | None = None
        self._quote = 0
        self._tight = False

    def read(self, text: str) -> Page:
        """The page's blocks."""
        if LINK in text or END in text:
            text = text.replace(LINK, " ").replace(END, " ")
        buffer, actions = self._buffer, self._actions()
        for name, head, data, here in tokens(text, _KNOWN):
            if name:
                actions[name](name, head, here)
            if buffer:
                buffer.append(data)
            elif data and (self._pre is not None or not data.isspace()):
                self._from = here
                buffer.append(data)
        self._flush(len(text))
        for _ in range(len(self._tables)):
            self._end_table(len(text))
        return Page(blocks=self._finished(), links=self._links)

    def _actions(self) -> dict[str, Action]:
        """What each tag does, opening and closing."""
        actions: dict[str, Action] = dict.fromkeys(_KNOWN, self._break)
        actions |= dict.fromkeys(_PARTS, self._part) | dict.fromkeys(_HEADINGS, self._heading_tag)
        actions |= dict.fromkeys(("code", "kbd", "samp", "tt"), self._code) | dict.fromkeys(("td", "th"), self._cell)
        actions |= {
            "a": self._link_tag,
            "img": self._image,
            "sup": self._raised,
            "pre": self._pre_tag,
            "li": self._item,
        }
        actions |= {"ul": self._list, "ol": self._list, "table": self._table, "tr": self._row, "title": self._title_tag}
        actions |= {"blockquote": self._quoted, "dd": self._definition, "dt": self._term}
        return actions | {f"/{name}": action for name, action in actions.items()}

    # ------------------------------------------------------------------------------------------------- plain tags

    def _break(self, name: str, head: str, here: int) -> None:
        """A paragraph or a line ends here."""
        if not self._in_cell() and self._buffer:
            self._flush(here)

    def _in_cell(self) -> bool:
        """Whether a table's cell is being read. What ends a block elsewhere is white space there."""
        if self._tables and self._tables[-1].row:
            self._buffer.append(" ")
            return True
        return False

    def _part(self, name: str, head: str, here: int) -> None:
        self._break(name, head, here)
        self._structure(name, head)

    def _code(self, name: str, head: str, here: int) -> None:
        if self._pre is None:
            self._add_inline("`", here)
        elif name[0] != "/" and not self._pre:
            self._pre = _language(head)

    def _image(self, name: str, head: str, here: int) -> None:
        m = _ALT.search(head)
        alt = (m[1] or m[2] or "").strip() if m else ""
        if alt:
            self._add_inline(f" ![{alt}] ", here)

    def _add_inline(self, text: str, here: int) -> None:
        if not self._buffer:
            self._from = here
        self._buffer.append(text)

    def _raised(self, name: str, head: str, here: int) -> None:
        if name[0] != "/" and self._link is None:
            self._add_inline("^", here)

    def _heading_tag(self, name: str, head: str, here: int) -> None:
        self._flush(here)
        closing = name[0] == "/"
        self._heading = 0 if closing else _HEADINGS[name]
        if not closing:
            self._layout(here)

    def _pre_tag(self, name: str, head: str, here: int) -> None:
        self._flush(here)
        closing = name[0] == "/"
        if not closing:
            self._layout(here)
        self._pre = None if closing else _language(head)

    def _title_tag(self, name: str, head: str, here: int) -> None:
        self._flush(here)
        self._title = self._title or (None if name[0] == "/" else "")

    def _quoted(self, name: str, head: str, here: int) -> None:
        if self._in_cell():
            return
        self._flush(here)
        self._quote = max(0, self._quote + (-1 if name[0] == "/" else 1))

    def _definition(self, name: str, head: str, here: int) -> None:
        if self._in_cell():
            return
        self._flush(here)
        self._prefix, self._tight = ("", False) if name[0] == "/" else ("  ", True)

    def _term(self, name: str, head: str, here: int) -> None:
        if self._in_cell():
            return
        self._flush(here)
        self._prefix = ""

    def _structure(self, name: str, head: str) -> None:
        if name[0] == "/":
            self._boilerplate.end(name[1:])
        else:
            self._boilerplate.begin(name, head)

    # ------------------------------------------------------------------------------------------------------- links

    def _link_tag(self, name: str, head: str, here: int) -> None:
        if self._link is not None:
            self._end_link()
        if name[0] != "/":
            self._begin_link(_href(head))

    def _begin_link(self, href: str) -> None:
        local = href.startswith("#")
        number, known = -1, False
        if href and not local and href[:11].lower() != "javascript:" and self._pre is None:
            number = self._numbers.setdefault(href, len(self._links))
            known = number < len(self._links)
            if not known:
                self._links.append(href)
        self._link = (len(self._buffer), number, local, known)

    def _end_link(self) -> None:
        if self._link is None:
            return
        at, number, local, known = self._link
        self._link = None
        text = "".join(self._buffer[at:])
        bare = text.strip()
        if local and bare in _PERMALINK:
            del self._buffer[at:]
            return
        counts = self._boilerplate.counts
        counts.linked += len(bare)
        counts.local += len(bare) if local else 0
        counts.again += len(bare) if known else 0
        if number >= 0 and bare.strip("`") and self._title != "":
            self._buffer[at:] = [f"{LINK}{number}{END}", text, f"{LINK}{END}"]

    # ------------------------------------------------------------------------------------------------------- lists

    def _list(self, name: str, head: str, here: int) -> None:
        if self._in_cell():
            self._structure(name, head)
            return
        self._flush(here)
        self._structure(name, head)
        if name[0] != "/":
            if len(self._lists) < DEEPEST:
                self._lists.append(_List(1 if name == "ol" else 0))
                self._boilerplate.begin_list()
        elif self._lists:
            self._boilerplate.end_list(self._lists.pop().items)
        self._prefix = ""

    def _item(self, name: str, head: str, here: int) -> None:
        if self._in_cell():
            return
        self._flush(here)
        if name[0] == "/" or not self._lists:
            self._prefix = ""
            return
        within = self._lists[-1]
        within.items += 1
        bullet = f"{within.number}. " if within.number else "- "
        within.number += 1 if within.number else 0
        self._prefix, self._tight = "  " * (min(len(self._lists), 8) - 1) + bullet, True

    # ------------------------------------------------------------------------------------------------------ tables

    def _table(self, name: str, head: str, here: int) -> None:
        self._flush(here)
        if name[0] == "/":
            self._end_table(here)
        else:
            self._layout(here)
            self._tables.append(_Table(start=here))
        self._structure(name, head)

    def _row(self, name: str, head: str, here: int) -> None:
        self._flush(here)
        if self._tables:
            table = self._tables[-1]
            self._end_row(table)
            table.row = None if name[0] == "/" else []

    def _end_row(self, table: _Table) -> None:
        if table.row:
            self._store_cell(table)
            table.rows.append(table.row)
        table.row = None

    def _cell(self, name: str, head: str, here: int) -> None:
        if not self._tables:
            self._flush(here)
            return
        table = self._tables[-1]
        if table.row is None:
            table.row = []
        if name[0] == "/":
            self._store_cell(table)
        else:
            if self._buffer and table.row:
                self._store_cell(table)  # the cell before was not closed
            else:
                self._flush_outside(here)
            table.headed = table.headed or (name == "th" and not table.rows)
            table.row.append("")

    def _store_cell(self, table: _Table) -> None:
        text = self._taken()
        if table.row:
            table.row[-1] = f"{table.row[-1]} {text}".strip()

    def _flush_outside(self, here: int) -> None:
        row, self._tables[-1].row = self._tables[-1].row, None
        self._flush(here)
        self._tables[-1].row = row

    def _layout(self, here: int) -> None:
        """A heading, code or a table inside a cell: what the table has so far becomes paragraphs, and it ends."""
        if not self._tables:
            return
        table = self._tables.pop()
        cells = [cell for row in [*table.rows, table.row or []] for cell in row if cell]
        for cell in cells:
            self._add(cell, table.start, here)
        self._flush(here)

    def _end_table(self, here: int) -> None:
        if not self._tables:
            return
        table = self._tables.pop()
        self._end_row(table)
        rows = [[cell.replace("|", "\\|") for cell in row] for row in table.rows if any(row)]
        if not rows:
            return
        width = max(map(len, rows))
        if width == 1:
            for row in rows:
                self._add(row[0].replace("\\|", "|"), table.start, here)
            return
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        if table.headed:
            lines.insert(1, "|" + "---|" * len(rows[0]))
        if self._tables and self._tables[-1].row:
            self._buffer.append(" ".join(cell for row in rows for cell in row))
        else:
            self._add("\n".join(lines), table.start, here)

    # ------------------------------------------------------------------------------------------------------ blocks

    def _taken(self) -> str:
        """The text read since the last block, white space collapsed."""
        self._end_link()
        raw = "".join(self._buffer)
        self._buffer.clear()
        if "&" in raw:
            raw = unescape(raw)
        return " ".join(raw.split())

    def _flush(self, here: int) -> None:
        """End the block that is being read."""
        if not self._buffer:
            return
        if self._tables and self._tables[-1].row:
            return
        start = self._from
        if self._pre is not None:
            self._end_link()
            raw = unescape("".join(self._buffer)).strip("\r\n").rstrip()
            self._buffer.clear()
            if raw.strip():
                fence = "````" if "```" in raw else "```"
                self._blocks.append(Block(f"{fence}{self._pre}\n{raw}\n{fence}", start, here))
            return
        text = self._taken()
        if not text.replace("`", ""):
            return
        if self._title == "":
            self._title = text
            self._blocks.append(Block(f"# {text}", start, here, heading=True))
            return
        if self._heading:
            text = f"{'#' * self._heading} {text}"
            if self._heading <= 2:
                self._boilerplate.title()
        self._add(text, start, here)

    def _add(self, text: str, start: int, end: int) -> None:
        prefix, heading = self._prefix, bool(self._heading)
        if prefix and not heading:
            text = prefix + text.replace("\n", "\n" + " " * len(prefix))
            self._prefix = " " * len(prefix)
        if self._quote and not heading:
            text = "> " + text.replace("\n", "\n> ")
        self._boilerplate.counts.chars += len(_MARKS.sub("", text) if LINK in text else text) - len(prefix)
        self._blocks.append(Block(text, start, end, tight=self._tight, heading=heading))
        self._tight = False

    def _finished(self) -> list[Block]:
        """The blocks, without a title that a heading repeats."""
        self._boilerplate.finish()
        blocks = self._blocks
        if not self._title:
            return blocks
        own = _bare(self._title)
        titles = [i for i, b in enumerate(blocks) if b.heading and b.text == f"# {self._title}"]
        for other in [b for b in blocks if b.heading and not b.dead][1:4]:
            said = _bare(other.text)
            if titles and len(said) > 3 and (said in own or own in said):
                return blocks[: titles[0]] + blocks[titles[0] + 1 :]
        return blocks


def _href(head: str) -> str:
    """The address in the inside of a tag, "" for none."""
    at = head.find(' href="')
    if at >= 0:
        href = head[at + 7 :].partition('"')[0]
    else:
        m = _HREF.search(head)
        href = next((g for g in m.groups() if g), "") if m else ""
    return (unescape(href) if "&" in href else href).strip()


def _language(head: str) -> str:
    m = _LANGUAGE.search(head[:300])
    return m[1].lower() if m else ""


def _bare(text: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", text).lower().split())
