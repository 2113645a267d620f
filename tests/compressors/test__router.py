"""The router: the surest compressor answers, and somebody always does."""

from __future__ import annotations

import base64
import json

import pytest

from headroom import Headroom, MemoryStore
from headroom.compressors import BUILTIN
from headroom.compressors._api import Effort, Elision, Limits, Rendition
from headroom.compressors._router import ContentRouter
from headroom.compressors.crusher import SmartCrusher
from headroom.compressors.raw import Raw
from headroom.messages import NO_HINT, Hint

DOCUMENT = json.dumps([{"id": n, "name": f"item {n}"} for n in range(40)], indent=2)


class Json:
    """Sure of text that starts like JSON; shows the first line's number."""

    name = "Json"
    kind = "json"

    def score(self, text: str, hint: Hint) -> float:
        return 0.9 if text.startswith("[") else 0.0

    def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
        gone = Elision(ranges=((limits.first_line, limits.first_line),), count=1)
        return Rendition(text=f"json from {limits.first_line}", elisions=(gone,), lossless=False)


class Idle:
    """Very sure, but finds nothing to gain."""

    name = "Idle"
    kind = "idle"

    def score(self, text: str, hint: Hint) -> float:
        return 0.95

    def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
        return Rendition(text=text)


class Broken:
    """Raises wherever it can."""

    name = "Broken"
    kind = "broken"

    def score(self, text: str, hint: Hint) -> float:
        raise ValueError("no score")

    def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
        raise ValueError("no text")


def limits(_kind: str) -> Limits:
    return Limits()


def test_raw_answers_when_nobody_else_does() -> None:
    """Always a winner."""
    routed = ContentRouter([Raw()]).compress("anything", NO_HINT, limits)
    assert (routed.name, routed.rendition.text) == ("Raw", "anything")


def test_a_winner_without_gain_passes_the_text_on() -> None:
    """A small nothing must not pre-empt the compressor that would have saved."""
    routed = ContentRouter([Idle(), Json(), Raw()]).compress(DOCUMENT, NO_HINT, limits)
    assert routed.name == "Json"


def test_a_compressor_that_raises_is_reported_and_stops_nobody() -> None:
    """Fail towards the original, and say so."""
    routed = ContentRouter([Broken(), Json(), Raw()]).compress(DOCUMENT, NO_HINT, limits)
    assert routed.name == "Json"
    assert routed.faults == ("Broken.score: ValueError: no score",)


def test_a_picture_in_json_is_folded_and_the_rest_is_json_still() -> None:
    """A small gain on the rest must not hide a large one."""
    picture = base64.b64encode(bytes(range(256)) * 40).decode()
    text = json.dumps({"name": "x.png", "data": picture, "rows": [{"id": n, "ok": True} for n in range(30)]})
    light = Limits(effort=Effort.LIGHT)
    routed = ContentRouter([SmartCrusher(), Raw()]).compress(text, NO_HINT, lambda _kind: light)
    assert (routed.name, routed.rendition.lossless) == ("SmartCrusher", False)
    assert "base64" in routed.rendition.text
    assert "x.png" in routed.rendition.text
    assert len(routed.rendition.text) < 1_000
    (gone,) = [e for e in routed.rendition.elisions if e.unit == "chars"]
    ((start, end),) = gone.ranges
    assert text[start:end] in picture
    lossless = ContentRouter([SmartCrusher(), Raw()]).compress(text, NO_HINT, limits)
    assert picture in lossless.rendition.text


def test_mixed_text_is_cut_and_each_segment_keeps_its_coordinates() -> None:
    """The line above a segment says which lines it stands for."""
    routed = ContentRouter([Json(), Raw()]).compress(f"Exit code 0\n{DOCUMENT}\ndone", NO_HINT, limits)
    last = 1 + DOCUMENT.count("\n") + 1
    assert routed.rendition.text.split("\n") == [
        "Exit code 0",
        f"⋯ lines 2-{last} as json:",
        "json from 2",
        f"⋯ line {last + 1} as it is:",
        "done",
    ]
    assert not routed.rendition.lossless


def test_neighbours_that_stay_as_they_are_are_told_of_once() -> None:
    same = "\n".join(f"({n}" for n in range(150))
    text = f"start\n{DOCUMENT}\n--- a ---\n{same}\n--- b ---\n{same}\n{DOCUMENT}\n"
    routed = ContentRouter([Json(), Raw()]).compress(text, NO_HINT, limits)
    end = DOCUMENT.count("\n") + 2
    told = [line for line in routed.rendition.text.split("\n") if line.startswith("⋯")]
    assert told == [
        f"⋯ lines 2-{end} as json:",
        f"⋯ lines {end + 1}-{end + 302} as they are:",
        f"⋯ lines {end + 303}-{2 * end + 301} as json:",
    ]
    assert routed.rendition.text.endswith(f"json from {end + 303}\n")


def test_mixed_text_with_lines_like_ours_is_not_cut() -> None:
    """Nobody's text may pass for a line of ours."""
    text = f"⋯ lines 1-9\n{DOCUMENT}\ndone"
    assert ContentRouter([Json(), Raw()]).compress(text, NO_HINT, limits).rendition.text == text


def test_a_text_in_which_the_surest_finds_nothing_is_cut_as_well() -> None:
    """What one compressor takes for its own may be several outputs."""
    routed = ContentRouter([Idle(), Json(), Raw()]).compress(f"=== data ===\n{DOCUMENT}", NO_HINT, limits)
    assert routed.rendition.text.split("\n")[:2] == [
        "=== data ===",
        f"⋯ lines 2-{DOCUMENT.count(chr(10)) + 2} as json:",
    ]


def test_what_a_terminal_would_not_show_is_left_out_first() -> None:
    rows = [f"\x1b[32m✓\x1b[39m cart > \x1b[2madds {i}\x1b[22m \x1b[32m{i}ms\x1b[39m" for i in range(60)]
    text = "\n".join([*rows, "\x1b[31mFAIL\x1b[39m cart > removes", "Tests 1 failed | 60 passed"])
    routed = ContentRouter(BUILTIN).compress(text, Hint(command="npx vitest"), lambda _: Limits(effort=Effort.LIGHT))
    assert "\x1b" not in routed.rendition.text
    assert "FAIL cart > removes" in routed.rendition.text
    assert routed.rendition.note.endswith("colours left out")
    assert not routed.rendition.lossless


def test_without_elision_terminal_codes_stay() -> None:
    text = "\n".join(f"\x1b[32mline {i} of some output that nobody knows\x1b[0m" for i in range(60))
    routed = ContentRouter(BUILTIN).compress(text, Hint(), lambda _: Limits(effort=Effort.LOSSLESS))
    assert routed.rendition.text.count("\x1b") == text.count("\x1b")


class Told:
    """Thinks that a text may be of its kind because the sender said so; remembers what it worked on."""

    name = "Told"
    kind = "told"

    def __init__(self) -> None:
        self.seen: list[int] = []

    def score(self, text: str, hint: Hint) -> float:
        return 0.5

    def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
        self.seen.append(len(text))
        return Rendition(text=text)


def test_parts_of_which_no_more_is_known_than_of_the_whole_are_not_worked_on_one_by_one() -> None:
    text = "\n\n".join(f"Part {n}\n-------\n" + "It goes on and on. " * 40 for n in range(5))
    told = Told()
    assert ContentRouter([Json(), told, Raw()]).compress(text, NO_HINT, limits).rendition.text == text
    assert told.seen == [len(text)]
    told = Told()
    mixed = f"{text}\n\n{DOCUMENT}\n\n{text}"
    assert ContentRouter([Json(), told, Raw()]).compress(mixed, NO_HINT, limits).kind == "json"
    assert len(mixed) not in told.seen


def test_a_document_is_known_whatever_an_agent_puts_around_it() -> None:
    """Also one that begins behind a word, and one that a line in brackets follows."""
    router = ContentRouter((SmartCrusher(), Raw()))
    for head, tail in (
        ("<untrusted_context>\nOutput: ", "\nProcess Group PGID: 7\n</untrusted_context>"),
        ("Output: ", ""),
        ("", "\n[The command completed with exit code 0.]\n[Current working directory: /srv]"),
    ):
        routed = router.compress(f"{head}{DOCUMENT}{tail}", NO_HINT, limits)
        assert routed.kind == "json"
        rendition = routed.rendition
        assert rendition.lossless
        assert rendition.text.startswith(head)
        assert "40 rows" in rendition.text
        assert rendition.text.endswith(tail)
        assert 5 * len(rendition.text) < len(DOCUMENT)


def test_lines_that_begin_behind_a_word_are_not_parted_from_it() -> None:
    """What shows lines by their numbers shows whole lines only."""

    class Log(Json):
        kind = "log"

        def score(self, text: str, hint: Hint) -> float:
            return 0.9 if text.startswith("2026") else 0.0

    text = "Output: " + "\n".join(f"2026-01-01 10:00:{n:02} INFO done" for n in range(40))
    routed = ContentRouter((Log(), Raw())).compress(text, NO_HINT, limits)
    assert routed.rendition.text.split("\n")[:2] == [text.split("\n")[0], "⋯ lines 2-40 as log:"]


def test_who_is_certain_of_the_output_answers_before_who_likes_the_whole() -> None:
    """A guess at all of it, wrapper included, is worth less."""

    class Guess(Idle):
        def score(self, text: str, hint: Hint) -> float:
            return 0.7

        def compress(self, text: str, hint: Hint, limits: Limits) -> Rendition:
            return Rendition(text="guessed")

    router = ContentRouter((Guess(), SmartCrusher(), Raw()))
    assert router.compress(f"Exit code 1\n{DOCUMENT}\nmore", NO_HINT, limits).kind == "idle"
    assert router.compress(f"Exit code 1\n{DOCUMENT}", NO_HINT, limits).kind == "json"


def test_what_an_agent_puts_around_an_output_that_nobody_claims_is_not_asked_about() -> None:
    asked: list[str] = []

    class Listening(Raw):
        def score(self, text: str, hint: Hint) -> float:
            asked.append(text)
            return super().score(text, hint)

    output = "\n".join(f"nothing in particular {n}" for n in range(40))
    text = f"Exit code 1\n{output}"
    assert ContentRouter((Listening(),)).compress(text, NO_HINT, limits).rendition.text == text
    assert asked == [output]


def test_nobody_is_asked_twice_about_the_same_output() -> None:
    asked: list[str] = []

    class Listening(Idle):
        def score(self, text: str, hint: Hint) -> float:
            asked.append(text)
            return 0.65

    text = f"Exit code 1\n{DOCUMENT}\nmore"
    assert ContentRouter((Listening(), Raw())).compress(text, NO_HINT, limits).rendition.text == text
    assert len(asked) == len(set(asked)) == 3  # all, what is not the agent's, and the document in it


NOTES = [
    (
        f"Harbour notes {n}",
        (
            f"The ferry leaves quay {n} every morning at twenty past six, and its crew has worked together since the old boat was"
            f" sold for scrap. Tickets are checked by hand, because the machines never survived the salt in the air of pier {n}."
            " In winter the crossing takes an hour longer, and the small cafe on board stays closed until the ice is gone."
        ),
    )
    for n in range(9)
]
ANSWER = "The clock of the town hall was mended by Elsa Lindqvist in 1931."
HITS = [*NOTES[:5], ("The town hall", f"{NOTES[5][1]} {ANSWER}"), *NOTES[5:]]
RECORDS = {
    "tags": "<documents>\n"
    + "".join(f"<document>\n<source>{a}</source>\n<text>\n{b}\n</text>\n</document>\n" for a, b in HITS)
    + "</documents>",
    "fields": "\n\n".join(f"Title: {a}\nURL: https://notes.example/{n}\nText: {b}" for n, (a, b) in enumerate(HITS)),
    "items": "\n".join(f"{n}. [{a}](https://notes.example/{n})\n   {b}" for n, (a, b) in enumerate(HITS)),
}


@pytest.mark.parametrize("form", RECORDS)
def test_records_of_paragraphs_are_prose_where_a_query_asks_for_something(form: str) -> None:
    hint = Hint(tool="web_search", query="Who mended the clock of the town hall?")
    routed = ContentRouter(BUILTIN).compress(RECORDS[form], hint, lambda _: Limits(effort=Effort.MEDIUM))
    assert routed.kind == "prose"
    assert ANSWER in routed.rendition.text
    assert len(routed.rendition.text) < 0.6 * len(RECORDS[form])


def test_records_of_paragraphs_are_only_spelled_anew_where_nothing_may_go() -> None:
    routed = ContentRouter(BUILTIN).compress(RECORDS["tags"], Hint(), lambda _: Limits())
    assert routed.kind == "xml"
    assert routed.rendition.lossless


def test_a_tree_within_other_text_is_shortened() -> None:
    """A list with blanks in front of it reads like a branch, so that the tree is no part of what surrounds it."""
    tree = (
        "harbour/\n"
        + "".join(f"├───quay_{n}/\n│   ├───berth.py\n│   └───crane.py\n" for n in range(12))
        + "└───tides.csv"
    )
    text = f"<context>\n- Folders:\n  - /srv/harbour\n\n{tree}\n\n</context>"
    made = ContentRouter(BUILTIN).compress(text, NO_HINT, limits).rendition
    assert made.lossless
    assert (
        "⋯ lines 5-42 as listing (one blank per level for │   ├───, names side by side):\nharbour/\n quay_0/\n"
        in made.text
    )
    assert made.text.startswith("<context>\n- Folders:\n  - /srv/harbour\n\n⋯ ")


def test_outputs_of_several_kinds_below_titles_are_read_each_by_its_own_kind() -> None:
    """Though all of them together could pass for a log, in which tables repeat: a peak in the second would be hidden."""
    table = "Device       r/s     w/s   util\n" + "".join(
        f"dm-{n}     {n * 31 % 97}.{n}0   {n * 17 % 89}.10   {98 if n == 7 else n % 5}.00\n" for n in range(12)
    )
    requests = "".join(f"2026-03-01 10:00:{n % 60:02d} INFO served berth {n} in {n % 7} ms\n" for n in range(90))
    text = f"{table}\n{table.replace('98.00', '99.00')}==> tail -n 90 /var/log/quay.log <==\n{requests}"
    hint = Hint(command="iostat 5; tail -n 90 /var/log/quay.log")
    made = ContentRouter(BUILTIN).compress(text, hint, lambda _: Limits(effort=Effort.MEDIUM))
    assert made.several
    assert "98.00" in made.rendition.text
    assert "99.00" in made.rendition.text
    assert "served berth 40" not in made.rendition.text


def test_json_that_curl_printed_between_its_own_lines_is_json() -> None:
    head = "*   Trying 10.0.0.1:80...\n> GET /berths HTTP/1.1\n> \n< HTTP/1.1 200 OK\n< Content-Type: application/json\n< \n"
    body = json.dumps([{"berth": f"B{n}", "state": "open", "tonnes": 100 + n} for n in range(40)])
    tail = "* Connection #0 to host a.test left intact\n"
    for text in (head + body + tail, f"{head}{body}\n{tail}"):
        out = Headroom(store=MemoryStore()).compress_text(text, command="curl -v http://a.test/berths").text
        assert len(out) < 0.5 * len(text)
        assert "< Content-Type: application/json\n" in out
        assert out.rstrip().endswith("* Connection #0 to host a.test left intact")
