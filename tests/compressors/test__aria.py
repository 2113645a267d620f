"""Trees of accessible elements are read as what they are, in time that grows with their length."""

from __future__ import annotations

import pytest

from headroom.compressors._aria import Node, outline, parse


def page(*lines: str) -> str:
    made, _ = outline(parse(lines))
    return "\n".join(made)


def test_an_element_is_read_with_all_that_is_told_of_it() -> None:
    (node,) = parse(
        ["- 'link \"Terms: ''now''\" [expanded] [ref=e7] [cursor=pointer]':", '  - /url: "#terms"', "  - text: 'it''s'"]
    )
    assert (node.role, node.name, node.attributes) == ("link", "\"Terms: 'now'\"", ("expanded",))
    assert (node.ref, node.pointer, node.properties) == ("e7", True, {"url": "#terms"})
    assert node.children == [Node(role="text", value="it's")]


def test_a_line_that_is_no_element_is_a_text() -> None:
    assert (
        page('- button "Go" [ref=e1]', "  what is this?", "- /url: /a") == 'button "Go" e1: what is this?\n- /url: /a'
    )


def test_depth_beyond_all_pages_is_no_fault() -> None:
    deep = [f"{'  ' * n}- generic [ref=e{n}]:" for n in range(2_000)]
    assert page(*deep, f'{"  " * 2_000}- button "Go" [ref=e9999]') == 'button "Go" e9999'


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (['- img "Logo" [ref=e1]', '- heading "A" [level=3] [ref=e2]'], 'img "Logo"\n### A'),
        (['- generic "Tip" [ref=e1]: words'], 'generic "Tip": words'),
        (
            ['- textbox "Name" [ref=e1]:', "  - /placeholder: Ada", "  - text: Grace"],
            'textbox "Name" e1 [placeholder=Ada]: Grace',
        ),
        (['- button "Save all" [ref=e1]:', "  - img [ref=e2]", "  - text: Save all"], "button e1: img Save all"),
        (["- row [ref=e1] [cursor=pointer]:", '  - cell "1" [ref=e2]', '  - cell "2" [ref=e3]'], "| 1 | 2 | e1"),
        (["- listitem [ref=e1]:", "  - paragraph [ref=e2]: One", "  - paragraph [ref=e3]: Two"], "- One\n Two"),
    ],
)
def test_what_an_element_reads_like(lines: list[str], expected: str) -> None:
    assert page(*lines) == expected


def test_what_most_addresses_begin_with_is_said_once() -> None:
    links = [f'uid=1_{n} link "{n}" url="https://a.test/docs/{n}"' for n in range(5)]
    made, base = outline(parse([*links, 'uid=1_9 link "out" url="https://b.test/"']))
    assert base == "https://a.test/docs/"
    assert made[-2:] == ['link "4" 1_4 → …4', 'link "out" 1_9 → https://b.test/']
    assert outline(parse(links[:3]))[1] == ""
