"""A page in a browser that an agent looks at again is referred to where it has not changed."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from headroom import Headroom, MemoryStore
from headroom._again import Again
from headroom.messages import Hint

LOOK = Hint(tool="browser_snapshot")


def page(ships: int = 30, changed: str = "open") -> str:
    rows = [
        f'  - row [ref=e{9 * n}]:\n    - cell [ref=e{9 * n + 1}]:\n      - link "B-{n}" [ref=e{9 * n + 2}] [cursor=pointer]:\n'
        f'        - /url: /berths/{n}\n    - cell "{changed if n == 12 else "open"}" [ref=e{9 * n + 3}]'
        for n in range(1, ships + 1)
    ]
    return "\n".join(["### Snapshot", "```yaml", "- table [ref=e1]:", *rows, "```"])


def looks(*pages: str) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = [{"role": "user", "content": "Watch the berths."}]
    for n, text in enumerate(pages):
        call = {"id": f"c{n}", "type": "function", "function": {"name": "browser_snapshot", "arguments": "{}"}}
        messages.append({"role": "assistant", "content": None, "tool_calls": [call]})
        messages.append({"role": "tool", "tool_call_id": f"c{n}", "content": text})
    return messages


def shown(messages: list[dict[str, Any]], profile: str, engine: Headroom | None = None) -> list[str]:
    result = (engine or Headroom(store=MemoryStore(), profile=profile)).compress(messages)
    assert not result.warnings
    return [str(m["content"]) for m in result.messages if m["role"] == "tool"]


def test_the_second_look_shows_what_has_changed() -> None:
    for profile in ("safe", "balanced"):
        first, second, third = shown(looks(page(), page(changed="closed"), page(changed="closed")), profile)
        assert len(second) < 0.4 * len(first)
        assert "closed" in second
        assert "B-12" in second or profile == "safe"
        assert "⋯" in second
        assert " lines as in result #1 above, browser_snapshot(), from: " in second
        assert "the same" in third


def test_a_later_look_says_the_same_whether_the_earlier_ones_are_remembered_or_not() -> None:
    store = MemoryStore()
    engine = Headroom(store=store, profile="balanced")
    pages = looks(page(), page(changed="closed"), page(changed="gone"))
    grown = [shown(pages[: 3 + 2 * n], "balanced", engine) for n in range(3)]
    assert grown[2] == shown(pages, "balanced")
    assert grown[1] == grown[2][:2]


def test_pages_that_are_read_differently_are_not_compared() -> None:
    body = "\n".join(f'link "Berth {n}" e{n} → …{n}' for n in range(30))
    again = Again()
    again.add(1, LOOK, "… = http://a.test/", body)
    assert again.fold("… = http://b.test/", body) is None
    assert again.fold("… = http://a.test/", body) is not None


@given(
    st.lists(
        st.lists(st.sampled_from([f"line {n} " + "x" * n for n in range(0, 90, 9)]), max_size=20),
        min_size=2,
        max_size=4,
    )
)
def test_a_reference_stands_for_lines_of_the_result_that_it_names(pages: list[list[str]]) -> None:
    again = Again()
    whole: list[list[str]] = []
    for number, lines in enumerate(pages, 1):
        folded = again.fold("n", "\n".join(lines))
        at = 0
        for line in (folded or "\n".join(lines)).split("\n"):
            if not line.startswith("⋯"):
                assert line == "\n".join(lines).split("\n")[at]
                at += 1
                continue
            count, source = int(line.split()[1]), int(line.split("#")[1].split()[0])
            run = lines[at : at + count]
            theirs = whole[source - 1]
            assert any(theirs[i : i + count] == run for i in range(len(theirs)))
            at += count
        assert at == len("\n".join(lines).split("\n"))
        whole.append(lines)
        again.add(number, LOOK, "n", "\n".join(lines))
