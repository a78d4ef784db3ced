"""Under which few assumptions an outcome is likely, as text, with help to read it."""

import shlex

from detente.analysis import wording
from detente.analysis.discovery import Discovery
from detente.analysis.discovery.answer import Scenario
from detente.analysis.discovery.words import words_of
from detente.cli import terminal
from detente.ensemble.versions import command_to_grow


def show_discovery(found: Discovery, *, quiet: bool) -> None:
    """Print the boxes; `quiet` leaves out how to read them and what to do next."""
    record, name = found.run.record, wording.NAMES[found.outcome]
    terminal.say(
        f"{record.title} ({record.name}, as of {record.as_of}): when {name} is likely",
        style="bold",
    )
    terminal.say(
        f"{record.settings.worlds:,} worlds x {record.settings.futures_of_a_world:,} futures, "
        f"option {found.option}"
    )
    terminal.say()
    terminal.say(
        f"In this model {name} comes in {wording.of_100(found.share)} of 100 futures over all "
        "worlds."
    )
    terminal.say()
    for note in found.notes:
        terminal.say(f"Note: {note}.")
    for place, box in enumerate(found.boxes, 1):
        _show_box(place, box, found)
    if not quiet:
        _explain(found)


def _show_box(place: int, box: Scenario, found: Discovery) -> None:
    worlds = found.run.record.settings.worlds
    beside = " in worlds outside the boxes above" if place > 1 else ""
    terminal.say(f"Box {place}{beside}: {_all_of(box)}", style="bold")
    for rule in box.rules:
        terminal.say(f"- {words_of(rule)}", indent=2, hang=4)
    terminal.say(
        f"There it comes in {wording.of_100(box.density)} of 100 futures (density), against "
        f"{wording.of_100(found.share)} of 100 over all; {wording.of_100(box.coverage)} of 100 of "
        f"all such futures lie there (coverage), in {box.worlds} of {worlds} worlds."
    )
    if box.held_out is not None:
        terminal.say(
            f"In worlds that a search among seven eighths did not see: "
            f"{wording.of_100(box.held_out.mean)} of 100 (90 % interval "
            f"{100 * box.held_out.low:.0f}-{100 * box.held_out.high:.0f})."
        )
    terminal.say(
        f"Searches among shares dealt out at random find as much in {100 * box.chance:.1g} of 100."
    )
    terminal.say()


def _all_of(box: Scenario) -> str:
    return "if all of these hold" if len(box.rules) > 1 else "if this holds"


def _explain(found: Discovery) -> None:
    terminal.say(
        "density: how likely the outcome is where the rules hold; it was chosen for being high, so "
        "that the share in unseen worlds is the honest one. coverage: how much of the outcome the "
        "rules catch; what lies outside them is not safe. quasi-p: the chance that worlds at "
        "random do as well without this rule; above .05 a rule is dropped. Boxes are found in "
        "worlds, not tested by intervening: a rule may stand for what goes with it."
    )
    terminal.say()
    folder = shlex.quote(str(found.run.folder))
    rows = [("", f"detente drivers {folder} --outcome {found.outcome}", "what it turns on")]
    if not found.enough:
        more = 4 * found.run.record.settings.worlds
        command = command_to_grow(found.run.folder, found.run.record, worlds=more)
        rows.append(("", command, "more worlds"))
    terminal.say("Next:")
    terminal.show_table(rows, has_head=False)
