"""Hypothesis strategies for messages of every shape, with every kind of part, and a walk over their texts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from headroom.messages import Path

texts = st.text(max_size=12)
ids = st.sampled_from(["a", "b", "c"])
cache = st.sampled_from([{}, {"cache_control": {"type": "ephemeral"}}, {"x_unknown": [1, {"y": None}]}])
arguments = st.dictionaries(
    st.sampled_from(["path", "command", "pattern", "n"]), st.one_of(texts, st.integers()), max_size=3
)
image = st.just({"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}})


def obj(**fields: Any) -> st.SearchStrategy[dict[str, Any]]:
    """A dict with these fields, plain values or strategies, and at times with fields that nobody knows."""
    made = {k: v if isinstance(v, st.SearchStrategy) else st.just(v) for k, v in fields.items()}
    return st.tuples(st.fixed_dictionaries(made), cache).map(lambda two: two[0] | two[1])


text_part = obj(type="text", text=texts)
image_url = obj(type="image_url", image_url=obj(url="data:image/png;base64,AAAA"))
openai_content = st.one_of(st.none(), texts, st.lists(st.one_of(text_part, image_url, texts), max_size=3))
openai_call = st.one_of(
    obj(id=ids, type="function", function=obj(name="f", arguments=st.one_of(arguments.map(json.dumps), texts))),
    obj(id=ids, type="custom", custom=obj(name="g", input=texts)),
)
openai = st.lists(
    st.one_of(
        obj(role=st.sampled_from(["system", "developer", "user", "assistant", "critic"]), content=openai_content),
        obj(role="assistant", content=openai_content, tool_calls=st.lists(openai_call, max_size=3)),
        obj(role="assistant", function_call=obj(name="f", arguments="{}")),
        obj(role="tool", tool_call_id=ids, content=openai_content),
        obj(role="function", name="f", content=texts),
    ),
    max_size=6,
)

citations = st.sampled_from([{"enabled": True}, {"enabled": False}, None])
search_result = obj(type="search_result", source="s", content=st.lists(text_part, max_size=2), citations=citations)
document = obj(
    type="document",
    citations=citations,
    source=st.one_of(
        obj(type="text", media_type="text/plain", data=texts),
        obj(type="content", content=st.one_of(texts, st.lists(text_part, max_size=2))),
        obj(type="base64", media_type="application/pdf", data="AAAA"),
    ),
)
tool_result = obj(
    type="tool_result",
    tool_use_id=ids,
    is_error=st.booleans(),
    content=st.one_of(texts, st.lists(st.one_of(text_part, image, search_result, document), max_size=3)),
)
assistant_part = st.one_of(
    text_part,
    obj(type="thinking", thinking=texts, signature="s"),
    obj(type="redacted_thinking", data="d"),
    obj(type="tool_use", id=ids, name="f", input=arguments),
    obj(type="web_search_tool_result", tool_use_id="s", content=st.just([{"encrypted_content": "e", "title": "t"}])),
)
user_part = st.one_of(text_part, image, tool_result, search_result, document)
anthropic = st.lists(
    st.one_of(
        obj(role="user", content=st.one_of(texts, st.lists(user_part, max_size=4))),
        obj(role="assistant", content=st.one_of(texts, st.lists(assistant_part, max_size=4))),
    ),
    max_size=6,
)


text_like = st.one_of(
    text_part,
    obj(type="input_text", text=texts),
    obj(type="output_text", text=texts, annotations=st.sampled_from([[], [{"type": "url_citation", "url": "u"}]])),
)
input_part = st.one_of(text_like, obj(type="input_image", image_url="data:image/png;base64,AAAA"), texts)
responses_content = st.one_of(texts, st.lists(input_part, max_size=3))
ran = obj(stdout=texts, stderr=texts, outcome=obj(type="exit", exit_code=0))
responses = st.lists(
    st.one_of(
        obj(role=st.sampled_from(["system", "developer", "user", "assistant", "critic"]), content=responses_content),
        obj(type="message", role="user", content=st.lists(input_part, max_size=3)),
        obj(type="function_call", call_id=ids, name="f", arguments=st.one_of(arguments.map(json.dumps), texts)),
        obj(type="function_call_output", call_id=ids, output=responses_content),
        obj(type="custom_tool_call", call_id=ids, name="apply_patch", input=texts),
        obj(type="custom_tool_call_output", call_id=ids, output=responses_content),
        obj(type="local_shell_call", call_id=ids, action=obj(type="exec", command=st.just(["bash", "-lc", "ls"]))),
        obj(type="local_shell_call_output", id=ids, output=texts),
        obj(type="shell_call", call_id=ids, action=obj(commands=st.lists(texts, max_size=2))),
        obj(type="shell_call_output", call_id=ids, output=st.lists(ran, max_size=2)),
        obj(type="apply_patch_call_output", call_id=ids, status="completed", output=texts),
        obj(type="computer_call_output", call_id=ids, output=obj(type="computer_screenshot", image_url="data:,")),
        obj(type="mcp_call", id=ids, name="m", arguments="{}", output=texts),
        obj(type="reasoning", id=ids, summary=st.just([]), encrypted_content="e"),
        obj(type="item_reference", id=ids),
        obj(type="from_the_future", text=texts, output=texts),
    ),
    max_size=6,
)

json_values = st.recursive(
    st.one_of(texts, st.integers(), st.none()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["a", "text", "error"]), inner, max_size=3)
    ),
    max_leaves=6,
)
responded = st.dictionaries(st.sampled_from(["output", "error", "result", "text"]), json_values, max_size=3)
no_id = st.sampled_from([{}, {"id": "a"}, {"id": "b"}])


def either(camel_name: str, snake_name: str, value: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A part with this one field, in either spelling."""
    two = st.tuples(st.dictionaries(st.sampled_from([camel_name, snake_name]), value, min_size=1, max_size=1), cache)
    return two.map(lambda made: {**made[0], **made[1]})


def identified(**fields: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.tuples(obj(**fields), no_id).map(lambda two: two[0] | two[1])


signed_text = st.one_of(obj(text=texts, thoughtSignature="s"), obj(text=texts, thought=True))
model_part = st.one_of(
    obj(text=texts), signed_text, either("functionCall", "function_call", identified(name="f", args=arguments))
)
user_content_part = st.one_of(
    obj(text=texts),
    obj(inlineData=obj(mimeType="image/png", data="AAAA")),
    obj(codeExecutionResult=obj(outcome="OUTCOME_OK", output=texts)),
    either("functionResponse", "function_response", identified(name="f", response=responded)),
)
gemini = st.lists(
    st.one_of(
        obj(role="user", parts=st.lists(user_content_part, max_size=4)),
        obj(role="model", parts=st.lists(model_part, max_size=4)),
        obj(role=st.sampled_from(["function", "critic"]), parts=st.lists(user_content_part, max_size=2)),
        obj(parts=st.lists(user_content_part, max_size=2)),
        obj(role="model"),
    ),
    max_size=6,
)


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every scalar and every empty container with its path."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if not items or not value:
        yield path, value
    for key, below in items:
        yield from leaves(below, (*path, key))
