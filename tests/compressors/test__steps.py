from __future__ import annotations

import math
import random
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors._steps import jumps, outliers

LEVELS = st.lists(st.sampled_from([0.0, 10.0, -25.0, 60.0]), min_size=2, max_size=4).filter(
    lambda levels: all(a != b for a, b in pairwise(levels))
)


@given(LEVELS, st.integers(6, 40), st.integers(0, 1_000))
def test_each_new_level_is_found_where_it_begins(levels: list[float], width: int, seed: int) -> None:
    noise = random.Random(seed)
    numbers = [level + noise.uniform(-0.3, 0.3) for level in levels for _ in range(width)]

    assert jumps(numbers) == [width * n for n in range(1, len(levels))]


def test_noise_slopes_waves_and_peaks_are_no_jumps() -> None:
    noise = random.Random(1)

    assert jumps([noise.uniform(0, 1) for _ in range(500)]) == []
    assert jumps([0.5 * n for n in range(100)]) == []
    assert jumps([math.sin(n / 9) for n in range(300)]) == []
    assert jumps([1.0] * 30 + [90.0] + [1.0] * 30) == []
    assert jumps([1.0, 2.0, 3.0]) == []


def test_what_is_far_from_its_level_is_found() -> None:
    noise = random.Random(2)
    numbers = [noise.uniform(0, 1) for _ in range(40)] + [50 + noise.uniform(0, 1) for _ in range(40)]
    numbers[7], numbers[60] = 20.0, 30.0

    assert outliers(numbers, [40]) == [7, 60]
    assert outliers([1.0] * 30 + [4.0] + [1.0] * 30, []) == [30]
    assert outliers([0.0, 1.0] * 20, []) == []
