"""Values of pairs in a log: ordinary ones are left out of the comparison, telling ones are not."""

from __future__ import annotations

from headroom.compressors._pairs import without_values


def never(_value: bytes) -> bool:
    return False


def lines(count: int, form: str) -> list[bytes]:
    names = "amber brook cedar delta ember frost grove haven inlet jetty".split()
    return [form.format(name=names[n % 10] + names[n // 10 % 10], n=n, few=names[n % 2]).encode() for n in range(count)]


def test_values_of_a_name_that_has_many_go_and_those_of_one_that_has_few_stay() -> None:
    masks, kept = without_values(lines(60, 'level=info user={name} zone={few} msg="stored"'), never)
    assert set(masks) == {b'level=info user=0 zone=amber msg="stored"', b'level=info user=0 zone=brook msg="stored"'}
    assert {b"amber", b"brook", b"info"} <= kept


def test_what_is_rare_among_a_few_values_stays() -> None:
    some = [f"a=x city=place{'abcdef'[n % 6]}".encode() for n in range(60)]
    masks, kept = without_values([*some, b"a=x city=elsewhere"], never)
    assert set(masks) == {b"a=x city=0", b"a=x city=elsewhere"}
    assert b"elsewhere" in kept


def test_messages_and_sentences_stay_whatever_their_names() -> None:
    said = lines(40, 'msg="{name} is stored" why="{name} was asked for it" a=x')
    assert without_values(said, never)[0] == said


def test_what_tells_of_a_failure_stays() -> None:
    said = lines(40, "a=x cause={name}")
    masks, _ = without_values([*said, b"a=x cause=timeout"], lambda value: value == b"timeout")
    assert set(masks) == {b"a=x cause=0", b"a=x cause=timeout"}


def test_lines_without_pairs_are_not_looked_at() -> None:
    plain = lines(40, "{name} was stored in {few}=1")
    assert without_values(plain, never) == (plain, set())
