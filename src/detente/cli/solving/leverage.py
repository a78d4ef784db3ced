"""Force in view as leverage or provocation, as text: sign, margin, and the whole game's answer."""

from detente.analysis.bargaining import Bargaining
from detente.cli import terminal
from detente.cli.solving.figures import interval, listed, margin, percent, share

STEPS = {"0_to_1": "0 to 1", "1_to_2": "1 to 2"}
LEVELS = ("0", "1", "2")
HALF = 0.5


def show_leverage(solution: Bargaining, *, quiet: bool) -> None:
    """Print the sign and the margin of more force in view, and the answers of the whole game."""
    defender = solution.parties["defender"]
    terminal.say("Leverage or provocation: does more force in view help a deal?", style="bold")
    terminal.say(_sweep_words(solution))
    terminal.say(_game_words(solution))
    terminal.say()
    _show_margins(solution)
    if not quiet:
        falls = " and ".join(_fall(solution, step) for step in STEPS)
        terminal.say(
            "Margin of one more level of force, in the limit of one stage: by how much it lowers "
            f"what the defender, {defender}, expects of being struck ({falls}), less what it adds "
            "to the price of conceding in public. Above 0 force is leverage, below it provocation."
        )
    terminal.say()
    _show_acceptance(solution, quiet=quiet)


def _fall(solution: Bargaining, step: str) -> str:
    key = "leverage", "fall", step
    return (
        f"by {margin(share(solution, *key))}{interval(solution, key, form=margin)} from level "
        + (STEPS[step])
    )


def _show_margins(solution: Bargaining) -> None:
    over = "" if solution.worlds is None else "leverage"
    head = ("", *(cell for step in STEPS.values() for cell in (step, over)))
    rows = [
        (f"package {package}", *(x for step in STEPS for x in _margins(solution, package, step)))
        for package in solution.below("leverage", "margin")
    ]
    terminal.show_table([head, *rows], right=" r r ")


def _margins(solution: Bargaining, package: str, step: str) -> tuple[str, str]:
    key = "leverage", "margin", package, step
    if solution.worlds is None:
        return margin(share(solution, *key)), _sign_word(solution, package, step)
    part = share(solution, "leverage", "is_leverage", package, step)
    value = margin(share(solution, *key), decimals=2)
    return value + interval(solution, key), f"{percent(part)} %"


def _show_acceptance(solution: Bargaining, *, quiet: bool) -> None:
    """Print the chances of acceptance by force in view, as far as forces at hand allow."""
    packages = solution.below("leverage", "accepted")
    levels = [level for level in LEVELS if level in solution.below("leverage", "accepted", "1")]
    rows = [
        (f"package {package}", *(_accepted(solution, package, level) for level in levels))
        for package in packages
    ]
    head = ("accepted, in %", *(_level_words(solution, level) for level in levels))
    terminal.show_table([head, *rows], right=" " + "r" * len(levels))
    if not quiet:
        terminal.say(
            "In the whole game, on the first day, by the level of force in view, as far as forces "
            "at hand allow. There a refusal does not bring force at once, nor surely."
        )
    terminal.say()


def _level_words(solution: Bargaining, level: str) -> str:
    """Name a level; a level that only some worlds have, with their number."""
    worlds = solution.figures["leverage", "accepted", "1", level].worlds
    only = "" if worlds == (solution.worlds or 1) else f", {worlds} worlds"
    return f"level {level}{only}"


def _accepted(solution: Bargaining, package: str, level: str) -> str:
    key = "leverage", "accepted", package, level
    spread = interval(solution, key, form=percent)
    return percent(solution.get(*key), decimals=0 if spread else 1) + spread


def _sign_word(solution: Bargaining, package: str, step: str) -> str:
    is_leverage = share(solution, "leverage", "is_leverage", package, step) > HALF
    return "leverage" if is_leverage else "provocation"


def _sweep_words(solution: Bargaining) -> str:
    """Say what the sign is over the sweep of force levels, and where it changes."""
    signs = {
        package: (_sign_word(solution, package, "0_to_1"), _sign_word(solution, package, "1_to_2"))
        for package in solution.below("leverage", "margin")
    }
    most = "" if solution.worlds is None else " in most worlds"
    if len({sign for each in signs.values() for sign in each}) == 1:
        sign = next(iter(signs.values()))[0]
        return f"In the limit of one stage force is {sign} throughout{most}."
    parts = []
    for first, last in dict.fromkeys(signs.values()):
        words = first if first == last else f"{first} up to force level 1 and {last} past it"
        packages = [package for package, each in signs.items() if each == (first, last)]
        parts.append(f"{words} for {listed(packages)}")
    return f"In the limit of one stage force is{most} {'; '.join(parts)}."


def _game_words(solution: Bargaining) -> str:
    """Say whether the whole game answers as the limit has it."""
    most = "" if solution.worlds is None else " in most worlds"
    otherwise = []
    for step, words in STEPS.items():
        packages = solution.below("leverage", "agrees")
        differing = [one for one in packages if _answers_otherwise(solution, one, step)]
        if differing:
            otherwise.append(f"for {listed(differing)} from level {words}")
    if not otherwise:
        return f"The whole game nowhere answers the other way{most}."
    return f"The whole game answers the other way{most} {', '.join(otherwise)}."


def _answers_otherwise(solution: Bargaining, package: str, step: str) -> bool:
    agrees = solution.get("leverage", "agrees", package, step)
    return agrees is not None and agrees < HALF
