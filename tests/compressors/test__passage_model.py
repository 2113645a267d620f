"""The model that ships is the one that was trained for what `_learned` shows it."""

from __future__ import annotations

from pathlib import Path

from headroom.compressors import _learned, _passage_model


def test_it_was_trained_on_the_features_that_it_is_shown() -> None:
    assert _passage_model.FEATURES.split() == _learned.FEATURES
    source = Path(_passage_model.__file__).read_text()
    assert f"for {', '.join(_learned.FEATURES)} in rows" in source
    assert len(source) < 100_000


def test_better_evidence_has_better_odds() -> None:
    weak = [0.0] * len(_learned.FEATURES)
    strong = list(weak)
    for name, value in (("score", 1.0), ("own_share", 1.0), ("group_share", 1.0), ("cover", 0.8), ("length", 90.0)):
        strong[_learned.FEATURES.index(name)] = value
    weak[_learned.FEATURES.index("rank")] = weak[_learned.FEATURES.index("group_rank")] = 30.0
    better, worse = _passage_model.log_odds([strong, weak])
    assert better > 0 > worse
