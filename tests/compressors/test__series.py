from __future__ import annotations

import json
import random
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors._api import Effort, Limits, Rendition
from headroom.compressors._flow import Num, parse
from headroom.compressors._series import may_hold, spelled_series
from headroom.compressors.crusher import SmartCrusher, in_pieces
from headroom.messages import Hint
from tests.compressors.decode import decode, plain

START = 1795440000


def crushed(document: Any, effort: Effort = Effort.MEDIUM, query: str = "") -> Rendition:
    return SmartCrusher().compress(json.dumps(document), Hint(query=query), Limits(effort=effort))


def steady(count: int, *, level: float = 0.3, seed: int = 7) -> list[list[Any]]:
    """A series with a step of a minute that stays around its level."""
    noise = random.Random(seed)
    return [[START + 60 * i, f"{level + noise.uniform(-0.02, 0.02):.6f}"] for i in range(count)]


def ranged(series: list[list[list[Any]]]) -> dict[str, Any]:
    """What Prometheus answers."""
    result = [{"metric": {"job": "node", "instance": f"10.4.1.{n}:9100"}, "values": s} for n, s in enumerate(series)]
    return {"status": "success", "data": {"resultType": "matrix", "result": result}}


VALUES = st.sampled_from(["0.25", "-3", "1e-9", "NaN", "+Inf", "7"])


@given(
    st.integers(0, 2_000_000_000_000),
    st.integers(1, 60_000),
    st.lists(st.tuples(VALUES, st.sampled_from([1, 1, 1, 1, 1, 1, 2, 5])), min_size=2, max_size=40),
    st.sampled_from(["text", "number", "turned"]),
)
def test_a_series_of_pairs_comes_back_without_loss(
    start: int, step: int, points: list[tuple[str, int]], shape: str
) -> None:
    pairs: list[list[Any]] = []
    time = start
    for value, ahead in points:
        spelled = value if shape == "text" else None if value in {"NaN", "+Inf"} else float(value)
        pairs.append([spelled, time] if shape == "turned" else [time, spelled])
        time += step * ahead
    text = json.dumps({"name": "cpu", "values": pairs, "more": [{"values": pairs}, {"values": pairs[:3]}]})

    made = SmartCrusher().compress(text, Hint(), Limits(effort=Effort.LIGHT))

    parsed = parse(text)
    assert parsed is not None
    assert made.lossless
    assert made.text == text or plain(decode(made.text)) == plain(parsed[0])


def test_the_step_of_the_times_is_said_once_and_a_gap_where_it_is() -> None:
    pairs = [pair for pair in steady(14) if pair[0] != START + 300]

    made = crushed({"values": pairs}, Effort.LIGHT)

    assert made.lossless
    assert made.text.startswith(f'{{values:~{START}+60: "{pairs[0][1]}" "{pairs[1][1]}" ')
    assert f'"{pairs[4][1]}" ~{START + 360} "{pairs[5][1]}"' in made.text
    assert '~t+s: "a" "b" = [[t,"a"],[t+s,"b"]]' in made.note


def test_of_a_long_series_the_ends_the_extremes_and_the_middle_are_shown_with_their_times() -> None:
    pairs = steady(41)
    ranked = sorted(pairs, key=lambda pair: float(pair[1]))
    least, middle, most = ranked[0], ranked[20], ranked[-1]

    made = crushed(ranged([pairs]))

    said = f"⋯41: {pairs[0][1]}..{pairs[-1][1]} min {least[1]}@{least[0]} med {middle[1]} max {most[1]}@{most[0]}"
    assert said in made.text
    assert f"41 from {START} to {START + 2400} by 60" in made.note
    assert 'all of one: fields=["data.result[0].values"]' in made.note
    assert sum(e.count for e in made.elisions) == 41 - len({0, 40, pairs.index(least), pairs.index(most)})


def test_a_series_that_jumps_is_shown_among_many_that_do_not() -> None:
    series = [steady(30, seed=n) for n in range(60)]
    for pair in series[41][18:]:
        pair[1] = f"{float(pair[1]) + 0.5:.6f}"
    series[23][9][1] = "NaN"
    del series[32][4:7]

    made = crushed(ranged(series))

    before, after = series[41][17], series[41][18]
    assert f"jump {before[1]}@{before[0]}>{after[1]}@{after[0]}" in made.text
    assert f"NaN@{START + 540}" in made.text
    assert f"none between {START + 180} and {START + 420}" in made.text
    assert "60 rows:" in made.text


def test_a_peak_is_named_and_a_slope_is_no_jump() -> None:
    pairs = steady(50)
    pairs[20][1], pairs[33][1] = "7.5", "8.25"
    ramp = [[START + 60 * i, f"{i / 2}"] for i in range(50)]

    made = crushed({"peak": pairs, "ramp": ramp})

    assert f"max 8.25@{START + 33 * 60} far out 7.5@{START + 20 * 60}" in made.text
    assert f"max 24.5@{START + 49 * 60} 1 in 7: 0.0 3.5 7.0 10.5 14.0 17.5 21.0 24.5" in made.text
    assert "jump" not in made.text


def test_a_point_whose_time_the_query_names_is_shown() -> None:
    pairs = steady(50)

    made = crushed({"values": pairs}, query=f"What was it at {START + 17 * 60}?")

    assert f"asked {pairs[17][1]}@{START + 17 * 60}" in made.text


def test_lists_of_fractions_are_series_by_their_places_and_whole_numbers_stay() -> None:
    noise = random.Random(3)
    vector = [round(noise.uniform(-0.05, 0.05), 9) for _ in range(384)]
    missing = [n * n for n in range(60)]

    made = crushed({"data": [{"index": 0, "embedding": vector}], "missing": missing})

    assert f"⋯384: {vector[0]}..{vector[-1]} min {min(vector)}@[{vector.index(min(vector))}]" in made.text
    assert f"missing:[{','.join(map(str, missing))}]" in made.text
    assert len(made.text) < 600


@pytest.mark.parametrize(
    "pairs",
    [
        [[1, 2], [2, 3], [3, 5], [4, 7], [5, 5]],
        [[10.5, 59.1], [10.6, 59.2], [10.4, 59.3], [10.5, 59.2]] * 8,
        [[START, "a"], [START + 60, "b"], [START + 120, "c"], [START + 180, "d"]],
        [[START, "1"], [START, "2"], [START + 120, "3"], [START + 180, "4"]],
        [[START, "1", "2"]] * 30,
        [[START + n, "1", "of"] for n in range(30)],
        [7, 8, 9, 10],
        [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9],
    ],
)
def test_lists_that_are_no_series_stay(pairs: list[Any]) -> None:
    parsed = parse(json.dumps({"pairs": pairs}))
    assert parsed is not None

    assert spelled_series(parsed[0], "", Limits(effort=Effort.MEDIUM)) is None


def test_times_that_are_dates_are_told_as_they_stand() -> None:
    noise = random.Random(5)
    values = [[f"2026-11-20T14:{i:02d}:00Z", round(noise.uniform(3, 5), 3)] for i in range(60)]

    made = crushed({"series": [{"name": "cpu", "columns": ["time", "mean"], "values": values}]})

    most = max(values, key=lambda pair: float(str(pair[1])))
    assert f"max {most[1]}@{most[0]}" in made.text
    assert "60 from 2026-11-20T14:00:00Z to 2026-11-20T14:59:00Z" in made.note


def test_a_large_answer_is_read_in_pieces_and_names_the_places_of_its_series() -> None:
    text = json.dumps(ranged([steady(200, seed=n) for n in range(40)])["data"]["result"])

    made = in_pieces(text, Hint(), Limits(effort=Effort.MEDIUM), size=20_000)

    assert 'fields=["[0].values"]' in made.note
    assert made.text.count("⋯200: ") > 8
    assert len(made.text) < len(text) / 10


def test_every_point_that_is_shown_stands_in_the_source_at_its_time() -> None:
    series = [steady(60, level=n, seed=n) for n in range(9)]
    for at in (12, 40, 41):
        series[4][at][1] = f"{9 * at}.5"
    source = {(str(t), v) for s in series for t, v in s}

    made = crushed(ranged(series))

    shown = re.findall(r"(-?[\d.]+)@(\d+)", made.text)
    assert len(shown) > 18
    assert all((time, value) in source for value, time in shown)


def test_a_glance_tells_whether_there_may_be_series() -> None:
    assert may_hold('{"values": [[1795440000, "1"], [1795440060, "2"]]}')
    assert may_hold('{"embedding":[0.1,-0.2,3e-7]}')
    assert not may_hold('{"a": [{"b": 1}, {"b": 2}], "tags": ["x", "y"], "pair": [1, 2]}')


def test_numbers_keep_their_spelling_in_series() -> None:
    text = '{"v": [' + ", ".join([f"[{START + 60 * i}, {i}.50]" for i in range(30)]) + "]}"

    made = SmartCrusher().compress(text, Hint(), Limits(effort=Effort.MEDIUM))

    assert "⋯30: 0.50..29.50 " in made.text
    assert Num("0.50") == "0.50"


@given(st.integers(-(10**12), 10**12), st.integers(-(10**6), 10**6), st.integers(1, 40))
def test_numbers_that_go_by_one_step_are_told_by_it_and_come_back(first: int, step: int, length: int) -> None:
    text = json.dumps({"times": [first + step * n for n in range(length)], "name": "x" * 60})

    made = SmartCrusher().compress(text, Hint(), Limits(effort=Effort.LIGHT))

    parsed = parse(text)
    assert parsed is not None
    assert made.lossless
    assert plain(decode(made.text)) == plain(parsed[0])
    assert ("×" in made.text) == (length >= 12)


def test_rows_of_several_values_are_told_column_by_column() -> None:
    noise = random.Random(5)
    rows = [
        [START + 60 * n, round(noise.uniform(3, 5), 3), round(noise.uniform(8, 9) + 5 * (n > 40), 2)] for n in range(60)
    ]

    made = crushed({"series": [{"name": "cpu", "columns": ["time", "mean", "top"], "values": rows}]})
    unnamed = crushed({"values": rows})

    mean, top = ([row[i] for row in rows] for i in (1, 2))
    assert f"⋯60: mean {mean[0]}..{mean[-1]} min {min(mean)}@{rows[mean.index(min(mean))][0]} med " in made.text
    assert f" | top {top[0]}..{top[-1]} min " in made.text
    assert f"jump {top[40]}@{rows[40][0]}>{top[41]}@{rows[41][0]}" in made.text
    assert f" | $3 {top[0]}..{top[-1]} min " in unnamed.text
    assert crushed({"values": rows}, Effort.LIGHT).lossless
