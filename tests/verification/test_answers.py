import pytest

from verification.evidence.answers import differences, is_same

BEFORE = {"share": 0.5, "low": 0.25, "days": [1, 2], "of": {"war": None}}


@pytest.mark.parametrize(
    ("now", "path"),
    [
        ({**BEFORE, "share": 0.25}, "share"),
        ({**BEFORE, "days": [1, 2.0]}, "days[1]"),
        ({**BEFORE, "days": [1]}, "days"),
        ({**BEFORE, "of": {}}, "of.war"),
    ],
)
def test_a_changed_value_kind_length_or_key_is_reported_with_its_path(now, path):
    assert [(one.path, one.is_end) for one in differences(BEFORE, now)] == [(path, False)]
    assert list(differences(BEFORE, BEFORE)) == []


@pytest.mark.parametrize("key", ["low", "chance_high", "spread_low", "total_high"])
def test_an_end_of_an_interval_that_has_moved_is_distinguished_and_one_that_is_gone_is_not(key):
    moved = differences({"of": {key: 0.1}}, {"of": {key: 0.2}})
    gone = differences({"of": {key: 0.1}}, {"of": {}})

    assert [one.is_end for one in (*moved, *gone)] == [True, False]


def test_the_last_bits_of_a_sum_may_differ_and_no_more():
    assert is_same(0.1 + 0.2, 0.3)
    assert not is_same(0.3000001, 0.3)
    assert not is_same(1, True)
