"""Results: honest counts, made when they are asked for."""

from __future__ import annotations

import json

from headroom import Headroom, MemoryStore, tokens
from headroom.result import Retrieved, texts

COUNT = tokens.counter_for("gpt-5").count


def test_texts_are_what_is_billed_as_text() -> None:
    """Contents, tool names and arguments; no ids, no signatures, no images."""
    messages = [
        {
            "role": "user",
            "content": [{"type": "text", "text": "hello"}, {"type": "image_url", "image_url": {"url": "x" * 99}}],
        },
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "hm", "signature": "c2ln"},
                {"type": "tool_use", "id": "t1", "name": "Bash", "input": {"command": "ls", "deep": [{"a": "b"}]}},
            ],
        },
        {
            "role": "assistant",
            "tool_calls": [{"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
        },
        {"role": "tool", "tool_call_id": "c", "content": None},
    ]
    assert list(texts(messages)) == ["hello", "hm", "Bash", "ls", "b", "f", "{}"]


def test_what_a_tool_was_given_and_answered_is_text_under_any_key() -> None:
    """`data`, `id` or `status` may be the names of a tool's own fields."""
    call = {"functionCall": {"id": "c", "name": "f", "args": {"status": "open"}}, "thoughtSignature": "c2ln"}
    answer = {"functionResponse": {"id": "c", "name": "f", "response": {"data": "found", "rows": [{"id": "r1"}]}}}
    inline = {"inlineData": {"mimeType": "image/png", "data": "AAAA"}}
    assert list(texts([{"parts": [call, answer, inline]}])) == ["f", "open", "f", "found", "r1"]
    use = {"type": "tool_use", "id": "t", "name": "g", "input": {"url": "https://x"}}
    document = {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "page"}}
    assert list(texts([{"content": [use, document]}])) == ["g", "https://x", "page"]


def test_deeply_nested_content_is_counted_without_recursion() -> None:
    """Depth is no danger."""
    deep: object = "x"
    for _ in range(50_000):
        deep = [deep]
    assert list(texts([{"role": "user", "content": deep}])) == ["x"]


def test_counts_are_those_of_the_texts() -> None:
    """Before and after, in the named vocabulary."""
    rows = json.dumps([{"id": n, "kind": "sensor", "value": n / 7} for n in range(100)])
    result = Headroom(store=MemoryStore()).compress_text(rows, model="gpt-5")
    assert (result.tokens_before, result.tokens_after) == (COUNT(rows), COUNT(result.text))
    assert result.tokenizer == "o200k_base"
    assert 0 < result.savings < 1
    nothing: list[dict[str, str]] = []
    empty = Headroom(store=MemoryStore()).compress(nothing)
    assert (empty.tokens_before, empty.savings, empty.messages) == (0, 0.0, [])


def test_a_retrieved_text_is_a_str_with_what_is_known_about_it() -> None:
    """It compares and prints as the text."""
    whole = Retrieved.whole("abc")
    assert whole == "abc"
    assert type(whole.text) is str
    assert (whole.complete, whole.next) == (True, None)
