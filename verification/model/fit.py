"""Compares candidate numbers with history on the reference packs, within seconds, for a search.

`python -m verification.model.fit [FILE] [--set PATH=VALUE]` plays both packs that represent past
crises with the numbers of a file. It prints the moments by which a fit is accepted next to history,
their distance, and how much likelier force is after a raise. `--all` prints all other moments, too;
`--strength` plays the challenger weaker and stronger on the same draws. With `--search MINUTES` it
then tries other numbers at random, keeps those that are closer to history, and writes the closest
to `--out`.

A file is TOML with a table `numbers`: by path, a figure or a table as in a pack. In a path a role
may replace its actor and * any key, as in `"actors.challenger.war_cost" = 0.19`; a number of the
pack of one start alone is written as `"violent/actors.challenger.motive"`. A table `search` lists
what a search may change, a range [low, high] by path: a figure varies within it; a range varies
with its middle, and its ends move along.
"""

import argparse
import math
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np

from detente.cli import terminal
from detente.endings import Ending, numbers_of, titled
from detente.kernel.layout import Array
from detente.lab.calibration.moments import HORIZON, STRENGTHS, Moment, moments, off
from detente.lab.reference import REFERENCES
from detente.lab.views.calibration import title_of
from detente.pack import load
from detente.pack.writing import lines_of as lines_of_toml
from detente.questions.past.definitions import LEVELS, STARTS, length_key
from detente.questions.past.played import Played, count_rows
from verification.model.calibration import figure_of, lines_of, report
from verification.model.conditional import under_conditions
from verification.model.force import (
    LEAST_RATIO,
    RATIO_SPREAD,
    WINDOW,
    count_force,
    raise_ratio,
)
from verification.model.sampling import (
    keep_numbers,
    play_sample,
    sample_of,
    with_means,
    with_numbers,
)

Numbers = Mapping[str, Any]
FARTHEST = 4.0
"""Standard errors of history beyond which a moment is no farther off."""
SETTLED = tuple(map(Ending, numbers_of("yields", "fades", "failed")))
"""How a dispute stands at the end, where no moment says it."""
FEWEST, MOST = 1, 4
"""How many numbers a step of a search changes."""
STEP = 0.15
"""Standard deviation of a step, as a share of a number's range."""


class Size(NamedTuple):
    """How much is played."""

    worlds: int
    futures: Annotated[int, "of each world"]
    seed: int
    grid: str
    with_strengths: bool


class Measured(NamedTuple):
    """A moment as played, and how far it is from history."""

    says: str
    history: str
    value: float
    low: float
    high: float
    off: Annotated[float, "standard errors of history"]


def play(numbers: Numbers, size: Size) -> dict[str, Played]:
    """Play the reference packs with numbers set, on the same draws whatever the numbers are."""
    factors = {"": 1.0}
    if size.with_strengths:
        factors |= {f"_{strength}": factor for strength, factor in STRENGTHS.items()}
    played = {}
    for start in STARTS:
        crisis = with_numbers(load(REFERENCES[start]), numbers)
        sample = sample_of(crisis, size.worlds, size.futures, seed=size.seed, grid=size.grid)
        for ending, factor in factors.items():
            change = keep_numbers if factor == 1.0 else with_means("challenger", factor)
            rows = play_sample(sample, change)
            flat = [rows.ravel()]
            known = count_rows(flat, start, size.worlds, HORIZON)
            counts = {**known.happened, **count_force(flat, size.worlds), **settled(rows)}
            played[start + ending] = known._replace(happened=counts)
    return played


def settled(rows: Array) -> dict[str, Array]:
    """Count how the crises of each world were settled."""
    return {key.name: (rows["settlement"] == key).sum(axis=1) for key in SETTLED}


def measure(played: Mapping[str, Played]) -> list[Measured]:
    """Return the named moments, and what a first raise foretells."""
    found = [of_moment(moment, played) for moment in moments() if moment.is_named]
    for start, least in LEAST_RATIO.items():
        seen = raise_ratio(played[start].happened)
        ratio = seen.ratio
        says = (
            f"{start}: force within {WINDOW} days of a first raise ({100.0 * seen.after:.1f} %) "
            f"over a calm day ({100.0 * seen.before:.1f} %)"
        )
        is_off = max(0.0, least - ratio.value) / RATIO_SPREAD
        found.append(Measured(says, f">= {least:g}", *ratio.interval, is_off))
    return found


def of_moment(moment: Moment, played: Mapping[str, Played]) -> Measured:
    """Return a moment as played, in percent, next to history."""
    value, low, high = figure_of(moment, played)
    ends = f"[{100.0 * moment.low:.1f}-{100.0 * moment.high:.1f}]"
    history = ends if moment.value is None else f"{100.0 * moment.value:.1f} {ends}"
    is_off = float(off(moment, np.array(value)))
    says = title_of(moment).removesuffix(" *")
    return Measured(says, history, 100.0 * value, 100.0 * low, 100.0 * high, is_off)


def distance_of(found: Sequence[Measured]) -> float:
    """Return the root mean square of how far some moments are off.

    Of what did not happen, a moment is as far off as any.
    """
    each = [abs(one.off) if math.isfinite(one.off) else FARTHEST for one in found]
    return math.sqrt(math.fsum(min(one, FARTHEST) ** 2 for one in each) / len(each))


def show(found: Sequence[Measured], played: Mapping[str, Played]) -> None:
    """Print the moments, and how crises end."""
    rows = [("", "history [95 %]", "played", "90 %", "off")]
    for one in found:
        interval = f"{one.low:.1f}-{one.high:.1f}"
        rows.append((one.says, one.history, f"{one.value:.1f}", interval, f"{one.off:+.1f}"))
    terminal.say("Shares in %; off: in standard errors of history.")
    terminal.show_table(rows, right=" rrrr")
    for start in STARTS:
        terminal.say(f"{start}: {', '.join(ends_of(played[start]))}.")
        terminal.say(f"{start}, half last at most: {', '.join(lengths_of(played[start]))} days.")


def ends_of(played: Played) -> Iterator[str]:
    """Yield how crises end, and what is not judged of how force begins."""
    futures = played.futures * len(played.ended)
    for key in SETTLED:
        yield f"{titled(key.name.lower())} {100.0 * played.happened[key.name].sum() / futures:.0f}"
    yield f"raises its force first {100.0 * played.happened['raised'].sum() / futures:.0f}"
    for part, whole, says in (
        ("campaign_wars", "war", "of wars by campaign"),
        ("foreseen_force", "serious", "of force after a raise"),
        ("mistaken_campaigns", "campaigns", "of campaigns by mistake"),
    ):
        among = max(1, int(played.happened[whole].sum()))
        yield f"{says} {100.0 * played.happened[part].sum() / among:.0f}"


def lengths_of(played: Played) -> Iterator[str]:
    """Yield how long half of the crises last by violence, with history's length."""
    figures = under_conditions(played.start, [(1.0, played)])
    for level, definition in LEVELS.items():
        figure = figures.get(length_key(played.start, "half", level))
        if figure is not None and figure.band is not None:
            yield f"{definition.title} {figure.value:.0f} ({figure.band.value:.0f})"


def search(
    numbers: Numbers, ranges: Mapping[str, Sequence[float]], size: Size, minutes: float
) -> Iterator[tuple[float, Numbers]]:
    """Try other numbers at random, and yield those that are closer to history than all before."""
    luck = np.random.default_rng(size.seed)
    closest = distance_of(measure(play(numbers, size)))
    until = time.monotonic() + 60.0 * minutes
    while time.monotonic() < until:
        count = min(int(luck.integers(FEWEST, MOST + 1)), len(ranges))
        chosen = map(str, luck.choice(sorted(ranges), count, replace=False))
        other = {path: moved(numbers[path], ranges[path], luck) for path in chosen}
        found = distance_of(measure(play({**numbers, **other}, size)))
        if found < closest:
            closest, numbers = found, {**numbers, **other}
            yield closest, numbers


def moved(form: Any, ends: Sequence[float], luck: np.random.Generator) -> Any:
    """Return a number a step away, within its range; of a range the middle is moved.

    A range above 0 is stretched, so that it stays above; another is shifted.
    """
    low, high = ends
    is_range = isinstance(form, Mapping)
    middle = sum(form["range"]) / 2.0 if is_range else form
    there = float(min(max(middle + STEP * (high - low) * luck.standard_normal(), low), high))
    if not is_range:
        return there
    if min(form["range"]) > 0.0:
        return {**form, "range": [end * there / middle for end in form["range"]]}
    return {**form, "range": [end + there - middle for end in form["range"]]}


def written(distance: float, numbers: Numbers, ranges: Numbers) -> str:
    """Return the file of some numbers."""
    lines = lines_of_toml({"numbers": numbers, "search": ranges})
    return "\n".join((f"# distance {distance:.3f}", *lines, ""))


def main(arguments: Sequence[str] | None = None) -> int:
    """Play, print and search; return the exit status."""
    options = _parser().parse_args(arguments)
    given = tomllib.loads(options.file.read_text()) if options.file else {}
    numbers = {**given.get("numbers", {}), **dict(map(_setting, options.set))}
    size = Size(options.worlds, options.futures, options.seed, options.grid, options.strength)
    began = time.monotonic()
    played = play(numbers, size)
    found = measure(played)
    show(found, played)
    if options.all:
        report(list(lines_of(played)))
    seconds = time.monotonic() - began
    terminal.say(f"Distance {distance_of(found):.3f}; {seconds:.0f} s.")
    if options.search:
        for distance, closer in search(numbers, given["search"], size, options.search):
            options.out.write_text(written(distance, closer, given["search"]))
            terminal.say(f"{distance:.3f} is closer; written to {options.out}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m verification.model.fit",
        description="What numbers give on the reference packs, next to history.",
    )
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--set", action="append", default=[], metavar="PATH=VALUE")
    parser.add_argument("--worlds", type=int, default=64)
    parser.add_argument("--futures", type=int, default=150, help="of each world")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--grid", default="coarse", choices=("tiny", "coarse", "normal"))
    parser.add_argument("--strength", action="store_true", help="other strengths too")
    parser.add_argument("--all", action="store_true", help="print all moments")
    parser.add_argument("--search", type=float, metavar="MINUTES")
    parser.add_argument("--out", type=Path, default=Path("closest.toml"))
    return parser


def _setting(text: str) -> tuple[str, Any]:
    """Return a path and what is set there, of PATH=VALUE in which the value is as in TOML."""
    path, _, value = text.partition("=")
    return path.strip(), tomllib.loads(f"value = {value}")["value"]


if __name__ == "__main__":
    sys.exit(main())
