"""Where the words of a query stand: passages and groups of a text, the hits of a term in them, and their weights.

Terms are found in the text, not the text in terms: time grows with the text and with the hits, at the speed of `str.find`.
Scoring by BM25 is in `_ranking`; nothing here chooses. Below stand `_passages` and
`relevance`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import log

from headroom.compressors._passages import Passage
from headroom.relevance import terms

K1, B = 1.2, 0.75
"""The usual settings of BM25."""
_MOST_TERMS = 48
_FEW = 40
"""So often a term may stand in a text, however short that is, and more often where there are more passages."""
_WIDE = "\u2e80"
"""The first character of the scripts of East Asia, of which most put no blanks between words."""
_WIDE_RUN = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]{2,}")
_OF_THE_WHOLE = frozenset(
    "article articles chapter chapters content contents context conversation conversations discussion doc docs document"
    " documents email emails essay letter meeting memo page pages paper papers paragraph paragraphs passage passages post"
    " report reports section sections sentence sentences story text texts thread transcript website webpage site url link"
    " bullet bullets detail details detailed fact facts gist highlight highlights idea ideas information info insight"
    " insights overview outline point points recap summaries summarised summarized summarising summarizing summary synopsis"
    " takeaway takeaways theme themes tl dr tldr topic topics"
    " brief briefly central complete completely concise concisely entire entirely essential full fully general generally high"
    " important key level long main major most quick quickly rough short shortly simple simply whole word words"
    " analyse analyze check cover covered covers describe discuss discussed discusses explain fetch mention mentioned mentions"
    " open paraphrase proofread provide provided read reading rephrase retrieve review rewrite say shorten tell talk talked"
    " talks translate translated translation understand went write written"
    " chinese english french german italian japanese portuguese russian spanish language"
    " above attached below carefully first following given two three four five six seven eight nine ten few happened happens here".split()
)
"""Words with which people ask for a text as a whole. Where a query has no others, no passage answers it better than another."""
_OF_A_TALK = frozenset(
    "minutes protocol notes agenda agendas attendees attendance participants speakers decisions agreements resolutions actions tasks"
    " todos to-dos followups follow-ups deadlines dates owners assignees responsibilities commitments outcomes conclusions"
    " blockers risks concerns questions answers issues dependencies action actionable item items open raised agreed"
    " agree decided assigned attended spoke participated call standup retro sync session interview podcast"
    " lecture webinar recording video chat messages"
    " create draft extract identify prepare compile capture collect note make take taken include including"
    " per table format markdown structured plus also due".split()
)
"""The same for what people say: with these they ask for what is spread over all of a meeting."""
_NEXT_STEPS = frozenset(("next", "step", "steps", "actions"))
"""Two of them are of that sort; "the next meeting" is a particular one."""
_RECORDING = re.compile(r"\.(?:vtt|srt|sbv|txt|md)\Z")
_OF_EACH = frozenset(
    "decision owner owns owned assignee deadline date task todo to-do follow-up followup participant attendee speaker person people"
    " responsible question blocker risk outcome commitment time times timestamp timestamps name names status".split()
)
"""These ask for one of them, unless another word asks for all."""
_EACH = re.compile(r"\b(?:each|every|all|any|per|list|both)\b", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“`][^\"”`]+[\"”`]|(?<!\w)'[^']+'(?!\w)")
_ENDINGS = frozenset(
    " s es ed d e ing er ers or ors ly ion ions al ment ments y ies ied able ation ations ive ity 's ’s ting ted ning ned"
    " ping ped".split(" ")
)
_LETTERS = re.compile(r"[^\W\d_]*")
_LONGEST_ENDING = 6
_SUFFIX = re.compile(r"(?:ations?|ions?|ings?|edly|ed|ies|ied|ers?|ors?|es|s|e|y)\Z")


@dataclass(frozen=True, slots=True)
class Index:
    """A text in lower case with a line end behind it, where its passages begin, how long they are, and the same of their
    groups.

    `heads` are the first passages of the groups: headings, titles, opening sentences.
    """

    low: str
    starts: Sequence[int]
    lengths: Sequence[int]
    average: float
    groups: Sequence[int]
    heads: Sequence[int]
    group_lengths: Sequence[int]
    group_average: float


@lru_cache(maxsize=256)
def query_terms(query: str) -> tuple[str, ...]:
    """The words of a query, each once. Where a script puts no blanks between words, each two characters are a term."""
    found: dict[str, None] = {}
    for term in terms(query)[:_MOST_TERMS]:
        if term < _WIDE and not _WIDE_RUN.search(term):
            found[term] = None
            continue
        for run in _WIDE_RUN.findall(term):
            found.update(dict.fromkeys(run[i : i + 2] for i in range(len(run) - 1)))
    return tuple(found)[:_MOST_TERMS]


@lru_cache(maxsize=256)
def asks_for_the_whole(query: str, *, spoken: bool = False) -> bool:
    """Whether a query says only what to do with a text: "Summarise this document in a few sentences"; of what was `spoken` also
    "Write the minutes: decisions, dates, owners". A word or two alone are what somebody looks for, and so is what is quoted."""
    if len(query.split(None, 2)) < 3 or _QUOTED.search(query):
        return False
    wanted = query_terms(query)
    others = [term for term in wanted if not tells_of_the_whole(term)]
    if not spoken or not others:
        return not others
    known = _OF_A_TALK | (_NEXT_STEPS if len(_NEXT_STEPS.intersection(wanted)) > 1 else frozenset())
    left = [term for term in others if term not in known and not _RECORDING.search(term)]
    asks_for_all = len(left) < len(others) or _EACH.search(query) is not None
    return asks_for_all and _OF_EACH.issuperset(left)


def tells_of_the_whole(term: str) -> bool:
    """Whether a word of a query says only that a text is meant, or what to do with it."""
    return term in _OF_THE_WHOLE


def index(text: str, passages: Sequence[Passage]) -> Index:
    """Of a text and its passages, one at least."""
    low = text.lower()
    if len(low) != len(text):
        low = text
    low += "\n"
    lengths = [p.end - p.start for p in passages]
    groups = [p.group for p in passages]
    heads = [0, *(i for i, (before, g) in enumerate(pairwise(groups), 1) if g != before)]
    group_lengths = [sum(lengths[a:b]) for a, b in pairwise([*heads, len(lengths)])]
    filled = [n for n in group_lengths if n]
    return Index(
        low=low,
        starts=[p.start for p in passages],
        lengths=lengths,
        average=sum(lengths) / len(lengths),
        groups=groups,
        heads=heads,
        group_lengths=group_lengths,
        group_average=sum(filled) / len(filled),
    )


@lru_cache(maxsize=1024)
def stem(term: str) -> str:
    """`workouts` -> `workout`: what the forms of a word share. Short words and identifiers are left as they are."""
    if len(term) < 5 or not term.isalpha():
        return term
    stemmed = _SUFFIX.sub("", term)
    return stemmed if len(stemmed) >= 4 else term.removesuffix("s")


def hits(text: Index, term: str) -> dict[int, int] | None:
    """How often each passage holds the term or a form of it; None for a term that is everywhere."""
    low, starts = text.low, text.starts
    root = stem(term)
    find, size = low.find, len(root)
    found: dict[int, int] = {}
    at = find(root)
    wide = term >= _WIDE
    edge, word = root[0].isalnum() and not wide, term.isalpha() and not wide
    for _ in range(max(_FEW, len(starts))):
        if at < 0:
            break
        end = at + size
        if not (edge and low[at - 1].isalnum()) and (  # what stands in front of the first character is the last one
            wide or not low[end].isalnum() or (word and _ending(low, end) in _ENDINGS)
        ):
            number = bisect_right(starts, at) - 1
            found[number] = found.get(number, 0) + 1
        at = find(root, end)
    return found if at < 0 and 2 * len(found) <= max(4, len(starts)) else None


def _ending(low: str, at: int) -> str:
    m = _LETTERS.match(low, at, at + _LONGEST_ENDING)
    return m[0] if m else ""


def idf(holders: int, total: int) -> float:
    """The weight of a term that `holders` of `total` passages hold."""
    return log(1 + (total - holders + 0.5) / (holders + 0.5))


def saturated(times: int, relative_length: float) -> float:
    """BM25's part for one term: how often it stands in a passage that is so long, compared with the average one."""
    return times * (K1 + 1) / (times + K1 * (1 - B + B * relative_length))
