"""The trees of `_learned`, spelled out. Made by scripts/train_passages.py; do not edit."""

from __future__ import annotations

from collections.abc import Sequence

FEATURES = "score rank own_share cover group_share group_rank group_score onward group_onward title_onward length place best_cover"
"""What the trees were trained on."""


def log_odds(rows: Sequence[Sequence[float]]) -> list[float]:
    """That a passage is evidence, given its features in a row, if as many passages are as are not."""
    # fmt: off
    return [
        ((-0.2911 if title_onward <= 0.48656 else 0.1230) if score <= 0.54906 else (0.0724 if score <= 0.73391 else 0.3162))
        + ((-0.3749 if length <= 37.07110 else 0.2498) if rank <= 7.50000 else (-0.2562 if score <= 0.66252 else 0.0726))
        + ((-0.2314 if length <= 42.00771 else 0.2138) if rank <= 7.50000 else (-0.2293 if score <= 0.45727 else -0.0437))
        + ((0.2227 if rank <= 2.50000 else 0.0882) if rank <= 9.50000 else (-0.1925 if length <= 275.20779 else 0.1248))
        + ((-0.0148 if cover <= 0.12420 else 0.1811) if rank <= 7.50000 else (-0.1645 if cover <= 0.38025 else 0.1598))
        + ((-0.1711 if onward <= 0.37317 else 0.0880) if score <= 0.56757 else (-0.3213 if length <= 37.07110 else 0.1442))
        + ((-0.1155 if onward <= 0.44676 else 0.0837) if score <= 0.72484 else (-0.1399 if length <= 55.02948 else 0.1692))
        + ((-0.0521 if rank <= 24.50000 else -0.2192) if cover <= 0.13673 else (0.0259 if cover <= 0.43313 else 0.1696))
        + ((-0.1138 if title_onward <= 0.33070 else 0.0854) if group_score <= 0.90638 else (0.0834 if cover <= 0.55827 else 0.1994))
        + ((-0.1444 if group_share <= 0.99994 else 0.0756) if cover <= 0.13673 else (-0.0316 if length <= 110.07982 else 0.1100))
        + ((0.0114 if cover <= 0.43313 else 0.1461) if rank <= 21.50000 else (-0.1738 if length <= 200.26983 else 0.0271))
        + ((0.0342 if group_rank <= 12.50000 else 0.2531) if rank <= 16.50000 else (-0.1239 if onward <= 0.47062 else 0.2148))
        + ((-0.1560 if score <= 0.48568 else 0.0605) if cover <= 0.06131 else (-0.2165 if length <= 42.00771 else 0.0580))
        + ((-0.1928 if length <= 52.06490 else 0.0947) if rank <= 4.50000 else (-0.1318 if length <= 111.20539 else 0.0089))
        + ((0.0007 if best_cover <= 0.91835 else -0.1782) if score <= 0.94000 else (-0.1589 if length <= 56.28190 else 0.1479))
        + ((-0.0472 if group_rank <= 18.50000 else 0.2781) if group_share <= 0.99994 else (0.0493 if score <= 0.99998 else 0.1538))
        + ((-0.1120 if cover <= 0.06131 else 0.0003) if group_score <= 0.90638 else (0.0372 if cover <= 0.57211 else 0.1494))
        + ((-0.1257 if group_score <= 0.41569 else 0.0267) if title_onward <= 0.37250 else (0.1615 if group_score <= 0.37472 else 0.0086))
        + ((-0.1334 if group_rank <= 0.00000 else -0.2319) if length <= 37.07110 else (0.0011 if group_rank <= 15.50000 else 0.1947))
        + ((0.0064 if rank <= 8.50000 else -0.1567) if length <= 95.12143 else (0.5884 if length <= 95.94385 else 0.0290))
        + ((-0.1904 if title_onward <= 0.53852 else 0.0664) if score <= 0.19991 else (0.0023 if group_rank <= 13.50000 else 0.2027))
        + ((-0.0564 if group_rank <= 12.50000 else 0.1043) if own_share <= 0.41787 else (0.0397 if rank <= 34.50000 else 0.3804))
        + ((-0.2281 if place <= 0.00000 else -0.0603) if length <= 35.05880 else (-0.0083 if own_share <= 0.94583 else 0.1221))
        + ((-0.0439 if group_rank <= 2.50000 else -0.1992) if length <= 65.32756 else (-0.1237 if score <= 0.13014 else 0.0294))
        + ((-0.0096 if group_rank <= 5.50000 else 0.0730) if place <= 4.50000 else (-0.0005 if rank <= 7.50000 else -0.1967))
        + ((-0.1464 if length <= 42.00771 else 0.0228) if rank <= 16.50000 else (0.0945 if best_cover <= 0.41838 else -0.1018))
        + ((-0.1803 if length <= 35.05880 else 0.0143) if place <= 4.50000 else (-0.1605 if title_onward <= 0.45959 else 0.0546))
        + ((-0.1966 if title_onward <= 0.59138 else 0.0198) if score <= 0.12790 else (0.0018 if cover <= 0.70492 else 0.1289))
        + ((-0.0532 if length <= 95.12143 else 0.0305) if best_cover <= 0.91835 else (-0.1772 if own_share <= 0.70841 else 0.1438))
        + ((0.0922 if group_share <= 0.41565 else -0.0074) if place <= 1.50000 else (-0.0733 if group_share <= 0.93905 else 0.0525))
        + ((-0.0408 if place <= 0.00000 else 0.0281) if place <= 4.50000 else (-0.0287 if rank <= 11.50000 else -0.1872))
        + ((-0.0680 if group_onward <= 0.36975 else 0.0230) if group_score <= 0.98698 else (0.3190 if group_share <= 0.74578 else 0.0400))
        + ((-0.1761 if title_onward <= 0.59138 else -0.0007) if score <= 0.12790 else (0.2279 if score <= 0.13866 else 0.0075))
        + ((-0.0010 if group_onward <= 1.18502 else 0.1851) if group_onward <= 1.34921 else (-0.2198 if own_share <= 0.56582 else 0.0828))
        + ((0.0155 if place <= 1.50000 else -0.0440) if length <= 245.22304 else (0.5610 if length <= 249.86735 else 0.0478))
        + ((-0.1571 if group_score <= 0.41569 else 0.0059) if group_rank <= 5.50000 else (0.2314 if best_cover <= 0.33558 else 0.0139))
        + ((-0.0602 if group_rank <= 5.50000 else 0.0195) if group_score <= 0.89482 else (0.0244 if rank <= 18.50000 else 0.2559))
        + ((0.0008 if group_onward <= 0.56813 else 0.0930) if best_cover <= 0.53147 else (0.0164 if place <= 1.50000 else -0.0781))
        + ((-0.0749 if rank <= 46.50000 else 0.5845) if place <= 0.00000 else (0.0109 if rank <= 39.50000 else -0.1721))
        + ((0.0269 if length <= 135.38556 else -0.0336) if length <= 275.20779 else (0.1814 if best_cover <= 0.55503 else -0.0756))
        for score, rank, own_share, cover, group_share, group_rank, group_score, onward, group_onward, title_onward, length, place, best_cover in rows
    ]
