from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from headroom.compressors._api import Limits
from headroom.compressors._metrics import metrics, share
from headroom.messages import NO_HINT
from tests.compressors.decode import decode_table

LABELS = st.dictionaries(
    st.sampled_from(["code", "path", "zone"]), st.sampled_from(["a", "b,c", "0", 'q\\"', "{x}"]), max_size=3
)
VALUES = st.sampled_from(["0", "1.50", "3.1e-05", "+Inf", "NaN", "-7"])


def sample(name: str, labels: dict[str, str], value: str) -> str:
    inner = ",".join(f'{k}="{v}"' for k, v in labels.items())
    return f"{name}{{{inner}}} {value}" if inner else f"{name} {value}"


def shorten(text: str) -> str:
    made = metrics(text, NO_HINT, Limits())
    assert made is not None
    assert made.lossless
    return made.text


@settings(max_examples=200, deadline=None)
@example([({}, "+Inf"), ({"code": "a"}, "+Inf"), ({"code": "b,c"}, "+Inf")])
@given(st.lists(st.tuples(LABELS, VALUES), min_size=1, max_size=20))
def test_every_sample_of_a_metric_can_be_read_again(samples: list[tuple[dict[str, str], str]]) -> None:
    plain = ["# HELP m_x Things.", "# TYPE m_x gauge", *(sample("m_x", *s) for s in samples)]
    shown = shorten("\n".join(plain))
    if shown == "\n".join(plain) or len(samples) < 3:
        return
    head, _, body = shown.partition("\n")
    assert head == "m_x gauge: Things."
    names, rows = decode_table(body)
    found = [({k: v for k, v in zip(names[:-1], row, strict=False) if v}, row[-1]) for row in rows]
    assert found == samples


def test_a_histogram_is_a_row_per_set_of_labels() -> None:
    lines = ["# HELP t Time.", "# TYPE t histogram"]
    for path, n in (("/a", 1), ("/b", 5)):
        lines += [f't_bucket{{path="{path}",le="{le}"}} {n + i}' for i, le in enumerate(["0.1", "1", "+Inf"])]
        lines += [f't_sum{{path="{path}"}} {n}.5', f't_count{{path="{path}"}} {n + 9}']
    assert shorten("\n".join(lines)) == (
        "t histogram: Time.\n2 rows: path,le=0.1,le=1,le=+Inf,sum,count\n/a,1,2,3,1.5,10\n/b,5,6,7,5.5,14"
    )


def test_one_sample_stands_with_what_it_is() -> None:
    text = '# HELP up Whether it answers.\n# TYPE up gauge\nup 1\n# HELP q Spread.\n# TYPE q summary\nq{quantile="0.5"} 3\nq_sum 9\nq_count 3\n'
    assert shorten(text) == "up 1 # gauge: Whether it answers.\nq summary: Spread.\nquantile=0.5 3, sum 9, count 3\n"


@pytest.mark.parametrize(
    "line", ['m{a="1",a="2"} 3', 'm{a="1"} 3 1700000000', "m{a=1} 3", "curl: (7) Failed to connect"]
)
def test_what_is_of_another_form_stays_in_its_place(line: str) -> None:
    text = "\n".join(["# TYPE m gauge", *(f'm{{a="{n}"}} {n}' for n in range(9)), line, "up 1"])
    assert f"\n{line}\n" in shorten(text)


def test_metrics_are_told_from_other_texts() -> None:
    assert share(["# TYPE m gauge", 'm{a="1"} 3', "up 1"]) == 1.0
    assert share(["alpha 1", "beta 2"] * 9) == 0.0
    assert share(["# Heading", "Some words of prose"]) == 0.0
