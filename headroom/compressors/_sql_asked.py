"""What a query asks of a schema: which tables it touches, and of which other columns the types may go.

A table is touched when the query has its name, in singular or plural, the words of its name or a rare one of them, and when a key relates it to such a table. Who
asks about types, or names no table, gets all columns as they are. `sql` stands above, `_sql_tables` below.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from headroom.compressors._api import Effort
from headroom.compressors._sql_tables import Table
from headroom.relevance import terms

__all__ = ["Asked", "asked"]

_OF_COLUMNS = re.compile(
    r"\b(?:type|types|typed|datatype|datatypes|columns|fields|attributes|nullable|nulls?|not null|defaults?|collations?|schema|overview"
    r"|structure|everything|all tables|each table|every table|identity|generated|enums?|jsonb?|uuids?|big ?ints?|integers?|varchar|text"
    r"|numeric|decimal|boolean|booleans|timestamps?|timestamptz|dates?|money|cents|varying|length|precision)\b",
    re.IGNORECASE,
)
"""A query that may be about any column."""
_WORD = re.compile(r"[A-Za-z_][\w$]*")
_REFERENCES = ("REFERENCES ", "references ")
_SQL = frozenset(
    "add alter cascade check column columns constraint constraints create database delete drop foreign from index indexes insert"
    " into join key keys migration on pg_dump postgres primary query references row rows schema select sequence sql table tables"
    " trigger unique update view where".split()
)
"""Words of any question about a schema: a statement that holds one is not what is asked about."""
_SHORT, _FEW = 3, 3
"""A longer word that so many tables have in their names tells which of them are meant."""
_MOST = 12
"""So many tables are related to those of the query before that tells nothing."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`named` are the tables that a query touches, `words` what it says; `narrow` says that of other tables types may go."""

    named: frozenset[str] = frozenset()
    related: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    narrow: bool = False

    def touches(self, statement: str) -> bool:
        """Whether a statement names a table of the query, or something that it names."""
        about = self.words - _SQL
        return any(word in self.named or word.lower() in about for word in _WORD.findall(statement))

    def columns_of(self, table: Table) -> frozenset[str] | None:
        """The columns of which the types stay; None for all of them."""
        if not self.narrow or table.name in self.named or table.name in self.related:
            return None
        return frozenset(
            c.name
            for c in table.columns
            if not self.words.isdisjoint(w.lower() for w in (c.name.strip('"`[]'), *_WORD.findall(c.definition)))
        )


def asked(query: str | None, tables: Sequence[Table], statements: Sequence[str], effort: Effort) -> Asked:
    """Read a query with regard to the tables of a script and what relates them."""
    words = frozenset(part for term in terms(query or "") for part in (term, *term.split(".")))
    stems = frozenset(map(_stem, words))
    parts = {t.name: frozenset(map(_stem, t.name.lower().split("_"))) for t in tables}
    often = Counter(chain.from_iterable(parts.values()))
    rare = {stem for stem in stems if len(stem) > _SHORT and often[stem] <= _FEW}
    named = frozenset(
        name for name, own in parts.items() if name.lower() in words or stems >= own or not rare.isdisjoint(own)
    )
    known = frozenset(t.name for t in tables)
    related: set[str] = set()
    if named:
        for statement in statements:
            if any(word in statement for word in _REFERENCES):
                found = known.intersection(_WORD.findall(statement))
                related |= found if not found.isdisjoint(named) else frozenset()
    general = _OF_COLUMNS.search(query or "") is not None
    narrow = not general and (effort >= Effort.STRONG or (effort >= Effort.MEDIUM and bool(named)))
    return Asked(named, frozenset(related) if len(related) <= _MOST else frozenset(), words, narrow)


def _stem(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and len(word) > 3 and not word.endswith("ss") else word
