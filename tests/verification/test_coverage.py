from verification.evidence import coverage
from verification.evidence.coverage import ENSEMBLES, KINDS


def test_every_kind_of_interval_holds_the_truth_about_nine_times_in_ten():
    shares = coverage.coverage(ENSEMBLES[4], 300)

    assert list(shares) == list(KINDS)
    assert all(0.84 < share < 0.96 for share in shares.values())
