"""What the lines of a log have in common: masks, and the templates that masks belong to.

Two steps. `masks` takes the digits out of all lines at C speed, so that lines which differ in numbers only become equal
byte strings. `fold` then looks at the distinct masks, of which there are few, and puts those together which differ
in ids, addresses, dates or in a word that takes many values. A word that tells of a failure or of a level never varies.

Nothing here decides what is shown.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import TypeAlias

from headroom.compressors._pairs import without_values

Key: TypeAlias = tuple[bytes, ...]
"""The words of a mask in their common form: what varies by digits is cut at its first digit."""

_TO_ZERO = bytes.maketrans(b"123456789", b"0" * 9)
_TO_DIGITS = bytes(b if chr(b).isdigit() or b == 10 else 32 for b in range(256))
_TO_LETTERS = str.maketrans("0123456789", "qwertyuiop")
_TO_WORDS = bytes.maketrans(b"\t\r()[]{}<>,;=|\"':", b" " * 17)

_CALENDAR = frozenset(
    b"Mon Tue Wed Thu Fri Sat Sun Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec AM PM"
    b" Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
)
_MINUS = b"-0"
_NEGATIVE = frozenset((_MINUS, b"-0.0"))
"""A number below zero is told from others: the sign often is the news."""
_HEX = re.compile(rb"(?:0x|x)?[0-9a-fA-F\-.]*\Z")
_ID = re.compile(
    rb"(?<![0-9A-Za-z])(?:[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|0x[0-9a-fA-F]+|(?=[a-fA-F]*[0-9])[0-9a-fA-F]{8,})"
    rb"(?![0-9A-Za-z])"
)
_STATUSES = tuple(
    (sign, re.compile(before + rb"([45])\d\d(?![\d.\w])"))
    for sign, before in (
        (b"HTTP/", rb"(HTTP/[\d.]+[\"'] )"),
        (b"tatus", rb"(tatus[\"']?[=:] ?)"),
        (b"Completed ", rb"(Completed )"),
        (b"Request finished", rb"(Request finished HTTP/[\d.]+ \w+ \S+ (?:\S+ \S+ )?- )"),
        (b"haproxy", rb"(/-?\d+/\+?\d+ )"),
        (b" app/", rb"( \d+\.\d{3} (?:-1|\d+\.\d{3}) (?:-1|\d+\.\d{3}) | -1 -1 -1 )"),
    )
)
"""In access logs of nginx, Apache, uvicorn; of OpenStack; of Rails; of ASP.NET; of HAProxy; of AWS' load balancers. Each begins with what
is quickly found."""
_PROBE = 2_000
"""Where many lines have a status, the first and those in the middle tell; a few that stand out are seen by their numbers."""
_REFUSED, _FAILED = b"rejected", b"ServerError"
_ANY_STATUS = tuple(
    (sign, re.compile(status.pattern.replace(rb"([45])\d\d", rb"(\d\d\d)"))) for sign, status in _STATUSES
)
_CLIENT = re.compile(rb'(" \w{3,11} [\d-]+ )("[^"\n]*") ("[^"\n]*")')
"""Behind the status and the size: where the client comes from, and what it calls itself."""
_LONG_ADDRESS = re.compile(rb"^[0-9a-f]{1,4}:[0-9a-f:]{2,35}:[0-9a-f]{0,4}(?= )", re.MULTILINE)
"""An address of IPv6, whose letters would make a form of its own of each."""
_USUAL_CLIENT = 5
"""Who calls itself so in as many lines, and in one of fifty, is nothing particular."""
_STEMS = (
    b"fail error exception denied refused timeout timed panic fatal abort kill unable cannot can't couldn't invalid"
    b" corrupt lost reset reject unreach segfault crash critical severe emerg alert warn unexpected illegal violation unknown"
    b" missing overflow exceed exhaust deadlock stuck leak broken disconnect conflict mismatch unsupported retry"
    b" retries throttl degrad dropped evict expired forbidden unauthorized incomplete shutdown shutting terminat halt fault"
).split()
_TROUBLE = frozenset(b"not no down bad oom dead died stale slow".split())

LEVELS: Mapping[bytes, int] = {
    word: rank
    for rank, words in enumerate(
        (
            b"TRACE VERBOSE trace verbose V FINEST FINER",
            b"DEBUG debug Debug D FINE DBG dbg",
            b"INFO info Info I INFORMATION INF inf notice NOTICE Notice CONFIG",
            b"WARN warn Warn WARNING warning Warning W WRN wrn",
            b"ERROR error Error E ERR err SEVERE",
            b"FATAL fatal Fatal F CRITICAL critical CRIT crit PANIC panic EMERG emerg ALERT alert FAILURE",
            b"",
            b"ServerError",
        )
    )
    for word in words.split()
}
_TELLING = _TROUBLE.union(LEVELS)
WARNING = 3
"""The rank in `LEVELS` from which a line reports trouble."""

_SHARED_WORDS = 5
"""A word that stands in so few distinct keys may be a value; names of users recur in the messages about them."""
_MANY = 100
_SOME = 40
_BLOCK = 1 << 15
"""So many bytes at a time; an id across the border of two blocks stays as it is."""
_CLIP = 2048
"""So much of each end of a very long line is looked at."""
_HOLE = b"\n"  # no word has one


def encode(text: str) -> bytes:
    """The text as bytes; lone surrogates pass."""
    return text.encode("utf-8", "surrogatepass")


def mask(raw: bytes) -> bytes:
    """Every run of digits as one "0"."""
    masked = raw.translate(_TO_ZERO).replace(b"0000", b"0").replace(b"000", b"0")
    return masked.replace(b"00", b"0").replace(b"00", b"0")


def masks(raw: bytes) -> list[bytes]:
    """The mask of each line, given all lines as bytes; equal masks are one object.

    Lines that are equal without their digits have the mask of the first of them. Of a very long line the mask holds both
    ends and a word that stands for all the rest.
    """
    bare = raw.translate(None, b"0123456789").split(b"\n")
    first = dict(zip(reversed(bare), range(len(bare) - 1, -1, -1), strict=True))
    mask_of = _masks_of(raw, first)
    if b"" not in first:
        return list(map(mask_of.__getitem__, bare))
    mask_of[b""] = b""  # nothing but digits is something else than nothing
    return [
        m or (b"0" if line else b"") for m, line in zip(map(mask_of.__getitem__, bare), raw.split(b"\n"), strict=True)
    ]


def _masks_of(raw: bytes, first: Mapping[bytes, int]) -> dict[bytes, bytes]:
    """The masks of the lines that are named by their numbers; equal ones are one object."""
    lines = raw.split(b"\n")
    own = [lines[i] if len(lines[i]) <= 2 * _CLIP else _clipped(lines[i], i) for i in first.values()]
    del lines
    shown = mask(b"\n".join(own)).split(b"\n")
    one = {m: m for m in shown}
    return {b: one[m] for b, m in zip(first, shown, strict=True)}


def _clipped(line: bytes, number: int) -> bytes:
    return b"%s ~%s %s" % (line[:_CLIP], str(number).translate(_TO_LETTERS).encode(), line[-_CLIP:])


def many_ids(lines: Sequence[str]) -> bool:
    """Whether nearly each of some lines from all over is another one without its digits, and ids in hexadecimal digits
    stand in many of them."""
    some = [encode(line[:_CLIP]) for line in lines[:: max(1, len(lines) // _SOME)]]
    bare = {line.translate(None, b"0123456789") for line in some}
    return 10 * len(bare) > 9 * len(some) and 4 * sum(1 for line in some if _ID.search(line)) > len(some)


def without_ids(raw: bytes) -> bytes:
    """Ids in hexadecimal digits as "0": digits and letters take turns in them, so that each would make a mask of its own."""
    parts = (raw[at : at + _BLOCK] for at in range(0, len(raw), _BLOCK))
    return b"".join([_ID.sub(b"0", part) for part in parts])


def with_statuses(raw: bytes) -> bytes:
    """Statuses of HTTP that tell of a failure as words that do: what was refused is not like what was served."""
    some = _some(raw)
    for sign, status in _STATUSES:
        if sign in some:
            raw = status.sub(_in_words, raw)
    return raw


def statuses(raw: bytes) -> list[tuple[str, int]]:
    """How often each status of HTTP stands in a log; empty where lines have none."""
    some = _some(raw)
    for sign, status in _ANY_STATUS:
        counts = Counter([code for _, code in status.findall(raw)]) if sign in some else None
        if counts:
            return sorted((code.decode(), n) for code, n in counts.items())
    return []


def without_usual_clients(raw: bytes) -> bytes:
    """An access log without what the clients of many lines call themselves, and where they come from: requests are alike
    whoever makes them. A client of few lines stays."""
    if _CLIENT.search(_some(raw)) is None:
        return raw
    found = _CLIENT.findall(raw)
    least = max(_USUAL_CLIENT, len(found) // 50)
    usual = {
        value
        for counts in (Counter([origin for _, origin, _ in found]), Counter([name for _, _, name in found]))
        for value, n in counts.items()
        if n >= least
    }

    def rare(m: re.Match[bytes]) -> bytes:
        return m[1] + b" ".join([value for value in (m[2], m[3]) if value not in usual])

    return _CLIENT.sub(rare, _LONG_ADDRESS.sub(b"0.0.0.0", raw))


def _some(raw: bytes) -> bytes:
    middle = len(raw) // 2
    return raw[:_PROBE] + raw[middle : middle + _PROBE]


def _in_words(status: re.Match[bytes]) -> bytes:
    return status[1] + (_REFUSED if status[2] == b"4" else _FAILED)


def digits(raw: bytes) -> bytes:
    """The numbers alone, separated by blanks, line ends kept."""
    return raw.translate(_TO_DIGITS)


def words(mask: bytes) -> list[bytes]:
    """The words of a mask; punctuation other than `/ . - _ @ $ #` separates."""
    return mask.translate(_TO_WORDS).split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Templates:
    """Per distinct mask: `of` its template, named by the index of the template's first mask, and `keys` its key.

    `failing` holds the words, as they stand in keys, that tell of a failure.
    """

    of: list[int]
    keys: list[Key]
    failing: frozenset[bytes]


def fold(masks: Sequence[bytes], values: int, few: int = 0) -> Templates:
    """Put the distinct `masks` of a text into templates.

    Masks share a template when their keys are equal, or when at least `values` distinct keys differ only in words that
    few keys have and what is left still tells what the lines are about. With `few`, so many are enough for what is left
    over then.
    """
    bare, kept = without_values(masks, _tells)
    split = [words(m) for m in bare]
    vocabulary = set(chain.from_iterable(split))
    forms = _forms(vocabulary)
    form = forms.__getitem__
    keys: list[Key] = [tuple(map(form, w)) for w in split]
    failing = _failing(vocabulary, forms)
    first: dict[Key, int] = {}
    for i, key in enumerate(keys):
        first.setdefault(key, i)
    told = frozenset([forms.get(w, w) for value in kept for w in words(value)]) - {b"0"}
    merged = _merge(list(first), values, few, failing | told)
    heads: dict[Key, int] = {}
    of: list[int] = []
    for key in keys:
        pattern = merged.get(key)
        of.append(first[key] if pattern is None else heads.setdefault(pattern, first[key]))
    return Templates(of=of, keys=keys, failing=failing)


def _tells(value: bytes) -> bool:
    """Whether a value holds a level or a word of failure."""
    low = value.lower()
    return any(stem in low for stem in _STEMS) or not _TELLING.isdisjoint(words(value))


def _failing(vocabulary: Iterable[bytes], forms: Mapping[bytes, bytes]) -> frozenset[bytes]:
    """The words that tell of a failure, searched in all of them at once."""
    listed = list(vocabulary)
    blob = b"\n" + b"\n".join(listed).lower() + b"\n"
    found: set[bytes] = set(_TROUBLE)
    for stem in _STEMS:
        at = blob.find(stem)
        while at >= 0:
            end = blob.find(b"\n", at)
            found.add(blob[blob.rfind(b"\n", 0, at) + 1 : end])
            at = blob.find(stem, end)
    return frozenset(w for v in listed if v.lower() in found for w in (v, forms[v]) if w != b"0")


def _forms(vocabulary: Iterable[bytes]) -> dict[bytes, bytes]:
    """The common form of each word."""
    forms: dict[bytes, bytes] = {}
    for word in vocabulary:
        at = word.find(b"0")
        if word in _CALENDAR:
            forms[word] = b"0"
        elif at < 0:
            forms[word] = word
        else:
            forms[word] = _MINUS if word in _NEGATIVE else b"0" if _HEX.match(word) else word[:at].rstrip(b"-") + b"0"
    return forms


def _merge(keys: Sequence[Key], values: int, few: int, failing: frozenset[bytes]) -> dict[Key, Key]:
    """The pattern of each key that shares one with enough others; a word that ends in `_HOLE` stands for one that varies."""
    fixed = failing.union(LEVELS, (_MINUS,))
    merged: dict[Key, Key] = {}
    left = keys
    if len(left) > values:
        _merge_round(left, values, fixed, _SHARED_WORDS, merged)
        left = [key for key in keys if key not in merged]
    if len(left) >= _MANY:  # two words that vary together recur in one another's keys
        _merge_round(left, values, fixed, len(left) // 10, merged)
        left = [key for key in keys if key not in merged]
    for shared in (1, _SHARED_WORDS) if few else ():
        _merge_round(left, few, fixed, shared, merged, per_hole=2)
        left = [key for key in left if key not in merged]
    return merged


def _merge_round(
    keys: Sequence[Key],
    values: int,
    fixed: frozenset[bytes],
    shared: int,
    merged: dict[Key, Key],
    *,
    per_hole: int = 1,
) -> None:
    """Add to `merged` what merges when words of at most `shared` keys may vary, and `per_hole` others tell of each."""
    seen = Counter(chain.from_iterable(map(set, keys)))
    wild = {w: _hole(w) for w, n in seen.items() if n <= shared and w != b"0" and w not in fixed}
    if not wild:
        return
    groups: defaultdict[Key, list[Key]] = defaultdict(list)
    for key in keys:
        groups[tuple(map(wild.get, key, key))].append(key)
    patterns: list[Key] = []
    for pattern, members in groups.items():
        if len(members) >= values and _telling(pattern, seen, len(members), len(keys), per_hole):
            patterns.append(pattern)
            merged.update((key, pattern) for key in members)
    if patterns:
        _absorb(keys, merged, patterns, fixed)


def _hole(word: bytes) -> bytes:
    """What stands for a varying word: nothing of it, or the first part of a path."""
    if word[:1] != b"/":
        return _HOLE
    return word[: word.find(b"/", 1) + 1 or 1] + _HOLE


def _telling(pattern: Key, seen: Mapping[bytes, int], members: int, total: int, per_hole: int) -> bool:
    """Whether the fixed words of a pattern say what its lines are about: `per_hole` times as many as varying ones, numbers
    and words of all lines aside, or a fixed word behind the varying one. Where most lines are of this pattern all its
    words are words of all lines; then more are asked for.
    """
    varying = [i for i, w in enumerate(pattern) if w.endswith(_HOLE)]
    holes = len(varying)
    words = [w for w in pattern if w[:1].isalpha() and w[-1:] != b"0"]
    others = total - members
    if 2 * others < total:
        telling = len(words) >= 3 * holes
    else:
        telling = sum(1 for w in words if 2 * (seen[w] - members) <= others) >= per_hole * holes
    behind = holes <= 2 and per_hole == 1 and any(w[:1].isalpha() for w in pattern[varying[-1] + 1 :])
    return telling or behind


def _at(places: tuple[int, ...]) -> Callable[[Key], object]:
    getter: Callable[[Key], object] = itemgetter(*places)
    return getter


def _absorb(keys: Sequence[Key], merged: dict[Key, Key], patterns: Sequence[Key], fixed: frozenset[bytes]) -> None:
    """Give keys that fit a pattern to it, although they hold a common word in place of the varying one."""
    shapes: dict[tuple[int, tuple[int, ...]], dict[object, Key]] = {}
    for pattern in patterns:
        places = tuple(i for i, w in enumerate(pattern) if not w.endswith(_HOLE))
        if len(places) >= 2:
            shapes.setdefault((len(pattern), places), {})[_at(places)(pattern)] = pattern
    by_length: defaultdict[int, list[tuple[Callable[[Key], object], dict[object, Key]]]] = defaultdict(list)
    for (length, places), table in shapes.items():
        if len(by_length[length]) < 16:
            by_length[length].append((_at(places), table))
    for key in keys:
        if key in merged or len(key) not in by_length:
            continue
        for rest_of, table in by_length[len(key)]:
            pattern = table.get(rest_of(key), ())
            if pattern and all(w == p or (_hole(w) == p and w not in fixed) for w, p in zip(key, pattern, strict=True)):
                merged[key] = pattern
                break


_LETTERS = frozenset((b"V", b"D", b"I", b"W", b"E", b"F"))
LABELLED, ANSWERED = 6, 7
"""The ranks, above all levels, of lines whose first column holds a rare label, and of requests that a server failed to serve."""
_GLOG = {b"W0": 3, b"E0": 4, b"F0": 5}


def level_of(keys: Sequence[tuple[Key, int]]) -> Callable[[Key], int]:
    """A function that ranks a key by its first level word. Single letters count where most lines have one."""
    total = sum(n for _, n in keys)
    lettered = sum(n for key, n in keys if not _LETTERS.isdisjoint(key[:8]))
    levels = dict(LEVELS)
    if 2 * lettered < total:
        for letter in _LETTERS:
            del levels[letter]
    firsts = Counter[bytes]()
    for key, n in keys:
        if key:
            firsts[key[0]] += n
    usual, n = firsts.most_common(1)[0] if firsts else (b"", 0)
    labelled = 5 * n >= 4 * total and n < total and usual != b"0" and usual not in levels
    glog = 2 * sum(firsts[w] for w in (b"I0", *_GLOG)) >= total

    def rank(key: Key) -> int:
        first = key[0] if key else b""
        if labelled and first not in (usual, b"0"):
            return LABELLED
        if glog and first in _GLOG:
            return _GLOG[first]
        return next((levels[w] for w in key[:16] if w in levels), -1)

    return rank
