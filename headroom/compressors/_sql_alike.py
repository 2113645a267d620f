"""Statements that differ in nothing but the table they speak of: said once, with the tables for which they stand.

    ⋯ for each T of the 24 tables except webhook_deliveries: ALTER TABLE ONLY public.T ADD CONSTRAINT T_pkey PRIMARY KEY (id);

Exact: whoever puts the names in place of `T` has the statements. `sql` stands above, which says which statements may go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from headroom.lines import FOLD

__all__ = ["HOLE", "Names", "folded", "relates"]

HOLE = "<t>"
"""What stands for the table's name."""
_WORD = re.compile(r"[A-Za-z_][\w$]*")
_INSIDE = frozenset(("_", "$"))
_SETVAL = re.compile(r"(SELECT pg_catalog\.setval\('[^']*', )(\d+)(, (?:true|false)\);)\Z")
_RELATES = ("REFERENCES ", " INDEX ", "UNIQUE ", "CHECK ", "TRIGGER ", "POLICY ", "EXCLUDE ")
_REPEATED = ("UNLOCK TABLES", "/*!", "SET @saved_")
_FEWEST = 3
_EXCEPTIONS = 3
"""So many tables may be excepted from all."""


@dataclass(frozen=True, slots=True)
class Names:
    """The tables that a script defines, in order, and what else it creates."""

    tables: Sequence[str]
    others: frozenset[str]
    known: frozenset[str] = field(default=frozenset())

    @classmethod
    def of(cls, tables: Sequence[str], others: Sequence[str]) -> Names:
        """Of these names; each once."""
        return cls(tuple(dict.fromkeys(tables)), frozenset(others), frozenset(tables))

    def subject(self, line: str) -> str | None:
        """The table that a statement speaks of: the first that it names, else the first that a name in it begins with, else
        what else the script has created."""
        words = _WORD.findall(line)
        found = next((word for word in words if word in self.known), None)
        if found is None:
            found = next((t for word in words if "_" in word and (t := self._owner(word)) is not None), None)
        return found or next((word for word in words if word in self.others), None)

    def _owner(self, word: str) -> str | None:
        """`berths_id_seq` -> `berths`."""
        while word not in self.known:
            word = word.rpartition("_")[0]
            if not word:
                return None
        return word

    def template(self, line: str, subject: str) -> str:
        """The statement with a hole for the subject's name."""
        if "`" in line:
            line = line.replace(f"`{subject}`", subject)
        pieces = line.split(subject)
        out = [pieces[0]]
        for before, after in pairwise(pieces):
            begins = not (before[-1:].isalnum() or before[-1:] in _INSIDE)
            ends = not (after[:1].isalnum() or after[:1] == "$")
            if begins and ends and after[:1] == "_":
                word = _WORD.match(subject + after)
                ends = word is not None and self._owner(word[0]) in {subject, None}
            out += [HOLE if begins and ends else subject, after]
        return "".join(out)

    def said(self, names: Sequence[str], *, listed: bool) -> str:
        """These names in few words: all tables, all but a few, or each of them."""
        meant = set(names)
        missing = [t for t in self.tables if t not in meant]
        if listed or len(missing) > _EXCEPTIONS or len(self.tables) - len(missing) <= _EXCEPTIONS:
            return ", ".join(names)
        but = f" except {', '.join(missing)}" if missing else ""
        more = "".join(f"; {name}" for name in names if name not in self.known)
        return f"each of the {len(self.tables)} tables{but}{more}"


def relates(line: str) -> bool:
    """Whether a statement says how tables and their rows hang together: a key, an index, a rule; then its tables are listed."""
    low = line.upper()
    return any(word in low for word in _RELATES)


def folded(lines: Mapping[int, str], names: Names) -> tuple[dict[int, str], set[int]]:
    """Of statements by their numbers: what stands in the place of some, and the numbers of those that go."""
    groups: dict[tuple[str, bool], dict[str, int]] = {}
    values: dict[int, str] = {}
    for number, whole in lines.items():
        subject = None if HOLE in whole else names.subject(whole)
        counted = _SETVAL.match(whole)
        if counted is not None:
            values[number] = counted[2]
        line = whole if counted is None else f"{counted[1]}n{counted[3]}"
        template = line if subject is None else names.template(line, subject)
        members = groups.setdefault((template, counted is not None), {})
        members.setdefault(subject or str(number), number)
    heads: dict[str, tuple[int, list[str]]] = {}
    gone: set[int] = set()
    for template, subjects, at in _paying(groups, names, values):
        gone.update(at)
        first, told = heads.setdefault(subjects, (min(at), []))
        told.append(template)
        heads[subjects] = (min(first, *at), told)
    return {first: f"{FOLD} {head}: {' '.join(told)}" for head, (first, told) in heads.items()}, gone


def _paying(
    groups: Mapping[tuple[str, bool], Mapping[str, int]], names: Names, values: Mapping[int, str]
) -> Iterator[tuple[str, str, Sequence[int]]]:
    """Templates that several statements share, for what, and the numbers of those statements."""
    for (template, counted), members in groups.items():
        if len(members) < _FEWEST:
            continue
        if HOLE not in template:
            if template.startswith(_REPEATED):  # of others the order may matter
                yield template, f"{len(members)}×", list(members.values())
        elif counted:
            each = ", ".join(f"{name} {values[number]}" for name, number in members.items())
            yield template, f"for {HOLE} n = {each}", list(members.values())
        else:
            said = names.said(list(members), listed=relates(template))
            if len(said) < (len(members) - 1) * len(template):
                yield template, f"for {HOLE} = {said}", list(members.values())
