"""HTML read as markdown: one pass over the tags, no tree.

Text survives, mark-up and navigation go. Headings, paragraphs, lists, tables, code and links keep their meaning. Pages
are often malformed, so nothing here trusts that a tag is closed. Time and memory are linear in the page.

Above stands `web_page`, which chooses among the blocks; below `_tags`, which cuts the page at the tags between blocks,
`_inline`, which reads the content of one, `_cells`, which holds a table, and `_boilerplate`, which judges what is
content.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from headroom.compressors._boilerplate import DEEPEST, Block, Boilerplate
from headroom.compressors._cells import Table
from headroom.compressors._inline import Inline
from headroom.compressors._tags import ITEM, tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page's blocks in order, and the addresses of its links."""

    blocks: list[Block]
    links: Sequence[str]


_LANGUAGE = re.compile(r"\b(?:language|lang|highlight-source|brush:)[-: ]?([a-z+#]{1,12})\b", re.IGNORECASE)
_CODE_TAG = re.compile(r"\s*<code\s([^<>]*)>")
_MOST_NUMBERS = 50_000
_TOGETHER, _SHORT = 360, 40
"""Lines of a list make one block up to so many characters, and so do paragraphs as short as that."""
_BLOCKS, _PER_BLOCK = 5_000, 48
"""So many blocks, and one more for so many characters: beyond that a page has headings and code of a letter each."""
_BREAKS = frozenset(
    "p div section article main br hr tr body center address fieldset figure figcaption details summary legend form"
    " blockquote dl dt dd caption thead tbody tfoot header footer nav aside option hgroup video picture html".split()
)
_STRUCTURE = frozenset("div nav section footer header aside ul ol table form".split())
_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_PARTS = _STRUCTURE - {"ul", "ol", "table"}
_KNOWN = frozenset("pre li ul ol td th table title".split()) | _BREAKS | _STRUCTURE | set(_HEADINGS)
Action: TypeAlias = Callable[["Reader", str, str, int], None]
"""What a tag does: (reader, name, inside, where what stands before it ends)."""


@dataclass(slots=True)
class _List:
    """A list being read: the number of its next item (0 for bullets), what stands before that, how many it has so far."""

    number: int
    margin: str
    items: int = 0

    def opened(self) -> str:
        """What the next item begins with."""
        self.items += 1
        if not self.number:
            return self.margin
        self.number += 1
        return f"{self.margin}{self.number - 1}. "


class Reader:
    """Reads one page. `read` may be called once."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._boilerplate = Boilerplate(self._blocks)
        self._judging = self._boilerplate.parts
        self._counts = self._boilerplate.counts
        self._inline = Inline(self._counts)
        self._buffer: list[str] = []
        self._from = 0
        self._prefix = ""
        self._lists: list[_List] = []
        self._tables: list[Table] = []
        self._heading = 0
        self._pre: str | None = None
        self._title: str | None = None
        self._quote = 0
        self._tight = False
        self._open: Block | None = None

    def read(self, text: str) -> Page:
        """The page's blocks; none where there would be more of them than memory should hold."""
        if "\x02" in text or "\x03" in text:
            text = text.replace("\x02", " ").replace("\x03", " ")
        buffer, actions, blocks = self._buffer, self._actions, self._blocks
        most = _BLOCKS + len(text) // _PER_BLOCK
        for name, head, data, end, here, stop in tokens(text, _KNOWN):
            if name == ITEM:
                self._linked_item(head, data, end, (here, stop))
                continue
            if len(blocks) > most:
                return Page(blocks=[], links=[])
            if name:
                actions[name](self, name, head, end)
            if data:
                if buffer:
                    buffer.append(data)
                elif self._pre is not None or not data.isspace():
                    self._from = here
                    buffer.append(data)
        self._flush(len(text))
        for _ in range(len(self._tables)):
            self._end_table(len(text))
        self._boilerplate.finish()
        return Page(blocks=self._blocks_and_title(), links=self._inline.links)

    # ------------------------------------------------------------------------------------------------- plain tags

    def _break(self, name: str, head: str, end: int) -> None:
        """A paragraph or a line ends here."""
        if self._buffer and not self._within():
            self._flush(end)

    def _line_end(self, name: str, head: str, end: int) -> None:
        """A line ends here; the lines of a heading are one."""
        if self._heading and self._buffer:
            self._buffer.append(" ")
        else:
            self._break(name, head, end)

    def _within(self, mark: str = " ") -> bool:
        """Whether a table's cell or code is being read. What ends a block elsewhere is white space there."""
        if self._pre is not None:
            if self._buffer and not self._buffer[-1].endswith("\n"):
                self._buffer.append("\n")
            return True
        if self._tables and self._tables[-1].row:
            self._buffer.append(mark)
            return True
        return False

    def _part(self, name: str, head: str, end: int) -> None:
        if self._buffer and not self._within():
            self._flush(end)
        self._structure(name, head)

    def _heading_tag(self, name: str, head: str, end: int) -> None:
        self._flush(end)
        if name[0] == "/":
            self._heading = 0
            return
        self._heading, self._pre = _HEADINGS[name], None
        self._layout(end)

    def _pre_tag(self, name: str, head: str, end: int) -> None:
        self._flush(end)
        if name[0] == "/":
            self._pre = None
            return
        self._layout(end)
        self._pre = _language(head)

    def _title_tag(self, name: str, head: str, end: int) -> None:
        self._flush(end)
        self._title = self._title or (None if name[0] == "/" else "")

    def _quoted(self, name: str, head: str, end: int) -> None:
        self._layout(end)
        self._flush(end)
        self._quote = max(0, self._quote + (-1 if name[0] == "/" else 1))

    def _definition(self, name: str, head: str, end: int) -> None:
        if not self._within():
            self._flush(end)
            self._prefix, self._tight = ("", False) if name[0] == "/" else ("  ", True)

    def _term(self, name: str, head: str, end: int) -> None:
        if not self._within():
            self._flush(end)
            self._prefix, self._tight = "", False
            self._open = None  # a term and what it means are a block of their own

    def _structure(self, name: str, head: str) -> None:
        if name[0] != "/":
            judged = self._boilerplate.begin(name, head)
        else:
            judged = bool(self._judging) and self._boilerplate.end(name[1:])
        if judged:
            self._open = None  # no block reaches over the edge of what is judged as one

    # ------------------------------------------------------------------------------------------------------- lists

    def _list(self, name: str, head: str, end: int) -> None:
        if self._within():
            self._structure(name, head)
            return
        self._flush(end)
        self._structure(name, head)
        self._open = None
        if name[0] != "/":
            if len(self._lists) < DEEPEST:
                margin = "  " * min(len(self._lists), 7)
                self._lists.append(_List(1, margin) if name == "ol" else _List(0, f"{margin}- "))
                self._boilerplate.begin_list()
        elif self._lists:
            self._boilerplate.end_list(self._lists.pop().items)
        self._prefix = ""

    def _item(self, name: str, head: str, end: int) -> None:
        closing = name[0] == "/"
        if self._within(" " if closing else " • "):
            return
        if self._buffer:
            self._flush(end)
        if closing or not self._lists:
            self._prefix = ""
            return
        self._prefix, self._tight = self._lists[-1].opened(), True

    def _linked_item(self, href: str, label: str, end: int, place: tuple[int, int]) -> None:
        """An item that is nothing but a link."""
        within = bool(self._tables) or self._pre is not None
        if within or self._buffer or not self._lists:
            self._item("li", "", end)
        else:
            self._prefix, self._tight = self._lists[-1].opened(), True
        label = label.strip()
        if within or not label or self._inline.is_rich(label):
            if not self._buffer:
                self._from = place[0]
            self._buffer.append(label if self._pre is not None else self._inline.link(href, label))
        else:
            text = self._inline.link(href, label)
            if text:
                self._add(text, *place)

    # ------------------------------------------------------------------------------------------------------ tables

    def _table(self, name: str, head: str, end: int) -> None:
        self._flush(end)
        if name[0] == "/":
            self._end_table(end)
        else:
            self._layout(end)
            self._tables.append(Table(end))
        self._structure(name, head)

    def _row(self, name: str, head: str, end: int) -> None:
        self._flush(end)
        if self._tables:
            table = self._tables[-1]
            self._end_row(table)
            table.row = None if name[0] == "/" else []

    def _end_row(self, table: Table) -> None:
        if table.row:
            table.add(self._taken())
        table.end_row()

    def _cell(self, name: str, head: str, end: int) -> None:
        if not self._tables:
            self._flush(end)
            return
        table = self._tables[-1]
        if table.row:
            table.add(self._taken())  # of the cell that ends here, or of one before that was not closed
        else:
            self._flush(end)
        if name[0] != "/":
            table.open_cell(name, head)

    def _layout(self, end: int) -> None:
        """A heading, code, a quotation or a table inside a cell: what the table has so far becomes paragraphs, and it ends. Such a
        table is there for the layout, not for the data."""
        if not self._tables:
            return
        table = self._tables.pop()
        for cell in table.cells():
            self._add(cell, table.start, end)
        self._flush(end)

    def _end_table(self, end: int) -> None:
        if not self._tables:
            return
        table = self._tables.pop()
        self._end_row(table)
        for text in table.markdown():
            self._add(text, table.start, end)
            self._open = None

    # ------------------------------------------------------------------------------------------------------ blocks

    def _taken(self) -> str:
        """The text read since the last block, white space collapsed."""
        buffer = self._buffer
        if not buffer:
            return ""
        raw = buffer[0] if len(buffer) == 1 else "".join(buffer)
        buffer.clear()
        return self._inline.text(raw)

    def _flush(self, end: int) -> None:
        """End the block that is being read."""
        buffer = self._buffer
        if not buffer or (self._tables and self._tables[-1].row):
            return
        raw = buffer[0] if len(buffer) == 1 else "".join(buffer)
        buffer.clear()
        if self._pre is not None:
            self._add_code(raw, end)
            return
        text = self._inline.text(raw, links=self._title != "")
        if not text or (text[0] == "`" and not text.strip("` ")):
            return
        if self._heading:
            text = f"{'#' * self._heading} {text}"
            if self._heading <= 2:
                self._boilerplate.title()
        elif self._title == "":
            self._title = text
            self._blocks.append(Block(f"# {text}", self._from, end, heading=True))
            self._open = None
            return
        self._add(text, self._from, end)

    def _add_code(self, raw: str, end: int) -> None:
        m = None if self._pre else _CODE_TAG.match(raw)
        language = _language(m[1]) if m else self._pre
        text = self._inline.code(raw)
        if text.strip() and not _counts_up(text):
            fence = "````" if "```" in text else "```"
            self._blocks.append(Block(f"{fence}{language}\n{text}\n{fence}", self._from, end))
            self._open = None

    def _add(self, text: str, start: int, end: int) -> None:
        self._counts.chars += len(text) - self._inline.marks
        self._inline.marks = 0
        heading = self._heading > 0
        if not heading:
            prefix = self._prefix
            if prefix:
                text = prefix + (text.replace("\n", "\n" + " " * len(prefix)) if "\n" in text else text)
                self._prefix = " " * len(prefix)
            if self._quote:
                text = "> " + text.replace("\n", "\n> ")
        last, tight, self._tight = self._open, self._tight, False
        if (
            last is not None
            and not heading
            and len(last.text) + len(text) < _TOGETHER
            and (tight or _short(last, text))
        ):
            last.text = f"{last.text}\n{text}" if tight else f"{last.text}\n\n{text}"
            last.end = end
            return
        last = Block(text, start, end, tight, heading)
        self._blocks.append(last)
        self._open = None if heading else last

    _opening: ClassVar[Mapping[str, Action]] = (
        dict.fromkeys(_KNOWN, _break)
        | dict.fromkeys(_PARTS, _part)
        | dict.fromkeys(_HEADINGS, _heading_tag)
        | {"table": _table, "tr": _row, "td": _cell, "th": _cell, "ul": _list, "ol": _list, "li": _item}
        | {
            "br": _line_end,
            "dl": _term,
            "dt": _term,
            "dd": _definition,
            "pre": _pre_tag,
            "blockquote": _quoted,
            "title": _title_tag,
        }
    )
    _actions: ClassVar[Mapping[str, Action]] = {**_opening, **{f"/{name}": does for name, does in _opening.items()}}

    def _blocks_and_title(self) -> list[Block]:
        """The blocks, without a title that a heading repeats."""
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


def _short(last: Block, text: str) -> bool:
    """Whether both are short paragraphs; the first may consist of several."""
    return len(text) < _SHORT and (len(last.text) < _SHORT or "\n" in last.text[:_SHORT])


def _counts_up(text: str) -> bool:
    """Whether these are the numbers of the lines of some other code."""
    numbers = text.split() if text[:1].isdecimal() and len(text) < _MOST_NUMBERS else []
    first = int(numbers[0]) if numbers and numbers[0].isdecimal() else 0
    return len(numbers) > 1 and numbers == [str(first + n) for n in range(len(numbers))]


def _language(head: str) -> str:
    m = _LANGUAGE.search(head[:300])
    return m[1].lower() if m else ""


def _bare(text: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", text).lower().split())
