import numpy as np
import pytest

from detente.questions.past import record
from verification.model import differences

DRAWS = np.random.Generator(np.random.Philox(7))


def test_a_difference_that_a_third_attribute_makes_is_adjusted_away():
    third = DRAWS.random(4000) < 0.5
    treated = DRAWS.random(4000) < np.where(third, 0.8, 0.2)
    came = DRAWS.random(4000) < np.where(third, 0.7, 0.2)
    alone = differences.adjusted(treated.astype(float), np.zeros((4000, 0)), came, (0.0, 1.0))
    held = differences.adjusted(treated.astype(float), third[:, None] * 1.0, came, (0.0, 1.0))

    assert alone == pytest.approx(30.0, abs=5.0)
    assert held == pytest.approx(0.0, abs=4.0)


@pytest.mark.parametrize(
    ("history", "model", "said"),
    [
        ([5, 1, 9], {"a": [2, 1, 3]}, record.SAME),
        ([5, 1, 9], {"a": [-2, -3, -1], "b": [0, -1, 1]}, record.OPPOSITE),
        ([5, 1, 9], {"a": [0, -1, 1]}, record.UNMOVED),
        ([5, 1, 9], {}, record.NONE),
        ([5, -1, 9], {"a": [-9, -11, -7]}, record.BEYOND),
        ([5, -1, 9], {"a": [2, 1, 3]}, record.UNKNOWN),
    ],
)
def test_a_sign_is_compared_only_where_an_interval_has_one(history, model, said):
    assert record.Difference("", "war", 0.0, history, history, model, "").sign == said
