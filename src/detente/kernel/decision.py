"""The decision record: what a side sees when it decides, its chances, and checks of them."""

from enum import IntEnum
from typing import Annotated, NamedTuple, Protocol, cast

from detente.kernel.beliefs import to_float64
from detente.kernel.jit import Called, jit
from detente.kernel.layout import Array, dtype_of, new_record
from detente.kernel.limits import PARTIES
from detente.kernel.mediators import MEDIATORS
from detente.kernel.talks import CHALLENGER_MOVES

MOST_MOVES = CHALLENGER_MOVES
"""Most moves or answers of a decision: the challenger has more moves than the defender."""
ROUNDING = 1e-6
"""Allowed distance of the sum of a rule's chances from 1, as tables hold 32 bits."""
ALLY_SEAT = 2
PARTY_SEATS = 3
MEDIATOR_SEATS = PARTY_SEATS + PARTIES
SEATS = MEDIATOR_SEATS + MEDIATORS
"""Seats: challenger 0, defender 1, ally, then the third parties and the mediators."""
MOST_DECISIONS = 1024
"""Most decisions of people in one future; after them policies decide."""
FOLLOW = -1
"""In a script: the seat makes the move that its policy draws."""


class Asked(IntEnum):
    """The kind of a decision. A move, a reply, a lapse and a taking may have more than two answers.

    Rules decide the first four, a standstill and a taking only; people at a table decide all.
    """

    MOVE = 0
    """Its own move, a ChallengerMove or a DefenderMove."""
    OFFER = 1
    """The other side offers a package: 0 accepts, 1 rejects."""
    ULTIMATUM = 2
    """The challenger sets an ultimatum: the defender 0 yields, 1 refuses."""
    LAPSE = 3
    """The challenger's ultimatum has run out: it answers, a Lapse."""
    REPLY = 4
    """The other side began force: 0 absorbs it, 1 replies with a token, 2 replies in full."""
    ALARM = 5
    """An alarm at a contact zone: the side's commander 0 replies, 1 holds."""
    STRIKE = 6
    """The ally considers force: 0 goes ahead, 1 does not."""
    RESTRAIN = 7
    """The ally is about to use force: the challenger 0 tries to restrain it, 1 does not."""
    CONSENT = 8
    """A host may change its consent to the forces on its soil: 0 changes it, 1 does not."""
    SUPPORT = 9
    """A friend of a side may send all its forces or call them back: 0 does so, 1 does not."""
    MESSAGE = 10
    """A credible mediator speaks: 0 calls the defender resolved, 1 does not."""
    CONCEDE = 11
    """A matter in dispute about the talks: the side that may give way 0 concedes, 1 holds out."""
    BREAK = 12
    """A deal is in force: the side that may break it 0 breaks it, 1 keeps it."""
    JOIN = 13
    """Others fight: the ally as force begins, or a party in a war answered in full, 0 joins."""
    CLOSE = 14
    """A war is answered in full: the defender 0 closes the chokepoint to trade, 1 does not."""
    TERMS = 15
    """Both would prefer some terms, or mediators found some: 0 accepts, 1 fights on."""
    STANDSTILL = 16
    """The other side's offer of a standstill: 0 accepts, 1 refuses."""
    TAKING = 17
    """The challenger takes a share of an issue: the defender answers, a TakingAnswer."""


class Lapse(IntEnum):
    """The challenger's answer to the lapse of its ultimatum."""

    STRIKES = 0
    BACKS_DOWN = 1
    CAMPAIGN = 2
    """It begins a campaign; all its force has to be deployed."""


class TakingAnswer(IntEnum):
    """The defender's answer to a taking."""

    ACCEPTS = 0
    PROTESTS = 1
    REVERSES = 2
    """It uses force to restore what was taken."""


class RuleFault(IntEnum):
    """The reason why a rule's chances cannot be played."""

    NONE = 0
    NO_CHANCE = 1
    """A chance is below 0 or not a number."""
    SUM = 2
    """The chances do not add up to 1."""
    OFF_MENU = 3
    """A move that cannot be made has a chance above 0."""
    STOPPED = 4
    """The rule raised an error."""
    WAITING = 5
    """No fault: a person at the table has not decided yet, and is being asked."""


class Sight(Protocol):
    """What a side sees when it decides; at run time a record."""

    day: Annotated[int, "days since the as-of date [days]"]
    days_left: Annotated[int, "days until the horizon, today included [days]"]
    asked: Annotated[int, "the kind of decision, an Asked"]
    package: Annotated[int, "package that is offered, soft to hard from 0, -1 if none"]
    regime: Annotated[int, "state of the talks, a Regime"]
    force: Annotated[int, "challenger's force level deployed [0-2]"]
    is_under_way: Annotated[int, "1 if more force has been ordered and has not arrived"]
    step: Annotated[int, "step of the defender's programme [0-2]"]
    has_vowed: Annotated[int, "1 if the defender has vowed to answer force"]
    has_unrest: Annotated[int, "1 while unrest gives a strike a justification"]
    is_firm: Annotated[int, "1 if the side is of its firm type, resolved"]
    hard: Annotated[float, "public belief that the challenger is resolved [0-1]"]
    tough: Annotated[float, "public belief that the defender is resolved [0-1]"]
    worth_of_waiting: Annotated[float, "worth of today to the side, before any move [value]"]
    worth_of_force: Annotated[float, "worth to the side of beginning force itself [value]"]
    worth_of_consent: Annotated[
        float, "worth to the side of accepting or yielding, 0 if it is asked for neither [value]"
    ]
    is_imposed: Annotated[int, "1 while the challenger's blockade, or such a measure, stands"]


class SeatScript(Protocol):
    """Decisions of people at a table, and the question that waits for a person; a record."""

    is_seated: Annotated[Array, (SEATS,), "1 where a person decides", int]
    script: Annotated[Array, (MOST_DECISIONS,), "move of each decision, in order, or FOLLOW", int]
    written: Annotated[int, "decisions in the script"]
    waits: Annotated[int, "1 if the future waits where the script ends, 0 if policies go on"]
    seats: Annotated[Array, (MOST_DECISIONS,), "seat of each decision", int]
    kinds: Annotated[Array, (MOST_DECISIONS,), "kind of each decision, an Asked", int]
    days: Annotated[Array, (MOST_DECISIONS,), "day of each decision [days]", int]
    moves: Annotated[Array, (MOST_DECISIONS,), "move played in each decision", int]
    chances: Annotated[Array, (MOST_DECISIONS, MOST_MOVES), "chance of each move by the policy"]
    is_legal: Annotated[Array, (MOST_MOVES,), "1 if a move may be chosen now", int]
    legal: Annotated[Array, (MOST_DECISIONS, MOST_MOVES), "the same of each decision", int]
    hard: Annotated[
        Array,
        (MOST_DECISIONS,),
        "public belief in a resolved challenger at each decision [log-odds]",
    ]
    tough: Annotated[Array, (MOST_DECISIONS,), "the same in a resolved defender [log-odds]"]
    about: Annotated[int, "subject of the question, as its Query says; -1 if none"]
    abouts: Annotated[Array, (MOST_DECISIONS,), "the same of each decision", int]
    asked: Annotated[int, "decisions asked for, including the one that waits"]
    lines_written: Annotated[int, "lines of the trace when the future waits"]
    posture: Annotated[int, "posture when the future waits, as in State"]
    stance: Annotated[int, "stance when the future waits"]
    regime: Annotated[int, "regime when the future waits"]


class DecisionRecord(Protocol):
    """The current decision as its side sees it, and the first fault of a rule; a record."""

    is_asked: Annotated[Array, (2,), "1 if the challenger, the defender has a rule or a seat", int]
    table: Annotated[SeatScript, "decisions of people at a table"]
    sight: Annotated[Sight, "what the side sees"]
    moves: Annotated[int, "moves or answers to choose from"]
    given: Annotated[Array, (MOST_MOVES,), "chance of each by the solved game"]
    chances: Annotated[Array, (MOST_MOVES,), "chance of each by the rule"]
    fault: Annotated[int, "a RuleFault"]
    side: Annotated[int, "side whose rule is at fault"]
    future: Annotated[int, "future of the fault"]
    move: Annotated[int, "move at fault"]


SIGHT = dtype_of(Sight)
NO_RULE = Called(None, SIGHT)
"""The rule of a side that follows its solved policy."""
AS_SOLVED = (NO_RULE, NO_RULE)


class Rules(NamedTuple):
    """Both sides' rules, and the record through which they are called."""

    of_challenger: Called
    of_defender: Called
    decision: DecisionRecord


def new_decision_record(rules: tuple[Called, Called]) -> DecisionRecord:
    """Return an empty decision record for the rules of challenger and defender."""
    decision = cast("DecisionRecord", new_record(DecisionRecord))
    decision.is_asked[:] = [rule is not NO_RULE for rule in rules]
    return decision


@jit
def normalise(decision: DecisionRecord) -> None:
    """Scale the policy's chances to a sum of 1, from which 32-bit tables may deviate."""
    total = 0.0
    for move in range(decision.moves):
        total += decision.given[move]
    if abs(total - 1.0) > ROUNDING:
        for move in range(decision.moves):
            decision.given[move] /= total


@jit
def find_fault(decision: DecisionRecord, hold: int) -> int:
    """Return the RuleFault of a rule's chances, and store the move at fault.

    `hold` is the move that can always be made, -1 if all moves can.
    """
    total = 0.0
    for move in range(decision.moves):
        chance = decision.chances[move]
        decision.move = move
        if not chance >= 0.0:  # the negated test refuses NaN too
            return RuleFault.NO_CHANCE
        if chance > 0.0 and hold >= 0 and move != hold and decision.given[move] <= 0.0:
            return RuleFault.OFF_MENU
        total += chance
    return RuleFault.NONE if abs(total - 1.0) <= ROUNDING else RuleFault.SUM


@jit
def draw_from(chances: Array, draw: float) -> int:
    """Return a move drawn by the chances; policies list peaceful moves first."""
    # Chances may sum to less than the draw: then the last possible move is made.
    chosen = 0
    cumulative = 0.0
    for move in range(chances.shape[0]):
        if chances[move] > 0.0:
            chosen = move
            cumulative += to_float64(chances[move])
            if draw < cumulative:
                break
    return chosen
