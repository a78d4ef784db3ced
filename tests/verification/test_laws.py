from itertools import chain

import numpy as np
import pytest

from detente.estimate.estimate import Estimate
from detente.kernel.endings import FUTURE
from detente.pack import load
from verification.model import laws
from verification.model.sampling import paths_of

STEPS = {"+0.5": 0.7, "x2": 0.4, "=7": 7.0, "logit+0": 0.2}


def rows_of(days):
    """Return futures of two worlds that are open for a month, or until force on a day."""
    rows = np.zeros(np.shape(days), FUTURE)
    rows["first_force_day"] = days
    rows["ending_day"] = 30
    return rows


def test_a_role_stands_for_its_actor_and_a_star_for_any_key():
    crisis = load("reference-nonviolent")

    assert paths_of(crisis, "actors.challenger.war_cost") == ("actors.alpha.war_cost",)
    assert len(paths_of(crisis, "actors.*.war_cost")) == 2
    assert paths_of(crisis, "actors.*.war_costs") == ()


def test_steps_add_multiply_set_and_shift_odds():
    assert {step: laws.after(0.2, step) for step in STEPS} == pytest.approx(STEPS)
    with pytest.raises(ValueError, match="no step"):
        laws.after(0.2, "2")


@pytest.mark.parametrize("law", laws.LAWS.values(), ids=laws.LAWS)
def test_laws_name_what_there_is(law):
    packs = {"all", *laws.GROUPS, *laws.USUAL, *chain(*laws.GROUPS.values())}
    for asked in law["asked"]:
        assert asked["outcome"] in laws.OUTCOMES
        assert asked.get("packs", "drawn") in laws.GROUPS
        assert laws.says(asked)
        assert set(asked.get("missed", {})) <= packs
    for change in (law, law.get("first", {})):
        named = (*change.get("record", ()), *change.get("unforeseen", ()))
        assert set(named) <= set(laws.RECORDS)
        assert all(laws.STEP.fullmatch(step) for step in change.get("numbers", {}).values())


def test_force_a_month_is_counted_over_the_days_without_it():
    before, after = rows_of([[-1, 15], [-1, 15]]), rows_of([[-1, -1], [-1, 15]])
    moved = laws.compare("force_a_month", [before], [after])

    assert moved.before == pytest.approx(100.0 * 2 / 3)
    assert moved.after == pytest.approx(100.0 * 1 / 3.5)
    assert moved.found.value == pytest.approx(moved.after - moved.before)


def test_a_law_holds_by_sign_and_by_size():
    moved = laws.Moved(Estimate(-4.0, low=-6.0, high=-2.0), (-4.0,), 20.0, 16.0)
    asked = {
        "down": True,
        "up": False,
        "not up": True,
        "not down": False,
    }

    assert {sign: laws.holds({"sign": sign}, moved) for sign in asked} == asked
    assert not laws.holds({"sign": "down", "least": 5}, moved)
    assert laws.holds({"sign": "down", "part": 0.2}, moved)
    assert laws.holds({"sign": "within", "least": 6}, moved)
    assert not laws.holds({"sign": "to", "least": 5}, moved)


@pytest.mark.parametrize("pack", laws.DRAWN)
def test_packs_that_are_drawn_with_usual_numbers_are_sound(pack):
    assert laws.crisis_of(pack).of_role("challenger")
