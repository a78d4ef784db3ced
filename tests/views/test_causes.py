"""What is said of the causes of war."""

import pytest

from detente import simulate
from detente.analysis.causes import Story, causes
from detente.analysis.causes.attribution import KEYS
from detente.analysis.causes.story import Instead
from detente.kernel.causes import EVERYTHING
from detente.views.blocks import Table
from detente.views.causes import reasons, section
from tests.views.conftest import FEW, standing_in
from tests.views.reading import must_say


@pytest.fixture(scope="module")
def told(crisis, tmp_path_factory):
    with standing_in():
        run = simulate(crisis, **FEW, out=tmp_path_factory.mktemp("runs") / "judged")
        return section(causes(run, worlds=1))


def test_causes_say_what_they_must(told):
    must_say(
        told,
        "In this model war comes in",
        "in 1 of the run's 2 worlds",
        "no single number here is a finding",
        "nearly nothing (the floor)",
        "kind: the first less the others",
    )


def test_attributed_shares_add_up_to_war(told):
    shares = next(one for one in told.blocks if isinstance(one, Table))
    *parts, war = (row[1].value for row in shares.rows[: len(KEYS) + 2])

    assert sum(parts) == pytest.approx(war)


def story(wars, *, is_deliberate=False):
    """Return what is told of a future of which only the verdicts are known."""
    instead = {
        key: Instead("war" if wars >> (EVERYTHING & ~(1 << one)) & 1 else "narrow_deal", 9)
        for one, key in KEYS.items()
    }
    return " ".join(reasons(Story(None, wars, is_deliberate, instead)))


def war_if(condition):
    return sum(bool(condition(subset)) << subset for subset in range(64))


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        (lambda s: s & 1, "the removal of third parties would have prevented this war"),
        (lambda s: s & 3 == 3, "the removal of third parties or incidents misread would have"),
        (lambda s: s & 3, "it takes the removal of third parties and incidents misread."),
        (lambda s: s & 3, "No removal of a single mechanism prevents this war"),
        (lambda s: s & 1 and s & 36, "the removal of third parties would have prevented"),
        (lambda _: True, "this war comes whatever is removed"),
        (lambda _: False, "This future has no war. No removal"),
        (lambda s: s == 31, "the removal of noise in decisions would have brought one"),
    ],
)
def test_a_story_says_which_removals_count(condition, told):
    assert told in story(war_if(condition))


def test_a_story_says_that_a_war_was_deliberate():
    assert "A deliberate war" in story(war_if(lambda s: s & 24), is_deliberate=True)
