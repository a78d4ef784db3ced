import pytest

from verification import coverage
from verification.coverage import ENSEMBLES, KINDS


def test_every_kind_of_interval_holds_the_truth_about_nine_times_in_ten():
    shares = coverage.coverage(ENSEMBLES[4], 300)

    assert list(shares) == list(KINDS)
    assert all(0.84 < share < 0.96 for share in shares.values())


def test_intervals_that_are_too_narrow_are_told(monkeypatch, capsys):
    monkeypatch.setattr(coverage, "ENSEMBLES", ENSEMBLES[4:5])
    monkeypatch.setattr("detente.ensemble.shares.QUANTILE", 1.0)

    assert coverage.main(["--repetitions", "200"]) == 1
    assert "*" in capsys.readouterr().out


@pytest.mark.parametrize(("share", "is_covered"), [(0.88, False), (0.9, True), (0.92, False)])
def test_too_few_and_too_many_are_both_wrong(share, is_covered):
    assert coverage.is_covered(share) == is_covered
