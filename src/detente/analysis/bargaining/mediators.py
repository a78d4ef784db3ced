"""What each mediator is worth: its access to both sides, and what its message would do."""

from dataclasses import replace

from detente.analysis.bargaining.game import HOLDERS, Game, Reading, solved_on, worth_at_start
from detente.ensemble.encode.agenda import Settled
from detente.ensemble.encode.mediators import with_access
from detente.kernel.beliefs import probability
from detente.kernel.crisis import begin, set_out
from detente.kernel.draws import Luck
from detente.kernel.mediation import is_credible
from detente.kernel.mediators import TOUGH, WEAK, Message, message_shift

MESSAGES = {"if_tough": TOUGH, "if_weak": WEAK}


def read_mediators(game: Game) -> Reading:
    """Return each mediator's value: what its access adds to the crisis's worth at its start.

    The game is solved again without it. That counts its help with texts and offers, discretion,
    and leverage. What its one message would do is told apart: whether it would be believed on the
    first day, and what would then be believed of the defender.
    """
    reading: Reading = {}
    with_all = worth_at_start(game)
    for key in with_access(game.settled.crisis):
        alone = solved_on(without(game.settled, key), game.depth, game.solved.war)
        values = (with_all - worth_at_start(alone)).tolist()
        for holder, value in zip(HOLDERS, values, strict=True):
            reading["mediators", key, "worth", holder] = value
        reading |= {("mediators", key, *name): x for name, x in _read_message(game, key).items()}
    return reading


def without(settled: Settled, key: str) -> Settled:
    """Return a world in which one mediator has no access to both sides."""
    crisis = settled.crisis
    others = tuple(other for other in with_access(crisis) if other != key)
    venue = crisis.model.venue.model_copy(update={"access": others})
    model = crisis.model.model_copy(update={"venue": venue})
    return settled._replace(crisis=replace(crisis, model=model))


def _read_message(game: Game, key: str) -> Reading:
    """Return what a mediator's message would do on the first day, at the beliefs of the start."""
    mediators = game.world.mediators
    number = game.settled.crisis.all_of_role("mediator").index(key)
    play = set_out(game.world, game.solved, Luck(0, 0, 0))
    begin(play.life)
    reading: Reading = {
        ("report_rate",): float(mediators.report_rate[number]),
        ("is_believed",): bool(is_credible(play, number)),
    }
    for name, says in MESSAGES.items():
        shift = message_shift(mediators, play.life.state.heard, Message(number, says))
        reading[(name,)] = probability(float(play.life.state.tough + shift))
    return reading
