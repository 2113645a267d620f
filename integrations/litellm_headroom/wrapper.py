"""`completion`: a synchronous chat completion with everything, where LiteLLM has no hook that could do it.

It shortens the messages, offers `headroom_retrieve`, answers its calls and asks again, until the model says something to
the caller. In a stream what the model says is passed on as it comes; only tool calls wait until they are complete.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import litellm

from litellm_headroom import _loop
from litellm_headroom._engine import FAULTS
from litellm_headroom._requests import is_bypassed, with_savings
from litellm_headroom._shapes import CHAT, get
from litellm_headroom._tool import answer, is_ours
from litellm_headroom.handler import HeadroomCallback, by_hand
from litellm_headroom.handler import callback as default

__all__ = ["completion"]


def completion(
    model: str,
    messages: Sequence[Any],
    *,
    headroom: HeadroomCallback | None = None,
    via: Callable[..., Any] | None = None,
    **kwargs: Any,
) -> Any:
    """`litellm.completion` with shorter tool results. Arguments, answers and errors are LiteLLM's.

    `headroom` is the callback of which the settings hold (default: the one that the name "headroom" stands for), `via` the
    function to call, such as `router.completion`. With `stream=True` the chunks come from an iterator of ours.
    """
    callback = headroom if headroom is not None else default
    call = via if via is not None else litellm.completion
    request: dict[str, Any] = {**kwargs, "model": model, "messages": messages}
    try:
        if not is_bypassed(request):
            prepared = callback.prepare(CHAT, request, answers=callback.streams or not kwargs.get("stream"))
            request = prepared.kwargs
            if prepared.savings is not None:
                request["metadata"] = with_savings(request.get("metadata"), prepared.savings)
    except Exception as error:  # noqa: BLE001  # fail towards the original: logged, and counted
        FAULTS.unforeseen(error, callback.engine)
    if request.get("stream"):
        return _streamed(callback, call, request)
    for left in reversed(range(_loop.ROUNDS + 1)):
        response = _call(call, request)
        following = _following(callback, request, response)
        if not following:
            break
        request = _next(request, following, left)
    return response


def _call(call: Callable[..., Any], request: dict[str, Any]) -> Any:
    token = by_hand.set(True)
    try:
        return call(**request)
    finally:
        by_hand.reset(token)


def _following(callback: HeadroomCallback, request: dict[str, Any], response: Any) -> list[Any]:
    """What the model said and the slices that it asked for; nothing where it did not ask, or we did not offer."""
    calls = CHAT.calls(response) if any(map(is_ours, request.get("tools") or ())) else []
    if not calls:
        return []
    slices = [answer(callback.engine, one.arguments) for one in calls]
    return CHAT.exchange(response, calls, slices, stored=True)


def _next(request: dict[str, Any], following: list[Any], left: int) -> dict[str, Any]:
    """The request after this one; the last that is allowed offers the tool no more."""
    changes: dict[str, Any] = {"messages": [*request["messages"], *following]}
    if left <= 1:
        others = [tool for tool in request["tools"] if not is_ours(tool)]
        changes |= {"tools": others} if others else {"tool_choice": CHAT.no_tools}
    return {**request, **changes}


def _streamed(callback: HeadroomCallback, call: Callable[..., Any], request: dict[str, Any]) -> Iterator[Any]:
    for left in reversed(range(_loop.ROUNDS + 1)):
        held: list[Any] = []
        for chunk in _call(call, request):
            if held or _calls_a_tool(chunk):
                held.append(chunk)
            else:
                yield chunk
        whole = litellm.stream_chunk_builder(held, messages=list(request["messages"])) if held else None
        following = _following(callback, request, whole) if whole is not None else []
        if not following:
            yield from held
            return
        request = _next(request, following, left)


def _calls_a_tool(chunk: Any) -> bool:
    return any(get(get(choice, "delta"), "tool_calls") for choice in get(chunk, "choices") or ())
