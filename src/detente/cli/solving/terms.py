"""Before the talks, as text: their terms, how these were settled, and what hangs on them."""

from detente.analysis.bargaining import Bargaining
from detente.analysis.bargaining.game import agendas
from detente.cli import terminal
from detente.cli.solving.figures import holders, in_worlds, interval, number, percent, share
from detente.ensemble.encode.agenda import agenda_is_open, venue_is_open


def show_terms(solution: Bargaining) -> None:
    """Print the terms of the talks and what the agenda is worth."""
    terminal.say("Before the talks", style="bold")
    terminal.say(_agenda_words(solution))
    terminal.say(_venue_words(solution))
    if len(agendas(solution.crisis)) > 1:
        terminal.say(_agenda_stakes(solution))
    terminal.say()


def _agenda_words(solution: Bargaining) -> str:
    if len(agendas(solution.crisis)) == 1:
        return "The talks are about all issues: none lies beyond the narrow agenda."
    wide = share(solution, "agendas", "wide", "played")
    if solution.worlds is None:
        held = f"on the {'wide' if wide else 'narrow'} agenda"
    else:
        held = f"on the wide agenda {in_worlds(solution, wide)}"
    if agenda_is_open(solution.crisis):
        return f"{_race_words(solution, 'agenda')} Taken here: {held}."
    return f"The talks are {held}, as the pack has it."


def _venue_words(solution: Bargaining) -> str:
    model = solution.crisis.model
    if not venue_is_open(solution.crisis) or model.rival_venue is None:
        return f"They are held in {model.venue.place}, as the pack has it."
    rival = share(solution, "terms", "venue", "is_rival")
    if solution.worlds is None:
        held = f"in {model.rival_venue.place if rival else model.venue.place}"
    else:
        held = f"in {model.rival_venue.place} {in_worlds(solution, rival)}, else in "
        held += model.venue.place
    return f"{_race_words(solution, 'venue')} Taken here: {held}."


def _race_words(solution: Bargaining, what: str) -> str:
    first, delay = ("terms", what, "challenger_concedes"), ("terms", what, "mean_delay")
    spread = interval(solution, first, form=percent)
    days = interval(solution, delay, form="{:.0f}".format)
    return (
        f"The {what} is in dispute. Chance that it is {solution.parties['challenger']} that "
        f"concedes it first: {percent(share(solution, *first))} %{spread}; one of the two does "
        f"after {share(solution, *delay):.0f}{days} days on average."
    )


def _agenda_stakes(solution: Bargaining) -> str:
    gains = [
        f"{number(solution.get('terms', 'wide_less_narrow', holder), sign=True)}"
        f"{interval(solution, ('terms', 'wide_less_narrow', holder))} to {name}"
        for holder, name in holders(solution)
    ]
    return f"The wide agenda in place of the narrow one would be worth {', '.join(gains)}."
