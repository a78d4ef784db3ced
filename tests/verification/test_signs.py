"""A slice of the check `signs`, which says by what signs of force multiply its odds."""

import numpy as np
import pytest

from detente.kernel.endings import FUTURE
from verification.model import signs
from verification.model.laws import has_force


def rows_of(worlds):
    """Return futures of worlds by the challenger's type and whether force came."""
    rows = np.zeros((len(worlds), len(worlds[0])), FUTURE).view(np.recarray)
    for world, futures in enumerate(worlds):
        for future, (kind, is_forced) in enumerate(futures):
            rows[world, future].challenger_type = kind
            rows[world, future].first_force_day = 10 if is_forced else -1
    return rows


def test_signs_that_only_force_has_multiply_its_odds_by_their_ratio_each():
    world = [(0, True), (1, False), (1, False)]
    rows, likely = rows_of([world] * 8)[None], np.tile([0.3, 0.1], (1, 8, 1))
    one, three = (signs.weigh(rows, has_force(rows), likely, many) for many in (1, 3))

    assert one.before == pytest.approx(1 / 3)
    assert one.multiple.value == pytest.approx(3.0)
    assert three.multiple.value == pytest.approx(27.0)
    assert three.after == pytest.approx(27 / 29)


def test_signs_that_are_as_likely_in_all_worlds_and_for_both_types_multiply_by_one():
    rows = rows_of([[(0, True), (1, False)], [(0, False), (1, True)]] * 4)[None]
    found = signs.weigh(rows, has_force(rows), np.full((1, 8, 2), 0.1), 3)

    assert found.multiple.interval == pytest.approx((1.0,) * 3)
    assert found.worlds == pytest.approx(8.0)


def test_a_pack_that_is_known_to_miss_still_misses_and_only_for_the_reason_that_is_given():
    assert signs.verdict("oman-2026", 3.2, 3.4) == ("reached", True)
    assert signs.verdict("oman-2026", 2.0, 3.4) == ("missed", False)
    assert signs.verdict("cuba-1962", 2.0, 3.1) == ("missed: the defender backs down instead", True)
    assert not signs.verdict("cuba-1962", 2.0, 2.5)[1]
    assert not signs.verdict("cuba-1962", 3.2, 3.4)[1]
