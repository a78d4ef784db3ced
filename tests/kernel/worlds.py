"""Small worlds for the tests of the bargaining, with a war table written by hand."""

import functools
from typing import NamedTuple

import numpy as np

from detente import pack
from detente.ensemble.design import draw_worlds, quantile
from detente.ensemble.encode import encode
from detente.kernel.arithmetic import logit
from detente.kernel.crisis import begin_future, new_plays, play, play_rows, scenes_of
from detente.kernel.draws import Draws
from detente.kernel.endings import EVENT, FUTURE
from detente.kernel.places import LEVELS
from detente.kernel.posture import PLANS
from detente.kernel.solution import GAMES, Solved, SolverReport, WarTable, solve
from detente.kernel.tables import new_policies
from detente.kernel.talks import PACKAGES, ChallengerMove, DefenderMove
from detente.kernel.theatre import ONSETS, REPLIES, Onset, Reply, who_begins
from detente.kernel.world import grid_of

STAGES_OF_A_CEILING = 4
"""Stages for which a ceiling of force stands in a random world."""
BEYOND_STRIKES = ("STANDSTILL", "LIFT", "IMPOSE", "TAKE")
"""Moves that random worlds do not make, and that no draw is spent on."""
WAITING = 0.5
"""What a day without force is worth to everyone in a future that was not solved."""


@functools.cache
def shipped():
    """Return the shipped crisis on the agenda as written: settling it solves two games."""
    return pack.load("oman-2026", changes={"dispute.agenda": False})


def shipped_world(*, grid="normal", horizon=365, **changes):
    """Return the median world of the shipped crisis; `changes` go by path, `__` for a dot."""
    crisis = shipped()
    values = {path: quantile(number, 0.5) for path, number in crisis.numbers.items()}
    values |= {path.replace("__", "."): value for path, value in changes.items()}
    return encode(crisis, values, grid=grid, horizon=horizon)


@functools.cache
def drawn(count, seed):
    """Return worlds of the shipped crisis, as the numbers drawn."""
    crisis = shipped()
    numbers = draw_worlds(crisis.numbers, crisis.correlations, worlds=count, seed=seed)
    columns = {path: column.tolist() for path, column in numbers.items()}
    return crisis, [{path: columns[path][world] for path in columns} for world in range(count)]


def random_worlds(count, *, seed=1, grid="normal", horizon=365):
    """Yield worlds drawn from the shipped crisis, with all that moves beliefs in great plenty."""
    crisis, all_values = drawn(count, seed)
    generator = np.random.default_rng(seed)
    for values in all_values:
        world = encode(crisis, values, grid=grid, horizon=horizon)
        stir_talks(world.talks, generator)
        stir_voices(world, generator)
        stir_forces(world.calendar, generator)
        yield world


def stir_talks(talks, generator):
    """Draw how rational both sides are and what happens how often, over broad ranges."""
    draw = generator.uniform
    talks.precision = draw(10.0, 60.0)
    sides = (talks.challenger_rate, ChallengerMove), (talks.defender_rate, DefenderMove)
    for rate, moves in sides:
        beyond = [move for name, move in moves.__members__.items() if name in BEYOND_STRIKES]
        plain = np.setdiff1d(np.arange(len(rate)), beyond)
        rate[plain] *= np.exp(draw(-1.0, 1.0, len(plain)))
    talks.text_rate = draw(0.01, 0.1)
    talks.fade_rate = draw(0.0, 0.003)
    talks.exit_rate = draw(0.0, 0.02)
    talks.breaking_rate[:] = 10.0 ** draw(-4.0, -2.0, 2)
    talks.unrest_rate, talks.justification = draw(0.0, 0.03), draw(0.0, 0.06)
    talks.ally_rate, talks.restraint_success = draw(0.0, 0.002), draw(0.0, 0.8)
    talks.raise_days, talks.ultimatum_days = draw(1.0, 30.0), draw(3.0, 30.0)
    talks.has_vowed = generator.integers(2)


def stir_voices(world, generator):
    """Draw who speaks how often and for whom, what signs tell, and how often forces meet."""
    draw = generator.uniform
    world.mediators.report_rate[:] = draw(0.01, 0.1, len(world.mediators.report_rate))
    world.mediators.bias[:] = draw(-0.5, 1.0, len(world.mediators.bias))
    world.incidents.rate = draw(0.01, 0.2)
    world.incidents.escalation_probability = draw(0.01, 0.1)
    signs = world.calendar.sign_probability
    world.calendar.signs = generator.integers(1, len(signs) + 1)
    signs[:, 1] = draw(0.05, 0.95, signs[:, 1].shape)
    signs[:, 0] = 1.0 - signs[:, 1]


def stir_forces(calendar, generator):
    """Let the ceiling of force rise and fall every few stages."""
    blocks = generator.integers(0, LEVELS, len(calendar.ceiling) // STAGES_OF_A_CEILING)
    calendar.ceiling[:] = np.repeat(blocks, STAGES_OF_A_CEILING)
    calendar.force_at_start = generator.integers(calendar.ceiling[0] + 1)


def plain_world(*, stage_days=8, points=7, precision=16.0, horizon=365, **talks):
    """Return a world of plain bargaining over three packages, with the war of the shipped one.

    Force is begun as a strike, and ends the dispute.
    """
    world = shipped_world(horizon=horizon)
    record = world.talks
    record.precision = precision
    record.discount_rate = 0.002
    record.challenger_pace = record.defender_pace = 0.1
    set_rates(record)
    set_stakes(record)
    set_no_pressure(world)
    world.aftermath.ends_dispute = 1
    for name, value in talks.items():
        setattr(record, name, value)
    set_stages(world.calendar, stage_days)
    world.calendar.force_at_start = 0
    world.calendar.ceiling[:] = 2
    world.belief_points = points
    return world


def complete_world(hard, tough):
    """Return a world that knows both types for sure, with ready texts and deals that hold."""
    world = plain_world(
        precision=60.0,
        text_rate=50.0,
        ally_rate=0.0,
        ally_rate_per_step=0.0,
        ratify_probability=1.0,
        hard_log_odds=hard,
        tough_log_odds=tough,
    )
    world.incidents.rate = world.incidents.rate_per_force = 0.0
    world.belief_points, world.belief_limit = 2, 40.0
    return world


def set_no_pressure(world):
    """Leave out what makes bargaining less than plain; an ally that weighs a strike strikes.

    No act is allowed to be a slip, so that beliefs go by Bayes' rule alone.
    """
    record = world.talks
    record.slip = 0.0
    record.has_vowed, record.vow_retreat = 0, 0.2
    record.defender_rate[DefenderMove.VOW] = 0.0
    record.raise_days = 5.0
    record.unrest_rate, record.unrest_days, record.justification = 0.0, 30.0, 0.03
    record.ally_deal[:] = 0.0
    record.ally_deal_settled[:] = 0.0
    record.ally_demand = record.ally_demand_settled = record.ally_standoff = 0.0
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
    record.challenger_rate[ChallengerMove.CAMPAIGN] = 0.0
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
    record.challenger_demand_settled = record.challenger_demand
    record.defender_demand_settled = record.defender_demand
    record.challenger_deal_settled[:] = record.challenger_deal
    record.defender_concession_settled[:] = record.defender_concession
    record.capitulation = 0.3
    record.publicity = 0.4
    record.drop_cost, record.yield_cost = 0.02, 0.0
    record.challenger_price[ChallengerMove.RAISE] = 0.01
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


def cut_short(world, days):
    """Leave a world few stages and two beliefs a side, which plain Python solves in a while."""
    set_stages(world.calendar, days)
    world.belief_points = 2
    return world


def watch_for_a_sign(world):
    """Let arrivals of force be watched for one sign, of resolve and of a plan to strike."""
    calendar = world.calendar
    calendar.signs = 1
    calendar.sign_probability[0, 1] = [[0.1, 0.2, 0.5, 0.9], [0.1, 0.15, 0.4, 0.6]]
    calendar.sign_probability[0, 0] = 1.0 - calendar.sign_probability[0, 1]


HOST = 1
"""Place of the host among the third parties of the shipped crisis."""


def let_decide(world, *parties):
    """Let third parties change their mind within a future."""
    world.partners.deciders = len(parties)
    world.partners.decider[: len(parties)] = parties


def let_host_change(world, *, withdraws, consents=0.0):
    """Let the host of one level of force withdraw its consent and give it again, at these rates."""
    calendar, partners = world.calendar, world.partners
    calendar.levels_present[:] = calendar.ceiling
    calendar.levels_hosted[HOST] = np.minimum(calendar.ceiling, 1)
    let_decide(world, HOST)
    partners.withdrawal_rate[HOST], partners.renewal_rate[HOST] = withdraws, consents
    partners.threat_factor[HOST] = partners.struck_factor[HOST] = 2.0


class Force(NamedTuple):
    """What force is worth to each type and the ally, before levels and steps are counted."""

    hard: float = -0.03
    soft: float = -0.30
    tough: float = -0.34
    weak: float = -0.62
    first_strike: float = 0.03
    ally: float = 1.0
    resolve: float = 0.0


def war_table(*, continuation_discount=0.0, **changes):
    """Return a war table written by hand: force pays 0.06 a level, striking first a little.

    `changes` replace fields of `Force`. To the firm type of who replies a full reply is worth
    `resolve` more. `continuation_discount`: discount at the end of force that leaves the dispute
    open, with the programme as it was, by onset, reply, plan and view.
    """
    force_is = Force(**changes)
    begun = (LEVELS, LEVELS, ONSETS, REPLIES)
    worth = np.zeros((GAMES, *begun, 2, 2, 3))
    open_still = np.zeros((*begun, len(PLANS), 2, LEVELS))
    first = np.array([1.0, -1.0, 0.5, 1.0])[[who_begins(onset) for onset in Onset]]
    advantage = first[:, None, None] * force_is.first_strike
    for force in range(LEVELS):
        for step in range(LEVELS):
            cell = worth[:, force, step]
            shift = 0.06 * force - 0.04 * step + advantage
            cell[..., 0, :, 0], cell[..., 1, :, 0] = force_is.hard + shift, force_is.soft + shift
            shift = -0.06 * force + 0.02 * step - advantage
            cell[..., 0, 1], cell[..., 1, 1] = force_is.tough + shift, force_is.weak + shift
            cell[..., 2] = force_is.ally + 0.02 * force + 0.01 * step
            open_still[force, step, ..., step] = continuation_discount
    of_others = [onset for onset in Onset if onset != Onset.BY_DEFENDER]
    worth[:, :, :, Onset.BY_DEFENDER, Reply.FULL, 0, :, 0] += force_is.resolve
    worth[:, :, :, of_others, Reply.FULL, :, 0, 1] += force_is.resolve
    return WarTable(worth=worth, continuation_discount=open_still, settled=np.full(begun, 0.2))


def unsolved_play(world):
    """Return a future of a world in which no move is ever chosen and waiting is worth WAITING.

    Force is absorbed, and ends the dispute.
    """
    world.aftermath.ends_dispute = 1
    policies = new_policies(int(world.calendar.stages), grid_of(world).points)
    policies.worth[:] = WAITING
    policies.replies[..., Reply.ABSORBS] = 1.0
    report = SolverReport(0, 0, 0, 0, 0, 0, 0.0, (0.0,) * 4)
    solved = Solved(policies, war_table(), report, (0.0,) * 4)
    play, *_ = new_plays(world, solved, Draws(1, 0, 0, 0, 0))
    begin_future(play.trajectory)
    return play


def quiet_play(*, horizon=40):
    """Return a future in which every chance of a day is 0 and choices are all but sure."""
    world = next(random_worlds(1, grid="tiny", horizon=horizon))
    world.talks.precision = 1000.0
    play = unsolved_play(world)
    for name in set(play.trajectory.daily.dtype.names) - {"most_shift"}:
        play.trajectory.daily[name] = 0.0
    return play


def rows_of(world, *, war=None, futures=20_000, seed=1):
    """Solve a world and play it."""
    solved = solve(world, war=war, with_exploitability=False)
    return play(world, solved, seed=seed, number=0, first=0, futures=futures)


def played_futures(world, solved, *, seed, number=0, futures):
    """Yield each future's state and row, all of which are written again for the next future.

    The compiled function, if there is one, is called as such: a look at the types of all that a
    future is played in takes longer than to play it. It is the one that plays runs, so that none
    has to be compiled for this alone.
    """
    plays = new_plays(world, solved, Draws(seed, number, 0, 0, 0))
    scenes, rules = scenes_of(plays)
    listed, rows = np.zeros(1, np.int64), np.zeros(1, FUTURE).view(np.recarray)
    play_rows(scenes, rules, listed, rows)
    compiled = getattr(play_rows, "overloads", {}).values()
    play_one = next((one.entry_point for one in compiled), play_rows)
    for future in range(futures):
        listed[0] = future
        play_one(scenes, rules, listed, rows)
        yield plays[0].trajectory.state, rows[0]


def traces(world, solved, *, seed, number=0, futures):
    """Yield the trace of each future, as it is followed."""
    for state, _ in played_futures(world, solved, seed=seed, number=number, futures=futures):
        lines = np.zeros(int(state.lines_written), EVENT).view(np.recarray)
        for column, name in enumerate(lines.dtype.names):
            lines[name] = state.lines[: len(lines), column]
        yield lines


def share_of_force(rows):
    """Return the share of futures with use of force."""
    return float((rows.first_force_day >= 0).mean())


def doubled_packages(world, *, apart=0.0):
    """List the hardest package twice, each at half its rate, and the second so much harder."""
    record = world.talks
    last = int(record.packages) - 1
    names = ("challenger_deal", "defender_gain", "defender_concession", "ally_deal")
    settled = ("challenger_deal_settled", "defender_concession_settled", "ally_deal_settled")
    for name in (*names, *settled, "is_comprehensive"):
        getattr(record, name)[last + 1] = getattr(record, name)[last]
    record.challenger_deal[last + 1] += apart
    record.defender_gain[last + 1] -= apart
    for rates in (record.challenger_rate, record.defender_rate):
        rates[last] *= 0.5
        rates[last + 1] = rates[last]
    assert last + 1 < PACKAGES
    record.packages = last + 2
    return world


def calibration(belief, is_so):
    """Return the largest gap between belief and frequency, in standard errors."""
    bins = np.clip((belief * 8).astype(int), 0, 7)
    gaps = []
    for chosen in np.unique(bins):
        inside = bins == chosen
        mean = belief[inside].mean()
        error = np.sqrt(max(mean * (1.0 - mean), 1e-6) / inside.sum())
        gaps.append(abs(is_so[inside].mean() - mean) / error)
    return max(gaps)
