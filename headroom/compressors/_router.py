"""Which compressor answers. Every one scores the text, the highest wins, `Raw` always answers.

A winner that finds nothing to gain passes the text to the next. Text in which nobody is sure, or in which whoever is finds
nothing, or that has titles inside, is cut into segments and each segment is routed by itself. Nothing here stores,
counts tokens or knows of messages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from headroom.compressors import _digests
from headroom.compressors._api import Compressor, Effort, Elision, Limits, Rendition
from headroom.compressors._ci_log import Step, by_step, may_begin, steps
from headroom.compressors._claims import Claims
from headroom.compressors._commands import without_documents
from headroom.compressors._numbered import Numbered, without_numbers
from headroom.compressors._question import LimitsFor, Question, Routed
from headroom.compressors._segments import Segment, cut, cut_beside, numbered_from, titled, unwrapped
from headroom.compressors._wrappers import inside
from headroom.lines import FOLD
from headroom.messages import Hint
from headroom.terminal import left_out, plain

__all__ = ["ContentRouter", "Routed"]

_MIN_PART = 400
_OF_ONE_PIECE = frozenset(("prose", "web", "snapshot", "json", "yaml", "toml", "xml", "sql", "paged"))
"""Kinds to which titles and rules belong; in what others claim they part one output from the next."""
_OF_ROWS = frozenset(("json", "table", "yaml", "toml", "xml"))
"""Kinds of which rows are shown, and no lines by their numbers."""
_COMMAND_ABOVE = re.compile(r"(?:\$ |\++ |==> )(\S.{1,400}?)(?: <==)?\r?\Z")
_FIRST_COMMAND = re.compile(r"([^;&|<\n]{2,400}?) *(?:;|&&|\n)")
_WORTH = 0.8
"""To so much lines that nobody knows have to be shortened."""


class ContentRouter:
    """Chooses among compressors; holds no state between texts."""

    def __init__(self, compressors: Sequence[Compressor]) -> None:
        self._compressors = tuple(compressors)

    def compress(self, text: str, hint: Hint, limits_for: LimitsFor, *, kinds: frozenset[str] | None = None) -> Routed:
        """The best rendition of the text, by compressors of `kinds` only where that is given.

        Falls back towards the text itself; never raises for a compressor's fault. What a terminal would not show is left
        out first, where anything may be.
        """
        if hint.command is not None and "<<" in hint.command:
            hint = replace(hint, command=without_documents(hint.command))
        said: list[str] = []
        limits = limits_for("blob")
        if kinds is None and limits.effort > Effort.LOSSLESS:
            shown = plain(text)
            if len(shown) < len(text):
                said.append(left_out(text, shown))
            if limits.effort >= Effort.MEDIUM:
                shown, what = _digests.cut(shown, hint, limits.keep)
                said += [what] if what else []
            text = shown
            in_steps = self._in_steps(text, hint, limits_for) if limits.effort >= Effort.MEDIUM else None
            if in_steps is not None:
                return _said(in_steps, ", ".join(said)) if said else in_steps
            numbered = without_numbers(text, read=hint.path is not None and hint.command is None)
            bare = self._bare(numbered, hint, limits_for) if numbered is not None else None
            if bare is not None:
                return _said(bare, ", ".join(said)) if said else bare
        routed = self._route(text, hint, limits_for, kinds)
        return _said(routed, ", ".join(said)) if said else routed

    def _in_steps(self, text: str, hint: Hint, limits_for: LimitsFor) -> Routed | None:
        """What is made of the steps of a CI run, each by itself; None where it is none, or where nothing is gained."""
        start, end = inside(text) if may_begin(text) else (0, 0)
        found = steps(text[start:end]) if end else None
        if found is None or _foreign(text):
            return None
        limits = limits_for("mixed")
        first_line = limits.first_line + text.count("\n", 0, start)
        parts: list[Routed] = []

        def route(step: Step) -> tuple[str, Rendition] | None:
            if len(step.text) < _MIN_PART:
                return None
            here = _exact_rows(_starting_at(first_line + step.first, limits_for))
            of_it = replace(hint, command=step.command, path=None)
            routed = self._route(step.text, of_it, here, None)
            if routed.rendition.text == step.text:  # but it is a log, whatever else
                able = tuple(c for c in self._compressors if c.kind == "log")
                as_log = Question(step.text, of_it, here, able, {}).answer(told=True)
                routed = as_log if _size(as_log) < _WORTH * len(step.text) else routed
            parts.append(routed)
            if routed.rendition.text == step.text or any(e.unit == "chars" for e in routed.rendition.elisions):
                return None
            return routed.kind, routed.rendition

        made = by_step(found, first_line, route)
        made = replace(made, text=f"{text[:start]}{made.text}{text[end:]}")
        if len(made.text) + len(made.note) >= len(text):
            return None
        main = max(parts, key=lambda routed: len(routed.rendition.text), default=None)
        faults = tuple(fault for routed in parts for fault in routed.faults)
        name, kind = (main.name, main.kind) if main is not None else ("LogCompressor", "log")
        return Routed(rendition=made, name=name, kind=kind, faults=faults)

    def _bare(self, numbered: Numbered, hint: Hint, limits_for: LimitsFor) -> Routed | None:
        """What is made of the lines of a file without their numbers; None where that is nothing, or where something that is
        left out has its place within a line. Rows stay: they could not be asked for by their numbers."""
        first_line = limits_for("mixed").first_line + numbered.above.count("\n")
        below = _exact_rows(limits_for if not numbered.above else _starting_at(first_line, limits_for))
        routed = self._route(numbered.text, hint, below, None)
        rendition = routed.rendition
        if rendition.text == numbered.text or any(elision.unit == "chars" for elision in rendition.elisions):
            return None
        around = replace(rendition, text=f"{numbered.above}{rendition.text}{numbered.below}")
        return _said(replace(routed, rendition=around), numbered.said(first_line))

    def _route(self, text: str, hint: Hint, limits_for: LimitsFor, kinds: frozenset[str] | None) -> Routed:
        if kinds is not None:
            able = tuple(c for c in self._compressors if c.kind in kinds)
            told = len(able) == 1 and limits_for(able[0].kind).room is not None  # a budget has to be met by somebody
            return Question(text, hint, limits_for, able, {}).answer(told=told)
        output = unwrapped(text)
        inner = None if output is None or len(output) < _MIN_PART else self._question(output, hint, limits_for, {})
        if inner is not None and not inner.plausible:
            inner.known[text] = inner.claims  # what is put around an output makes nothing of it
        question = self._question(text, hint, limits_for, {} if inner is None else inner.known)
        if question.unsure or (question.guesses and _is_surer(inner, question)):
            return self._mixed(question, sections=question.unsure) or question.answer()
        certain = question.certain
        answer = question.answer()
        parts = answer.kind not in _OF_ONE_PIECE
        found = answer.rendition.text != text
        if not (parts and titled(text)) and (found or (certain and output is None)):
            return answer
        mixed = self._mixed(question, sections=parts)
        return mixed if mixed is not None and (mixed.several or _size(mixed) < _size(answer)) else answer

    def _question(self, text: str, hint: Hint, limits_for: LimitsFor, known: dict[str, Claims]) -> Question:
        return Question(text, hint, limits_for, self._compressors, known)

    def _mixed(self, question: Question, *, sections: bool) -> Routed | None:
        """Segment by segment, where the text has several and one of them gains."""
        beside = self._beside(question)
        if beside is not None:
            return beside
        segments = cut(question.text, sections=sections)
        if len(segments) == 1:
            return None
        first_line = question.limits_for("mixed").first_line
        own = sections and sum([segment.special for segment in segments]) > 1
        asked = [
            self._asked(segment, question, first_line, _told(segments, at, question.hint) if own else question.hint)
            for at, segment in enumerate(segments)
        ]
        if question.unsure and all(q is None or q.tells_no_more_than(question) for q in asked):
            return None
        parts = [(segment, _part(part, question)) for segment, part in zip(segments, asked, strict=True)]
        changed = [routed for _, routed in parts if routed is not None]
        if not changed or any(_foreign(segment.text) for segment, routed in parts if routed is None):
            return None
        main = max(changed, key=lambda routed: len(routed.rendition.text))
        rendition = _join(parts, first_line)
        several = sections and len({routed.kind for routed in changed}) > 1
        return Routed(
            rendition=rendition, name=main.name, kind=main.kind, faults=tuple(question.faults), several=several
        )

    def _beside(self, question: Question) -> Routed | None:
        """Of an output that begins or ends beside words about it: what is made of its rows, of which the first tells about
        the others. Where lines count, they are the source's own and whole, so that no other kind may answer."""
        segments = cut_beside(question.text)
        if segments is None:
            return None
        first_line = question.limits_for("mixed").first_line
        output = next(segment for segment in segments if segment.special)
        asked = self._asked(output, question, first_line, question.hint)
        if asked is None or asked.first is None or asked.first.kind not in _OF_ROWS:
            return None
        routed = _part(asked, question)
        if routed is None or routed.kind not in _OF_ROWS or any(_foreign(segment.text) for segment in segments):
            return None
        parts = [(segment, routed if segment.special else None) for segment in segments]
        return Routed(rendition=_join(parts, first_line), name=routed.name, kind=routed.kind, faults=routed.faults)

    def _asked(self, segment: Segment, whole: Question, first_line: int, hint: Hint) -> Question | None:
        """The question of one segment; None for one that is too short to gain anything."""
        if len(segment.text) < _MIN_PART:
            return None
        here = _starting_at(first_line + segment.first, whole.limits_for)
        return self._question(segment.text, hint, here, whole.known if hint is whole.hint else {})


def _is_surer(inner: Question | None, whole: Question) -> bool:
    """Whether another compressor is certain of the output within what an agent put around it."""
    return inner is not None and inner.certain and inner.first is not whole.first


def _told(segments: Sequence[Segment], at: int, hint: Hint) -> Hint:
    """What is known of one of several outputs: where the line above it is a command, that; of the first, the first command."""
    if hint.command is None or not segments[at].special:
        return hint
    above = segments[at - 1].text.rpartition("\n")[2] if at else ""
    title = _COMMAND_ABOVE.match(above) if at else _FIRST_COMMAND.match(hint.command)
    return hint if title is None else replace(hint, command=title[1])


def _part(question: Question | None, whole: Question) -> Routed | None:
    """The answer for one segment, or None where it stays as it is."""
    if question is None:
        return None
    routed = question.answer()
    whole.faults.extend(question.faults)
    return None if routed.rendition.text == question.text else routed


def _said(routed: Routed, what: str) -> Routed:
    """The same, with a note of what was left out before."""
    rendition = routed.rendition
    note = f"{rendition.note}, {what}" if rendition.note else what
    return replace(routed, rendition=replace(rendition, note=note, lossless=False))


def _size(routed: Routed) -> int:
    return len(routed.rendition.text) + len(routed.rendition.note)


def _starting_at(first_line: int, limits_for: LimitsFor) -> LimitsFor:
    return lambda kind: replace(
        limits_for(kind), first_line=first_line, room=None
    )  # the room is that of the whole text


def _exact_rows(limits_for: LimitsFor) -> LimitsFor:
    def limits(kind: str) -> Limits:
        allowed = limits_for(kind)
        return replace(allowed, effort=Effort.LOSSLESS) if kind in _OF_ROWS and allowed.room is None else allowed

    return limits


def _foreign(text: str) -> bool:
    return text.startswith(FOLD) or f"\n{FOLD}" in text


def _merged(parts: Sequence[tuple[Segment, Routed | None]]) -> Iterator[tuple[Segment, Routed | None]]:
    """Neighbours that stay as they are as one segment."""
    for changed, run in groupby(parts, key=lambda part: part[1] is not None):
        if changed:
            yield from run
        else:
            same = [segment for segment, _ in run]
            yield replace(same[0], text="\n".join([segment.text for segment in same])), None


def _join(parts: Sequence[tuple[Segment, Routed | None]], first_line: int) -> Rendition:
    """Segments one below the other; a line above each compressed one says which lines it stands for, and how to read it."""
    out: list[str] = []
    elisions: list[Elision] = []
    warnings: list[str] = []
    lossless = True
    after_changed = False
    for segment, routed in _merged(parts):
        where = numbered_from(segment, first_line)
        if routed is None:
            if after_changed and segment.text.strip():
                out.append(f"{FOLD} {where} as {'they are' if where.startswith('lines') else 'it is'}:")
            out.append(segment.text)
        else:
            note = f" ({routed.rendition.note})" if routed.rendition.note else ""
            out.append(f"{FOLD} {where} as {routed.kind}{note}:")
            out.append(routed.rendition.text)
            elisions.extend(routed.rendition.elisions)
            warnings.extend(routed.rendition.warnings)
            lossless = lossless and routed.rendition.lossless
        after_changed = routed is not None
    return Rendition(text="\n".join(out), elisions=tuple(elisions), lossless=lossless, warnings=tuple(warnings))
