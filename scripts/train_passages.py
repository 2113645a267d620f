#!/usr/bin/env python3
"""Train the scorer of passages that ships with the package: scripts/train_passages.py QUESTIONS.jsonl.gz [--dry]

QUESTIONS holds a JSON object in each line: `query`, `paragraphs` (texts), `gold` (sentences of them that answer), `set` (the
name of the collection). Ours were made from SQuAD 2.0, Natural Questions, HotpotQA and MuSiQue; NOTICE names their
authors and licences. Only numbers go into the model, no text.

Prints how much of the gold survives at 10, 20 and 30 % of the characters, by the formula alone and by models that never
saw the documents they are judged on (five folds, questions that share a gold paragraph are in the same fold). Then trains
on everything and writes headroom/compressors/_passage_model.py. Needs `pip install lightgbm numpy`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from pathlib import Path
from statistics import mean
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from headroom.compressors._learned import FEATURES, Look, rescored  # noqa: E402  # the checkout that this script is part of
from headroom.compressors._passages import Passage, take_apart  # noqa: E402
from headroom.compressors._ranking import rank  # noqa: E402

TARGET = ROOT / "headroom" / "compressors" / "_passage_model.py"
MODULE = '''"""The trees of `_learned`, spelled out. Made by scripts/train_passages.py; do not edit."""

from __future__ import annotations

from collections.abc import Sequence

FEATURES = "{features}"
"""What the trees were trained on."""


def log_odds(rows: Sequence[Sequence[float]]) -> list[float]:
    """That a passage is evidence, given its features in a row, if as many passages are as are not."""
    # fmt: off
    return [
        {trees}
        for {names} in rows
    ]
'''
SHARES = (0.1, 0.2, 0.3)
FOLDS, TREES = 5, 40
SETTINGS: dict[str, Any] = {
    "objective": "binary",
    "learning_rate": 0.2,
    "num_leaves": 4,
    "max_depth": 2,
    "min_data_in_leaf": 60,
    "feature_fraction": 0.6,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5,
    "seed": 1,
    "deterministic": True,
    "num_threads": 1,
    "verbose": -1,
}


@dataclass
class Case:
    """A question about one text, and what the scorer is given for it."""

    name: str
    key: str
    query: str
    text: str
    gold: list[str]
    rows: list[list[float]] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)

    def passages(self) -> list[Passage]:
        return take_apart(self.text, sentences=True)


def spelled(paragraphs: Sequence[str], style: int) -> str:
    """Paragraphs as retrievers print them: as they are, or under titles where they begin with one."""
    out = []
    for n, paragraph in enumerate(paragraphs, 1):
        title, body = untitled(paragraph)
        heads = {1: f"Document [{n}] (Title: {title})\n", 2: f"[{n}] {title}\n", 3: f"# {title}\n\n"}
        out.append(heads[style] + body if style and title and len(body) > 40 else paragraph)
    return "\n\n".join(out)


def untitled(paragraph: str) -> tuple[str, str]:
    """The title that a paragraph begins with, and what follows; no title where none is in sight."""
    found = re.match(r"([^\n]{2,80}?)(?:: |\. )", paragraph)
    return (found[1], paragraph[found.end() :]) if found else ("", paragraph)


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def cases(path: Path, rng: random.Random) -> Iterator[Case]:
    """Each question as it is, and twice more in other styles where its paragraphs have titles."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            data = json.loads(line)
            if data["set"] == "qmsum":  # transcripts: the scorer is not asked about them
                continue
            gold = [flat(g) for g in data["gold"]]
            home = next((p for p in data["paragraphs"] if gold[0] in flat(p)), data["paragraphs"][0])
            key = home if data["set"] != "squad" else min(data["paragraphs"])
            styles = [0, 1, rng.choice((2, 3))] if data["set"] in {"nq20", "hotpot", "musique"} else [0]
            for style in styles:
                text = spelled(data["paragraphs"], style)
                whole = flat(text)
                found = [g if g in whole else untitled(g)[1] for g in gold]
                found = [g for g in found if g and g in whole]
                if found:
                    yield Case(data["set"] + ("*" if style else ""), key[:200], data["query"], text, found)


def fill(case: Case) -> None:
    """Features and labels of the candidates."""
    passages = case.passages()
    units = [flat(case.text[p.start : p.end]) for p in passages]
    chosen: list[int] = []

    def scorer(look: Look) -> list[float]:
        def value(rows: Sequence[Sequence[float]]) -> Sequence[float]:
            case.rows.extend(list(row) for row in rows)
            return [float(-n) / 100 for n in range(len(rows))]

        scores = rescored(look, value)
        chosen.extend(sorted(range(len(scores)), key=lambda i: (-scores[i], i))[: len(case.rows)])
        return scores

    rank(case.text, passages, case.query, scorer=scorer)
    case.labels = [int(any(_shares(units[i], g) for g in case.gold)) for i in chosen]


def _shares(unit: str, gold: str) -> bool:
    return gold in unit or (len(unit) > 20 and unit in gold)


def survival(case: Case, model: Callable[[Sequence[Sequence[float]]], Sequence[float]] | None) -> list[float]:
    """The share of the gold that survives at each of `SHARES`, by the given model or by the formula."""
    passages = case.passages()
    scorer = None if model is None else lambda look: rescored(look, model)
    ranking = rank(case.text, passages, case.query, scorer=scorer)
    scores = ranking.scores if ranking else [0.0] * len(passages)
    order = sorted(range(len(scores)), key=lambda i: (-scores[i], i))
    out = []
    for share in SHARES:
        room, kept = share * len(case.text), []
        for i in order:
            size = passages[i].end - passages[i].start + 6
            if size <= room:
                room -= size
                kept.append(i)
        shown = flat(" ".join(case.text[passages[i].start : passages[i].end] for i in sorted(kept)))
        found = [g in shown for g in case.gold]
        if case.name.startswith("hotpot"):
            out.append(mean(found))
        else:
            out.append(float(any(found)))
    return out


def train(known: Sequence[Case]) -> Any:
    """A booster. Every collection weighs the same, and within a question the evidence as much as all else."""
    lightgbm, np = import_module("lightgbm"), import_module("numpy")
    used = [c for c in known if any(c.labels) and not all(c.labels)]
    count: defaultdict[str, int] = defaultdict(int)
    for case in used:
        count[case.name.rstrip("*")] += 1
    weights = []
    for case in used:
        part = 1000 / count[case.name.rstrip("*")]
        positive = sum(case.labels)
        weights += [part / (positive if y else len(case.labels) - positive) for y in case.labels]
    data = lightgbm.Dataset(
        np.array([row for c in used for row in c.rows]),
        label=np.array([y for c in used for y in c.labels]),
        weight=np.array(weights) / mean(weights),
    )
    return lightgbm.train(SETTINGS, data, TREES)


def spelled_out(node: dict[str, Any]) -> str:
    """A tree, or a leaf, as a Python expression."""
    if "leaf_value" in node:
        return f"{node['leaf_value']:.4f}"
    left, right = (spelled_out(node[side]) for side in ("left_child", "right_child"))
    return f"({left} if {FEATURES[node['split_feature']]} <= {node['threshold']:.5f} else {right})"


def module(booster: Any) -> str:
    """The trees as a module: Python runs such an expression three times as fast as any walk over a table."""
    trees = [spelled_out(info["tree_structure"]) for info in booster.dump_model()["tree_info"]]
    return MODULE.format(features=" ".join(FEATURES), names=", ".join(FEATURES), trees="\n        + ".join(trees))


def judge(everything: Sequence[Case], seed: int) -> None:
    """Cross-validated survival, next to the formula's."""
    keys = sorted({c.key for c in everything})
    random.Random(seed).shuffle(keys)  # noqa: S311  # folds need no strong randomness
    fold = {key: n % FOLDS for n, key in enumerate(keys)}
    found: dict[str, dict[str, list[list[float]]]] = {"formula": defaultdict(list), "learned": defaultdict(list)}
    for n in range(FOLDS):
        model = partial(train([c for c in everything if fold[c.key] != n]).predict, raw_score=True)
        for case in (c for c in everything if fold[c.key] == n):
            found["formula"][case.name].append(survival(case, None))
            found["learned"][case.name].append(survival(case, model))
    for who, sets in found.items():
        means = {name: [100 * mean(v[k] for v in values) for k in range(len(SHARES))] for name, values in sets.items()}
        plain = mean(mean(m) for name, m in means.items() if not name.endswith("*"))
        print(
            f"{who:8} {plain:.1f} |",
            " | ".join(f"{n} " + " ".join(f"{x:.0f}" for x in m) for n, m in sorted(means.items())),
        )


def main() -> int:
    """Judge, train, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--dry", action="store_true", help="judge only")
    options = parser.parse_args()
    everything = list(cases(options.questions, random.Random(7)))  # noqa: S311  # as above
    for case in everything:
        fill(case)
    judge(everything, 1)
    if not options.dry:
        text = module(train(everything))
        TARGET.write_text(text, encoding="utf-8")
        print(f"{TARGET.name}: {len(text):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
