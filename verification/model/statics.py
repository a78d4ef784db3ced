"""Whether force answers to its causes as theory says: one change at a time, on the same draws.

`python -m verification.model.statics` prints a table for each pack: a change of the world, the
outcome
and the sign that theory asks for, by how much the outcome moves with its 90 % interval over worlds
and chance, and in how many worlds it rises and falls. Worlds, types and luck are the same with the
change and without. A law holds where the interval lies on the side asked for. Where it is known
that this version does not reach one, the table says what stands against it; the status is 1 if any
other does not hold. At the usual size it takes a quarter of an hour of one processor.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import NamedTuple
from unittest.mock import patch

import numpy as np

from detente.ensemble import measures
from detente.ensemble.design import drawn_worlds
from detente.ensemble.encode import encode
from detente.estimate.intervals import mean_over
from detente.kernel import solution
from detente.kernel.crisis import new_plays, play, play_each
from detente.kernel.draws import Draws
from detente.kernel.endings import FUTURE
from detente.kernel.layout import Array, copy_of
from detente.kernel.mediators import SILENT
from detente.kernel.solution import Solved, change_rates, leave_stakes, merge_stages, solve
from detente.kernel.world import World
from detente.pack import load
from verification.model.theory import GUARDED, LAWS, OUTCOMES, PACKS, Law, keep

USUAL = Law("usual", "nothing changed", (), keep)
"""What most laws are compared with."""


class Sample(NamedTuple):
    """Worlds of a pack and how many futures of each are played on which draws."""

    worlds: Sequence[World]
    futures: int
    seed: int


def sample_of(pack: str, options: argparse.Namespace) -> Sample:
    """Draw and encode the worlds of a pack."""
    crisis = load(pack)
    drawn = drawn_worlds(crisis, options.worlds, options.seed)
    worlds = [encode(crisis, values, grid=options.grid) for values in drawn]
    return Sample(worlds, options.futures, options.seed)


def measure(sample: Sample, law: Law) -> dict[str, Array]:
    """Play every world with a law's change; return each outcome by world, in points or days."""
    with changed_later(law):
        found = [measure_world(sample, number, law) for number in range(len(sample.worlds))]
    return {outcome: np.array([one[outcome] for one in found]) for outcome in found[0]}


def changed_later(law: Law) -> AbstractContextManager[object]:
    """Change the worlds after force, while a world is solved and played."""
    change = law.later
    if change is None:
        return nullcontext()

    def change_after_force(worlds: Array, settled: float) -> None:
        world: World = worlds[0]
        leave_stakes(world, settled)
        change(world)
        change_rates(world)
        merge_stages(world.calendar)

    return patch.object(solution, "change_after_force", change_after_force)


def measure_world(sample: Sample, number: int, law: Law) -> dict[str, float]:
    """Solve a world with a law's change, play its futures and return how often outcomes come."""
    world = copy_of(sample.worlds[number])
    law.change(world)
    solved = solve(world, with_exploitability=False)
    seed, futures = sample.seed, sample.futures
    rows = play(world, solved, seed=seed, number=number, first=0, futures=futures)
    shares = shares_of(rows)
    if any(asked.outcome == "believed" for asked in law.asked):
        shares["believed"] = share_believed(world, solved, Draws(seed, number, 0, 0, 0), futures)
    return shares


def shares_of(rows: Array) -> dict[str, float]:
    """Return how often each outcome comes in 100 futures, and the mean day of first force."""
    shares = {
        outcome: 100.0 * float(measures.OUTCOMES[outcome].happened(rows).mean())
        for outcome in OUTCOMES
        if outcome in measures.OUTCOMES
    }
    days = rows["first_force_day"][rows["first_force_day"] >= 0]
    shares["day"] = float(days.mean()) if len(days) else np.nan
    return shares


def share_believed(world: World, solved: Solved, luck: Draws, futures: int) -> float:
    """Return in how many of 100 futures some mediator's message is believed."""
    plays = new_plays(world, solved, luck)
    row = np.zeros(1, FUTURE).view(np.recarray)
    heard = plays[0].trajectory.state.heard
    believed = 0
    for future in range(futures):
        play_each(plays, np.array([future]), row)
        believed += bool((heard.believed[: int(world.mediators.count)] != SILENT).any())
    return 100.0 * believed / futures


def compared_with(law: Law) -> Law:
    """Return what a law's change is compared with, on the same draws."""
    return law._replace(change=law.first or keep, later=None)


def table(pack: str, laws: Sequence[Law], options: argparse.Namespace) -> Iterator[bool]:
    """Print the table of a pack, law by law; say of each line whether it holds."""
    sample = sample_of(pack, options)
    usual = measure(sample, USUAL)
    print(f"\n`{pack}`, {options.worlds} worlds x {options.futures} futures, seed {options.seed}:")
    print(", ".join(f"{OUTCOMES[key]} {usual[key].mean():.1f}" for key in usual if key != "day"))
    print("\n| change | asked | points [90 %] | worlds up, down | holds |\n|---|---|--:|--:|---|")
    for law in laws:
        if not any(not asked.packs or pack in asked.packs for asked in law.asked):
            continue
        if not any(law.concerns(world) for world in sample.worlds):
            print(f"| {law.says} | {law.asked[0]} | | | does not apply |")
        else:
            is_usual = law.first is None and all(asked.outcome in usual for asked in law.asked)
            before = usual if is_usual else measure(sample, compared_with(law))
            yield from lines(pack, law, before, measure(sample, law))


def lines(
    pack: str, law: Law, before: Mapping[str, Array], after: Mapping[str, Array]
) -> Iterator[bool]:
    """Print what a law asks of a pack and what came of it; say of each whether it holds."""
    for asked in law.asked:
        if asked.packs and pack not in asked.packs:
            continue
        moved = after[asked.outcome] - before[asked.outcome]
        moved = moved[np.isfinite(moved)]
        found = mean_over(moved)
        holds = asked.holds(found)
        size = f"{found.value:+.1f} [{found.low:+.1f}, {found.high:+.1f}]"
        size += " days" if asked.outcome == "day" else ""
        ways = f"{(moved > 0.0).sum()}, {(moved < 0.0).sum()}"
        said = "yes" if holds else f"no: {asked.missed}" if asked.missed else "**no**"
        print(f"| {law.says} | {asked} | {size} | {ways} | {said} |", flush=True)
        yield holds or bool(asked.missed)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables and return the exit status."""
    parser = argparse.ArgumentParser(description="Does force answer to its causes?")
    parser.add_argument("packs", nargs="*", metavar="PACK")
    parser.add_argument("--worlds", type=int, default=32, help="at least 2")
    parser.add_argument("--futures", type=int, default=300, help="of each world")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--grid", default="normal", choices=("tiny", "normal", "fine"))
    names = [law.name for law in LAWS]
    parser.add_argument("--only", action="append", choices=names, metavar="LAW", help=str(names))
    options = parser.parse_args(arguments)
    if options.worlds < 2:
        parser.error(f"--worlds is {options.worlds}; use 2 or more, between which there is chance")
    start = time.monotonic()
    laws = [law for law in LAWS if not options.only or law.name in options.only]
    tables = [(pack, laws) for pack in options.packs or PACKS]
    if not options.packs:
        tables.append((GUARDED, [law for law in laws if law.name == "friend"]))
    found = [holds for pack, own in tables for holds in table(pack, own, options)]
    seconds = time.monotonic() - start
    print(f"\n{len(found)} lines, {found.count(False)} do not hold; {seconds:.0f} s")
    return int(False in found)


if __name__ == "__main__":
    sys.exit(main())
