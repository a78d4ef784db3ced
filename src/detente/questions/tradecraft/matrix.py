"""Evidence by hypotheses: how much likelier each piece is with a hypothesis than without it.

Rows are evidence: the pack's signs, and events of the days before any use of force. Columns are
hypotheses: the challenger's plan, who is resolved, and how the crisis ends. A ratio is computed
from counts of futures, for signs from their chances in each world. For an event only futures count
in which the dispute goes on by the day, so that earlier force has no influence.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np

from detente import notebook
from detente.data import fields_of
from detente.ensemble.measures import OUTCOMES
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.study import UnplayedError
from detente.ensemble.weighing import Weighing
from detente.estimate.intervals import by_scramble, fewest, longer, reach_over_worlds
from detente.kernel.posture import PLANS
from detente.pack.observed import Observations
from detente.questions.conditions import MISTAKEN
from detente.questions.reweighting import (
    chances_of,
    is_in_state,
    kinds_seen,
    types_of,
    values_with,
)
from detente.questions.sightings import (
    LEAST_SEEN,
    LEAST_WORLDS,
    SIGN,
    SOON,
    event_days,
    observables,
)
from detente.questions.update import observations_of
from detente.questions.wording import PLANS as IN_WORDS
from detente.questions.wording import titles

LEAST_SHARE = 0.01
"""A hypothesis that holds in a smaller share of futures is left out."""
NO_RATIO = 1.25
"""Evidence whose ratios' intervals are nearer to 1 than this does not discriminate."""
ENDS = ("any_war", "deal")
"""Outcomes that are hypotheses."""
UNFOLLOWED = "events have not been followed day by day yet; only signs of the pack are listed"
FACTS = "observed states and failed talks are left out, as they only rule out courses of events"


class HeldHypothesis(NamedTuple):
    """Something hidden or in the future, and its share of futures."""

    title: str
    share: float
    holds: Annotated[np.ndarray, "in each future, shape (futures,)"]


class LikelihoodRatio(NamedTuple):
    """How much likelier a piece of evidence is with a hypothesis than without it."""

    value: float
    low: Annotated[float, "90 % interval, over worlds and chance"]
    high: Annotated[float, "90 % interval, over worlds and chance"]
    is_clear: Annotated[bool, "whether it is larger than the largest of all ratios by chance"]


class EvidenceRow(NamedTuple):
    """A piece of evidence: its status, and its likelihood ratios."""

    what: str
    status: Annotated[str, "seen, not_seen, or open"]
    day: Annotated[int | None, "by which it counts; None of a sign"]
    seen: Annotated[float, "share of the futures that count in which it is seen"]
    ratios: Mapping[str, LikelihoodRatio]

    @property
    def informs(self) -> str:
        """Return whether it separates a hypothesis from its contrary: yes, no, or unclear."""
        if any(ratio.is_clear for ratio in self.ratios.values()):
            return "yes"
        is_idle = all(
            one.low > 1.0 / NO_RATIO and one.high < NO_RATIO for one in self.ratios.values()
        )
        return "no" if is_idle else "unclear"

    @property
    def strength(self) -> float:
        """Return the largest clear log ratio, 0 if none is clear."""
        clear = (one.value for one in self.ratios.values() if one.is_clear)
        return max((abs(math.log(value)) for value in clear), default=0.0)


@dataclass(frozen=True, repr=False)
class EvidenceMatrix(notebook.Shown):
    """Pieces of evidence by hypotheses, with this model's likelihood ratios."""

    main_table = "evidence"

    run: Run
    hypotheses: Mapping[str, HeldHypothesis]
    evidence: Annotated[Mapping[str, EvidenceRow], "the most informative first"]
    rare: tuple[str, ...]
    notes: tuple[str, ...]

    def content(self) -> dict[str, Any]:
        """Return the object that `detente show --view matrix --json` prints."""
        date_of = self.run.record.date_of
        return {
            "schema": "detente/matrix/1",
            "run": str(self.run.folder),
            "hypotheses": {
                key: fields_of(one, "title share") for key, one in self.hypotheses.items()
            },
            "evidence": {
                key: {
                    **one._asdict(),
                    "date": None if one.day is None else date_of(one.day),
                    "informs": one.informs,
                }
                for key, one in self.evidence.items()
            },
            **fields_of(self, "rare notes"),
        }


class Piece(NamedTuple):
    """A piece of evidence with its chance in each future."""

    what: str
    day: int | None
    seen: Annotated[np.ndarray, "chance in each future that it is seen, shape (futures,)"]
    counts: Annotated[np.ndarray, "whether a future counts, shape (futures,)"]


def matrix(run: Run, observed: Path | str | None = None) -> EvidenceMatrix:
    """Return which evidence separates which hypotheses in a run.

    `observed` is a file of observations, which sets the status of its signs and events. Other
    events count until 30 days after the as-of date.

    Raises `DetenteError` if the file cannot be read, or a file of the run is damaged;
    `ObservationFaults` with every fault of the file.
    """
    settings = run.record.settings
    day = min(SOON, settings.horizon)
    observations = observations_of(run, run.crises[BASE], observed)
    found_of = {
        SIGN + one.sign if one.sign else str(one.event): one
        for _, one in observations.seen
        if one.sign or one.event
    }
    dates = {key: (one.date - run.record.start).days for key, one in found_of.items() if one.event}
    rows = np.concatenate(list(run.rows(BASE)))
    weighing, worlds = run.weighing_of(settings.worlds), rows["world"].astype(np.int64)
    hypotheses = dict(_hypotheses(run, rows))
    pieces = dict(_signs(run, observations, rows))
    notes = [FACTS] if len(found_of) < len(observations.seen) else []
    try:
        pieces |= _events(run, rows, day, dates)
    except UnplayedError:
        notes.append(UNFOLLOWED)
    found, many = {}, max(1, len(pieces) * len(hypotheses))
    for key, piece in pieces.items():
        seen, among = piece.seen[piece.counts], worlds[piece.counts]
        sums = [np.bincount(among, one, settings.worlds) for one in (seen, 1.0 - seen)]
        if any(one.sum() < LEAST_SEEN or fewest(one) < LEAST_WORLDS for one in sums):
            continue
        observation = found_of.get(key)
        status = "open" if observation is None else "seen" if observation.seen else "not_seen"
        chances = 1.0 - seen if status == "not_seen" else seen
        ratios = {
            name: ratio_of(chances, hypothesis.holds[piece.counts], among, weighing, many)
            for name, hypothesis in hypotheses.items()
        }
        share = float(sums[0].sum() / (sums[0].sum() + sums[1].sum()))
        found[key] = EvidenceRow(piece.what, status, piece.day, share, ratios)
    telling = sorted(found.items(), key=lambda pair: -pair[1].strength)
    rare = tuple(key for key in pieces if key not in found)
    return EvidenceMatrix(run, hypotheses, dict(telling), rare, tuple(notes))


def ratio_of(
    seen: np.ndarray, holds: np.ndarray, world: np.ndarray, weighing: Weighing | None, many: int
) -> LikelihoodRatio:
    """Return how much likelier something is seen if a hypothesis holds than if it does not.

    Half a future is added to both counts, so that zero cases do not give certainty. The interval is
    a jackknife over scrambles of the logarithm. It is clear if 1 is outside of the interval that
    the largest of `many` ratios needs (Bonferroni).
    """
    worlds = int(world.max()) + 1
    cells = np.stack([seen * holds, holds, seen * ~holds, ~holds], axis=1)
    by_world = np.stack([np.bincount(world, one, worlds) for one in cells.T], axis=1)
    if weighing is None:
        left = by_world.sum(axis=0) - by_scramble(by_world)
    else:
        left = weighing.without[:, :worlds] @ by_world
        by_world = by_world * weighing.even[:worlds, None]

    def log_ratio(sums: np.ndarray) -> np.ndarray:
        seen_with, with_it, seen_without, without = sums.T
        logs: np.ndarray = np.log((seen_with + 0.5) / (with_it + 1.0)) - np.log(
            (seen_without + 0.5) / (without + 1.0)
        )
        return logs

    log = float(log_ratio(by_world.sum(axis=0)))
    reach = reach_over_worlds(log_ratio(left), fewest(*by_world[:, 1::2].T))
    is_clear = abs(log) > longer(1.0 - MISTAKEN / many) * reach
    low, high = math.exp(log - reach), math.exp(log + reach)
    return LikelihoodRatio(math.exp(log), low, high, is_clear)


def _hypotheses(run: Run, rows: np.ndarray) -> Iterator[tuple[str, HeldHypothesis]]:
    """Yield what may hold in a future: its plan, who is resolved, how it ends."""
    parties, called, weights = run.record.called, titles(run.record), run.weights_of_rows(rows)
    held = {
        **{
            f"plan.{key}": (f"{parties['challenger']} plans {says}", rows["plan"] == place)
            for place, (key, says) in enumerate(zip(PLANS, IN_WORDS, strict=True))
        },
        **{
            f"resolved.{side}": (f"{parties[side]} is resolved", rows[f"{side}_type"] == 0)
            for side in ("challenger", "defender")
        },
        **{f"ends.{key}": (called[key], OUTCOMES[key].happened(rows)) for key in ENDS},
    }
    for key, (title, holds) in held.items():
        share = float(weights[holds].sum() / weights.sum())
        if LEAST_SHARE <= share <= 1.0 - LEAST_SHARE:
            yield key, HeldHypothesis(title, share, holds)


def _signs(run: Run, observations: Observations, rows: np.ndarray) -> Iterator[tuple[str, Piece]]:
    """Yield the signs of the pack and of a file, each with its chance in each future."""
    crisis = run.crises[BASE]
    if not observations.signs:
        return
    values = values_with(observations, run, BASE)
    before = kinds_seen(crisis, observations.signs, ())
    at = rows["world"], types_of(rows), rows["plan"]
    for key, sign in observations.signs.items():
        chances = chances_of(crisis, key, sign, before, values)
        what = f"{key.replace('_', ' ')} (sign)"
        yield SIGN + key, Piece(what, None, chances[at], np.ones(len(rows), bool))


def _events(
    run: Run, rows: np.ndarray, day: int, dates: Mapping[str, int]
) -> Iterator[tuple[str, Piece]]:
    """Yield the events of the futures that were followed, each with its day."""
    if not run.record.is_playable:
        raise UnplayedError
    known = observables(run.crises[BASE], run.record.parties)
    events = {key: one for key, one in known.items() if not key.startswith(SIGN)}
    days = event_days(run, BASE, dict.fromkeys(events, ""), may_play=False)
    followed = len(next(iter(days.values()))[0])
    is_followed = rows["future"] < followed
    at = rows["world"], np.minimum(rows["future"], followed - 1)
    goes_on = {one: is_in_state(rows, "ongoing", one) for one in {day, *dates.values()}}
    for key, event in events.items():
        by = dates.get(key, day)
        first = days[key][at]
        seen = ((first >= 0) & (first <= by)).astype(float)
        yield key, Piece(event.says, by, seen, is_followed & goes_on[by])
