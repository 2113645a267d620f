r"""Python's own spelling of lists and dicts, as `print` and agents' tools show them, turned into JSON.

`as_json` rewrites quotes, escapes, `True`, `False` and `None`; numbers keep their spelling. What has no JSON form (tuples,
sets, keys that are no strings, objects) ends in text that is no JSON, which the reader then refuses. `crusher` and `_json_path` stand above.
"""

from __future__ import annotations

import json
import re
from ast import literal_eval

__all__ = ["as_json", "looks_like"]

_HEAD = re.compile(r"\s*(?:\{\s*|\[\s*(?:\{\s*|\[\s*)?)'")
_TOKEN = re.compile(
    # A quote that is never closed goes to the end as well: each character is then looked at once.
    r"('(?:[^'\\]|\\.)*(?:'|\Z)|\"(?:[^\"\\]|\\.)*(?:\"|\Z))|\b(True|False|None|true|false|null|nan|inf)\b",
    re.DOTALL,
)
_MANY = 1000
_WORDS = {"True": "true", "False": "false", "None": "null"}


def looks_like(head: str) -> bool:
    """Whether a text that begins so may be a list or a dict with strings in single quotes."""
    return _HEAD.match(head) is not None


def as_json(text: str) -> str:
    """The same values as JSON. Parts of a string that `pprint` has put on lines of their own are one string.

    Raises:
        ValueError: for a string or a word that Python would not print.
    """
    done: list[str] = []
    parts: list[str] = []  # a few at a time: together they would take ten times the text's memory
    at = 0
    quoted = False  # whether a string was last
    for m in _TOKEN.finditer(text):
        between, said = text[at : m.start()], _spelled(m)
        if quoted and m[1] and "\n" in between and between.isspace():
            parts[-1] = parts[-1][:-1] + said[1:]
        else:
            if len(parts) > _MANY:
                done.append("".join(parts))
                parts.clear()
            parts += (between, said)
        quoted = m[1] is not None
        at = m.end()
    return "".join([*done, *parts, text[at:]])


def _spelled(m: re.Match[str]) -> str:
    if m[2]:
        if m[2] not in _WORDS:
            raise ValueError(f"{m[2]!r} is no word of Python's")
        return _WORDS[m[2]]
    quoted = m[1]
    if len(quoted) < 2 or quoted[-1] != quoted[0] or "\n" in quoted:
        raise ValueError("a quote that is not closed")
    if "\\" not in quoted:
        return '"' + quoted[1:-1].replace('"', '\\"') + '"'
    try:
        return json.dumps(literal_eval(quoted))
    except SyntaxError as error:
        raise ValueError("a string that Python cannot read") from error
