"""Encodes rates, packages and stakes of the bargaining, and its mediators.

Sums use `math.fsum`, which rounds once: the built-in `sum` changed its results in Python 3.12.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import fsum, prod

import numpy as np

from detente.ensemble.encode.copies import copy_numbers
from detente.ensemble.encode.lessons import read_lessons, shares
from detente.ensemble.encode.posture import indicators_shift
from detente.kernel.arithmetic import logit
from detente.kernel.layout import Array
from detente.kernel.mediators import Mediators
from detente.kernel.talks import (
    ChallengerMove,
    DefenderMove,
    Issues,
    Negotiation,
    concede,
    order_by_price,
    worth,
)
from detente.pack.crisis import Crisis

LEAST_DIFFERENCE = 0.08
"""Minimum difference in worth of two packages to either side [share of its stakes] (MODEL 2.2)."""
MOVED = 0.1
"""Least movement of an issue to the demand, from which a package counts as moving it [0-1]."""

Values = Mapping[str, float]


@dataclass(frozen=True)
class MediationEffects:
    """The effects of the mediators with access on the talks (MODEL 5.5).

    Facilitation makes talks more discreet and alarms rarer, and changes no belief. Formulation
    brings draft deals sooner and adds offers. Manipulation adds to the worth and to the duration of
    a deal.
    """

    discretion: float
    """Factor on publicity and on false alarms [0-1]."""
    text_rate: float
    """Added to the rate at which a draft deal becomes ready [1/day]."""
    formulation: float
    """Factor on the rates of offers, 1 or more."""
    leverage: float
    """Added to the worth of a deal to the defender [share of its stakes]."""
    breaking: float
    """Factor on the hazard that a deal is broken [0-1]."""


def with_access(crisis: Crisis) -> tuple[str, ...]:
    """Return the mediators who may speak to both sides at the venue."""
    access = crisis.model.venue.access
    keys = crisis.all_of_role("mediator")
    return tuple(keys) if access is None else tuple(key for key in keys if key in access)


def read_mediation(crisis: Crisis, values: Values) -> MediationEffects:
    """Return the effects of the mediators with access."""
    paths = [f"actors.{key}" for key in with_access(crisis)]
    return MediationEffects(
        discretion=prod(1.0 - values[f"{path}.facilitation"] for path in paths),
        text_rate=fsum(values[f"{path}.text_rate"] for path in paths),
        formulation=1.0 + fsum(values[f"{path}.formulation"] for path in paths),
        leverage=fsum(values[f"{path}.leverage"] for path in paths),
        breaking=prod(1.0 - values[f"{path}.guarantee"] for path in paths),
    )


def encode_mediators(crisis: Crisis, values: Values, mediators: Mediators) -> None:
    """Fill in the record of the mediators."""
    keys = crisis.all_of_role("mediator")
    access = with_access(crisis)
    mediators.count = len(keys)
    copy_numbers(values, mediators, "Mediators")
    for mediator, key in enumerate(keys):
        mediators.has_access[mediator] = int(key in access)
        actor = f"actors.{key}"
        copy_numbers(values, mediators, "Mediators", of=actor, role="mediator", index=mediator)


def encode_talks(
    crisis: Crisis, values: Values, mediation: MediationEffects, talks: Negotiation
) -> None:
    """Fill in the record of the bargaining."""
    challenger = f"actors.{crisis.of_role('challenger')}"
    defender = f"actors.{crisis.of_role('defender')}"
    copy_numbers(values, talks, "Negotiation")
    for role in ("challenger", "defender", "ally"):
        for key in crisis.all_of_role(role):
            copy_numbers(values, talks, "Negotiation", of=f"actors.{key}", role=role)
    tempo = values["moves.tempo"]
    talks.challenger_rate[:] *= tempo
    talks.defender_rate[:] *= tempo
    strikes = talks.challenger_rate[ChallengerMove.STRIKE]
    talks.challenger_rate[ChallengerMove.CAMPAIGN] = strikes * values["moves.campaign_readiness"]
    talks.challenger_rate[ChallengerMove.STANDSTILL] *= mediation.formulation
    talks.defender_rate[DefenderMove.STANDSTILL] *= mediation.formulation
    talks.text_rate = tempo * (values["talks.text_rate"] + mediation.text_rate)
    talks.fade_rate = tempo * values["talks.fade_rate"]
    # This is a mean duration, so it is not rounded as counts are.
    talks.unrest_days = values["unrest.days"]
    encode_packages(crisis, values, mediation, talks)
    blockade = crisis.model.blockade
    if blockade is not None:
        talks.has_blockade, talks.blockade_force = 1, blockade.needs_force
        talks.blockade_stands = int(blockade.stands)
    host_discretion = values.get(f"actors.{crisis.model.venue.received_by}.discretion", 0.0)
    talks.publicity = values["venue.publicity"] * (1.0 - host_discretion) * mediation.discretion
    stretched = 1.0 + values[f"{challenger}.overstretch"]
    talks.force_cost = values[f"{challenger}.force_cost"] * stretched
    sanctions = values["sanctions.defender_cost"]
    talks.defender_standoff = values[f"{defender}.standoff_cost"] + sanctions
    shifts = indicators_shift(crisis, values)
    talks.hard_log_odds = (
        logit(values[f"{challenger}.hard_probability"])
        + shifts.challenger
        + read_lessons(crisis, values).hard_shift
    )
    talks.tough_log_odds = logit(values[f"{defender}.hard_probability"]) + shifts.defender


@dataclass(frozen=True)
class Agenda:
    """What a deal may include: the issues on the table, and withheld relief as one more issue.

    Relief is the last issue; it is conceded in the opposite direction.
    """

    issues: Issues
    ally: Array
    """Worth to the ally of full movement on each issue; 0 for relief."""
    settled_by_war: Array
    """Share of each issue that complete damage settles; 0 for relief."""
    is_beyond: Array
    """Whether the narrow agenda excludes the issue; False for relief."""
    has_beyond: bool
    """Whether the crisis has an issue that the narrow agenda excludes, on the table or not."""


def read_agenda(crisis: Crisis, values: Values) -> Agenda:
    """Return the agenda of a world: all issues, or those of the narrow agenda."""
    keys, on_table = list(crisis.model.issues), issues_on_table(crisis, values)
    demanded = shares(values, keys, "challenger_weight")
    dear = values[f"actors.{crisis.of_role('defender')}.concession_price"]
    weighed = shares(values, keys, "defender_weight")
    conceded = {
        key: dear * weight + values.get(f"issues.{key}.vital_price", 0.0)
        for key, weight in weighed.items()
    }
    valued = shares(values, keys, "ally_weight")
    bent = [exponents(values, key) for key in on_table] + [(1.0, 1.0)]
    issues = Issues(
        np.array([demanded[key] for key in on_table] + [values["relief.challenger_cost"]]),
        np.array([conceded[key] for key in on_table] + [values["relief.defender_gain"]]),
        np.array([exponent for exponent, _ in bent]),
        np.array([exponent for _, exponent in bent]),
    )
    return Agenda(
        issues,
        np.array([valued[key] for key in on_table] + [0.0]),
        np.array([values[f"issues.{key}.settled_by_war"] for key in on_table] + [0.0]),
        np.array([not crisis.model.issues[key].narrow for key in on_table] + [False]),
        any(not issue.narrow for issue in crisis.model.issues.values()),
    )


def issues_on_table(crisis: Crisis, values: Values) -> list[str]:
    """Return the keys of the issues that a deal may include, in the order of the pack."""
    is_wide = values["talks.wide_agenda"] > 0
    return [key for key, issue in crisis.model.issues.items() if is_wide or issue.narrow]


def exponents(values: Values, key: str) -> tuple[float, float]:
    """Return the exponents of an issue's worth to the challenger and of its cost to the defender.

    The first unit conceded is worth most to the challenger, and the last costs the defender most.
    """
    gain, cost = (values[f"issues.{key}.{side}_curvature"] for side in ("challenger", "defender"))
    return 1.0 / (1.0 + gain), 1.0 + cost


def encode_packages(
    crisis: Crisis, values: Values, mediation: MediationEffects, talks: Negotiation
) -> None:
    """Fill in the packages: points of the agenda's efficient frontier, from soft to hard.

    The pack states their number; it is lowered until they differ enough for both sides.
    """
    agenda = read_agenda(crisis, values)
    for side, role in enumerate(("challenger", "defender")):
        # Mediators that guarantee a deal lower the hazard that it is broken [1/day].
        rate = values[f"actors.{crisis.of_role(role)}.breaking_rate"]
        talks.breaking_rate[side] = rate * mediation.breaking
    trust = read_lessons(crisis, values).challenger_trust
    everything = np.ones(len(agenda.ally))
    talks.challenger_demand, talks.defender_demand, talks.ally_demand = worths(agenda, everything)
    by_war = worths(part_settled_by_war(agenda), everything)
    talks.challenger_demand_settled, talks.defender_demand_settled = by_war[:2]
    talks.ally_demand_settled = by_war[2]
    talks.packages = crisis.model.talks.packages
    place_packages(agenda, trust, talks)
    # Packages that hardly differ would divide one offer's chance without adding a choice.
    while talks.packages > 1 and smallest_difference(talks) < LEAST_DIFFERENCE:
        talks.packages -= 1
        place_packages(agenda, trust, talks)
    if crisis.model.taking is not None:
        # The worth of a taking to each side, and the part of each package that it obtains.
        keys = issues_on_table(crisis, values)
        issue = next(key for key in keys if crisis.model.issues[key].takeable is not None)
        taken = np.zeros(len(agenda.ally))
        taken[keys.index(issue)] = talks.taken_share = values[f"issues.{issue}.takeable"]
        talks.may_take = 1
        talks.challenger_taken, talks.defender_taken, talks.ally_taken = worths(agenda, taken)
        for package, moved in enumerate(packages_of(agenda.issues, int(talks.packages))):
            already = worths(agenda, np.minimum(moved, taken))
            talks.challenger_deal_taken[package] = already[0]
            talks.defender_concession_taken[package] = already[1]
            talks.ally_deal_taken[package] = already[2]
    talks.defender_gain[: talks.packages] += mediation.leverage
    rate = values["moves.tempo"] * values["moves.offer"] * mediation.formulation / talks.packages
    talks.challenger_rate[: talks.packages] = rate
    talks.defender_rate[: talks.packages] = rate


def part_settled_by_war(agenda: Agenda) -> Agenda:
    """Return the agenda with each issue scaled by the share that complete damage settles."""
    issues = agenda.issues
    settled = issues._replace(
        demanded=agenda.settled_by_war * issues.demanded,
        conceded=agenda.settled_by_war * issues.conceded,
    )
    return replace(agenda, issues=settled, ally=agenda.settled_by_war * agenda.ally)


def place_packages(agenda: Agenda, trust: float, talks: Negotiation) -> None:
    """Place the packages at equal steps of the challenger's gain, with their worth to each side.

    A comprehensive package goes beyond the narrow agenda; if there are no issues beyond it, it
    moves every issue. A defender that was attacked while it talked discounts the challenger's
    promises by `trust`.
    """
    issues, settled = agenda.issues, part_settled_by_war(agenda)
    for package, positions in enumerate(packages_of(issues, int(talks.packages))):
        relief = 1.0 - positions[-1]
        challenger, defender, ally = worths(agenda, positions)
        talks.challenger_deal[package] = challenger - issues.demanded[-1] * relief
        talks.defender_gain[package] = trust * issues.conceded[-1] * relief
        talks.defender_concession[package] = defender
        talks.ally_deal[package] = ally
        by_war = worths(settled, positions)
        talks.challenger_deal_settled[package] = by_war[0]
        talks.defender_concession_settled[package] = by_war[1]
        talks.ally_deal_settled[package] = by_war[2]
        is_moved = positions >= MOVED
        is_wide = (is_moved & agenda.is_beyond).any() if agenda.has_beyond else is_moved[:-1].all()
        talks.is_comprehensive[package] = int(is_wide)


def packages_of(issues: Issues, count: int) -> list[Array]:
    """Return the position of each issue in `count` packages: 0 the status quo, 1 the demand.

    Withheld relief is the last issue.
    """
    spacing = fsum(issues.demanded[:-1]) / count
    gains = (issues.demanded[-1] + (package + 0.5) * spacing for package in range(count))
    return [conceded_for(issues, float(gain)) for gain in gains]


def conceded_for(issues: Issues, gain: float) -> Array:
    """Return the issues' positions that give the challenger `gain` at the least cost."""
    order, positions = np.zeros(len(issues.demanded), np.int64), np.ones(len(issues.demanded))
    order_by_price(issues.demanded, issues.conceded, order)
    concede(issues, order, gain, positions)
    return positions


def worths(agenda: Agenda, positions: Array) -> tuple[float, float, float]:
    """Return the worth of positions on issues: challenger's gain, defender's cost, ally's gain.

    Relief is excluded.
    """
    issues, moved = agenda.issues, positions[:-1]
    return (
        worth(issues.demanded[:-1], issues.gain_exponent[:-1], moved),
        worth(issues.conceded[:-1], issues.cost_exponent[:-1], moved),
        worth(agenda.ally, np.ones(len(positions)), positions),
    )


def smallest_difference(talks: Negotiation) -> float:
    """Return the smallest difference in worth between neighbouring packages, to either side."""
    count = int(talks.packages)
    of_challenger = np.diff(talks.challenger_deal[:count])
    of_defender = np.diff(talks.defender_gain[:count] - talks.defender_concession[:count])
    return float(min(np.abs(of_challenger).min(), np.abs(of_defender).min()))
