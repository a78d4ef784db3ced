"""Whether what is found first of a crisis is found again on other seeds of its worlds.

    python -m verification.evidence.headlines [FOLDER] [--pack PACK] [--seeds N ...] [--worlds N]
    ...

On each seed the crisis is played and asked what a reader asks first: which numbers war and deals
turn on, which mechanisms war is attributed to, what the hypotheses come to and what the options
change. A finding is an effect whose interval excludes 0 on at least one seed. The check prints on
how many seeds the effect has the same sign. Where an answer does not list a number that another
seed's answer lists, its swing is measured there too.

The check fails if two seeds find opposite effects, each with an interval that excludes 0, or if
fewer than three quarters of all findings have one sign on every seed. A single effect near 0 that
changes its sign does not fail it: of 16 such effects one or two have an interval that excludes 0 by
chance. `--only` asks some of the questions: numbers take about 3 minutes a seed on one core, and 4
seeds of everything half an hour at least.

FOLDER holds a folder for each seed; a run that is there is not played again. Without FOLDER the
runs are removed at the end.
"""

import argparse
import math
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np

from detente import Run, causes, compare, drivers, hypotheses, load, resume, simulate
from detente.ensemble.record import BASE
from detente.ensemble.study import Study
from detente.estimate.paired import COUNTED, clearly
from detente.questions.drivers import COMMAND, WORLDS
from detente.questions.drivers.swings import Swings, rounds_of
from detente.questions.hypotheses.verdicts import UNDECIDED, Result

PACK = "oman-2026"
SEEDS = (1, 2, 3, 4)
LEAST = 0.75
"""Share of the findings that must have the same sign on every seed."""
TURNS = {f"{outcome} turns on": outcome for outcome in ("any_war", "deal")}
"""Kinds of finding that are of numbers, and the outcome of each."""


class Finding(NamedTuple):
    """One answer on one seed."""

    value: Annotated[float, "its sign is what other seeds should bear out"]
    is_clear: Annotated[bool, "whether the answer tells it from none"]


class Sizes(NamedTuple):
    """What is played on each seed."""

    worlds: int
    futures: Annotated[int, "of each world"]
    few_worlds: Annotated[int, "for options, causes and hypotheses"]


USUAL = Sizes(64, 200, 16)


class Seed(NamedTuple):
    """A seed of the worlds, and where its runs lie."""

    folder: Path
    pack: str
    seed: int
    sizes: Sizes

    def run(self, options: str = "") -> Run:
        """Return its run, or a smaller one with options; what does not lie there is played."""
        out = self.folder / "-".join(["seed", str(self.seed), *([options] if options else [])])
        if out.exists():
            return resume(out)
        worlds = self.sizes.few_worlds if options else self.sizes.worlds
        return simulate(
            load(self.pack),
            options=options or (),
            worlds=worlds,
            futures=worlds * self.sizes.futures,
            seed=self.seed,
            threads=1,
            out=out,
        )


Findings = Mapping[tuple[str, str], Finding]
"""By kind and name."""


def turning(seed: Seed) -> Findings:
    """Return the numbers that war and deals turn on."""
    return {
        (kind, path): Finding(one.swing.value, True)
        for kind, outcome in TURNS.items()
        for path, one in drivers(seed.run(), outcome=outcome, threads=1).numbers.items()
    }


def attributed(seed: Seed) -> Findings:
    """Return the share of war that each mechanism is due, and what its removal prevents."""
    found = causes(seed.run(), worlds=seed.sizes.few_worlds, threads=1)
    owed, counts = found.surely_owed(), found.surely_counts()
    floor = found.shares["placebo", "prevented"].value
    due, prevented = (found.of_each(measure) for measure in ("causes", "but_for"))
    return {("war is owed to", key): Finding(due[key].value, key in owed) for key in due} | {
        ("no war without", key): Finding(prevented[key].value - floor, key in counts) for key in due
    }


def tested(seed: Seed) -> Findings:
    """Return by how much each hypothesis is borne out, where that is estimable at all."""
    found = hypotheses(seed.run(), worlds=seed.sizes.few_worlds, threads=1).tested
    return {
        ("hypothesis", one.id): Finding(_borne_out(one.rests_on), one.verdict != UNDECIDED)
        for one in found
        if one.rests_on is not None and not math.isnan(one.rests_on.estimate.value)
    }


def _borne_out(on: Result) -> float:
    beyond = on.estimate.value - on.threshold
    return beyond if on.expects == "more" else -beyond


def changed(seed: Seed) -> Findings:
    """Return by how much each option changes war, use of force and deals.

    What it clearly changes is reported: by a point at least, with an interval without 0.
    """
    return {
        (f"option on {outcome}", key): Finding(
            one.measures[outcome].value, clearly(outcome, one.measures[outcome]) != 0
        )
        for key, one in compare(seed.run("all")).options.items()
        if key != BASE and not one.is_same
        for outcome in COUNTED
    }


QUESTIONS: dict[str, Callable[[Seed], Findings]] = {
    "drivers": turning,
    "causes": attributed,
    "hypotheses": tested,
    "options": changed,
}


def value_of(seed: Seed, found: Findings, finding: tuple[str, str]) -> float:
    """Return what an answer gives for a finding; 0 if it gives nothing."""
    kind, name = finding
    if finding in found or kind not in TURNS:
        return found[finding].value if finding in found else 0.0
    worlds = min(WORLDS, seed.sizes.worlds)
    judging = range(rounds_of(worlds)[-1], worlds)
    swings = Swings(Study(seed.run(), command=COMMAND, threads=1).sharper, TURNS[kind])
    swings.study.play(swings.whole(name), judging)
    return swings.measured(name, judging).value


def report(seeds: Sequence[Seed], found: Sequence[Findings]) -> bool:
    """Print the sign and size of each finding on every seed; return whether the check fails."""
    findings = dict.fromkeys(key for one in found for key, each in one.items() if each.is_clear)
    contradicted = same = 0
    for key in findings:
        values = [value_of(seed, one, key) for seed, one in zip(seeds, found, strict=True)]
        clear = [key in one and one[key].is_clear for one in found]
        signs = np.sign(values)
        agree = sum(signs == signs[clear.index(True)])
        is_contradicted = len(set(signs[clear])) > 1
        contradicted += is_contradicted
        same += agree == len(seeds)
        each = " ".join(f"{100.0 * one:7.1f}" for one in values)
        line = f"  {key[0]:<20}{key[1]:<40}clear on {sum(clear)}, same sign on {agree}: {each}"
        print(f"{line}{'  CONTRADICTED' if is_contradicted else ''}", flush=True)
    print(
        f"{len(findings)} findings on {len(seeds)} seeds: {same} with one sign on all of them, "
        f"{contradicted} contradicted"
    )
    return contradicted > 0 or same < LEAST * len(findings)


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask all seeds, print how many agree, and return the exit status."""
    parser = argparse.ArgumentParser(description="Do other seeds find the same?")
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--pack", default=PACK)
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--only", choices=QUESTIONS, nargs="+", default=[*QUESTIONS])
    for name, size in USUAL._asdict().items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=size)
    asked = parser.parse_args(arguments)
    sizes = Sizes(asked.worlds, asked.futures, asked.few_worlds)
    with tempfile.TemporaryDirectory() as spare:
        seeds = [Seed(asked.folder or Path(spare), asked.pack, seed, sizes) for seed in asked.seeds]
        found: list[dict[tuple[str, str], Finding]] = [{} for _ in seeds]
        for name in asked.only:
            for seed, known in zip(seeds, found, strict=True):
                known.update(QUESTIONS[name](seed))
                print(f"seed {seed.seed}: {name}", flush=True)
        return int(report(seeds, found))


if __name__ == "__main__":
    sys.exit(main())
