"""Compares forecasts of packs of past crises with the outcome, base rates and reference packs.

    python -m verification.model.past_crises [FOLDER] [--packs PACK ...] [--seeds N ...]
    [--markdown] ...

Plays each pack that `past_crises.toml` names, and the reference pack of its kind of start, with
each seed. Prints the share of futures with war, with serious clashes or war, and with an agreement;
what happened; and the Brier scores of pack, base rate and reference pack. The pack with the worst
score comes first. `docs/how-to/past-crisis.md` explains how such a pack is written.

Exit status: 0 if every pack is as recorded; 1 if a pack was changed without recording its new
digest. Runs are stored in FOLDER, if given, and are not played again: 5 packs with 2 seeds take ten
minutes of one core. Their results cannot fail.
"""

import argparse
import math
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

from detente import load
from detente.cli import terminal
from detente.estimate.estimate import Estimate
from detente.estimate.intervals import estimate_share
from detente.questions.past.definitions import BANDS
from detente.questions.past.played import Played, count
from verification.evidence.headlines import Seed, Sizes
from verification.model.precedent import show

NOTED = Path(__file__).with_suffix(".toml")
SEEDS = (1, 2)
LEAST = 1e-4
"""The least share that is scored by its logarithm: less than one future of those played."""
RATES = {"war": "war", "serious": "serious clashes or war", "agreement": "agreement"}
HEAD = ("pack", "what", "happened", "pack's share, by seed", "base rate", "reference pack")
SCORES = ("Brier: pack", "base rate", "reference")


class Forecast(NamedTuple):
    """What was said of one thing, and whether it came."""

    pack: str
    what: str
    happened: bool
    shares: tuple[Estimate, ...]
    base: float
    reference: float

    @property
    def said(self) -> tuple[tuple[float, ...], ...]:
        """Return the shares by seed of the pack, then the base rate and the reference pack."""
        return tuple(one.value for one in self.shares), (self.base,), (self.reference,)

    @property
    def scores(self) -> tuple[float, ...]:
        """Return the Brier scores of these: 0 is best, always saying one half scores .25."""
        return tuple(fmean((one - self.happened) ** 2 for one in some) for some in self.said)

    @property
    def surprises(self) -> tuple[float, ...]:
        """Return minus the log of what each gave to what came; one half scores .69."""
        given = [[one if self.happened else 1.0 - one for one in some] for some in self.said]
        return tuple(fmean(-math.log(max(one, LEAST)) for one in some) for some in given)


class Comparison(NamedTuple):
    """A crisis as it was noted, and how it was played on each seed, with its reference pack."""

    name: str
    noted: Mapping[str, Any]
    played: tuple[Played, ...]
    reference: tuple[Played, ...]

    def forecasts(self) -> Iterator[Forecast]:
        """Yield what it gave to each thing that can be said to have happened or not."""
        for rate, happened in self.noted["happened"].items():
            shares = tuple(_share(one, rate) for one in self.played)
            reference = fmean(_share(one, rate).value for one in self.reference)
            base = base_rate(f"{self.noted['start']}.{rate}", self.noted["in_table"], happened)
            yield Forecast(self.name, RATES[rate], happened, shares, base, reference)

    def settled_by_then(self) -> tuple[float, float]:
        """Return the share of futures settled by the day on which the crisis was, and reference."""
        day = self.noted["days"]
        pack, reference = (
            fmean(float(one.reached[day]) for one in some) for some in (self.played, self.reference)
        )
        return pack, reference


def _share(played: Played, rate: str) -> Estimate:
    return estimate_share(played.happened[rate], played.futures)


def base_rate(key: str, is_counted: bool, happened: bool) -> float:
    """Return the share of past crises of a band, without the crisis itself if it is counted."""
    band = BANDS[key]
    crises = band.crises or 0
    count_of = round((band.value or 0.0) * crises)
    return (count_of - (is_counted and happened)) / (crises - is_counted)


def comparison_of(
    folder: Path, name: str, noted: Mapping[str, Any], asked: argparse.Namespace
) -> Comparison:
    """Play a crisis and its reference pack on each seed; what lies in the folder is not played."""
    sizes = Sizes(asked.worlds, asked.futures, asked.worlds)
    start = noted["start"]
    packs = name, f"reference-{start.replace('_', '')}"
    played = [
        tuple(count(Seed(folder / pack, pack, seed, sizes).run(), start) for seed in asked.seeds)
        for pack in packs
    ]
    return Comparison(name, noted, *played)


def report(reported: Sequence[Comparison], is_markdown: bool) -> None:
    """Print what was forecast, the misses first, then the means and how long it took."""
    forecasts = [each for one in reported for each in one.forecasts()]
    worst = sorted(forecasts, key=lambda one: one.scores[1] - one.scores[0])
    show([(*HEAD, *SCORES), *map(_cells, worst)], is_markdown)
    for name, scored in (
        ("Brier", [one.scores for one in forecasts]),
        ("log", [one.surprises for one in forecasts]),
    ):
        pack, base, reference = map(fmean, zip(*scored, strict=True))
        terminal.say(
            f"Mean {name} score of {len(forecasts)}: pack {pack:.3f}, base rate {base:.3f}, "
            f"reference pack {reference:.3f}"
        )
    terminal.say("Few, not independent, and of one event each: no skill is claimed.")
    terminal.say()
    head = ("pack", "settled after", "futures settled by then, %", "of the reference pack")
    show(
        [
            head,
            *map(_length, reported),
        ],
        is_markdown,
    )


def _cells(one: Forecast) -> tuple[str, ...]:
    shares = "; ".join(
        f"{100 * each.value:.0f} ({100 * each.low:.0f} to {100 * each.high:.0f})"
        for each in one.shares
    )
    others = f"{100 * one.base:.0f}", f"{100 * one.reference:.0f}"
    scores = tuple(f"{score:.3f}" for score in one.scores)
    return one.pack, one.what, "yes" if one.happened else "no", shares, *others, *scores


def _length(one: Comparison) -> tuple[str, ...]:
    shares = tuple(f"{100 * share:.0f}" for share in one.settled_by_then())
    days = one.noted["days"]
    return one.name, f"{days} day{'' if days == 1 else 's'}", *shares


def changed(crises: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Print how each pack was written and changed; return those whose digest is not noted."""
    unknown = []
    for name, noted in crises.items():
        digest = load(name).digest
        is_last = digest == noted["digests"][-1]
        since = noted.get("changes", len(noted["digests"]) - 1)
        terminal.say(
            f"- {name}: {noted['wrote']}; changed {since} times since; "
            f"{'' if is_last else 'NOT '}as noted ({digest[:12]}). {noted['source']}",
            hang=2,
        )
        if not is_last:
            unknown.append(name)
    return unknown


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the crises, print what they gave, and return the exit status."""
    every = tomllib.loads(NOTED.read_text(encoding="utf-8"))["crises"]
    parser = argparse.ArgumentParser(description="What did packs of past crises give to what came?")
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--packs", nargs="+", choices=every, default=[*every])
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--worlds", type=int, default=64)
    parser.add_argument("--futures", type=int, default=200, help="of each world")
    parser.add_argument("--markdown", action="store_true", help="print tables as Markdown")
    asked = parser.parse_args(arguments)
    crises = {name: every[name] for name in asked.packs}
    with tempfile.TemporaryDirectory() as spare:
        folder = asked.folder or Path(spare)
        reported = [comparison_of(folder, name, noted, asked) for name, noted in crises.items()]
    report(reported, asked.markdown)
    terminal.say()
    return int(bool(changed(crises)))


if __name__ == "__main__":
    sys.exit(main())
