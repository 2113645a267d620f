"""Where a model's files are looked for, what is said where one is missing, and what an engine does with a model."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom import ConfigError, Headroom, MemoryStore, TextModel
from headroom.compressors.raw import Raw
from headroom.text_model import Layout, checked, find

TINY = Path(__file__).parent / "data" / "text_model"
needs_ml = pytest.mark.skipif(find_spec("onnxruntime") is None, reason="needs the extra ml")
WHO = "the ferry, a family of shipwrights, the old harbour master, a few of the guests, the mayor, an engineer".split(
    ", "
)
WHAT = "is not in the yard, was painted with care, has seen the plans, works by the lake, never sails in a storm".split(
    ", "
)
WHY = "as the north wind is strong, for the mast is of oak, which is the rule of the house, so that it is dry".split(
    ", "
)
DICE = Random(7)
SENTENCES = [
    f"{DICE.choice(WHO)} {DICE.choice(WHAT)} {DICE.choice(WHY)}{DICE.choice(['', ', in spring', f' since {n}'])}.".capitalize()
    for n in range(1800, 1890)
]
ASKED = "The rules that are written on the wall of the boathouse are read by each of the passengers on the way."
PROSE = (
    "\n\n".join(" ".join(SENTENCES[n : n + 3]) for n in range(0, 90, 3))
    + f"\n\n{ASKED}\n\n"
    + 'It says "The boat is full".'
)


def folder(at: Path, *models: str, **config: object) -> Path:
    """A model's folder; nobody opens the files here."""
    for name in models:
        (at / name).parent.mkdir(parents=True, exist_ok=True)
        (at / name).write_bytes(b"")
    (at / "tokenizer.json").write_text("{}")
    (at / "config.json").write_text(json.dumps(config))
    return at


@pytest.mark.parametrize("name", ["model.onnx", "onnx/model.onnx", "onnx/kompress-int8-wo.onnx", "tiny.onnx"])
def test_a_folder_is_read_as_exports_lay_it_out(tmp_path: Path, name: str) -> None:
    found = find(folder(tmp_path, name))
    assert found.model == tmp_path / name
    assert found.tokenizer == tmp_path / "tokenizer.json"
    assert found.labels == ("LABEL_0", "LABEL_1")  # exports leave them out


def test_the_usual_name_wins_over_quantized_ones(tmp_path: Path) -> None:
    both = folder(tmp_path, "onnx/model.onnx", "onnx/model_quantized.onnx")
    assert find(both).model.name == "model.onnx"
    assert find(both / "onnx" / "model_quantized.onnx").model.name == "model_quantized.onnx"


def test_a_folder_in_which_all_files_lie_beside_the_model_will_do(tmp_path: Path) -> None:
    inner = folder(tmp_path / "onnx", "model.onnx")
    assert find(inner).tokenizer == find(tmp_path).tokenizer == inner / "tokenizer.json"


@pytest.mark.parametrize(
    ("made", "asked", "said"),
    [
        ([], "nowhere", "no such file or folder, and nothing is downloaded; `optimum-cli"),
        ([], ".", "no model.onnx in it"),
        (["a.onnx", "onnx/b.onnx"], ".", r"several models \(a.onnx, onnx/b.onnx\): name one"),
        (["model.onnx"], "config.json", "is no ONNX model"),
    ],
)
def test_what_cannot_be_found_is_said_with_what_to_type(tmp_path: Path, made: list[str], asked: str, said: str) -> None:
    folder(tmp_path, *made)
    with pytest.raises(ConfigError, match=said):
        find(tmp_path / asked)


@pytest.mark.parametrize("name", ["tokenizer.json", "config.json"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    (folder(tmp_path, "model.onnx") / name).unlink()
    with pytest.raises(ConfigError, match=f"{name} is missing in"):
        find(tmp_path)


@pytest.mark.parametrize("config", ["{", "[]", "null", '{"id2label": ["a"]}', '{"id2label": {"1": "keep"}}', "\x00"])
def test_a_config_that_says_nothing_is_an_error_that_names_it(tmp_path: Path, config: str) -> None:
    (folder(tmp_path, "model.onnx") / "config.json").write_text(config)
    with pytest.raises(ConfigError, match=r"config\.json"):
        find(tmp_path)


@pytest.mark.parametrize(
    ("config", "tokens"),
    [
        ({}, 512),
        ({"max_position_embeddings": 128, "model_type": "bert"}, 128),
        ({"max_position_embeddings": 8192, "model_type": "modernbert"}, 512),
        ({"max_position_embeddings": 514, "model_type": "xlm-roberta", "pad_token_id": 1}, 512),
        ({"max_position_embeddings": 130, "model_type": "roberta", "pad_token_id": 1}, 128),
        ({"max_position_embeddings": "many"}, 512),
    ],
)
def test_a_chunk_has_the_tokens_that_the_positions_allow(
    tmp_path: Path, config: dict[str, object], tokens: int
) -> None:
    assert find(folder(tmp_path, "model.onnx", **config)).tokens == tokens


@pytest.mark.parametrize(
    ("labels", "judging", "stays"),
    [
        (["LABEL_0", "LABEL_1"], (1,), True),
        (["drop", "keep"], (0,), False),
        (["KEEP", "DROP"], (1,), False),
        (["preserve", "compress"], (1,), False),
        (["not_important", "important"], (0,), False),
        (["O", "B-IMPORTANT", "I-IMPORTANT"], (1, 2), True),
        (["$KEEP", "$DELETE", "$APPEND_,"], (1,), False),
        (["LABEL_0"], (0,), True),
    ],
)
def test_labels_are_read_by_their_names(labels: list[str], judging: tuple[int, ...], stays: bool) -> None:
    here = Path()
    assert Layout(model=here, tokenizer=here, labels=tuple(labels), tokens=9).kept() == (judging, stays)


@pytest.mark.parametrize("labels", [["O", "B-PER", "I-PER"], ["LABEL_0", "LABEL_1", "LABEL_2"], ["yes", "no"]])
def test_a_model_for_something_else_is_refused(labels: list[str]) -> None:
    here = Path("model.onnx")
    with pytest.raises(ConfigError, match=r"do not say which tokens to keep; .* id2label"):
        Layout(model=here, tokenizer=here, labels=tuple(labels), tokens=9).kept()


@pytest.mark.parametrize("deadline", [0, -1.0, float("nan")])
def test_a_deadline_is_a_positive_number_of_seconds(deadline: float) -> None:
    with pytest.raises(ConfigError, match="positive number of seconds"):
        TextModel("here", deadline=deadline)


# ------------------------------------------------------------------------------------------------------- in an engine


def engine(**settings: Any) -> Headroom:
    return Headroom(**{"store": MemoryStore(), "text_model": TINY, "profile": "balanced", **settings})


def test_an_extra_that_is_not_installed_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    with pytest.raises(ConfigError, match=r"\w+ is missing\): pip install 'headroom-context\[ml\]'"):
        checked(TINY)


@needs_ml
def test_words_of_little_weight_go_and_all_comes_back() -> None:
    made = engine()
    result = made.compress_text(PROSE)
    assert "words left out: retrieve before you quote" in result.text
    assert result.savings > 0.15
    assert '"The boat is full"' in result.text
    assert result.text.count(" not ") == PROSE.count(" not ")
    assert result.id is not None
    assert made.retrieve(result.id) == PROSE
    assert not result.block.lossless
    assert result.block.elided == {"chars": len(PROSE) - len(result.text.partition("\n")[2])}
    assert made.compress_text(result.text).text == result.text


def test_nobody_who_names_no_model_waits_for_a_runtime() -> None:
    program = (
        "import sys, headroom\n"
        f"made = headroom.Headroom(store=headroom.MemoryStore(), profile='aggressive').compress_text({PROSE!r})\n"
        "assert made.id\n"
        "print([m for m in ('numpy', 'onnxruntime', 'tokenizers') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@needs_ml
@pytest.mark.parametrize("settings", [{"profile": "safe"}, {"elide": False}, {"text_model": None}])
def test_where_nothing_may_be_left_out_or_no_model_is_named_the_text_stays(settings: dict[str, Any]) -> None:
    assert engine(**settings).compress_text(PROSE).text == PROSE


@needs_ml
def test_a_model_that_would_keep_all_takes_nothing_away_from_what_aggressive_does(tmp_path: Path) -> None:
    for file in ("model.onnx", "tokenizer.json"):
        (tmp_path / file).write_bytes((TINY / file).read_bytes())
    (tmp_path / "config.json").write_text('{"id2label": {"0": "keep", "1": "important"}}')
    assert engine(text_model=tmp_path).compress_text(PROSE).text == PROSE
    own = engine(text_model=None, profile="aggressive").compress_text(PROSE)
    assert own.text != PROSE
    assert engine(text_model=tmp_path, profile="aggressive").compress_text(PROSE).text == own.text


@needs_ml
def test_a_query_picks_sentences_and_a_file_keeps_its_lines() -> None:
    assert ASKED in engine(profile="aggressive").compress_text(PROSE, query="rules boathouse").text
    assert engine().compress_text(PROSE, path="notes.md").text == PROSE


@needs_ml
@pytest.mark.parametrize("share", [0.9, 0.8, 0.6, 0.3])
def test_a_budget_is_met_with_as_few_words_less_as_it_takes(share: float) -> None:
    made = engine(profile="safe")
    budget = int(share * made.compress_text(PROSE).tokens_before)
    result = made.compress_text(PROSE, budget=budget)
    assert 0.9 * budget - 60 <= result.tokens_after <= budget
    assert ("words left out" in result.text) == (share > 0.5)


@needs_ml
def test_a_line_that_must_be_kept_keeps_its_words() -> None:
    assert ASKED in engine(keep=["boathouse"]).compress_text(PROSE).text
    assert ASKED not in engine().compress_text(PROSE).text


@needs_ml
def test_a_model_that_is_too_slow_is_said_and_counted() -> None:
    store = MemoryStore()
    made = Headroom(store=store, text_model=TextModel(TINY, deadline=1e-9), profile="aggressive")
    result = made.compress_text(PROSE)
    (warning,) = result.warnings
    assert warning.startswith("Kompress: the text model did not judge ")
    assert warning.endswith(" chunks in time; there only small words were left out")
    assert (
        result.text.partition("\n")[2]
        == Headroom(store=MemoryStore(), profile="aggressive").compress_text(PROSE).text.partition("\n")[2]
    )
    assert [event.reason for _, event in store.events() if event.name == "fault"] == [warning]


@needs_ml
def test_a_deadline_of_the_call_ends_the_models_work_as_well() -> None:
    result = engine(deadline=1e-3, profile="aggressive").compress(
        [{"role": "tool", "tool_call_id": "1", "content": PROSE}]
    )
    (block,) = result.blocks
    assert block.reason == "the deadline was reached" or "did not judge" in result.warnings[0]


@needs_ml
def test_another_model_is_another_setting() -> None:
    """What the ledger knows of one model does not answer for the other, nor for none."""
    store = MemoryStore()
    plain = Headroom(store=store, profile="balanced").compress_text(PROSE)
    assert plain.text == PROSE
    assert engine(store=store).compress_text(PROSE).text != PROSE
    assert Headroom(store=store, profile="balanced").compress_text(PROSE).text == PROSE


@needs_ml
def test_the_environment_may_name_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADROOM_TEXT_MODEL", str(TINY))
    assert engine(text_model=None).compress_text(PROSE).text == engine().compress_text(PROSE).text
    monkeypatch.setenv("HEADROOM_TEXT_MODEL", "/no/such/model")
    made = engine(text_model=None, profile="safe")  # nothing is opened before something is shortened
    with pytest.raises(ConfigError, match="text_model='/no/such/model': there is no such file or folder"):
        made.compress_text(PROSE)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"text_model": "/no/such/model"}, "no such file or folder"),
        ({"text_model": 7}, "must be a path, or a headroom.TextModel"),
        ({"compressors": [Raw()]}, "goes with the built-in compressors"),
    ],
)
def test_a_model_that_cannot_be_used_is_refused_at_once(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        engine(**settings)


PART = st.one_of(
    st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=5).map(" ".join),
    st.sampled_from(
        ["## The house", "- an item of the list", "```\nthe code\n```", "| a | the |\n|---|---|", "铁路。", "\ud800"]
    ),
)


@needs_ml
@given(st.lists(PART, min_size=1, max_size=40).map("\n\n".join), st.sampled_from(["balanced", "aggressive"]))
def test_the_engine_keeps_its_promises_with_a_model(text: str, profile: str) -> None:
    """Reversible, deterministic, idempotent, never larger, prefix-stable; figures stay."""
    made = engine(profile=profile)
    message = {"role": "tool", "tool_call_id": "1", "content": text}
    result = made.compress([message])
    (shown,) = result.messages
    (block,) = result.blocks
    assert result.tokens_after <= result.tokens_before
    assert made.compress(result.messages).messages == result.messages
    assert engine(profile=profile).compress([message]).messages == result.messages
    assert made.compress([message, {"role": "tool", "tool_call_id": "2", "content": text}]).messages[0] == shown
    if block.id is not None:
        assert made.retrieve(block.id) == text
    if "words left out" in str(shown["content"]):
        body = str(shown["content"]).partition("\n")[2]
        assert [c for c in body if c.isdigit()] == [c for c in text if c.isdigit()]
