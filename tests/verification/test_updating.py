"""A slice of the check `updating`, which takes a run and its futures as the truth."""

from verification.evidence import updating


def test_effective_sizes_are_those_of_theory():
    assert all(check.holds for check in updating.sizes())
