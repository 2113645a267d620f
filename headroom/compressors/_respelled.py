"""Text that holds the values of JSON in a spelling of its own: YAML, TOML, XML. What their compressors share.

`respelled` makes the answer of a reader's values, and leaves a text as it is where the reader does not know all of it,
where nothing is gained, or where what must be kept would not show. Rows of a long list may be left out, by their lines. Stands on `_outline` and `_spell`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeAlias

from headroom import relevance
from headroom.compressors._api import Effort, Limits, Rendition
from headroom.compressors._columns import grid
from headroom.compressors._flow import Num
from headroom.compressors._outline import Main, outline
from headroom.compressors._pieces import joined
from headroom.compressors._places import Places, longest
from headroom.compressors._rows import Part as Rows
from headroom.compressors._spell import spelled
from headroom.messages import Hint

__all__ = ["Part", "respelled"]

Part: TypeAlias = tuple[list[str], Any]
"""Lines that stay as they are, and the value below them."""
_LARGEST = 400_000
"""Characters beyond which reading it takes too much memory and time."""
_LEGEND = re.compile(r"<[a-h]>=")
_FEWEST = 4
"""So many values of one shape are rows."""
_FEWEST_OF_A_KIND = 3
_KIND, _DOCUMENT, _COMMENT = "kind", "document", "comment"
"""What a document says of itself, and what is said of it here."""
_ASIDE = "# "
_PLACED = frozenset((_DOCUMENT, _COMMENT))


def respelled(
    text: str,
    name: str,
    read: Callable[[str], list[Part]],
    hint: Hint,
    limits: Limits,
    *,
    places: Places | None = None,
    escaped: bool = False,
) -> Rendition:
    """The values that `read` finds, as JSON is spelled here; `text` itself where that cannot be or does not pay.

    `places`, which `read` fills, say where the rows stand of which some may be left out from MEDIUM on.
    Several values stand behind one another, parted as the text parts them: by what is kept above each. Where strings of
    several lines stand `escaped` in the text, they need not stay as they are.
    """
    made = None
    if len(text) <= _LARGEST:
        with suppress(ValueError, RecursionError):
            parts = read(text)
            if escaped or 2 * sum(_written(value) for _, value in parts) <= len(text):
                exact = replace(limits, effort=Effort.LOSSLESS)
                made = _spelled(parts, hint, exact, _main(places, limits))
    if made is None or len(made.text) >= len(text):
        return Rendition(text=text)
    if limits.keep is not None and any(m[0] not in made.text for m in limits.keep.finditer(text)):
        return Rendition(text=text)
    return replace(made, note="; ".join(filter(None, [name, made.note])))


def _written(value: Any) -> int:
    """Characters in texts of several lines: where those are most of it, they read best as they are."""
    if isinstance(value, dict):
        return sum(map(_written, value.values()))
    if isinstance(value, list):
        return sum(map(_written, value))
    return len(value) if isinstance(value, str) and "\n" in value else 0


def _main(places: Places | None, limits: Limits) -> Main | None:
    """The rows of which some may be left out."""
    found = longest(places) if places and limits.effort >= Effort.MEDIUM else None
    if found is None:
        return None
    rows, starts = found
    return Main(rows, limits, Rows(lines=True, starts=[limits.first_line + line for line in starts]))


def _spelled(parts: list[Part], hint: Hint, limits: Limits, main: Main | None) -> Rendition:
    asked = frozenset(relevance.terms(hint.query or ""))
    if len(parts) == 1:
        kept, made = parts[0][0], _one(parts[0][1], hint, limits, asked, main)
        return replace(made, text="\n".join([*kept, made.text]))
    found = [_each(parts, hint, limits, asked), _together(parts, hint, limits, asked)]
    if len(parts) >= _FEWEST and all(kept in ([], ["---"]) for kept, _ in parts):
        rows = grid([value for _, value in parts], asked)
        if rows is not None:
            found.append(spelled(rows, hint, limits, elide=False, what="documents"))
    by_kind = _by_kind(parts, hint, limits, asked)
    found += [by_kind] if by_kind is not None else []
    return min(found, key=lambda made: len(made.text) + len(made.note))


def _by_kind(parts: list[Part], hint: Hint, limits: Limits, asked: frozenset[str]) -> Rendition | None:
    """Documents that say of which kind they are, those of one kind as rows, each with its place and the comment above it."""
    kinds: dict[str, list[int]] = {}
    for number, (kept, value) in enumerate(parts):
        above = kept[1:] if kept[:1] == ["---"] else kept
        kind = str(value.get(_KIND, "")) if type(value) is dict else "\n"
        if (
            len(above) > 1
            or not all(line.startswith(_ASIDE) for line in above)
            or "\n" in kind
            or not _PLACED.isdisjoint(value)
        ):
            return None
        kinds.setdefault(kind, []).append(number)
    if max(map(len, kinds.values())) < _FEWEST_OF_A_KIND:
        return None
    made: list[tuple[str, Rendition]] = []
    for kind, numbers in kinds.items():
        rows: list[dict[str, Any]] = []
        for number in numbers:
            kept, value = parts[number]
            said = {_COMMENT: kept[-1].removeprefix(_ASIDE)} if kept[-1:] not in ([], ["---"]) else {}
            rows.append({_DOCUMENT: Num(number), **said, **value})
        table = grid(rows, asked) if len(rows) >= _FEWEST_OF_A_KIND else None
        title = f"{kind or 'no kind'}, {len(rows)} document{'s' if len(rows) > 1 else ''}"
        if table is None:
            made += [(title, outline(row, hint, limits, asked)) for row in rows]
        else:
            made.append((title, spelled(table, hint, limits, elide=False, what="documents")))
    return joined(made, "documents by kind, numbered from 0")


def _each(parts: list[Part], hint: Hint, limits: Limits, asked: frozenset[str]) -> Rendition:
    """Each value for itself."""
    made = [_one(value, hint, limits, asked) for _, value in parts]
    notes = dict.fromkeys(note for m in made for note in m.note.split("; ") if note)
    lines = [line for (kept, _), m in zip(parts, made, strict=True) for line in (*kept, m.text)]
    return Rendition(text="\n".join(lines), note="; ".join(notes))


def _together(parts: list[Part], hint: Hint, limits: Limits, asked: frozenset[str]) -> Rendition:
    """A value per line, so that one may refer to another: `=[0].spec` is what stands in the first."""
    made = outline([value for _, value in parts], hint, limits, asked, is_lines=True)
    lines = made.text.split("\n")
    first = next(i for i, line in enumerate(lines) if not _LEGEND.match(line))
    body = lines[:first]
    for (kept, _), line in zip(parts, lines[first:], strict=False):
        body += [*kept, line]
    note = f"{made.note}; [0] = first document" if "[" in made.text else made.note
    return replace(made, text="\n".join([*body, *lines[first + len(parts) :]]), note=note)


def _one(value: Any, hint: Hint, limits: Limits, asked: frozenset[str], main: Main | None = None) -> Rendition:
    made = grid(value, asked) if type(value) is list and len(value) > 1 else None
    if made is None:
        return outline(value, hint, limits, asked, main=main)
    if main is None or main.value is not value:
        return spelled(made, hint, limits, elide=False)
    return spelled(made, hint, main.limits, elide=True, part=main.part)
