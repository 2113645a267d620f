"""Prose: what a query asks for stays, word for word; the rest of a long text is left out by line ranges.

`Kompress` is for text that people wrote to be read: markdown, manuals, documentation, transcripts, retrieved passages.
It is not for code, logs, tables, listings, JSON or HTML; `score` leaves those alone. It shows whole source lines with
their coordinates. Only where one line is a whole paragraph, and the text is no file that an agent could edit, are single
sentences left out of it. Without a query everything stays but what stands twice; at STRONG the rest is written in fewer
words (`_terse`). Captions, transcripts with times and chats are read turn by turn (`_recorded`). Selection is in `_extract`.
A budget is filled with what matters most.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import accumulate

from headroom import overlaps
from headroom.compressors import _quotes, _said_before
from headroom.compressors._api import Effort, Elision, Limits, Rendition, Room
from headroom.compressors._commands import retrieves
from headroom.compressors._extract import Fill, extract, gaps
from headroom.compressors._fewer_words import Weighed, reads, weigh
from headroom.compressors._passages import SPEAKER
from headroom.compressors._recorded import is_recorded, recorded
from headroom.compressors._terse import may_change, terse
from headroom.lines import BAR, FOLD, runs, sparse, split
from headroom.messages import Hint
from headroom.text_model import TextModel

_MIN_CHARS = 1_500
_SAMPLE = 1_200
_NUMBER = re.compile(r" *(\d{1,7})[\t→]")
"""The number in front of a line as `cat -n` and agents' read tools print it."""
_LOOK = 20
_PARAGRAPH = re.compile(r"\S[^\n]*(?:\n[^\S\n]*\S[^\n]*)*")
"""Lines without a blank one between them."""
_RULE = re.compile(r"\s*([-=*_~])(?:\s*\1){2,}\s*\Z")
"""A line that only parts what stands above it from what stands below."""
_MIN_REPEATED = 200
_TELLING = 50
_MOST_OF_THREAD = 0.75
"""Mails that are so much shorter without what they quote are shown whole."""
_TRIES = 6
_LITTLE = 240
"""In less room than that, it is not said how to read what tells itself: numbers in front, signs where something is left out."""
_LEAST_WORDS = {Effort.MEDIUM: 0.7, Effort.STRONG: 0.5}
"""The share of a text that stays where a model picks words, however many of them it finds not worth keeping."""
_FEWEST_WORDS = 0.5
"""What is left of fewer words than that reads as something else; whole sentences do not."""
_WEIGHED = "words"
"""Where a room's memo has them."""


class Kompress:
    """Text that people wrote to be read. `model` picks the words that go where no query picks sentences."""

    name = "Kompress"
    kind = "prose"

    def __init__(self, model: TextModel | None = None) -> None:
        self._model = model

    def score(self, text: str, hint: Hint) -> float:
        """0.62 for sentences, 0 for all else: kinds that look at structure are more certain of theirs. What a tool found that
        looks passages up is prose for certain where it is made of sentences."""
        return _score(text, hint)

    def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
        """With a query and from MEDIUM on, leave out what the query does not need; else only what stands twice."""
        if len(text) < (_MIN_CHARS if text.isascii() else _MIN_CHARS // 3) and limits.room is None:
            return Rendition(text=text)
        said = recorded(text, hint.query, limits, self._in_fewer_words) if is_recorded(text) else None
        if said is not None:
            return said
        lines = split(text)
        if limits.room is None and limits.effort < Effort.STRONG and _quotes.is_thread(text):
            thread = _quotes.fold(text, lines, limits.first_line)
            if thread is not None and len(thread) < _MOST_OF_THREAD * len(text):
                return Rendition(text=thread, note=_quotes.NOTE)
        found = self._extracted(text, lines, hint, limits)
        if found is not None:
            return found
        folded = _said_before.fold(text, lines, limits.first_line)
        if folded is not None:
            return Rendition(text=folded, note=_said_before.NOTE)
        if limits.effort < Effort.MEDIUM or not _free(text, hint, limits):
            return Rendition(text=text)
        once = _once(text, lines, limits)
        if once is not None:
            return once
        return self._in_fewer_words(text, limits)

    def _in_fewer_words(self, text: str, limits: Limits) -> Rendition:
        """As the model says, or at STRONG without small words, whichever is shorter."""
        own = _in_fewer_words(text, limits) if limits.effort is Effort.STRONG else Rendition(text=text)
        found = _by_model(text, limits, self._model) if self._model is not None and reads(text) else None
        if found is None or len(found.text) > len(own.text):
            return own if found is None else replace(own, warnings=found.warnings)
        return found

    def _extracted(self, text: str, lines: list[str], hint: Hint, limits: Limits) -> Rendition | None:
        if limits.effort < Effort.MEDIUM or not (hint.query or limits.room):
            return None
        source = lines[:-1] if len(lines) > 1 and not lines[-1] else lines  # what follows the last line end is no line
        bare = _unnumbered(source, limits.first_line)
        content = text if bare is None else "\n".join(bare)
        sentences = bare is None and _free(text, hint, limits)
        if limits.room is not None:
            if self._model is not None and not hint.query and sentences and reads(text):
                fitting = _by_model(text, limits, self._model)
                if fitting is not None:
                    return fitting
            fill = limits.room.memo.get(self.name)
            if fill is None:
                fill = Fill(content, hint.query, limits.room.count, sentences=sentences, keep=limits.keep)
                limits.room.memo[self.name] = fill
            return _filled(content, fill, limits.room, source, numbered=bare is not None, first_line=limits.first_line)
        if not hint.query:
            return None
        odd = _ODD if hint.command else None
        found = extract(
            content,
            hint.query,
            limits.effort,
            sentences=sentences,
            keep=limits.keep,
            odd=odd,
            one=hint.path is not None,
        )
        if found is None:
            return None
        return _render(content, found.kept, source, numbered=bare is not None, first_line=limits.first_line)


def _free(text: str, hint: Hint, limits: Limits) -> bool:
    """Whether parts of lines may be left out. A file's lines may be quoted in an edit; in a segment the offsets would not be
    the text's own; and what holds our sign already could not be told from what we leave out."""
    return not (hint.path or hint.command or FOLD in text) and limits.first_line == 1


def _once(text: str, lines: list[str], limits: Limits) -> Rendition | None:
    """Sentences that an earlier paragraph, or a longer one, has word for word, left out; None where there are none."""
    pieces = [piece for piece in text.replace("\n", ". ").split(". ") if len(piece) >= _TELLING]
    if len(set(pieces)) == len(pieces):  # a cheap look: most texts say nothing twice
        return None
    spans = [(m.start(), m.end()) for m in _PARAGRAPH.finditer(text)]
    found = overlaps.dedupe([overlaps.Chunk(text=text[a:b], source="") for a, b in spans])
    repeated = sum(b - a for kept in found for (a, b), _ in kept.elsewhere)
    if repeated < max(_MIN_REPEATED, len(text) // 20):
        return None
    shown = [(start + a, start + b) for (start, _), kept in zip(spans, found, strict=True) for a, b in kept.spans]
    if limits.keep is not None and any(
        not any(a <= m.start() and m.end() <= b for a, b in shown) for m in limits.keep.finditer(text)
    ):
        return None
    made = _render(
        text, shown, lines, numbered=False, first_line=limits.first_line, why="stands elsewhere in this text"
    )
    return replace(
        made, note=f"{made.note}: it stands elsewhere in this text" if made.note else "what stands twice is left out"
    )


def _in_fewer_words(text: str, limits: Limits, weighed: Weighed | None = None, count: int = 0) -> Rendition:
    """Without small words, or without the first `count` of what a model has weighed."""
    found = terse(text, limits.keep, None if weighed is None else weighed.picked(count))
    late = f"{Kompress.name}: {weighed.said}" if weighed is not None and weighed.said else ""
    if found is None:
        return Rendition(text=text, warnings=(late,) if late else ())
    size = sum(b - a for a, b in found.gone)
    elision = Elision(ranges=tuple(found.gone), count=size, unit="chars", summary="words of little weight")
    said = (f"{late}; there only small words were left out",) if late else ()
    return Rendition(text=found.text, note=found.note, elisions=(elision,), lossless=False, warnings=said)


def _by_model(text: str, limits: Limits, model: TextModel) -> Rendition | None:
    """Without the words that the model finds least worth keeping: as far as the effort allows, or as few of them as let the
    text fit into its room. None where it cannot fit."""
    room = limits.room
    if room is None:
        weighed = weigh(text, may_change(text, limits.keep), model, until=limits.until)
        count = min(weighed.unworthy(), weighed.most(_LEAST_WORDS[limits.effort], len(text)))
        return _in_fewer_words(text, limits, weighed, count)
    if _WEIGHED not in room.memo:
        room.memo[_WEIGHED] = weigh(text, may_change(text, limits.keep), model, until=limits.until)
    words: Weighed = room.memo[_WEIGHED]

    def fits(count: int) -> bool:
        made = _in_fewer_words(text, limits, words, count)
        return room.count(made.text) + room.count(made.note) <= room.tokens

    most = words.most(_FEWEST_WORDS, len(text))
    if not fits(most):
        return None
    return _in_fewer_words(text, limits, words, bisect_left(range(most), True, key=fits))


def _filled(
    text: str, fill: Fill, room: Room, lines: Sequence[str], *, numbered: bool, first_line: int
) -> Rendition | None:
    """What fits, counted as it will be shown; None where nothing does."""
    tokens = room.tokens
    brief = room.memo.setdefault("brief", tokens < _LITTLE)
    for _ in range(_TRIES):
        kept = fill.spans(tokens)
        if not kept:
            break
        made = _render(text, kept, lines, numbered=numbered, first_line=first_line)
        made = replace(made, note="") if brief else made
        left = room.tokens - room.count(made.text) - room.count(made.note)
        if left >= 0:
            return made
        tokens = min(tokens + left, tokens * room.tokens // (room.tokens - left))
    return None


def _unnumbered(lines: Sequence[str], first_line: int) -> list[str] | None:
    """The lines without the numbers that a read tool printed in front, where these count as we do; None for none."""
    if not all(map(_NUMBER.match, lines[:_LOOK])):
        return None
    matches = [_NUMBER.match(line) for line in lines]
    if any(m is not None and int(m[1]) != first_line + i for i, m in enumerate(matches)):
        return None
    return [line[m.end() :] if m else line for line, m in zip(lines, matches, strict=True)]


def _render(
    text: str,
    kept: Sequence[tuple[int, int]],
    lines: Sequence[str],
    *,
    numbered: bool,
    first_line: int,
    why: str = "what the query does not ask for",
) -> Rendition:
    """The lines that the spans of `text` cover, whole or in part, each with its coordinates. `lines` are what is shown for
    the lines of `text`; they carry numbers of their own where the source is `numbered`."""
    bare = split(text) if numbered else lines
    starts = list(accumulate([len(line) + 1 for line in bare], initial=0))
    shown: set[int] = set()
    parts: dict[int, list[tuple[int, int]]] = {}
    for a, b in kept:
        last = min(bisect_right(starts, b - 1), len(lines)) - 1
        for i in range(bisect_right(starts, a) - 1, last + 1):
            line = (starts[i], starts[i] + len(bare[i]))
            if a <= line[0] and line[1] <= b:
                shown.add(i)
            else:
                parts.setdefault(i, []).append((max(a, line[0]), min(b, line[1])))
    if parts:  # each line that is shown costs its number
        shown -= {i for i in shown if _RULE.match(bare[i]) and not (i and bare[i - 1].strip() and i - 1 in shown)}
    order = sorted(shown | parts.keys())
    gone = sorted(set(range(len(lines))).difference(order))
    elisions = [_lines_elision(gone, first_line, why)] if gone else []
    filled = [i for i in order if bare[i].strip()]
    if numbered:
        body, note = "\n".join(lines[i] for i in filled), "lines missing from the numbers are left out"
    elif parts:
        pieced = {i: _pieced(text, spans, starts[i], len(lines[i])) for i, spans in parts.items()}
        body = "\n".join([f"{first_line + i}{BAR}{pieced.get(i, lines[i])}" for i in filled])
        note = f"N{BAR} line N, {FOLD} = left out"
        cut = [gap for i in sorted(parts) for gap in _cuts(parts[i], starts[i], len(lines[i]))]
        count = sum(b - a for a, b in cut)
        elisions.append(Elision(ranges=tuple(cut), count=count, unit="chars", summary="sentences of long lines"))
    else:
        between = len(gaps([(a, b + 1) for a, b in runs(order)], len(lines)))
        in_place = 7 * between <= 3 * len(order)  # the rule of `sparse`, which numbers blank lines as well
        body, note = sparse(lines, order if in_place else filled, first_line=first_line)
    return Rendition(text=body, note=note, elisions=tuple(elisions), lossless=False)


def _lines_elision(gone: Sequence[int], first_line: int, why: str) -> Elision:
    ranges = tuple((a + first_line, b + first_line) for a, b in runs(gone))
    return Elision(ranges=ranges, count=len(gone), summary=why)


def _cuts(parts: Sequence[tuple[int, int]], start: int, length: int) -> list[tuple[int, int]]:
    return [(start + a, start + b) for a, b in gaps([(a - start, b - start) for a, b in parts], length)]


def _pieced(text: str, parts: Sequence[tuple[int, int]], start: int, length: int) -> str:
    """A line of which only `parts` are shown."""
    pieces = [text[a:b].strip() for a, b in parts]
    head = "" if parts[0][0] == start else f"{FOLD} "
    tail = "" if parts[-1][1] == start + length else f" {FOLD}"
    return head + f" {FOLD} ".join(pieces) + tail


_FUNCTION = frozenset(
    "the of and to a in is that for it with as on be this are or by you i an from not can if which was will have at but"
    " we they he she his her your their when has all its there been were what so do about my me"
    " de la le les et des en un une que el los las y del se por con para una der die das und ist nicht ein eine zu den mit"
    " von auf für im dem di il che per non è".split()
)
_CERTAIN = 0.96
_FEW_WORDS = 40
_FEW_NOTES = 8
_NOTE = re.compile(r"\s*(?:[-*+•‣◦]|\d{1,3}[.)])\s+\S")
_LONG = 240
"""Lines of words that are longer are no code."""
_SIGNS = b'0123456789{}[]<>=:/\\_|"#;$%&@^~+*'
"""Bytes that are rare in what people write to be read."""
_ASCII = bytes(range(128))
_STOPS = (". ", ".\n", "? ", "! ", ":\n", '."', ".)", "?\n", "!\n", "… ")
_OTHER_STOPS = ("。", "！", "？", "؟", "۔", "।", ". ", ".\n", "? ", "! ", "…")
_CODE = re.compile(
    r"""\s*(?:(?:def|class|import|from|return|if|for|while|public|private|static|const|let|var|func|fn|package|using
          |\#include|\#define|export|async|try|else|elif|end)\b.*[;:{}()=\[\],]\s*\Z
      | [{}()\[\];,]+\s*\Z | .*[;{}]\s*\Z | @@\ | [+-]{3}\ | \S+:\d+:
      | (?!.*[.!?…]["'”]?\s*\Z)[\w.\"'-]+\s*[:=](?!:)\s*\S.{0,60}\Z
      | (?=.*[a-z])[\w./\\-]*[./\\_][\w./\\-]*\Z)
    """,
    re.VERBOSE,
)
_CODE_PATH = re.compile(
    r"\.(?:py|js|ts|tsx|jsx|mjs|java|kt|c|h|cc|cpp|hpp|cs|go|rs|rb|php|swift|scala|sh|bash|sql|css|scss|json|jsonl|ya?ml|toml"
    r"|ini|cfg|conf|xml|html?|svg|lock|csv|tsv|log|ipynb|vue|lua|pl|r|jl)\b"
)
_DOCUMENT_PATH = re.compile(r"\.(?:md|mdx|markdown|rst|txt|text|adoc|asciidoc|org|tex|[1-8])\b")
_MARKDOWN_PATH = re.compile(r"\.(?:md|mdx|markdown)\b")
_TITLE = re.compile(r"^(?:#{1,6} \S|\S[^\n]{0,120}\n[=-]{3,}[ \t]*$)", re.MULTILINE)
_READS = re.compile(
    r"(?:\A|[;&|(]\s*|['\"]|\s)(?:cat|zcat|strings|grep|egrep|rg|bat|batcat|sed|head|tail|less|more|nl|man|info|tldr|curl|wget|lynx|w3m|links|pandoc"
    r"|pdftotext|docx2txt|glow|open|goto|scroll_\w+|view|git show \S+:)(?:\s|\Z)|--help\b|\A\s*(?:help|pydoc)\b"
)
"""Commands that print a text that somebody wrote. What other commands print, reports what they did."""
_ODD = re.compile(  # one set of signs in front: that is quick to look for
    r"[{}=\d](?:(?<=[{}=])(?![\"'])[^\s{}=]{3,}|(?<=[A-Za-z]\d)\d*\w{5,}|(?<=\d)(?<![\w/.=?&-]\d)\d*[A-Za-z]\w{5,})"
)
"""What is no word. Where it is rare in prose, it is what somebody may look for; not so what mark-up and addresses hold."""
_FRAMES = 3
"""So many frames of a stack make what a command prints none of prose, whatever stands before each line."""
_OTHER_KINDS = re.compile(
    r"\s*(?:<\?xml|<!doctype|<html|<head|<body|\{|\[\s*[\[{\"]|\[\s*\(?[a-z]\w*\(\w+=|[^\s:]{1,160}[:-]\d+[:-])",
    re.IGNORECASE,
)


def _score(text: str, hint: Hint) -> float:
    """The cheap looks come first: most texts are none of prose, and each text is asked about."""
    if is_recorded(text):
        return _CERTAIN
    if _quotes.is_thread(text) and not (hint.command or hint.path):
        return _CERTAIN
    if _OTHER_KINDS.match(text[:200]):
        return 0.0
    if hint.command is not None and not _reads(hint.command):
        return 0.0
    names = [name.lower() for name in (hint.path, hint.command) if name]
    if any(map(_MARKDOWN_PATH.search, names)) and _is_markdown(text):
        return 0.62
    part = _sample(text)
    if hint.command is not None and part.count('", line ') >= _FRAMES:
        return 0.0
    raw = part.encode("utf-8", "ignore")
    if 5 * (len(raw) - len(raw.translate(None, _SIGNS))) > len(raw):
        return 0.0
    foreign = 2 * len(raw.translate(None, _ASCII)) > len(raw)
    if not (_other_sentences(part) if foreign else _sentences(part) or _notes(part)):
        return 0.0
    if any(_CODE_PATH.search(name) for name in names):
        return 0.0
    if not any(_DOCUMENT_PATH.search(name) for name in names):
        lines = [line for line in part.split("\n") if line.strip()]
        code = sum([len(line) < _LONG and _CODE.match(line) is not None for line in lines]) if len(lines) > 3 else 0
        if 3 * code > len(lines) and 2 * sum([_is_turn(line) for line in lines]) < len(lines):
            return 0.0
    return _CERTAIN if hint.tool and not hint.command and retrieves(hint.tool) and not _notes(part) else 0.62


def _is_markdown(text: str) -> bool:
    """Whether a text whose name says markdown has titles, and does more than print them: few of its words may be prose, where
    most of it are examples, lists and links."""
    return len(_TITLE.findall(text[:20_000])) > 1


def _is_turn(line: str) -> bool:
    return SPEAKER.match(line[:140]) is not None


@lru_cache(maxsize=512)
def _reads(command: str) -> bool:
    return _READS.search(command) is not None


def _sentences(part: str) -> bool:
    """Whether this is made of words, enough of them those that join others, and of sentences."""
    words = part.lower().split()
    if len(words) < _FEW_WORDS:
        return False
    if 9 * sum(map(_FUNCTION.__contains__, words)) < len(words) or not _stops(part, len(words) / 60):
        return False
    return 5 * sum(map(str.isalpha, words)) >= 2 * len(words)


def _stops(part: str, least: float) -> bool:
    """Whether so many sentences end here."""
    found = 0
    for stop in _STOPS:
        found += part.count(stop)
        if found >= least:
            return True
    return False


def _notes(part: str) -> bool:
    """Whether this is a list of what people noted: a statement in words behind each bullet or number."""
    lines = [line for line in part.split("\n") if line.strip()]
    if len(lines) < _FEW_NOTES or 3 * sum([_NOTE.match(line) is not None for line in lines]) < 2 * len(lines):
        return False
    words = part.split()
    return len(words) >= 6 * len(lines) and 3 * sum(map(str.isalpha, words)) >= len(words)


def _other_sentences(part: str) -> bool:
    """The same for scripts of which no words are known here, or that put no blanks between words."""
    return len(part) >= 2 * _FEW_WORDS and 300 * sum(map(part.count, _OTHER_STOPS)) >= len(part)


def _sample(text: str) -> str:
    """Head, middle and tail. Lines may be long here, so they are cut anywhere."""
    if len(text) <= _SAMPLE:
        return text
    third, middle = _SAMPLE // 3, len(text) // 2
    return "\n".join((text[:third], text[middle : middle + third], text[-third:]))
