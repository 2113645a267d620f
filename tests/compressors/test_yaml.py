from __future__ import annotations

from pathlib import Path

import pytest

from headroom.compressors._api import Effort, Limits
from headroom.compressors._yaml import parse
from headroom.compressors.yaml import YamlCompressor
from headroom.messages import NO_HINT
from tests.compressors.decode import decode, plain

DATA = Path(__file__).parent.parent / "data" / "yaml"
YAML = YamlCompressor()


@pytest.mark.parametrize("case", sorted(p.stem for p in DATA.glob("*.in")))
def test_golden_pairs_hold_the_same_values(case: str) -> None:
    source = (DATA / f"{case}.in").read_text("utf-8")
    assert YAML.score(source, NO_HINT) > 0.6
    made = YAML.compress(source, NO_HINT, Limits(effort=Effort.MEDIUM))
    assert made.lossless
    assert f"{made.note}\n{made.text}\n" == (DATA / f"{case}.out").read_text("utf-8")
    assert plain(decode(made.text)) == plain(parse(source))


@pytest.mark.parametrize(
    "text",
    [
        "- first thing\n- second thing\n" * 9,
        "\n".join(f"2026-03-01 10:00:{n} INFO started: worker {n}" for n in range(20)),
        "Notes: what we did\n\nWe met: all of us.\n" * 6,
        "".join(f"Header-{n}: value {n}\n" for n in range(20)),
        "def f(x):\n    return x\n" * 8,
    ],
)
def test_lists_logs_prose_headers_and_code_are_not_claimed(text: str) -> None:
    assert YAML.score(text, NO_HINT) == 0.0


def test_comments_stay_above_documents_and_inside() -> None:
    part = "---\n# Source: chart/{n}.yaml\nkind: Gate\nmetadata:\n  name: gate-{n}\n  labels:\n    app: harbour\nspec:\n  depth: {n}\n"
    text = "".join(part.format(n=n) for n in range(9))
    assert YAML.score(text, NO_HINT) > 0.6
    made = YAML.compress(text, NO_HINT, Limits())
    assert made.lossless
    assert 'comment="Source: chart/"+document+".yaml"' in made.text
    assert "comments" not in made.note
    assert len(made.text) < len(text)
    gates = "".join(f"- name: gate-{n}\n  # as of {n} May\n  depth: {n * 37 % 11}\n  state: open\n" for n in range(20))
    inside = YAML.compress(gates, NO_HINT, Limits())
    assert inside.lossless
    assert "gate-7,as of 7 May,6" in inside.text
    assert '"#" keys: comments' in inside.note
    little = "".join(part.format(n=n) for n in range(2)).replace("spec:\n", "# why\nspec:\n")
    assert YAML.compress(little, NO_HINT, Limits()).text == little


def test_what_a_person_has_written_stays_as_it_is() -> None:
    text = "x: &x {}\nservices:\n" + "".join(f"  web{n}:\n    <<: *x\n    port: {n}\n" for n in range(9))
    assert YAML.compress(text, NO_HINT, Limits(effort=Effort.STRONG)).text == text


def test_a_string_over_many_lines_is_one_value_and_no_prose() -> None:
    rows = "".join(f"  - hour {n}: the pilot boards, and the tug {n} waits\\n\\\n" for n in range(12))
    text = f"content: \"Berth plan\\n\\\n{rows}  \\ end\"\nfilename: plan.docx\nid_: '7'\nowner: ann\nsize: 900\nstate: open\n"
    assert YAML.score(text, NO_HINT) > 0.6
    made = YAML.compress(text, NO_HINT, Limits())
    assert made.lossless
    assert "hour 11: the pilot boards, and the tug 11 waits\\n" in made.text
    assert made.text.count("\n") == 5


def test_a_block_of_text_stays_as_it_is_written() -> None:
    text = "content: |\n" + "".join(f"  The pilot boards at hour {n}.\n" for n in range(30)) + "owner: ann\nsize: 900\n"
    assert YAML.compress(text, NO_HINT, Limits()).text == text
