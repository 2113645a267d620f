from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from headroom import markers
from tests.cli.program import LOG, Program


def id_of(text: str) -> str:
    head = markers.head(text)
    assert head is not None
    return head.id


def messages(text: str = LOG) -> list[dict[str, Any]]:
    call = {"id": "1", "type": "function", "function": {"name": "bash", "arguments": '{"command": "tail x.log"}'}}
    return [
        {"role": "user", "content": "what happened?"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "1", "content": text},
    ]


def test_a_file_is_shortened_and_one_line_says_how(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "server.log"
    file.write_text(LOG)
    ran = program("compress", file)
    assert ran.code == 0
    assert len(ran.out) < len(LOG) / 10
    assert "SPRING26" in ran.text
    assert ran.err.count("\n") == 1
    assert "tokens" in ran.err
    assert "LogCompressor" in ran.err
    assert id_of(ran.text) in ran.err
    assert program("compress", file).err == ran.err


def test_stdin_is_read_when_no_file_is_named(program: Program) -> None:
    assert program("compress", stdin=LOG.encode()).out == program("compress", "-", stdin=LOG.encode()).out


def test_quiet_says_nothing_on_stderr(program: Program) -> None:
    assert program("compress", "-q", stdin=LOG.encode()).err == ""


def test_what_cannot_be_made_shorter_comes_back_with_the_reason(program: Program) -> None:
    ran = program("compress", stdin=b"hello\n")
    assert (ran.code, ran.out) == (0, b"hello\n")
    assert "unchanged: shorter than" in ran.err


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00 no text \x80", b"\r\n\x80\n\n"])
def test_bytes_that_are_no_utf8_pass_unharmed(program: Program, data: bytes) -> None:
    assert program("compress", "-q", stdin=data).out == data


def test_noise_passes_or_can_be_had_back(program: Program) -> None:
    data = os.urandom(3000)
    found = json.loads(program("compress", "--json", stdin=data).out)
    back = program("retrieve", found["id"]).out if found["id"] else found["text"].encode("utf-8", "surrogateescape")
    assert back == data


def test_an_original_with_odd_bytes_comes_back_byte_for_byte(program: Program) -> None:
    data = b"\xff\xfe odd\r\n" + LOG.encode() + b"\x00\x80 end without a line end"
    short = program("compress", "-q", stdin=data)
    assert len(short.out) < len(data)
    assert program("retrieve", id_of(short.text)).out == data


def test_compressing_twice_changes_nothing(program: Program) -> None:
    once = program("compress", "-q", stdin=LOG.encode()).out
    again = program("compress", stdin=once)
    assert again.out == once
    assert "Headroom has produced this text" in again.err


def test_json_holds_text_figures_and_reasons(program: Program) -> None:
    found = json.loads(program("compress", "--json", "--model", "gpt-4o", stdin=LOG.encode()).out)
    assert found["id"] == id_of(found["text"])
    assert found["tokens_before"] - found["tokens_after"] == found["tokens_saved"] > 0
    assert found["estimated"] is False
    assert (found["action"], found["kind"], found["lossless"]) == ("compressed", "log", False)
    assert found["elided"]["lines"] > 500


def test_a_list_of_messages_is_recognised(program: Program) -> None:
    ran = program("compress", stdin=json.dumps(messages()).encode())
    shorter = json.loads(ran.out)
    assert shorter[:2] == messages()[:2]
    assert id_of(shorter[2]["content"])
    assert "1 of 2 texts shortened" in ran.err


@pytest.mark.parametrize("key", ["messages", "input", "contents"])
def test_a_request_comes_back_with_shorter_messages(program: Program, key: str) -> None:
    request = {"model": "gpt-4o", key: messages(), "stream": True}
    ran = program("compress", stdin=json.dumps(request).encode())
    shorter = json.loads(ran.out)
    assert list(shorter) == ["model", key, "stream"]
    assert id_of(shorter[key][2]["content"])
    assert "1 of 2 texts shortened" in ran.err
    assert "estimated" not in ran.err


def test_a_line_end_at_the_end_stays_in_a_pipe(program: Program) -> None:
    once = program("compress", "-q", stdin=f"{LOG.rstrip()}\n".encode()).out
    assert once.endswith(b"\n")
    again = program("compress", stdin=once)
    assert again.out == once
    assert "Headroom has produced this text" in again.err


def test_json_of_messages_reports_on_every_block(program: Program) -> None:
    found = json.loads(program("compress", "--json", "-q", stdin=json.dumps(messages()).encode()).out)
    assert [b["action"] for b in found["blocks"]] == ["unchanged", "compressed"]
    assert found["blocks"][1]["path"] == [2, "content"]


@pytest.mark.parametrize("data", ['[{"role": "admin"}]', '[{"id": 1}, {"id": 2}]', "[not json", "[]", "[" * 100_000])
def test_json_that_is_no_messages_is_text(program: Program, data: str) -> None:
    ran = program("compress", stdin=data.encode())
    assert ran.code == 0
    assert "texts shortened" not in ran.err


def test_text_keeps_messages_from_being_read_as_such(program: Program) -> None:
    assert "texts shortened" not in program("compress", "--text", stdin=json.dumps(messages()).encode()).err


@pytest.mark.parametrize(
    ("data", "says"), [('{"prompt": "x"}', "no JSON list, and no request with messages"), ("x", "no JSON (")]
)
def test_messages_that_are_none_are_wrong_usage(program: Program, data: str, says: str) -> None:
    ran = program("compress", "--messages", stdin=data.encode())
    assert ran.code == 2
    assert says in ran.err


def test_a_tool_does_not_go_with_messages(program: Program) -> None:
    ran = program("compress", "--tool", "bash", stdin=json.dumps(messages()).encode())
    assert ran.code == 2
    assert "--tool goes with a text" in ran.err


def test_the_command_says_that_a_source_file_stays_exact(program: Program) -> None:
    source = "".join(f"def f{n}():\n    return {n}\n\n\n" for n in range(80))
    ran = program("compress", "--command", "cat src/app.py", stdin=source.encode())
    assert ran.text == source
    assert "an agent may edit" in ran.err


def test_a_budget_is_kept(program: Program) -> None:
    found = json.loads(program("compress", "--budget", "120", "--json", stdin=LOG.encode()).out)
    assert found["tokens_after"] <= 120


def test_a_budget_that_cannot_be_met_is_one_line(program: Program) -> None:
    ran = program("compress", "--budget", "3", stdin=LOG.encode())
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, b"", 1)
    assert "budget=3 tokens cannot be met" in ran.err


def test_lossless_leaves_nothing_out(program: Program) -> None:
    found = json.loads(program("compress", "--lossless", "--json", stdin=LOG.encode()).out)
    assert found["lossless"] is True
    assert "job 333" in found["text"]


def test_keep_shows_lines_exactly(program: Program) -> None:
    line = "2026-03-01 10:00:33 INFO worker-1 job 333 done in 0 ms"
    assert "job 333" not in program("compress", stdin=LOG.encode()).text
    assert line in program("compress", "--keep", line, stdin=LOG.encode()).text


def test_a_store_that_cannot_be_written_gives_the_original_and_a_warning(program: Program, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    ran = program("compress", "--store", f"sqlite:///{blocked / 'x.db'}", stdin=LOG.encode())
    assert (ran.code, ran.text) == (0, LOG)
    assert ran.err.count("the store failed") == 1


def test_a_text_model_that_is_not_there_is_one_line(program: Program) -> None:
    ran = program("compress", "--text-model", "/no/such/model", stdin=LOG.encode())
    assert ran.code == 1
    assert ran.out == b""
    assert ran.err.count("\n") == 1
    assert "no such file or folder, and nothing is downloaded" in ran.err


def test_a_text_model_picks_words_of_prose(program: Program) -> None:
    pytest.importorskip("onnxruntime", reason="needs the extra ml")
    prose = " ".join(f"The ferry of line {n} is operated by a family of shipwrights." for n in range(60))
    tiny = Path(__file__).parent.parent / "data" / "text_model"
    ran = program("compress", "--profile", "balanced", "--text-model", tiny, stdin=prose.encode())
    assert "words left out: retrieve before you quote" in ran.text
    assert program("retrieve", id_of(ran.text)).text == prose
