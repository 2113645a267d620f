from __future__ import annotations

from itertools import accumulate

import pytest

from headroom.compressors._code_query import Asked, asked, between

TEXT = "\n".join(
    [
        "def send(self):",
        "    warn_postal_weight(1)",
        "def take():",
        "    pass",
        *(f"    common = {n}" for n in range(60)),
    ]
)


def ask(query: str | None, text: str = TEXT) -> Asked:
    lines = text.split("\n")
    return asked(text, query, lines, list(accumulate((len(line) + 1 for line in lines), initial=0)))


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("how does `send` work", "send"),
        ("fix Client.send", "send"),
        ("fix Client::send please", "send"),
        ("what does send() do", "send"),
        ("parse_headers is slow", "parse_headers"),
        ("parseHeaders is slow", "parseHeaders"),
        ("rename _private", "_private"),
        ("where do we take it", "take"),
    ],
)
def test_names_in_a_query_are_names_of_functions(query: str, name: str) -> None:
    assert ask(query).names_it(name)


@pytest.mark.parametrize(
    ("query", "name"), [("look at a/send.py", "send"), ("`send.py` is long", "send"), ("the file", "the"), ("x", "")]
)
def test_files_and_stop_words_are_not(query: str, name: str) -> None:
    assert not ask(query).names_it(name)


def test_no_query_asks_nothing() -> None:
    nothing = ask(None)
    assert not nothing.names_it("send")
    assert nothing.weight(0, 99) == (0, 0)


def test_a_rare_identifier_tells_where_it_is_used() -> None:
    found = ask("who calls `warn_postal_weight`?")
    assert between(found.telling, 0, 2)
    assert not between(found.telling, 2, 99)
    assert found.pinned(1, 2)


def test_a_line_that_holds_only_names_of_functions_defined_here_tells_nothing_about_its_surroundings() -> None:
    found = ask("who calls `warn_postal_weight`?")
    lines = TEXT.split("\n")
    assert found.telling_of(lines, {"send"}) == found.telling
    assert found.telling_of(lines, {"warn_postal_weight"}) == []


def test_a_plain_word_that_is_common_here_or_in_any_question_about_code_pins_no_lines() -> None:
    text = "\n".join(["harbour master", *["harbour"] * 20, "the work is done", "a stray anchor"])
    assert not ask("how does the harbour work", text).pins
    assert list(ask("where is the anchor", text).pins) == [22]
    named = text.replace("harbour\n", "harbour_9()\n", 14) + "\n-" * 100
    assert len(ask("where is `harbour_9`", named).pins) == 14
    assert not ask("where is `harbour_9`", f"{named}\nharbour_9()\nharbour_9()\nharbour_9()").pins


def test_words_count_also_as_parts_of_names_and_common_ones_do_not() -> None:
    found = ask("weights for postal parcels are common")
    assert found.weight(0, 2)[0] == 2
    assert found.weight(2, 99)[0] == 0


def test_a_text_whose_letters_change_length_in_lower_case_is_read_all_the_same() -> None:
    assert ask("postal weight", "İ\n" + TEXT).weight(0, 99) == (0, 0)


def test_the_parts_of_a_path_are_no_names() -> None:
    found = ask("How does `send` work in lib/synced_folders/my_rsync/helper.rb?")
    assert found.names == {"send"}


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("What top-level classes are there? Give their signatures.", True),
        ("an outline please", True),
        ("why is the signed parcel late", False),
    ],
)
def test_a_query_can_ask_for_an_outline(query: str, wanted: bool) -> None:
    assert ask(query).outline == wanted


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("How does `send` work in a.py?", "send"),
        ("how does send work", "send"),
        ("explain send", "send"),
        ("the method send is slow", "send"),
        ("How does `~Send` work?", "~Send"),
        ("How does `operator []` work?", "operator[]"),
        ("How does `moored?` work?", "moored?"),
    ],
)
def test_a_query_asks_for_what_it_names(query: str, name: str) -> None:
    assert ask(query).asks_for(name)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("send it again", "send"),
        ("Which functions call `send`?", "send"),
        ("a_b c_d e_f g_h i_j k_l m_n", "a_b"),
        ("", "send"),
    ],
)
def test_a_query_that_only_holds_a_name_does_not_ask_for_it(query: str, name: str) -> None:
    assert not ask(query).asks_for(name)


def test_a_sentence_that_is_quoted_stands_where_the_text_holds_it_once() -> None:
    text = "a\n/**\n * Says where it\n *   lies, and why.\n */\nb"
    assert ask('Which function "Says where it lies"?', text).stands == 2
    assert ask('Which function "Says where it lies"?', f"{text}\n{text}").stands is None
    assert ask('Which function "Says it"?', text).stands is None
    assert ask("Says where it lies", text).stands is None


def test_the_top_level_is_asked_for_in_words() -> None:
    assert ask("What top-level functions are there?").top
    assert not ask("Give the signatures of all methods.").top
    assert ask("Give the signatures of all methods.").outline
