r"""Long texts inside JSON strings: a file, a page, another JSON document, spelled with an escape at each line's end.

`lift` puts a short mark in the place of each and gives the texts; `below` writes them, unescaped, under the rest:

    {"path": "a.py", "content": "import re\n\nx = 1\n…"}      {path:a.py,content:"⋯1"}
                                                              ⋯ 1:
                                                              import re
                                                              …

Nothing is lost and nothing here chooses what to show. The router stands above; it knows who writes the rest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from headroom.lines import FOLD

__all__ = ["NOTE", "Lifted", "below", "lift"]

NOTE = f'"{FOLD}N" = the text below {FOLD} N'
_LONG = 600
"""Characters that a string must have, the quotes included."""
_DENSE = 50
"""One escape in so many characters makes it worth to write a string without them."""
_MOST = 8
"""More long strings than this are the rows of a table, and stay in their rows."""
_LARGEST = 300_000
_STRING = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)(?:"|\Z)', re.DOTALL)  # also one that is never closed: linear
_SPELLINGS: tuple[tuple[str, dict[str, object]], ...] = (
    ("", {}),
    (" compact", {"separators": (",", ":")}),
    (" indent 2", {"indent": 2}),
    (" indent 4", {"indent": 4}),
    (" indent 1", {"indent": 1}),
)


@dataclass(frozen=True, slots=True)
class Lifted:
    """`rest` is JSON with a mark in place of each text; `texts` holds them by their number, as it stands in the mark."""

    rest: str
    texts: dict[str, str]


def lift(text: str, prefix: str = "") -> Lifted | None:
    """The long texts taken out of a JSON text; None where there are none, or where a mark could pass for the text's own.

    Numbers begin with `prefix`: texts within the text `2` are `2.1`, `2.2` and so on.
    """
    if len(text) > _LARGEST or FOLD in text or _DENSE * text.count("\\") < _LONG or "\\u22ef" in text.lower():
        return None
    found = [m for m in _STRING.finditer(text) if m.end() - m.start() >= _LONG and _pays(m, text)]
    if not 0 < len(found) <= _MOST:
        return None
    texts: dict[str, str] = {}
    rest: list[str] = []
    at = 0
    for n, m in enumerate(found, 1):
        number = f"{prefix}{n}"
        try:
            texts[number] = json.loads(m[0], strict=False)
        except ValueError:
            return None  # no JSON after all
        rest += (text[at : m.start()], f'"{FOLD}{number}"')
        at = m.end()
    return Lifted("".join([*rest, text[at:]]), texts)


def _pays(m: re.Match[str], text: str) -> bool:
    """Whether a string has many escapes; a key has not to be moved."""
    return _DENSE * m[1].count("\\") >= len(m[1]) and text[m.end() : m.end() + 20].lstrip()[:1] != ":"


def below(texts: dict[str, str], crush: Callable[[str, str], tuple[str, str]]) -> str:
    """The texts, each under its number. `crush(text, prefix)` gives the short form of a JSON document and how to read it;
    a document whose spelling cannot be named stays letter for letter.
    """
    out: list[str] = []
    for number, text in texts.items():
        how = _spelling(text)
        body, note = crush(text.rstrip("\n"), f"{number}.") if how is not None else (text, "")
        if how is None or len(body) + len(note) >= len(text):
            out.append(f"{FOLD} {number}:\n{text}")
        else:
            out.append(f"{FOLD} {number}, JSON{how}{f' ({note})' if note else ''}:\n{body}")
    return "\n".join(out)


def _spelling(text: str) -> str | None:
    """How `json.dumps` spells this document: "" for its default, " indent 2" and the like; None where it does not."""
    bare = text.rstrip("\n")
    if bare[:1] not in ("{", "[") or len(text) - len(bare) > 1:
        return None
    try:
        value = json.loads(bare)
        for name, options in _candidates(bare):
            for ascii_only in (False, True):
                if json.dumps(value, ensure_ascii=ascii_only, **options) == bare:  # type: ignore[arg-type]
                    return name + (" ASCII" if ascii_only else "") + (" and a line end" if bare != text else "")
    except (ValueError, RecursionError):
        pass
    return None


def _candidates(text: str) -> Sequence[tuple[str, dict[str, object]]]:
    """The spellings that fit what follows the first bracket."""
    return _SPELLINGS[2:] if text[1:2] == "\n" else _SPELLINGS[:2]
