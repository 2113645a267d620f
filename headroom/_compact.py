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
from headroom._budget import shrink
from headroom._pass import OWN, Decision, Pass, Settings
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
_GROWTH = 20
"""A conversation past the high-water mark is looked at again when it has grown by this part of the mark."""


@dataclass(frozen=True, slots=True)
class _Point:
    """A place between two messages: the blocks before it, the turns before it, and whether a request was sent there."""

    blocks: int
    turn: int
    asked: bool


@dataclass(slots=True)
class _Facts:
    """What is known of one block, by itself. `size` is that of the text and of the call, `text` that of the text alone;
    `number` counts the tool results up to it."""

    size: int
    text: int
    turn: int
    number: int
    step: tuple[str, ...] = ()
    read: str | None = None
    touched: tuple[str, ...] = ()
    failed: bool = False
    refers: tuple[int, ...] = ()
    whole: bool = False
    stuck: bool = False


class CompactingPass(Pass):
    """`cold` says that the provider's cache holds nothing of the conversation any more."""

    def __init__(
        self, settings: Settings, store: Store, router: ContentRouter, how: Compaction, *, cold: bool = False
    ) -> None:
        super().__init__(settings, store, router)
        self._how = how
        self._cold = cold
        self._points: list[_Point] = []
        self._facts: list[_Facts] = []
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
            if fresh or self._tried:
                self.save([*fresh.values(), *self._tried], ())
            if self._done:
                self._store.save(self._done, [_event(decisions, fresh)])
        except StoreError as error:
            self.warnings.append(f"the store failed: {error} (nothing was compacted)")
            return decisions
        for decision in self._reduced.values():
            decision.reason = REASON
        return [self._reduced.get(i, decision) for i, decision in enumerate(decisions)]

    def _walk(self, decisions: Sequence[Decision]) -> None:
        keys = list(_keys(self._points, decisions))
        known = self._store.projections([key for key in keys if key])
        plans = {i: _plan(known[key].reason) for i, key in enumerate(keys) if key in known}
        latest = max(plans, default=-1)
        said, at = Said(), 0
        for i, point in enumerate(self._points):
            for decision in decisions[at : point.blocks]:
                self._step(decision, said)
                self._facts.append(_facts(decision, self._turn_of(i), self._facts))
                self._total += self._facts[-1].size
            at = point.blocks
            chosen = plans.get(i, ())
            cold = self._cold and i == len(self._points) - 1
            if i > latest and keys[i] and point.asked and self._total > (self._how.high if cold else self._look):
                self._look = self._total + self._how.high // _GROWTH
                chosen = self._chosen(decisions, point, cold=cold)
            if self._reduce(decisions, point, keys[i], chosen):
                said = self._said(decisions[:at])

    def _turn_of(self, point: int) -> int:
        """The turn of the blocks that stand right before a point."""
        return self._points[point - 1].turn + self._points[point - 1].asked if point else 0

    def _chosen(self, decisions: Sequence[Decision], point: _Point, *, cold: bool) -> tuple[int, ...]:
        """What to reduce here, by sizes, turns, and the rules of what must stay."""
        if not self.settings.elide:
            return ()
        free = self._free(decisions, point.turn)
        pieces = [
            Piece(size=f.size, turn=f.turn, floor=f.size - f.text + self._how.evidence if free[i] else None)
            for i, f in enumerate(self._facts)
        ]
        return compaction.decide(pieces, point.turn, self._how, cold=cold)

    def _free(self, decisions: Sequence[Decision], turn: int) -> list[bool]:
        """Which blocks may be reduced before this turn, as far as what they are is concerned."""
        facts = self._facts
        touched = {path for f in facts for path in f.touched}
        solved = {f.step: i for i, f in enumerate(facts) if f.step and not f.failed}
        recent = turn - self._how.turns
        leaned = {n for f in facts if not f.whole or f.turn > recent for n in f.refers}
        return [
            i not in self._reduced
            and not f.stuck
            and decision.key is not None
            and decision.block.role == "tool"
            and decision.reason != OWN
            and decision.verdict.cap != Effort.LOSSLESS
            and f.number not in leaned
            and not (f.failed and solved.get(f.step, -1) < i)
            and not (f.read and any(_same_file(f.read, path) for path in touched))
            for i, (f, decision) in enumerate(zip(facts, decisions, strict=False))
        ]

    def _reduce(self, decisions: Sequence[Decision], point: _Point, key: str, chosen: Sequence[int]) -> bool:
        """Carry out a plan; whether anything was reduced."""
        chosen = [i for i in chosen if i < point.blocks and decisions[i].key is not None]
        if not chosen:
            return False
        names = {i: f"{key}:{i}" for i in chosen}
        known = self._store.projections(list(names.values()))
        done: list[int] = []
        words: set[str] = set()
        later = point.blocks
        for i in reversed(chosen):
            words |= compaction.telling_words(_said_in(decisions[i + 1 : later]))
            later = i + 1
            copy = replace(decisions[i], key=names[i], decided=False)
            if names[i] not in known and self._out_of_time(len(copy.block.text)):
                continue  # another time
            if names[i] in known:
                self._apply(copy, known[names[i]])
            else:
                self._shorten(copy, compaction.quoted(copy.block.text, words))
            if copy.action == "unchanged" or len(copy.text) >= len(decisions[i].text):
                self._facts[i].stuck = True
                copy.leave("no shorter by compaction")
                self._tried += [] if copy.decided else [copy]
                continue
            done.append(i)
            self._reduced[i] = copy
            gain = self._facts[i].text - compaction.size_of(copy.text)
            self._facts[i].size -= gain
            self._total -= gain
        if any(not self._reduced[i].decided for i in done):
            plan = ",".join(map(str, sorted(done)))
            self._done.append(Entry(key=key, reason=plan, kind="compaction", compressor="Compaction"))
        if done:
            self._look = self._how.high
        return bool(done)

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
        shrink(inner, decision, level, tokens.estimate)

    def _said(self, decisions: Sequence[Decision]) -> Said:
        """What stands before, once something was reduced: nobody is referred to what is no longer shown."""
        said = Said()
        for i, decision in enumerate(decisions):
            if decision.block.role == "tool":
                text = "" if i in self._reduced else decision.block.text
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


def _plan(text: str) -> tuple[int, ...]:
    return tuple(int(word) for word in text.split(",") if word.isdigit())


def _facts(decision: Decision, turn: int, before: Sequence[_Facts]) -> _Facts:
    block, hint = decision.block, decision.block.hint
    number = before[-1].number if before else 0
    text = compaction.size_of(decision.text)
    if block.role != "tool":
        return _Facts(size=text, text=text, turn=turn, number=number)
    size = text + sum(map(compaction.size_of, compaction.arguments_of(hint)))
    read = policy.read_path(hint)
    refers = tuple(map(int, _RESULT.findall(decision.text))) if decision.action == "referenced" else ()
    return _Facts(
        size=size,
        text=text,
        turn=turn,
        number=number + 1,
        step=compaction.step_of(hint),
        read=read,
        touched=tuple(compaction.touched(hint, read)),
        failed=hint.is_error or (read is None and compaction.failed(block.text, hint)),
        refers=refers,
        whole="\n" not in decision.text,
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
