"""How long crises last in the model, against history."""

import numba
import numpy as np
import pytest

from verification.durations import (
    Lengths,
    days_of,
    hazard,
    is_like_history,
    lengths_of,
)

LIKE_HISTORY = Lengths((26.0, 65.0, 184.0), 0.01, 0.004)


@pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="needs thousands of futures")
def test_crises_last_as_long_as_in_history_at_the_reference_settings():
    lengths = lengths_of(days_of(worlds=32, futures=200))

    assert is_like_history(lengths)


def test_a_hazard_is_endings_over_days_lived_within_the_span():
    days = np.array([10, 30, 365])

    assert hazard(days, (0, 20)) == 1 / 50
    assert hazard(days, (20, 40)) == 1 / 30


@pytest.mark.parametrize(
    "unlike",
    [
        LIKE_HISTORY._replace(quartiles=(40.0, 65.0, 184.0)),
        LIKE_HISTORY._replace(quartiles=(26.0, 40.0, 184.0)),
        LIKE_HISTORY._replace(late_hazard=0.02),
    ],
)
def test_a_far_quartile_or_a_rising_hazard_is_not_like_history(unlike):
    assert is_like_history(LIKE_HISTORY)
    assert not is_like_history(unlike)
