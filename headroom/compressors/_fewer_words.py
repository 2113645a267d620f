"""Which words of a prose text go when a model of the user's own judges them, and which never do.

The model says how likely each word is worth keeping; the least likely go first. Never touched, whatever it says: figures
and what stands next to them, names, negation and other words that turn a statement into another, code, links,
quotations, words with a sign of punctuation. For texts in languages of which the words of negation are known here; others
are left alone. Above stand `_terse`, which knows the lines that may change, and `prose`; below `_classifier`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice

from headroom._classifier import Judged, opened
from headroom.compressors._terse import AS_IT_IS, Picked
from headroom.text_model import TextModel

WORTH = 0.5
"""A word that is more likely worth keeping than not goes only where a budget asks for it."""

_TOKEN = re.compile(r"\S+")
_PLAIN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*\Z")
_LOOK = 4_000
_WORDS = re.compile(r"[^\W\d_]+")
_COMMON = frozenset(
    "the and was were is are that with for not this have from"
    " der die das und ist nicht ein eine mit auf für dem den von"
    " le les des est et une dans pour pas que qui sur avec par du au"
    " el los las una por con para del como más que y"
    " il di che per non è della sono con nel e la un gli"
    " o os um uma não com para dos mais que do da em ao".split()
)
"""Words of the languages that are read here, without which hardly a sentence is made. Those that are as common in
others (`de`, `en`) are not among them."""
_RARE = 8
"""In these languages one word in so many at least is one of those."""
_TURNS = frozenset(
    # no, and hardly
    "no not never none nor neither nothing nobody nowhere without cannot hardly barely scarcely"
    " nicht kein keine keinen keinem keiner keines nie niemals niemand nichts nirgends ohne weder noch kaum"
    " ne pas jamais rien aucun aucune personne sans ni non guère plus"
    " nunca nada nadie ningún ninguno ninguna sin tampoco jamás"
    " mai niente nulla nessuno nessuna senza né"
    " não nem nenhum nenhuma ninguém sem"
    # how many, how much
    " all every each both any some most many few several half more less fewer least only just almost nearly about up at"
    " one two three four five six seven eight nine ten eleven twelve hundred thousand million billion dozen first last"
    " alle jeder jede jedes beide einige mehrere viele wenige nur fast mehr weniger"
    " tous toutes chaque plusieurs quelques seulement moins presque todo todos cada solo menos casi"
    " tutti ogni solo meno quasi apenas"
    # whether, when, which of them
    " if unless except but or than until before after since while because although however instead"
    " wenn falls außer aber oder als bis vor nach seit weil obwohl sondern"
    " si sauf mais ou avant après depuis sinon salvo pero o antes después desde sino"
    " se tranne ma prima dopo exceto mas ou depois"
    # who does it to whom, and where from
    " by from against von durch gegen par contre por contra da contro"
    # past, future, possible, due
    " was were had did will would shall should must may might can could"
    " war waren hatte hatten wird werden würde soll muss darf kann könnte".split()
)
"""Words without which a statement says something else."""
_OPENERS = frozenset(
    "the a an this that these those there it its in on at by for with as of to and so then also well indeed"
    " der die das ein eine in im am bei mit und dann auch le la les un une dans en et puis aussi"
    " el los las y entonces también il lo gli e poi anche o os um uma".split()
)
"""With a capital at the head of a sentence these are no names."""
_TO_WHOM = frozenset("to for with of an für mit à pour avec a para con per".split())
"""Before a name they say what it has to do with the rest."""
_NEAR = 8
_ENDS = re.compile(r"[.!?:][\"'”’»)\]*_`]*\s*\Z")


@dataclass(frozen=True, slots=True)
class Weighed:
    """The words of one text that may go, least worth keeping first: (how likely it is worth it, start, end), the blank
    behind it included. `late` are spans that the model has not judged, and `said` tells users about them."""

    words: list[tuple[float, int, int]]
    late: list[tuple[int, int]]
    said: str
    sizes: list[int]

    def picked(self, count: int) -> Picked:
        """The first `count` of the words."""
        return Picked([(a, b) for _, a, b in self.words[:count]], self.late)

    def most(self, share: float, chars: int) -> int:
        """How many of the words may go so that at least `share` of a text of `chars` characters stays."""
        return sum(size <= (1 - share) * chars for size in self.sizes)

    def unworthy(self) -> int:
        """How many of the words are rather not worth keeping."""
        return sum(worth < WORTH for worth, _, _ in self.words)


def reads(text: str) -> bool:
    """Whether this is in a language of which the words that must stay are known here."""
    words = _WORDS.findall(text[:_LOOK].lower())
    return _RARE * sum(word in _COMMON for word in words) >= max(1, len(words))


def weigh(text: str, spans: Sequence[tuple[int, int]], model: TextModel, *, until: float | None = None) -> Weighed:
    """The words in ascending `spans` of a text by what the model says of them."""
    judged = opened(model).judge(text, spans, deadline=model.deadline, until=until)
    words = _in_order(text, list(_worths([word for span in spans for word in _may_go(text, *span)], judged)))
    said = ""
    if judged.in_time < judged.chunks:
        said = f"the text model did not judge {judged.chunks - judged.in_time:,} of {judged.chunks:,} chunks in time"
    late = list(_within(judged.late, spans))
    return Weighed(words, late, said, list(accumulate(b - a for _, a, b in words)))


def _within(late: Sequence[tuple[int, int]], spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What of `late` lies in `spans`; both ascend."""
    at = 0
    for a, b in late:
        while at < len(spans) and spans[at][1] <= a:
            at += 1
        for start, end in islice(spans, at, None):
            if start >= b:
                break
            yield max(a, start), min(b, end)


def _in_order(text: str, words: Sequence[tuple[float, int, int]]) -> list[tuple[float, int, int]]:
    """The least worth keeping first; of those that are worth the same the most frequent in the text first, and of one word
    those that stand far apart: or the head of a text would lose its words and the rest none."""
    plain = [text[a:b].lower() for _, a, b in words]
    often = Counter(plain)
    bits = len(words).bit_length()
    far = [int(f"{i:0{bits}b}"[::-1], 2) for i in range(len(words))]
    order = sorted(range(len(words)), key=lambda i: (words[i][0], -often[plain[i]], plain[i], far[i]))
    return [words[i] for i in order]


def _worths(words: Sequence[tuple[int, int]], judged: Judged) -> Iterator[tuple[float, int, int]]:
    """Words with the mean of their tokens, in the order of the text; those that no token touches are left out."""
    tokens = judged.tokens
    at = 0
    for start, end in words:
        while at < len(tokens) and tokens[at][1] <= start:
            at += 1
        found = []
        i = at
        while i < len(tokens) and tokens[i][0] < end - 1:  # the last character is the blank
            found.append(tokens[i][2])
            i += 1
        if found:
            yield round(sum(found) / len(found), 3), start, end


def _may_go(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Words of a passage that may go at all, each with the blank behind it."""
    fixed = [m.span() for m in AS_IT_IS.finditer(text, start, end)]
    tokens = [m.span() for m in _TOKEN.finditer(text, start, end)]
    figures = [any(map(str.isdigit, text[a:b])) for a, b in tokens]
    at = 0
    for i, (a, b) in enumerate(tokens[:-1]):
        while at < len(fixed) and fixed[at][1] <= a:
            at += 1
        if at < len(fixed) and fixed[at][0] < b:
            continue
        if tokens[i + 1][0] != b + 1 or text[b] != " " or figures[i + 1] or (i and figures[i - 1]):
            continue
        if text[b + 1].isupper() and text[a:b].lower() in _TO_WHOM:
            continue
        if _may_miss(text[a:b], opens=i == 0 or _ENDS.search(text, max(start, a - _NEAR), a) is not None):
            yield a, b + 1


def _may_miss(word: str, *, opens: bool) -> bool:
    """Whether a statement can stand without this word. `opens` says that it is the first of a sentence."""
    if _PLAIN.match(word) is None:
        return False
    lower = word.lower()
    if lower in _TURNS or lower.endswith(("n't", "n’t")):
        return False
    return word == lower or (opens and lower in _OPENERS)
