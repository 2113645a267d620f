"""YAML that a command prints (`kubectl get -o yaml`, an agent's tools): the values of JSON, spelled as JSON is.

Lists of like mappings become grids, the rest an outline (`_respelled`); of a long one rows are left out from MEDIUM on, told
by their lines. Comments stay where they stand. Anchors, tags and what else only a person writes keep a text as it is (`_yaml`). Files under edit never come here: `policy` keeps them.
"""

from __future__ import annotations

import re
from dataclasses import replace

from headroom import lines
from headroom.compressors._api import Limits, Rendition
from headroom.compressors._places import Places
from headroom.compressors._respelled import respelled
from headroom.compressors._yaml import documents
from headroom.messages import Hint

_FIRST = re.compile(
    r"(?:#.*\n|\n|---(?: .*)?\n){0,12}(?:- )?(?:[A-Za-z_][\w./-]*|\"[^\"\n]+\"|'[^'\n]+'):(?: |\n)|- *\n"
)
_ENTRY = re.compile(r" *(?:- )*(?:[A-Za-z_][\w./ -]*|\"[^\"]+\"|'[^']+'):(?: .*|\Z)")
_ITEM = re.compile(r" *- |  +\S")
_QUOTED = re.compile(r"(?<=[:-] )(?:\"[^\"\\]*(?:\\.[^\"\\]*)*\"|'[^']*(?:''[^']*)*')(?=\n|\Z)", re.DOTALL)
"""A string in quotes, over as many lines as it takes."""
_BLOCK = re.compile(r"[:-] [|>][-+]?\n")
_FEWEST = 6
_WORTH = 0.8
"""What is left of a text with comments inside must be no more than this: they read best where somebody put them."""


class YamlCompressor:
    """Re-encodes YAML so that keys, constants and repetitions stand once."""

    name = "YamlCompressor"
    kind = "yaml"

    def score(self, text: str, hint: Hint) -> float:
        """By the share of lines that are entries of mappings, some of them inside others."""
        if not _FIRST.match(text[:1000]):
            return 0.0
        some = lines.sample(text)
        folded = "\\\n" in some
        if folded or "\n\n " in some:
            some = _QUOTED.sub("", some)
        rows = [row for row in some.split("\n") if row.strip() and row[0] != "#" and row[:3] != "---"]
        entries = sum(_ENTRY.match(row) is not None for row in rows)
        inside = sum(_ITEM.match(row) is not None for row in rows)
        shaped = folded or 3 * inside >= len(rows)
        return 0.85 if shaped and len(rows) >= _FEWEST and 5 * entries >= 3 * len(rows) else 0.0

    def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
        """The values of `text`, shorter; `text` itself where it is more than plain YAML or nothing is gained."""
        places: Places = {}
        escaped = _BLOCK.search(text) is None
        made = respelled(
            text, "YAML", lambda whole: documents(whole, places), hint, limits, places=places, escaped=escaped
        )
        if made.text == text or '"#' not in made.text:
            return made
        if len(made.text) > _WORTH * len(text):
            return Rendition(text=text)
        return replace(made, note=f'{made.note}; "#" keys: comments')
