"""What is said of a share by a date, and of the futures that were found."""

import pytest

from detente import ask, find
from detente.views import asking
from tests.views.reading import must_say


def test_a_share_by_a_date_says_what_it_must(run):
    found = ask(run, by="2026-06-01", given=["first_force_by=iran", "first_force_day=0:200"])

    must_say(
        asking.section(found),
        "How likely is it by 1 June 2026 (day 115)?",
        "In this model war has come by 1 June 2026 (day 115) in ",
        "with first_force_by=iran and first_force_day=0:200 (90 % interval ",
        "meet this, in the equivalent of",
        "all courses of events",
        "War is dated by the day on which it begins, other force by its first use.",
        "They need not cause the outcome.",
        "--ending any_war --given first_force_by=iran --given first_force_day=0:200",
    )


def test_shares_stand_with_their_intervals(run):
    found = ask(run, outcome="deal")
    (table,) = asking.section(found).blocks
    share, ends, across = table.rows[0][2:5]

    assert share.value == 100.0 * found.share.value
    assert (ends.low, ends.high) == (100.0 * found.share.low, 100.0 * found.share.high)
    assert across.high == 100.0 * found.share.spread_high


@pytest.mark.parametrize(
    ("pick", "rule"), [("typical", "nearest to the medians"), ("late", "decided last")]
)
def test_futures_that_were_found_say_what_they_must(run, pick, rule):
    found = find(run, ending="war", begun_by="us", pick=pick, option="hotline")
    first = found.futures[0].address

    must_say(
        asking.addresses(found),
        "of 320 courses of events have war of two or three parties and first_force_by=us. "
        f"Shown: those {rule}",
        f"--future {first} --option hotline",
        "How to read it",
    )
