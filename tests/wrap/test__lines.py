from __future__ import annotations

import pytest

from headroom.wrap import _lines

TABLE = ("mcp_servers", "headroom")
ENTRY = {"command": "/opt/my tööls/\U0001f600/headroom", "args": ["mcp"], "env": {"A B": "x\ty", "C": "\\"}, "on": True}
CONFIG = """# mine
model = "gpt-5.2-codex" # best
notify = [
  "a",
]

[projects."/home/me/[x]"]
trust_level = "trusted"

[mcp_servers.other]
command = "z"

[tui]
theme = "dark"
"""


@pytest.mark.parametrize(
    "text",
    [
        "",
        'model = "x"\n',
        'model = "x"',
        CONFIG,
        CONFIG.replace("\n", "\r\n"),
        "[a]\nb = 1\n",
        "[mcp_servers]\n",
        "\n\n",
    ],
)
def test_a_toml_table_comes_and_goes(text: str) -> None:
    written = _lines.write_toml(text, TABLE, ENTRY)
    assert written.startswith(text)
    assert _lines.read_toml(written, TABLE) == ENTRY
    assert _lines.remove_toml(written, TABLE).rstrip("\r\n") == text.rstrip("\r\n")
    if text.endswith("\n") and text.strip():
        assert _lines.remove_toml(written, TABLE) == text


@pytest.mark.parametrize("text", ["", CONFIG, CONFIG.replace("\n", "\r\n"), "[a]\nopenai_base_url = 1\n"])
def test_a_toml_value_comes_and_goes_before_the_tables(text: str) -> None:
    written = _lines.write_toml(text, ("openai_base_url",), "http://127.0.0.1:1/v1")
    assert _lines.read_toml(written, ("openai_base_url",)) == "http://127.0.0.1:1/v1"
    assert _lines.remove_toml(written, ("openai_base_url",)) == text


def test_a_toml_value_that_is_there_is_replaced() -> None:
    text = 'a = 1\nopenai_base_url = "http://old" # mine\n[t]\nb = 2\n'
    assert (
        _lines.write_toml(text, ("openai_base_url",), "http://new")
        == 'openai_base_url = "http://new"\na = 1\n[t]\nb = 2\n'
    )


def test_a_toml_table_that_is_there_is_replaced_and_the_next_keeps_its_comment() -> None:
    text = '[mcp_servers.headroom]\ncommand = "old"\n\n# about b\n[b]\nc = 1\n'
    written = _lines.write_toml(text, TABLE, {"command": "new"})
    assert _lines.read_toml(written, TABLE) == {"command": "new"}
    assert _lines.read_toml(written, ("b",)) == {"c": 1}
    assert "old" not in written
    assert "# about b\n[b]\n" in written


@pytest.mark.parametrize(
    "text",
    [
        'mcp_servers = { headroom = { command = "x" } }\n',
        'mcp_servers.headroom.command = "x"\n',
        '[mcp_servers]\nheadroom = { command = "x" }\n',
        '[mcp_servers.headroom]\ncommand = "x"\n[mcp_servers.headroom.env]\nA = "b"\n',
        "no toml at all",
        'openai_base_url = """\nhttp://x"""\n',
    ],
)
def test_a_spelling_that_lines_cannot_change_is_refused_and_not_damaged(text: str) -> None:
    keys = ("openai_base_url",) if "openai" in text else TABLE
    with pytest.raises(ValueError, match=r"no TOML|spelled"):
        _lines.write_toml(text, keys, "http://y" if "openai" in text else {"command": "y"})


def test_a_toml_key_that_is_not_there_is_a_key_error() -> None:
    for keys in (("a", "b"), ("m",), ("model", "x")):
        with pytest.raises(KeyError):
            _lines.read_toml('model = "x"\n', keys)
    assert _lines.remove_toml(CONFIG, TABLE) == CONFIG


@pytest.mark.parametrize(("sign", "line"), [(":", "key: http://x\n"), ("=", "key=http://x\n")])
@pytest.mark.parametrize("text", ["", "other: 1\n", "# key: 2\nmonkey: 3", "a=1\nexported=2\n"])
def test_a_line_comes_and_goes(text: str, sign: str, line: str) -> None:
    written = _lines.write_line(text, "key", sign, "http://x")
    assert written == (text + "\n" if text and not text.endswith("\n") else text) + line
    assert _lines.read_line(written, "key", sign) == "http://x"
    assert _lines.remove_line(written, "key", sign).rstrip("\n") == text.rstrip("\n")


def test_a_line_that_is_there_is_replaced_where_it_stands() -> None:
    assert _lines.write_line("a: 1\nkey: 'old'\nb: 2\n", "key", ":", "new") == "a: 1\nkey: new\nb: 2\n"
    assert _lines.write_line("export key=old\r\nb=2\r\n", "key", "=", "new") == "key=new\r\nb=2\r\n"


def test_quotes_are_no_part_of_the_value_and_a_missing_key_is_an_error() -> None:
    assert _lines.read_line("export KEY = 'x y'\n", "KEY", "=") == "x y"
    assert _lines.read_line('"key": "v"\n', "key", ":") == "v"
    with pytest.raises(KeyError):
        _lines.read_line("#KEY=1\nOTHERKEY=2", "KEY", "=")
