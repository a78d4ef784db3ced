"""The whole page of a solved bargaining game: on what it rests, its parts, and what is next."""

import datetime as dt
import json
import shlex

from detente.analysis import wording
from detente.analysis.bargaining import Bargaining, Figure
from detente.analysis.bargaining.game import CHALLENGER_TYPES, DEFENDER_TYPES
from detente.cli import terminal
from detente.cli.solving.choices import show_answers, show_moves
from detente.cli.solving.figures import interval, number, percent, share
from detente.cli.solving.leverage import show_leverage
from detente.cli.solving.mediators import show_mediators
from detente.cli.solving.ranges import show_ranges
from detente.cli.solving.terms import show_terms
from detente.ensemble.encode.agenda import AGENDA, agenda_is_open
from detente.pack import Change

MOST_UNSETTLED = 0.01
"""A game with a larger share of unsettled decisions is not to be relied on."""


def show_solution(solution: Bargaining, *, quiet: bool) -> None:
    """Print a solved game; `quiet` leaves out how to read it and what to do next."""
    _show_heading(solution)
    if not quiet:
        _explain(solution)
    show_terms(solution)
    show_ranges(solution, quiet=quiet)
    show_moves(solution, quiet=quiet)
    show_answers(solution, quiet=quiet)
    show_leverage(solution, quiet=quiet)
    show_mediators(solution, quiet=quiet)
    _show_solver(solution, quiet=quiet)
    if not quiet:
        _show_next(solution)


def _show_heading(solution: Bargaining) -> None:
    crisis = solution.crisis
    terminal.say(f"{crisis.title} ({crisis.name}, as of {crisis.as_of.isoformat()})", style="bold")
    if solution.worlds is None:
        where = "the median world: every number at its median, every switch at its likelier side"
    else:
        plural = "s" if solution.worlds > 1 else ""
        where = (
            f"{solution.worlds} world{plural}, seed {solution.seed}: medians over worlds, in "
            "brackets the 5th and 95th percentile; --json has both for every number"
        )
    terminal.say(f"The bargaining alone, solved and not played, in {where}.")
    terminal.say()


def _explain(solution: Bargaining) -> None:
    challenger, defender = solution.parties["challenger"], solution.parties["defender"]
    level = share(solution, "force_at_start")
    terminal.say(
        "In this model each side is of one of two types, which the other does not know: "
        f"a hard or a soft {challenger}, a tough or a weak {defender}. A war hurts the hard and "
        "the tough less. "
        f"Believed at the start: a hard {challenger} {_believed(solution, 'hard')}; "
        f"a tough {defender} {_believed(solution, 'tough')}."
    )
    terminal.say(
        "Worths are in shares of what all issues together are worth to that side, chances in %. "
        f"Force in view at the start: level {level:.0f} of 2."
    )
    if solution.worlds is not None:
        terminal.say("Outside the section on the range, packages are those of a world's agenda.")
    _show_switches(solution)
    terminal.say()


def _believed(solution: Bargaining, kind: str) -> str:
    spread = interval(solution, ("beliefs", kind), form=percent)
    return wording.belief(share(solution, "beliefs", kind)) + spread


def _show_switches(solution: Bargaining) -> None:
    """Say which side of each open yes or no the median world takes."""
    taken = [
        f"{path} {'on' if switch.taken else 'off'} (on with {percent(switch.chance)} %)"
        for path, switch in solution.switches.items()
        if 0.0 < switch.chance < 1.0 and not (path == AGENDA and agenda_is_open(solution.crisis))
    ]
    if taken:
        terminal.say(f"Likelier sides taken: {', '.join(taken)}.")


def _show_solver(solution: Bargaining, *, quiet: bool) -> None:
    terminal.say("How well the game is solved", style="bold")
    a_world = "" if solution.worlds is None else " a world"
    folded, unsettled = (
        percent(share(solution, "solver", name), decimals=1)
        for name in ("folded_share", "unsettled_share")
    )
    terminal.say(
        f"{share(solution, 'solver', 'nodes'):,.0f} decisions{a_world}, "
        f"{share(solution, 'solver', 'evaluations_a_node'):.1f} evaluations each; several "
        f"equilibria in {folded} % of rows; {unsettled} % of decisions unsettled (at most 1 % may "
        f"be); largest residual {share(solution, 'solver', 'worst_residual'):.4f} in log-odds"
        f"{interval(solution, ('solver', 'worst_residual'), form='{:.4f}'.format)}."
    )
    if _largest(solution, "solver", "unsettled_share") > MOST_UNSETTLED:
        terminal.say("Too many decisions are unsettled to rely on this; try --grid fine.")
    gains = [
        f"{number(solution.get('solver', 'exploitability', holder))} if {holder}"
        for holder in (*CHALLENGER_TYPES, *DEFENDER_TYPES)
    ]
    terminal.say(f"What a type would gain by always choosing best: {', '.join(gains)}.")
    if not quiet:
        terminal.say(
            "In this model both sides choose a better move more often, not always, and not at once."
        )
    terminal.say()


def _largest(solution: Bargaining, *key: str) -> float:
    """Return a figure, over worlds its 95th percentile."""
    figure = solution.figures[key]
    high = figure.spread_high if isinstance(figure, Figure) else None
    return figure[0] if high is None else high


def _show_next(solution: Bargaining) -> None:
    pack = shlex.quote(solution.crisis.text.name)
    changes = "".join(
        f" --set {shlex.quote(f'{path}={_as_setting(value)}')}"
        for path, value in solution.crisis.changes.items()
    )
    rows = [("", f"detente run {pack}{changes}", "play it: how it may end")]
    if solution.worlds is None:
        rows.append(("", f"detente solve {pack}{changes} --worlds 64", "over what is not known"))
    rows.append(("", f"detente evidence {pack}", "what the numbers rest on"))
    terminal.say("Next:")
    terminal.show_table(rows, has_head=False)


def _as_setting(value: Change) -> str:
    """Return a change as `--set` reads it."""
    return value.isoformat() if isinstance(value, dt.date) else json.dumps(value)
