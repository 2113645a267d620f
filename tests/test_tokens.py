from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import tiktoken_ext.openai_public as official  # type: ignore[import-untyped]
from hypothesis import example, given
from hypothesis import strategies as st

from headroom import tokens
from headroom.tokens import Counter, compare, counter_for, estimate

SHA256 = {
    "o200k_base": "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    "cl100k_base": "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
}
"""Digests that tiktoken itself checks after it has downloaded the files."""
PUBLISHED = ["llama3", "deepseek_v3", "mistral_v3", "phi4", "olmo2"]

ANY_TEXT = st.text(st.characters(codec=None), max_size=300)
EDGES = st.sampled_from(
    "a|Zb|é|中|文字|12|3456|_|\n|\n\n|\r\n| |  |\t|\"|(|,|:|;|=|<|{|[|、|。|/|'s|'|!|..|\u0301|😀|\x1c|\x85|\u2028|ª|²|Ⅷ|٣|ǅ|가|\ud800".split(
        "|"
    )
)


def whole(text: str, name: str = "o200k_base") -> int:
    return len(tokens._encoding(name).encode_ordinary(text))


# ------------------------------------------------------------------------------------------------- the vocabularies


@pytest.mark.parametrize("name", SHA256)
def test_the_packaged_ranks_are_the_official_ones_byte_for_byte(name: str) -> None:
    packed = (Path(tokens.__file__).parent / "_vocab" / f"{name}.xz").read_bytes()
    ranks = tokens._ranks(packed)
    lines = b"".join(base64.b64encode(token) + b" %d\n" % rank for token, rank in ranks.items())
    assert hashlib.sha256(lines).hexdigest() == SHA256[name]


@pytest.mark.parametrize("name", SHA256)
def test_the_split_patterns_are_those_of_the_installed_tiktoken(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_download(*_: Any, **__: Any) -> dict[bytes, int]:
        return {}

    monkeypatch.setattr(official, "load_tiktoken_bpe", no_download)
    assert tokens._PATTERNS[name] == getattr(official, name)()["pat_str"]


def test_importing_tokens_does_not_import_tiktoken() -> None:
    program = "import sys, headroom.tokens; sys.exit('tiktoken' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_threads_that_count_first_at_the_same_time_share_one_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "_encodings", {})
    with ThreadPoolExecutor(8) as pool:
        built = list(pool.map(tokens._encoding, ["cl100k_base"] * 8))
    assert len(set(map(id, built))) == 1


# ------------------------------------------------------------------------------------------------------------ count


@pytest.mark.parametrize(
    ("text", "o200k", "cl100k"),
    [
        ("", 0, 0),
        ("hello world", 2, 2),
        ("antidisestablishmentarianism", 6, 6),
        ("2024-03-01T12:00:00Z", 13, 13),
    ],
)
def test_known_counts(text: str, o200k: int, cl100k: int) -> None:
    assert Counter().count(text) == o200k
    assert Counter(name="cl100k_base").count(text) == cl100k


def test_special_tokens_in_a_text_are_ordinary_text() -> None:
    assert Counter().count("<|endoftext|>") > 1
    assert Counter().count("<|endofprompt|>") > 1


@given(ANY_TEXT)
@example("\ud800")
@example("a\udfff\x00b")
def test_any_text_has_the_same_count_each_time(text: str) -> None:
    assert Counter().count(text) == Counter().count(text)


def test_lone_surrogates_count_as_the_replacement_character() -> None:
    assert Counter().count("x\ud800y") == Counter().count("x\ufffdy")


@pytest.mark.parametrize("name", SHA256)
@given(parts=st.lists(EDGES, min_size=2, max_size=14))
def test_cutting_at_a_safe_place_changes_no_token(name: str, parts: list[str]) -> None:
    """So a long text, which is counted in parts, has the count of the whole."""
    text = "".join(parts)
    encode = tokens._encoding(name).encode_ordinary
    for cut in tokens._SAFE_CUT.finditer(text):
        assert encode(text[: cut.start()]) + encode(text[cut.start() :]) == encode(text)


@pytest.mark.parametrize(
    "unit",
    [
        "2024-03-01 12:00:00,123 INFO request served in 12 ms\n",
        '{"id":12,"name":"a b","tags":["x","y"],"ok":true},',
        "def f(x):\n    return x + 1\n\n",
        "3fa9c07b",
        "中文没有空格，但是有标点。",
        "\r\n  key: value\r\n",
    ],
)
def test_a_long_text_is_counted_exactly(unit: str) -> None:
    text = unit * (150_000 // len(unit))
    assert len(list(tokens._chunks(text))) > 3
    assert Counter().count(text) == whole(text)


@pytest.mark.parametrize("unit", ["a", " ", "\n", "\t", "=", "中", "😀", "\x00", "abcdefghijklmnop", " \n", "\ud800"])
def test_a_run_without_a_place_to_cut_is_counted_in_bounded_parts(unit: str) -> None:
    """Two megabytes of spaces overflow tiktoken's stack when they are encoded at once."""
    text = unit * (2_000_000 // len(unit))
    largest = max(map(len, tokens._chunks(text)))
    assert largest <= tokens._CHUNK + tokens._SLACK
    per_unit = Counter().count(unit * 8192) / 8192
    assert Counter().count(text) == pytest.approx(per_unit * len(text) / len(unit), rel=0.01)


@given(ANY_TEXT)
def test_the_parts_of_a_text_make_up_the_text(text: str) -> None:
    long = (text or " ") * (100_000 // max(1, len(text)))
    assert "".join(tokens._chunks(long)) == long


# ------------------------------------------------------------------------------------------------------ counter_for

EXACT = Counter()
EXACT_OLD = Counter(name="cl100k_base")
CLAUDE = Counter(estimated=True, factor=1.18)
CLAUDE_NEW = Counter(estimated=True, factor=1.53)
UNKNOWN = Counter(estimated=True)


@pytest.mark.parametrize(
    ("expected", "models"),
    [
        (EXACT, "gpt-4o gpt-4o-mini-2024-07-18 gpt-4.1 gpt-4.1-nano gpt-4.5-preview gpt-5 gpt-5.1-codex gpt-5-mini"),
        (EXACT, "o1 o1-pro o3 o3-mini o4-mini-2025-04-16 chatgpt-4o-latest gpt-oss-120b gpt-4o:extended GPT-4o"),
        (EXACT, "openai/gpt-4o azure/gpt-4.1 openrouter/openai/o3 openai.gpt-oss-20b-1:0 ft:gpt-4o-mini:team/x::id"),
        (EXACT_OLD, "gpt-4 gpt-4-turbo gpt-4-0613 gpt-4-32k gpt-3.5-turbo gpt-35-turbo ft:gpt-3.5-turbo:team::id"),
        (EXACT_OLD, "text-embedding-3-small text-embedding-ada-002"),
        (CLAUDE, "claude-3-5-sonnet-20241022 claude-sonnet-4-20250514 claude-opus-4@20250514 claude-haiku-4-5"),
        (CLAUDE, "claude-2.1 claude-instant-1.2 anthropic/claude-opus-4.6 vertex_ai/claude-3-opus@20240229"),
        (CLAUDE, "us.anthropic.claude-opus-4-1-20250805-v1:0 claude-sonnet-4-5-20250929"),
        (CLAUDE_NEW, "claude-opus-4-7 claude-opus-4.7 claude-opus-4-7-20260416 claude-sonnet-5 claude-haiku-5 claude"),
        (Counter(estimated=True, factor=1.08, digitwise=True), "gemini-2.5-pro models/gemini-2.0-flash gemma-3-27b"),
        (Counter(name="cl100k_base", estimated=True), "meta-llama/Llama-3.1-8B-Instruct bedrock/meta.llama3-8b"),
        (Counter(estimated=True, digitwise=True), "Qwen/Qwen3-8B qwen2.5-coder qwq-32b"),
        (Counter(estimated=True, factor=1.02, digitwise=True), "mistral-large-latest mixtral-8x7b codestral-latest"),
        (Counter(estimated=True, factor=1.04), "deepseek-chat deepseek-ai/DeepSeek-V3 deepseek.v3-v1:0"),
        (UNKNOWN, "grok-4 my-deployment oracle o1x o2 gpt-4x gpt-40 llm"),
    ],
)
def test_each_family_has_its_counter(expected: Counter, models: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "_has_published", lambda: False)
    assert {model: counter_for(model) for model in models.split()} == dict.fromkeys(models.split(), expected)


@pytest.mark.parametrize(
    ("name", "models"),
    [
        (
            "llama3",
            "meta-llama/Llama-3.1-8B-Instruct llama3 llama3.3:70b bedrock/us.meta.llama3-2-11b-v1:0 llama-3-70b",
        ),
        ("deepseek_v3", "deepseek-chat deepseek/deepseek-reasoner deepseek-ai/DeepSeek-V3.1 deepseek.v3-v1:0"),
        ("mistral_v3", "open-mistral-nemo mistral-nemo mistral/ministral-8b-latest pixtral-12b-2409"),
        ("phi4", "phi4 microsoft/phi-4 phi-4-reasoning"),
        ("olmo2", "allenai/OLMo-2-1124-7B-Instruct olmo2"),
    ],
)
def test_open_models_are_counted_exactly_where_their_vocabulary_is_installed(name: str, models: str) -> None:
    assert {model: counter_for(model) for model in models.split()} == dict.fromkeys(models.split(), Counter(name=name))


@pytest.mark.parametrize(
    "model",
    "llama-4-scout llama-30b llama2 deepseek-r1-distill-llama-8b mistral-large-latest phi-4-mini phi-40".split(),
)
def test_what_has_another_vocabulary_is_still_an_estimate(model: str) -> None:
    assert counter_for(model).estimated


@pytest.mark.parametrize("name", PUBLISHED)
@given(parts=st.lists(EDGES, min_size=2, max_size=14))
def test_an_open_vocabulary_counts_parts_as_it_counts_the_whole(name: str, parts: list[str]) -> None:
    text = "".join(parts)
    encode = tokens._encoding(name).encode_ordinary
    for cut in tokens._SAFE_CUT.finditer(text):
        assert encode(text[: cut.start()]) + encode(text[cut.start() :]) == encode(text)


@pytest.mark.parametrize(
    ("name", "count"),
    [("llama3", 19), ("deepseek_v3", 20), ("mistral_v3", 27), ("phi4", 19), ("olmo2", 19)],
)
def test_open_vocabularies_have_the_counts_that_their_publishers_tools_give(name: str, count: int) -> None:
    assert Counter(name=name).count("2024-03-01 12:00:00 INFO <|eot_id|>") == count
    assert Counter(name=name).count("") == 0
    assert Counter(name=name).count("x\ud800y") == Counter(name=name).count("x\ufffdy")


@pytest.mark.parametrize("model", [None, "", " ", "/", "ft:", ":::", "ft::x"])
def test_no_model_at_all_is_an_estimate_with_o200k(model: str | None) -> None:
    assert counter_for(model) == UNKNOWN


@given(st.text(max_size=60))
def test_no_name_is_too_strange_to_have_a_counter(model: str) -> None:
    assert counter_for(model).factor >= 1.0


def test_a_factor_scales_the_count() -> None:
    assert CLAUDE_NEW.count("hello world, " * 100) == round(1.53 * EXACT.count("hello world, " * 100))


def test_a_digitwise_vocabulary_has_a_token_per_digit() -> None:
    """o200k takes up to three digits as one token."""
    qwen = counter_for("qwen3-8b")
    assert qwen.count("1234567") == EXACT.count("1234567") + 4 == 7
    assert qwen.count("no digits") == EXACT.count("no digits")


# --------------------------------------------------------------------------------------------------------- estimate


@given(st.text(max_size=500))
def test_the_estimate_of_a_short_text_is_its_count(text: str) -> None:
    assert estimate(text) == Counter().count(text)


@pytest.mark.parametrize(
    "line",
    [
        "2024-03-01 12:00:{:02d},123 INFO  [worker-{}] request {} served in {} ms\n",
        '{{"id": {}, "name": "user {}", "score": {}.5, "active": true, "tags": ["a{}"]}}\n',
        "src/headroom/module_{}.py:{}:    return compute(value_{}, default={})\n",
        "The {} house stood at the end of a long road, {} miles from the town; nobody had seen {} since year {}.\n",
    ],
)
def test_the_estimate_of_a_long_text_is_near_its_count(line: str) -> None:
    text = "".join(line.format(i % 60, i * 7919 % 101, i, i * 31 % 977) for i in range(3000))
    assert estimate(text) == pytest.approx(Counter().count(text), rel=0.05)


@given(ANY_TEXT)
def test_the_estimate_is_deterministic_and_never_negative(text: str) -> None:
    long = text * (5000 // max(1, len(text)))
    assert estimate(long) == estimate(long) >= 0


def test_the_estimate_of_a_huge_run_is_bounded_and_positive() -> None:
    assert 0 < estimate(" " * 10_000_000) < 1_000_000


# ---------------------------------------------------------------------------------------------------------- compare


@given(ANY_TEXT, ANY_TEXT)
def test_of_two_short_texts_only_the_one_with_fewer_tokens_wins(text: str, candidate: str) -> None:
    """Also where one is much shorter in characters only."""
    text, candidate = text[:900], candidate[:900]
    counts = compare(text, candidate)
    assert counts is None or EXACT.count(candidate) < EXACT.count(text)


@pytest.mark.parametrize(
    "filler",
    [
        "=" * 79 + "\n",
        " " * 70 + "x\n",
        "abc " * 20 + "\n",
        "7" * 60 + "\n",
        "\t" * 30 + "\n",
        "日本語" * 20 + "\n",
        "\n",
    ],
)
@pytest.mark.parametrize("copies", [1, 20, 300])
def test_a_candidate_with_more_tokens_never_wins(filler: str, copies: int) -> None:
    """Rulers, padding and blank lines have many characters and few tokens."""
    text = filler * copies * 4
    dense = "".join(f"{i * 7919 % 9973:x};" for i in range(len(text)))
    for share in (0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.95):
        candidate = dense[: int(len(text) * share)]
        counts = compare(text, candidate)
        assert counts is None or EXACT.count(candidate) < EXACT.count(text)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.75, 0.9, 0.97])
def test_a_part_of_a_text_wins_and_its_count_is_near(share: float) -> None:
    lines = [
        f"2024-03-01 12:00:{i % 60:02d} INFO worker-{i % 7}: request {i * 7919 % 10007} served" for i in range(900)
    ]
    text, candidate = "\n".join(lines), "\n".join(lines[: int(len(lines) * share)])
    counts = compare(text, candidate)
    assert counts is not None
    assert counts == pytest.approx((EXACT.count(text), EXACT.count(candidate)), rel=0.1)


@given(ANY_TEXT)
def test_no_text_has_fewer_tokens_than_itself(text: str) -> None:
    long = text * (3000 // max(1, len(text)))
    assert compare(long, long) is None


def test_blanks_in_place_of_line_ends_are_not_taken_for_fewer_tokens() -> None:
    """A folder's names on few lines below a header, some of them left out: weights say that this is shorter."""
    first = "__init__ __main__ _again _breaks _budget _calls _classifier _compact _decision _grep _json_path _literals".split()
    first += "_pages _pass _prompt _sentences _settings _stable _together _token _version _views".split()
    rest = "_volatile api cache_aligner cache_watch chunks|compaction|config dedupe engine exceptions faults gate lines markers"
    rest += "|messages overlaps|policy prices|relevance result retrieval spans|terminal text_model tokens"
    folders = "[DIR] _vocab|[DIR] cli|[DIR] compressors|[DIR] mcp|[DIR] perf|[DIR] proxy|[DIR] store".split("|")
    runs = [[f"{name}.py" for name in run.split()] for run in rest.split("|")]
    note = 'dir/: the names in it, "here" = without directory; ⋯ = names not shown'
    text, candidate = (
        ["Directory listing for /srv/harbour/headroom:", *(f"{name}.py" for name in first)],
        [
            f"[headroom hr_2f32db4c0884 · 42 of 58 lines · {note} · headroom_retrieve(id, lines|grep|query)]",
            "Directory listing for /srv/harbour/headroom:",
            "here: __init__.py __main__.py _again.py _token.py _version.py _views.py",
            "⋯ 16 more in here: 16 .py (lines 5-20)",
        ],
    )
    for folder, run in zip(folders, runs, strict=True):
        text += [folder, *run]
        candidate += [folder, f"here: {' '.join(run)}"]
    whole, part = "\n".join(text), "\n".join(candidate)
    assert Counter().count(part) > Counter().count(whole)
    assert compare(whole, part) is None
