"""Why one future had war, or had none, as text."""

from detente.analysis import wording
from detente.analysis.causes import Story
from detente.analysis.causes.words import NAMES, listed
from detente.cli import terminal
from detente.cli.trace import show_trace


def show_story(story: Story, *, quiet: bool) -> None:
    """Print one future and why it had war; `quiet` leaves out how to read it."""
    show_trace(story.trace, quiet=quiet)
    terminal.say()
    terminal.say("Why", style="bold")
    for line in lines_of(story):
        terminal.say(line)
    terminal.say()
    terminal.say("Without each, everything else as it was and on the same draws", style="bold")
    rows: list[tuple[str, ...]] = [("without", "ends as", "on day", "credit")]
    for key, instead in story.instead.items():
        ending = wording.NAMES[instead.ending]
        rows.append((NAMES[key], ending, str(instead.day), str(story.shapley[key])))
    terminal.show_table(rows, right="  rr")
    if not quiet:
        terminal.say(
            "Credit is the Shapley value; together with war that comes with every mechanism off "
            f"({int(story.is_there_anyway)}) it adds up to {int(story.is_war)}."
        )


def lines_of(story: Story) -> list[str]:
    """Return in words which removals would have prevented the war, or brought one."""
    if not story.is_war:
        return _of_peace(story)
    removals = story.prevented_by
    if not removals:
        return ["In this model this war comes whatever is removed, all six mechanisms included."]
    if len(removals[0]) == 1:
        ways = listed([one for (one,) in removals], "or")
        lines = [f"In this model the removal of {ways} would have prevented this war."]
    else:
        ways = "; or ".join(listed(one) for one in removals)
        lines = [
            "No removal of a single mechanism prevents this war: it is overdetermined.",
            f"In this model it takes the removal of {ways}.",
        ]
    if story.is_deliberate:
        lines.append("A deliberate war: it comes with first strike and commitment alone as well.")
    return lines


def _of_peace(story: Story) -> list[str]:
    lines = ["This future has no war."]
    if story.created_by:
        ways = listed(story.created_by, "or")
        lines.append(f"In this model the removal of {ways} would have brought one.")
    else:
        lines.append("No removal of a single mechanism would have brought one.")
    return lines
