"""Both sides' choices in a solved game as tables: who does what when, and what is accepted."""

from detente.analysis.bargaining import Bargaining
from detente.analysis.bargaining.choices import BELIEFS, ULTIMATUM, WITHIN
from detente.analysis.bargaining.game import CHALLENGER_TYPES, DEFENDER_TYPES
from detente.cli import terminal
from detente.cli.solving.figures import percent

TYPES = {"challenger": CHALLENGER_TYPES, "defender": DEFENDER_TYPES}
REGIMES = {"no_text": "no text ready", "text_ready": "a text ready"}
LEAST = 0.005
"""Moves that stay below this chance throughout are not told in the table."""
OFFER = "offer_"
WORDS = {
    "drop": "drops its demand",
    "lower": "lowers its force",
    "raise": "raises its force",
    "ultimatum": "sets an ultimatum",
    "walk_out": "walks out",
    "strike": "strikes",
    "yield": "yields without a text",
    "vow": "vows to answer force",
    "advance": "advances its programme",
}


def show_moves(solution: Bargaining, *, quiet: bool) -> None:
    """Print the chances of each move of both sides."""
    terminal.say(f"Who does what when: chance within {WITHIN} days, in %", style="bold")
    for side, types in TYPES.items():
        for regime, words in REGIMES.items():
            _show_side(solution, side, regime, f"{solution.parties[side]}, {words}")
        if not quiet:
            terminal.say(f"Before the stroke {types[0]}, after it {types[1]}.")
        terminal.say()
    if not quiet:
        terminal.say(
            "Chance of at least one such move in the 30 days from each of these on, if each day "
            "were as this one, with the beliefs and the force of the start: how readily a move is "
            "made, not how likely it is to happen by then. Left out: moves below 0.5 % throughout."
        )
        terminal.say()


def _show_side(solution: Bargaining, side: str, regime: str, title: str) -> None:
    days = solution.below("moves", side, regime)
    offers = [f"{OFFER}{package + 1}" for package in range(solution.packages)]
    rows = [
        (_move_words(move), *(_cell(solution, side, (regime, day, move)) for day in days))
        for move in (*offers, *WORDS)
        if _is_told(solution, side, regime, move)
    ]
    terminal.say(f"{title}:")
    head = ("  from", *(f"day {day}" for day in days))
    terminal.show_table(
        [head, *(rows or [("  nothing", *("-" for _ in days))])], right=" " + "r" * len(head[1:])
    )


def _is_told(solution: Bargaining, side: str, regime: str, move: str) -> bool:
    return any(
        (solution.get("moves", side, regime, day, move, kind) or 0.0) >= LEAST
        for day in solution.below("moves", side, regime)
        for kind in TYPES[side]
    )


def _cell(solution: Bargaining, side: str, key: tuple[str, str, str]) -> str:
    chances = [percent(solution.get("moves", side, *key, kind)) for kind in TYPES[side]]
    return "/".join(chances)


def _move_words(move: str) -> str:
    name, _, package = move.partition(OFFER)
    return f"  offers package {package}" if package else f"  {WORDS[name]}"


def show_answers(solution: Bargaining, *, quiet: bool) -> None:
    """Print the chances of acceptance by what is believed of the other side."""
    challenger, defender = solution.parties["challenger"], solution.parties["defender"]
    terminal.say("What is accepted, in %, by what is believed on the first day", style="bold")
    title = f"{defender}, by the chance that it faces a hard {challenger}:"
    _show_side_answers(solution, "defender", title)
    terminal.say()
    title = f"{challenger}, by the chance that it faces a tough {defender}:"
    _show_side_answers(solution, "challenger", title)
    if not quiet:
        terminal.say("Before the stroke tough, or hard; after it weak, or soft.")
    terminal.say()


def _show_side_answers(solution: Bargaining, side: str, title: str) -> None:
    questions = solution.below("answers", side)
    rows = [
        (
            "  an ultimatum" if question == ULTIMATUM else f"  package {question}",
            *(
                "/".join(
                    percent(solution.get("answers", side, question, kind, str(belief)))
                    for kind in TYPES[side]
                )
                for belief in BELIEFS
            ),
        )
        for question in questions
    ]
    head = ("  at", *(f"{percent(belief)} %" for belief in BELIEFS))
    terminal.say(title)
    terminal.show_table([head, *rows], right=" " + "r" * len(head[1:]))
