"""What each mediator is worth, as text: its access, and what its message would do."""

from detente.analysis.bargaining import Bargaining
from detente.cli import terminal
from detente.cli.solving.figures import holders, interval, margin, percent, share, yes


def show_mediators(solution: Bargaining, *, quiet: bool) -> None:
    """Print what the access of each mediator is worth to whom, and what its message would do."""
    terminal.say("What each mediator's access is worth", style="bold")
    keys = solution.below("mediators")
    if not keys:
        terminal.say("No mediator has access to both sides.")
        terminal.say()
        return
    _show_worths(solution, keys)
    if not quiet:
        terminal.say(
            "By how much the crisis is worth more at its start, to each type, with this mediator's "
            "help than without. What its message may tell is not counted in that."
        )
    terminal.say()
    _show_messages(solution, keys, quiet=quiet)


def _show_worths(solution: Bargaining, keys: list[str]) -> None:
    """Print one row a mediator; over worlds one a type, with the spread."""
    sides = [side for side, _ in holders(solution)]
    if solution.worlds is None:
        rows = [
            (_name(solution, key), *(_worth(solution, key, side) for side in sides)) for key in keys
        ]
        terminal.show_table([("", *sides), *rows], right=" " + "r" * len(sides))
        return
    pairs = [
        (_name(solution, key) if side == sides[0] else "", side, _worth(solution, key, side))
        for key in keys
        for side in sides
    ]
    terminal.show_table([("", "to", "worth"), *pairs])


def _worth(solution: Bargaining, key: str, side: str) -> str:
    path = "mediators", key, "worth", side
    return margin(share(solution, *path)) + interval(solution, path, form=margin)


def _show_messages(solution: Bargaining, keys: list[str], *, quiet: bool) -> None:
    terminal.say("What its one message would do on the first day", style="bold")
    head = ("", "is believed", "after tough", "after weak")
    terminal.show_table([head, *(_message_row(solution, key) for key in keys)], right=" rrr")
    if not quiet:
        defender = solution.parties["defender"]
        terminal.say(
            "Is believed: only if to tell the truth would pay for this mediator, whatever it "
            "holds. After tough, after weak: the chance, in %, of a tough "
            f"{defender} if the message says so and is believed."
        )
    terminal.say()


def _message_row(solution: Bargaining, key: str) -> tuple[str, ...]:
    if share(solution, "mediators", key, "report_rate") <= 0.0:
        return _name(solution, key), "sends none", "", ""
    believed = yes(solution, solution.get("mediators", key, "is_believed"))
    after = [
        percent(share(solution, "mediators", key, each))
        + interval(solution, ("mediators", key, each), form=percent)
        for each in ("if_tough", "if_weak")
    ]
    return _name(solution, key), believed, *after


def _name(solution: Bargaining, key: str) -> str:
    return solution.crisis.model.actors[key].name
