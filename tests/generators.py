"""Hypothesis strategies for what agents read: every kind of content, plausible and hostile, and whole conversations."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

WORD = st.sampled_from(
    "request served user login failed timeout cache miss hit worker started stopped queue size error warning retry"
    " connection reset by peer partition found block stored database pool exhausted checkpoint token".split()
)
NAME = st.sampled_from(
    ["alpha", "beta", "gamma", "delta", "parse_line", "RenderTree", "handler", "utils", "a b", "ünï"]
)
ANY_TEXT = st.text(st.characters(), max_size=400)  # lone surrogates and NUL included


def _joined(parts: list[str]) -> str:
    return "\n".join(parts)


@st.composite
def logs(draw: st.DrawFn) -> str:
    """A log of a few templates, with rare lines, repeats and perhaps a stack trace."""
    templates = draw(st.lists(st.lists(WORD, min_size=2, max_size=7), min_size=1, max_size=4))
    levels = draw(st.lists(st.sampled_from(["INFO", "INFO", "DEBUG", "WARN", "ERROR"]), min_size=1, max_size=3))
    count = draw(st.integers(1, 60))
    numbers = draw(st.lists(st.integers(0, 10**6), min_size=1, max_size=7))
    lines = []
    for n in range(count):
        words = " ".join(templates[n % len(templates)])
        number = numbers[n % len(numbers)] + n
        lines.append(
            f"2026-03-0{1 + n // 40} 10:{n % 60:02d}:07 host {levels[n % len(levels)]} {words} id={number} in {n}ms"
        )
    if draw(st.booleans()):
        at = draw(st.integers(0, len(lines)))
        lines[at:at] = [
            "Traceback (most recent call last):",
            '  File "a.py", line 3, in f',
            "    g()",
            "ValueError: no",
        ]
    if draw(st.booleans()):
        lines.insert(draw(st.integers(0, len(lines))), draw(st.text(max_size=60)).replace("\n", " "))
    return _joined(lines) + draw(st.sampled_from(["", "\n"]))


SCALAR = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.sampled_from(["null", "", " ", "a,b", "x|y", '"', "1", "true", "https://example.com/a/1", "\ud800"]),
)


@st.composite
def json_texts(draw: st.DrawFn) -> str:
    """Arrays of alike objects, nested values, JSON Lines; compact or indented."""
    keys = draw(
        st.lists(st.sampled_from(["id", "name", "a.b", "a", "status", "nested", "", "t"]), min_size=1, unique=True)
    )
    row = st.fixed_dictionaries(
        {}, optional={k: st.one_of(SCALAR, st.dictionaries(st.sampled_from("xyz"), SCALAR, max_size=2)) for k in keys}
    )
    rows: list[Any] = draw(st.lists(row, max_size=6)) * draw(st.integers(1, 12))
    if draw(st.booleans()):
        for n, each in enumerate(rows := [dict(r) for r in rows]):
            each["id"] = n
    indent = draw(st.sampled_from([None, 1, 2]))
    if draw(st.booleans()):
        return _joined([json.dumps(r) for r in rows])
    value: Any = rows if draw(st.booleans()) else {"items": rows, "total": len(rows), "more": draw(SCALAR)}
    return json.dumps(value, indent=indent, ensure_ascii=draw(st.booleans()))


@st.composite
def search_hits(draw: st.DrawFn) -> str:
    """`rg -n` output, in runs by file."""
    lines = []
    for _ in range(draw(st.integers(1, 8))):
        path = f"./src/{draw(NAME)}/{draw(NAME)}.py"
        start = draw(st.integers(1, 500))
        hits = range(draw(st.integers(1, 9)))
        lines += [f"{path}:{start + n * 3}:    {draw(NAME)} = {draw(WORD)}({n})" for n in hits]
    return _joined(lines) + draw(st.sampled_from(["", "\n"]))


@st.composite
def listings(draw: st.DrawFn) -> str:
    """`find` and `ls -l` output."""
    names = draw(st.lists(st.tuples(NAME, NAME, st.sampled_from(["py", "ts", "md"])), min_size=1, max_size=40))
    if draw(st.booleans()):
        return _joined([f"./pkg/{a}/{b}_{n}.{s}" for n, (a, b, s) in enumerate(names)])
    rows = [f"-rw-r--r-- 1 root root {1000 + n} Mar  3 10:00 {a}_{b}.{s}" for n, (a, b, s) in enumerate(names)]
    return _joined([f"total {len(rows)}", *rows])


@st.composite
def diffs(draw: st.DrawFn) -> str:
    """A git diff with one or more files."""
    out = []
    for n in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from([f"src/{draw(NAME)}_{n}.py", "package-lock.json", "docs/x.md"]))
        out += [f"diff --git a/{path} b/{path}", "index 0123abc..4567def 100644", f"--- a/{path}", f"+++ b/{path}"]
        before, after = draw(st.integers(0, 12)), draw(st.integers(0, 12))
        changed = draw(st.lists(st.tuples(st.sampled_from("+-"), WORD), min_size=1, max_size=6))
        plus = sum(s == "+" for s, _ in changed)
        minus = len(changed) - plus
        out.append(f"@@ -10,{before + after + minus} +10,{before + after + plus} @@ def f():")
        out += [f" context {i}" for i in range(before)]
        out += [f"{sign}{word} {i}" for i, (sign, word) in enumerate(changed)]
        out += [f" context {i}" for i in range(after)]
    return _joined(out)


@st.composite
def test_runs(draw: st.DrawFn) -> str:
    """pytest -v output."""
    lines = ["=" * 20 + " test session starts " + "=" * 20, "collected 40 items", ""]
    failed = draw(st.sets(st.integers(0, 39), max_size=3))
    lines += [
        f"tests/test_{draw(NAME)}.py::test_{n} {'FAILED' if n in failed else 'PASSED'}      [{n * 2:3d}%]"
        for n in range(draw(st.integers(1, 40)))
    ]
    for n in sorted(failed):
        lines += [f"____ test_{n} ____", "    def test():", ">       assert 1 == 2", "E       assert 1 == 2", ""]
    lines.append(f"==== {len(failed)} failed, {40 - len(failed)} passed in 0.{draw(st.integers(1, 9))}s ====")
    return _joined(lines)


@st.composite
def tables(draw: st.DrawFn) -> str:
    """CSV, TSV, markdown and column output."""
    rows = [(str(n), draw(NAME), draw(WORD), "const") for n in range(draw(st.integers(1, 30)))]
    style = draw(st.sampled_from(["csv", "tsv", "md", "columns"]))
    head = ("ID", "NAME", "STATUS", "KIND")
    if style == "md":
        body = [f"| {' | '.join(r)} |" for r in (head, ("---",) * 4, *rows)]
    elif style == "columns":
        body = ["".join(cell.ljust(14) for cell in r).rstrip() for r in (head, *rows)]
    else:
        body = [("," if style == "csv" else "\t").join(r) for r in (head, *rows)]
    return _joined(body)


@st.composite
def blobs(draw: st.DrawFn) -> str:
    """base64 and other long runs inside text."""
    run = draw(st.sampled_from(["QUJDREVGRw", "deadbeef01", "a", " "])) * draw(st.integers(1, 200))
    return draw(st.sampled_from(["data:image/png;base64,", "blob: ", ""])) + run + draw(st.sampled_from(["", "\nend"]))


@st.composite
def mixed(draw: st.DrawFn) -> str:
    """Several kinds, one below the other."""
    return _joined(draw(st.lists(st.one_of(logs(), json_texts(), search_hits(), ANY_TEXT), min_size=2, max_size=3)))


OURS = st.sampled_from(
    [
        "[headroom hr_0123456789ab · lossless]\nsome text that somebody wrote " + "about markers " * 30,
        "⋯ lines 3-9\n" * 30,
        "7│numbered by somebody else\n" * 30,
    ]
)
TEXT = st.one_of(
    logs(), json_texts(), search_hits(), listings(), diffs(), test_runs(), tables(), blobs(), mixed(), OURS, ANY_TEXT
)
QUERY = st.one_of(st.just("Look at this."), st.text(max_size=30), WORD.map("What about {}?".format))
CALLS = st.sampled_from(
    [
        ("bash", {"command": "cat app.log"}),
        ("bash", {"command": "rg -n handler"}),
        ("bash", {"command": "git diff"}),
        ("bash", {"command": "pytest -v"}),
        ("bash", {"command": "cat src/app.py"}),
        ("Read", {"file_path": "src/app.py"}),
        ("Read", {"file_path": "data.json"}),
        ("http_get", {"resource": "/items"}),
        ("list_files", {}),
    ]
)


@st.composite
def openai_conversations(draw: st.DrawFn) -> list[dict[str, Any]]:
    """OpenAI chat messages with tool calls; results may repeat earlier ones."""
    messages: list[dict[str, Any]] = [{"role": "system", "content": "You are an agent."}]
    said: list[str] = []
    for n in range(draw(st.integers(1, 4))):
        if draw(st.booleans()) or n == 0:
            messages.append({"role": "user", "content": draw(QUERY)})
        tool, arguments = draw(CALLS)
        call = {"id": f"c{n}", "type": "function", "function": {"name": tool, "arguments": json.dumps(arguments)}}
        messages.append({"role": "assistant", "content": None, "tool_calls": [call]})
        again = said and draw(st.integers(0, 3)) == 0
        text = draw(st.sampled_from(said)) if again else draw(TEXT)
        said.append(text)
        content: Any = text if draw(st.integers(0, 3)) else [{"type": "text", "text": text, "extra": 1}]
        messages.append({"role": "tool", "tool_call_id": f"c{n}", "content": content})
    return messages


@st.composite
def anthropic_conversations(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Anthropic messages: thinking, images, cache_control, text and list results."""
    messages: list[dict[str, Any]] = []
    for n in range(draw(st.integers(1, 3))):
        messages.append({"role": "user", "content": draw(QUERY)})
        tool, arguments = draw(CALLS)
        thinking = {"type": "thinking", "thinking": "hm " * 100, "signature": "c2ln" * 40}
        use = {"type": "tool_use", "id": f"t{n}", "name": tool, "input": arguments}
        messages.append({"role": "assistant", "content": [thinking, use]})
        text = draw(TEXT)
        image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "QUJD" * 200}}
        content: Any = draw(st.sampled_from([text, [{"type": "text", "text": text}, image]]))
        part: dict[str, Any] = {"type": "tool_result", "tool_use_id": f"t{n}", "content": content}
        if draw(st.booleans()):
            part["cache_control"] = {"type": "ephemeral"}
        messages.append({"role": "user", "content": [part, {"type": "text", "text": draw(QUERY)}]})
    return messages


@st.composite
def responses_conversations(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Items of OpenAI's Responses API: reasoning, calls and outputs of several kinds."""
    items: list[dict[str, Any]] = [{"type": "message", "role": "developer", "content": "You are an agent."}]
    for n in range(draw(st.integers(1, 3))):
        items.append({"type": "message", "role": "user", "content": [{"type": "input_text", "text": draw(QUERY)}]})
        items.append({"type": "reasoning", "id": f"r{n}", "summary": [], "encrypted_content": "c2ln" * 40})
        tool, arguments = draw(CALLS)
        text = draw(TEXT)
        image = {"type": "input_image", "image_url": "data:image/png;base64,QUJD"}
        if draw(st.integers(0, 3)):
            call = {"type": "function_call", "name": tool, "arguments": json.dumps(arguments), "call_id": f"c{n}"}
            output = draw(st.sampled_from([text, [{"type": "input_text", "text": text}, image]]))
            items += [
                call,
                {"type": "function_call_output", "call_id": f"c{n}", "output": output, "status": "completed"},
            ]
        else:
            ran = {"stdout": text, "stderr": "", "outcome": {"type": "exit", "exit_code": 0}}
            action = {"commands": [arguments.get("command", "make")]}
            items.append({"type": "shell_call", "call_id": f"c{n}", "action": action})
            items.append({"type": "shell_call_output", "call_id": f"c{n}", "output": [ran]})
    return items


@st.composite
def gemini_conversations(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Gemini's contents: signed calls, responses that are objects."""
    contents: list[dict[str, Any]] = []
    for _ in range(draw(st.integers(1, 3))):
        contents.append({"role": "user", "parts": [{"text": draw(QUERY)}]})
        tool, arguments = draw(CALLS)
        call = {"functionCall": {"name": tool, "args": arguments}, "thoughtSignature": "c2ln" * 40}
        contents.append({"role": "model", "parts": [{"text": "hm " * 100, "thought": True}, call]})
        text = draw(TEXT)
        response = draw(st.sampled_from([{"output": text}, {"content": [{"type": "text", "text": text}], "code": 0}]))
        inline = {"inlineData": {"mimeType": "image/png", "data": "QUJD" * 200}}
        parts = [{"functionResponse": {"name": tool, "response": response}}, inline]
        contents.append({"role": "user", "parts": parts})
    return contents


SHAPES = (openai_conversations(), anthropic_conversations(), responses_conversations(), gemini_conversations())
CONVERSATION = st.one_of(SHAPES)
TWO_OF_A_SHAPE = st.one_of([st.tuples(shape, shape) for shape in SHAPES])
PROFILE = st.sampled_from(["safe", "balanced", "aggressive"])
