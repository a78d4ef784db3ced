"""What a report may say in words of the options that it compares: phrases, by their place."""

from collections.abc import Iterator

from verification.numbers_of_conditions import ENOUGH, LEAST_WORLDS
from verification.numbers_of_options import BASE, GOAL, Options, side, weighed
from verification.phrases_of_packs import Known

GROUPS = ("Help", "Trade", "Hurt", "Not clear")
MOST_DRAWN = 12
"""Options that are drawn where none changes the outcome beyond its interval."""
FEW_WORLDS = 16
THRESHOLD = f"war (regional or not) below {100 * GOAL:g} %"


def add(found: Known, options: Options) -> None:
    """Add how many options help, hurt and are drawn, and under which number each stands."""
    told = (*_sizes(options), *_groups(options))
    for part in ("options_matrix", "options_any_war", "brief-options, text", "options, text"):
        found[part, ""].add(told)
    found["options_any_war", ""].add(_ranked(options))
    found["options-thresholds", ""].add([THRESHOLD])
    rests = (numbers[0] for numbers in weighed(options) if len(numbers) == 1)
    few = [f"rest on {worlds:.1f} worlds" for worlds in rests if worlds < ENOUGH]
    place = found["options, text", ""]
    place.add((THRESHOLD, f"; {_counted(options.tied, 'other')} cannot be", *few))
    place.add(numbers=[options.happened(BASE).shape[0]])


def _sizes(options: Options) -> Iterator[str]:
    """Yield how much was played of each option, and what so few worlds leave open."""
    worlds, each = options.happened(BASE).shape
    yield from (f"{each} futures of each", f"{worlds} worlds")
    yield from (f"--worlds {2 * worlds}", f"--option-worlds {2 * worlds}")
    if worlds < LEAST_WORLDS:
        yield f"too few worlds to tell: {worlds}, of {LEAST_WORLDS} at least"
    if worlds < FEW_WORLDS:
        yield f"{worlds} world(s)"


def _groups(options: Options) -> Iterator[str]:
    """Yield how many options help, trade and hurt, and the number before the name of each."""
    sizes = [len(group) for group in options.groups]
    does = zip(("clearly help", "trade", "hurt"), sizes, strict=False)
    each = ", ".join(f"{size} {verb}{'s' * (size == 1)}" for verb, size in does)
    yield f"Of {_counted(sum(sizes), 'option')}, {each}"
    yield from (f"{name}: {size}" for name, size in zip(GROUPS, sizes, strict=True))
    yield f"Not clear, not drawn: {sizes[-1]}"
    for number, name in enumerate(options.shown, 1):
        yield from (f"{number} {options.called[name]}", f"{number} {options.says[name]}")
        yield f"{number} {_clause(options.says[name])}"


def _clause(says: str) -> str:
    """Return what is said up to the first stop."""
    return min((says.partition(stop)[0] for stop in ",:;"), key=len)


def _ranked(options: Options) -> Iterator[str]:
    """Yield how many options clearly change war, and how many are not drawn."""
    changes = [options.changes[name]["any_war"] for name in options.names]
    signs, whole = [side(one) for one in changes], _counted(len(changes), "option")
    helps, hurts = (
        f"{size} clearly {verb}{'s' * (size == 1)}"
        for verb, size in (("help", signs.count(-1)), ("hurt", signs.count(1)))
    )
    yield f"Of {whole}, {helps} and {hurts}"
    unsure = sum(low <= 0 <= high for _, low, high, *_ in changes)
    left = unsure if unsure < len(changes) else max(0, unsure - MOST_DRAWN)
    yield f"Not drawn: {_counted(left, 'option')}"


def _counted(many: int, noun: str) -> str:
    return f"{many} {noun}{'s' * (many != 1)}"
