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
        + ((-0.1003 if title_named <= 0.53590 else 0.1966) if score <= 0.70089 else (0.0620 if cover <= 0.43313 else 0.1832))
        + ((0.0164 if cover <= 0.44573 else 0.1598) if rank <= 16.50000 else (-0.1560 if length <= 245.22304 else 0.1054))
        + ((-0.0112 if group_share <= 0.99994 else 0.1175) if repeated <= 14.50000 else (-0.1907 if group_rank <= 18.50000 else 0.3729))
        + ((-0.3635 if length <= 44.06010 else 0.1076) if rank <= 4.50000 else (-0.1568 if length <= 95.12143 else -0.0096))
        + ((-0.5859 if cover <= 0.06131 else 0.1132) if repeated <= 0.00000 else (-0.0592 if onward <= 0.54007 else 0.1111))
        + ((-0.0533 if group_rank <= 18.50000 else 0.3321) if group_score <= 0.90638 else (0.0523 if cover <= 0.57211 else 0.1660))
        + ((0.0038 if title_named <= 0.52786 else 0.1784) if repeated <= 16.50000 else (-0.1908 if group_score <= 0.69762 else -0.0142))
        + ((-0.0521 if group_rank <= 18.50000 else 0.3000) if group_score <= 0.92128 else (0.0443 if cover <= 0.57211 else 0.1533))
        + ((-0.2520 if place <= 0.00000 else -0.0383) if length <= 65.32756 else (0.0723 if place <= 1.50000 else -0.0377))
        + ((-0.2013 if place <= 0.00000 else -0.0407) if length <= 95.12143 else (0.0785 if place <= 1.50000 else -0.0182))
        + ((-0.0739 if group_score <= 0.53375 else 0.0389) if group_rank <= 14.50000 else (0.2821 if rank <= 24.50000 else -0.2227))
        + ((-0.1983 if own_share <= 0.63065 else -0.3049) if length <= 37.07110 else (0.0344 if rank <= 23.50000 else -0.0768))
        + ((-0.0863 if group_score <= 0.53375 else 0.0274) if title_named <= 0.78615 else (0.2404 if group_score <= 0.43573 else 0.0363))
        + ((-0.0671 if score <= 0.56757 else 0.0412) if group_rank <= 12.50000 else (-0.1767 if group_onward <= 0.51184 else 0.2409))
        + ((-0.1111 if best_cover <= 0.40726 else -0.2455) if length <= 35.05880 else (0.0412 if place <= 1.50000 else -0.0336))
        + ((-0.1744 if score <= 0.15367 else 0.0008) if title_named <= 0.52786 else (0.1563 if group_share <= 0.73867 else -0.0193))
        + ((-0.1195 if score <= 0.52759 else 0.0273) if group_rank <= 5.50000 else (-0.0536 if cover <= 0.06131 else 0.1142))
        + ((-0.1456 if cover <= 0.12604 else 0.0724) if repeated <= 0.00000 else (-0.0473 if title_named <= 0.60990 else 0.1158))
        + ((-0.0217 if title_named <= 0.92857 else 0.1254) if cover <= 0.70492 else (0.1325 if repeated <= 8.50000 else 0.3208))
        + ((-0.2246 if place <= 0.00000 else -0.0570) if length <= 37.07110 else (0.0172 if place <= 4.50000 else -0.1082))
        + ((-0.0030 if group_rank <= 2.50000 else -0.1601) if length <= 95.12143 else (0.6018 if length <= 95.94385 else 0.0173))
        + ((0.0155 if group_onward <= 1.34921 else -0.1337) if repeated <= 18.50000 else (-0.1844 if score <= 0.28082 else 0.0201))
        + ((-0.0548 if group_score <= 0.86638 else 0.0411) if group_rank <= 7.50000 else (0.0418 if length <= 231.29075 else 0.2294))
        + ((0.0046 if best_cover <= 0.96979 else -0.1491) if cover <= 0.70492 else (0.1454 if group_onward <= 0.70308 else -0.1042))
        + ((-0.3392 if cover <= 0.06131 else 0.0514) if repeated <= 0.00000 else (0.0158 if place <= 1.50000 else -0.0488))
        + ((-0.0262 if length <= 189.22724 else 0.0455) if title_named <= 0.52786 else (0.1339 if length <= 132.22162 else -0.0223))
        + ((-0.2089 if place <= 0.00000 else -0.0288) if length <= 37.07110 else (-0.0106 if group_rank <= 7.50000 else 0.0579))
        + ((-0.0572 if own_share <= 0.80579 else -0.3219) if length <= 64.46812 else (0.0031 if own_share <= 0.94583 else 0.1042))
        + ((-0.0683 if group_onward <= 0.44649 else 0.0265) if group_score <= 0.89482 else (0.0330 if cover <= 0.96979 else 0.1510))
        + ((-0.0891 if score <= 0.47153 else 0.0082) if group_rank <= 7.50000 else (-0.0091 if length <= 192.21961 else 0.1526))
        + ((-0.0007 if place <= 1.50000 else -0.0668) if group_share <= 0.99994 else (0.0868 if cover <= 0.05731 else 0.0094))
        + ((-0.1084 if score <= 0.19991 else 0.0125) if title_named <= 0.52786 else (0.1344 if group_onward <= 1.47272 else -0.2937))
        for score, rank, own_share, cover, group_share, group_rank, group_score, onward, group_onward, title_onward, length, place, best_cover, repeated, title_named in rows
    ]
