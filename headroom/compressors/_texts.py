r"""Long texts inside JSON strings: a file, a page, another JSON document, spelled with an escape at each line's end.

`lift` puts a short mark in the place of each and gives the texts; `below` writes them, unescaped, under the rest:

    {"path": "a.py", "content": "import re\n\nx = 1\n…"}      {path:a.py,content:"⋯1"}
                                                              ⋯ 1:
                                                              import re
                                                              …

`below` loses nothing. `shortened` has the texts shortened by the compressors that know their kinds, as far as effort allows
it; lines then count within the text. The router and `crusher` stand above; they know who writes the rest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from headroom.compressors._api import Compressor, Effort, Elision, Limits, Rendition
from headroom.compressors._ci_log import by_step, steps
from headroom.compressors._flow import parse
from headroom.compressors._recorded import is_recorded
from headroom.lines import FOLD
from headroom.messages import Hint
from headroom.terminal import left_out, plain

__all__ = ["NOTE", "Lifted", "below", "lift", "shortened"]

NOTE = f'"{FOLD}N" = the text below {FOLD} N'
_LONG = 600
"""Characters that a string must have, the quotes included."""
_DENSE = 50
"""One escape in so many characters makes it worth to write a string without them."""
_SPARSE = 250
"""The same where a string is to be shortened: an escape per line, or nearly."""
_REPETITIVE = frozenset(("log", "test", "terminal"))
"""Kinds of which LIGHT folds what repeats. Of all others it leaves nothing out."""
_SURE, _TRIES = 0.3, 3
_GAIN = 0.8
"""To so much a text has to be shortened; else it stands as it is."""
_HEAD = 400
_SAMPLES = re.compile(
    r"(?=.*\.(?:jsonl|ndjson)\b)(?!.*(?:grep|\brg\b|select\(|contains\())(?:.*(?:\b(?:head|tail|shuf)\b|\bsed -n|\[:\d|\bnext\(|islice))",
    re.DOTALL,
)
"""Commands that show a few records of many: what they look like is looked at, not what their texts say."""
_OF_A_COMMAND = re.compile(r"\s*\{\s*\"(?:output|stdout|stderr|exit_?code|return_?code|exitCode|returnCode)\"\s*:")
"""What a tool makes of the output of a command: the command speaks of the text in it."""
_TOLD_BY_ITS_BEGINNING = frozenset(("prose", "code"))
_NAMES = re.compile(r"(?<![\w./])(?:\.?\.?/)?\w[\w/-]{2,60}\.[a-z]{1,5}\b(?![.(@])|\b[a-z]{2,40}_\w{2,40}")
"""Names of files, and of what programs call things."""
_TRACE = re.compile(r"Traceback \(most recent|\", line \d+, in |\n\s+at \S+\(|panicked at ")
_TOLD = 8
_COMMAND = 4_000
_PARTS = 6
_DEEPEST = 3
_FEW = 4
"""So many lines are not left out by themselves."""
_MOST = 8
"""More long strings than this are the rows of a table, and stay in their rows."""
_LARGEST = 300_000
_PLAIN_KEY = re.compile(r"[A-Za-z_]\w*\Z", re.ASCII)
_DECODER = json.JSONDecoder(strict=False)
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
    """`rest` is JSON with a mark in place of each text; `texts` holds them by their number, as it stands in the mark, and
    `spans` where they stand in the source."""

    rest: str
    texts: dict[str, str]
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)


def lift(text: str, prefix: str = "", dense: int = _DENSE) -> Lifted | None:
    """The long texts taken out of a JSON text; None where there are none, or where a mark could pass for the text's own.

    Numbers begin with `prefix`: texts within the text `2` are `2.1`, `2.2` and so on. A string with less than an escape
    in `dense` characters stays.
    """
    if "\\" not in text or len(text) > _LARGEST or FOLD in text or dense * text.count("\\") < _LONG:
        return None
    if "\\u22ef" in text.lower():
        return None
    found = [m for m in _STRING.finditer(text) if m.end() - m.start() >= _LONG and _pays(m, text, dense)]
    if not 0 < len(found) <= _MOST:
        return None
    texts: dict[str, str] = {}
    spans: dict[str, tuple[int, int]] = {}
    rest: list[str] = []
    at = 0
    for n, m in enumerate(found, 1):
        number = f"{prefix}{n}"
        try:
            texts[number] = _DECODER.decode(m[0])
        except ValueError:
            return None  # no JSON after all
        spans[number] = m.span()
        rest += (text[at : m.start()], f'"{FOLD}{number}"')
        at = m.end()
    return Lifted("".join([*rest, text[at:]]), texts, spans)


def _pays(m: re.Match[str], text: str, dense: int) -> bool:
    """Whether a string has many escapes; a key has not to be moved."""
    return dense * m[1].count("\\") >= len(m[1]) and text[m.end() : m.end() + 20].lstrip()[:1] != ":"


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


def shortened(
    text: str,
    hint: Hint,
    limits: Limits,
    compressors: Sequence[Compressor],
    *,
    crush: Callable[[str], Rendition | None],
    answer: Callable[[str], Rendition | None],
) -> Rendition | None:
    """A JSON document with its long texts below, each shortened by whoever knows its kind; None where that gains nothing.

    `crush` writes JSON without loss, `answer` what of it a query asks for.
    """
    return _Shortening(hint, limits, compressors, crush, answer).rendition(text)


class _Shortening:
    """One document on its way to a rendition; what its texts have lost, by the number of the text it is part of."""

    def __init__(
        self,
        hint: Hint,
        limits: Limits,
        compressors: Sequence[Compressor],
        crush: Callable[[str], Rendition | None],
        answer: Callable[[str], Rendition | None],
    ) -> None:
        self._hint = Hint(query=hint.query)  # the command and the path speak of the document, but for one of these
        self._command_hint = Hint(query=hint.query, command=hint.command)
        self._command = (hint.command or "")[:_COMMAND] if limits.effort >= Effort.MEDIUM else ""
        self._sampled = False
        self._limits = replace(limits, first_line=1)
        self._compressors = compressors
        self._crush = crush
        self._answer = answer
        self._by_path = limits.first_line == 1  # within other text retrieval finds no fields
        self._gained = False
        self._lost: dict[str, int] = {}
        self._notes: dict[str, None] = {}
        self._document = ""
        self._paths: dict[str, str] | None = None

    def rendition(self, text: str) -> Rendition | None:
        lifted = lift(text, dense=_SPARSE)
        if lifted is None:
            return None
        self._document = lifted.rest
        if _OF_A_COMMAND.match(text):
            self._hint = self._command_hint
        self._sampled = _SAMPLES.match(self._command) is not None
        parts = [self._below(number, inner) for number, inner in lifted.texts.items()]
        rest = self._crush(lifted.rest) if self._gained else None
        if rest is None or not rest.lossless:
            return None
        elisions = [
            Elision(
                ranges=(span,), count=self._lost[number], unit="chars", summary=f"parts of the text {FOLD} {number}"
            )
            for number, span in lifted.spans.items()
            if number in self._lost
        ]
        notes = dict.fromkeys(filter(None, [rest.note, *self._notes]))
        note = "; ".join([*notes, NOTE, *(["lines count within it"] if self._lost else [])])
        body = "\n".join([rest.text, *parts])
        return Rendition(text=body, note=note, elisions=tuple(elisions), lossless=not self._lost)

    def _within(self, text: str, number: str) -> str | None:
        """The document that is the text with this number, its own texts below."""
        lifted = lift(text, f"{number}.", _SPARSE)
        rest = self._crush(lifted.rest) if lifted is not None else None
        if lifted is None or rest is None or not rest.lossless:
            return None
        if rest.note:
            self._notes[rest.note] = None
        return "\n".join([rest.text, *[self._below(inner, said) for inner, said in lifted.texts.items()]])

    def _below(self, number: str, text: str) -> str:
        """One text under its number, as short as somebody can make it."""
        how = _spelling(text) if number.count(".") < _DEEPEST else None
        if how is not None:
            answer = self._answer(text.rstrip("\n"))
            if answer is not None:
                return f"{FOLD} {number}, JSON{how} ({self._taken(number, text, answer)}):\n{answer.text}"
            body = self._within(text.rstrip("\n"), number)
            if body is not None and len(body) < len(text):
                return f"{FOLD} {number}, JSON{how}:\n{body}"
        found = self._best(text)
        if self._sampled and (found is None or found[0] in _TOLD_BY_ITS_BEGINNING):
            found = _beginning(text) or found
        if found is None:
            return f"{FOLD} {number}:\n{text}"
        kind, made = found
        return f"{FOLD} {number} ({'; '.join(filter(None, [kind, self._taken(number, text, made)]))}):\n{made.text}"

    def _taken(self, number: str, text: str, made: Rendition) -> str:
        """Count what a text has lost; how to read it, and how to get all of it."""
        self._gained = True
        if made.lossless:
            return made.note
        top = number.partition(".")[0]
        self._lost[top] = self._lost.get(top, 0) + max(1, len(text) - len(made.text))
        path = self._path(number)
        whole = f"all of it: fields={json.dumps([path])}" if path else ""
        return "; ".join(filter(None, [made.note, whole]))

    def _path(self, number: str) -> str | None:
        """Where in the document the text with this number stands; None within another text."""
        if self._paths is None:
            self._paths = _paths(self._document) if self._by_path else {}
        return self._paths.get(number)

    def _best(self, text: str) -> tuple[str, Rendition] | None:
        return self._in_steps(text) or self._by_kind(text, 0, self._claimed(text))

    def _in_steps(self, text: str) -> tuple[str, Rendition] | None:
        """The log of a CI run, as tools for GitHub hand it on."""
        shown = plain(text)
        found = steps(shown) if self._limits.effort >= Effort.MEDIUM else None
        if found is None:
            return None
        logs = [c for c in self._compressors if c.kind == "log"]
        made = by_step(
            found,
            1,
            lambda step: (
                self._by_kind(step.text, step.first, self._claimed(step.text))
                or self._by_kind(step.text, step.first, logs)
            ),
        )
        note = ", ".join(filter(None, (made.note, left_out(text, shown))))
        return ("log", replace(made, note=note)) if len(made.text) < _GAIN * len(text) else None

    def _by_kind(self, text: str, above: int, able: Sequence[Compressor]) -> tuple[str, Rendition] | None:
        """What the first of those who are able can gain; `above` the text stand so many lines."""
        for compressor in able[:_TRIES]:
            made = self._made(compressor, text, above)
            if len(made.text) + len(made.note) < _GAIN * len(text):
                return compressor.kind, made
        return None

    def _made(self, compressor: Compressor, text: str, above: int) -> Rendition:
        """The compressor's answer; of prose the beginning stays, which tells what it is. What was recorded is spelled anew, all of
        it or nothing."""
        end = text.find("\n", _HEAD) + 1 if compressor.kind == "prose" and not is_recorded(text) else 0
        light = self._limits.effort == Effort.LIGHT and compressor.kind not in _REPETITIVE
        effort = Effort.LOSSLESS if light else self._limits.effort
        below = replace(self._limits, effort=effort, first_line=1 + above + text.count("\n", 0, end))
        made = compressor.compress(text[end:], self._hint, below)
        return replace(made, text=text[:end] + made.text)

    def _claimed(self, text: str) -> list[Compressor]:
        """Who says that the text is of his kind, surest first; where nobody does, who says so of most of its parts."""
        scored = [(c.score(text, self._hint), -at, c) for at, c in enumerate(self._compressors)]
        if max(scored, default=(0.0,))[0] < _SURE:
            parts = _parts(text)
            votes = [sum(c.score(part, self._hint) >= _SURE for part in parts) for c in self._compressors]
            scored = [
                (v / len(parts) if 3 * v >= 2 * len(parts) else 0.0, -at, self._compressors[at])
                for at, v in enumerate(votes)
            ]
        return [c for score, _, c in sorted(scored, key=lambda s: s[:2], reverse=True) if score >= _SURE]


def _beginning(text: str) -> tuple[str, Rendition] | None:
    """The first lines of a text, and which others it has, with names that stand there; None where those are few."""
    end = text.find("\n", _HEAD)
    if _TRACE.search(text):
        return None  # what it is about stands last
    shown = text.count("\n", 0, end) + 1
    total = text.count("\n") + (not text.endswith("\n"))
    if end < 0 or total - shown < _FEW:
        return None
    gone = Elision(ranges=((shown + 1, total),), count=total - shown)
    names = list(dict.fromkeys(_NAMES.findall(text, end)))[:_TOLD]
    said = f", with {', '.join(names)}, …" if names else ""
    body = f"{text[:end]}\n{FOLD} lines {shown + 1}-{total}{said}"
    return "beginning", Rendition(text=body, elisions=(gone,), lossless=False)


def _parts(text: str) -> list[str]:
    """About `_PARTS` parts of a text, cut at line ends."""
    out: list[str] = []
    at = 0
    while at < len(text):
        end = text.find("\n", at + len(text) // _PARTS)
        end = len(text) if end < 0 else end + 1
        out.append(text[at:end])
        at = end
    return out


def _paths(text: str) -> dict[str, str]:
    """Where in a lifted document the marks stand, as retrieval's `fields` name it; only paths of plain keys."""
    parsed = parse(text)
    out: dict[str, str] = {}
    todo: list[tuple[str, Any]] = [("", parsed[0])] if parsed is not None and not parsed[1] else []
    while todo:
        path, value = todo.pop()
        if type(value) is str and value.startswith(FOLD):
            out[value.removeprefix(FOLD)] = path
        elif type(value) is dict:
            todo += [(f"{path}.{k}".lstrip("."), v) for k, v in value.items() if _PLAIN_KEY.match(k)]
        elif type(value) is list:
            todo += [(f"{path}[{i}]", v) for i, v in enumerate(value)]
    return out
