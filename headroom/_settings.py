"""What a caller may choose for one pass, and the checks of what callers give.

Values only: nothing here reads a text or a store. Above stand the pass and the engine, below policy and the gate.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from headroom.exceptions import ConfigError
from headroom.gate import Gate
from headroom.messages import Role
from headroom.policy import Profile, ToolRule

_ROLES: frozenset[Role] = frozenset({"system", "user", "assistant", "tool"})
_FLAGS = {"a": re.ASCII, "i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": re.VERBOSE}
_GLOBAL = re.compile(r"\A\s*\(\?[aimsux]+\)")  # flags for all of a pattern stand at its start only
_BY_NUMBER = re.compile(r"(?<!\\)(?:\\\\)*\\[1-9]|\(\?\([0-9]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a caller may choose. `keep` matches what must stay byte-exact; `elide=False` allows lossless changes only;
    `deadline` is in seconds for one call. Messages before the index `sent` are known to have been sent before: of their
    texts the ledger alone decides, and what it does not know stays as it was sent. `text_model` is the digest of the model
    that picks words of prose."""

    profile: Profile = "safe"
    tools: Mapping[str, ToolRule] = field(default_factory=dict)
    roles: frozenset[Role] = frozenset({"tool"})
    keep: re.Pattern[str] | None = None
    query: str | None = None
    elide: bool = True
    deadline: float | None = None
    sent: int = 0
    gate: Gate | None = field(default_factory=Gate)
    text_model: str | None = None

    def fingerprint(self) -> bytes:
        """Settings that change what is chosen, as bytes. Those that only leave work undone are not among them: `deadline`
        and `sent`; nor are the gate's rates, which may change while a conversation must not."""
        keep = (self.keep.pattern, self.keep.flags) if self.keep is not None else None
        parts: list[object] = ["1", self.profile, sorted(self.tools.items()), sorted(self.roles), keep, self.query]
        parts += [self.elide, self.gate is not None]
        if self.text_model is not None:
            parts.append(self.text_model)
        return json.dumps(parts).encode()


def check_roles(roles: Iterable[str]) -> frozenset[Role]:
    given = (roles,) if isinstance(roles, str) else tuple(roles)
    known = frozenset(role for role in _ROLES if role in given)
    if len(known) != len(set(given)):
        raise ConfigError(f"roles={given!r}: each must be one of {', '.join(sorted(_ROLES))}")
    return known


def check_budget(budget: int) -> int:
    if not (type(budget) is int and budget > 0):
        raise ConfigError(f"budget={budget!r} must be a positive number of tokens")
    return budget


def keep_pattern(keep: Sequence[str | re.Pattern[str]]) -> re.Pattern[str] | None:
    """One pattern that matches every span to keep; literal spans first, longest first."""
    if isinstance(keep, str) or not all(_is_span(k) for k in keep):
        raise ConfigError(f"keep={keep!r} must be a list of spans, each a str or a compiled pattern of str")
    literals = sorted({k for k in keep if isinstance(k, str) and k}, key=lambda k: (-len(k), k))
    parts = [re.escape(k) for k in literals]
    groups = 0
    for pattern in keep:
        if isinstance(pattern, re.Pattern):
            if groups and _BY_NUMBER.search(pattern.pattern):
                raise ConfigError(
                    f"keep: {pattern.pattern!r} refers to a group by number; put it first, or name the group"
                )
            groups += pattern.groups
            parts.append(_part(pattern))
    try:
        return re.compile("|".join(parts)) if parts else None
    except re.error as e:
        raise ConfigError(f"keep: the patterns do not go together ({e})") from e


def _is_span(k: object) -> bool:
    return isinstance(k, str) or (isinstance(k, re.Pattern) and isinstance(k.pattern, str))


def _part(pattern: re.Pattern[str]) -> str:
    """A pattern as a part of another one, with flags of its own."""
    flags = "".join(letter for letter, flag in _FLAGS.items() if pattern.flags & flag)
    end = "\n" if "x" in flags else ""  # or a comment at the end would take the bracket in
    return f"(?{flags}:{_GLOBAL.sub('', pattern.pattern)}{end})"
