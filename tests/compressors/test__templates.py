"""Masks and templates: what counts as the same, and what never does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors import _templates


def templates(lines: list[str], values: int = 5) -> list[int]:
    """The template of each line."""
    masks = _templates.masks(_templates.encode("\n".join(lines)))
    distinct = list(dict.fromkeys(masks))
    of = dict(zip(distinct, _templates.fold(distinct, values).of, strict=True))
    return [of[m] for m in masks]


def same(*lines: str, values: int = 5) -> bool:
    return len(set(templates(list(lines), values))) == 1


def test_numbers_of_any_length_are_the_same() -> None:
    assert same("took 3 ms", "took 12345678901234567 ms")


def test_ids_with_digits_and_calendar_words_are_the_same() -> None:
    assert same("Jan 3 block blk_-12 on 0x3f", "Feb 21 block blk_99 on 0xa7e")


def test_very_long_lines_are_the_same_only_without_their_digits() -> None:
    middle = "lorem ipsum " * 1000
    assert same(f"got 7 {middle} end", f"got 8 {middle} end")
    assert not same(f"got 7 {middle} end", f"got 7 {middle}{middle} end")


def test_a_word_of_few_values_tells_templates_apart() -> None:
    assert not same("state is now open", "state is now shut")


def test_a_word_of_many_values_is_a_name() -> None:
    assert same(*(f"session opened for user {n}" for n in "ann bob cid dee eva fay".split()))


def test_words_of_failure_and_levels_are_never_names() -> None:
    lines = [f"session opened for user {n}" for n in "ann bob cid dee eva fay".split()]
    lines += ["session refused for user ann", "session opened for user ERROR"]
    assert templates(lines)[:6] == [0] * 6
    assert 0 not in templates(lines)[6:]


def test_short_messages_without_a_fixed_word_stay_apart() -> None:
    lines = [
        f"7 host {a} {b}" for a, b in zip("one two six ten red".split(), "cat dog cow hen bee".split(), strict=True)
    ]
    assert len(set(templates(lines))) == 5


def test_a_common_word_in_the_place_of_names_belongs_to_them() -> None:
    names = "ann bob cid dee eva fay".split()
    lines = [f"session opened for user {n}" for n in names] + [f"root did thing number {w}" for w in "abcdefgh"]
    lines.append("session opened for user root")
    of = templates(lines)
    assert of[-1] == of[0]


def test_two_names_that_vary_together_are_one_template() -> None:
    names = [a + b for a in ("ka", "lo", "mi", "nu", "pe", "ro") for b in ("ba", "do", "fi", "gu", "ze", "ly")]
    assert same(*(f"user {a} opened the file {b} for reading" for a in names[:20] for b in names[20:]))


def test_failing_words_are_found_in_the_whole_vocabulary() -> None:
    found = _templates.fold([b"disk Failed now", b"all good"], 5).failing
    assert found == {b"Failed"}


@given(st.text(st.characters()))
def test_every_line_has_a_mask(text: str) -> None:
    lines = text.split("\n")
    raw = _templates.encode(text)
    assert len(_templates.masks(raw)) == len(lines)
    assert len(_templates.digits(raw).split(b"\n")) == len(lines)


@given(st.lists(st.lists(st.sampled_from("a b fail INFO x0 q0 user disk".split()), max_size=6), max_size=40))
def test_every_template_is_named_by_its_first_mask(rows: list[list[str]]) -> None:
    distinct = list(dict.fromkeys(" ".join(row).encode() for row in rows))
    found = _templates.fold(distinct, 5)
    for i, template in enumerate(found.of):
        assert template <= i
        assert found.of[template] == template
