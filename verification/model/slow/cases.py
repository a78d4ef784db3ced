"""Small games, each with a few mechanisms, and games whose mechanisms are drawn at random."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from detente.kernel.solution import WarTable
from detente.kernel.talks import ChallengerMove
from detente.kernel.world import World
from verification.model.slow.worlds import (
    force_table,
    let_campaign,
    let_challenger,
    let_defender,
    let_go_on,
    let_press,
    quiet,
    spread_plans,
)

SHIFT = 0.02
"""Spread of the shifts by which drawn games differ in what force brings."""
KEPT = 0.55
"""Share of moves that a drawn game keeps."""
FAILED = 0.25
"""Share of drawn games in which talks have failed before they begin."""
GOES_ON = 0.6
"""Share of drawn games in which the dispute goes on after force."""
HAS_ALLY = 0.75
"""Share of drawn games in which the challenger has an ally."""
CHALLENGER_RATES = {
    "offer": 0.02,
    "drop": 0.01,
    "lower": 0.03,
    "raise": 0.04,
    "ultimatum": 0.02,
    "walk_out": 0.01,
    "strike": 0.006,
}
DEFENDER_RATES = {
    "offer": 0.02,
    "yield": 0.005,
    "vow": 0.01,
    "advance": 0.03,
    "walk_out": 0.01,
    "strike": 0.003,
}


class Small(NamedTuple):
    """A small game: what it is about, its world, and what force would bring."""

    name: str
    world: World
    war: WarTable
    results: tuple[World, ...] = ()
    """The world as it is after each result of a ruling, if there is one."""


def brief() -> Small:
    """Let every move of the talks be made in two stages, with no force deployed."""
    world = quiet(20.0, 30.0, ceiling=0)
    world.talks.has_vowed = 1
    world.talks.text_rate = 0.02
    world.talks.exit_rate = 0.008
    let_challenger(world, offer=0.012, drop=0.003, walk_out=0.004, strike=0.003)
    let_defender(world, offer=0.01, advance=0.02, walk_out=0.003, strike=0.0006, **{"yield": 0.002})
    return Small("brief talks, the defender bound", world, force_table())


def offers() -> Small:
    """Let both sides offer two packages, and walk out; a text gets ready, and talks resume."""
    world = quiet(40.0, 40.0, 40.0, ceiling=0)
    world.talks.precision = 30.0
    world.talks.text_rate = 0.02
    world.talks.exit_rate = 0.008
    world.talks.fade_rate = 0.003
    let_challenger(world, offer=0.012, walk_out=0.004, strike=0.003, drop=0.003)
    let_defender(world, offer=0.01, walk_out=0.003, strike=0.0006)
    return Small("offers both ways, ratified or not, at precision 30", world, force_table())


def ultimatum() -> Small:
    """Put a level of force behind an ultimatum, which runs out."""
    world = quiet(20.0, 30.0, 40.0, ceiling=1)
    world.calendar.force_at_start = 1
    world.talks.hard_log_odds = 0.3
    let_challenger(world, ultimatum=0.02, drop=0.006, walk_out=0.002, strike=0.004)
    let_defender(world, strike=0.001, **{"yield": 0.003})
    return Small("an ultimatum, its answer and its lapse; drop and yield", world, force_table())


def lapsing() -> Small:
    """Let an ultimatum run from the start, with more force on its way behind it."""
    world = ultimatum().world
    world.calendar.ceiling[:] = 2
    world.talks.ultimatum_runs = 1
    world.talks.raise_ordered = 1
    return Small("an ultimatum that runs at the start, and force on its way", world, force_table())


def raises() -> Small:
    """Let force be raised, arrive, be called back, and a ceiling come down on it."""
    world = quiet(16.0, 24.0, 32.0)
    world.calendar.ceiling[2] = 1
    world.calendar.force_at_start = 1
    world.talks.precision = 11.0
    let_challenger(world, lower=0.02, ultimatum=0.006, strike=0.004, **{"raise": 0.03})
    let_defender(world, strike=0.0006, **{"yield": 0.002})
    return Small("raises under way, called back, and capped", world, force_table())


def arrivals() -> Small:
    """Let a ceiling rise while an ultimatum runs, and more force be ordered for that day."""
    world = quiet(20.0, 20.0, 30.0)
    world.calendar.ceiling[:2] = 1
    world.calendar.force_at_start = 1
    world.talks.precision = 12.0
    world.talks.tough_log_odds = 0.4
    let_challenger(world, ultimatum=0.02, strike=0.003, **{"raise": 0.05})
    let_defender(world, **{"yield": 0.004})
    return Small("more force ordered before its ceiling rises", world, force_table())


def withdrawal() -> Small:
    """Take the last force away by the calendar while an ultimatum runs, which is then void."""
    world = quiet(20.0, 20.0, 30.0, ceiling=1)
    world.calendar.ceiling[2] = 0
    world.calendar.force_at_start = 1
    world.talks.precision = 12.0
    world.talks.tough_log_odds = 0.4
    let_challenger(world, ultimatum=0.02, lower=0.02, strike=0.003, walk_out=0.002)
    let_defender(world, walk_out=0.004, **{"yield": 0.004})
    return Small("an ultimatum void when the calendar takes its force", world, force_table())


def programme() -> Small:
    """Let the programme grow and be advanced, the defender vow, an ally strike or be held."""
    world = quiet(40.0, 50.0, ceiling=0)
    world.talks.growth_rate = 0.006
    let_press(world, 0.001, has_means=True)
    world.talks.text_rate = 0.02
    let_challenger(world, offer=0.012, strike=0.004, drop=0.004)
    let_defender(world, vow=0.01, advance=0.02, strike=0.001, **{"yield": 0.002})
    return Small("a growing programme, a vow, an ally held back", world, force_table())


def incidents() -> Small:
    """Let incidents happen on both sides, with a hotline, unrest, and failed talks."""
    world = quiet(30.0, 40.0, 50.0, ceiling=1)
    world.calendar.force_at_start = 1
    world.incidents.rate = 0.1
    world.incidents.rate_per_force = 0.03
    world.incidents.has_hotline = 1
    world.talks.unrest_rate = 0.005
    world.talks.justification = 0.06
    world.talks.exit_rate = 0.006
    let_challenger(world, walk_out=0.01, strike=0.004)
    let_defender(world, walk_out=0.008, strike=0.002)
    return Small("incidents with a hotline, unrest, failed talks", world, force_table())


def rounds() -> Small:
    """Let a dispute go on after force, which may be used again, by either side or by an ally."""
    world = quiet(20.0, 30.0, 30.0)
    let_go_on(world)
    world.calendar.force_at_start = 1
    world.calendar.ceiling[2:] = 1
    world.talks.fade_rate = 0.002
    world.talks.growth_rate = 0.006
    let_press(world, 0.001, has_means=True)
    world.incidents.rate = 0.06
    let_challenger(world, strike=0.006, **{"raise": 0.02})
    let_defender(world, vow=0.01, strike=0.004, **{"yield": 0.003})
    return Small("rounds of force, the dispute going on after each", world, force_table())


def broken() -> Small:
    """Let deals break, talks resume after force, and giving in be worth something in itself."""
    world = quiet(40.0, 40.0, 40.0, ceiling=0)
    let_go_on(world)
    world.talks.breaking_rate[:] = [0.0006, 0.0009]
    world.talks.drop_cost = -0.05
    world.talks.yield_cost = -0.04
    world.talks.text_rate = 0.02
    world.talks.exit_rate = 0.008
    let_challenger(world, offer=0.012, drop=0.004, strike=0.004)
    let_defender(world, offer=0.01, strike=0.001, **{"yield": 0.003})
    return Small("deals that break, prices below zero of giving in", world, force_table())


def whole() -> Small:
    """Let everything happen at once, the defender bound from the start."""
    world = quiet(30.0, 40.0)
    let_go_on(world)
    world.talks.precision = 13.0
    world.talks.has_vowed = 1
    world.talks.breaking_rate[:] = [0.0004, 0.0006]
    world.calendar.force_at_start = 1
    world.incidents.rate = 0.06
    world.incidents.rate_per_force = 0.02
    world.talks.text_rate = 0.02
    world.talks.exit_rate = 0.006
    world.talks.fade_rate = 0.003
    world.talks.growth_rate = 0.004
    let_press(world, 0.0005, has_means=True)
    let_challenger(world, offer=0.012, drop=0.004, lower=0.02, walk_out=0.003, strike=0.004)
    let_challenger(world, ultimatum=0.006, **{"raise": 0.02})
    let_defender(world, offer=0.01, advance=0.02, walk_out=0.003, strike=0.001, **{"yield": 0.002})
    return Small("everything at once, the defender bound", world, force_table())


def campaigns() -> Small:
    """Let the challenger raise its force for a campaign, threaten one, and make that good."""
    world = quiet(16.0, 20.0, 24.0)
    let_go_on(world)
    world.calendar.force_at_start = 1
    world.talks.precision = 11.0
    world.talks.hard_log_odds = 0.2
    world.incidents.rate = 0.05
    let_challenger(world, ultimatum=0.02, strike=0.005, drop=0.003, **{"raise": 0.04})
    let_campaign(world, readiness=0.8)
    let_defender(world, vow=0.01, strike=0.002, **{"yield": 0.003})
    return Small("campaigns, threatened and begun", world, force_table())


def together() -> Small:
    """Let an ally with means of its own press for force, join it and be joined."""
    world = quiet(20.0, 24.0)
    let_go_on(world)
    world.calendar.force_at_start = 2
    world.talks.precision = 12.0
    let_challenger(world, strike=0.004, lower=0.02)
    let_campaign(world, readiness=0.6)
    let_press(world, 0.004, has_means=True)
    let_defender(world, advance=0.02, strike=0.002, **{"yield": 0.002})
    return Small("an ally that presses, joins and is joined", world, force_table())


def urged() -> Small:
    """Let an ally press that could not go alone."""
    world = quiet(24.0, 30.0)
    world.calendar.force_at_start = 2
    let_challenger(world, strike=0.003, drop=0.004)
    let_campaign(world, readiness=0.6)
    let_press(world, 0.004, has_means=False)
    let_defender(world, strike=0.001)
    return Small("an ally without means that presses", world, force_table())


def ruling() -> Small:
    """Let a court rule after two stages: giving in is then cheaper by .2 for one side or other."""
    worlds = []
    for result, cheaper in enumerate((0.0, 0.2, -0.2)):
        world = offers().world
        world.calendar.epoch_of_stage[2] = 1
        world.calendar.epoch = min(result, 1)
        world.calendar.result = result
        world.calendar.result_probability[:2] = 0.7, 0.3
        world.talks.drop_cost += cheaper
        world.talks.yield_cost -= cheaper
        world.talks.defender_concession *= 1.0 - cheaper
        world.talks.defender_demand *= 1.0 - cheaper
        worlds.append(world)
    before, *results = worlds
    return Small("a court that rules after two stages", before, force_table(), tuple(results))


def standstill() -> Small:
    """Let both sides offer a standstill, keep it or break it, and an ally press meanwhile."""
    world = quiet(24.0, 30.0)
    talks = world.talks
    talks.standstill_days, talks.standstill_talks = 40.0, 0.3
    talks.standstill_calm, talks.breach_cost = 0.4, 0.06
    talks.precision, talks.text_rate, talks.exit_rate = 12.0, 0.02, 0.01
    world.calendar.force_at_start = 1
    world.incidents.rate = 0.08
    let_press(world, 0.003, has_means=True)
    let_challenger(world, standstill=0.02, strike=0.006, walk_out=0.01, drop=0.004)
    let_defender(world, standstill=0.03, strike=0.003, vow=0.01, **{"yield": 0.003})
    return Small("a standstill, offered, kept and broken", world, force_table())


def taking() -> Small:
    """Let a share be taken, and the defender accept that, protest or reverse it by force."""
    world = quiet(24.0, 30.0)
    let_go_on(world)
    talks = world.talks
    talks.may_take, talks.taken_share = 1, 0.6
    talks.challenger_taken = 0.4 * talks.challenger_demand
    talks.defender_taken, talks.ally_taken = 0.5 * talks.defender_demand, 0.02
    talks.challenger_deal_taken[:] = 0.3 * talks.challenger_deal
    talks.defender_concession_taken[:] = 0.4 * talks.defender_concession
    talks.protest_cost, talks.reversal_readiness, talks.reversal_success = 0.04, 0.7, 0.6
    talks.precision, talks.text_rate, talks.exit_rate = 12.0, 0.02, 0.01
    talks.fade_rate = 0.003
    world.calendar.force_at_start = 1
    let_challenger(world, take=0.02, offer=0.012, strike=0.005, walk_out=0.01, drop=0.004)
    let_defender(world, offer=0.01, strike=0.003, vow=0.01, **{"yield": 0.003})
    return Small("a taking, accepted, protested against and reversed", world, force_table())


def blockade() -> Small:
    """Let a blockade be imposed, held and lifted, lose its force, and end in talks or in force."""
    world = quiet(24.0, 30.0, 20.0)
    let_go_on(world)
    talks = world.talks
    talks.has_blockade, talks.blockade_force = 1, 1
    talks.blockade_cost[:] = 0.0001, 0.0004, 0.00005
    talks.challenger_price[ChallengerMove.IMPOSE], talks.lift_cost = 0.02, 0.04
    talks.precision, talks.text_rate, talks.exit_rate = 10.0, 0.02, 0.01
    world.calendar.force_at_start = 1
    world.calendar.ceiling[2:] = 0
    world.incidents.rate, world.incidents.blockade_factor = 0.06, 1.7
    let_challenger(world, impose=0.03, lift=0.02, lower=0.02, ultimatum=0.01, strike=0.005)
    let_challenger(world, offer=0.012, drop=0.004, **{"raise": 0.02})
    let_defender(world, offer=0.01, strike=0.003, **{"yield": 0.003})
    return Small("a blockade, imposed, lifted and without its force", world, force_table())


GAMES: tuple[Callable[[], Small], ...] = (
    brief,
    offers,
    ultimatum,
    lapsing,
    raises,
    arrivals,
    withdrawal,
    programme,
    incidents,
    rounds,
    broken,
    campaigns,
    together,
    urged,
    whole,
    ruling,
    standstill,
    taking,
    blockade,
)


def drawn(seed: int) -> Small:
    """Return a game whose moves, stages, ceilings, rates and stakes are drawn at random.

    Half of the allies that press for force have means of their own.
    """
    draws = np.random.default_rng(seed)
    days = draws.uniform(8.0, 45.0, int(draws.integers(2, 4)))
    world = quiet(*days)
    stages = len(days)
    world.calendar.ceiling[:stages] = draws.integers(0, 3, stages)
    world.calendar.ceiling[stages:] = world.calendar.ceiling[stages - 1]
    world.calendar.force_at_start = int(draws.integers(0, world.calendar.ceiling[0] + 1))
    draw_talks(world, draws)
    draw_hazards(world, draws)
    let_challenger(world, **kept(CHALLENGER_RATES, draws))
    let_campaign(world, readiness=draws.uniform(0.0, 1.5))
    let_defender(world, **kept(DEFENDER_RATES, draws))
    draw_force(world, draws)
    war = force_table()
    war.worth[:] += draws.normal(0.0, SHIFT, (3, 3, 7, 3, 1, 1, 3))
    return Small(f"game {seed}", world, war)


def kept(rates: Mapping[str, float], draws: np.random.Generator) -> dict[str, float]:
    """Return some of the moves at rates of their own."""
    shares = draws.uniform(0.3, 1.5, len(rates)) * (draws.random(len(rates)) < KEPT)
    return {
        name: rate * float(share) for (name, rate), share in zip(rates.items(), shares, strict=True)
    }


def draw_talks(world: World, draws: np.random.Generator) -> None:
    """Draw how both sides choose, and how the talks go."""
    talks = world.talks
    talks.precision = draws.uniform(5.0, 16.0)
    talks.has_vowed = int(draws.integers(0, 2))
    talks.challenger_pace, talks.defender_pace = draws.uniform(0.05, 0.3, 2)
    talks.hard_log_odds, talks.tough_log_odds = draws.uniform(-1.5, 1.5, 2)
    talks.discount_rate = draws.uniform(0.0014, 0.003)
    talks.raise_days = draws.uniform(4.0, 30.0)
    talks.ultimatum_days = draws.uniform(3.0, 25.0)
    talks.ratify_probability = draws.uniform(0.5, 1.0)


def draw_hazards(world: World, draws: np.random.Generator) -> None:
    """Draw what befalls both sides; some of it never happens."""
    talks = world.talks
    talks.text_rate, talks.exit_rate, talks.fade_rate, talks.growth_rate = draws.uniform(
        0.001, 0.03, 4
    ) * (draws.random(4) < KEPT)
    if draws.random() < HAS_ALLY:
        let_press(world, draws.uniform(0.0, 0.003), has_means=bool(draws.integers(0, 2)))
    talks.unrest_rate = draws.uniform(0.0, 0.01)
    talks.justification = draws.uniform(0.0, 0.05)
    world.incidents.rate = draws.uniform(0.0, 0.15)
    world.incidents.rate_per_force = draws.uniform(0.0, 0.05)
    world.incidents.has_hotline = int(draws.integers(0, 2))
    talks.have_failed = int(draws.random() < FAILED)


def draw_force(world: World, draws: np.random.Generator) -> None:
    """Draw how force is replied to, whether a dispute goes on after it, and whether deals break."""
    war, talks = world.war, world.talks
    war.restraint_probability, war.absorb_share = draws.uniform(0.1, 0.9, 2)
    war.vow_price = draws.uniform(0.0, 0.1)
    war.plan_if_hard[:], war.plan_if_soft[:] = draws.dirichlet(np.full(4, 3.0), 2)
    spread_plans(world)
    if draws.random() < GOES_ON:
        let_go_on(world)
    talks.breaking_rate[:] = draws.uniform(0.0, 0.001, 2)
    talks.drop_cost, talks.yield_cost = draws.uniform(-0.08, 0.12, 2)
