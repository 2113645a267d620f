"""The words of a command."""

from __future__ import annotations

import pytest

from headroom.compressors._commands import retrieves, words


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("", set()),
        ("ls -la|head", {"ls", "-la", "head"}),
        ("cd a&&(rg x;ls)", {"cd", "a", "rg", "x", "ls"}),
        ("rg 'a b'\n\tls", {"rg", "'a", "b'", "ls"}),
    ],
)
def test_words_stand_between_blanks_and_signs(command: str, expected: set[str]) -> None:
    assert words(command) == expected


@pytest.mark.parametrize(
    ("tool", "looked_up"),
    [
        ("retrieve_documents", True),
        ("VectorStoreRetriever", True),
        ("mcp__wiki__search_knowledge", True),
        ("rag_query", True),
        ("storage_list", False),
        ("fragment", False),
        ("read_file", False),
    ],
)
def test_tools_that_look_passages_up_are_known_by_their_names(tool: str, looked_up: bool) -> None:
    assert retrieves(tool) is looked_up
