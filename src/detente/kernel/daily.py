"""What chance each thing has to happen on a day, worked out once for all futures of a world."""

from typing import Annotated, Protocol

from detente.kernel.arithmetic import arrival
from detente.kernel.beliefs import most_shift
from detente.kernel.hazards import ally_rate
from detente.kernel.incidents import incident_rate
from detente.kernel.jit import jit
from detente.kernel.layout import Array
from detente.kernel.mediators import MEDIATORS
from detente.kernel.places import LEVELS
from detente.kernel.posture import STAGES
from detente.kernel.talks import mean_urge, urge
from detente.kernel.world import World


class Daily(Protocol):
    """Chances of a day and factors on them, `arrival(rate, 1)` of a world's rates; a record."""

    grows: Annotated[float, "chance that the programme makes its next step"]
    fades: Annotated[float, "chance that the quarrel fades"]
    readies: Annotated[float, "chance that a text becomes ready"]
    resumes: Annotated[float, "chance that failed talks resume"]
    arrives: Annotated[float, "chance that a raise under way arrives"]
    stirs: Annotated[float, "chance that a spell of unrest begins"]
    lapses: Annotated[float, "chance that an ultimatum lapses"]
    reports: Annotated[Array, (MEDIATORS,), "chance that each mediator sends its message"]
    incident: Annotated[Array, (LEVELS, 2), "chance of an incident by force level, talks failed"]
    ally_weighs: Annotated[Array, (LEVELS,), "chance that the ally weighs a strike, by step"]
    most_shift: Annotated[float, "most by which an act moves a belief [log-odds]"]
    moves: Annotated[float, "chance that either principal moves"]
    challenger_moves: Annotated[float, "chance that the challenger does"]
    factor: Annotated[Array, (STAGES,), "of a stage's weight of a move for a day, `q(D) / D q(1)`"]
    urge: Annotated[Array, (2,), "of a strike besides, without unrest and with it"]


@jit
def work_out_daily(world: World, daily: Daily) -> None:
    """Fill the chances of a day in a world."""
    talks = world.talks
    daily.most_shift = most_shift(talks.slip)
    daily.grows = arrival(talks.growth_rate, 1.0)
    daily.fades = arrival(talks.fade_rate, 1.0)
    daily.readies = arrival(talks.text_rate, 1.0)
    daily.resumes = arrival(talks.exit_rate, 1.0)
    daily.arrives = arrival(1.0 / talks.raise_days, 1.0)
    daily.stirs = arrival(talks.unrest_rate, 1.0)
    daily.lapses = arrival(1.0 / talks.ultimatum_days, 1.0)
    for mediator in range(world.mediators.count):
        daily.reports[mediator] = arrival(world.mediators.report_rate[mediator], 1.0)
    for level in range(LEVELS):
        daily.ally_weighs[level] = arrival(ally_rate(talks, level), 1.0)
        daily.incident[level, 0] = arrival(incident_rate(world.incidents, level, False), 1.0)
        daily.incident[level, 1] = arrival(incident_rate(world.incidents, level, True), 1.0)
    work_out_moves(world, daily)


@jit
def work_out_moves(world: World, daily: Daily) -> None:
    """Fill the chances that a side moves, and the factors from a stage's policy to a day's.

    q(D) is the chance of a move within D days (MODEL 5.3).
    """
    talks = world.talks
    calendar = world.calendar
    total = talks.challenger_pace + talks.defender_pace
    daily.moves = arrival(total, 1.0)
    daily.urge[0] = urge(talks, False) / mean_urge(talks)
    daily.urge[1] = urge(talks, True) / mean_urge(talks)
    if total > 0.0:
        daily.challenger_moves = daily.moves * talks.challenger_pace / total
        for stage in range(calendar.stages):
            days = calendar.stage_days[stage]
            daily.factor[stage] = arrival(total, days) / (days * daily.moves)
