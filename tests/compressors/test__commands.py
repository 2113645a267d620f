"""The words of a command."""

from __future__ import annotations

import pytest

from headroom.compressors._commands import retrieves, without_documents, words


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
    ("command", "expected"),
    [
        ("python3 <<'EOF'\nimport os\nls = 3\nEOF\nls -la", "python3 <<'EOF'\nls -la"),
        ("cat > a.py <<-END && python a.py\nprint(1 << n)\nEND", "cat > a.py <<-END && python a.py"),
        ("cat <<A <<B\none\nA\ntwo\nB\nmake", "cat <<A <<B\ntwo\nB\nmake"),
        ("echo $((1 << n))\nls", "echo $((1 << n))\nls"),
        ("wc <<< word\nword", "wc <<< word\nword"),
        ("cat <<EOF\nnever closed\n", "cat <<EOF\nnever closed\n"),
    ],
)
def test_documents_in_a_command_are_no_commands(command: str, expected: str) -> None:
    """The second of two on one line is read with the first; a shift and a word fed in are none."""
    assert without_documents(command) == expected


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
