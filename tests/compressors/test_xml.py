from __future__ import annotations

import re

import pytest

from headroom.compressors._api import Effort, Limits
from headroom.compressors._flow import Num
from headroom.compressors._xml import parse
from headroom.compressors.xml import XmlCompressor
from headroom.messages import NO_HINT
from tests.compressors.decode import decode, plain

XML = XmlCompressor()
SHIPS = "".join(
    f'  <ship id="{n}" flag="NO">\n    <name>Gull {n}</name>\n    <tons>{n * 31}</tons>\n  </ship>\n' for n in range(30)
)
FLEET = f'<?xml version="1.0"?>\n<!-- spring -->\n<fleet year="2026">\n{SHIPS}</fleet>\n'


def test_elements_that_repeat_are_rows_and_hold_the_same_values() -> None:
    assert XML.score(FLEET, NO_HINT) > 0.6
    made = XML.compress(FLEET, NO_HINT, Limits(effort=Effort.MEDIUM))
    assert made.lossless
    assert len(made.text) < len(FLEET) / 4
    assert made.note.startswith("XML, all values are texts")
    above, _, body = made.text.partition("\n")
    assert above == "<!-- spring -->"
    assert plain(decode(body)) == plain(parse(FLEET)[1])


def test_a_text_that_looks_like_a_number_stands_as_it_is() -> None:
    made = XML.compress(FLEET.replace("<tons>31<", "<tons>0031.50<"), NO_HINT, Limits())
    assert "Gull 1,0031.50" in made.text
    assert parse("<a>07</a>")[1] == {"a": Num("07")}


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE html>\n<html><body>" + "<p>x</p>" * 20 + "</body></html>",
        "<div>" + "<p>x</p>" * 20 + "</div>",
        "<svg>" + "<path d='M0 0'/>" * 20 + "</svg>",
        "a < b and c > d\n" * 20,
        "<thinking> let me see",
        "<result>\n" + "plain words of an answer\n" * 20 + "</result>",
    ],
)
def test_pages_pictures_and_prose_are_not_claimed(text: str) -> None:
    assert XML.score(text, NO_HINT) == 0.0


def test_markup_in_quotes_makes_no_page_of_a_feed() -> None:
    items = "".join(
        f"<item><title>Notice {n}</title><link>https://quay.test/{n}</link>"
        f"<description><![CDATA[<p>Berth <b>{n}</b> is closed.</p>]]></description></item>\n"
        for n in range(30)
    )
    feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Port</title>\n{items}</channel></rss>'
    assert XML.score(feed, NO_HINT) >= 0.6
    made = XML.compress(feed, NO_HINT, Limits())
    assert len(made.text) < len(feed) / 3
    assert plain(decode(made.text)) == plain(parse(feed)[1])


def test_prose_with_markup_stays_as_it_is() -> None:
    text = "<doc>" + "<para>The <em>tide</em> rises at <time>six</time>.</para>\n" * 30 + "</doc>"
    assert XML.compress(text, NO_HINT, Limits(effort=Effort.STRONG)).text == text


def test_texts_of_several_lines_in_tags_stay_as_they_are() -> None:
    page = "def take(berth):\n    if berth.taken:\n        raise BerthTaken(berth)\n" * 9
    text = "<documents>" + f"<document><source>a.py</source><content>{page}</content></document>\n" * 5 + "</documents>"
    assert XML.compress(text, NO_HINT, Limits(effort=Effort.STRONG)).text == text


def test_what_must_be_kept_is_shown_exactly() -> None:
    kept = Limits(keep=re.compile("<tons>93</tons>"))
    assert XML.compress(FLEET, NO_HINT, kept).text == FLEET
