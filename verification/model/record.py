"""A record: what others said of past crises, what the model gave, and whether what came can come.

    python -m verification.model.record FOLDER [--crowds FILE] [--markdown]

`record.toml` says of each question which outcome it is, and what came of each crisis. Its packs are
composed of answers to the eight questions (`record/`), played once and kept in FOLDER; what lies
there is not played again, so one command renews all tables once a rule changes and FOLDER is new.
What others said is read from FILE, a table of your own with the columns `crisis`, `as_of`,
`question`, `probability`; without it only the model and past crises of the kind are scored.

Crises are the sample, and not questions: of each score the mean of a crisis counts once, and its
90 % interval is that of a jackknife that leaves out one crisis at a time. The mixture weighs all
alike. A report, which judges nothing; exit status 0.
"""

import argparse
import csv
import math
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from statistics import fmean
from typing import Annotated, Any, NamedTuple

import numpy as np

from detente import Crisis, Run, load, resume, simulate
from detente.ensemble.measures import OUTCOMES
from detente.ensemble.store import Rows
from detente.ensemble.tally import BEGINNERS, NOBODY
from detente.estimate.estimate import Estimate
from detente.estimate.intervals import estimate_share, student
from detente.kernel.endings import Ceasefire, Settlement, Violence
from detente.kernel.layout import Array
from detente.pack.answers import read_answers
from detente.pack.composing import compose
from detente.questions.past.reference import reference_of
from verification.model.precedent import rows_of, show

NOTED = Path(__file__).with_suffix(".toml")
ANSWERS = NOTED.with_suffix("")
WORLDS, FUTURES, SEED = 64, 12_800, 1
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


def play(name: str, noted: Mapping[str, Any], folder: Path) -> Played:
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
    out = place / "run"
    if out.exists():
        run = resume(out)
    else:
        run = simulate(
            crisis, worlds=WORLDS, futures=FUTURES, seed=SEED, grid="coarse", threads=1, out=out
        )
    return Played(crisis, run, rows_of(run))


def came_by(noted: Mapping[str, Any], rows: Rows, last: int) -> Array:
    """Say of each future whether what a question asks for has come by a day."""
    outcome = noted["outcome"]
    if outcome in ("any_war", "deal_ever"):
        return OUTCOMES[outcome].has_come(rows, last)
    begun = np.isin(rows["began"], [BEGINNERS.index(who) for who in noted.get("began", BEGINNERS)])
    came = begun & (rows["first_force_day"] <= last)
    if noted.get("or_joins"):
        came |= (rows["joined_day"] >= 0) & (rows["joined_day"] <= last)
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


def show_scores(title: str, answered: Sequence[Answered], is_markdown: bool) -> None:
    """Print the scores of each view, and by how much the model is worse than each other one."""
    views = [view for view in VIEWS if all(view in one.said for one in answered)]
    crises = len({one.noted["crisis"] for one in answered})
    head = (title, "questions", "crises", "Brier", "log", "model's Brier less this", "so")
    lines: list[tuple[str, ...]] = [head]
    for view in views:
        brier, log = (jackknife(by_crisis(answered, view, score)) for score in (0, 1))
        cells = view, str(len(answered)), str(crises), _interval(*brier), _interval(*log)
        if view == "model":
            lines.append((*cells, "", ""))
            continue
        apart = by_crisis(answered, "model", 0) - by_crisis(answered, view, 0)
        mean, low, high = jackknife(apart)
        is_told = low > 0.0 or high < 0.0
        verdict = ("model is worse" if mean > 0.0 else "model is better") if is_told else UNTOLD
        lines.append((*cells, _interval(mean, low, high), verdict))
    show(lines, is_markdown)


UNTOLD = "we cannot tell yet"


def _interval(mean: float, low: float, high: float) -> str:
    if math.isinf(high):
        return f"{mean:.3f}"
    return f"{mean:.3f} [{low:.3f}, {high:.3f}]"


def show_questions(answered: Sequence[Answered], is_markdown: bool) -> None:
    """Print what the model gave to each question, the misses first."""
    head = (
        "question",
        "day",
        "by",
        "came",
        "model, %",
        "past crises, %",
        "Brier",
        "beside",
        "line",
    )
    worst = sorted(answered, key=lambda one: -one.scores("model")[0])
    show([head, *map(_cells, worst)], is_markdown)


def _cells(one: Answered) -> tuple[str, ...]:
    noted, model = one.noted, one.model
    past = one.said.get("past crises")
    return (
        noted["question"],
        str(noted["day"]),
        str(noted["by"]),
        "yes" if one.came else "no",
        f"{100 * model.value:.0f} ({100 * model.low:.0f} to {100 * model.high:.0f})",
        "" if past is None else f"{100 * past:.0f}",
        f"{one.scores('model')[0]:.3f}",
        noted.get("near", ""),
        noted.get("line", "clean"),
    )


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
        stood = [Settlement[one] for one in noted["settlement"]]
        parts["how it ended"] = np.isin(rows["settlement"], stood)
    parts["all at once"] = np.logical_and.reduce(list(parts.values()))
    return parts


PARTS = ("who began", "scale", "length", "how it ended", "who fought", "all at once")


def show_kinds(
    happened: Mapping[str, Mapping[str, Any]], played: Mapping[str, Played], is_markdown: bool
) -> None:
    """Print of each crisis how many futures have what came, in kind; never stands in bold."""
    lines: list[tuple[str, ...]] = [("crisis", *PARTS)]
    for name, noted in happened.items():
        if name not in played:
            continue
        one = played[name]
        parts = kinds_of(noted, one.rows)
        cells = [
            _often(one.share(parts[part]), parts[part]) if part in parts else "" for part in PARTS
        ]
        lines.append((name, *cells))
    show(lines, is_markdown)


def _often(share: Estimate, came: Array) -> str:
    if not came.any():
        return "**never**"
    return f"{100 * share.value:.2g} %"


def main(arguments: Sequence[str] | None = None) -> int:
    """Play what was not played, print the tables and return the exit status."""
    parser = argparse.ArgumentParser(description="What did packs of past crises give, and others?")
    parser.add_argument("folder", type=Path, help="where runs are kept")
    parser.add_argument("--crowds", type=Path, help="a table of what others said")
    parser.add_argument("--kept-only", action="store_true", help="play nothing, count what is kept")
    parser.add_argument("--markdown", action="store_true", help="print tables as Markdown")
    asked = parser.parse_args(arguments)
    record = tomllib.loads(NOTED.read_text(encoding="utf-8"))
    crowds = read_crowds(asked.crowds) if asked.crowds else {}
    played = {
        name: play(name, one, asked.folder)
        for name, one in record["plays"].items()
        if not asked.kept_only or (asked.folder / name / "run").exists()
    }
    answered = []
    for noted in record["questions"]:
        if noted["play"] not in played:
            continue
        key = noted["crisis"], str(noted["said"]), noted["question"]
        if crowds and key not in crowds:
            parser.error(f"{asked.crowds} has no row for {', '.join(key)}")
        answered.append(answer(noted, played[noted["play"]], crowds.get(key)))
    show_questions(answered, asked.markdown)
    clean = [one for one in answered if one.noted.get("line") != "seen"]
    groups = {
        "clean": clean,
        "clean and seen": answered,
        f"clean, at most {SOON} days": [one for one in clean if one.days <= SOON],
        f"clean, {SOON + 1} to {LATER} days": [one for one in clean if SOON < one.days <= LATER],
        f"clean, over {LATER} days": [one for one in clean if one.days > LATER],
    }
    for title, some in groups.items():
        if some:
            show_scores(title, some, asked.markdown)
    show_kinds(record["happened"], played, asked.markdown)
    return 0


if __name__ == "__main__":
    sys.exit(main())
