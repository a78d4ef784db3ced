"""The forecasting record: forecasts of others and of the model for past crises, with outcomes.

    python -m verification.model.record [FOLDER] [--crowds FILE] [--stability] [--options]

Prints the tables of the record in Markdown, from figures that ship (`pack/backtest/plays.toml`, and
`differences.toml` next to it). With FOLDER packs are played again and the first file is written.
`record.toml` states which outcome each question is about, and what happened in each crisis. Its
packs are composed of answers to the eight questions (`record/`), played once with each of two seeds
and stored in FOLDER. Stored runs are not played again, so after a change of a rule one command with
a new FOLDER renews all tables. `--stability` plays packs that ship instead, with three seeds, and
`--options` their options, with two.

The forecasts of others are read from FILE, a table of your own with the columns `crisis`, `as_of`,
`question`, `probability`; without it only the model and past crises of the kind are scored.

The sample consists of crises, not of questions: in each score a crisis counts once, with its mean.
The 90 % interval is a jackknife's that omits one crisis at a time. The mixture weights all
forecasts equally. This is a report, which judges nothing; the exit status is 0.
"""

import argparse
import csv
import math
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations
from pathlib import Path
from statistics import fmean
from typing import Annotated, Any, NamedTuple

import numpy as np
import tomlkit

from detente import Crisis, Run, load, resume, simulate
from detente.endings import Ending
from detente.ensemble.advice import UnfinishedError
from detente.ensemble.measures import OUTCOMES
from detente.ensemble.store import Rows
from detente.ensemble.tally import BEGINNERS, NOBODY
from detente.estimate.estimate import Estimate
from detente.estimate.intervals import estimate_share, student
from detente.kernel.endings import Ceasefire, Violence
from detente.kernel.layout import Array
from detente.pack.answers import read_answers
from detente.pack.composing import compose
from detente.pack.files import library, shipped
from detente.pack.toml import read_shipped
from detente.questions.compare import compare
from detente.questions.past.record import (
    SHIPPED_DIFFERENCES,
    SHIPPED_PLAYS,
    UNCLEAR,
    differences_of,
)
from detente.questions.past.reference import reference_of
from detente.views import compared
from detente.views.render import markdown
from verification.model.precedent import rows_of

NOTED = Path(__file__).with_suffix(".toml")
ANSWERS = NOTED.with_suffix("")
SHIPPED = Path(str(library())).parent / SHIPPED_PLAYS
WORLDS, FUTURES, GRID = 64, 12_800, "coarse"
SEEDS = (1, 2)
STABLE: Mapping[str, Any] = {"worlds": 64, "futures": 3_200, "grid": "coarse"}
"""Settings for packs that ship: half of the worlds of a usual run."""
RANKED: Mapping[str, Any] = {"worlds": 32, "futures": 3_200, "grid": "coarse", "options": "all"}
"""Settings for their options: the fewest worlds in which an order can be hoped for."""
LONG = ("taiwan-1996",)
"""Packs whose options take too long."""
STABLE_SEEDS = (1, 2, 3)
HEADLINE = {"war": "any_war"}
"""What is headlined under another name."""
LEAST = 0.005
"""The least probability that is scored by its logarithm, so that one miss does not outweigh all."""
SOON, LATER = 30, 120
"""Days to the event, or to the deadline where it did not come, between which scores stand apart."""
VIEWS = ("model", "past crises", "others", "mixture")
SCALES = {"limited": 0, "campaign": 1}


class Played(NamedTuple):
    """A crisis as of a day, and its futures."""

    crisis: Crisis
    run: Run
    rows: Rows

    def share(self, came: Array) -> Estimate:
        """Return the share of the futures for which something holds."""
        settings = self.run.record.settings
        by_world = np.bincount(self.rows["world"], came, minlength=settings.worlds)
        return estimate_share(by_world, settings.futures_of_a_world)


class Answered(NamedTuple):
    """A question, and what each view gave to it."""

    noted: Mapping[str, Any]
    model: Estimate
    said: Annotated[Mapping[str, float], "probability by view; what says nothing is left out"]

    @property
    def came(self) -> bool:
        """Say whether it came by its deadline."""
        return "event" in self.noted

    @property
    def days(self) -> int:
        """Return the days from the crisis's day to the event, or else to the deadline."""
        first: date = self.noted["day"]
        last: date = self.noted.get("event", self.noted["by"])
        return (last - first).days

    def scores(self, view: str) -> tuple[float, float]:
        """Return the Brier score and minus the log of what was given to what came."""
        given = self.said[view] if self.came else 1.0 - self.said[view]
        return (1.0 - given) ** 2, -math.log(max(given, LEAST))


def play(name: str, noted: Mapping[str, Any], folder: Path, seed: int) -> Played:
    """Play a pack of answers, or one that ships, as of its day; what lies there is read."""
    place = folder / name
    if "answers" in noted:
        answers = read_answers(ANSWERS / f"{noted['answers']}.toml")
        pack = place / noted["answers"]
        pack.mkdir(parents=True, exist_ok=True)
        of_day = answers.model_copy(update={"as_of": noted["day"]})
        for file, text in compose(of_day, pack.name).items():
            (pack / file).write_bytes(text)
        crisis = load(pack)
    else:
        crisis = load(name)
    size = {"worlds": WORLDS, "futures": FUTURES, "grid": GRID, "seed": seed}
    run = kept_run(crisis, place / "run", size)
    return Played(crisis, run, rows_of(run))


def kept_run(crisis: Crisis, out: Path, settings: Mapping[str, Any]) -> Run:
    """Return a run that was kept, played to its end, or one that is played now."""
    if not out.exists():
        return simulate(crisis, **settings, threads=1, out=out)
    try:
        return Run.open(out)
    except UnfinishedError:
        return resume(out)


def came_by(noted: Mapping[str, Any], rows: Rows, last: int) -> Array:
    """Say of each future whether what a question asks for has come by a day."""
    outcome = noted["outcome"]
    if outcome in ("any_war", "deal_ever"):
        return OUTCOMES[outcome].has_come(rows, last)
    begun = np.isin(rows["began"], [BEGINNERS.index(who) for who in noted.get("began", BEGINNERS)])
    came = begun & (rows["first_force_day"] <= last)
    if outcome == "invasion":
        at_war = (rows["war_day"] >= 0) & (rows["war_day"] <= last)
        came &= (rows["scale"] == SCALES["campaign"]) | at_war
    answer: Array = came
    return answer


def answer(noted: Mapping[str, Any], one: Played, others: float | None) -> Answered:
    """Return what the model, past crises of the kind and others gave to a question."""
    last = (noted["by"] - one.crisis.as_of).days
    model = one.share(came_by(noted, one.rows, last))
    said = {"model": model.value}
    reference = reference_of(one.crisis)
    outcome = "any_war" if noted["outcome"] == "invasion" else noted["outcome"]
    past = reference and reference.share(outcome, last)
    if past:
        said["past crises"] = past.value
    if others is not None:
        said["others"] = others
    said["mixture"] = fmean(said.values())
    return Answered({**noted, "day": one.crisis.as_of}, model, said)


def read_crowds(path: Path) -> dict[tuple[str, str, str], float]:
    """Return what others said, by crisis, day and question."""
    with path.open(encoding="utf-8", newline="") as file:
        return {
            (row["crisis"], row["as_of"], row["question"]): float(row["probability"])
            for row in csv.DictReader(file)
        }


def by_crisis(answered: Iterable[Answered], view: str, score: int) -> Array:
    """Return the mean score of a view in each crisis, in the order in which crises come."""
    scored: dict[str, list[float]] = {}
    for one in answered:
        scored.setdefault(one.noted["crisis"], []).append(one.scores(view)[score])
    return np.array([fmean(some) for some in scored.values()])


def jackknife(figures: Array) -> tuple[float, float, float]:
    """Return the mean over crises and its 90 % interval, by leaving out one crisis at a time."""
    mean, count = float(figures.mean()), len(figures)
    if count == 1:
        return mean, -math.inf, math.inf
    half = student(count - 1) * float(figures.std(ddof=1)) / math.sqrt(count)
    return mean, mean - half, mean + half


def groups_of(one: Answered) -> Iterator[str]:
    """Yield the groups in which a question is scored."""
    yield "seen"
    if one.noted.get("line") != "seen":
        yield "clean"
        yield "soon" if one.days <= SOON else "later" if one.days <= LATER else "late"


def scored(group: str, by_seed: Sequence[Sequence[Answered]]) -> list[dict[str, Any]]:
    """Return the scores of each view in a group of questions, of each seed by how much they differ.

    Scores of views that are not played are the same on each seed; the model's are the first one's.
    """
    first = by_seed[0]
    views = [view for view in VIEWS if all(view in one.said for one in first)]
    crises = len({one.noted["crisis"] for one in first})
    rows = []
    for view in views:
        brier, log = (rounded(jackknife(by_crisis(first, view, score))) for score in (0, 1))
        row: dict[str, Any] = {"group": group, "view": view, "questions": len(first)}
        row |= {"crises": crises, "brier": brier, "log": log}
        if view != "model":
            apart = [by_crisis(one, "model", 0) - by_crisis(one, view, 0) for one in by_seed]
            less = [rounded(jackknife(one)) for one in apart]
            worse, better = (
                all(side * end > 0.0 for one in less for end in one[1:]) for side in (1, -1)
            )
            so = "model is worse" if worse else "model is better" if better else UNCLEAR
            row |= {"less": less, "so": so}
        rows.append(row)
    return rows


def rounded(figures: Iterable[float]) -> list[float]:
    """Return figures as they ship."""
    return [round(float(one), 5) + 0.0 for one in figures]


def questions_of(
    by_seed: Sequence[Sequence[Answered]], happened: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return what was given to each question, the first seed's misses first."""
    titles = {crisis: one["title"] for one in happened.values() for crisis in one["of"]}
    rows = []
    for seeds in sorted(zip(*by_seed, strict=True), key=lambda one: -one[0].scores("model")[0]):
        first, noted = seeds[0], seeds[0].noted
        row = {
            name: noted[name]
            for name in ("question", "outcome", "began", "day", "by", "near", "missed")
            if name in noted
        }
        row |= {"came": first.came, "line": noted.get("line", "clean")}
        row["crisis"] = titles[noted["crisis"]]
        if "past crises" in first.said:
            row["past"] = round(first.said["past crises"], 5)
        model = [rounded((one.model.value, one.model.low, one.model.high)) for one in seeds]
        rows.append({**row, "model": model, "brier": round(first.scores("model")[0], 5)})
    return rows


def kinds_of(noted: Mapping[str, Any], rows: Rows) -> dict[str, Array]:
    """Return of each part of what came whether a future has it, and at the end all at once."""
    roles = (*BEGINNERS, "none")
    codes = [NOBODY if who == "none" else roles.index(who) for who in noted["began"]]
    parts = {"who began": np.isin(rows["began"], codes)}
    if "scale" in noted:
        parts["scale"] = np.isin(rows["scale"], [SCALES[one] for one in noted["scale"]])
        days = noted["war_days"]
        fought = rows["war_days"]
        parts["length"] = (fought >= days / 2) & (fought <= days * 2)
        ended = [Ceasefire[one] for one in noted["ceasefire"]]
        parts["how it ended"] = np.isin(rows["ceasefire"], ended)
        parts["who fought"] = rows["parties"] == noted["parties"]
    else:
        parts["scale"] = rows["violence"] <= Violence.CLASH
        stood = [Ending[one] for one in noted["settlement"]]
        parts["how it ended"] = np.isin(rows["settlement"], stood)
    parts["all at once"] = np.logical_and.reduce(list(parts.values()))
    return parts


def stable(folder: Path) -> Iterator[dict[str, Any]]:
    """Play each pack that ships on other seeds; yield what it gives."""
    for name in shipped():
        crisis = load(name)
        counts = [
            kept_run(crisis, folder / f"seed-{seed}" / "shipped" / name, {**STABLE, "seed": seed})
            .tally()
            .classes
            for seed in STABLE_SEEDS
        ]
        row: dict[str, Any] = {"pack": name}
        for title in compared.HEADLINE:
            comes = [
                OUTCOMES[HEADLINE.get(title, title)].counted(one).sum() / one.sum()
                for one in counts
            ]
            row[title] = rounded(100.0 * one for one in comes)
        yield row
        print(row, file=sys.stderr, flush=True)


def ranked(folder: Path) -> Iterator[dict[str, Any]]:
    """Play the options of packs that ship on two seeds; yield what their order is worth.

    Of the pairs that can be told apart on the first seed: how many have the opposite sign on the
    second, and how many clearly. The crisis without any option is one of those that are ordered.
    """
    for name in shipped():
        crisis = load(name)
        if not crisis.options or name in LONG:
            continue
        first, second = (
            compare(
                kept_run(
                    crisis, folder / f"seed-{seed}" / "options" / name, {**RANKED, "seed": seed}
                ),
                options=list(crisis.options),
            )
            for seed in SEEDS
        )
        pairs = list(combinations(first.ranking, 2))
        known = [pair for pair in pairs if first.difference(*pair).is_clear]
        again = [second.difference(*pair) for pair in known]
        # The first of a pair is the better one on the first seed: it has less war.
        opposite = [one for one in again if one.value > 0.0]
        row = {
            "pack": name,
            "options": len(crisis.options),
            "pairs": len(pairs),
            "told_apart": len(known),
            "opposite": len(opposite),
            "clearly_opposite": sum(one.is_clear for one in opposite),
            "tied": [len(one.tied) for one in (first, second)],
            "best": [one.options[one.ranking[0]].title for one in (first, second)],
            "shared": not {first.ranking[0], *first.tied}.isdisjoint(
                {second.ranking[0], *second.tied}
            ),
        }
        yield row
        print(row, file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Play what was not played, print the tables and return the exit status."""
    parser = argparse.ArgumentParser(description="What did packs of past crises give, and others?")
    parser.add_argument("folder", nargs="?", type=Path, help="play again; runs are kept there")
    parser.add_argument("--crowds", type=Path, help="a table of what others said")
    parser.add_argument("--stability", action="store_true", help="play packs that ship instead")
    parser.add_argument("--options", action="store_true", help="play their options instead")
    asked = parser.parse_args(arguments)
    found = dict(read_shipped(SHIPPED_PLAYS)) if SHIPPED.exists() else {}
    if asked.folder:
        if asked.stability:
            found["stability"] = list(stable(asked.folder))
            of_seeds = {
                "seeds": list(STABLE_SEEDS),
                "says": f"{STABLE['worlds']} worlds, {STABLE['futures']:,} futures, "
                f"{STABLE['grid']} grid",
            }
            found["made"] = {**found["made"], "stability": of_seeds}
        elif asked.options:
            found["order"] = list(ranked(asked.folder))
            says = f"{RANKED['worlds']} worlds, {RANKED['grid']} grid"
            found["made"] = {**found["made"], "order": says}
        else:
            crowds = read_crowds(asked.crowds) if asked.crowds else {}
            try:
                found |= played_all(asked.folder, crowds)
            except KeyError as fault:
                parser.error(f"{asked.crowds} has no row for {fault}")
        SHIPPED.write_text(tomlkit.dumps(found), encoding="utf-8")
    changes = differences_of(read_shipped(SHIPPED_DIFFERENCES))
    for block in compared.tables(found, changes):
        print(*markdown.lines_of(block), sep="\n")
    return 0


def played_all(folder: Path, crowds: Mapping[tuple[str, str, str], float]) -> dict[str, Any]:
    """Play all packs of the record on each seed; return what ships of it."""
    record = tomllib.loads(NOTED.read_text(encoding="utf-8"))
    by_seed, parts = [], []
    for seed in SEEDS:
        there = folder / f"seed-{seed}"
        played = {name: play(name, one, there, seed) for name, one in record["plays"].items()}
        answered = []
        for noted in record["questions"]:
            key = noted["crisis"], str(noted["said"]), noted["question"]
            others = crowds[key] if crowds else None
            answered.append(answer(noted, played[noted["play"]], others))
        by_seed.append(answered)
        parts.append(
            {
                name: {
                    part: 100.0 * played[name].share(came).value
                    for part, came in kinds_of(noted, played[name].rows).items()
                }
                for name, noted in record["happened"].items()
            }
        )
    came = [
        {
            "crisis": record["happened"][name]["title"],
            "parts": {part: rounded(one[name][part] for one in parts) for part in of_first},
        }
        for name, of_first in parts[0].items()
    ]
    scores = [
        row
        for group in compared.GROUPS
        for row in scored(
            group, [[one for one in some if group in groups_of(one)] for some in by_seed]
        )
    ]
    made: dict[str, Any] = {"seeds": list(SEEDS), "worlds": WORLDS}
    made |= {"futures": FUTURES, "grid": GRID}
    kept = read_shipped(SHIPPED_PLAYS)["made"] if SHIPPED.exists() else {}
    made |= {key: kept[key] for key in ("stability", "order") if key in kept}
    questions = questions_of(by_seed, record["happened"])
    found = {"made": made, "unasked": record["unasked"], "questions": questions}
    return found | {"scores": scores, "came": came}


if __name__ == "__main__":
    sys.exit(main())
