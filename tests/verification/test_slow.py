import ast
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from detente.kernel import war as kernel
from detente.kernel.moments import WarCourse, no_course
from detente.kernel.theatre import Onset, Situation
from tests.kernel.duels import new_war
from verification.model.slow import __main__ as command
from verification.model.slow.agreement import AGREED, WELL_FITTED, compare
from verification.model.slow.cases import blockade, drawn, lapsing, ruling, together
from verification.model.slow.prices import Act, Brought, worth

# `make verify` plays all games; here are a lapsing threat, two who begin together, a ruling and a
# blockade.
GAMES = (lapsing, together, ruling, blockade)
POINTS = 17
PARTS = Path(command.__file__).parent
RECORDS = {
    "Array",
    "ChallengerMove",
    "ContactZones",
    "DefenderMove",
    "Negotiation",
    "WarTable",
    "Warfare",
    "World",
    "new_record",
}
JUDGES = {"__main__.py", "agreement.py"}


def taken_from_the_kernel(path):
    return {
        name.name
        for statement in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(statement, ast.ImportFrom) and statement.module.startswith("detente")
        for name in statement.names
    }


@pytest.mark.parametrize("build", GAMES)
def test_the_kernel_and_the_slow_solver_agree_on_what_a_small_game_is_worth(build):
    verdict = compare(build(), POINTS, degrees=24)

    assert verdict.misfit < WELL_FITTED
    assert verdict.off[-1] < AGREED


def test_they_agree_on_a_game_drawn_at_random():
    assert compare(drawn(12), 17, degrees=24).is_agreed()


def drawn_war(draws):
    """Return a war whose prices, motives and stakes are drawn at random."""
    war = new_war()
    names = ("challenger_stake", "defender_stake", "ally_stake", "ally_loss_weight")
    names += ("ally_war_cost", "first_strike_bonus", "strike_motive", "joint_relief")
    for name in (*names, "resolve_gap", "campaign_gap"):
        setattr(war, name, draws.uniform(0.0, 0.5))
    for name in ("war_cost", "strike_cost", "raised_cost", "hit_price", "unanswered", "motive"):
        war[name] = draws.uniform(0.0, 0.5, war[name].shape)
    war.theatre.fatigue_rate = draws.uniform(0.0, 0.01)
    return war


def by_kernel(war, act, brought):
    """Return what the kernel makes of a war that is sure to bring that."""
    seen = [
        no_course().challenger._replace(
            settled=brought.settled,
            settled_squared=brought.settled**2,
            loss=loss,
            loss_squared=loss**2,
            settled_loss=brought.settled * loss,
            days=brought.days,
            hit_price_share=felt,
            ally_hit_price_share=brought.felt[2],
        )
        for loss, felt in zip(brought.losses, brought.felt[:2], strict=True)
    ]
    begun = Situation(act.force, 0, act.onset, 0, act.reply)
    return kernel.worth(war, WarCourse(*seen, brought.settled), begun, act.types, (1.0, 1.0))


@pytest.mark.parametrize("onset", Onset)
def test_both_price_force_alike_whoever_begins_it_and_however_it_is_answered(onset):
    draws = np.random.default_rng(int(onset))
    for force, reply, challenger, defender in product(range(3), range(3), range(2), range(2)):
        war, act = drawn_war(draws), Act(force, int(onset), reply, (challenger, defender))
        amounts = draws.uniform(0.0, 1.0, 6).tolist()
        brought = Brought(amounts[0], 9.0, tuple(amounts[1:3]), tuple(amounts[3:]))

        assert by_kernel(war, act, brought) == pytest.approx(worth(war, act, brought), abs=1e-12)


@pytest.mark.parametrize("path", sorted(PARTS.glob("*.py")), ids=lambda path: path.name)
def test_the_slow_solver_takes_records_from_the_kernel_and_no_rule(path):
    assert path.name in JUDGES or taken_from_the_kernel(path) <= RECORDS
