"""A pass that also compacts: what `compaction` decides, carried out and made durable.

The conversation is walked turn by turn, as it came. Before each turn the sizes of what is shown are put to
`compaction.decide`; what it chooses is reduced to marker and evidence, and stays so. Because each turn is decided from what
stands before it, a conversation that goes on repeats the decisions of its earlier turns. Those that were carried out are
in the ledger as well, so that a cache which was cold once, a new version or other settings do not change them.

Stands above `_pass` and `_budget`; `engine` uses it where its user has asked for compaction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from headroom import compaction, policy, tokens
from headroom._again import Again
from headroom._budget import shrink
from headroom._decision import OWN, Decision
from headroom._pass import Pass
from headroom._settings import Settings
from headroom.compaction import Compaction, Piece
from headroom.compressors._router import ContentRouter
from headroom.dedupe import Said
from headroom.exceptions import StoreError
from headroom.messages import Conversation, Effort
from headroom.store._api import Entry, Event, Store

REASON = "an old result, reduced by compaction"
_RESULT = re.compile(r"\bresult #(\d+)")
_PER_QUOTE = 25
"""Tokens, about, of a line that stays for what was quoted from it."""
_SHARE = 7
"""What a compressor makes of a large result is taken where it is no more than this part of it."""
_GROWTH = 20
"""A conversation past the high-water mark is looked at again when it has grown by this part of the mark."""


@dataclass(frozen=True, slots=True)
class _Point:
    """A place between two messages: the blocks before it, the turns before it, and whether a request was sent there."""

    blocks: int
    turn: int
    asked: bool


@dataclass(slots=True)
class _Size:
    """Of one block: `whole` with the call that led to it, `text` without, and the turn in which it came."""

    whole: int
    text: int
    turn: int


@dataclass(frozen=True, slots=True)
class _Facts:
    """What one block is. `number` counts the tool results up to it; `refers` are the numbers of those it points to, as
    wholes or by lines."""

    number: int
    step: tuple[str, ...] = ()
    read: str | None = None
    touched: tuple[str, ...] = ()
    failed: bool = False
    refers: tuple[int, ...] = ()
    by_lines: bool = False


class CompactingPass(Pass):
    """`cold` says that the provider's cache holds nothing of the conversation any more."""

    def __init__(
        self, settings: Settings, store: Store, router: ContentRouter, how: Compaction, *, cold: bool = False
    ) -> None:
        super().__init__(settings, store, router)
        self._how = how
        self._cold = cold
        self._points: list[_Point] = []
        self._sizes: list[_Size] = []
        self._facts: list[_Facts] = []  # as far as they were needed
        self._stuck: set[int] = set()
        self._total = 0
        self._look = how.high  # the total at which the next look is taken
        self._reduced: dict[int, Decision] = {}
        self._tried: list[Decision] = []
        self._done: list[Entry] = []

    def run(self, conversation: Conversation) -> list[Decision]:
        """Decide on every block, compact where it is time to, and commit what was decided."""
        self._points = list(_points(conversation))
        decisions = super().run(conversation)
        fresh = {i: d for i, d in self._reduced.items() if not d.decided}
        try:
            # Past the deadline who waits may have given up: what is new is left to another request.
            kept = not self._out_of_time(0) and self._keep(decisions, fresh)
        except StoreError as error:
            self.warnings.append(f"the store failed: {error} (nothing more was compacted)")
            kept = False
        shown = {i: d for i, d in self._reduced.items() if kept or i not in fresh}
        for decision in shown.values():
            decision.reason = REASON
        return [shown.get(i, decision) for i, decision in enumerate(decisions)]

    def _keep(self, decisions: Sequence[Decision], fresh: Mapping[int, Decision]) -> bool:
        """Make what is new durable: first the texts, then that it was done."""
        if fresh or self._tried:
            self.save([*fresh.values(), *self._tried], ())
        if self._done:
            self._store.save(self._done, [_event(decisions, fresh)])
        return True

    def _walk(self, decisions: Sequence[Decision]) -> None:
        keys = list(_keys(self._points, decisions))
        known = self._store.projections([key for key in keys if key])
        plans = {i: _among(known[key].reason) for i, key in enumerate(keys) if key in known}
        latest = max(plans, default=-1)
        said, at = Said(), 0
        for i, point in enumerate(self._points):
            for decision in decisions[at : point.blocks]:
                self._step(decision, said)
                self._sizes.append(_size(decision, self._turn_of(i)))
                self._total += self._sizes[-1].whole
            at = point.blocks
            cold = self._cold and i == len(self._points) - 1
            done = False
            if i in plans:
                done = self._repeat(decisions[:at], keys[i], plans[i])
            elif i > latest and keys[i] and point.asked and self._total > (self._how.high if cold else self._look):
                self._look = self._total + self._how.high // _GROWTH
                chosen = self._chosen(decisions[:at], point.turn, cold=cold)
                done = bool(chosen) and self._reduce(decisions[:at], keys[i], chosen)
            if done:
                self._look = self._how.high
                said = self._said(decisions[:at])

    def _turn_of(self, point: int) -> int:
        """The turn of the blocks that stand right before a point."""
        return self._points[point - 1].turn + self._points[point - 1].asked if point else 0

    def _chosen(self, decisions: Sequence[Decision], turn: int, *, cold: bool) -> tuple[int, ...]:
        """What to reduce here, by sizes, turns, and the rules of what must stay."""
        if not self.settings.elide:
            return ()
        free = self._free(decisions, turn)
        evidence = self._how.evidence
        pieces = [
            Piece(size=s.whole, turn=s.turn, floor=s.whole - s.text + evidence if may else None)
            for s, may in zip(self._sizes, free, strict=True)
        ]
        return compaction.decide(pieces, turn, self._how, cold=cold)

    def _free(self, decisions: Sequence[Decision], turn: int) -> list[bool]:
        """Which blocks may be reduced before this turn, as far as what they are is concerned."""
        for decision in decisions[len(self._facts) :]:
            self._facts.append(_facts(decision, self._facts[-1].number if self._facts else 0))
        facts = self._facts
        touched = {path for f in facts for path in f.touched}
        solved = {f.step: i for i, f in enumerate(facts) if f.step and not f.failed}
        recent = turn - self._how.turns
        leaned = {n for f, s in zip(facts, self._sizes, strict=True) if f.by_lines or s.turn > recent for n in f.refers}
        return [
            i not in self._reduced
            and i not in self._stuck
            and decision.key is not None
            and decision.block.role == "tool"
            and decision.reason != OWN
            and decision.verdict.cap != Effort.LOSSLESS
            and not decision.verdict.lasting
            and f.number not in leaned
            and not (f.failed and solved.get(f.step, -1) < i)
            and not (f.read and any(_same_file(f.read, path) for path in touched))
            for i, (f, decision) in enumerate(zip(facts, decisions, strict=True))
        ]

    def _repeat(self, decisions: Sequence[Decision], key: str, among: range) -> bool:
        """Show again what was reduced here before; whether there was anything."""
        names = {i: f"{key}:{i}" for i in among if i < len(decisions) and i not in self._reduced}
        known = self._store.projections(list(names.values()))
        tried = [i for i, name in names.items() if name in known]
        done = [i for i in tried if known[names[i]].visible is not None]
        self._stuck.update(tried)
        for i in done:
            copy = replace(decisions[i], key=names[i])
            self._apply(copy, known[names[i]])
            self._take(i, copy)
        return bool(done)

    def _reduce(self, decisions: Sequence[Decision], key: str, chosen: Sequence[int]) -> bool:
        """Reduce what was chosen, each with what was quoted from it since; whether anything was reduced."""
        known = self._store.projections([f"{key}:{i}" for i in chosen])
        done: list[int] = []
        words: set[str] = set()
        later = len(decisions)
        for i in reversed(chosen):
            words |= compaction.telling_words(_said_in(decisions[i + 1 : later]))
            later = i + 1
            copy = replace(decisions[i], key=f"{key}:{i}", decided=False)
            if copy.key in known or self._out_of_time(len(copy.block.text)):
                self._stuck.add(i)  # it was tried before, or is left to another request
                continue
            self._shorten(copy, compaction.quoted(copy.block.text, words))
            if copy.action == "unchanged" or len(copy.text) >= len(decisions[i].text):
                copy.leave("no shorter by compaction")
                self._stuck.add(i)
                self._tried.append(copy)
                continue
            done.append(i)
            self._take(i, copy)
        if done:
            among = f"{min(done)}-{max(done)}"
            self._done.append(Entry(key=key, reason=among, kind="compaction", compressor="Compaction"))
        return bool(done)

    def _take(self, index: int, decision: Decision) -> None:
        gain = self._sizes[index].text - compaction.size_of(decision.text)
        self._sizes[index].whole -= gain
        self._total -= gain
        self._reduced[index] = decision

    def _shorten(self, decision: Decision, quotes: Sequence[str]) -> None:
        """To marker and evidence. What was quoted stays, or nothing is reduced."""
        decision.leave("")
        verdict = decision.verdict
        kinds = policy.EXACT_KINDS if verdict.verbatim else verdict.kinds
        decision.verdict = replace(verdict, verbatim=False, kinds=kinds)
        level = self._how.evidence + _PER_QUOTE * len(quotes)
        parts = [f"(?:{self.settings.keep.pattern})"] if self.settings.keep is not None else []
        parts += map(re.escape, quotes)
        keep = re.compile("|".join(parts)) if parts else None
        inner = Pass(replace(self.settings, keep=keep), self._store, self._router)
        text, hint = decision.block.text, decision.block.hint
        routed = inner.route(text, inner.asked(hint), decision.verdict, Effort.STRONG)
        most = max(2 * level, tokens.estimate(text) // _SHARE)
        if routed.rendition.text != text and tokens.estimate(routed.rendition.text) <= most:
            inner.take(decision, routed)  # the compressor of this kind says most in few words
        if decision.action == "unchanged":
            shrink(inner, decision, level, tokens.estimate)

    def _said(self, decisions: Sequence[Decision]) -> Said:
        """What stands before, once something was reduced: nobody is referred to what is no longer shown."""
        said = Said()
        self._again = Again()
        for i, decision in enumerate(decisions):
            if decision.block.role == "tool":
                text = "" if i in self._reduced else decision.block.text
                if text:
                    self._remember_page(self._again, decision, said.now)
                said.add(text, decision.block.hint, visible=decision.exact)
        return said


def _points(conversation: Conversation) -> Iterator[_Point]:
    """All places before, between and after messages; a request was sent before each answer, and is at the end."""
    blocks = turn = 0
    before = ""
    for message in conversation.messages:
        asked = message.role == "assistant" and before != "assistant"
        yield _Point(blocks, turn, asked)
        turn += asked
        blocks += len(message.blocks)
        before = message.role
    yield _Point(blocks, turn, asked=True)


def _keys(points: Sequence[_Point], decisions: Sequence[Decision]) -> Iterator[str]:
    """The ledger's key of each point: a hash of all that stands before it; "" where nothing that may change does."""
    latest, at = "", 0
    for point in points:
        for decision in decisions[at : point.blocks]:
            latest = decision.key or latest
        at = point.blocks
        yield f"compact:{latest}:{point.turn}" if latest else ""


def _among(text: str) -> range:
    """The blocks of which some were reduced: `12-88`."""
    first, _, last = text.partition("-")
    return range(int(first), int(last) + 1) if first.isdigit() and last.isdigit() else range(0)


def _size(decision: Decision, turn: int) -> _Size:
    text = compaction.size_of(decision.text)
    call = sum(map(compaction.size_of, compaction.arguments_of(decision.block.hint)))
    return _Size(whole=text + call, text=text, turn=turn)


def _facts(decision: Decision, number: int) -> _Facts:
    block, hint = decision.block, decision.block.hint
    if block.role != "tool":
        return _Facts(number=number)
    read = policy.read_path(hint)
    refers = tuple(map(int, _RESULT.findall(decision.text))) if decision.action == "referenced" else ()
    return _Facts(
        number=number + 1,
        step=compaction.step_of(hint),
        read=read,
        touched=tuple(compaction.touched(hint, read)),
        failed=hint.is_error or (read is None and compaction.failed(block.text, hint)),
        refers=refers,
        by_lines="\n" in decision.text,
    )


def _said_in(decisions: Sequence[Decision]) -> Iterator[str]:
    """What people, the model and its calls say in these blocks; not what tools print."""
    for decision in decisions:
        if decision.block.role in {"user", "assistant"}:
            yield decision.block.text
        yield from compaction.arguments_of(decision.block.hint)


def _same_file(one: str, other: str) -> bool:
    """Whether two spellings can mean one file: one may be relative to the folder that the other names."""
    return one == other or one.endswith(f"/{other.removeprefix('./')}") or other.endswith(f"/{one.removeprefix('./')}")


def _event(decisions: Sequence[Decision], fresh: Mapping[int, Decision]) -> Event:
    before, after = [decisions[i].text for i in fresh], [decision.text for decision in fresh.values()]
    return Event(
        name="compaction",
        blocks=len(fresh),
        chars_before=sum(map(len, before)),
        chars_after=sum(map(len, after)),
        tokens_before=sum(map(tokens.estimate, before)),
        tokens_after=sum(map(tokens.estimate, after)),
    )
