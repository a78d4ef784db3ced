"""The range of deals in a solved game as text: whether there is one, on which agenda, for whom."""

from detente.analysis.bargaining import Bargaining
from detente.analysis.bargaining.game import CHALLENGER_TYPES, DEFENDER_TYPES, agendas
from detente.cli import terminal
from detente.cli.solving.figures import in_worlds, interval, listed, number, percent, share, yes

ALL, HALF, NONE = 1.0, 0.5, 0.0
PAIRS = tuple((a, b) for a in CHALLENGER_TYPES for b in DEFENDER_TYPES)


def show_ranges(solution: Bargaining, *, quiet: bool) -> None:
    """Print which deals both sides prefer to force, by agenda and types, and all packages."""
    terminal.say("Is there a deal that both would rather have than force?", style="bold")
    for agenda in agendas(solution.crisis):
        terminal.say(f"{_range_words(solution, agenda)}{_inside_words(solution, agenda)}")
    terminal.say()
    _show_pairs(solution)
    if not quiet:
        _explain(solution)
    terminal.say()
    for agenda in agendas(solution.crisis):
        _show_packages(solution, agenda)


def _show_pairs(solution: Bargaining) -> None:
    """Print the range of each pair of types and what lies inside; over worlds in two tables."""
    keys = [(agenda, *pair) for agenda in agendas(solution.crisis) for pair in PAIRS]
    names = [("agenda", "types"), *((agenda, f"{a}, {b}") for agenda, a, b in keys)]
    ends = [("is one", "worth from", "to"), *(_ends(solution, *key) for key in keys)]
    packages = tuple(str(package + 1) for package in range(solution.packages))
    inside = [packages, *(_inside(solution, *key) for key in keys)]
    if solution.worlds is None:
        terminal.show_table([a + b + c for a, b, c in zip(names, ends, inside, strict=True)])
        return
    terminal.show_table([a + b for a, b in zip(names, ends, strict=True)])
    terminal.say()
    terminal.show_table(
        [a + b for a, b in zip(names, inside, strict=True)], right="  " + "r" * len(packages)
    )


def _explain(solution: Bargaining) -> None:
    challenger, defender = solution.parties["challenger"], solution.parties["defender"]
    terminal.say(
        f"Worth of such deals to the challenger, {challenger}: from its own strike with the force "
        "in view (or the softest deal, if that is worth more), up to where the defender, "
        f"{defender}, is indifferent to being struck so (or the hardest deal). "
        f"1 to {solution.packages}: whether that package lies inside."
    )


def _range_words(solution: Bargaining, agenda: str) -> str:
    challenger, defender = solution.parties["challenger"], solution.parties["defender"]
    shares = {(a, b): share(solution, "agendas", agenda, "pairs", a, b, "exists") for a, b in PAIRS}
    every = "" if solution.worlds is None else ", in every world"
    if min(shares.values()) == ALL:
        return f"On the {agenda} agenda: yes{every}, whatever the types."
    if max(shares.values()) == NONE:
        return f"On the {agenda} agenda: no{every}, whatever the types."
    pairs = [
        f"between a {a} {challenger} and a {b} {defender}{_counted(solution, shares[a, b])}"
        for a, b in PAIRS
        if shares[a, b] > NONE
    ]
    return f"On the {agenda} agenda: yes, {'; '.join(pairs)}."


def _counted(solution: Bargaining, part: float) -> str:
    return "" if solution.worlds is None else f" {in_worlds(solution, part)}"


def _inside_words(solution: Bargaining, agenda: str) -> str:
    """Say which packages all pairs of types prefer to force, in most worlds, and which none do."""
    inside = {
        package: [
            share(solution, "agendas", agenda, "pairs", a, b, "inside", package) > HALF
            for a, b in PAIRS
        ]
        for package in solution.below("agendas", agenda, "packages")
    }
    of_all = [package for package, pairs in inside.items() if all(pairs)]
    of_none = [package for package, pairs in inside.items() if not any(pairs)]
    most = "" if solution.worlds is None else ", in most worlds"
    words = ""
    if of_all:
        words += f" Whatever the types, both prefer {listed(of_all)} to force{most}."
    if of_none:
        words += f" Whatever the types, one side prefers force to {listed(of_none)}{most}."
    return words


def _ends(solution: Bargaining, agenda: str, challenger: str, defender: str) -> tuple[str, ...]:
    pair = "agendas", agenda, "pairs", challenger, defender
    ends = [
        number(solution.get(*pair, end)) + interval(solution, (*pair, end))
        for end in ("lowest", "highest")
    ]
    return yes(solution, solution.get(*pair, "exists")), *ends


def _inside(solution: Bargaining, agenda: str, challenger: str, defender: str) -> tuple[str, ...]:
    pair = "agendas", agenda, "pairs", challenger, defender
    return tuple(
        yes(solution, solution.get(*pair, "inside", str(package + 1)))
        for package in range(solution.packages)
    )


def _show_packages(solution: Bargaining, agenda: str) -> None:
    names = solution.below("agendas", agenda, "packages")
    terminal.say(f"Packages on the {agenda} agenda, soft to hard:")
    for name in names:
        key = "agendas", agenda, "packages", name
        moved = [
            f"{solution.crisis.model.issues[issue].name} {percent(amount)} %"
            for issue in solution.below(*key, "issues")
            if round(100 * (amount := share(solution, *key, "issues", issue)))
        ]
        relief = percent(share(solution, *key, "relief"))
        worths = [
            f"{solution.parties[side]} {number(solution.get(*key, to))}"
            f"{interval(solution, (*key, to))}"
            for side, to in (("challenger", "to_challenger"), ("defender", "to_defender"))
        ]
        terminal.say(
            f"{name}  {', '.join(moved) or 'no issue moves'}; relief {relief} %. "
            f"Worth: {', '.join(worths)}.",
            indent=2,
            hang=5,
        )
    terminal.say()
