"""A line of a page: what its links, code and pictures become."""

from __future__ import annotations

import pytest

from headroom.compressors._boilerplate import Counts
from headroom.compressors._inline import Inline


def read(raw: str) -> str:
    """A link's mark is shown as `{number|text}`."""
    return Inline(Counts()).text(raw).replace("\x02\x03", "}").replace("\x02", "{").replace("\x03", "|")


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a\n  b\tc\xa0d ", "a b c d"),
        ('see <a href="/x">x y</a>.', "see {0|x y}."),
        ("<a class=k href='/x'>x</a> <a href=/x>again</a>", "{0|x} {0|again}"),
        ('<a href="/x" title="a>b">x</a>', "{0|x}"),
        ('<a href="/x"><b>x</b> <code>y</code></a>', "{0|x `y`}"),
        ('<a href="/x">x <a href="/y">y</a>', "{1|x }{0|y}"),
        ("a</a> b", "a b"),
        ('<a\nname="n"\n></a\n>One. Two', "One. Two"),
        ('see <a\nhref="/x"\n>x</a\n>.', "see {0|x}."),
        ('<a href="#x">x</a><a href="#y">¶</a><a href="javascript:z()">z</a><a name=n>n</a>', "xzn"),
        ('<a href="/x?a=1&amp;b=2"><img src=i alt="a dog"></a>', "{0| ![a dog] }"),
        ("<code class=k>f()</code> <kbd>q</kbd> <tt>t</tt>", "`f()` `q` `t`"),
        ("2<sup>31</sup> H<sub>2</sub>O", "2^31 H2O"),
        ('<a href="/x">a<sup>1</sup></a> <a href="/y"><sup>2</sup></a>', "{0|a^1} {1|2}"),
        ("1 < 2 &lt;p&gt; &amp;lt; &hellip; &quot;", '1 < 2 <p> &lt; … "'),
        ("<span>a<", "a<"),
        ("<em>a <em", "a"),
    ],
)
def test_tags_within_a_line_become_markdown(raw: str, shown: str) -> None:
    """However they are spelled, closed or not."""
    assert read(raw) == shown


def test_a_link_around_blocks_is_the_first_one_s() -> None:
    """Its text comes with the next block; the block after that one is none of it."""
    line = Inline(Counts())
    assert line.text('<a href="/x">') == ""
    assert line.text("Heading") == "\x020\x03Heading\x02\x03"
    assert line.text("text</a>") == "text"
    assert line.links == ["/x"]


def test_the_text_of_links_is_counted() -> None:
    """By where they lead, without tags."""
    counts = Counts()
    line = Inline(counts)
    line.text('<a href="/x"><b>four</b></a> <a href="/x">more</a> <a href="#y">here</a> rest')
    assert (counts.linked, counts.again, counts.local) == (12, 4, 4)
    assert line.marks == 2 * len("\x020\x03\x02\x03")


def test_code_keeps_its_white_space() -> None:
    """And loses its tags."""
    assert Inline(Counts()).code('\n<span class="k">if</span> a &lt;  b:\n\t<a href="x">c</a>\n\n') == "if a <  b:\n\tc"


@pytest.mark.parametrize("unit", ["<", "<a ", '<a href="x">', "<a b='\">", "<img x", "='>", '="', "</a>", "<sup", "&"])
def test_hostile_lines_take_linear_time(unit: str) -> None:
    """A hang here is quadratic time."""
    assert isinstance(Inline(Counts()).text(unit * 60_000), str)
