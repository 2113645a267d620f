"""The trees of `_learned`, spelled out. Made by scripts/train_passages.py; do not edit."""

from __future__ import annotations

from collections.abc import Sequence

FEATURES = "score rank own_share cover group_share group_rank group_score onward group_onward title_onward length place best_cover"
"""What the trees were trained on."""


def log_odds(rows: Sequence[Sequence[float]]) -> list[float]:
    """That a passage is evidence, given its features in a row, if as many passages are as are not."""
    # fmt: off
    return [
        ((-0.2642 if title_onward <= 0.46034 else 0.1002) if score <= 0.58836 else (0.1488 if score <= 0.84940 else 0.3471))
        + ((-0.3214 if length <= 41.50000 else 0.2504) if rank <= 7.50000 else (-0.2655 if score <= 0.55051 else -0.0139))
        + ((0.1389 if score <= 0.95843 else 0.2754) if rank <= 8.50000 else (-0.2167 if score <= 0.73016 else 0.1355))
        + ((0.2000 if rank <= 4.50000 else 0.0400) if rank <= 11.50000 else (-0.2021 if group_rank <= 17.50000 else 0.2419))
        + ((-0.0309 if cover <= 0.12439 else 0.1766) if rank <= 8.50000 else (-0.1995 if cover <= 0.13875 else -0.0240))
        + ((-0.1931 if onward <= 0.32160 else 0.0595) if score <= 0.55051 else (-0.4203 if length <= 36.50000 else 0.1405))
        + ((-0.1227 if onward <= 0.44708 else 0.0940) if score <= 0.74003 else (-0.3450 if length <= 41.50000 else 0.1654))
        + ((0.0327 if cover <= 0.43329 else 0.1783) if rank <= 16.50000 else (-0.1661 if length <= 293.50000 else 0.2110))
        + ((0.0126 if cover <= 0.43329 else 0.1643) if rank <= 20.50000 else (-0.1892 if length <= 201.50000 else 0.0471))
        + ((-0.1318 if group_share <= 0.99994 else 0.0768) if cover <= 0.13094 else (-0.1382 if length <= 65.50000 else 0.0875))
        + ((-0.3072 if length <= 36.50000 else 0.0572) if rank <= 16.50000 else (-0.1494 if length <= 246.50000 else 0.0784))
        + ((-0.0120 if best_cover <= 0.96979 else -0.2350) if group_share <= 0.99994 else (0.0696 if cover <= 0.51207 else 0.1792))
        + ((-0.2400 if length <= 48.50000 else 0.0976) if rank <= 4.50000 else (-0.1664 if length <= 93.50000 else -0.0081))
        + ((0.0185 if best_cover <= 0.51384 else -0.1358) if cover <= 0.12439 else (0.1341 if rank <= 1.50000 else 0.0175))
        + ((0.0158 if place <= 1.50000 else -0.0931) if group_share <= 0.99994 else (0.0439 if cover <= 0.57034 else 0.1654))
        + ((-0.1329 if score <= 0.46407 else 0.0738) if own_share <= 0.11157 else (0.0082 if title_onward <= 0.33579 else 0.1298))
        + ((0.0041 if rank <= 20.50000 else -0.1177) if own_share <= 0.41505 else (0.0506 if rank <= 34.50000 else 0.4722))
        + ((-0.0488 if title_onward <= 0.51409 else 0.0878) if cover <= 0.43329 else (0.0527 if cover <= 0.70318 else 0.1535))
        + ((-0.0522 if score <= 0.53243 else 0.0328) if group_rank <= 15.50000 else (0.2701 if rank <= 24.50000 else -0.2295))
        + ((-0.2042 if place <= 0.00000 else -0.0298) if length <= 94.50000 else (0.0292 if group_rank <= 18.50000 else 0.3215))
        + ((0.0459 if rank <= 5.50000 else -0.2038) if score <= 0.12666 else (0.0041 if group_rank <= 18.50000 else 0.3175))
        + ((-0.0966 if score <= 0.26820 else 0.0077) if group_rank <= 15.50000 else (-0.2975 if score <= 0.13722 else 0.2289))
        + (-0.2484 if length <= 35.50000 else (-0.0081 if own_share <= 0.94400 else 0.1196))
        + ((-0.0144 if group_rank <= 2.50000 else -0.1322) if length <= 93.50000 else (-0.0101 if group_rank <= 5.50000 else 0.0901))
        + (-0.2347 if length <= 35.50000 else (0.0413 if place <= 1.50000 else -0.0298))
        + ((-0.0095 if best_cover <= 0.96979 else -0.2068) if group_score <= 0.93242 else (0.0370 if length <= 183.50000 else 0.1350))
        + ((-0.0641 if group_rank <= 7.50000 else 0.0562) if group_score <= 0.89162 else (0.0547 if place <= 5.50000 else -0.1931))
        + ((-0.0544 if group_rank <= 0.00000 else -0.2321) if length <= 41.50000 else (-0.0009 if own_share <= 0.94400 else 0.1007))
        + ((0.0441 if rank <= 4.50000 else -0.0962) if length <= 103.50000 else (0.0782 if length <= 133.50000 else -0.0071))
        + ((-0.0096 if group_onward <= 0.57018 else 0.0631) if place <= 4.50000 else (-0.0086 if rank <= 7.50000 else -0.1876))
        + ((-0.0185 if title_onward <= 0.57153 else 0.0765) if group_rank <= 18.50000 else (0.1559 if rank <= 44.50000 else 0.5803))
        + ((-0.0080 if group_onward <= 0.57018 else 0.0795) if best_cover <= 0.77864 else (-0.1127 if own_share <= 0.70571 else 0.1306))
        + ((-0.0992 if score <= 0.47153 else 0.0447) if cover <= 0.08735 else (0.2329 if score <= 0.16909 else 0.0120))
        + ((0.0124 if length <= 278.50000 else 0.1949) if best_cover <= 0.53080 else (-0.0141 if place <= 4.50000 else -0.1775))
        + ((-0.2299 if place <= 0.00000 else -0.0910) if length <= 35.50000 else (0.0167 if place <= 3.50000 else -0.0674))
        + ((-0.1692 if group_score <= 0.41058 else 0.0029) if group_rank <= 5.50000 else (0.2725 if best_cover <= 0.33517 else 0.0200))
        + ((-0.1922 if onward <= 0.59007 else 0.0451) if score <= 0.12666 else (0.4994 if group_score <= 0.13325 else 0.0080))
        + ((-0.0518 if group_onward <= 0.44696 else 0.0272) if group_score <= 0.99996 else (0.0335 if rank <= 20.50000 else 0.3687))
        + ((0.0024 if group_onward <= 1.18127 else 0.1652) if group_onward <= 1.36582 else (-0.3655 if own_share <= 0.08971 else -0.0532))
        + ((-0.2237 if place <= 0.00000 else -0.0816) if length <= 35.50000 else (-0.0144 if group_score <= 0.98706 else 0.0422))
        for score, rank, own_share, cover, group_share, group_rank, group_score, onward, group_onward, title_onward, length, place, best_cover in rows
    ]
