"""A slice of the check `weighing`, which knows what all worlds together have."""

from verification.evidence import weighing


def test_weighed_intervals_hold_what_all_worlds_have():
    share, width, error = weighing.covered(weighing.CASES[1], 100)

    assert 0.8 <= share <= 0.97
    assert width < 0.1
    assert abs(error) < 0.006
