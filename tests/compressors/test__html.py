"""HTML as markdown: what each tag becomes."""

from __future__ import annotations

import pytest

from headroom.compressors._html import Reader


def markdown(page: str) -> str:
    """The live blocks, one below the other, without blank lines; a link's mark is shown as `{number|text}`."""
    blocks = [b.text for b in Reader().read(page).blocks if not b.dead]
    return "\n".join(blocks).replace("\n\n", "\n").replace("\x02\x03", "}").replace("\x02", "{").replace("\x03", "|")


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("<p>a\n  b<br>c<p>d", "a b\nc\nd"),
        ("<h2>One <em>two</em></h2>text", "## One two\ntext"),
        ("<h2>Uses of<br>harbour.Crane</h2>text<br>more", "## Uses of harbour.Crane\ntext\nmore"),
        ("<ul><li>a<li>b<ul><li>c</ul></ul>", "- a\n- b\n  - c"),
        ("<ol><li><p>a</p><p>b</p><li>c</ol>", "1. a\n   b\n2. c"),
        ("<dl><dt>-v<dd>Says more.</dl>", "-v\n  Says more."),
        ("<blockquote><p>a</p></blockquote>b", "> a\nb"),
        ("<pre><code class='language-py'>if x &lt; 1:\n    y\n</code></pre>", "```py\nif x < 1:\n    y\n```"),
        ("<p>Use <code>f()</code> &amp; <kbd>q</kbd></p>", "Use `f()` & `q`"),
        ("<p><a href='/x'>a</a> <a href='#y'>b</a> <a href='javascript:z()'>c</a></p>", "{0|a} b c"),
        ("<h1>T<a href='#t'>¶</a></h1>", "# T"),
        ("<img src=x.png alt='a dog'><img src=y.png>", "![a dog]"),
        ("<table><tr><th>k<th>v<tr><td>a|b<td></table>", "| k | v |\n|---|---|\n| a\\|b |  |"),
        ("<table><tr><td>only</td></tr></table>", "only"),
        ("<table><tr><td><h2>Head</h2><p>text</p></td></tr></table>", "## Head\ntext"),
        ("<p>2<sup>31</sup></p>", "2^31"),
        ("<pre>a = 1<br>b = 2<br></pre>", "```\na = 1\nb = 2\n```"),
        ("<pre><div class=line>a = 1</div><div class=line>b = 2</div></pre>", "```\na = 1\nb = 2\n```"),
        ("<pre>a<h2>b</h2>c", "```\na\n```\n## b\nc"),
        ("<table><tr><td><pre>9\n10\n</pre><td><pre>if a:\n  b</pre></table>", "```\nif a:\n  b\n```"),
        ("<table><tr><td><p>a</p><blockquote>b</blockquote>c</td></tr></table>", "a\n> b\nc"),
        ("<table><tr><td><ul><li>a<li>b</ul><td>c</table>", "| • a • b | c |"),
        (
            "<table><tr><th rowspan=2>a<th colspan=2>b<tr><td>c<td>d</table>",
            "| a | b |  |\n|---|---|---|\n| a | c | d |",
        ),
        ("<a href=/x><h2>a</h2><p>b</p></a>", "## {0|a}\nb"),
        ("<dl><dt>-v<dd>a<dt>-q</dl><p>b", "-v\n  a\n-q\nb"),
        ("a < b, <b>c</b> > d", "a < b, c > d"),
        ("<p title='a>b'>c</p>", "c"),
    ],
)
def test_tags_become_markdown(page: str, shown: str) -> None:
    """Closed or not."""
    assert markdown(page) == shown


@pytest.mark.parametrize(
    "gone",
    [
        "<nav><a href=/>Home</a> and more</nav>",
        "<div class='x sidebar'><div><a href=/>Home</a></div></div>",
        "<ul id='breadcrumbs'><li>Home</ul>",
        "<footer>Home</footer>",
        "<aside class=related><h3>Related</h3><ul><li><a href=/a>The home of birds</a></ul></aside>",
        "<header><p><a href=/>Home</a></p></header>",
        "<ul><li><a href=#a>A</a><li><a href=#b>B</a><li><a href=#c>C</a></ul>",
        "<script>if (a < b) { Home }</script>",
        "<style>p > a {}</style>",
        "<!-- <p>Home</p> -->",
        "<select><option>Home</select>",
    ],
)
def test_what_is_not_content_goes(gone: str) -> None:
    """Navigation, footers, tables of contents, scripts, styles, comments, controls."""
    content = "The content of this page is what people come for."
    assert markdown(f"<p>{content}</p>{gone}<p>{content}</p>") == f"{content}\n{content}"


@pytest.mark.parametrize("open_tag", ["<nav>", "<div class=menu>", "<script>", "<!-- ", "<footer>", "<select>"])
def test_what_is_never_closed_does_not_swallow_the_page(open_tag: str) -> None:
    """Nothing is left out before its end was seen."""
    assert "The content" in markdown(f"<p>Start</p>{open_tag}<p>The content of this page.</p>")


def test_lists_of_links_before_the_first_heading_are_navigation() -> None:
    """Behind it they are content; so they are where there is no heading."""
    links = "<ul><li><a href=/a>First</a><li><a href=/b>Second</a><li><a href=/c>Third</a></ul>"
    text = "Text about birds. " * 9
    assert "First" not in markdown(f"{links}<h1>Title</h1><p>{text}</p>")
    assert "First" in markdown(f"<h1>Title</h1><p>Text</p>{links}")
    assert "First" in markdown(links)


def test_a_page_that_is_all_boilerplate_is_shown() -> None:
    """What else would there be to read?"""
    assert "Welcome" in markdown("<div class='cookie-banner'><p>Welcome to the island.</p></div>")


def test_a_title_stands_where_no_heading_repeats_it() -> None:
    """Once is enough."""
    assert markdown("<title>Birds - Atlas</title><h1>Birds</h1>text") == "# Birds\ntext"
    assert markdown("<title>Atlas</title><h1>Birds</h1>text") == "# Atlas\n# Birds\ntext"
    assert markdown("<title>Atlas</title>text") == "# Atlas\ntext"


def test_nesting_of_any_depth_is_read() -> None:
    """Without recursion, and without going over inner parts again and again."""
    deep = 20_000
    for tag in ("div class=menu", "ul", "table><tr><td", "blockquote", "b", "nav"):
        name = tag.split()[0].split(">")[0]
        assert "word" in markdown(f"<p>some other words</p>{f'<{tag}>' * deep}word{f'</{name}>' * deep}") or name in (
            "nav",
            "div",
        )


def test_blocks_know_where_they_come_from() -> None:
    """In characters of the page."""
    page = "<html>\n<p>one of the two, and the longer one at that</p>\n<p>two <b>three</b></p>"
    blocks = Reader().read(page).blocks
    assert [b.text.split()[0] for b in blocks] == ["one", "two"]
    assert [b.text.split()[-1] in page[b.start : b.end] for b in blocks] == [True, True]


@pytest.mark.parametrize("unit", ["<p>x</p>", "<li>x", "x<br>", "<li><a href=/x>y</a></li>\n", "<dt>a<dd>b"])
def test_what_is_short_shares_a_block(unit: str) -> None:
    """So that memory is bounded by the page's length, and not by how many tags it has."""
    page = "<ul>" + unit * 20_000
    blocks = Reader().read(page).blocks
    assert len(blocks) < len(page) / 200
    assert all(len(b.text) < 400 for b in blocks)


def test_a_block_reaches_over_no_edge_of_what_is_judged_as_one() -> None:
    """Of two lists that follow each other, one may go."""
    links = "".join(f"<li><a href='#n{n}'>Part {n}</a></li>" for n in range(5))
    page = f"<h1>T</h1><p>short</p><ul>{links}</ul><ul><li>one</li><li>two</li></ul>"
    assert markdown(page) == "# T\nshort\n- one\n- two"


@pytest.mark.parametrize("unit", ["<h2>x", "<pre>x", "<h3>x</h3><p>y</p>"])
def test_a_page_of_headings_and_code_of_a_letter_each_is_not_read(unit: str) -> None:
    """It would take fifty times its length in memory; a page with many headings is read."""
    assert Reader().read(unit * 50_000).blocks == []
    assert (
        len(Reader().read((unit + "some words that are said about it, as many as there usually are. ") * 900).blocks)
        >= 900
    )
