"""Small worlds for the tests of the bargaining, with a war table written by hand."""

import functools

import numpy as np

from detente import pack
from detente.ensemble.design import quantile
from detente.ensemble.encode import encode
from detente.kernel.arithmetic import logit
from detente.kernel.crisis import WarTable, play, solve
from detente.kernel.places import LEVELS, STANCES, has_vowed, step_of
from detente.kernel.posture import PLANS
from detente.kernel.talks import PACKAGES, ChallengerMove, DefenderMove


@functools.cache
def shipped():
    """Return the shipped crisis."""
    return pack.load("oman-2026")


def shipped_world(*, grid="normal", horizon=365, **changes):
    """Return the median world of the shipped crisis; `changes` go by path, `__` for a dot."""
    crisis = shipped()
    values = {path: quantile(number, 0.5) for path, number in crisis.numbers.items()}
    values |= {path.replace("__", "."): value for path, value in changes.items()}
    return encode(crisis, values, grid=grid, horizon=horizon)


def plain_world(*, stage_days=8, points=7, precision=16.0, horizon=365, **talks):
    """Return a world of plain bargaining over three packages, with the war of the shipped one."""
    world = shipped_world(horizon=horizon)
    record = world.talks
    record.precision = precision
    record.discount_rate = 0.002
    record.challenger_pace = record.defender_pace = 0.1
    set_rates(record)
    set_stakes(record)
    set_no_pressure(world)
    for name, value in talks.items():
        setattr(record, name, value)
    set_stages(world.calendar, stage_days)
    world.calendar.force_at_start = 0
    world.calendar.ceiling[:] = 2
    world.belief_points = points
    return world


def set_no_pressure(world):
    """Leave out what makes bargaining less than plain; the ally strikes whenever it thinks of it."""
    record = world.talks
    record.has_vowed, record.vow_retreat = 0, 0.2
    record.defender_rate[DefenderMove.VOW] = 0.0
    record.raise_days = 5.0
    record.unrest_rate, record.unrest_days, record.justification = 0.0, 30.0, 0.03
    record.ally_deal[:] = 0.0
    record.ally_demand = record.ally_standoff = 0.0
    record.restraint_cost = record.restraint_success = 0.0
    record.breaking_rate[:] = 0.0
    world.mediators.count = 0
    world.calendar.signs = 0


def set_rates(record):
    """Set what happens how often."""
    for package in range(3):
        record.challenger_rate[package] = record.defender_rate[package] = 0.01
    record.challenger_rate[ChallengerMove.DROP] = 0.004
    record.challenger_rate[ChallengerMove.LOWER] = 0.02
    record.challenger_rate[ChallengerMove.RAISE] = 0.02
    record.challenger_rate[ChallengerMove.ULTIMATUM] = 0.003
    record.challenger_rate[ChallengerMove.WALK_OUT] = 0.002
    record.challenger_rate[ChallengerMove.STRIKE] = 0.0015
    record.defender_rate[DefenderMove.YIELD] = 0.002
    record.defender_rate[DefenderMove.ADVANCE] = 0.02
    record.defender_rate[DefenderMove.WALK_OUT] = 0.002
    record.defender_rate[DefenderMove.STRIKE] = 0.0004
    record.text_rate = 0.012
    record.fade_rate = 0.002
    record.exit_rate = 0.005
    record.growth_rate = 0.0015
    record.ally_rate = 0.00005
    record.ally_rate_per_step = 0.0001


def set_stakes(record):
    """Set what is at stake."""
    record.packages = 3
    record.challenger_deal[:3] = [0.136, 0.255, 0.374]
    record.defender_gain[:3] = [0.15, 0.10, 0.05]
    record.defender_concession[:3] = [0.12, 0.20, 0.31]
    record.challenger_demand = 0.40
    record.defender_demand = 0.31
    record.capitulation = 0.3
    record.publicity = 0.4
    record.challenger_standoff = 0.00012
    record.force_cost = 0.0001
    record.defender_standoff = 0.00022
    record.hard_log_odds = logit(0.35)
    record.tough_log_odds = logit(0.45)


def set_stages(calendar, days):
    """Cut the horizon, and 84 days past it, into equal stages."""
    stages = (int(calendar.horizon) + 84) // days
    calendar.stages = stages
    calendar.stage_days[:] = 0.0
    calendar.stage_days[:stages] = days
    calendar.stage_of_day[:] = np.minimum(np.arange(len(calendar.stage_of_day)) // days, stages - 1)


def watch_for_a_sign(world):
    """Let every arrival of force be watched for one sign of a plan to strike."""
    calendar = world.calendar
    calendar.signs = 1
    calendar.sign_probability[0, 1] = [0.1, 0.2, 0.5, 0.9]
    calendar.sign_probability[0, 0] = 1.0 - calendar.sign_probability[0, 1]


def war_table(
    *, hard=-0.03, soft=-0.30, tough=-0.34, weak=-0.62, first_strike=0.03, ally=1.0, vow=0.0
):
    """Return a war table written by hand: force pays 0.06 a level, striking first a little.

    After a vow force is worth less to all, by `vow`.
    """
    worth = np.zeros((LEVELS, STANCES, 3, 2, 2, 3))
    advantage = np.array([first_strike, -first_strike, 0.5 * first_strike])
    for force in range(LEVELS):
        for stance in range(STANCES):
            step, loss = step_of(stance), vow * has_vowed(stance)
            cell = worth[force, stance]
            shift = 0.06 * force - 0.04 * step - loss + advantage[:, None]
            cell[:, 0, :, 0], cell[:, 1, :, 0] = hard + shift, soft + shift
            shift = -0.06 * force + 0.02 * step - loss - advantage[:, None]
            cell[:, :, 0, 1], cell[:, :, 1, 1] = tough + shift, weak + shift
            cell[..., 2] = ally + 0.02 * force + 0.01 * step - loss
    return WarTable(worth=worth, restrained=np.full((len(PLANS), LEVELS, STANCES, 3, 2, 2), 0.6))


def rows_of(world, *, war=None, futures=20_000, seed=1):
    """Solve a world and play it."""
    solved = solve(world, war=war, with_exploitability=False)
    return play(world, solved, seed=seed, number=0, first=0, futures=futures)


def share_of_force(rows):
    """Return the share of futures with ordered force."""
    return float((rows.first_force_day >= 0).mean())


def doubled_packages(world):
    """List the hardest package twice, each at half its rate."""
    record = world.talks
    last = int(record.packages) - 1
    for name in ("challenger_deal", "defender_gain", "defender_concession", "ally_deal"):
        getattr(record, name)[last + 1] = getattr(record, name)[last]
    for rates in (record.challenger_rate, record.defender_rate):
        rates[last] *= 0.5
        rates[last + 1] = rates[last]
    assert last + 1 < PACKAGES
    record.packages = last + 2
    return world
