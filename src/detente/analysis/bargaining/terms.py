"""What comes before the talks: who concedes agenda or venue, and what hangs on the agenda."""

from detente.analysis.bargaining.game import (
    HOLDERS,
    Game,
    Reading,
    agenda_of,
    agendas,
    solved_on,
    worth_at_start,
)
from detente.ensemble.encode.agenda import (
    Race,
    Terms,
    agenda_is_open,
    on_terms,
    race_between,
    venue_is_open,
    venues,
)
from detente.ensemble.encode.world import encode_coarsely
from detente.pack import Crisis


def read_terms(crisis: Crisis, values: dict[str, float], game: Game) -> Reading:
    """Return what settles agenda and venue before the talks, and what the agenda is worth.

    `wide_less_narrow`: by how much the talks are worth more to a side on the wide agenda, with all
    else as it is: what each would hold out for (MODEL 5.6). The races are those of the encoding.
    """
    reading: Reading = {}
    if len(agendas(crisis)) > 1:
        for holder, gain in zip(HOLDERS, wide_less_narrow(game), strict=True):
            reading["terms", "wide_less_narrow", holder] = gain
    for name, race in _races(crisis, values, game).items():
        reading["terms", name, "challenger_concedes"] = race.challenger_concedes
        reading["terms", name, "mean_delay"] = race.mean_delay
    if venue_is_open(crisis):
        is_rival = game.settled.crisis.model.venue == crisis.model.rival_venue
        reading["terms", "venue", "is_rival"] = is_rival
    return reading


def wide_less_narrow(game: Game) -> list[float]:
    """Return by how much the talks are worth more on the wide agenda to each holder."""
    is_wide = agenda_of(game) == "wide"
    turned = on_terms(*game.settled, Terms(not is_wide, False))
    other = solved_on(turned, game.depth, game.solved.war)
    wide, narrow = (game, other) if is_wide else (other, game)
    gains: list[float] = (worth_at_start(wide) - worth_at_start(narrow)).tolist()
    return gains


def _races(crisis: Crisis, values: dict[str, float], game: Game) -> dict[str, Race]:
    """Return the race of concessions over whatever is in dispute."""
    pairs = {}
    if agenda_is_open(crisis):
        pairs["agenda"] = Terms(True, False), Terms(False, False)
    if venue_is_open(crisis):
        pairs["venue"] = venues(crisis, Terms(agenda_of(game) == "wide", False))
    war = game.solved.war
    return {
        name: race_between(crisis, values, terms, encode_coarsely, war)
        for name, terms in pairs.items()
    }
