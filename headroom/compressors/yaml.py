"""YAML that a command prints (`kubectl get -o yaml`, an agent's tools): the values of JSON, spelled as JSON is.

Lists of like mappings become grids, the rest an outline (`_outline`, `_spell`). Nothing is left out; comments, anchors
and what else only a person writes keep a text as it is (`_yaml`). Files under edit never come here: `policy` keeps them.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace

from headroom import lines, relevance
from headroom.compressors._api import Effort, Limits, Rendition
from headroom.compressors._columns import grid
from headroom.compressors._outline import outline
from headroom.compressors._spell import spelled
from headroom.compressors._yaml import parse
from headroom.messages import Hint

_LARGEST = 400_000
"""Characters beyond which reading it takes too much memory and time."""
_FIRST = re.compile(r"(?:---\n)?(?:- )?(?:[A-Za-z_][\w./-]*|\"[^\"\n]+\"|'[^'\n]+'):(?: |\n)|- *\n")
_ENTRY = re.compile(r" *(?:- )*(?:[A-Za-z_][\w./ -]*|\"[^\"]+\"|'[^']+'):(?: .*|\Z)")
_ITEM = re.compile(r" *- |  +\S")
_FEWEST = 6


class YamlCompressor:
    """Re-encodes YAML so that keys, constants and repetitions stand once."""

    name = "YamlCompressor"
    kind = "yaml"

    def score(self, text: str, hint: Hint) -> float:
        """By the share of lines that are entries of mappings, some of them inside others."""
        if not _FIRST.match(text[:200]):
            return 0.0
        rows = [row for row in lines.sample(text).split("\n") if row.strip()]
        entries = sum(_ENTRY.match(row) is not None for row in rows)
        inside = sum(_ITEM.match(row) is not None for row in rows)
        return 0.85 if len(rows) >= _FEWEST and 5 * entries >= 3 * len(rows) and 3 * inside >= len(rows) else 0.0

    def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
        """The values of `text`, shorter; `text` itself where it is more than plain YAML or nothing is gained."""
        made = None
        if len(text) <= _LARGEST:
            with suppress(ValueError, RecursionError):
                made = _render(text, hint, replace(limits, effort=Effort.LOSSLESS))
        if made is None or len(made.text) >= len(text):
            return Rendition(text=text)
        if limits.keep is not None and any(m[0] not in made.text for m in limits.keep.finditer(text)):
            return Rendition(text=text)
        return replace(made, note="; ".join(filter(None, ["YAML", made.note])))


def _render(text: str, hint: Hint, limits: Limits) -> Rendition:
    value = parse(text)
    asked = frozenset(relevance.terms(hint.query or ""))
    made = grid(value, asked) if type(value) is list and len(value) > 1 else None
    return outline(value, hint, limits, asked) if made is None else spelled(made, hint, limits, elide=False)
