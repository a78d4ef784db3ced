"""What an outcome turns on, as text: groups, numbers, how to read them, what to do next."""

import shlex
from collections.abc import Iterable, Mapping

from detente.analysis import wording
from detente.analysis.drivers import Drivers
from detente.analysis.drivers.answer import LEAST_WORLDS, WIDEST, is_told
from detente.analysis.drivers.given import Effect, SensitivityIndex
from detente.cli import terminal
from detente.ensemble.versions import command_to_grow

MOST_NUMBERS = 12
"""Numbers that are listed, of those whose part is surely above none."""
LONGEST_NAME = 44
"""A longer name is cut in the middle, so that tables fit 80 columns."""
METHODS = {
    "given_data": "from the run's own worlds, nothing played anew",
    "design": "from a Sobol design of new worlds",
    "shapley": "Shapley effects from the run's own worlds",
}
TOO_WIDE = "too small to tell"


def show_drivers(found: Drivers, *, quiet: bool) -> None:
    """Print what an outcome turns on; `quiet` leaves out how to read it and what to do next."""
    _show_heading(found)
    for note in found.notes:
        terminal.say(f"Note: {note}.")
    if found.groups:
        _show_table("Groups of numbers", found.groups)
    if found.method == "given_data" and found.numbers:
        _show_numbers(found.numbers)
    elif found.numbers:
        _show_table("Numbers", found.numbers)
    if found.effects:
        _show_enough(found)
    if not quiet:
        _explain(found)
        _show_next(found)


def _show_heading(found: Drivers) -> None:
    record, name = found.run.record, wording.NAMES[found.outcome]
    terminal.say(
        f"{record.title} ({record.name}, as of {record.as_of}): what {name} turns on", style="bold"
    )
    terminal.say(f"{found.worlds:,} worlds, option {found.option}, {METHODS[found.method]}")
    terminal.say()
    terminal.say(
        f"In this model {name} comes in {wording.of_100(found.share)} of 100 futures. Over worlds "
        f"that differs by {100 * found.spread:.0f} of 100 either way (one standard deviation, "
        "chance removed). Below is which part of that variance is due to what."
    )
    terminal.say()


def _show_table(title: str, effects: Mapping[str, Effect]) -> None:
    has_credit = any(effect.shapley for effect in effects.values())
    terminal.say(f"{title}, % of the variance over worlds", style="bold")
    head = ("", "credit", "90 %", "alone") if has_credit else ("", "alone", "90 %", "all", "90 %")
    order = sorted(effects, key=lambda name: (-effects[name].main.low, -effects[name].main.share))
    rows = [(_cut(name), *_cells(effects[name])) for name in order]
    terminal.show_table([head, *rows], right=" rrrr"[: len(head)])
    terminal.say()


def _show_numbers(numbers: Mapping[str, Effect]) -> None:
    """List the numbers that do something for sure; say how many cannot be told from none."""
    sure = {
        name: effect
        for name, effect in numbers.items()
        if effect.first.low > 0.0 or (is_told(effect) and effect.total.low > 0.0)
    }
    listed = sorted(sure, key=lambda name: -sure[name].first.low)[:MOST_NUMBERS]
    if listed:
        _show_table("Single numbers that stand out", {name: sure[name] for name in listed})
        by_chance = 0.05 * len(numbers)
        terminal.say(
            f"{len(sure)} of {len(numbers)} numbers stand out from none, {len(listed)} are listed; "
            f"about {by_chance:.0f} would by chance alone if none did anything."
        )
    else:
        terminal.say(f"None of {len(numbers)} single numbers can be told from one without effect.")
    terminal.say()


def _cells(effect: Effect) -> Iterable[str]:
    if effect.shapley is not None:
        return (*_pair(effect.shapley), _percent(effect.first.share))
    return (*_pair(effect.first), *_pair(effect.total))


def _pair(part: SensitivityIndex) -> tuple[str, str]:
    """Return a part and its ends; a part that is not known well enough is not told."""
    ends = f"{_percent(part.low)}-{_percent(part.high)}"
    is_wide = part.high - part.low > WIDEST
    return ("?" if is_wide else _percent(part.share)), ends


def _percent(share: float) -> str:
    return f"{100.0 * share:.0f}"


def _cut(name: str) -> str:
    if len(name) <= LONGEST_NAME:
        return name
    half = (LONGEST_NAME - 1) // 2
    return f"{name[:half]}…{name[-half:]}"


def _show_enough(found: Drivers) -> None:
    told = sum(map(is_told, found.effects.values()))
    if found.enough:
        terminal.say("Enough worlds? Yes: no interval is wider than a quarter of the variance.")
    else:
        terminal.say(
            f"Enough worlds? No: {TOO_WIDE} for {len(found.effects) - told} of "
            f"{len(found.effects)}, whose intervals are wider than a quarter of the variance (?)."
        )
    terminal.say()


def _explain(found: Drivers) -> None:
    if found.method == "shapley":
        terminal.say(
            "credit: what a number adds to the others of the accepted set, averaged over all "
            "orders; these add up. alone: what it explains on its own, through what goes with it."
        )
    else:
        terminal.say(
            "alone: what would vanish if this were known and nothing else. all: what would be left "
            "if everything but this were known; it counts what it does together with others, so "
            "that these do not add up to 100. A table's group holds all its numbers; correlated "
            "numbers are one group; accepted: the row of the accepted set."
        )
    terminal.say(
        "90 %: interval over worlds. In this model, and for the ranges of this pack: a number that "
        "is known well moves little, however much it matters."
    )
    terminal.say()


def _show_next(found: Drivers) -> None:
    folder, outcome = shlex.quote(str(found.run.folder)), found.outcome
    rows = [("", f"detente discover {folder} --outcome {outcome}", "under which assumptions")]
    if not found.enough and found.method != "design":
        more = max(1024, 2 * found.worlds)
        command = command_to_grow(found.run.folder, found.run.record, worlds=more)
        rows.append(("", command, "more worlds"))
    if found.method == "given_data" and found.worlds >= LEAST_WORLDS:
        command = f"detente drivers {folder} --outcome {outcome} --design"
        rows.append(("", command, "groups, from new worlds"))
    terminal.say("Next:")
    terminal.show_table(rows, has_head=False)
