"""Snapshots of pages in a browser (Playwright, Chrome's DevTools): a tree of accessible elements, each with a reference.

With all allowed to go that says nothing, the tree reads like the page (`_aria`). Without loss, references are spelt short and
addresses stand behind their links. Above stand the router and the engine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from headroom.compressors._api import Effort, Limits, Rendition
from headroom.compressors._aria import NODE, outline, parse
from headroom.lines import FOLD, sample
from headroom.messages import Hint

_TREE = re.compile(r"^ *uid=\d+_\d+ |^ *- '?[a-zA-Z]+(?: \"[^\n]*?\")?(?: \[[^\]\n]*\])* \[ref=\w+\]", re.MULTILINE)
"""An element with a reference."""
_LEAST = 10
_MOSTLY = 0.3
"""What part of the lines have a reference: between them stand texts and addresses."""
_REF = re.compile(r" \[ref=(\w+)\]")
_POINTED = re.compile(r" *- '?([a-zA-Z]+).* \[cursor=pointer\]")
_POINTER = " [cursor=pointer]"
_URL = re.compile(r"( *)- /url: (.*\S)\s*\Z")
_STARTS = ("- ", "uid=")
_SECTION = "## "
_NOTE = (
    '`role "name" {ref} → url`; {ref}s only of what can be acted on; unnamed wrappers left out; the rest as markdown'
)


_SHORT_REFS = "`e1` behind an element = [ref=e1]"


def is_read_as_page(note: str) -> bool:
    """Whether a text with this note is a snapshot, shorter."""
    return note.startswith((_NOTE[: _NOTE.index("{")], _SHORT_REFS))


class SnapshotCompressor:
    """Snapshots of pages by Playwright and Chrome's DevTools: what the page says and what can be done there."""

    name = "SnapshotCompressor"
    kind = "snapshot"

    def score(self, text: str, hint: Hint) -> float:
        """0.97 where many lines are elements with references."""
        if "[ref=" not in text[:6_000] and "uid=" not in text[:6_000]:
            return 0.0
        part = sample(text, 6_000)
        found = len(_TREE.findall(part))
        return 0.97 if found >= _LEAST and found >= _MOSTLY * (part.count("\n") + 1) else 0.0

    def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
        """The tree, shorter, with what stands around it; `text` itself where nothing is gained, where a line looks like one of ours
        or, without loss, where one is no element."""
        if text.startswith(FOLD) or f"\n{FOLD}" in text:
            return Rendition(text=text)
        lines = text.split("\n")
        first = next((i for i, line in enumerate(lines) if _TREE.match(line)), len(lines))
        end = _end(lines, first)
        if end == first:
            return Rendition(text=text)
        lossless = limits.effort < Effort.MEDIUM
        made, note = (_respelt if lossless else _outlined)(lines[first:end])
        body = "\n".join([*lines[:first], *made, *lines[end:]]) if made else text
        if limits.keep is not None and any(m[0] not in body for m in limits.keep.finditer(text)):
            return Rendition(text=text)
        return (
            Rendition(text=body, note=note, lossless=lossless)
            if len(body) + len(note) < len(text)
            else Rendition(text=text)
        )


def _end(lines: Sequence[str], first: int) -> int:
    """The line behind the tree; what DevTools quote may have several lines."""
    quotes = first < len(lines) and lines[first].lstrip(" ").startswith("uid=")
    end = first
    while end < len(lines) and (lines[end].lstrip(" ").startswith(_STARTS) or (quotes and lines[end][:3] != _SECTION)):
        end += 1
    return end


def _elements(lines: Sequence[str]) -> Sequence[str]:
    """One element each; the lines themselves where each is one."""
    if not lines[0].lstrip(" ").startswith("uid="):
        return lines
    starts = [i for i, line in enumerate(lines) if _TREE.match(line)]
    return ["\n".join(lines[a:b]) for a, b in pairwise([*starts, len(lines)])]


def _outlined(lines: Sequence[str]) -> tuple[list[str], str]:
    """The page as it reads."""
    elements = _elements(lines)
    made, base = outline(parse(elements))
    note = _NOTE.format(ref="ref" if elements is lines else "uid")
    return made, f"{note}; … = {base}" if base else note


def _respelt(lines: Sequence[str]) -> tuple[list[str], str]:
    """The same lines with short references, an address behind its link, and what all elements of a role have said once."""
    if any(" → " in line for line in lines) or not all(
        map(NODE.match, (line for line in lines if not _is_property(line)))
    ):
        return [], ""
    pointed = {m[1] for line in lines if (m := _POINTED.match(line))}
    pointed -= {m["role"] for line in lines if _POINTER not in line and (m := NODE.match(line))}
    out: list[str] = []
    above = ""
    for line in lines:
        m = _URL.match(line)
        if m is not None and out and above == m[1][:-2] and out[-1].endswith(":"):
            out[-1] = f"{out[-1][:-1]} → {m[2]}"
            continue
        node = NODE.match(line)
        short = _REF.sub(r" \1", line, count=1)
        if node is not None and node["role"] in pointed:
            short = short.replace(_POINTER, "", 1)
        out.append(short)
        above = line[: len(line) - len(line.lstrip(" "))]
    said = [_SHORT_REFS, "→ = /url"]
    said += [f"all of {', '.join(sorted(pointed))}: [cursor=pointer]"] if pointed else []
    return out, "; ".join(said)


def _is_property(line: str) -> bool:
    return line.lstrip(" ").startswith("- /")
