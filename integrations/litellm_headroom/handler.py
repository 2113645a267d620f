"""`HeadroomCallback`: LiteLLM's calls carry shorter tool results, and get back what the model asks for.

LiteLLM calls it at four places:

- `async_pre_call_deployment_hook`, before each asynchronous call: chat, responses (also synchronous ones, from 1.95 on),
  Anthropic messages, each also through a Router and the proxy. It returns new arguments and never touches the old ones.
- `async_should_run_agentic_loop` and `async_build_agentic_loop_plan`, after it: a call of `headroom_retrieve` is answered
  here, and LiteLLM sends the conversation again. Only where the installed LiteLLM does that is the tool offered, and only
  where it is offered is anything left out.
- `log_pre_api_call`, before a synchronous chat completion: the provider's body is all that can still be changed then.
- `async_pre_call_hook`, before the proxy passes a request through to a provider.

Nothing that goes wrong here reaches the caller: the request goes out as it came, and the fault is counted.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from re import Pattern
from typing import Any

from litellm.integrations.custom_logger import CustomLogger

from headroom.api import engine_of
from headroom.engine import Headroom
from headroom.markers import TOOL_NAME
from headroom.store._api import Store
from litellm_headroom import _loop
from litellm_headroom._engine import FAULTS, Settings
from litellm_headroom._requests import Outcome, Savings, compress, is_bypassed, with_savings, worth_a_look
from litellm_headroom._shapes import ANTHROPIC, BY_CALL_TYPE, CHAT, RESPONSES, Shape, shape_of
from litellm_headroom._tool import answer, is_ours, is_retrieve, name_of

__all__ = ["HeadroomCallback", "callback"]

_MOST_TOOLS = 128  # OpenAI's limit
_MOST_TOLD = 1000
_SYNCHRONOUS = ("completion", "responses")
_BODIES = (("messages", None), ("input", "openai_responses"), ("contents", "gemini"))

by_hand: ContextVar[bool] = ContextVar("headroom_by_hand", default=False)
"""Set while `litellm_headroom.completion` calls LiteLLM: it has done everything already."""
_hold: ContextVar[bool] = ContextVar("headroom_hold", default=True)
"""Whether an Anthropic stream of this task must be held back, because the model may ask for a slice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Arguments of a call with everything in place; `hidden` as in `Outcome`, `offered` says that our tool is in it."""

    kwargs: dict[str, Any]
    savings: Savings | None
    hidden: bool
    offered: bool


class HeadroomCallback(CustomLogger):
    """`litellm.callbacks = [HeadroomCallback()]`, or `["headroom"]` for one with default settings.

    Args:
        engine: the engine; or `store`, a store or its URL. Default: the embedded store.
        store: see `engine`.
        retrieve: False offers no `headroom_retrieve`. Then nothing is left out, unless `elide=True` says that the model
            has another way to it.
        streams: False leaves streams alone as to retrieval: they are sent on as they come, and nothing is left out of what
            the model reads. True answers `headroom_retrieve` in them too; such a stream starts when the answer is complete.
        profile: "safe", "balanced" or "aggressive"; None means: as the engine has it. Likewise `tools`, `keep`, `elide` and
            `deadline` (in seconds, for the compression of one request).
        tools: rules by tool name: "verbatim", "lossless" or a profile.
        keep: spans that stay byte-exact.
        elide: False leaves nothing out; True leaves out even where the tool cannot be offered.
        deadline: see `profile`.

    Raises:
        ConfigError: a setting cannot be used.
    """

    def __init__(
        self,
        *,
        engine: Headroom | None = None,
        store: Store | str | None = None,
        retrieve: bool = True,
        streams: bool = True,
        profile: str | None = None,
        tools: Mapping[str, str] | None = None,
        keep: Sequence[str | Pattern[str]] | None = None,
        elide: bool | None = None,
        deadline: float | None = None,
    ) -> None:
        super().__init__()
        self._engine = None if engine is None and store is None else engine_of(engine, store)
        self._settings = Settings(profile=profile, tools=tools, keep=keep, elide=elide, deadline=deadline)
        self._settings.check(self._engine)
        self._retrieve = retrieve and elide is not False
        self.streams = streams
        self._told: OrderedDict[str, Savings] = OrderedDict()

    @property
    def engine(self) -> Headroom:
        """The engine; without one and without a store, that of the store which the environment names now."""
        return self._engine if self._engine is not None else engine_of(None, None)

    @property
    def server_fulfilled_tool_names(self) -> frozenset[str]:  # type: ignore[override]  # LiteLLM only reads it
        """Tools that LiteLLM must not let through to the reader of an Anthropic stream."""
        return frozenset({TOOL_NAME}) if _hold.get() else frozenset()

    # ---------------------------------------------------------------------------------------------- LiteLLM calls

    async def async_pre_call_deployment_hook(self, kwargs: dict[str, Any], call_type: Any) -> dict[str, Any] | None:
        """The arguments of the call with shorter texts, and with the tool where its calls can be answered."""
        call_type = getattr(call_type, "value", call_type)
        shape = BY_CALL_TYPE.get(call_type)
        if shape is None or kwargs.get("_agentic_loop_depth"):  # that one carries a slice: it goes out as it is
            return None
        _hold.set(True)
        try:
            if is_bypassed(kwargs) or not _found(shape, kwargs):
                return None
            answers = _loop.AVAILABLE and (self.streams or not kwargs.get("stream"))
            if worth_a_look(kwargs[shape.key]):
                prepared = await asyncio.to_thread(self.prepare, shape, kwargs, answers=answers)
            else:
                prepared = self.prepare(shape, kwargs, answers=answers)
            _hold.set(prepared.hidden)
            if prepared.savings is not None:
                self._tell(str(kwargs.get("litellm_call_id")), prepared.savings)
            return _sent(shape, prepared)
        except Exception as error:  # noqa: BLE001  # fail towards the original: logged, and counted
            FAULTS.unforeseen(error, self._engine)
            return None

    async def async_should_run_agentic_loop(  # noqa: PLR0917  # as LiteLLM has it
        self,
        response: Any,
        model: str,
        messages: Any,
        tools: Any,
        stream: bool,
        custom_llm_provider: str,
        kwargs: Any,
    ) -> tuple[bool, dict[str, Any]]:
        """Whether the response calls our tool. Calls carry their ids, so that no two of them look the same."""
        if not any(map(is_ours, tools or ())) or (stream and not _hold.get()):
            return False, {}
        shape = shape_of(response)
        calls = shape.calls(response) if shape is not None else []
        found = [{"id": call.id, "name": TOOL_NAME, "arguments": call.arguments} for call in calls]
        return bool(found), {"tool_calls": found} if found else {}

    async def async_build_agentic_loop_plan(  # noqa: PLR0917  # as LiteLLM has it
        self,
        tools: Any,
        model: str,
        messages: Any,
        response: Any,
        anthropic_messages_provider_config: Any,
        anthropic_messages_optional_request_params: Any,
        logging_obj: Any,
        stream: bool,
        kwargs: Any,
    ) -> Any:
        """The next request: the conversation, what the model said, and the slices that it asked for."""
        shape = shape_of(response)
        assert shape is not None  # the gate has found calls in it
        params = dict(anthropic_messages_optional_request_params or {})
        try:
            calls = shape.calls(response)
            slices = [await asyncio.to_thread(answer, self.engine, call.arguments) for call in calls]
            following = shape.exchange(response, calls, slices, stored=params.get("store") is not False)
            return _loop.plan(shape, model, [*messages, *following], params, kwargs)
        finally:
            # Should anything fail from here on, LiteLLM hands out this response: without calls that nobody can answer.
            shape.strip(response)

    def log_pre_api_call(self, model: str, messages: Any, kwargs: dict[str, Any]) -> None:
        """Shorten the body of a synchronous call without loss: LiteLLM answers no tool call in it. And tell the logs what
        was saved: some calls take over no metadata from the hook before."""
        if by_hand.get():
            return
        try:
            given = kwargs.get("litellm_params")
            params = given if isinstance(given, dict) else {}
            body = (kwargs.get("additional_args") or {}).get("complete_input_dict")
            savings = self._told.pop(str(kwargs.get("litellm_call_id")), None)
            synchronous = savings is None and kwargs.get("call_type") in _SYNCHRONOUS
            if synchronous and isinstance(body, dict) and not is_bypassed(params):
                savings = self._shorten_body(body)
            if savings is not None:
                params["metadata"] = with_savings(params.get("metadata"), savings)
        except Exception as error:  # noqa: BLE001  # fail towards the original: logged, and counted
            FAULTS.unforeseen(error, self._engine)

    async def async_pre_call_hook(  # on the class itself: LiteLLM's proxy looks nowhere else
        self, user_api_key_dict: Any, cache: Any, data: dict[str, Any], call_type: str
    ) -> dict[str, Any] | None:
        """Shorten what the proxy passes through to a provider, without loss. Other calls get their turn later."""
        if call_type != "pass_through_endpoint" or is_bypassed(data):
            return None
        try:
            body = dict(data)
            savings = await asyncio.to_thread(self._shorten_body, body)
            return None if savings is None else body
        except Exception as error:  # noqa: BLE001  # fail towards the original: logged, and counted
            FAULTS.unforeseen(error, self._engine)
            return None

    # ------------------------------------------------------------------------------------------------------ the work

    def prepare(self, shape: Shape, kwargs: Mapping[str, Any], *, answers: bool) -> Prepared:
        """The arguments of a call with shorter texts; `answers` says that a call of our tool would be answered.

        The tool is offered from the first request on that has tools, so that the list of tools stays the same.
        """
        tools = list(kwargs.get("tools") or ())
        others = [tool for tool in tools if not is_ours(tool)]
        theirs = any(map(is_retrieve, others))
        taken = theirs or any(name_of(tool) == TOOL_NAME for tool in others)
        offered = self._retrieve and answers and not taken and _may_offer(shape, kwargs, tools)
        outcome = self._shorten(kwargs[shape.key], shape, theirs or offered)
        # What went out with an earlier request is at the provider's.
        hidden = outcome.hidden or bool(kwargs.get("previous_response_id"))
        changes: dict[str, Any] = {} if outcome.rows is None else {shape.key: outcome.rows}
        if offered and (tools or hidden) and not any(map(is_ours, tools)):
            changes["tools"] = [*tools, dict(shape.tool)]
        ours = any(map(is_ours, changes.get("tools", tools)))
        return Prepared(kwargs={**kwargs, **changes}, savings=outcome.savings, hidden=hidden and ours, offered=ours)

    def _shorten(self, rows: Any, shape: Shape, retrievable: bool) -> Outcome:
        elide = None if retrievable or self._settings.elide else False
        # Chat messages may hold blocks of Anthropic's: what they are is told by their content.
        wire = shape.wire if shape is RESPONSES else None
        return compress(self.engine, self._settings, rows, elide=elide, wire=wire)

    def _tell(self, call_id: str, savings: Savings) -> None:
        """Keep savings for `log_pre_api_call`, which may never come."""
        self._told[call_id] = savings
        while len(self._told) > _MOST_TOLD:
            self._told.popitem(last=False)

    def _shorten_body(self, body: dict[str, Any]) -> Savings | None:
        """Put shorter texts into a provider's body: its lists are replaced, none of them is changed."""
        tools = body.get("tools") or ()
        if any(map(is_ours, tools)):
            return None  # the hook before has been here
        theirs = any(map(is_retrieve, tools))
        elide = None if theirs or self._settings.elide else False
        for key, wire in _BODIES:
            if isinstance(body.get(key), list):
                outcome = compress(self.engine, self._settings, body[key], elide=elide, wire=wire)
                if outcome.rows is not None:
                    body[key] = outcome.rows
                return outcome.savings
        return None


def _found(shape: Shape, kwargs: Mapping[str, Any]) -> bool:
    """Whether the conversation is there to be changed; LiteLLM shows arguments to its callbacks by name only."""
    if isinstance(kwargs.get(shape.key), list if shape is not RESPONSES else (list, str)):
        return True
    if shape.key not in kwargs and "prompt" not in kwargs:
        FAULTS.note(f"{shape.key} was passed by position, where LiteLLM shows it to no callback: pass {shape.key}=")
    return False


def _may_offer(shape: Shape, kwargs: Mapping[str, Any], tools: Sequence[Any]) -> bool:
    """Whether one more tool, and a second request, can do no harm to this call."""
    if (kwargs.get("n") or 1) != 1 or kwargs.get("functions") or len(tools) >= _MOST_TOOLS:
        return False
    if kwargs.get("background") or kwargs.get("conversation") or kwargs.get("max_agentic_loops") == 0:
        return False  # a second request would be stored in the conversation again
    choice = kwargs.get("tool_choice")
    if choice in ("none", shape.no_tools):
        return False
    if not tools:
        return not kwargs.get("response_format")
    # Some providers refuse functions next to tools of their own.
    return shape is ANTHROPIC or any(name_of(tool) for tool in tools)


def _sent(shape: Shape, prepared: Prepared) -> dict[str, Any]:
    """What LiteLLM gets: savings where it looks for them, and a stream that waits where a slice may be asked for."""
    kwargs = dict(prepared.kwargs)
    if prepared.savings is not None:
        # Chat keeps what the caller calls metadata; elsewhere that is a parameter of the provider.
        key = (
            "metadata" if shape is CHAT and not isinstance(kwargs.get("litellm_metadata"), dict) else "litellm_metadata"
        )
        kwargs[key] = with_savings(kwargs.get(key), prepared.savings)
    if prepared.offered:
        kwargs.setdefault("max_agentic_loops", _loop.ROUNDS)
        if prepared.hidden and kwargs.get("stream") and shape is not ANTHROPIC:
            kwargs["stream"] = False
            kwargs[_loop.CONVERTED] = True
            if shape is RESPONSES:  # of chat LiteLLM itself takes them out, and needs them for the stream that it makes
                kwargs.pop("stream_options", None)
    return kwargs


callback = HeadroomCallback()
"""The callback that the name "headroom" stands for, with default settings."""
