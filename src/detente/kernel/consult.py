"""Calls of a side's own rule: its view of the crisis, its answer, and checks of that answer."""

from typing import NoReturn

from detente.errors import DetenteError
from detente.kernel.beliefs import probability, to_float64
from detente.kernel.decision import (
    Asked,
    DecisionRecord,
    Lapse,
    RuleFault,
    Rules,
    TakingAnswer,
    draw_from,
    find_fault,
    normalise,
)
from detente.kernel.jit import jit
from detente.kernel.layout import Array
from detente.kernel.menus import worth_of_yielding
from detente.kernel.places import (
    Place,
    force_of,
    has_vowed,
    is_imposed,
    is_under_way,
    may_campaign,
    step_of,
)
from detente.kernel.play import Cell, Play, stage_today, worth_of_deal
from detente.kernel.seats import NO_SUBJECT, Query, allow_all, has_seat, take_decision
from detente.kernel.tables import LAPSE_ANSWERS, TAKING_ANSWERS, Question
from detente.kernel.taking import worth_of_accepted_taking
from detente.kernel.talks import PACKAGES, ChallengerMove, DefenderMove, Regime

SIDES = ("challenger", "defender")
MOVES = (ChallengerMove, DefenderMove)
ANSWERS = {
    Asked.OFFER: ("accepts", "rejects"),
    Asked.STANDSTILL: ("accepts", "refuses"),
    Asked.ULTIMATUM: ("yields", "refuses"),
    Asked.LAPSE: ("strikes", "backs down", "begins a campaign"),
    Asked.TAKING: ("accepts", "protests", "reverses"),
}


@jit
def query_of(question: int) -> Query:
    """Return the query of a question with two answers."""
    if question == Question.ULTIMATUM_ANSWER:
        return Query(Asked.ULTIMATUM, NO_SUBJECT, NO_SUBJECT)
    if is_standstill(question):
        return Query(Asked.STANDSTILL, NO_SUBJECT, NO_SUBJECT)
    if question >= Question.CHALLENGER_ANSWER:
        return Query(Asked.OFFER, question - Question.CHALLENGER_ANSWER, NO_SUBJECT)
    return Query(Asked.OFFER, question - Question.DEFENDER_ANSWER, NO_SUBJECT)


@jit
def is_standstill(question: int) -> bool:
    """Say whether a question with two answers is about a standstill."""
    is_to_defender = Question.DEFENDER_STANDSTILL <= question < Question.CHALLENGER_ANSWER
    return is_to_defender or Question.CHALLENGER_STANDSTILL <= question < Question.LAPSE


@jit
def answer_by_rule(play: Play, question: int, cell: Cell, chance: float, draw: float) -> bool:
    """Say whether a side gives the first of two answers by its rule; `chance` is the policy's."""
    side = 0 if question >= Question.CHALLENGER_ANSWER else 1
    decision = play.rules.decision
    decision.moves = 2
    decision.given[0] = chance
    decision.given[1] = 1.0 - chance
    allow_all(decision)
    return consult(play, side, cell, query_of(question), draw) == 0


@jit
def lapse_by_rule(play: Play, cell: Cell, chances: Array, draw: float) -> int:
    """Return the Lapse that the challenger's rule chooses; `chances` are the policy's by Lapse."""
    decision = play.rules.decision
    decision.moves = LAPSE_ANSWERS
    for answer in range(LAPSE_ANSWERS):
        decision.given[answer] = to_float64(chances[answer])
        decision.table.is_legal[answer] = 1
    # A rule gets two chances where no campaign can begin, and three elsewhere.
    if not may_campaign(play.trajectory.state.posture) or decision.given[Lapse.CAMPAIGN] == 0.0:
        decision.table.is_legal[Lapse.CAMPAIGN] = 0
        decision.moves = Lapse.CAMPAIGN
    query = Query(Asked.LAPSE, NO_SUBJECT, NO_SUBJECT)
    return consult(play, 0, cell, query, draw_by_answers(decision.given, draw))


@jit
def taking_by_rule(play: Play, cell: Cell, chances: Array, draw: float) -> int:
    """Return the TakingAnswer that the defender's rule chooses; `chances` are the policy's."""
    decision = play.rules.decision
    decision.moves = TAKING_ANSWERS
    for answer in range(TAKING_ANSWERS):
        decision.given[answer] = to_float64(chances[answer])
    allow_all(decision)
    if play.trajectory.world.talks.reversal_readiness <= 0.0:
        decision.table.is_legal[TakingAnswer.REVERSES] = 0
    return consult(play, 1, cell, Query(Asked.TAKING, NO_SUBJECT, NO_SUBJECT), draw)


@jit
def draw_by_answers(chances: Array, draw: float) -> float:
    """Return the draw that gives the policy's answer in the order of Lapse.

    A policy draws a strike, a campaign, backing down, in this order (`day.answer_to_lapse`); in
    Lapse backing down is second. With this draw a rule that changes no chance changes no future.
    """
    if draw < chances[Lapse.STRIKES]:
        return draw
    if draw < chances[Lapse.STRIKES] + chances[Lapse.CAMPAIGN]:
        return draw + chances[Lapse.BACKS_DOWN]
    return draw - chances[Lapse.CAMPAIGN]


@jit
def consult(play: Play, side: int, cell: Cell, query: Query, draw: float) -> int:
    """Return a move drawn from a rule's chances, or the move that a person decides.

    Chances that cannot be played end the future, and `refuse_faults` later refuses the run.
    """
    decision = play.rules.decision
    if has_seat(decision.table, side):
        return take_decision(play.trajectory.state, decision, side, query, draw)
    if decision.fault == RuleFault.NONE:
        normalise(decision)
        fill_sight(play, side, cell, query)
        decision.fault = call_rule(play.rules, side, query.always)
        decision.side = side
        decision.future = play.trajectory.draws.future
    if decision.fault == RuleFault.NONE:
        return draw_from(decision.chances[: decision.moves], draw)
    play.trajectory.state.has_ended = 1
    # The run will be refused, so that any move will do; a hold or a refusal has no consequences.
    return max(query.always, 1)


@jit
def call_rule(rules: Rules, side: int, always: int) -> int:
    """Call a side's rule; return the RuleFault of its chances, NONE if they can be played."""
    decision = rules.decision
    for move in range(decision.moves):
        # A rule receives the policy's chances and changes some in place.
        decision.chances[move] = decision.given[move]
    chances = decision.chances[: decision.moves]
    if side == 0:
        is_done = rules.of_challenger(decision.sight, chances)
    else:
        is_done = rules.of_defender(decision.sight, chances)
    return find_fault(decision, always) if is_done == 1 else RuleFault.STOPPED


@jit
def fill_sight(play: Play, side: int, cell: Cell, query: Query) -> None:
    """Fill the decision record with what a side sees."""
    trajectory = play.trajectory
    state = trajectory.state
    sight = play.rules.decision.sight
    own = state.challenger_type if side == 0 else state.defender_type
    sight.day = state.day
    sight.days_left = trajectory.world.calendar.horizon - state.day
    sight.asked = query.asked
    sight.package = query.about if query.asked == Asked.OFFER else NO_SUBJECT
    sight.regime = state.regime
    sight.force = force_of(state.posture)
    sight.is_under_way = 1 if is_under_way(state.posture) else 0
    sight.is_imposed = 1 if is_imposed(state.posture) else 0
    sight.step = step_of(state.stance)
    sight.has_vowed = 1 if has_vowed(state.stance) else 0
    sight.has_unrest = 1 if state.unrest_left > 0 else 0
    sight.is_firm = 1 - own
    sight.hard = probability(state.hard)
    sight.tough = probability(state.tough)
    fill_worths(play, side, cell, 2 * side + own)


@jit
def fill_worths(play: Play, side: int, cell: Cell, holder: int) -> None:
    """Fill the decision record with the worth of waiting, force and consent to a side [value]."""
    state = play.trajectory.state
    sight = play.rules.decision.sight
    place = Place(stage_today(play.trajectory), state.posture, state.stance)
    waits = play.policies.worth[place.stage, place.posture, place.stance, state.regime]
    force = play.policies.force[place.stage, force_of(place.posture), place.stance, side]
    sight.worth_of_waiting = to_float64(waits[cell.tough, cell.hard, holder])
    sight.worth_of_force = to_float64(force[cell.tough, cell.hard, holder])
    sight.worth_of_consent = 0.0
    if sight.asked == Asked.OFFER:
        sight.worth_of_consent = worth_of_deal(play, place, cell, holder, sight.package)
    elif sight.asked == Asked.ULTIMATUM:
        sight.worth_of_consent = worth_of_yielding(play.trajectory.world.talks, place)[holder]
    elif sight.asked == Asked.STANDSTILL:
        still = play.policies.worth[place.stage, place.posture, place.stance, Regime.STANDSTILL]
        sight.worth_of_consent = to_float64(still[cell.tough, cell.hard, holder])
    elif sight.asked == Asked.TAKING:
        sight.worth_of_consent = worth_of_accepted_taking(play.trajectory.world.talks, place)[
            holder
        ]


def refuse_faults(rules: Rules, world: int) -> None:
    """Refuse a run in which a rule returned chances that cannot be played.

    Raises
    ------
    DetenteError
        If there was such a fault; names the rule, the future, the day and the fault.
    """
    decision = rules.decision
    fault = RuleFault(int(decision.fault))
    if fault is RuleFault.NONE:
        return
    rule = rules.of_challenger if decision.side == 0 else rules.of_defender
    where = (
        f"rule {rule.name} of the {SIDES[decision.side]}, day {decision.sight.day} "
        f"of future {world}:{decision.future}, {_name_asked(decision)}"
    )
    if fault is RuleFault.STOPPED:
        _raise_again(rules, where)
    problem, hint = _describe_fault(fault, decision)
    raise DetenteError(problem, where=where, hint=hint)


def _describe_fault(fault: RuleFault, decision: DecisionRecord) -> tuple[str, str]:
    chances = decision.chances[: int(decision.moves)]
    move = f"{_name_move(decision)} has the chance {chances[int(decision.move)]:g}"
    if fault is RuleFault.NO_CHANCE:
        return move, "leave numbers from 0 to 1 in `chances`, which add up to 1"
    if fault is RuleFault.OFF_MENU:
        return f"{move}, and cannot be made today", "leave at 0 what is 0 in `chances`"
    total = f"the chances add up to {sum(chances):.9g}"
    return total, "what is taken from one move has to be given to another: they add up to 1"


def _raise_again(rules: Rules, where: str) -> NoReturn:
    """Call the rule again as plain Python, and raise its error as a DetenteError."""
    decision = rules.decision
    function = (rules.of_challenger if decision.side == 0 else rules.of_defender).function
    hint = "repair the rule; it is given a record and an array of as many chances as answers"
    try:
        if function is not None:
            function(decision.sight, decision.given[: int(decision.moves)].copy())
    except Exception as fault:  # whatever the user's own code raises
        what = f"it stopped with {type(fault).__name__}: {fault}"
        raise DetenteError(what, where=where, hint=hint) from fault
    raise DetenteError("it stopped when compiled, and not as plain Python", where=where, hint=hint)


def _name_asked(decision: DecisionRecord) -> str:
    named = {
        Asked.MOVE: "asked for its move",
        Asked.OFFER: f"asked about the offer of package {decision.sight.package + 1}",
        Asked.STANDSTILL: "asked about a standstill",
        Asked.ULTIMATUM: "asked about an ultimatum",
        Asked.LAPSE: "asked about an ultimatum that lapses",
        Asked.TAKING: "asked about a taking",
    }
    return named[Asked(int(decision.sight.asked))]


def _name_move(decision: DecisionRecord) -> str:
    move = int(decision.move)
    asked = Asked(int(decision.sight.asked))
    if asked is not Asked.MOVE:
        return ANSWERS[asked][move]
    if move < PACKAGES:
        return f"OFFER + {move}"
    return str(MOVES[decision.side](move).name)
