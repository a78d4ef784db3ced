"""Rates, packages and stakes of the bargaining, from the pack.

Sums are taken with `math.fsum`, which rounds once: the built-in `sum` changed its bits in
Python 3.12.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum

import numpy as np

from detente.ensemble.encode.posture import indicators_shift
from detente.kernel.arithmetic import logit
from detente.kernel.layout import Array
from detente.kernel.talks import (
    PACKAGES,
    ChallengerMove,
    DefenderMove,
    Talks,
    concede,
    durability,
    order_by_price,
    worth,
)
from detente.pack.crisis import Crisis

MANDATE_DAYS = 730.0
"""Days over which a deal's durability is reckoned: two years (MODEL 5.2)."""
MOVED = 0.1
"""An issue counts as moved by a package if it goes at least this share of the way."""

Values = Mapping[str, float]


def encode_talks(crisis: Crisis, values: Values, talks: Talks) -> None:
    """Fill the record of the bargaining."""
    challenger = f"actors.{crisis.of_role('challenger')}"
    defender = f"actors.{crisis.of_role('defender')}"
    encode_pace(crisis, values, talks)
    encode_rates(values, talks)
    encode_packages(crisis, values, talks)
    encode_costs(values, talks)
    talks.capitulation = values[f"{defender}.capitulation_price"]
    talks.challenger_standoff = values[f"{challenger}.standoff_cost"]
    talks.force_cost = values[f"{challenger}.force_cost"]
    talks.defender_standoff = values[f"{defender}.standoff_cost"]
    talks.hard_log_odds = logit(values[f"{challenger}.hard_probability"]) + indicators_shift(
        crisis, values
    )
    talks.tough_log_odds = logit(values[f"{defender}.hard_probability"])


def encode_pace(crisis: Crisis, values: Values, talks: Talks) -> None:
    """Fill what drives the talks, whoever moves: tempo speeds up texts and fading."""
    tempo = values["moves.tempo"]
    mediators = crisis.all_of_role("mediator")
    text_rates = [values[f"actors.{key}.text_rate"] for key in mediators]
    talks.precision = values["moves.precision"]
    talks.discount_rate = values["moves.discount"]
    talks.challenger_pace = values["moves.challenger_pace"]
    talks.defender_pace = values["moves.defender_pace"]
    talks.text_rate = tempo * fsum([values["talks.text_rate"], *text_rates])
    talks.fade_rate = tempo * values["talks.fade_rate"]
    talks.exit_rate = values["failure.exit_rate"]
    talks.growth_rate = values["programme.growth_rate"]
    talks.ratify_probability = values["talks.ratify_probability"]
    talks.failed_strike_factor = values["failure.strike_factor"]
    talks.ultimatum_days = values["ultimatum.days"]
    allies = crisis.all_of_role("ally")
    talks.ally_rate = fsum(values[f"actors.{key}.strike_rate"] for key in allies)
    talks.ally_rate_per_step = fsum(values[f"actors.{key}.strike_rate_per_step"] for key in allies)


def encode_rates(values: Values, talks: Talks) -> None:
    """Fill each move's rate a day at indifference; offers share theirs over the packages.

    Packages stand at equal steps of the frontier, so that each represents an equal stretch of it.
    """
    tempo = values["moves.tempo"]
    talks.challenger_rate[:PACKAGES] = 0.0
    rates = {
        ChallengerMove.DROP: "drop",
        ChallengerMove.LOWER: "posture",
        ChallengerMove.RAISE: "posture",
        ChallengerMove.ULTIMATUM: "ultimatum",
        ChallengerMove.WALK_OUT: "walk_out",
        ChallengerMove.STRIKE: "challenger_strike",
    }
    for move, name in rates.items():
        talks.challenger_rate[move] = tempo * values[f"moves.{name}"]
    replies = {
        DefenderMove.YIELD: "yield",
        DefenderMove.ADVANCE: "advance",
        DefenderMove.WALK_OUT: "walk_out",
        DefenderMove.STRIKE: "defender_strike",
    }
    for reply, name in replies.items():
        talks.defender_rate[reply] = tempo * values[f"moves.{name}"]


def encode_costs(values: Values, talks: Talks) -> None:
    """Fill what single acts cost their side."""
    talks.publicity = values["venue.publicity"]
    talks.credibility_cost = values["ultimatum.credibility_cost"]
    talks.drop_cost = values["moves.drop_cost"]
    talks.yield_cost = values["moves.yield_cost"]
    talks.raise_cost = values["moves.raise_cost"]
    talks.advance_cost = values["moves.advance_cost"]


@dataclass(frozen=True)
class Agenda:
    """What a deal may hold: the issues on the table, and relief, which is last conceded in reverse.

    `demanded` and `conceded` are what full movement on each is worth to the challenger and costs
    the defender; relief withheld stands at the end as one more issue.
    """

    demanded: Array
    conceded: Array
    outside: int
    """Issues of the crisis that are not on the table."""


def read_agenda(crisis: Crisis, values: Values) -> Agenda:
    """Return the agenda of a world: every issue, or those of the narrow agenda."""
    keys = list(crisis.model.issues)
    is_wide = values["talks.wide_agenda"] > 0
    on_table = [key for key in keys if is_wide or crisis.model.issues[key].narrow]
    demanded = shares(values, keys, "challenger_weight")
    conceded = shares(values, keys, "defender_weight")
    return Agenda(
        np.array([demanded[key] for key in on_table] + [values["relief.challenger_cost"]]),
        np.array([conceded[key] for key in on_table] + [values["relief.defender_gain"]]),
        len(keys) - len(on_table),
    )


def shares(values: Values, keys: Sequence[str], weight: str) -> dict[str, float]:
    """Return each issue's share of its side's basket; the whole basket is worth 1."""
    weights = {key: values[f"issues.{key}.{weight}"] for key in keys}
    total = fsum(weights.values())
    return {key: value / total for key, value in weights.items()}


def encode_packages(crisis: Crisis, values: Values, talks: Talks) -> None:
    """Fill the packages: points of the agenda's efficient frontier, soft to hard."""
    agenda = read_agenda(crisis, values)
    order = np.zeros(len(agenda.demanded), np.int64)
    order_by_price(agenda.demanded, agenda.conceded, order)
    keeps = durability_of(crisis, values)
    talks.packages = crisis.model.talks.packages
    spacing = fsum(agenda.demanded[:-1]) / talks.packages
    positions = np.ones(len(agenda.demanded))
    talks.challenger_demand = keeps[1] * worth(agenda.demanded[:-1], positions[:-1])
    talks.defender_demand = worth(agenda.conceded[:-1], positions[:-1])
    for package in range(talks.packages):
        gain = agenda.demanded[-1] + (package + 0.5) * spacing
        concede(agenda.demanded, order, gain, positions)
        encode_package(agenda, positions, keeps, (talks, package))
        talks.challenger_rate[package] = values["moves.tempo"] * values["moves.offer"]
        talks.challenger_rate[package] /= talks.packages
    talks.defender_rate[:PACKAGES] = talks.challenger_rate[:PACKAGES]


def durability_of(crisis: Crisis, values: Values) -> tuple[float, float]:
    """Return how much of a deal each side's word keeps: the challenger's, the defender's."""
    rate = values["moves.discount"]
    challenger, defender = (
        durability(rate, values[f"actors.{crisis.of_role(role)}.breaking_rate"], MANDATE_DAYS)
        for role in ("challenger", "defender")
    )
    return challenger, defender


def encode_package(
    agenda: Agenda,
    positions: Array,
    keeps: tuple[float, float],
    entry: tuple[Talks, int],
) -> None:
    """Fill one package: what it is worth to each side, and whether it moves every issue."""
    talks, package = entry
    relief = 1.0 - positions[-1]
    talks.challenger_deal[package] = (
        keeps[1] * worth(agenda.demanded[:-1], positions[:-1]) - agenda.demanded[-1] * relief
    )
    talks.defender_gain[package] = keeps[0] * agenda.conceded[-1] * relief
    talks.defender_concession[package] = worth(agenda.conceded[:-1], positions[:-1])
    moves_all = agenda.outside == 0 and bool((positions[:-1] >= MOVED).all())
    talks.is_comprehensive[package] = int(moves_all)
