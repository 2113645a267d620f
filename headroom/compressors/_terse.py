"""Prose in fewer words, where nobody asks for anything in particular: telegraphic English, transcripts without noises.

Whole sentences cannot be told apart without a query; small words can. Left out are articles, `is` and `are`
before a participle, words that only stress, and what a transcript notes besides words. Never touched: figures, names,
negation, tense, code, links, quotations, headings, tables, and lines that must be kept. For text in other languages, and for files,
which may be quoted in an edit, this is not. Somebody else may pick the words (`_fewer_words` by a model of the user's own).
Above stands `prose`, below `_passages`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from headroom.compressors._dialogue import is_dialogue
from headroom.compressors._passages import SPEAKER, Passage, Role, take_apart

_ENGLISH = re.compile(r"\b(?:the|and|was|were|is|are|that|with|for|not|this|have|from)\b")
_RARE_ENGLISH = 25
"""In English, one word in so many at least is one of those."""
_WORD = re.compile(r"[^\W\d_]+")
_LOOK = 4_000
_AS_IT_IS = r"""`[^`\n]*` | https?://\S+ | \]\([^)\n]*\) | "[^"\n]{1,300}" | “[^”\n]{1,300}”"""
AS_IT_IS = re.compile(_AS_IT_IS, re.VERBOSE)
"""Code, links, quotations: no word goes from them."""
_SMALL = re.compile(
    _AS_IT_IS
    + r"""
      | (?<![\w'’./@-])(?:
          (?P<article>[Tt]he|[Aa]n?)\ (?!(?:few|little|lot|bit|number|couple|piece|head|person|time|night|second
            |minute|hour|day|week|month|quarter|year|kilo|litre|liter|pound|dozen|hundred|thousand|million)\b)(?=[a-zß-öø-ÿ])
        | (?<![Ii]t\ )(?<!at\ )(?<!is\ )(?<!he\ )(?<!re\ )(?<!ey\ )(?<!ou\ )(?<!ch\ )(?<!ho\ )  # not behind a pronoun
          (?P<copula>is|are)\ (?=[a-z]{2,}(?:ed|ing|wn|en)\b)
        | (?P<stress>very|really|quite|actually|basically|simply|indeed|of\ course,?|in\ fact,?|needless\ to\ say,?)\ (?=\w)
        )
    """,
    re.VERBOSE,
)
_NOTED = re.compile(
    r"\{(?:vocalsound|disfmarker|gap|pause|comment|nonvocalsound)\}"
    r"|[\[(](?:inaudible|crosstalk|laughter|laughs|pause|music|applause)[^\])\d\n]{0,20}[\])]"
)
_FILLER = re.compile(r"(?<![\w'’-])(?:[Uu]hm?|[Uu]m+|[Ee]rm?|[Hh]mm?|[Mm]m)(?:\ ?,)?(?![\w'’-])")
_MAY_STAND_TWICE = frozenset("no not never that had very so".split())
_NOTHING = frozenset("okay ok right yeah yep uh huh mm hm hmm mhm sure alright".split())
"""Turns of these alone say only that somebody listens, unless they answer a question."""
_FEWEST_TURNS = 6
_LONG_LABEL = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Terse:
    """`text` is what to show, `gone` the spans of the source that it leaves out, and `note` how to read it."""

    text: str
    gone: list[tuple[int, int]]
    note: str


class Picked(NamedTuple):
    """Spans that go, each with the blank behind it; in those of `rest`, small words are to go after all."""

    gone: list[tuple[int, int]]
    rest: list[tuple[int, int]]


def terse(text: str, keep: re.Pattern[str] | None, picked: Picked | None = None) -> Terse | None:
    """The text in fewer words: without small ones, or without those that somebody picked of what `may_change` names.

    None where nobody picked and it is no English, or where it would be shortened by next to nothing.
    """
    head = text[:_LOOK]
    english = _RARE_ENGLISH * len(_ENGLISH.findall(head)) >= len(_WORD.findall(head))
    if not english and picked is None:
        return None
    passages = take_apart(text, sentences=False)
    spoken = english and is_dialogue(text, passages)
    lines = _kept_lines(text, keep)
    note = "small words" if picked is None else "words"
    if picked is None:
        picked = Picked([], _free(passages, lines))
    gone = [*picked.gone, *(_small(text, picked.rest) if english else ())]
    if spoken:
        fixed = [(p.start, p.end) for p in passages if p.role not in (Role.TEXT, Role.ITEM)]
        gone += [span for span in _noises(text) if not (_within(lines, *span) or _within(fixed, *span))]
        gone += _listeners(text, passages, lines)
    spans = _merged(gone)
    shown = _without(text, spans)
    note += " left out" + (", noises, turns that only say that somebody listens" if spoken else "")
    shown, legend = _labelled(shown, text, passages) if spoken and not lines else (shown, "")
    if 20 * len(shown) >= 19 * len(text):
        return None
    return Terse(text=shown, gone=spans, note=f"{note}: retrieve before you quote{legend}")


def may_change(text: str, keep: re.Pattern[str] | None) -> list[tuple[int, int]]:
    """The spans of a text from which words may go: sentences and items, but for lines that must be kept."""
    return _free(take_apart(text, sentences=False), _kept_lines(text, keep))


def _free(passages: Sequence[Passage], lines: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(p.start, p.end) for p in passages if p.role in (Role.TEXT, Role.ITEM) and not _overlaps(lines, p)]


def _small(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Small words in spans of a text, each with the blank behind it."""
    return [m.span() for a, b in spans for m in _SMALL.finditer(text, a, b) if m.lastgroup is not None]


def _noises(text: str) -> list[tuple[int, int]]:
    """What a transcript notes besides words, fillers, and words said twice in a row; each with the blank behind it."""
    out = [m.span() for m in _NOTED.finditer(text)] if "{" in text or "[" in text or "(" in text else []
    out += [m.span() for m in _FILLER.finditer(text)]
    out = [(a, b + 1) if text[b : b + 1] == " " else (a, b) for a, b in out]
    words = text.split(" ")
    at = 0
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == following and word.isalpha() and word.lower() not in _MAY_STAND_TWICE:
            out.append((at, at + len(word) + 1))
        at += len(word) + 1
    return out


def _listeners(text: str, passages: Sequence[Passage], lines: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Turns without content, each with the line end before it; what answers a question stays."""
    out = []
    for before, p in pairwise(passages):
        m = SPEAKER.match(text, p.start, p.end)
        if m is None or p.end - m.end() > 40 or p.start == 0 or text[before.start : before.end].rstrip().endswith("?"):
            continue
        words = _WORD.findall(_FILLER.sub(" ", _NOTED.sub(" ", text[m.end() : p.end])).lower())
        if all(word in _NOTHING for word in words) and not any(c.isdigit() for c in text[m.end() : p.end]):
            start = p.start
            while start > before.end and text[start - 1].isspace():
                start -= 1
            if not _overlaps(lines, p):
                out.append((start, p.end))
    return out


def _labelled(shown: str, text: str, passages: Sequence[Passage]) -> tuple[str, str]:
    """Long names of speakers as their initials, and the legend; only where each stands for one of them."""
    found = Counter(
        m[0].rstrip()[:-1]
        for p in passages
        if (m := SPEAKER.match(text, p.start, p.end)) and m[0].rstrip().endswith(":") and m[0][0].isalpha()
    )
    long = {
        name: _initials(name) for name, times in found.items() if len(name) >= _LONG_LABEL and times >= _FEWEST_TURNS
    }
    if not long or len({*long.values(), *(found.keys() - long.keys())}) < len(found) or not all(long.values()):
        return shown, ""
    pattern = re.compile(rf"^(?:{'|'.join(map(re.escape, long))})(?=:)", re.MULTILINE)
    legend = ", ".join(f"{short} = {name}" for name, short in long.items())
    return pattern.sub(lambda m: long[m[0]], shown), f"; {legend}"


def _initials(name: str) -> str:
    words = name.split()
    return "".join(word[0] for word in words) if len(words) > 1 and all(word[0].isupper() for word in words) else ""


def _kept_lines(text: str, keep: re.Pattern[str] | None) -> list[tuple[int, int]]:
    """The lines that `keep` matches."""
    out: list[tuple[int, int]] = []
    for m in keep.finditer(text) if keep is not None else ():
        end = text.find("\n", m.end())
        out.append((text.rfind("\n", 0, m.start()) + 1, len(text) if end < 0 else end))
    return out


def _overlaps(lines: Sequence[tuple[int, int]], p: Passage) -> bool:
    return _within(lines, p.start, p.end)


def _within(lines: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    i = bisect_right(lines, (end, end)) - 1
    return i >= 0 and lines[i][1] > start


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    for a, b in sorted(spans):
        if out and a <= out[-1][1]:
            out[-1] = (out[-1][0], max(b, out[-1][1]))
        else:
            out.append((a, b))
    return out


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    edges = [(0, 0), *spans, (len(text), len(text))]
    return "".join(text[a:b] for (_, a), (b, _) in pairwise(edges))
