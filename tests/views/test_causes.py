"""What is said of the causes of war."""

from dataclasses import replace

import numpy as np
import pytest

from detente import simulate
from detente.estimate.estimate import Estimate
from detente.kernel.causes import EVERYTHING, only
from detente.questions.causes import KEYS, Instead, Story, causes
from detente.questions.causes.credit import plan_of
from detente.questions.wording import CAUSES
from detente.views.blocks import Sentence, plain
from detente.views.causes import reasons, section
from tests.views.conftest import FEW, standing_in
from tests.views.reading import must_say, rows_of, table_of

PLAN = plan_of(1, 0)


@pytest.fixture(scope="module")
def reported(crisis, tmp_path_factory):
    with standing_in():
        run = simulate(crisis, **FEW, out=tmp_path_factory.mktemp("runs") / "judged")
        found = causes(run, worlds=1)
        clear = {("but_for", "first_strike"): Estimate(0.95, 0.94, 0.96, 0.9, 1.0, 0.9, 1.0)}
        return section(replace(found, shares=found.shares | clear))


def test_causes_say_what_they_must(reported):
    must_say(
        reported,
        "In this model wars begin most often as follows: ",
        "100 courses of events in 1 of the run's 2 sets of assumptions",
        "Without the advantage of striking first, war is avoided in 95.0 % and ",
        "no single number here is a finding",
        "nearly nothing (the floor)",
        "war with every one of these off",
    )


def test_shares_add_up_to_war(reported):
    shares = rows_of(reported, "causes-and-kinds")
    values = {name: row[0].value for name, row in shares.items() if not name.startswith("kind: ")}

    assert sum(values.values()) == pytest.approx(2.0 * values["war"])


def test_what_is_prevented_stands_next_to_what_is_brought(reported):
    removals = table_of(reported, "causes-removals")

    assert [column.head for column in removals.columns][1::2] == ["avoided", "added"]
    assert CAUSES["first_strike"] in {row[0] for row in removals.rows}


def test_a_mechanism_that_does_no_more_than_nearly_nothing_has_no_row_and_is_counted(reported):
    removals = table_of(reported, "causes-removals")
    (counted,) = (plain(one.words) for one in reported.blocks if isinstance(one, Sentence))

    assert CAUSES["optimism"] not in {row[0] for row in removals.rows}
    assert "mechanisms we cannot tell from this run whether they matter: " in counted
    assert CAUSES["optimism"] in counted


def story(condition, *, is_deliberate=False):
    """Return the causes of a future that has war with just the subsets for which this holds."""
    wars = np.array([bool(condition(subset)) for subset in PLAN.subsets], np.uint8)
    instead = {
        key: Instead("war" if condition(EVERYTHING & ~only(one)) else "narrow_deal", 9)
        for one, key in KEYS.items()
    }
    return " ".join(reasons(Story(None, PLAN, wars, is_deliberate, instead)))


@pytest.mark.parametrize(
    ("condition", "reported"),
    [
        (lambda s: s & 64, "the removal of third parties would have prevented this war"),
        (lambda s: s & 192 == 192, "the removal of third parties or incidents misread would have"),
        (lambda s: s & 192, "it takes the removal of third parties and incidents misread."),
        (lambda s: s & 192, "Removing a single mechanism does not prevent this war"),
        (lambda s: s & 7, "it takes the removal of private information (hidden resolve, optimism"),
        (lambda _: True, "this war comes even with all ten mechanisms removed"),
        (lambda _: False, "This course of events has no war. No removal"),
        (lambda s: s == 511, "the removal of noise in decisions would have brought one"),
    ],
)
def test_a_story_says_which_removals_count(condition, reported):
    assert reported in story(condition)


def test_a_story_says_that_a_war_was_deliberate():
    assert "It is a deliberate war" in story(lambda s: s & 24, is_deliberate=True)
