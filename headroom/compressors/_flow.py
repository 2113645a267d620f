"""Values of a JSON text, and their short spelling: what `crusher` parses and what stands in cells and outlines.

The spelling is JSON without the quotes that nobody needs: `{name:Ann,age:"7",tags:[a,b]}`. Three rules make it exact:
a bare word that is a JSON number, `true`, `false` or `null` is that value; `"…"` is a JSON string; any other bare text is
a string, letter for letter. Numbers keep their spelling. Knows nothing of tables, hints or elisions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from functools import lru_cache
from json.encoder import encode_basestring
from operator import itemgetter
from typing import Any, Final

__all__ = [
    "MISSING",
    "NUMBER",
    "Bare",
    "Num",
    "Odd",
    "Pairs",
    "atom",
    "cell_text",
    "dumps",
    "flow",
    "is_scalar",
    "key_text",
    "mixed_cells",
    "object_of",
    "parse",
    "parse_lines",
    "parse_most",
    "scan",
    "string",
    "string_cells",
]


class Num(str):
    """A number as the source spells it (`1.0`, `-0`, `NaN`). Equal to the same text, so never mix it with strings."""

    __slots__ = ()


class Pairs(tuple[tuple[str, Any], ...]):
    """An object in which a key stands more than once: its (key, value) pairs in order."""

    __slots__ = ()


class Odd(str):
    """A line among values of a line each that is none: its text."""

    __slots__ = ()


class Bare(str):
    """What stands in place of a value, letter for letter."""

    __slots__ = ()


class _Missing:
    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing()
"""The value of a key that a row does not have."""

NUMBER: Final = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
# What a bare string may not be or hold; `$` is not used because it matches before a final line break.
_START = r"[\s\"{\[#=<⋯~@]"  # what our own marks begin with, and white space
# Also what is no JSON number but looks like one: a bare 07 or +5 would be taken for a number by a reader.
_NUMERIC = r"(?:[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|true|false|null|NaN|-?Infinity)"
_STARTS_BADLY = frozenset('"{[#=<⋯~@')
_SCALAR_STARTS = frozenset("0123456789+-.tfnNI")
_SCALAR_ENDS = frozenset("0123456789.elNy")
"""What a number, a truth value or null begins and ends with."""
_IS_SCALAR = re.compile(rf"{_NUMERIC}\Z")
_BAD_START = re.compile(rf"{_NUMERIC}\Z|{_START}|\Z")
_BAD_STR_START = re.compile(rf"{_START}|\Z")
_BAD_INSIDE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_SHORT = 32
"""Strings of so many characters are likely to come again."""
_FEW_ODD = 3
"""So many lines may be no values from the beginning."""
_RESERVED = frozenset(["true", "false", "null", "NaN", "Infinity"])
# Braces may stand inside a bare string when they are closed, as in `https://x.test/issues{/number}`.
_OUTLINE = re.compile(
    r"[^,{}\[\]\x00-\x1f\x7f\ud800-\udfff]*(?:\{[^{}\[\]\"\x00-\x1f\x7f\ud800-\udfff]*\}[^,{}\[\]\x00-\x1f\x7f\ud800-\udfff]*)*\Z"
)
_BARE_KEY = re.compile(r"[A-Za-z_$][\w$/ -]*(?<! )\Z", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")
_WORDS: Final[dict[Any, str]] = {None: "null", True: "true", False: "false"}

_SPACE = " \t\r\n"
_GAP = re.compile(f"[{_SPACE}]*")
_first, _last = itemgetter(0), itemgetter(-1)


def object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any] | Pairs:
    """An object of its pairs: a dict, unless a key stands more than once."""
    made = dict(pairs)
    return made if len(made) == len(pairs) else Pairs(pairs)


_decoder = json.JSONDecoder(object_pairs_hook=object_of, parse_float=Num, parse_int=Num, parse_constant=Num)
scan: Final[Callable[[str, int], tuple[Any, int]]] = _decoder.scan_once  # type: ignore[attr-defined]
"""The value at an offset, and where it ends; StopIteration or ValueError where there is none."""


def parse(text: str) -> tuple[Any, bool] | None:
    """The value of a JSON text, or the list of values that stand behind one another, a line each or on many lines as `jq`
    prints them (then the second item is true); None if it is neither.

    Text that is nested too deeply for the parser counts as neither.
    """
    body = text.strip(_SPACE + "\ufeff")
    if not body or body[0] not in "{[":
        return None
    try:
        value, end = _decoder.raw_decode(body)
        if end == len(body):
            return value, False
        if body[0] == "{" or "\n" in body[end : end + 3]:
            return _parse_several(body), True
    except (ValueError, RecursionError):
        pass
    return None


def parse_lines(body: str) -> list[Any]:
    """The values of the lines, blank ones left out. Raises ValueError for a line that is no value."""
    out = []
    for line in body.split("\n"):
        bare = line.strip(_SPACE)
        if bare:
            try:
                value, end = scan(bare, 0)
            except StopIteration as error:
                raise ValueError(f"no JSON value: {bare[:40]!r}") from error
            if end != len(bare):
                raise ValueError(f"text behind a JSON value: {bare[end : end + 40]!r}")
            out.append(value)
    return out


def parse_most(text: str) -> list[Any] | None:
    """The values of JSON Lines of which a few are broken or something else (`Odd`), so that each item is a line; None where
    more than that are none, or a line is blank."""
    out: list[Any] = []
    odd = 0
    for line in text.removeprefix("\ufeff").rstrip(_SPACE).split("\n"):
        bare = line.strip(_SPACE)
        value, end = None, -1
        with suppress(StopIteration, ValueError, RecursionError):
            value, end = scan(bare, 0)
        if end != len(bare):
            odd += 1
            value = Odd(line.rstrip("\r"))
        out.append(value)
        if not bare or odd > _FEW_ODD + len(out) // 10:
            return None
    return out if 0 < 10 * odd <= len(out) else None


def _parse_several(body: str) -> list[Any]:
    """Values of which each begins a line. Raises ValueError for what is none."""
    with suppress(ValueError):
        return parse_lines(body)
    out = []
    at = 0
    while at < len(body):
        try:
            value, end = scan(body, at)
        except StopIteration as error:
            raise ValueError(f"no JSON value: {body[at : at + 40]!r}") from error
        out.append(value)
        gap = _GAP.match(body, end)
        at = gap.end() if gap else end
        if at < len(body) and "\n" not in body[end:at]:
            raise ValueError(f"text behind a JSON value: {body[end : end + 40]!r}")
    return out


def is_scalar(text: str) -> bool:
    """Whether a bare word would be read as a number, a truth value or null."""
    return _IS_SCALAR.match(text) is not None


def dumps(text: str) -> str:
    """A JSON string. Lone surrogates stay escaped, everything else that can stand as itself does."""
    return json.dumps(text) if not text.isascii() and _SURROGATE.search(text) else encode_basestring(text)


@lru_cache(maxsize=4096)
def key_text(key: str) -> str:
    """A key, bare where that is plain."""
    return key if _BARE_KEY.match(key) else dumps(key)


def atom(value: Any) -> str:
    """A scalar inside an outline."""
    kind = type(value)
    if kind is str:
        return _short(value) if len(value) <= _SHORT else string(value)
    return str(value) if kind is Num or kind is Bare else _WORDS[value]


@lru_cache(maxsize=4096)
def _short(value: str) -> str:
    return value if value.isalpha() and value not in _RESERVED else string(value)


def string(value: str) -> str:
    """A string inside an outline that is not likely to come again."""
    return value if _stands_bare(value) else dumps(value)


def _stands_bare(value: str) -> bool:
    """Whether a string is read as itself without quotes inside an outline."""
    if "," in value and "{" not in value:
        return False
    first, last = value[:1], value[-1:]
    if not value or first in _STARTS_BADLY or first.isspace() or last.isspace():
        return False
    if first in _SCALAR_STARTS and last in _SCALAR_ENDS and is_scalar(value):
        return False
    if value.isprintable():
        if "," not in value and "[" not in value and "]" not in value and "{" not in value and "}" not in value:
            return True
        if "{" not in value:
            return False
    return _OUTLINE.match(value) is not None


def flow(value: Any) -> str:
    """Any value, on one line."""
    kind = type(value)
    if kind is str:
        return _short(value) if len(value) <= _SHORT else string(value)
    if kind is dict:
        return "{" + ",".join([f"{key_text(k)}:{flow(v)}" for k, v in value.items()]) + "}"
    if kind is list:
        inner = value if set(map(type, value)) == {Num} else map(flow, value)
        return "[" + ",".join(inner) + "]"
    if kind is Pairs:
        return "{" + ",".join([f"{key_text(k)}:{flow(v)}" for k, v in value]) + "}"
    return str(value) if kind is Num or kind is Bare else _WORDS[value]


def cell_text(value: Any, sep: str, *, as_str: bool = False) -> str:
    """A value as a cell of a row. Missing is empty. With `as_str` the column holds strings only, whatever they look like."""
    kind = type(value)
    if kind is str:
        start = _BAD_STR_START if as_str else _BAD_START
        if start.match(value) or sep in value or _BAD_INSIDE.search(value) or value[-1].isspace():
            return dumps(value)
        return str(value)
    if kind is Num:
        return str(value)
    if value is MISSING:
        return ""
    return flow(value)


_EDGE = "¦"
_TEXT_STARTS = frozenset('"=⋯~')
"""What a cell may not begin with where every cell is a text: a quote, and marks that a row may begin with."""
_PLAIN = frozenset((str, Num, bool, type(None), _Missing))
_SOME_SCALAR = re.compile(rf"{_EDGE}(?=[-+.0-9tfnNI]){_NUMERIC}(?={_EDGE})")


def string_cells(
    values: Sequence[str], sep: str, *, texts: bool = False, distinct: frozenset[str] | None = None
) -> tuple[list[str], bool]:
    """The cells of a column of strings, and whether the column must be marked as such because some look like numbers.

    With `texts` the reader knows that all cells are strings: an empty one is an empty cell. `distinct` are the different
    values, where they are known.
    """
    quoted, marked = _quoted(frozenset(values) if distinct is None else distinct, sep, texts=texts)
    return [quoted.get(v, v) for v in values] if quoted else list(values), marked


def mixed_cells(values: Sequence[Any], sep: str, *, as_str: bool = False) -> list[str]:
    """The cells of a column of values of several kinds: what `cell_text` makes of each."""
    kinds = set(map(type, values))
    quoted: dict[Any, str] = {}
    if str in kinds:
        strings = frozenset([v for v in values if type(v) is str])
        quoted, marked = _quoted(strings, sep)
        if marked and not as_str:
            quoted.update((v, dumps(v)) for v in strings if is_scalar(v))
    if kinds <= _PLAIN and not (quoted and Num in kinds):  # where a string and a number are equal
        spelled = {**_WORDS, MISSING: "", **quoted}
        return [spelled.get(v, v) for v in values]
    return [quoted.get(v, v) if type(v) is str else v if type(v) is Num else cell_text(v, sep) for v in values]


def _quoted(distinct: frozenset[str], sep: str, *, texts: bool = False) -> tuple[dict[str, str], bool]:
    """Those of the strings that cannot stand bare in a cell, as they are spelled, and whether some look like numbers."""
    odd: set[str] = set()
    if "" in distinct:
        distinct -= {""}
        odd.update([""] if not texts else [])
    if not distinct:
        return {v: dumps(v) for v in odd}, False
    starts, ends = set(map(_first, distinct)), set(map(_last, distinct))
    joined = _EDGE.join(distinct)
    bad = {ch for ch in starts if ch.isspace()} | (starts & (_TEXT_STARTS if texts else _STARTS_BADLY))
    if bad:
        odd.update([v for v in distinct if v[0] in bad])
    bad = {ch for ch in ends if ch.isspace()}
    if bad:
        odd.update([v for v in distinct if v[-1] in bad])
    if sep in joined:
        odd.update([v for v in distinct if sep in v])
    if not joined.isprintable() and _BAD_INSIDE.search(joined):
        odd.update(filter(_BAD_INSIDE.search, distinct))
    numbers = not texts and not starts.isdisjoint(_SCALAR_STARTS) and not ends.isdisjoint(_SCALAR_ENDS)
    return {v: dumps(v) for v in odd}, numbers and _any_scalar(distinct, joined)


def _any_scalar(distinct: Collection[str], joined: str) -> bool:
    """Whether one of the strings looks like a number or a word of JSON."""
    if _SOME_SCALAR.search(f"{_EDGE}{joined}{_EDGE}") is None:
        return False
    return joined.count(_EDGE) == len(distinct) - 1 or any(map(is_scalar, distinct))
