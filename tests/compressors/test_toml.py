from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

from headroom.compressors._api import Effort, Limits
from headroom.compressors._flow import Num
from headroom.compressors.toml import TomlCompressor, parse
from headroom.messages import NO_HINT
from tests.compressors.decode import decode, plain

DATA = Path(__file__).parent.parent / "data" / "toml"
TOML = TomlCompressor()
CASES = sorted(p.stem for p in DATA.glob("*.in"))


def read(case: str) -> str:
    return (DATA / f"{case}.in").read_text("utf-8")


def uncommented(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if not line.startswith("# "))


def native(value: Any) -> Any:
    """Numbers as Python has them."""
    if isinstance(value, dict):
        return {k: native(v) for k, v in value.items()}
    if isinstance(value, list):
        return [native(v) for v in value]
    return int(value) if isinstance(value, Num) else value


@pytest.mark.parametrize("case", CASES)
def test_golden_pairs_hold_the_same_values(case: str) -> None:
    assert TOML.score(read(case), NO_HINT) > 0.6
    made = TOML.compress(read(case), NO_HINT, Limits(effort=Effort.MEDIUM))
    assert made.lossless
    assert f"{made.note}\n{made.text}\n" == (DATA / f"{case}.out").read_text("utf-8")
    assert plain(decode(uncommented(made.text))) == plain(parse(uncommented(read(case))))


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Python has a reader of TOML from 3.11 on")
@pytest.mark.parametrize("case", CASES)
def test_the_values_are_those_that_python_reads(case: str) -> None:
    tomllib = importlib.import_module("tomllib")
    assert native(parse(uncommented(read(case)))) == tomllib.loads(read(case))


@pytest.mark.parametrize(
    "text",
    ["a = 1 # why", "a = 2026-03-01", 'a = """x"""', "a = 1\na = 2", "[a]\n[a]", "a = [\n 1,", "a.b = 1", "a = 'x", "plain words",
     "a = 1\n[[a]]", "[[a]]\nb = 1\n[a]", "a = 1_000", "a = {b = 1"],
)  # fmt: skip
def test_what_is_not_known_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(text)


def test_a_comment_inside_keeps_the_text_as_it_is() -> None:
    text = read("cargo").replace('name = "crane"', '# pinned\nname = "crane"')
    assert TOML.compress(text, NO_HINT, Limits(effort=Effort.STRONG)).text == text


def test_configuration_without_repeated_tables_is_not_claimed() -> None:
    text = '[project]\nname = "x"\n\n[tool.x]\n' + "".join(f'key{n} = "value"\n' for n in range(20))
    assert TOML.score(text, NO_HINT) == 0.0
