"""The engine: one object that compresses, keeps and retrieves. The only module that knows all others below the doors.

`Headroom` holds settings for an application; the module-level functions of `headroom` use one with default settings.
Doors (CLI, proxy, MCP, integrations) stand above and call nothing else.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from headroom import _budget, _together, config, policy, retrieval, tokens, wire
from headroom._classifier import opened
from headroom._compact import CompactingPass
from headroom._decision import Decision, changed
from headroom._pass import Pass
from headroom._settings import Settings, check_budget, check_roles, keep_pattern
from headroom.compaction import Compaction
from headroom.compressors import BUILTIN, builtin
from headroom.compressors._api import Compressor
from headroom.compressors._installed import with_installed
from headroom.compressors._router import ContentRouter
from headroom.exceptions import ConfigError, HeadroomError, RetrievalError, StoreError
from headroom.gate import Gate, learned
from headroom.messages import Block, Conversation, Hint, Message
from headroom.overlaps import Span
from headroom.result import BlockReport, CompressResult, Retrieved, TextResult, texts
from headroom.store._api import Event, Store
from headroom.text_model import TextModel, checked

if TYPE_CHECKING:
    from typing_extensions import Self

    from headroom.store.sql import CCRStore

M = TypeVar("M")
_GATE = Gate()


class Headroom:
    """Compress, keep, retrieve, with one store and one set of settings. Safe to share between threads.

    Args:
        store: a `Store`, a SQLAlchemy URL, or None for the embedded SQLite store (`~/.headroom/headroom.db`, or what the
            environment names in HEADROOM_STORE). It is opened at first use.
        profile: "safe", "balanced" or "aggressive".
        tools: overrides by tool name: "verbatim", "lossless" or a profile.
        roles: whose text may change; tool results by default.
        keep: literal spans or compiled patterns that must stay byte-exact wherever they occur.
        elide: False allows lossless re-encoding only.
        deadline: seconds for one call; what is not done by then stays as it was.
        compressors: in order of preference, in place of the built-in ones and of those that other distributions
            register under the entry point group `headroom.compressors`.
        gate: what an elision must be worth, retrieval's price counted in; "learned" takes how often texts of a kind were
            fetched back from this store, so that other machines may choose otherwise; None lets any saving do.
        compaction: when old results of a long conversation are reduced; never by default. See `headroom.compaction`.
        text_model: a token classifier on this machine that picks the words of prose that go, as a folder or a `TextModel`;
            by default what the environment names in HEADROOM_TEXT_MODEL, or none. It is opened at the first `compress`,
            which raises ConfigError where that fails. Needs the extra `ml`. See `headroom.text_model`.

    Raises:
        ConfigError: for a setting that cannot be used.
    """

    def __init__(
        self,
        *,
        store: Store | str | None = None,
        profile: str = "safe",
        tools: Mapping[str, str] | None = None,
        roles: Iterable[str] = ("tool",),
        keep: Sequence[str | re.Pattern[str]] = (),
        elide: bool = True,
        deadline: float | None = None,
        compressors: Sequence[Compressor] | None = None,
        gate: Gate | Literal["learned"] | None = _GATE,
        compaction: Compaction | None = None,
        text_model: TextModel | str | Path | None = None,
    ) -> None:
        self._settings = Settings(
            profile=policy.check_profile(profile),
            tools=policy.check_tools(tools),
            roles=check_roles(roles),
            keep=keep_pattern(keep),
            elide=elide,
            deadline=deadline,
            gate=_GATE if gate == "learned" else gate,
        )
        self._learns = gate == "learned"
        self._faults: tuple[str, ...] = ()
        if text_model is not None and compressors is not None:
            raise ConfigError("text_model= goes with the built-in compressors; leave compressors= out")
        self._text_model = None if text_model is None else checked(text_model)
        self._waits_for_model = compressors is None
        if compressors is None:
            compressors, self._faults = with_installed(BUILTIN)
        self._router = ContentRouter(compressors)
        self._lock = Lock()
        self._store = store
        self._compaction = compaction

    @property
    def store(self) -> Store:
        """The store; opened now if it was not."""
        if self._store is None or isinstance(self._store, str):
            with self._lock:
                if self._store is None or isinstance(self._store, str):
                    self._store = open_store(self._store)
        return self._store

    def compress(
        self,
        messages: Sequence[M],
        *,
        model: str | None = None,
        query: str | None = None,
        profile: str | None = None,
        budget: int | None = None,
        tools: Mapping[str, str] | None = None,
        roles: Iterable[str] | None = None,
        keep: Sequence[str | re.Pattern[str]] | None = None,
        elide: bool | None = None,
        deadline: float | None = None,
        bypass: bool = False,
        shape: str | None = None,
        compaction: Compaction | None = None,
        cold: bool = False,
        sent: int = 0,
    ) -> CompressResult[M]:
        """Shorten what an agent reads; the shape of the messages stays as it is and the input is not touched.

        Args:
            messages: OpenAI chat or Anthropic messages, the input of OpenAI's Responses API, or Gemini's contents.
            model: whose tokens to count; never changes what is done.
            profile: as in the settings, for this call; likewise `tools`, `roles`, `keep`, `elide` and `deadline`.
            tools: see `profile`.
            roles: see `profile`.
            keep: see `profile`.
            elide: see `profile`.
            deadline: see `profile`.
            query: what the reader is after. Default: the user's words before each tool result. A query that changes from
                call to call changes what was shown before, and with it the provider's cached prefix.
            budget: tokens that the whole conversation may have. It is fitted anew on each call, so earlier results may
                change; see the cost of that in the documentation.
            bypass: return everything as it is.
            shape: "openai_chat", "openai_responses", "anthropic_messages" or "gemini" where the caller knows; default: what
                the messages themselves tell. Only "openai_responses" also takes a string, and then gives one back.
            sent: so many messages at the front have been sent before. What is not known to have been changed in them then
                stays as it was sent, for the sake of the provider's cache.
            compaction: see `profile`.
            cold: the provider's cache holds nothing of this conversation any more, so compaction costs nothing extra.

        Raises:
            ConfigError: an argument cannot be used.
            MessageFormatError: `messages` is not a list of messages.
            BudgetError: the budget cannot be met.
        """
        counter = tokens.counter_for(model)
        form = wire.detect(messages) if shape is None else wire.named(shape)
        conversation = form.parse(messages)
        settings = self._with(
            query, profile=profile, tools=tools, roles=roles, keep=keep, elide=elide, deadline=deadline, sent=sent
        )
        if bypass:
            blocks = _untouched(conversation, "bypassed")
            same = form.render(messages, {})
            return CompressResult(messages=same, original=messages, blocks=blocks, counter=counter)
        fit: Callable[[Pass, list[Decision]], None] | None = None
        if budget is not None:
            in_all = sum(map(counter.count, texts(messages)))
            limit = check_budget(budget)

            def fit(run: Pass, decisions: list[Decision]) -> None:
                others = in_all - sum(counter.count(d.block.text) for d in decisions)
                _budget.fit(run, decisions, limit, counter.count, others)

        decisions, warnings = self._run(
            conversation, settings, fit, compaction=compaction or self._compaction, cold=cold
        )
        if decisions is None:
            blocks = _untouched(conversation, warnings[-1])
            same = form.render(messages, {})
            return CompressResult(messages=same, original=messages, blocks=blocks, counter=counter, warnings=warnings)
        return CompressResult(
            messages=form.render(messages, changed(decisions)),
            original=messages,
            blocks=tuple(d.report() for d in decisions),
            counter=counter,
            warnings=warnings,
        )

    def compress_text(
        self,
        text: str,
        *,
        tool: str | None = None,
        command: str | None = None,
        path: str | None = None,
        query: str | None = None,
        model: str | None = None,
        profile: str | None = None,
        budget: int | None = None,
        tools: Mapping[str, str] | None = None,
        keep: Sequence[str | re.Pattern[str]] | None = None,
        elide: bool | None = None,
    ) -> TextResult:
        """Shorten one text. `tool`, `command` and `path` say where it comes from, which beats guessing.

        Raises:
            ConfigError: an argument cannot be used.
            BudgetError: the budget cannot be met.
        """
        if not isinstance(text, str):
            raise ConfigError(
                f"text must be a str, not {type(text).__name__}; decode bytes with errors='surrogateescape'"
            )
        counter = tokens.counter_for(model)
        settings = self._with(None, profile=profile, tools=tools, roles=("tool",), keep=keep, elide=elide)
        hint = Hint(tool=tool, command=command, path=path, query=query)
        block = Block(text=text, role="tool", hint=hint)
        conversation = Conversation(messages=(Message(role="tool", blocks=(block,)),))
        fit: Callable[[Pass, list[Decision]], None] | None = None
        if budget is not None:
            limit = check_budget(budget)

            def fit(run: Pass, decisions: list[Decision]) -> None:
                _budget.fit(run, decisions, limit, counter.count, 0)

        decisions, warnings = self._run(conversation, settings, fit)
        if decisions is None:
            (report,) = _untouched(conversation, warnings[-1])
            return TextResult(text=text, original=text, block=report, counter=counter, warnings=warnings)
        return TextResult(
            text=decisions[0].text,
            original=text,
            block=decisions[0].report(),
            counter=counter,
            warnings=warnings,
        )

    def compress_texts(
        self,
        texts: Sequence[str],
        *,
        query: str | None = None,
        model: str | None = None,
        profile: str | None = None,
        budget: int | None = None,
        keep: Sequence[str | re.Pattern[str]] | None = None,
        elide: bool | None = None,
        deadline: float | None = None,
    ) -> list[TextResult]:
        """Shorten what was retrieved for one query, together: a passage must be worth its place among all the texts.

        One result per text, in order; none refers to another, so each may end up in a prompt of its own. `budget` is that
        of all of them: what the query needs most fills it, and a text of which nothing fits comes back empty, with its
        `id`. What is chosen of a text depends on the others, so this is for passages that are read once; tool results of a
        conversation go through `compress`.

        Raises:
            ConfigError: an argument cannot be used.
            BudgetError: the budget cannot be met.
        """
        if isinstance(texts, str) or not all(isinstance(text, str) for text in texts):
            raise ConfigError("texts must be a list of str; for one text there is compress_text")
        counter = tokens.counter_for(model)
        settings = self._with(query, profile=profile, roles=("user",), keep=keep, elide=elide, deadline=deadline)
        # As a user's: a tool's result may be answered by a reference to another one.
        messages = tuple(
            Message(role="user", blocks=(Block(text=text, role="user", path=(n,)),)) for n, text in enumerate(texts)
        )
        limit = None if budget is None else check_budget(budget)

        kept: dict[int, tuple[str, tuple[Span, ...]]] = {}
        empty: set[int] = set()

        def fit(run: Pass, decisions: list[Decision]) -> None:
            shown = _together.fit(run, decisions)
            if limit is not None and sum(counter.count(d.text) for d in decisions) > limit:
                filled = _together.fill(run, decisions, limit, counter.count)
                if filled is not None:
                    shown = filled.spans
                    empty.update(filled.left_out)
            kept.update((n, (decisions[n].body, spans)) for n, spans in shown.items())
            if limit is not None and not empty:
                _budget.fit(run, decisions, limit, counter.count, 0)

        conversation = Conversation(messages=messages)
        decisions, warnings = self._run(conversation, settings, fit if limit or _together.may(settings) else None)
        if decisions is None:
            return [
                TextResult(text=text, original=text, block=report, counter=counter, warnings=warnings)
                for text, report in zip(texts, _untouched(conversation, warnings[-1]), strict=True)
            ]
        return [
            TextResult(
                text="" if n in empty and decision.id is not None else decision.text,
                original=decision.block.text,
                block=decision.report(),
                counter=counter,
                warnings=warnings,
                kept=kept[n][1] if n in kept and kept[n][0] == decision.body else None,
            )
            for n, decision in enumerate(decisions)
        ]

    def retrieve(
        self,
        id: str,  # the word that markers and the tool use
        *,
        lines: str | None = None,
        grep: str | None = None,
        query: str | None = None,
        fields: Sequence[str] | None = None,
        rows: str | None = None,
        max_tokens: int | None = None,
    ) -> Retrieved:
        """A slice of an original, or the whole of it, exactly, when nothing is asked for in particular.

        A slice opens with a line that says what it is of how much, and how to get the next part.

        Raises:
            UnknownIdError: never stored here. ExpiredIdError: stored once, removed since. Neither is worth a retry.
            SliceError: the slice cannot be understood.
            StoreError: the store cannot be read.
        """
        text = self.store.get(id)
        if max_tokens is None and not any((lines, grep, query, fields, rows)):
            found = Retrieved.whole(text)
        else:
            found = Retrieved.of(
                retrieval.cut(
                    text,
                    id=id,
                    lines=lines,
                    grep=grep,
                    query=query,
                    fields=fields,
                    rows=rows,
                    max_tokens=max_tokens,
                    count=tokens.counter_for(None).count,
                )
            )
        self._record_retrieval(id, len(text), len(found))
        return found

    async def acompress(self, messages: Sequence[M], **options: Any) -> CompressResult[M]:
        """`compress` in a worker thread: the event loop goes on."""
        return await asyncio.to_thread(lambda: self.compress(messages, **options))

    async def acompress_text(self, text: str, **options: Any) -> TextResult:
        """`compress_text` in a worker thread."""
        return await asyncio.to_thread(lambda: self.compress_text(text, **options))

    async def acompress_texts(self, texts: Sequence[str], **options: Any) -> list[TextResult]:
        """`compress_texts` in a worker thread."""
        return await asyncio.to_thread(lambda: self.compress_texts(texts, **options))

    async def aretrieve(self, id: str, **options: Any) -> Retrieved:  # as in `retrieve`
        """`retrieve` in a worker thread."""
        return await asyncio.to_thread(lambda: self.retrieve(id, **options))

    def close(self) -> None:
        """Give back the store's connections."""
        if self._store is not None and not isinstance(self._store, str):
            self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(
        self,
        conversation: Conversation,
        settings: Settings,
        fit: Callable[[Pass, list[Decision]], None] | None,
        *,
        compaction: Compaction | None = None,
        cold: bool = False,
    ) -> tuple[list[Decision] | None, tuple[str, ...]]:
        """The pass, with every unforeseen fault turned into the untouched original and a reason."""
        try:
            run = Pass(settings, self.store, self._router, fit)
            if compaction is not None and fit is None:
                run = CompactingPass(settings, self.store, self._router, compaction, cold=cold)
            decisions = run.run(conversation)
        except StoreError as error:
            return None, (f"the store failed: {error}",)
        except HeadroomError:
            raise
        except Exception as error:  # noqa: BLE001  # fail towards the original: counted, and visible in the result
            reason = f"{type(error).__name__}: {error}"
            self._record(Event(name="fault", reason=reason[:200]))
            return None, (f"an unforeseen fault, please report it: {reason}",)
        return decisions, (*self._faults, *run.warnings)

    def _record_retrieval(self, id: str, before: int, after: int) -> None:
        """With the kind of the text, so that a gate can learn which kinds are fetched back."""
        try:
            kind = self.store.info(id).kind
        except (RetrievalError, StoreError):  # it expired a moment ago, or the store failed
            kind = ""
        self._record(Event(name="retrieve", kind=kind, blocks=1, chars_before=before, chars_after=after))

    def _record(self, event: Event) -> None:
        """Events are for statistics: a store that cannot take one must not fail the caller, who gets his text."""
        try:
            self.store.record([event])
        except StoreError:
            self.lost_events += 1

    lost_events = 0
    """Events that could not be recorded because the store failed."""

    def _with(self, query: str | None, **given: Any) -> Settings:
        """The settings with those of one call put over them; None means "not given"."""
        checks: dict[str, Callable[[Any], Any]] = {
            "profile": policy.check_profile,
            "tools": policy.check_tools,
            "roles": check_roles,
            "keep": keep_pattern,
        }
        changes = {k: checks[k](v) if k in checks else v for k, v in given.items() if v is not None}
        if self._learns:
            self._learn()
        if self._waits_for_model:
            self._open_text_model()
        return replace(self._settings, query=query, **changes)

    def _open_text_model(self) -> None:
        """Open the model of the settings or of the environment, where there is one; once per engine.

        Raises:
            ConfigError: it cannot be opened.
        """
        with self._lock:
            named = config.text_model()
            model = self._text_model or (TextModel(named) if named else None)
            if self._waits_for_model and model is not None:
                digest = opened(model).digest
                self._router = ContentRouter(with_installed(builtin(model))[0])
                self._settings = replace(self._settings, text_model=digest)
            self._waits_for_model = False

    def _learn(self) -> None:
        """Rates for the gate from the store's events, once per engine. A store that fails is said with the result."""
        self._learns = False
        counts: dict[str, list[int]] = {}
        try:
            for _, event in self.store.events():
                if event.kind and event.name in ("compress", "retrieve"):
                    counts.setdefault(event.kind, [0, 0])[event.name == "retrieve"] += event.blocks
        except StoreError as error:
            self._faults += (f"the gate learnt nothing: {error}",)
            return
        rates = learned((kind, shortened, fetched) for kind, (shortened, fetched) in counts.items())
        self._settings = replace(self._settings, gate=replace(_GATE, rates=rates))


def open_store(url: str | None = None) -> CCRStore:
    """The store at a SQLAlchemy URL, or the embedded one. SQLAlchemy is imported here, where it is first needed."""
    from headroom.store.sql import CCRStore  # noqa: PLC0415  # heavy: not before somebody needs a store

    return CCRStore.from_url(url or config.store_url(), key=config.store_key())


def _untouched(conversation: Conversation, reason: str) -> tuple[BlockReport, ...]:
    return tuple(
        BlockReport(
            path=block.path,
            role=block.role,
            tool=block.hint.tool,
            action="unchanged",
            reason=reason,
            chars_before=len(block.text),
            chars_after=len(block.text),
        )
        for message in conversation.messages
        for block in message.blocks
    )
