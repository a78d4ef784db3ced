"""A side's own rule for its decisions: what it is shown, and whether what it says can be played."""

from enum import IntEnum
from typing import Annotated, NamedTuple, Protocol, cast

from detente.kernel.jit import Called, jit
from detente.kernel.layout import Array, dtype_of, new_record
from detente.kernel.talks import CHALLENGER_MOVES

MOST_MOVES = CHALLENGER_MOVES
"""Moves of the side that has more of them."""
ROUNDING = 1e-6
"""How far from 1 the sum of a rule's chances may lie: the tables hold 32 bits."""


class Asked(IntEnum):
    """What a side decides; all but the first have two answers."""

    MOVE = 0
    """Its own move, a ChallengerMove or a DefenderMove."""
    OFFER = 1
    """The other side's package: 0 accepts, 1 rejects."""
    ULTIMATUM = 2
    """Put to the defender: 0 yields, 1 refuses."""
    LAPSE = 3
    """The challenger's ultimatum has run out: 0 strikes, 1 backs down."""


class RuleFault(IntEnum):
    """Why chances cannot be played."""

    NONE = 0
    NO_CHANCE = 1
    """One is below 0 or not a number."""
    SUM = 2
    """They do not add up to 1."""
    OFF_MENU = 3
    """A move has a chance that cannot be made."""
    STOPPED = 4
    """The rule raised an error."""


class Sight(Protocol):
    """What a side sees when it decides; at run time a record."""

    day: Annotated[int, "days since the as-of date [days]"]
    days_left: Annotated[int, "days until the horizon, today included [days]"]
    asked: Annotated[int, "what is decided, an Asked"]
    package: Annotated[int, "package that is offered, soft to hard from 0, -1 if none"]
    regime: Annotated[int, "where the talks stand, a Regime"]
    force: Annotated[int, "challenger's force level in view [0-2]"]
    is_under_way: Annotated[int, "1 if more force has been ordered and is not there yet"]
    step: Annotated[int, "step of the defender's programme [0-2]"]
    has_vowed: Annotated[int, "1 if the defender has vowed to answer force"]
    has_unrest: Annotated[int, "1 while unrest gives a strike a justification"]
    is_firm: Annotated[int, "1 if the side is of its firm type: hard, or tough"]
    hard: Annotated[float, "public belief that the challenger is hard [0-1]"]
    tough: Annotated[float, "public belief that the defender is tough [0-1]"]
    worth_of_waiting: Annotated[float, "worth of today to the side, before any move [value]"]
    worth_of_force: Annotated[float, "worth to the side of beginning force itself [value]"]
    worth_of_consent: Annotated[
        float, "worth to the side of what it would accept or yield, 0 if it is asked for neither"
    ]


class Docket(Protocol):
    """What lies before a rule, and the first of its answers that cannot be played; a record."""

    is_ruled: Annotated[Array, (2,), "1 if the challenger, the defender has a rule", int]
    sight: Annotated[Sight, "what the side sees"]
    moves: Annotated[int, "moves or answers to choose from"]
    given: Annotated[Array, (MOST_MOVES,), "chance of each by the solved game"]
    chances: Annotated[Array, (MOST_MOVES,), "chance of each by the rule"]
    fault: Annotated[int, "a RuleFault"]
    side: Annotated[int, "whose rule is at fault"]
    future: Annotated[int, "in which future"]
    move: Annotated[int, "at which move"]


SIGHT = dtype_of(Sight)
NOBODY = Called(None, SIGHT)
"""In place of the rule of a side that goes by its solved policy."""
AS_SOLVED = (NOBODY, NOBODY)


class Rules(NamedTuple):
    """Both sides' rules, and what lies before them."""

    of_challenger: Called
    of_defender: Called
    docket: Docket


def new_docket(rules: tuple[Called, Called]) -> Docket:
    """Return an empty docket for the rules of challenger and defender."""
    docket = cast("Docket", new_record(Docket))
    docket.is_ruled[:] = [rule is not NOBODY for rule in rules]
    return docket


@jit
def level(docket: Docket) -> None:
    """Let the given chances add up to 1, where the tables' rounding has kept them from it."""
    total = 0.0
    for move in range(docket.moves):
        total += docket.given[move]
    if abs(total - 1.0) > ROUNDING:
        for move in range(docket.moves):
            docket.given[move] /= total


@jit
def find_fault(docket: Docket, hold: int) -> int:
    """Return what keeps a rule's chances from being played, a RuleFault, and note at which move.

    `hold`: the move that can always be made, -1 if all can.
    """
    total = 0.0
    for move in range(docket.moves):
        chance = docket.chances[move]
        docket.move = move
        if not chance >= 0.0:
            return RuleFault.NO_CHANCE
        if chance > 0.0 and hold >= 0 and move != hold and docket.given[move] <= 0.0:
            return RuleFault.OFF_MENU
        total += chance
    return RuleFault.NONE if abs(total - 1.0) <= ROUNDING else RuleFault.SUM


@jit
def draw_from(docket: Docket, draw: float) -> int:
    """Draw by the chances on the docket; peaceful moves come first."""
    chosen = 0
    reached = 0.0
    for move in range(docket.moves):
        if docket.chances[move] > 0.0:
            chosen = move
            reached += docket.chances[move]
            if draw < reached:
                break
    return chosen
