"""Fit a conversation into a token budget.

A budget is a promise: after `fit` the conversation has at most that many tokens, or BudgetError says what stands in the
way. The largest results give first, down to one common level, so that no small one pays for a big one. Works on the
decisions of a `Pass`; below stand the router and the excerpt.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from typing import Any

from headroom._decision import Decision
from headroom._pass import Pass
from headroom.compressors._api import Effort, Limits, Room
from headroom.compressors._excerpt import excerpt
from headroom.compressors._router import Routed
from headroom.exceptions import BudgetError
from headroom.messages import Hint

_HEADER = 60  # tokens that a marker may take
_MARKER = 44  # those that it takes without a note
_SLACK = 6  # tokens that may be left
_LITTLE = 280  # tokens in which those of a marker are missed
_TRIES = 4
_LEAST = 24
_ROUNDS = 6


def fit(run: Pass, decisions: Sequence[Decision], budget: int, count: Callable[[str], int], others: int) -> None:
    """Shorten decisions until their tokens and the `others` (tokens of all text that is in no block) fit `budget`.

    Raises:
        BudgetError: the budget cannot be met; names the largest texts that may not be shortened further.
    """
    sizes = {id(d): count(d.text) for d in decisions}
    total = others + sum(sizes.values())
    givers = [d for d in decisions if _may_give(d)]
    if total <= budget:
        _spend(run, givers, sizes, budget - total, count)
        return
    for _ in range(_ROUNDS):
        if total <= budget:
            return
        level = _level([sizes[id(d)] for d in givers], total - budget)
        before = total
        for decision in givers:
            if sizes[id(decision)] > level:
                shrink(run, decision, level, count)
                now = count(decision.text)
                total += now - sizes[id(decision)]
                sizes[id(decision)] = now
        if total == before:
            break
    if total > budget:
        raise BudgetError(_why(decisions, sizes, budget, others))


def _may_give(decision: Decision) -> bool:
    return decision.key is not None and not decision.verdict.verbatim and not decision.decided


def _level(sizes: list[int], over: int) -> int:
    """The size to which all larger ones must go so that `over` tokens are saved; at least `_LEAST`."""
    ordered = sorted(sizes, reverse=True)
    saved = 0
    for index, size in enumerate(ordered):
        following = ordered[index + 1] if index + 1 < len(ordered) else 0
        step = (size - following) * (index + 1)
        if saved + step >= over:
            return max(_LEAST, size - -(-(over - saved) // (index + 1)))
        saved += step
    return _LEAST


def shrink(run: Pass, decision: Decision, level: int, count: Callable[[str], int]) -> None:
    """First all that the compressor of this kind can leave out, then the evidence lines that fit."""
    text, hint = decision.block.text, decision.block.hint
    hint = run.asked(hint)
    if not run.settings.elide:
        return
    if _filled(run, decision, hint, level, count):
        return
    limits = Limits(effort=Effort.STRONG, keep=run.settings.keep)
    room = max(1, level - _HEADER)
    for _ in range(3):
        rendition = excerpt(text, hint, limits, room, count)
        run.take(decision, Routed(rendition=rendition, name="Excerpt", kind="excerpt"))
        over = count(decision.text) - level
        if over <= 0 or room == 1:
            break
        room = max(1, room - over)


def _spend(
    run: Pass, givers: Sequence[Decision], sizes: dict[int, int], left: int, count: Callable[[str], int]
) -> None:
    """Where a profile leaves out more than the budget asks for, what is left of it goes to what was left out.

    A budget in which the originals would fit asks for nothing: then the profile alone decides.
    """
    if not run.settings.elide or sum(count(d.block.text) - sizes[id(d)] for d in givers) <= left:
        return
    cut = [d for d in givers if d.kind == "prose" and not d.lossless]
    for number, decision in enumerate(cut):
        share = left // (len(cut) - number)
        if share > _SLACK:
            _filled(run, decision, run.asked(decision.block.hint), sizes[id(decision)] + share, count)
        left -= count(decision.text) - sizes[id(decision)]


def _filled(run: Pass, decision: Decision, hint: Hint, level: int, count: Callable[[str], int]) -> bool:
    """Whether the compressor of this kind could fit the text to the level; it then knows best what to show."""
    text, before = decision.block.text, replace(decision)
    room, memo = level - _MARKER, dict[str, Any]()
    fitting: Routed | None = None
    last = text
    for _ in range(_TRIES):
        wish = Room(tokens=max(1, room), count=count, memo=memo)
        routed = run.route(text, hint, decision.verdict, Effort.STRONG, wish)
        if routed.rendition.text in {text, last}:
            break
        last = routed.rendition.text
        _take(run, decision, routed, level)
        left = level - count(decision.text)
        grown = fitting is not None
        if left >= 0:
            fitting = routed
        if grown or 0 <= left <= _SLACK:
            break
        room += left
    if fitting is None:
        for item in fields(decision):
            setattr(decision, item.name, getattr(before, item.name))
        return False
    _take(run, decision, fitting, level)
    return True


def _take(run: Pass, decision: Decision, routed: Routed, level: int) -> None:
    """As the pass does, with a short marker in little room."""
    run.take(decision, routed)
    if level < _LITTLE:
        decision.shorten_marker()


def _why(decisions: Sequence[Decision], sizes: dict[int, int], budget: int, others: int) -> str:
    total = others + sum(sizes.values())
    stuck = sorted((d for d in decisions if not _may_give(d)), key=lambda d: -sizes[id(d)])[:3]
    parts = [f"{sizes[id(d)]:,} in {d.block.role} text at {list(d.block.path)} ({d.reason or 'kept'})" for d in stuck]
    least = sum(sizes[id(d)] for d in decisions if _may_give(d))
    return (
        f"budget={budget:,} tokens cannot be met: {total:,} remain. Results that may be shortened are down to {least:,};"
        f" {others:,} are tool calls and other parts; not to be shortened: {'; '.join(parts) or 'nothing'}."
        " Raise the budget, or allow more roles or tools to change."
    )
