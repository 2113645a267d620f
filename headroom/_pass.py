"""One pass over one conversation: what the engine does with each block, in order.

Compress at birth: a block's text is chosen from what stands before it and from itself, once; the ledger remembers the
choice. Originals and choices are committed before anything is shown. Every fault ends in the original text and a reason.
Below stand policy, dedupe, the router, markers and the store; above only `engine` and `_budget`.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from headroom import markers, policy
from headroom._again import Again
from headroom._calls import COMMAND, about, written
from headroom._decision import OWN, REPEAT, Decision, counted, entry_of, events_of, lines_of, marker_of, visible
from headroom._settings import Settings
from headroom.compressors._api import Effort, Elision, Limits, Rendition, Room
from headroom.compressors._router import ContentRouter, Routed
from headroom.compressors.snapshot import is_read_as_page
from headroom.dedupe import Overlap, Said
from headroom.exceptions import StoreError
from headroom.markers import Marker
from headroom.messages import Block, Conversation, Hint
from headroom.policy import Verdict
from headroom.store._api import MAX_DIGITS, Event, Projection, Store, content_id

_WORTH_A_REFERENCE = 0.95  # of a text's characters: a smaller gain is not worth what a reader must look up
_CHARS = 4  # a token
_PLACES, _OTHER_LINES, _MOSTLY = 2, 8, 1.25  # a part of a file read again, and what a harness puts around it
_REPORT = "test"
_SLOWEST = 4_000_000  # characters a second that every compressor exceeds; used to keep a deadline


class Pass:
    """The work of one call. `run` may be called once.

    `fit`, where there is one, shortens decisions further before they are committed; the ledger then neither decides nor
    remembers, because what fits depends on all that stands in the conversation today.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        router: ContentRouter,
        fit: Callable[[Pass, list[Decision]], None] | None = None,
    ) -> None:
        self.settings = settings
        self.warnings: list[str] = []
        self._chars = 0  # shown up to the block that is decided on
        self._again = Again()
        self._undone: dict[str, str] = {}  # what compressors could not do as asked, and the kind
        self._store = store
        self._router = router
        self._fit = fit
        self._ends = None if settings.deadline is None else time.monotonic() + settings.deadline

    def run(self, conversation: Conversation) -> list[Decision]:
        """Decide on every block, in order, and commit what was decided."""
        decisions = self._judge(conversation)
        eligible = [d for d in decisions if d.key is not None]
        try:
            self._recall(eligible)
        except StoreError as error:
            return self._give_up(decisions, error)
        self._walk(decisions)
        if self._fit is not None:
            self._fit(self, decisions)
        self._end_in_time(decisions)
        self.commit([d for d in eligible if not d.decided])
        return decisions

    def _walk(self, decisions: Sequence[Decision]) -> None:
        said = Said()
        for decision in decisions:
            self._step(decision, said)

    def _step(self, decision: Decision, said: Said) -> None:
        """Decide on one block where the ledger has not, and remember what it said.

        The context is what a model reads, so that it is the same when the conversation comes as it is shown.
        """
        decision.context = self._chars // _CHARS
        if decision.key is not None and not decision.decided:
            self._decide(decision, said)
        if decision.block.role == "tool":
            body = decision.text.partition("\n")[2] if decision.action != "unchanged" else None
            self._remember_page(self._again, decision, said.now)
            said.add(decision.block.text, decision.block.hint, visible=decision.exact, body=body)
        self._chars += len(decision.text)

    def _remember_page(self, again: Again, decision: Decision, number: int) -> None:
        """That result `number` shows a page in a browser, if it does, and in which words."""
        marker = markers.head(decision.text) if decision.action != "unchanged" else None
        if marker is not None and is_read_as_page(marker.note):
            again.add(number, decision.block.hint, marker.note, decision.text.partition("\n")[2])

    def _judge(self, conversation: Conversation) -> list[Decision]:
        """Verdicts, and for blocks that may change the key: a hash of the settings and of all texts up to the block."""
        chain = hashlib.blake2b(self.settings.fingerprint(), digest_size=20)
        decisions: list[Decision] = []
        for message in conversation.messages:
            for block in message.blocks:
                verdict = policy.judge(
                    block, roles=self.settings.roles, tools=self.settings.tools, profile=self.settings.profile
                )
                decision = Decision(block=block, verdict=verdict, text=block.text, reason=verdict.reason)
                chain.update(_identity(block))
                if not verdict.verbatim or verdict.repeats:
                    decision.key = chain.hexdigest()
                decisions.append(decision)
        return decisions

    def _recall(self, eligible: Sequence[Decision]) -> None:
        """Take over what the ledger knows, and recognise texts that the engine has produced."""
        if not eligible:
            return
        headed = [d.block.text for d in eligible if markers.head(d.block.text) is not None]
        own = self._store.shown(headed) if headed else set()
        known = self._store.projections([d.key for d in eligible if d.key is not None])
        for decision in eligible:
            if decision.block.text in own:
                decision.decided, decision.reason = True, OWN
            elif decision.key in known and self._fit is None:
                self._apply(decision, known[decision.key])

    def _apply(self, decision: Decision, projection: Projection) -> None:
        decision.decided = True
        decision.kind, decision.compressor = projection.kind, projection.compressor
        decision.lossless = projection.lossless
        if projection.visible is None:
            decision.leave(projection.reason)
            return
        decision.text, decision.id = projection.visible, projection.id
        decision.action = "referenced" if projection.kind == REPEAT else "compressed"
        decision.reason = ""

    def _decide(self, decision: Decision, said: Said) -> None:
        text, hint = decision.block.text, decision.block.hint
        if self._out_of_time(len(text)):
            decision.leave("the deadline was reached")
            return
        if _message(decision.block) < self.settings.sent:
            decision.leave("it was sent as it is")
            return
        label = said.whole(text) if decision.block.role == "tool" else None
        if label is not None and self._refer(decision, label):
            return
        if decision.verdict.verbatim:
            self._refer_by_lines(decision, said)
            return
        self._compress(decision, hint)
        if self._may_overlap(decision):
            self._refer_to_pages(decision)
            self._shorten_again(decision, said)
            least = len(text) - len(decision.text)
            overlap = said.overlap(text, within=self._may_repeat(decision), hint=decision.block.hint, least=least)
            if overlap is not None:
                self._overlap(decision, overlap)

    def _may_overlap(self, decision: Decision) -> bool:
        """References by lines need the earlier result to stay as it is, which a budget does not promise."""
        return decision.block.role == "tool" and self.settings.elide and self._fit is None

    def _refer_by_lines(self, decision: Decision, said: Said) -> None:
        """Of a file under edit: a part that is read again, where it is as good as all that the text holds. So its bytes are
        exact still, in one place."""
        text = decision.block.text
        if not decision.verdict.repeats or not self._may_overlap(decision):
            return
        part = said.overlap(text, hint=decision.block.hint)
        if part is None or len(part.ranges) > _PLACES:
            return
        own = lines_of(text) - part.count
        if own <= _OTHER_LINES and _MOSTLY * part.count >= lines_of(text):
            self._overlap(decision, part)

    def _shorten_again(self, decision: Decision, said: Said) -> None:
        """Refer to what of a shortened text stands earlier as well. Not for a file under edit: who reads it again needs it."""
        if decision.action != "compressed" or decision.verdict.kinds is not None or decision.marker is None:
            return
        again = said.again(decision.block.text, decision.body)
        if again is None or len(again.body) > _WORTH_A_REFERENCE * len(decision.body):
            return
        elisions = (*decision.elisions, _stands_earlier(again))
        rendition = Rendition(text=again.body, note=decision.marker.note, elisions=elisions, lossless=False)
        marker = marker_of(decision.block.text, rendition)
        if self._breaks_keep(decision.block.text, again.body) or not decision.smaller(visible(marker, again.body)):
            return
        decision.show(marker, again.body, "referenced")
        decision.kind = decision.compressor = REPEAT
        decision.elisions = elisions

    def _refer_to_pages(self, decision: Decision) -> None:
        """Of a page in a browser: what an earlier look at it has shown."""
        marker = decision.marker
        if decision.action != "compressed" or marker is None or not is_read_as_page(marker.note):
            return
        body = self._again.fold(marker.note, decision.body)
        if body is None or len(body) > _WORTH_A_REFERENCE * len(decision.body):
            return
        if self._breaks_keep(decision.block.text, body) or not decision.smaller(visible(marker, body)):
            return
        decision.show(replace(marker, summary="shortened"), body, "referenced")
        decision.kind = decision.compressor = REPEAT
        decision.lossless = False

    def _may_repeat(self, decision: Decision) -> bool:
        """Whether to look for what the text repeats itself: a file under edit is not cut up for that, and of a text that is
        less than half as long by now it would have to be most. Reports of tests and builds repeat what they say of
        different failures: their compressor refers to what repeats, and keeps what tells failures apart."""
        if decision.kind == _REPORT:
            return False
        return decision.verdict.kinds is None and 2 * len(decision.text) > len(decision.block.text)

    def _out_of_time(self, chars: int) -> bool:
        return self._ends is not None and time.monotonic() + chars / _SLOWEST > self._ends

    def _end_in_time(self, decisions: Sequence[Decision]) -> None:
        """Who waits has given up when twice the deadline is over, and has used the original: remember it so."""
        deadline = self.settings.deadline
        if deadline is not None and self._ends is not None and time.monotonic() > self._ends + deadline:
            for decision in decisions:
                if decision.key is not None and not decision.decided:
                    decision.leave("the deadline was reached")

    def _refer(self, decision: Decision, label: str) -> bool:
        """The whole text stands earlier: name the place."""
        text = decision.block.text
        count = lines_of(text)
        marker = Marker(id=content_id(text), summary=f"the same {counted(count, 'line')} as {label}")
        if self._breaks_keep(text, "") or not decision.smaller(visible(marker, "")):
            return False
        decision.show(marker, "", "referenced")
        decision.kind = decision.compressor = REPEAT
        return True

    def _overlap(self, decision: Decision, overlap: Overlap) -> None:
        """Parts of the text stand earlier: take that when it is shorter than what a compressor made of it."""
        text = decision.block.text
        most = min(len(decision.text), _WORTH_A_REFERENCE * len(text))
        if len(overlap.body) >= most or self._breaks_keep(text, overlap.body):
            return
        elision = _stands_earlier(overlap)
        marker = marker_of(text, Rendition(text=overlap.body, elisions=(elision,), lossless=False))
        marker = replace(marker, selectors=())  # all of it can be read above: nobody need fetch it
        if decision.smaller(visible(marker, overlap.body)):
            decision.show(marker, overlap.body, "referenced")
            decision.kind = decision.compressor = REPEAT
            decision.elisions = (elision,)

    def _compress(self, decision: Decision, hint: Hint) -> None:
        text = decision.block.text
        routed = self.route(text, self.asked(hint), decision.verdict)
        decision.kind, decision.compressor = routed.kind, routed.name
        self.warnings.extend(f"{fault} (the original was kept)" for fault in routed.faults)
        self.take(decision, routed)
        if not self._pays(decision):
            decision.leave(_NOT_WORTH_IT)
            self.take(decision, self.route(text, self.asked(hint), decision.verdict, Effort.LOSSLESS))
            if decision.action == "unchanged":
                decision.reason = _NOT_WORTH_IT

    def _pays(self, decision: Decision) -> bool:
        """Whether what a decision leaves out is worth what fetching it back would cost. A budget has to be met anyway."""
        gate = self.settings.gate
        if gate is None or self._fit is not None or decision.action != "compressed" or decision.lossless:
            return True
        saved = (decision.weight_before or 0) - decision.weight_after
        return gate.pays(saved=saved, kind=decision.kind, context=decision.context)

    def route(
        self, text: str, hint: Hint, verdict: Verdict, effort: Effort | None = None, room: Room | None = None
    ) -> Routed:
        """The router's answer within profile, verdict and settings. `effort` overrides the profile's."""
        settings = self.settings

        def limits_for(kind: str) -> Limits:
            allowed = policy.effort(settings.profile, kind) if effort is None else effort
            allowed = min(allowed, verdict.cap) if settings.elide else Effort.LOSSLESS
            return Limits(effort=allowed, keep=settings.keep, room=room, until=self._ends)

        routed = self._router.compress(text, hint, limits_for, kinds=verdict.kinds)
        said = routed.rendition.warnings
        self._undone.update(dict.fromkeys(said, routed.kind))
        self.warnings += [warning for warning in said if warning not in self.warnings]
        return routed

    def asked(self, hint: Hint) -> Hint:
        """The hint with what the caller asks for before what the conversation asks for."""
        if not self.settings.query:
            return hint
        return replace(hint, query="\n".join(q for q in (self.settings.query, hint.query) if q))

    def take(self, decision: Decision, routed: Routed) -> None:
        """Show a rendition if it is smaller, marker included, and keeps what must be kept."""
        text, rendition = decision.block.text, routed.rendition
        if rendition.text == text:
            nothing = "nothing to gain" if routed.kind != "raw" else "no compressor for this kind of text"
            decision.leave(decision.verdict.reason or nothing)
            return
        if self._breaks_keep(text, rendition.text):
            decision.leave("a keep span would not stay exact")
            return
        marker = marker_of(text, rendition)
        if not decision.smaller(visible(marker, rendition.text)):
            decision.leave("not smaller, marker included")
            return
        decision.show(marker, rendition.text, "compressed")
        decision.kind, decision.compressor = routed.kind, routed.name
        decision.elisions, decision.lossless = rendition.elisions, rendition.lossless

    def _breaks_keep(self, text: str, body: str) -> bool:
        keep = self.settings.keep
        return keep is not None and any(m[0] and m[0] not in body for m in keep.finditer(text))

    def commit(self, decisions: Sequence[Decision]) -> None:
        """Make decisions durable, then they may be shown; those that cannot be are taken back."""
        if not decisions:
            return
        if self._fit is not None:
            for decision in decisions:
                decision.key = f"fit:{content_id(decision.text, MAX_DIGITS)}"
        try:
            faults = [Event(name="fault", kind=kind, reason=said[:200]) for said, kind in self._undone.items()]
            self.save(decisions, [*events_of(decisions), *faults])
        except StoreError as error:
            self._give_up(decisions, error)

    def save(self, decisions: Sequence[Decision], events: Sequence[Event]) -> None:
        """Put decisions into the store. Where another text has the id, the marker takes more digits.

        Raises:
            StoreError: the store cannot be written.
        """
        taken = self._store.save([entry_of(d) for d in decisions], events).collided
        for index, longer in taken.items():
            decision = decisions[index]
            if decision.marker is not None:
                decision.show(replace(decision.marker, id=longer), decision.body, decision.action)
        if taken:
            self._store.save([entry_of(decisions[index]) for index in taken])

    def _give_up(self, decisions: Sequence[Decision], error: StoreError) -> list[Decision]:
        """Nothing is shown that could not be retrieved."""
        reason = f"the store failed: {error}"
        self.warnings.append(reason)
        for decision in decisions:
            if decision.key is not None:
                decision.leave(reason)
        return list(decisions)


_NOT_WORTH_IT = "it would spare less than fetching it back may cost"


def _message(block: Block) -> int:
    """The index of the message that a block stands in; of a text alone, 0."""
    return block.path[0] if block.path and isinstance(block.path[0], int) else 0


def _stands_earlier(overlap: Overlap) -> Elision:
    return Elision(ranges=overlap.ranges, count=overlap.count, summary="stands earlier in this conversation")


def _identity(block: Block) -> bytes:
    """What of a block decides its own fate and that of the blocks after it."""
    hint = block.hint
    known = (
        f"({block.role!r}, {hint.tool!r}, {hint.path!r}, {hint.command!r}, {hint.language!r}, {_spelled(hint.query)},"
        f" {hint.is_error!r}, {block.fixed!r})"
    )
    call = "" if hint.path or hint.command else about(hint)
    given = "".join(f"\x00{name}={text}" for name, text in written(hint) if name != COMMAND)
    return f"{known}{call}{given}\x00{block.text}\x01".encode("utf-8", "surrogatepass")


@lru_cache(maxsize=64)
def _spelled(query: str | None) -> str:
    """A query as a literal; one query, of up to 4,000 characters, comes with many blocks."""
    return repr(query)
