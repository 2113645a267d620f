"""Trees of a page's accessible elements, as Playwright and Chrome's DevTools write them, and how they read with less.

    - table [ref=e17]:                                       | Order | State |  |
      - row [ref=e19]:                                       | link "#1000" e28 → /orders/1000 | paid | button "Edit" e33 |
        - columnheader "Order" [ref=e20]
        - columnheader "State" [ref=e21]
        - columnheader [ref=e22]
      - row [ref=e26]:
        - cell [ref=e27]:
          - link "#1000" [ref=e28] [cursor=pointer]:
            - /url: /orders/1000
        - cell "paid" [ref=e30]
        - cell [ref=e32]:
          - button "Edit" [ref=e33]

Nothing that the page says is left out, and no reference to what can be acted on. `snapshot` stands above.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

__all__ = ["NODE", "UID", "Node", "outline", "parse"]

_HEAD = r"(?P<role>[a-zA-Z]+)(?: (?P<name>\"(?:[^\"\\]|\\.)*\"|/(?:[^/\\\n]|\\.)+/))?(?P<attrs>(?: \[[^\]\n]*\])*)"
NODE = re.compile(rf"(?P<indent> *)- (?P<quote>'?){_HEAD}(?P=quote)(?::(?: (?P<value>\S.*))?)?\s*\Z")
"""One element, or a text between elements."""
_PROPERTY = re.compile(r"(?P<indent> *)- /(?P<key>[a-z]+): (?P<value>.*\S)\s*\Z")
UID = re.compile(
    r"(?P<indent> *)uid=(?P<ref>\S+)(?: (?P<role>[A-Za-z]+))?(?: \"(?P<name>(?s:.*?))\")?(?P<attrs>(?: [a-z]+(?:=\"[^\"]*\")?)*)\s*\Z"
)
"""One element as DevTools write it; without a role it is a text."""
_PAIR = re.compile(r" ([a-z]+)(?:=\"([^\"]*)\")?")
_GOES_ON = re.compile(r"[\s.,;:!?(\[)\]}’”]")
_OPEN = ("(", "[", "{", "“", "‘")
"""How a text begins that goes on with what stands before it, and how one ends after which another goes on."""
_ATTRIBUTE = re.compile(r"\[([^\]]*)\]")
_REF = "ref="
_POINTER = "cursor=pointer"
_ACTED_ON = frozenset(
    "button link textbox searchbox checkbox radio combobox listbox option menuitem menuitemcheckbox menuitemradio tab switch"
    " slider spinbutton treeitem iframe dialog alertdialog".split()
)
"""Roles of elements that one can click or fill in, or that hold a document of their own."""
_WRAPPERS = frozenset(("generic", "list", "rowgroup", "group", "none", "presentation"))
"""Roles that say nothing where they have no name."""
_WORDS = frozenset("text generic strong emphasis insertion deletion subscript superscript mark time term".split())
"""Roles of words within a text."""
_CELLS = frozenset(("cell", "gridcell", "columnheader", "rowheader"))
_TEXTS = frozenset(("paragraph", "definition", "caption", "blockquote"))
_LEVEL = "level="
_WIDEST = 4_000
"""Characters of a line that several elements share."""
_DEEPEST = 100
_SLASH = re.compile(r"(?<![:/])/")
_DIRECTORIES = 16
_FEW, _LONG = 4, 12
"""Addresses, and characters that most of them begin with, that are worth a word."""


@dataclass(slots=True)
class Node:
    """An element: what it is, what it is called, what is in it."""

    role: str
    name: str = ""
    attributes: tuple[str, ...] = ()
    ref: str = ""
    pointer: bool = False
    value: str = ""
    properties: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)
    inline: tuple[str | None] | None = None
    """How it reads within a line, once that is known."""
    words: bool | None = None
    """Whether nothing in it can be acted on, once that is known."""


def parse(lines: Sequence[str]) -> list[Node]:
    """The elements at the top. A line that is none is a text."""
    top: list[Node] = []
    open_: list[tuple[int, Node]] = []
    of_devtools = lines[0].lstrip(" ").startswith("uid=")
    for line in lines:
        m = (UID if of_devtools else NODE).match(line)
        indent = len(line) - len(line.lstrip(" "))
        while open_ and (open_[-1][0] >= indent or len(open_) >= _DEEPEST):
            open_.pop()
        found = _PROPERTY.match(line) if m is None and open_ else None
        if found is not None and found["key"] not in open_[-1][1].properties:
            open_[-1][1].properties[found["key"]] = _scalar(found["value"])
            continue
        beside = open_[-1][1].children if open_ else top
        if m is None:
            node = Node(role="text", value=line.strip())
        else:
            node = _of_devtools(m, beside) if of_devtools else _node(m)
        if not beside or beside[-1] is not node:
            beside.append(node)
        open_.append((indent, node))
    return top


def _of_devtools(m: re.Match[str], beside: list[Node]) -> Node:
    """The element; a text that goes on with the one before it becomes a part of that."""
    name = m["name"] or ""
    if m["role"] is None or m["role"] == "StaticText":
        last = beside[-1] if beside else None
        room = last is not None and last.role == "paragraph" and len(last.value) < _WIDEST
        if (
            last is not None
            and room
            and (last.value[-1:].isspace() or last.value.endswith(_OPEN) or _GOES_ON.match(name))
        ):
            last.value += name
            return last
        return Node(role="paragraph", ref=m["ref"], value=name)
    pairs = _PAIR.findall(m["attrs"])
    told = tuple(f"{key}={value}" if value else key for key, value in pairs if key != "url" and value != name)
    node = Node(
        role=_ROLES.get(m["role"], m["role"]), name=json.dumps(name, ensure_ascii=False) if name else "", ref=m["ref"]
    )
    node.attributes = tuple(key for key in told if key not in _CAN)
    node.properties = {key: value for key, value in pairs if key == "url"}
    return node


def _node(m: re.Match[str]) -> Node:
    attributes = _ATTRIBUTE.findall(m["attrs"])
    ref = next((a.removeprefix(_REF) for a in attributes if a.startswith(_REF)), "")
    name = m["name"] or ""
    if m["quote"]:
        name = name.replace("''", "'")
    return Node(
        role=m["role"],
        name=name,
        attributes=tuple(a for a in attributes if a != _POINTER and not a.startswith(_REF)),
        ref=ref,
        pointer=_POINTER in attributes,
        value=_scalar(m["value"] or ""),
    )


def _scalar(text: str) -> str:
    """What a YAML scalar on one line says."""
    if text[:1] == '"' and text[-1:] == '"' and len(text) > 1:
        try:
            said = json.loads(text)
        except ValueError:
            return text
        return said if isinstance(said, str) else text
    if text[:1] == "'" and text[-1:] == "'" and len(text) > 1:
        return text[1:-1].replace("''", "'")
    return text


def outline(nodes: Sequence[Node]) -> tuple[list[str], str]:
    """The elements as lines: text as text, headings, lists and rows as in markdown, what can be acted on with its reference; and
    how most addresses begin, which `…` stands for, where that is worth it."""
    addresses = list(_addressed(nodes))
    base = _base([node.properties["url"] for node in addresses])
    if base:
        for node in addresses:
            if node.properties["url"].startswith(base):
                node.properties["url"] = f"…{node.properties['url'][len(base) :]}"
    return list(_blocks(nodes, 0)), base


def _addressed(nodes: Sequence[Node]) -> Iterator[Node]:
    """The elements that have an address."""
    for node in nodes:
        if "url" in node.properties:
            yield node
        yield from _addressed(node.children)


def _base(urls: Sequence[str]) -> str:
    """What it spares most to say once of what addresses begin with, up to a slash; none where they are few or it is little, or
    where one holds our sign."""
    whole = [url for url in urls if "://" in url]
    if len(whole) < _FEW or any("…" in url for url in urls):
        return ""
    begins = Counter(url[: m.end()] for url in whole for m in islice(_SLASH.finditer(url), _DIRECTORIES))
    base, times = max(begins.items(), key=lambda item: len(item[0]) * item[1], default=("", 0))
    return base if times >= _FEW and len(base) >= _LONG else ""


def _blocks(nodes: Sequence[Node], depth: int) -> Iterator[str]:
    """Neighbours that are words or stand within a line share one."""
    run: list[str] = []
    for node in nodes:
        said = _inline(node)
        if said is not None and _is_words(node):
            run.append(said)
            continue
        if run:
            yield from _line(depth, _joined(run))
            run = []
        yield from _block(node, depth)
    if run:
        yield from _line(depth, _joined(run))


def _is_words(node: Node) -> bool:
    """Whether nothing in it can be acted on."""
    if node.words is None:
        own = (node.role in _WORDS or node.role == "code") and not node.pointer
        node.words = own and all(map(_is_words, node.children))
    return node.words


def _line(depth: int, said: str) -> Iterator[str]:
    said = said.rstrip().removeprefix(" ")
    if said:
        yield f"{' ' * depth}{said}"


def _block(node: Node, depth: int) -> Iterator[str]:
    """The lines of one element."""
    if _is_wrapper(node):
        whole = _together(node.children)
        if whole is not None and not _is_several(node.children):
            yield from _line(depth, whole)
        else:
            yield from _blocks(node.children, depth)
        return
    if node.role == "row":
        cells = [_cell(child) for child in node.children]
        if cells and all(cell is not None for cell in cells) and sum(map(len, filter(None, cells))) < _WIDEST:
            own = _own(node) if node.pointer or node.attributes else ""
            yield from _line(depth, f"| {' | '.join(cell or '' for cell in cells)} |{f' {own}' if own else ''}")
            return
    head = _head(node)
    whole = None if _is_several(node.children) else _together(node.children)
    if whole is not None:
        yield from _line(depth, _with(head, whole, node))
        return
    below = _blocks(node.children, depth + 1)
    if head == "-":
        head = f"- {next(below, '').strip()}"
    yield from _line(depth, head)
    yield from below


def _with(head: str, whole: str, node: Node) -> str:
    """An element and the words in it, which may say its name."""
    if not whole or _plain(node.name) == whole:
        return head
    if node.name and _plain(node.name) in whole and node.role != "heading":
        head = " ".join(filter(None, (node.role, _own(node))))
    if not head:
        return whole
    return f"{head} {whole}" if not head.strip("#->") else f"{head}: {whole}"


def _together(nodes: Sequence[Node]) -> str | None:
    """The elements on one line; None where they need several."""
    parts = [_inline(node) for node in nodes]
    if any(part is None for part in parts) or sum(map(len, filter(None, parts))) > _WIDEST:
        return None
    return _joined([part for part in parts if part])


def _is_several(nodes: Sequence[Node]) -> bool:
    """Whether several elements of one wrapper are things of their own, and not words of one text."""
    return sum(node.role not in _WORDS and node.role != "code" for node in nodes) > 1 and not any(
        node.role == "text" for node in nodes
    )


def _inline(node: Node) -> str | None:
    """An element within a line; None for one that has lines of its own."""
    if node.inline is None:
        node.inline = (_read_inline(node),)
    return node.inline[0]


def _read_inline(node: Node) -> str | None:
    if node.role in _WORDS and not node.name and not node.pointer and not _told(node):
        whole = _together(node.children)
        return None if whole is None else _joined([node.value, whole]) if whole else node.value
    if node.role == "code" and not node.children and not node.name:
        return f"`{node.value}`" if "`" not in node.value else node.value
    if node.role in _ACTED_ON or node.role == "img" or node.pointer:
        whole = _together(node.children)
        return None if whole is None else _with(_head(node), whole, node)
    if _is_wrapper(node) and len(node.children) == 1:
        return _inline(node.children[0])
    return None


def _cell(node: Node) -> str | None:
    """A cell of a row; None for one that needs lines of its own."""
    if node.role not in _CELLS:
        return None
    name = _plain(node.name)
    whole = _together(node.children)
    if whole is None or (node.children and node.name and name not in whole):
        return None if whole is None else f"{name}: {whole}"
    said = _joined([node.value, whole]) if node.children else _joined([name, node.value])
    own = _own(node) if node.pointer or node.attributes else ""
    return f"{said} {own}".strip() if own else said


def _is_wrapper(node: Node) -> bool:
    return node.role in _WRAPPERS and not (node.name or node.value or node.pointer or _told(node))


def _told(node: Node) -> tuple[str, ...]:
    """Attributes and properties that say something."""
    return (*(a for a in node.attributes if a != "aria-hidden"), *node.properties)


def _head(node: Node) -> str:
    """An element without what is in it."""
    if node.role == "listitem" and not node.name and not _own(node):
        return f"- {node.value}".rstrip()
    if node.role in _TEXTS and not node.name and not _own(node):
        return f"{'> ' if node.role == 'blockquote' else ''}{node.value}"
    level = next((a for a in node.attributes if a.startswith(_LEVEL)), "") if node.role == "heading" else ""
    if level and level[len(_LEVEL) :].isdigit() and len(node.attributes) == 1 and not node.pointer:
        return f"{'#' * int(level[len(_LEVEL) :])} {_joined([_plain(node.name), node.value])}".strip()
    if node.role in _WORDS and not node.name and node.value:
        return _joined([node.value, _own(node)])
    said = " ".join(filter(None, (node.role, node.name, _own(node))))
    return f"{said}: {node.value}" if node.value else said


def _own(node: Node) -> str:
    """Attributes, reference and address of an element, as far as they tell something."""
    acted_on = node.role in _ACTED_ON or node.pointer or any(a.split("=")[0] in _STATES for a in node.attributes)
    parts = [f"[{a}]" for a in node.attributes if a != "aria-hidden"]
    parts += [node.ref] if node.ref and acted_on else []
    for key, value in node.properties.items():
        parts.append(f"→ {value}" if key == "url" else f"[{key}={value}]")
    return " ".join(parts)


_ROLES = {"image": "img", "RootWebArea": "page", "Iframe": "iframe"}
_CAN = frozenset("disableable expandable focusable checkable selectable".split())
"""What DevTools say of every element of a role."""
_STATES = frozenset("active focused expanded selected checked pressed disabled".split())
"""What an element has that one can act on, whatever its role is."""


def _plain(name: str) -> str:
    """A name without its quotes."""
    if name[:1] != '"':
        return name
    said = _scalar(name)
    return said if "\n" not in said else name


def _joined(parts: Sequence[str]) -> str:
    return " ".join(filter(None, parts))
