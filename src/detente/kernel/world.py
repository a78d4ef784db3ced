"""The record of a world, the daily chances computed from it, and the state of one future."""

from collections.abc import Callable
from typing import Annotated, NamedTuple, Protocol

from detente.kernel.agenda import TermsDispute
from detente.kernel.arithmetic import arrival
from detente.kernel.beliefs import Grid, most_shift
from detente.kernel.incidents import ContactZones, incident_rate
from detente.kernel.jit import jit
from detente.kernel.layout import Array, dtype_of
from detente.kernel.mediators import MEDIATORS, Mediators, Messages
from detente.kernel.partners import PartnerDecisions, Partners
from detente.kernel.places import LEVELS, POSTURES, step_of
from detente.kernel.posture import PLANS, STAGES, Calendar
from detente.kernel.ruling import Verdict
from detente.kernel.talks import (
    ForceAftermath,
    Negotiation,
    Regime,
    justification_factor,
    mean_justification_factor,
    standstill_factor,
)
from detente.kernel.theatre import BY_DEFENDER, LOSSES, Warfare, is_war, who_begins

AFTER_STRIKE = 1
AFTER_WAR = 2
"""Levels of a future after force; the level before it is 0."""
AFTER_TAKING = 3
"""Level of a future before force in which the challenger has taken a share of an issue."""
LINES = 8192
"""Most lines of a trace. A war writes four a day, and few futures write more than 100 others."""


class World(Protocol):
    """One world, encoded; at run time a record."""

    talks: Annotated[Negotiation, "rates, packages and stakes of the bargaining"]
    incidents: Annotated[ContactZones, "the contact zones"]
    dispute: Annotated[TermsDispute, "disputes about agenda and venue"]
    mediators: Annotated[Mediators, "who speaks for peace, and how well each knows"]
    calendar: Annotated[Calendar, "days, stages and force ceilings"]
    partners: Annotated[Partners, "what third parties decide, and how readily"]
    war: Annotated[Warfare, "forces of both sides, and the cost of using them"]
    aftermath: Annotated[ForceAftermath, "how the dispute goes on after force"]
    level: Annotated[int, "level: 0 before force, 1 after a limited strike, 2 a war, 3 a taking"]
    belief_points: Annotated[int, "grid points for each belief"]
    belief_limit: Annotated[float, "log-odds at which the grid ends, both ways"]
    tolerance: Annotated[float, "largest residual of a node's equation [log-odds]"]
    are_types_known: Annotated[int, "1 if both sides' types are public from the first day"]


WORLD = dtype_of(World)


class View(NamedTuple):
    """The game that both sides expect from one epoch on: its world and those foreseen after it."""

    first: Annotated[int, "the epoch from which on they expect it"]
    worlds: Annotated[tuple[World, ...], "by epoch, from the first to the last before a ruling"]
    results: Annotated[tuple["View", ...], "from a ruling on, for each result that may come"] = ()
    result: Annotated[int, "the Verdict after which it holds"] = Verdict.OPEN

    def changed(self, change: Callable[[World], World]) -> "View":
        """Return this view with `change` applied to each world."""
        results = tuple(one.changed(change) for one in self.results)
        return self._replace(worlds=tuple(map(change, self.worlds)), results=results)

    def from_epoch(self, epoch: int) -> "View":
        """Return this view with its epochs renumbered so that `epoch` becomes 0."""
        results = tuple(one.from_epoch(epoch) for one in self.results)
        return self._replace(first=self.first - epoch, results=results)


class Epochs(NamedTuple):
    """A crisis with events: the view at its start, then those after each unforeseen event."""

    views: tuple[View, ...]

    @property
    def start(self) -> World:
        """Return the world of the first epoch."""
        return self.views[0].worlds[0]

    def changed(self, change: Callable[[World], World]) -> "Epochs":
        """Return these epochs with `change` applied to each world."""
        return Epochs(tuple(view.changed(change) for view in self.views))

    @property
    def parts(self) -> tuple[View, ...]:
        """Return all views, each followed by those after the results of a ruling."""
        return tuple(part for view in self.views for part in (view, *view.results))

    @property
    def places(self) -> dict[tuple[int, int], tuple[int, int]]:
        """Return the place of each played world: the index of its part, and that within the part.

        Keys are epoch and result, in the order of play. If several views have the same epoch, the
        last one is played.
        """
        found = {
            (part.first + place, part.result): (at, place)
            for at, part in enumerate(self.parts)
            for place in range(len(part.worlds))
        }
        return dict(sorted(found.items()))

    def before(self, epoch: int, result: int) -> World:
        """Return the world of the epoch before `epoch`, after the same result of a ruling."""
        places = self.places
        # The epoch before a ruling has no result yet.
        at, place = places.get((epoch - 1, result)) or places[epoch - 1, Verdict.OPEN]
        return self.parts[at].worlds[place]


def epochs_of(world: World | Epochs) -> Epochs:
    """Return epochs unchanged; return a single world as the only epoch of its own."""
    return world if isinstance(world, Epochs) else Epochs((View(0, (world,)),))


def grid_of(world: World) -> Grid:
    """Return the belief grid of a world."""
    step = 2.0 * world.belief_limit / (world.belief_points - 1)
    return Grid(-float(world.belief_limit), float(step), int(world.belief_points))


@jit
def level_after(onset: int, reply: int) -> int:
    """Return the level after force: AFTER_WAR if it was fought as a war, else AFTER_STRIKE."""
    return AFTER_WAR if is_war(onset, reply) else AFTER_STRIKE


@jit
def keep_probability(talks: Negotiation, onset: int, reply: int) -> float:
    """Return the chance that the challenger keeps the taken share after force (MODEL 5.13).

    After a war it is 0, as the whole share is at stake in it. Force by the defender short of war
    restores the share with the chance `reversal_success`.
    """
    if is_war(onset, reply):
        return 0.0
    return 1.0 - talks.reversal_success if who_begins(onset) == BY_DEFENDER else 1.0


class Daily(Protocol):
    """The chances of events on one day, `arrival(rate, 1)`, and factors on moves; a record."""

    growth_probability: Annotated[float, "chance that the programme makes its next step"]
    fading_probability: Annotated[float, "chance that the dispute fades"]
    draft_probability: Annotated[float, "chance that a draft deal becomes ready"]
    resumption_probability: Annotated[float, "chance that failed talks resume"]
    arrival_probability: Annotated[float, "chance that a raise under way arrives"]
    unrest_probability: Annotated[float, "chance that a spell of unrest begins"]
    lapse_probability: Annotated[float, "chance that an ultimatum lapses"]
    standstill_end_probability: Annotated[float, "chance that the time of a standstill is over"]
    message_probability: Annotated[
        Array, (MEDIATORS,), "chance that each mediator sends its message"
    ]
    incident_probability: Annotated[
        Array,
        (POSTURES, 3),
        "chance of an incident by posture: in talks, after they failed, in a standstill",
    ]
    ally_pressure_probability: Annotated[
        Array, (LEVELS, LEVELS), "chance that the ally weighs force, by force level and step"
    ]
    most_shift: Annotated[float, "most by which an act moves a belief [log-odds]"]
    move_probability: Annotated[float, "chance that either principal moves"]
    challenger_move_probability: Annotated[float, "chance that the challenger does"]
    stage_to_day_factor: Annotated[
        Array, (STAGES,), "on a stage's weights of moves, `q(D) / D q(1)`"
    ]
    justification_factor: Annotated[
        Array, (2,), "on the weight of a strike, relative to its mean: without unrest, with it"
    ]


@jit
def fill_daily(worlds: Array, chances: Array) -> None:
    """Fill the daily chances from the rates of a world; each array has one record."""
    world, daily = worlds[0], chances[0]
    talks = world.talks
    daily.most_shift = most_shift(talks.slip)
    daily.growth_probability = arrival(talks.growth_rate, 1.0)
    daily.fading_probability = arrival(talks.fade_rate, 1.0)
    daily.draft_probability = arrival(talks.text_rate, 1.0)
    daily.resumption_probability = arrival(talks.exit_rate, 1.0)
    daily.arrival_probability = arrival(1.0 / talks.raise_days, 1.0)
    daily.unrest_probability = arrival(talks.unrest_rate, 1.0)
    daily.lapse_probability = arrival(1.0 / talks.ultimatum_days, 1.0)
    # A pack without standstills states 0 days, which must not become a divisor.
    daily.standstill_end_probability = 0.0
    if talks.standstill_days > 0.0:
        daily.standstill_end_probability = arrival(1.0 / talks.standstill_days, 1.0)
    for mediator in range(world.mediators.count):
        daily.message_probability[mediator] = arrival(world.mediators.report_rate[mediator], 1.0)
    for level in range(LEVELS):
        for step in range(LEVELS):
            daily.ally_pressure_probability[level, step] = arrival(
                ally_rate(talks, step, level), 1.0
            )
    for posture in range(POSTURES):
        in_talks = incident_rate(world.incidents, posture, False)
        daily.incident_probability[posture, 0] = arrival(in_talks, 1.0)
        daily.incident_probability[posture, 1] = arrival(
            incident_rate(world.incidents, posture, True), 1.0
        )
        daily.incident_probability[posture, 2] = arrival(
            in_talks * standstill_factor(talks, Regime.STANDSTILL), 1.0
        )
    fill_move_chances(world, daily)


@jit
def fill_move_chances(world: World, daily: Daily) -> None:
    """Fill the chances that a side moves on a day, and the factors on the weights of moves.

    A policy's weights are those of a stage of D days. With q(D) the chance of a move within D days,
    the factor `q(D) / (D q(1))` converts them to weights of one day (MODEL 5.3).
    """
    talks = world.talks
    calendar = world.calendar
    total = talks.challenger_pace + talks.defender_pace
    daily.move_probability = arrival(total, 1.0)
    daily.justification_factor[0] = justification_factor(talks, False) / mean_justification_factor(
        talks
    )
    daily.justification_factor[1] = justification_factor(talks, True) / mean_justification_factor(
        talks
    )
    # If nobody ever moves the factors stay 0.
    if total > 0.0:
        daily.challenger_move_probability = daily.move_probability * talks.challenger_pace / total
        for stage in range(calendar.stages):
            days = calendar.stage_days[stage]
            daily.stage_to_day_factor[stage] = arrival(total, days) / (
                days * daily.move_probability
            )


@jit
def ally_rate(talks: Negotiation, stance: int, force: int) -> float:
    """Return the rate at which the ally considers force, or presses for it [1/day]."""
    rate = talks.ally_rate + talks.ally_rate_per_step * step_of(stance)
    # The ally presses more with the programme's step, with deployed force and after a round of
    # force (MODEL 4.3).
    rate *= 1.0 + talks.ally_rate_by_force * force
    return rate * (1.0 + talks.ally_rate_after_round * talks.recent_round)


class State(Protocol):
    """The state of one future at one moment; a record of STATE."""

    day: Annotated[int, "days since the as-of date [days]"]
    until: Annotated[
        int, "day up to which it is played: the horizon, or where a branch changes draws [days]"
    ]
    offset: Annotated[
        int,
        "index offset of the future whose draws a war or deal takes, 0 if none",
    ]
    offset_from: Annotated[int, "day from which it takes them [days]"]
    has_ended: Annotated[int, "1 once the future has ended"]
    posture: Annotated[
        int,
        "twice the challenger's force level, one more with a raise under way, or a posture of a"
        " blockade that stands",
    ]
    stance: Annotated[int, "programme step, three more once the defender has vowed"]
    regime: Annotated[int, "regime of the talks, a Regime"]
    conceded: Annotated[int, "matters in dispute about the talks that a side has conceded"]
    challenger_type: Annotated[int, "0 resolved, 1 unresolved"]
    defender_type: Annotated[int, "0 resolved, 1 unresolved"]
    plan: Annotated[int, "the challenger's plan, as PLANS lists them"]
    plan_if_hard: Annotated[Array, (len(PLANS),), "public belief in each plan, resolved challenger"]
    plan_if_soft: Annotated[Array, (len(PLANS),), "the same, unresolved challenger"]
    messages: Annotated[Messages, "what the mediators have said"]
    partner_decisions: Annotated[PartnerDecisions, "decisions of third parties so far"]
    level: Annotated[int, "0 before force, 1 after a limited strike, 2 a war, 3 a taking"]
    rounds: Annotated[int, "how often force was used"]
    first_shot: Annotated[int, "how the first use of force came about, a FirstShot"]
    first_shot_gap: Annotated[float, "its worth to who chose it beyond its best alternative"]
    stage: Annotated[int, "stage of the last day played, -1 before the first"]
    unrest_left: Annotated[int, "days that a justification still lasts [days]"]
    hard: Annotated[float, "public belief that the challenger is resolved [log-odds]"]
    tough: Annotated[float, "public belief that the defender is resolved [log-odds]"]
    snap_hard: Annotated[float, "the same on the snapshot day [0-1]"]
    snap_tough: Annotated[float, "the same on the snapshot day [0-1]"]
    violence: Annotated[int, "highest violence so far, a Violence"]
    settlement: Annotated[int, "state of the dispute, an Ending without force"]
    package: Annotated[int, "package agreed, -1 if none"]
    blockade_days: Annotated[int, "days on which a blockade stood [days]"]
    broken_deal_day: Annotated[
        int, "day of the first deal that was broken later, -1 if none [days]"
    ]
    broken_day: Annotated[int, "day on which it was broken, -1 if none [days]"]
    failed_day: Annotated[int, "first day on which talks failed, -1 if never [days]"]
    first_force_day: Annotated[int, "day of the first use of force, -1 if none [days]"]
    war_day: Annotated[int, "day on which the first war began, -1 if none [days]"]
    began: Annotated[int, "Onset of the first use of force, -1 if never"]
    answer: Annotated[int, "reply of the struck side to the first force, a Reply, -1 if none"]
    answer_gap: Annotated[
        float, "worth of the first full answer beyond its best alternative, 0 if none [value]"
    ]
    raised_day: Annotated[int, "first day on which a raise was ordered, -1 if never [days]"]
    joined_day: Annotated[
        int, "day on which the challenger joined its ally's force, -1 if never [days]"
    ]
    trigger: Annotated[int, "what set off the first use of force, a Trigger"]
    war_days: Annotated[int, "days of fighting [days]"]
    ceasefire: Annotated[int, "why the fighting stopped, a Ceasefire"]
    parties: Annotated[int, "states and named groups fighting"]
    closed_day: Annotated[int, "day on which a chokepoint was closed, -1 if never [days]"]
    world_cost: Annotated[float, "cost of the closure to all others [billion dollars]"]
    loss: Annotated[Array, (2,), "losses of each side [normalised]"]
    lost: Annotated[Array, (2, LOSSES), "losses of each side by category [normalised]"]
    parties_hit: Annotated[int, "third parties hit on their soil or bases"]
    damage: Annotated[float, "share of the disputed capabilities destroyed [0-1]"]
    decisions_asked: Annotated[int, "decisions asked of people at a table"]
    visited: Annotated[int, "decision nodes visited"]
    unsettled: Annotated[int, "visited nodes whose residual is above .02"]
    ruling: Annotated[int, "ruling of a court, a Verdict"]
    taken_day: Annotated[int, "day on which a share of an issue was taken, -1 if never [days]"]
    taken: Annotated[float, "share taken, 0 once the first force after it undid that [0-1]"]
    reverses: Annotated[int, "1 if the defender is about to reverse the taking by force"]
    front: Annotated[float, "share of land held as the last fighting for it ended, -1 if none"]
    lines_written: Annotated[int, "lines of the trace written so far"]
    lines: Annotated[Array, (LINES, 5), "day, Event, first, second and value of each line"]


STATE = dtype_of(State)
