"""What is remembered of an answer for the requests that follow it: calls of our tool that stood beside the client's own.

The client gets its own calls only. When it sends that turn back, our calls and their results are put where the model made
them, so that it reads its slice, and every later request has the same bytes there, whoever sends it. A call is kept in the
ledger under the turn's first call of the client, the beginning of the conversation and the number of such turns before, and
leaves together with the original that it reads; it is put back only where that original is shown. Some providers have ids
like `call_0` and some none, so several turns may have one name; `_SLOTS` of them are told apart by what they read. Also
remembered is which id the provider keeps an answer under, where clients may have seen another one. Above stand `_rounds`,
which keeps, and `_shorten`, which puts back; below the dialects and the store.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from headroom.engine import Headroom
from headroom.messages import Path
from headroom.proxy import _splice
from headroom.proxy._splice import Edit
from headroom.proxy._tool import Slice
from headroom.proxy._turns import Call, Dialect, Place, SentTurn, Turn, dumps
from headroom.store._api import Entry, Projection, content_id

_KIND = "call"
_SLOTS = 8
_PREVIOUS = "previous_response_id"
_WORDS = ("content", "parts", "text")  # fields in which a user's words stand, in any shape


@dataclass(frozen=True, slots=True)
class PutBack:
    """A request with what was remembered: its text, the calls that stand in it again, and those that could not."""

    source: str
    calls: int = 0
    lost: int = 0


@dataclass(slots=True)
class _Inserts:
    """What is to stand before, behind and in place of the values at some paths of a request."""

    before: defaultdict[Path, list[str]] = field(default_factory=lambda: defaultdict(list))
    behind: defaultdict[Path, list[str]] = field(default_factory=lambda: defaultdict(list))
    instead: dict[Path, str] = field(default_factory=dict)

    def into(self, source: str) -> str:
        paths = {*self.before, *self.behind, *self.instead}
        edits: list[Edit] = []
        for path, (start, end) in _splice.spans(source, paths).items():
            edits += [Edit(start, start, f"{item},") for item in self.before.get(path, ())]
            if path in self.instead:
                edits.append(Edit(start, end, self.instead[path]))
            edits += [Edit(end, end, f",{item}") for item in self.behind.get(path, ())]
        return _splice.splice(source, edits)


def is_sound(call: Call, *, ids: bool, alone: bool) -> bool:
    """Whether a call may stand in requests for good: one that no provider would refuse. Where the provider itself keeps it,
    it does in any case, and must get an answer."""
    if alone:
        return bool(call.id)
    arguments = call.arguments
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments)
        except (ValueError, RecursionError):
            return False
    return isinstance(arguments, dict) and bool(call.id or not ids)


def keep(
    engine: Headroom,
    dialect: Dialect,
    turn: Turn,
    found: Sequence[tuple[Call, Slice]],
    messages: Sequence[Any],
    *,
    alone: bool,
) -> None:
    """Remember the calls of `turn`, which answers `messages`, and what each has got. `alone`: the provider keeps the answer,
    so the client may send its results without the turn.

    Raises:
        StoreError: the store cannot be written.
    """
    earlier = sum(sent.anchor == turn.anchor for sent in dialect.turns(messages))
    keys = [_key(dialect, _begin(messages), turn.anchor, earlier)]
    if alone:
        keys.append(_key(dialect, "", turn.anchor, 0))
    places = [(key, _free(engine, key)) for key in keys]
    at = {part.call.source: n for n, part in enumerate(turn.parts) if part.call is not None}
    names = [part.name for part in turn.parts]
    entries = []
    for n, (call, slice_) in enumerate(found):
        here = at[call.source]
        record = dumps(
            {
                "of": len(found),
                "call": call.source,
                "result": dialect.result(call, slice_),
                "behind": [name for name in reversed(names[:here]) if name],
                "before": [name for name in names[here:] if name],
                "reads": slice_.id,
            }
        )
        name, original = (slice_.id, None) if slice_.id else (content_id(record), record)
        entries += [
            Entry(key=_slot(key, slot, n), id=name, original=original, visible=record, kind=_KIND)
            for key, slot in places
        ]
    engine.store.save(entries)


def rename(engine: Headroom, first: str, last: str) -> None:
    """Remember that the answer which began as `first` is kept as `last`. Raises StoreError."""
    engine.store.save([Entry(key=_answer(first), id=content_id(last), original=last, visible=last, kind="answer")])


def put_back(engine: Headroom, dialect: Dialect, source: str, body: Mapping[str, Any]) -> PutBack:
    """The request with the calls that stood beside the client's own, and with the id that its last answer is kept under.
    `body` is the request as the client sent it, `source` the one that is sent, in which texts may be shorter.

    Raises:
        StoreError: the store cannot be read.
    """
    messages = body.get(dialect.field)
    turns = _keyed(dialect, messages) if isinstance(messages, list) else {}
    previous = body.get(_PREVIOUS)
    asked = [_slot(key, 0) for key in turns]
    if isinstance(previous, str):
        asked.append(_answer(previous))
    known = engine.store.projections(asked) if asked else {}
    inserts, calls, lost = _Inserts(), 0, 0
    if isinstance(previous, str) and (renamed := known.get(_answer(previous))) is not None:
        inserts.instead[_PREVIOUS,] = dumps(renamed.visible)
    for key, turn in turns.items():
        if _slot(key, 0) in known:
            records = _records(engine, key, source if turn.first is not None else None)
            placed = sum(_place(dialect, turn, record, inserts) for record in records)
            calls += placed
            lost += max(len(records), 1) - placed
    return PutBack(inserts.into(source) if calls or inserts.instead else source, calls, lost)


def _records(engine: Headroom, key: str, source: str | None) -> list[dict[str, Any]]:
    """The calls of the turn of this name that was answered last, of those that read what `source` shows, where it is given."""
    known = engine.store.projections([_slot(key, slot) for slot in range(_SLOTS)])
    for slot in reversed(range(_SLOTS)):
        first = _read(known.get(_slot(key, slot)))
        if first is not None and _is_shown(first, source):
            more = [_slot(key, slot, n) for n in range(1, first["of"])]
            others = engine.store.projections(more) if more else {}
            found = [first, *(_read(others.get(name)) for name in more)]
            return [record for record in found if record is not None and _is_shown(record, source)]
    return []


def _read(projection: Projection | None) -> dict[str, Any] | None:
    record: dict[str, Any] | None = json.loads(projection.visible) if projection and projection.visible else None
    return record


def _is_shown(record: Mapping[str, Any], source: str | None) -> bool:
    return source is None or not record["reads"] or record["reads"] in source


def _free(engine: Headroom, key: str) -> int:
    """The first slot in which nothing is kept; the last one where all are taken, and then nothing more is."""
    known = engine.store.projections([_slot(key, slot) for slot in range(_SLOTS)])
    return next((slot for slot in range(_SLOTS) if _slot(key, slot) not in known), _SLOTS - 1)


def _slot(key: str, slot: int, n: int = 0) -> str:
    """Where the n-th call of a turn is kept."""
    return f"{key}.{slot}:{n}"


def _place(dialect: Dialect, turn: SentTurn, record: Mapping[str, Any], inserts: _Inserts) -> bool:
    """Put a call and its result where they belong; False where there is no such place."""
    result = _beside(turn.results, record)
    if turn.first is None:
        return _put(result, record["result"], inserts)
    call = _beside(turn.parts, record)
    if result is None or call is None:
        return False
    spelled, first = dialect.fitted(record["call"], turn.first)
    if first is not None:
        inserts.instead[next(path for name, path in turn.parts if name == turn.anchor)] = first
    return _put(call, spelled, inserts) and _put(result, record["result"], inserts)


def _beside(places: Iterable[Place], record: Mapping[str, Any]) -> tuple[bool, Path] | None:
    """Whether before a part or behind it, and that part's path."""
    paths = dict(reversed(list(places)))  # of two with one name the first counts
    for side in ("before", "behind"):
        for name in record[side]:
            if name in paths:
                return side == "before", paths[name]
    return None


def _put(place: tuple[bool, Path] | None, item: str, inserts: _Inserts) -> bool:
    if place is None:
        return False
    (inserts.before if place[0] else inserts.behind)[place[1]].append(item)
    return True


def _keyed(dialect: Dialect, messages: Sequence[Any]) -> dict[str, SentTurn]:
    """The turns of a request whose results are there, by their keys."""
    begin = _begin(messages)
    earlier: defaultdict[str, int] = defaultdict(int)
    found = {}
    for turn in dialect.turns(messages):
        if turn.first is None:
            found[_key(dialect, "", turn.anchor, 0)] = turn
            continue
        if turn.results and turn.anchor:
            found[_key(dialect, begin, turn.anchor, earlier[turn.anchor])] = turn
        earlier[turn.anchor] += 1
    return found


def _key(dialect: Dialect, begin: str, anchor: str, earlier: int) -> str:
    spelled = "\0".join((dialect.field, begin, anchor, str(earlier)))
    return f"beside:{hashlib.blake2b(spelled.encode(), digest_size=16).hexdigest()}"


def _answer(name: str) -> str:
    return f"answer:{name}"


def _begin(messages: Sequence[Any]) -> str:
    """What the user said first, which tells conversations apart whose calls have ids like `call_0`. Its words alone: where
    the provider is to cache may be marked in one request and not in the next."""
    first = next((m for m in messages if isinstance(m, dict) and m.get("role") == "user"), None)
    said = "\0".join(_words(first)).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(said, digest_size=16).hexdigest()


def _words(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [word for item in value for word in _words(item)]
    return [w for name in _WORDS for w in _words(value.get(name))] if isinstance(value, dict) else []
