"""What matters is found in whatever spelling a tool has given it, and much of the rest goes.

A format that nobody recognises would come back whole and pass every invariant: this is where that shows.
"""

from __future__ import annotations

import pytest

from headroom import Headroom, MemoryStore, TextResult
from tests.spellings import COMMANDS, DEFINITION, HITS, LOGS, NAME, RARE, RECORDS, events, hits, records


def compressed(text: str, query: str, profile: str = "balanced", command: str | None = None) -> TextResult:
    return Headroom(store=MemoryStore(), profile=profile).compress_text(text, query=query, command=command)


@pytest.mark.parametrize("profile", ["safe", "balanced"])
@pytest.mark.parametrize("form", LOGS)
def test_what_comes_once_in_a_log_is_shown_and_the_usual_is_folded(form: str, profile: str) -> None:
    text = "\n".join(map(LOGS[form], events()))
    result = compressed(text, "Why did the nightly run stop?", profile)
    assert all(said in result.text for _, _, said in RARE)
    assert result.tokens_after < (0.25 if profile == "balanced" else 0.7) * result.tokens_before


@pytest.mark.parametrize("form", RECORDS)
def test_the_record_that_is_asked_for_is_shown_and_so_are_those_of_a_rare_kind(form: str) -> None:
    rows = records(300)
    asked, rare = rows[187], [row for row in rows if row["status"] != "active"]
    result = compressed(RECORDS[form](rows), f"What is the balance of {asked['name']}?")
    assert {asked["ref"], str(asked["balance"])} <= set(words(result.text))
    assert result.tokens_after < 0.4 * result.tokens_before
    if form != "pairs":  # a log shows one line of each kind
        assert {row["ref"] for row in rare} <= set(words(result.text))


@pytest.mark.parametrize("form", HITS)
def test_the_definition_is_shown_among_the_hits_of_its_name(form: str) -> None:
    result = compressed(HITS[form](hits()), f"Where is {NAME} defined?", command=COMMANDS.get(form))
    assert DEFINITION in result.text
    assert result.tokens_after < 0.5 * result.tokens_before


def words(text: str) -> list[str]:
    return text.replace("|", " ").replace(",", " ").replace("\t", " ").replace("=", " ").replace("│", " ").split()
