"""What hangs on the claims of a run, as text: the weakest with the most weight first."""

import shlex
from collections.abc import Iterator

from detente.analysis import wording
from detente.analysis.influence import ClaimInfluence, Influences, Shift
from detente.cli import terminal
from detente.ensemble.versions import command_to_grow

MOST_CLAIMS = 12
"""Claims that are listed of those on which something hangs."""
LONGEST_NAME = 34
"""A longer key of a claim is cut, so that the table fits 80 columns."""
TOO_SMALL = "too small to tell"


def show_influence(found: Influences, *, quiet: bool) -> None:
    """Print how far outcomes move if a claim is wrong; `quiet` leaves out how to read it."""
    record = found.run.record
    names = [wording.NAMES[outcome] for outcome in found.outcomes]
    terminal.say(
        f"{record.title} ({record.name}, as of {record.as_of}): what hangs on each claim",
        style="bold",
    )
    counts = " and ".join(
        f"{wording.NAMES[outcome]} comes in {wording.of_100(share)}"
        for outcome, share in found.shares.items()
    )
    terminal.say(f"In this model {counts} of 100 futures.")
    for note in found.notes:
        terminal.say(f"Note: {note}.")
    asked = {key: one for key, one in found.claims.items() if one.shifts}
    if asked:
        terminal.say("If a claim is wrong, that moves by so many of 100, either way:")
        head = ("claim", "grade", *(cell for name in names for cell in (name, "90 %")))
        rows = [_row(key, one, found.outcomes) for key, one in list(asked.items())[:MOST_CLAIMS]]
        terminal.show_table([head, *rows], right="  " + "r" * 2 * len(names))
        for sentence in _counts(found, asked):
            terminal.say(sentence)
    for sentence in _silent(found):
        terminal.say(sentence)
    if asked and not quiet:
        _explain(found)
    terminal.say()


def _row(key: str, one: ClaimInfluence, outcomes: tuple[str, ...]) -> tuple[str, ...]:
    name = key if len(key) <= LONGEST_NAME else f"{key[: LONGEST_NAME - 1]}…"
    cells = (cell for outcome in outcomes for cell in _cells(one.shifts[outcome]))
    return (name, one.claim.grade, *cells)


def _cells(shift: Shift) -> tuple[str, str]:
    """Return a shift and its interval; one that cannot be told from none is not told."""
    mark = "*" if shift.stands_out else ""
    if not shift.is_told:
        return "?", f"0-{_points(shift.high)}"
    return f"{_points(shift.shift)}{mark}", f"{_points(shift.low)}-{_points(shift.high)}"


def _points(share: float) -> str:
    return f"{100.0 * share:.0f}"


def _counts(found: Influences, asked: dict[str, ClaimInfluence]) -> Iterator[str]:
    """Yield how many claims can be told, and how many would by chance alone."""
    for outcome in found.outcomes:
        shifts = [one.shifts[outcome] for one in asked.values()]
        told, stand_out = (
            sum(shift.is_told for shift in shifts),
            sum(shift.stands_out for shift in shifts),
        )
        yield (
            f"{wording.NAMES[outcome]}: {told} of {len(asked)} claims can be told from none, where "
            f"about {0.05 * len(asked):.0f} would by chance alone; {stand_out} stand out from the "
            "largest that chance makes of so many (*)."
        )


def _silent(found: Influences) -> Iterator[str]:
    """Say on which claims nothing hangs in this run, and why."""
    fixed = {key: one for key, one in found.claims.items() if one.fixed and not one.fields}
    nothing = sum(not one.fixed and not one.fields for one in found.claims.values())
    if fixed:
        field = next(iter(fixed.values())).fixed[0]
        pack = shlex.quote(found.run.record.source)
        yield (
            f"Not varied in this run: {', '.join(fixed)}. What hangs on one of them is told by "
            f"another run, such as detente run {pack} --set {field}=VALUE."
        )
    if nothing:
        yield f"{nothing} claims have no number that rests on them: they move nothing here."


def _explain(found: Influences) -> None:
    run = found.run
    more = command_to_grow(run.folder, run.record, worlds=4 * run.record.settings.worlds)
    terminal.say(
        "Wrong: the claim's numbers lie where these worlds have them farthest from their middle, "
        "at the less likely answer of a chance or the end of a range, several of them in the "
        "direction that moves the outcome most; all else goes on as the worlds have it. The "
        f"outcome may move either way. ?: {TOO_SMALL}."
    )
    terminal.say(
        "Order: what can be told first, then by weakness of the grade (A1 1/6 to F6 1) times the "
        "larger shift. The largest of many is an overestimate; docs/evidence.md says how this is "
        f"measured. More worlds tell more: {more}"
    )
