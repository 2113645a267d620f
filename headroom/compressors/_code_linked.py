"""Functions that take part in what others do: who looks for a fault in `is_done` needs the one that counts what is done.

Those that change what others read, and short ones that they call. By names alone: members of the object itself (`self.x`,
`this.x`, `p->x`, those of a receiver in Go), and names that stand outside of functions. Below `_code_focus` and `code`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from headroom.compressors._code_defs import Definition
from headroom.compressors._code_lines import Source

__all__ = ["called", "written"]

_OWN = r"(?:\b(?:self|this|cls)\??\.|->|(?<![\w@])@{1,2}(?=[a-z_]))"
_CHANGED = (
    r"(?:\[[^\]\n]{0,80}\])?(?:[ \t]*(?:[-+*/%&|^]|<<|>>|\*\*|//|\|\||&&|\?\?)?=(?![=>~])|[ \t]*(?:\+\+|--)"
    r"|\.(?:append|extend|insert|add|push|unshift|pop|popleft|appendleft|shift|splice|remove|delete|discard|clear|update|set"
    r"|setdefault|put|offer|poll|push_back|pop_back|emplace_back|erase|fetch_add|fetch_sub|store|incrementAndGet)\()"
)
_READ = re.compile(rf"{_OWN}(?P<name>[A-Za-z_]\w*)\b(?!\s*\()")
_RECEIVER = re.compile(r"func[ \t]*\([ \t]*(\w+)[ \t]")
_PLAIN = re.compile(r"(?<![\w.>@$])[A-Za-z_]\w+\b(?![ \t]*\()")
_WRITE = re.compile(rf"(?:(?P<own>{_OWN})|(?<![\w.>@$\"']))(?P<name>[A-Za-z_]\w*){_CHANGED}")
_STEP = re.compile(rf"(?:\+\+|--|\bdel[ \t]+)(?P<own>{_OWN})?(?P<name>[A-Za-z_]\w*)\b")
_UNPACKED = re.compile(rf"[ \t]*(?:{_OWN}[A-Za-z_]\w*[ \t]*,[ \t]*)+{_OWN}[A-Za-z_]\w*[ \t]*=(?!=)")
_DECLARED = re.compile(
    r"[ \t]*(?:var|let|const|val|my|local|auto|final|int|long|bool|boolean|char|double|float|[A-Z]\w+)[ \t]"
)
_BUILDERS = frozenset(("__init__", "constructor", "initialize", "init", "__construct", "__new__"))
_LONG = 60
"""Of a longer function only the lines are of interest that change something."""
_ALL = 120
"""So many lines are shown whole in all."""
_CALL = re.compile(r"(?<![\w$])([A-Za-z_$][\w$]*)[ \t]?\(")
_SHORT, _CALLED = 30, 60
"""So many lines a called function has at most, and so many all of them together."""
_STEPS = 2
_WIDTH = 400


def written(
    source: Source, definitions: Sequence[Definition], subjects: Sequence[Definition], fields: AbstractSet[str]
) -> Mapping[Definition, Sequence[int]]:
    """The other functions that change what the `subjects` read, each with the lines that must be shown: all of it for those
    that change most, the lines that do so for what builds the object and for long ones. `fields` are the names that stand
    outside of functions."""
    inside = bytearray(len(source.code))
    for d in subjects:
        inside[d.first : d.end] = b"\1" * (d.end - d.first)
    read = _read(source, subjects, fields)
    if not read:
        return {}
    found: dict[Definition, list[int]] = {}
    names: dict[Definition, set[str]] = {}
    for d in definitions:
        if inside[d.first]:
            continue
        for i in range(d.body, d.last):
            changed = _changed(source, d, i, fields) & read
            if changed:
                found.setdefault(d, []).append(i)
                names.setdefault(d, set()).update(changed)
    left = _ALL
    for d in sorted(found, key=lambda d: (-len(names[d]), d.first)):
        size = d.end - d.first
        if size > min(_LONG, left) or d.name in _BUILDERS:
            continue
        left -= size
        found[d] = [*_told(source, d)]
    return found


def called(source: Source, definitions: Sequence[Definition], callers: Iterable[Definition]) -> Sequence[Definition]:
    """Short functions that the `callers` call, and those that these call, each name being that of one function here."""
    by_name: dict[str, list[Definition]] = {}
    for d in definitions:
        by_name.setdefault(d.name, []).append(d)
    found: list[Definition] = []
    now, left = list(callers), _CALLED
    seen = set(now)
    for _ in range(_STEPS):
        names = {
            m[1]: None for d in now for line in source.code[d.body : d.last] for m in _CALL.finditer(line[:_WIDTH])
        }
        now = []
        for name in names:
            same = by_name.get(name, [])
            if len(same) != 1 or same[0] in seen:
                continue
            size = same[0].end - same[0].first
            if size <= min(_SHORT, left):
                left -= size
                seen.add(same[0])
                now.append(same[0])
        found += now
    return found


def _read(source: Source, subjects: Sequence[Definition], fields: AbstractSet[str]) -> AbstractSet[str]:
    found: set[str] = set()
    for d in subjects:
        m = _RECEIVER.match(source.code[d.first])
        member = re.compile(rf"\b{m[1]}\.(?P<name>[A-Za-z_]\w*)\b(?!\()") if m is not None else None
        for i in range(d.first, d.end):
            line = source.code[i][:_WIDTH]
            found.update(r["name"] for r in _READ.finditer(line))
            if member is not None:
                found.update(r["name"] for r in member.finditer(line))
            if fields:
                found.update(fields & {*_PLAIN.findall(line)})
    return found


def _changed(source: Source, d: Definition, i: int, fields: AbstractSet[str]) -> AbstractSet[str]:
    """The names that a line of a function changes: members, and `fields` without a sign in front."""
    line = source.code[i][:_WIDTH]
    if source.inside[i] or (
        "=" not in line and "(" not in line and "++" not in line and "--" not in line and "del" not in line
    ):
        return frozenset()
    if _DECLARED.match(line):
        return frozenset()
    m = _RECEIVER.match(source.code[d.first])
    if m is not None:
        line = line.replace(f"{m[1]}.", "this.")
    written = (w for pattern in (_WRITE, _STEP) for w in pattern.finditer(line))
    found = {w["name"] for w in written if w["own"] or w["name"] in fields}
    if _UNPACKED.match(line):
        found.update(r["name"] for r in _READ.finditer(line.partition("=")[0]))
    return found


def _told(source: Source, d: Definition) -> Iterable[int]:
    """The lines of a function without its documentation."""
    shown = set(range(d.first, d.end))
    for first, last in source.comments:
        if first == d.body and last < d.last:
            shown.difference_update(range(first, last + 1))
    return sorted(shown)
