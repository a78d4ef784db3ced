"""Compares expected campaigns with drawn ones, for random defences and arsenals on both sides.

`python -m verification.model.quadrature` fights each campaign in many futures, and once at the
quadrature nodes of the war table. The two should agree to 2 % on losses and 2 points on shares;
every larger gap is printed with the composition of its campaign. Means ignore that batteries and
weapons are whole, so each such campaign is fought again with ten times as many of everything on
both sides. The check fails if more gaps than a stated share are too large, or if one remains too
large with these numbers.
"""

import argparse
from collections.abc import Sequence
from itertools import product
from typing import Annotated, Any, NamedTuple, cast

import numpy as np

from detente.kernel.campaign import end_day, leakers, raid_in_turn
from detente.kernel.defence import NODES, Approach, LayeredDefence, prepare
from detente.kernel.draws import Chance, Draws
from detente.kernel.layout import Array, new_record
from detente.kernel.logbook import Span, fight_campaigns
from detente.kernel.theatre import (
    Campaign,
    Conflict,
    Reply,
    Situation,
    Theatre,
    Weaponry,
    begin_first_morning,
    first_striker,
)
from detente.kernel.war import set_shock_nodes
from verification import records  # noqa: F401  rules are called one by one

MEASURES = ("leakage", "batteries", "loss")
"""Of each side, challenger first; then the damage to the programme."""
COLUMNS = (*(f"{side} {name}" for side in ("A", "B") for name in MEASURES), "damage")
IS_SHARE = np.array([name.endswith(("leakage", "batteries")) for name in COLUMNS])
SHARE_ALLOWED = 0.02
"""Largest difference of a share."""
LOSS_ALLOWED = 0.02
"""Largest difference of losses or damage, as a part of them."""
LEAST_LOSS = 0.02
"""A smaller loss may be off by as much as this one: what it is worth is nothing to either side."""
CHANCE = 2.0
"""Standard errors of the drawn mean that are left to chance."""
LARGER_ALLOWED = 0.12
"""Part of the gaps that may be larger than they should: those of small numbers."""
TIMES = 10
"""So many times as much of everything leaves a tenth of what small numbers do."""
MOST_DAYS = 14
EXPECTED = Chance(True, Draws(0, 0, 0, 0, 0), 0, 0)


class Kind(NamedTuple):
    """Ranges of what a class of weapons may be."""

    speed: Annotated[tuple[float, float], "speed on the way in [km/s]"]
    cross_section: Annotated[tuple[float, float], "radar cross-section [m2]"]
    altitude: Annotated[tuple[float, float], "height on the way in [m]"]
    reliability: tuple[float, float]
    hit_damage: Annotated[tuple[float, float], "damage of a hit [hits]"]
    returns: Annotated[float, "1 if it flies again"] = 0.0


KINDS = (
    Kind((0.2, 0.3), (0.05, 0.5), (30.0, 100.0), (0.8, 0.95), (0.5, 1.0)),
    Kind((2.0, 3.0), (0.1, 1.0), (60_000.0, 60_000.0), (0.5, 0.9), (1.0, 1.5)),
    Kind((0.04, 0.06), (0.02, 0.1), (100.0, 300.0), (0.7, 0.9), (0.05, 0.2)),
    Kind((0.2, 0.3), (0.5, 5.0), (3_000.0, 10_000.0), (0.85, 0.97), (1.5, 3.0), 1.0),
)
"""Cruise missiles, ballistic missiles, drones, aircraft."""
OF_DEFENCE = {
    "integration": (0.0, 1.0),
    "tracking_probability": (0.2, 1.0),
    "poor_tracking": (0.3, 0.7),
    "detection_range": (150.0, 500.0),
    "radar_height": (10.0, 50.0),
    "detection_probability": (0.7, 1.0),
    "true_as_threat": (0.8, 1.0),
    "decoy_as_threat": (0.1, 0.8),
    "shock": (0.1, 0.8),
    "silence": (0.0, 0.4),
    "silent_exposure": (0.2, 1.0),
    "network_hardness": (20.0, 200.0),
    "repair_days": (5.0, 40.0),
    "command_days": (1.0, 5.0),
    "resupply": (0.0, 0.02),
}
OF_LAYER = {
    "kill_probability": (0.3, 0.9),
    "reach": (10.0, 200.0),
    "minimum_reach": (0.5, 4.0),
    "reaction": (5.0, 25.0),
    "service_time": (10.0, 60.0),
    "coverage": (0.3, 1.0),
}
COUNTS_OF_LAYER = {
    "batteries": (1, 12),
    "channels": (1, 8),
    "salvo": (1, 2),
    "rounds": (2, 24),
    "reserve": (0, 20),
    "reload_rate": (0, 8),
}
RAID_SHARE = (0.03, 0.15)
"""Share of each stock that is launched on a day."""
SORTIES = (0.3, 2.0)
"""Sorties a day of aircraft, and the most that take off, as a part of the stock."""
OF_THEATRE = {
    "suppression": (0.1, 0.5),
    "network": (0.1, 0.4),
    "surprise": (0.5, 1.0),
}
HARDNESS = (0.1, 1.0)
"""Damage that breaks a category, as a part of what the whole arsenal can do."""
STOCK = (20, 600)
ARRIVAL_TIME = (30.0, 600.0)
"""Time over which a raid comes in [s]."""


class Effort(NamedTuple):
    """How many campaigns are compared, and in how many futures each is fought."""

    campaigns: int = 60
    futures: int = 20_000
    seed: int = 1


class Setting(NamedTuple):
    """A campaign to fight."""

    theatre: Theatre
    situation: Situation
    days: Annotated[int, "days of raids [days]"]


class Verdict(NamedTuple):
    """What a campaign comes to, by both, in the order of COLUMNS."""

    setting: Setting
    drawn: Annotated[Array, "means over futures, shape (7,)"]
    errors: Annotated[Array, "their standard errors, shape (7,)"]
    expected: Annotated[Array, "at the nodes, shape (7,)"]

    def gaps(self) -> Array:
        """Return the gaps beyond chance in units of what is allowed, shape (7,)."""
        gaps = np.abs(self.expected - self.drawn) - CHANCE * self.errors
        losses = LOSS_ALLOWED * np.maximum(self.drawn, LEAST_LOSS)
        allowed: Array = np.where(IS_SHARE, SHARE_ALLOWED, losses)
        larger: Array = np.maximum(gaps, 0.0) / allowed
        return larger


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the gaps that are larger than they should be, and return 1 if there are too many."""
    effort = Effort(**vars(parser().parse_args(arguments)))
    gaps, gaps_of_many = [], [np.zeros(len(COLUMNS))]
    for number in range(effort.campaigns):
        verdict = judge(random_setting(effort.seed, number), effort)
        gaps.append(verdict.gaps())
        if gaps[-1].max() > 1.0:
            many = judge(multiplied(verdict.setting, TIMES), effort)
            gaps_of_many.append(many.gaps())
            print_larger(number, verdict, many)
    return print_summary(np.array(gaps), np.array(gaps_of_many))


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    usual = Effort()
    made = argparse.ArgumentParser(description="Expected campaigns, against drawn ones.")
    made.add_argument("--campaigns", type=int, default=usual.campaigns)
    made.add_argument("--futures", type=int, default=usual.futures, help="futures of each")
    made.add_argument("--seed", type=int, default=usual.seed)
    return made


def judge(setting: Setting, effort: Effort) -> Verdict:
    """Fight a campaign by both."""
    drawn, errors = drawn_campaign(setting, effort)
    return Verdict(setting, drawn, errors, expected_campaign(setting))


def random_setting(seed: int, number: int) -> Setting:
    """Draw a campaign: both defences and arsenals, how it begins and how long it lasts."""
    rng = np.random.default_rng([seed, number])
    theatre = cast("Theatre", new_record(Theatre))
    for arsenal in arsenals(theatre):
        arsenal.load[:] = 1.0
    theatre.challenger_arsenal.launch_rate[:] = rng.uniform(*RAID_SHARE)
    theatre.defender_arsenal.launch_rate[:] = theatre.challenger_arsenal.launch_rate
    theatre.opening, theatre.opening_days = 2.0, 3.0
    for figure, ends in OF_THEATRE.items():
        setattr(theatre, figure, rng.uniform(*ends))
    theatre.presence, theatre.token_share, theatre.hardening = 1.0, 0.1, 0.2
    theatre.effort[:] = 1.0
    theatre.aims[:] = [[0.5, 0.4, 0.1], [0.6, 0.0, 0.4]]
    draw_side(rng, theatre.challenger_defence, theatre.defender_arsenal)
    draw_side(rng, theatre.defender_defence, theatre.challenger_arsenal)
    who, force = int(rng.integers(2)), int(rng.integers(3))
    days = int(rng.integers(1, MOST_DAYS, endpoint=True))
    return Setting(theatre, Situation(force, 0, who, 0, reply=Reply.FULL), days)


def draw_side(rng: np.random.Generator, defence: LayeredDefence, arsenal: Weaponry) -> None:
    """Draw a defence and what it is raided with."""
    draw_arsenal(rng, arsenal)
    for figure, ends in OF_DEFENCE.items():
        setattr(defence, figure, rng.uniform(*ends))
    defence.layers = int(rng.integers(1, 4, endpoint=True))
    defence.order[:] = range(len(defence.order))
    for layer in range(defence.layers):
        for figure, ends in OF_LAYER.items():
            getattr(defence, figure)[layer] = rng.uniform(*ends)
        for figure, (least, most) in COUNTS_OF_LAYER.items():
            getattr(defence, figure)[layer] = rng.integers(least, most, endpoint=True)
    defence.hardness[:] = rng.uniform(*HARDNESS, 3) * (arsenal.stock @ arsenal.hit_damage)
    defence.value[:] = [1.0, 0.0, 0.3]
    arrival_time = rng.uniform(*ARRIVAL_TIME)
    for threat in range(arsenal.classes):
        figures = (arsenal.speed, arsenal.cross_section, arsenal.altitude)
        approach = Approach(*(float(figure[threat]) for figure in figures))
        prepare(defence, threat, approach, arrival_time)


def draw_arsenal(rng: np.random.Generator, arsenal: Weaponry) -> None:
    """Draw what a side raids with."""
    kinds = rng.permutation(len(KINDS))[: rng.integers(1, len(KINDS), endpoint=True)]
    arsenal.classes = len(kinds)
    for threat, kind in enumerate(kinds):
        for figure, ends in KINDS[kind]._asdict().items():
            value = ends if figure == "returns" else rng.uniform(*ends)
            getattr(arsenal, figure)[threat] = value
        arsenal.value[threat] = 0.5 * arsenal.returns[threat]
        stock = rng.integers(*STOCK, endpoint=True)
        arsenal.stock[threat] = stock
        arsenal.launch_capacity[threat] = stock * rng.uniform(0.05, 0.3)
        if arsenal.returns[threat] > 0.0:
            arsenal.launch_rate[threat] = rng.uniform(*SORTIES)
            arsenal.launch_capacity[threat] = stock * rng.uniform(*SORTIES)
        arsenal.replenishment[threat] = stock * rng.uniform(0.0, 0.01)
        arsenal.decoys[threat] = rng.choice([0.0, 0.0, 0.5, 1.0])


def multiplied(setting: Setting, times: int) -> Setting:
    """Return a campaign with so many times as much of everything on both sides."""
    theatre = cast("Theatre", new_record(Theatre))
    np.asarray(theatre)[...] = np.asarray(setting.theatre)
    for defence in defences(theatre):
        defence.batteries *= times
        defence.hardness *= times
        defence.network_hardness *= times
    for arsenal in arsenals(theatre):
        arsenal.stock *= times
        arsenal.launch_capacity *= times
        arsenal.replenishment *= times
    return setting._replace(theatre=theatre)


def drawn_campaign(setting: Setting, effort: Effort) -> tuple[Array, Array]:
    """Fight a campaign in many futures and return the means and errors of COLUMNS."""
    span = Span(0, setting.days, 0)
    rng = Draws(effort.seed, 0, 0, 0, 0)
    logs: Any = fight_campaigns(setting.theatre, setting.situation, rng, span, effort.futures)
    columns = []
    for side, defence in enumerate(defences(setting.theatre)):
        leaked, launched = (
            getattr(logs, name)[:, :, side].sum(axis=1) for name in ("leaked", "launched")
        )
        share = leaked.mean() / launched.mean()
        columns.append(share + (leaked - share * launched) / launched.mean())
        columns.append(logs.batteries[:, -1, side] / defence.batteries.sum())
        columns.append(logs.loss[:, -1, side])
    columns.append(logs.broken[:, -1, 1, 1])
    rows = np.array(columns)
    return rows.mean(axis=1), rows.std(axis=1) / np.sqrt(effort.futures)


def defences(theatre: Theatre) -> tuple[LayeredDefence, LayeredDefence]:
    """Return both sides' defences."""
    return theatre.challenger_defence, theatre.defender_defence


def expected_campaign(setting: Setting) -> Array:
    """Fight a campaign at the nodes and return the means of COLUMNS, shape (7,)."""
    conflict = Conflict(setting.theatre, cast("Campaign", new_record(Campaign)), setting.situation)
    flown = np.zeros((2, 2))
    rest = np.zeros(5)
    for nodes in product(range(NODES), range(NODES)):
        begin_first_morning(conflict)
        weight = set_shock_nodes(conflict, nodes)
        for _ in range(setting.days):
            flown += weight * fight_day(conflict)
        rest += weight * standing(conflict)
    (leaked_a, launched_a), (leaked_b, launched_b) = flown
    return np.array([leaked_a / launched_a, *rest[:2], leaked_b / launched_b, *rest[2:]])


def fight_day(conflict: Conflict) -> Array:
    """Fight a day in the mean; return what leaked and was launched by side struck, shape (2, 2)."""
    flown = np.zeros((2, 2))
    for turn in range(2):
        raid_in_turn(conflict, turn, EXPECTED)
        attacker = abs(turn - first_striker(conflict.situation))
        campaign = conflict.campaign
        flown[1 - attacker] = leakers(campaign.raid), campaign.launched[attacker]
    end_day(conflict, EXPECTED)
    return flown


def standing(conflict: Conflict) -> Array:
    """Return batteries and loss of each side, and the damage, shape (5,)."""
    campaign = conflict.campaign
    stands = (campaign.challenger_status, campaign.defender_status)
    columns: list[float] = []
    for side, defence in enumerate(defences(conflict.theatre)):
        columns += [stands[side].batteries.sum() / defence.batteries.sum(), campaign.loss[side]]
    return np.array([*columns, campaign.damage])


def print_larger(number: int, verdict: Verdict, many: Verdict) -> None:
    """Print each gap of a campaign that is larger than it should be, and what it is made of."""
    for column in np.flatnonzero(verdict.gaps() > 1.0):
        drawn, error = verdict.drawn[column], verdict.errors[column]
        print(
            f"{number:3} {COLUMNS[column]:12} drawn {drawn:.4f} ±{error:.4f}"
            f" expected {verdict.expected[column]:.4f}, {verdict.gaps()[column]:.1f} times allowed,"
            f" with {TIMES} times as many of everything {many.gaps()[column]:.1f}"
        )
    print("    " + features(verdict.setting), flush=True)


def features(setting: Setting) -> str:
    """Return what a campaign is made of, as far as small numbers and thresholds go."""
    sides = zip("AB", defences(setting.theatre), arsenals(setting.theatre), strict=True)
    parts = [f"{setting.days} days"]
    for side, defence, arsenal in sides:
        raid = (arsenal.launch_rate * arsenal.stock)[: arsenal.classes]
        able = arsenal.launch_capacity[: arsenal.classes]
        batteries = defence.batteries[: defence.layers].astype(int).tolist()
        rounds = (defence.batteries * defence.rounds)[: defence.layers].astype(int).tolist()
        launched = np.minimum(raid, able).round(1).tolist()
        parts.append(f"{side}: {batteries} batteries, {rounds} rounds, raids of {launched}")
    return "; ".join(parts)


def arsenals(theatre: Theatre) -> tuple[Weaponry, Weaponry]:
    """Return what each side is raided with."""
    return theatre.defender_arsenal, theatre.challenger_arsenal


def print_summary(gaps: Array, gaps_of_many: Array) -> int:
    """Print how the gaps are spread, shapes (campaigns, 7); return 1 if they are too large."""
    for name, kind in (("shares", IS_SHARE), ("losses and damage", ~IS_SHARE)):
        chosen = gaps[:, kind]
        median, most = np.quantile(chosen, [0.5, 0.9])
        print(
            f"{name}: {(chosen > 1.0).sum()} of {chosen.size} gaps are larger than allowed; "
            f"in units of that, median {median:.2f}, 90 % below {most:.2f}, "
            f"largest {chosen.max():.1f}"
        )
    print(f"with {TIMES} times as many of everything: largest {gaps_of_many.max():.1f}")
    is_good = (gaps > 1.0).mean() <= LARGER_ALLOWED and gaps_of_many.max() <= 1.0
    print("agreed" if is_good else "not agreed")
    return 0 if is_good else 1


if __name__ == "__main__":
    raise SystemExit(main())
