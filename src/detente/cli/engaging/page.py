"""The whole page of an engagement: how it was fought, each side struck, a sweep, what is next."""

import datetime as dt
import json
import shlex

from detente.analysis import wording
from detente.analysis.engagement import Defended, Engagement, Figure
from detente.cli import terminal
from detente.cli.engaging.chart import show_days
from detente.cli.engaging.figures import percent, size, worlds
from detente.cli.engaging.outcome import show_outcome
from detente.cli.engaging.sources import show_layers
from detente.cli.engaging.sweeping import show_sweep
from detente.kernel.posture import PLANS
from detente.pack import Change

LEVELS = ("little force in view", "force level 1 of 2 in view", "all its force in reach")


def show_engagement(engagement: Engagement, *, quiet: bool) -> None:
    """Print an engagement; `quiet` leaves out how to read it and what to do next."""
    _show_heading(engagement)
    _show_answer(engagement)
    if not quiet:
        _explain(engagement)
    for defended in engagement.sides.values():
        terminal.say(f"Struck: {defended.party}, by {defended.attacker}", style="bold")
        show_outcome(engagement, defended)
        show_days(engagement, defended)
        show_layers(defended)
    if engagement.swept is not None:
        show_sweep(engagement, engagement.swept, quiet=quiet)
    if not quiet:
        _show_next(engagement)


def _show_heading(engagement: Engagement) -> None:
    crisis, terms = engagement.crisis, engagement.terms
    terminal.say(f"{crisis.title} ({crisis.name}, as of {crisis.as_of.isoformat()})", style="bold")
    after = f", then {terms.rest} without" if terms.rest else ""
    terminal.say(
        f"Force against layered defence alone: {terms.days} days of raids{after}. Begun by "
        f"{_named(engagement, terms.by)}; the challenger, {_named(engagement, 'challenger')}, has "
        f"{LEVELS[terms.force]} and raids as for {wording.PLANS[PLANS.index(terms.plan)]}."
    )
    terminal.say(
        f"{engagement.futures:,} campaigns: {engagement.worlds} worlds x {engagement.campaigns}, "
        f"seed {engagement.seed}"
    )
    terminal.say()


def _named(engagement: Engagement, role: str) -> str:
    crisis = engagement.crisis
    return " or ".join(crisis.model.actors[key].name for key in crisis.all_of_role(role))


def _show_answer(engagement: Engagement) -> None:
    told = [_answer(defended) for defended in engagement.sides.values()]
    terminal.say(f"In this model {'; '.join(told)}.")
    terminal.say()


def _answer(defended: Defended) -> str:
    leakage = defended.get("leakage")
    if leakage is None:
        return f"nothing flies against {defended.party}"
    spread = worlds(defended.figures["leakage",], percent)
    return (
        f"{percent(leakage)} of 100 weapons that work pass the defence of {defended.party} "
        f"({spread} over worlds)"
    )


def _explain(engagement: Engagement) -> None:
    terminal.say(
        "mean: over all campaigns. worlds: 5th to 95th percentile of the worlds' means, chance "
        "removed: what is not known. one campaign: 5th to 95th percentile of single ones, over "
        f"both. {_enough(engagement)}"
    )
    terminal.say(
        "Leakage by the farthest that any layer got with a weapon: unseen in time, seen and no "
        "channel free, no round left, or fired at and missed. Broken: on the last evening of the "
        "raids; all of the military broken is a loss of 1. Both sides raid in full every day, "
        "whatever it costs them; who joins a side raids and is raided with it."
    )
    terminal.say()


def _enough(engagement: Engagement) -> str:
    """Say how far chance alone moves the mean leakage."""
    halves = [
        (figure.high - figure.low) / 2.0
        for defended in engagement.sides.values()
        if isinstance(figure := defended.figures.get(("leakage",)), Figure)
        and figure.low is not None
        and figure.high is not None
    ]
    if not halves:
        return ""
    return f"Chance alone moves mean leakage by {size(max(halves))} points at most (90 %)."


def _show_next(engagement: Engagement) -> None:
    crisis = engagement.crisis
    pack = shlex.quote(crisis.text.name)
    changes = "".join(
        f" --set {shlex.quote(f'{path}={_as_setting(value)}')}"
        for path, value in crisis.changes.items()
    )
    rows = [("", f"detente run {pack}{changes}", "play the whole crisis")]
    if engagement.swept is None:
        field = f"defences.{crisis.of_role('defender')}.integration"
        sweep = f"detente engage {pack}{changes} --sweep {field}=0:1:5"
        rows.append(("", sweep, "a sweep"))
    rows.append(("", f"detente evidence {pack}", "what the numbers rest on"))
    terminal.say("Next:")
    terminal.show_table(rows, has_head=False)


def _as_setting(value: Change) -> str:
    """Return a change as `--set` reads it."""
    return value.isoformat() if isinstance(value, dt.date) else json.dumps(value)
