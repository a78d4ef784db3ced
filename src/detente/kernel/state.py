"""What one future is at one moment."""

from typing import Annotated, Protocol

from detente.kernel.layout import Array, dtype_of

LINES = 2048
"""Lines of a trace; few futures write a hundred."""


class State(Protocol):
    """One future at one moment; at run time a record of STATE."""

    day: Annotated[int, "days since the as-of date [days]"]
    has_ended: Annotated[int, "1 once the future has ended"]
    force: Annotated[int, "challenger's force level F [0-2]"]
    step: Annotated[int, "programme step N [0-2]"]
    regime: Annotated[int, "where the talks stand, a Regime"]
    challenger_type: Annotated[int, "0 hard, 1 soft"]
    defender_type: Annotated[int, "0 tough, 1 weak"]
    hard: Annotated[float, "public belief that the challenger is hard [log-odds]"]
    tough: Annotated[float, "public belief that the defender is tough [log-odds]"]
    snap_hard: Annotated[float, "the same on the snapshot day [0-1]"]
    snap_tough: Annotated[float, "the same on the snapshot day [0-1]"]
    violence: Annotated[int, "highest violence so far, a Violence"]
    settlement: Annotated[int, "where the quarrel stands, a Settlement"]
    package: Annotated[int, "package agreed, -1 if none"]
    failed_day: Annotated[int, "first day on which talks failed, -1 if never [days]"]
    first_force_day: Annotated[int, "day of the first ordered force, -1 if none [days]"]
    initiator: Annotated[int, "who used force first, -1 if none"]
    trigger: Annotated[int, "what set it off, a Trigger"]
    war_days: Annotated[int, "days of fighting [days]"]
    parties: Annotated[int, "states fighting"]
    challenger_loss: Annotated[float, "challenger's losses [normalised]"]
    defender_loss: Annotated[float, "defender's losses [normalised]"]
    damage: Annotated[float, "share of the disputed capabilities destroyed [0-1]"]
    visited: Annotated[int, "decision nodes visited"]
    unsettled: Annotated[int, "visited nodes whose residual is above .02"]
    told: Annotated[int, "lines written to the trace"]
    lines: Annotated[Array, (LINES, 5), "day, Event, first, second and value of each line"]


STATE = dtype_of(State)
