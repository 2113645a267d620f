"""The trees of `_learned`, spelled out. Made by scripts/train_passages.py; do not edit."""

from __future__ import annotations

from collections.abc import Sequence

FEATURES = "score rank own_share cover group_share group_rank group_score onward group_onward title_onward length place best_cover repeated title_named"
"""What the trees were trained on."""


def log_odds(rows: Sequence[Sequence[float]]) -> list[float]:
    """That a passage is evidence, given its features in a row, if as many passages are as are not."""
    # fmt: off
    return [
        ((-0.2607 if length <= 42.00771 else 0.2840) if rank <= 7.50000 else (-0.3127 if score <= 0.54477 else 0.0036))
        + ((0.0740 if cover <= 0.23286 else 0.2638) if rank <= 9.50000 else (-0.2638 if group_score <= 0.72201 else -0.0207))
        + ((0.2522 if repeated <= 0.00000 else 0.0340) if repeated <= 3.50000 else (-0.2400 if group_score <= 0.90638 else 0.0061))
        + ((0.2175 if repeated <= 0.00000 else 0.0405) if repeated <= 1.50000 else (-0.0683 if repeated <= 12.50000 else -0.2588))
        + ((-0.3265 if length <= 37.07110 else 0.1648) if rank <= 7.50000 else (-0.1685 if cover <= 0.38025 else 0.1399))
        + ((-0.1445 if title_onward <= 0.37250 else 0.1036) if group_score <= 0.90638 else (0.2232 if repeated <= 0.00000 else 0.1016))
        + ((0.0233 if score <= 0.72484 else 0.1703) if repeated <= 3.50000 else (-0.0766 if repeated <= 16.50000 else -0.2276))
        + ((0.1439 if repeated <= 0.00000 else 0.0006) if repeated <= 4.50000 else (-0.1884 if score <= 0.45727 else -0.0052))
        + ((-0.1004 if title_named <= 0.53590 else 0.1888) if score <= 0.70089 else (0.0620 if cover <= 0.43313 else 0.1832))
        + ((0.0164 if cover <= 0.44573 else 0.1598) if rank <= 16.50000 else (-0.1561 if length <= 245.22304 else 0.1056))
        + ((-0.0112 if group_share <= 0.99994 else 0.1175) if repeated <= 14.50000 else (-0.1907 if group_rank <= 18.50000 else 0.3730))
        + ((-0.3632 if length <= 44.06010 else 0.1077) if rank <= 4.50000 else (-0.1568 if length <= 95.12143 else -0.0097))
        + ((-0.5852 if cover <= 0.06131 else 0.1133) if repeated <= 0.00000 else (-0.0594 if onward <= 0.54007 else 0.1114))
        + ((-0.0533 if group_rank <= 18.50000 else 0.3322) if group_score <= 0.90638 else (0.0523 if cover <= 0.57211 else 0.1660))
        + ((0.0039 if title_named <= 0.52506 else 0.1737) if repeated <= 16.50000 else (-0.1908 if group_score <= 0.69762 else -0.0141))
        + ((-0.0521 if group_rank <= 18.50000 else 0.3000) if group_score <= 0.92128 else (0.0442 if cover <= 0.57211 else 0.1533))
        + ((-0.2519 if place <= 0.00000 else -0.0382) if length <= 65.32756 else (0.0723 if place <= 1.50000 else -0.0377))
        + ((-0.2011 if place <= 0.00000 else -0.0407) if length <= 95.12143 else (0.0787 if place <= 1.50000 else -0.0182))
        + ((-0.0741 if group_score <= 0.53375 else 0.0389) if group_rank <= 14.50000 else (0.2827 if rank <= 24.50000 else -0.2228))
        + ((-0.1983 if own_share <= 0.63065 else -0.3050) if length <= 37.07110 else (0.0344 if rank <= 23.50000 else -0.0769))
        + ((-0.3887 if own_share <= 0.08601 else 0.0762) if repeated <= 0.00000 else (-0.0508 if title_named <= 0.92857 else 0.1708))
        + ((-0.0702 if score <= 0.56757 else 0.0457) if group_rank <= 12.50000 else (-0.1755 if group_onward <= 0.51184 else 0.2375))
        + ((-0.1065 if best_cover <= 0.40726 else -0.2441) if length <= 35.05880 else (-0.0199 if group_score <= 0.98698 else 0.0651))
        + ((-0.1733 if score <= 0.15367 else -0.0001) if title_named <= 0.52506 else (0.1589 if group_share <= 0.73867 else -0.0276))
        + ((-0.1214 if score <= 0.52759 else 0.0270) if group_rank <= 5.50000 else (-0.0497 if cover <= 0.06131 else 0.1163))
        + ((-0.0300 if cover <= 0.70492 else 0.1525) if title_named <= 0.55778 else (0.1426 if group_onward <= 1.47272 else -0.3145))
        + ((0.0435 if repeated <= 0.00000 else -0.0342) if title_named <= 0.92857 else (0.1999 if group_share <= 0.42839 else 0.0088))
        + ((-0.1166 if group_score <= 0.95158 else 0.0198) if length <= 95.12143 else (0.6360 if length <= 95.94385 else 0.0161))
        + ((-0.1266 if score <= 0.46074 else -0.0072) if length <= 105.18087 else (-0.1158 if score <= 0.13014 else 0.0330))
        + ((0.1018 if group_share <= 0.41565 else -0.0083) if place <= 1.50000 else (-0.0760 if group_share <= 0.93905 else 0.0513))
        + ((-0.0473 if group_score <= 0.86638 else 0.0340) if group_rank <= 7.50000 else (-0.1025 if length <= 95.12143 else 0.1045))
        + ((-0.2044 if length <= 35.05880 else 0.0130) if repeated <= 16.50000 else (-0.1821 if score <= 0.36571 else 0.0589))
        + ((-0.0039 if group_rank <= 7.50000 else 0.0637) if place <= 4.50000 else (-0.1349 if score <= 0.86899 else 0.1300))
        + ((-0.0043 if place <= 6.50000 else -0.2372) if title_named <= 0.52506 else (0.1368 if length <= 132.22162 else -0.0119))
        + ((-0.0240 if title_onward <= 0.48656 else 0.0573) if length <= 245.22304 else (0.4004 if length <= 249.86735 else 0.0437))
        + ((-0.2325 if length <= 29.09843 else -0.1167) if length <= 37.07110 else (-0.0001 if cover <= 0.70492 else 0.1333))
        + ((-0.0101 if group_onward <= 0.56813 else 0.0651) if best_cover <= 0.77835 else (-0.1748 if score <= 0.49667 else 0.0243))
        + ((-0.0007 if length <= 138.13588 else -0.0799) if length <= 186.43060 else (-0.0047 if group_rank <= 7.50000 else 0.1440))
        + ((-0.0019 if place <= 1.50000 else -0.0662) if group_share <= 0.99994 else (0.0134 if cover <= 0.51357 else 0.0964))
        + ((-0.0632 if group_score <= 0.41569 else 0.0236) if title_named <= 0.52506 else (0.1232 if group_onward <= 1.47272 else -0.2184))
        for score, rank, own_share, cover, group_share, group_rank, group_score, onward, group_onward, title_onward, length, place, best_cover, repeated, title_named in rows
    ]
