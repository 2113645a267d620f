"""XML that programs write, read into values: elements, attributes, texts, CDATA.

`parse` knows XML that holds data: an element has texts or elements, not both, and elements of one name stand together. An
element without attributes is its text; one with some has them as `@name`, its text as `#text`; elements of one name are a
list; comments stand as `#comment` where they stood. For all else (prose with markup, entities of its own) it raises
ValueError, so what it returns is the whole document. White space between elements is no content. Stands beside `_yaml`; `xml` stands above, `_flow` below.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import accumulate, pairwise, zip_longest
from typing import Any

from headroom.compressors._flow import Num, is_scalar
from headroom.compressors._places import Places, longest

__all__ = ["decoded", "parse"]

_TOKEN = re.compile(
    r"<!\[CDATA\[(?P<data>.*?)\]\]>|<!--(?P<aside>(?:(?!--).)*)-->|<(?P<end>/?)(?P<name>[A-Za-z_][\w:.-]*)|(?P<odd><)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"\s+([A-Za-z_:][\w:.-]*)\s*=\s*(?:\"([^\"<]*)\"|'([^'<]*)')")
_CLOSE = re.compile(r"\s*(/?)>")
_TOP = re.compile(r"\ufeff?\s*(?:<\?xml\s[^>]*\?>\s*)?")
_ABOVE = re.compile(r"(?:<\?[\w-]+[^>]*\?>|<!--(?:(?!--).)*-->|<!DOCTYPE[^>\[]*>)\s*", re.DOTALL)
_ENTITY = re.compile(r"&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|([A-Za-z]\w*));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_DEEPEST = 60
_FEWEST = 12
"""Fewer like elements are no rows that anything could be left out of."""


@dataclass(slots=True)
class _Element:
    name: str
    attributes: dict[str, Any]
    children: dict[str, list[Any]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    last: str = ""
    comments: int = 0
    begin: int = 0
    places: dict[str, list[int]] = field(default_factory=dict)

    def add(self, name: str, value: Any, begin: int = 0) -> None:
        """A child. Raises ValueError where others have come between it and those of its name."""
        if name in self.children and name != self.last:
            raise ValueError(f"<{name}> stands apart from others of its name")
        self.children.setdefault(name, []).append(value)
        self.places.setdefault(name, []).append(begin)
        self.last = name

    def say(self, text: str | None, comment: str | None) -> None:
        """A text in quotes, or a comment, which is a child of a name of its own."""
        if text is not None:
            self.texts.append(text)
        elif comment is not None:
            self.comments += 1
            self.add("#comment" if self.comments == 1 else f"#comment {self.comments}", comment.strip())

    def value(self) -> Any:
        text = "".join(self.texts)
        if self.children and text.strip():
            raise ValueError(f"<{self.name}> has text beside elements")
        if not self.children:
            if "\n" in text:
                text = text.strip()
            if not self.attributes:
                return _text(text)
            return {**self.attributes, "#text": _text(text)} if text else self.attributes
        out = dict(self.attributes)
        for name, values in self.children.items():
            out[name] = values[0] if len(values) == 1 else values
        return out


def parse(text: str, places: Places | None = None) -> tuple[list[str], Any]:
    """What stands above the root (comments, the document's type) line by line, and the root as `{name: value}`. `places`
    take where elements of one name stand that have lines of their own.

    Raises:
        ValueError: when it is no XML, or uses more of it than this knows.
    """
    above: list[str] = []
    top = _TOP.match(text)
    at = top.end() if top is not None else 0
    while (m := _ABOVE.match(text, at)) is not None:
        above += m[0].strip().split("\n")
        at = m.end()
    root, end = _element(text, at, places)
    if text[end:].strip():
        raise ValueError("text behind the root")
    if places is not None:
        _in_lines(text, places)
    return above, root


def _element(text: str, at: int, places: Places | None) -> tuple[dict[str, Any], int]:
    """The element that begins at `at`, and where it ends. Without recursion: depth is bounded, not trusted."""
    stack: list[_Element] = []
    while (m := _TOKEN.search(text, at)) is not None:
        between = text[at : m.start()]
        if between and stack:
            stack[-1].texts.append(decoded(between))
        elif between.strip():
            raise ValueError("text outside of elements")
        if m["odd"] is not None or (not stack and not m["name"]):
            raise ValueError(f"no element at character {m.start()}")
        if not m["name"]:
            stack[-1].say(m["data"], m["aside"])
            at = m.end()
            continue
        attributes, closed, at = _head(text, m.end())
        if m["end"]:
            if not stack or stack[-1].name != m["name"] or attributes or closed:
                raise ValueError(f"</{m['name']}> closes nothing")
            done = stack.pop()
            if places is not None:
                _note(done, m.start(), places)
        else:
            done = _Element(m["name"], attributes, begin=m.start())
            if not closed:
                stack.append(done)
                if len(stack) > _DEEPEST:
                    raise ValueError("too deep")
                continue
        if not stack:
            return {done.name: done.value()}, at
        stack[-1].add(done.name, done.value(), done.begin)
    raise ValueError("an element that is not closed")


def _note(done: _Element, end: int, places: Places) -> None:
    """Note where an element's like children begin, by characters; its own last tag stands at `end`."""
    names = list(done.places)
    for name, following in zip_longest(names, names[1:]):
        offsets = done.places[name]
        behind = end if following is None else done.places[following][0]
        if len(offsets) >= _FEWEST and behind > offsets[-1]:
            places[id(done.children[name])] = done.children[name], [*offsets, behind]


def _in_lines(text: str, places: Places) -> None:
    """Let the longest list be told by lines, where each of its elements begins one; no other one is told."""
    found = longest(places)
    places.clear()
    if found is None or any(text[text.rfind("\n", 0, at) + 1 : at].strip() for at in found[1]):
        return
    lines = accumulate([text.count("\n", before, at) for before, at in pairwise([0, *found[1]])])
    places[id(found[0])] = found[0], list(lines)


def _head(text: str, at: int) -> tuple[dict[str, Any], bool, int]:
    """The attributes of a tag, whether it closes itself, and where it ends."""
    attributes: dict[str, Any] = {}
    while (m := _ATTRIBUTE.match(text, at)) is not None:
        name = f"@{m[1]}"
        if name in attributes:
            raise ValueError(f"{name} stands twice")
        attributes[name] = _text(decoded(m[2] if m[2] is not None else m[3]))
        at = m.end()
    end = _CLOSE.match(text, at)
    if end is None:
        raise ValueError(f"no tag at character {at}")
    return attributes, bool(end[1]), end.end()


def _text(text: str) -> str:
    """A text; one that looks like a number needs no quotes, since all values are texts."""
    return Num(text) if text and is_scalar(text) else text


def decoded(text: str) -> str:
    return _ENTITY.sub(_entity, text) if "&" in text else text


def _entity(m: re.Match[str]) -> str:
    if m[3]:
        if m[3] not in _NAMED:
            raise ValueError(f"an entity of its own: {m[0]!r}")
        return _NAMED[m[3]]
    code = int(m[1]) if m[1] else int(m[2], 16)
    if code > 0x10FFFF:
        raise ValueError(f"no character: {m[0]!r}")
    return chr(code)
