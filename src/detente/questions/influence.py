"""How far an outcome moves if a claim is reversed; weak claims with large effects come first.

All numbers that rest on a claim are moved together from one end to the other: from the 10th to the
90th percentile over worlds, or from no to yes. Everything else, and all draws, stay as in each
world. If a claim has several numbers, each moves to the end that changes the outcome in the same
direction. Numbers that divide an attack are not moved, nor are those of the challenger's force if
an outcome does not allow it.

Claims are selected by successive halving (Karnin, Koren & Somekh 2013). In few worlds each number
is set alone to the farther end, and the effects of a claim's numbers are added; the half of the
claims with the largest possible effect goes on to twice as many worlds. The rest is measured on a
finer grid, in worlds that had no part in the selection. A shift is clear if the interval there
excludes 0, on the side on which it was found before.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, NamedTuple

import numpy as np

from detente import notebook
from detente.ensemble.intervention import Intervention
from detente.ensemble.run import Run
from detente.ensemble.runners import Listener, WholeWork
from detente.ensemble.study import Study, UnplayedError, too_few
from detente.ensemble.weighing import mean_of
from detente.estimate.estimate import Estimate
from detente.estimate.variance import by_world
from detente.evidence.claim import Claim
from detente.questions.conditions import notes_of_force
from detente.questions.drivers import LEAST_WORLDS, WORLDS
from detente.questions.drivers.inputs import inputs_of
from detente.questions.drivers.swings import Swing, Swings, narrow, rounds_of

OUTCOMES = ("any_war", "deal")
"""Default outcomes."""
FINALISTS = 6
"""Maximum number of claims that are measured, for all outcomes together."""
COMMAND = "evidence RUN"
UNPLAYED = "the effect of reversing a claim has not been computed"
OTHER_MODEL = (
    "no claim can be reversed: the run was made by another version of the model, or with the "
    "user's own rules"
)
GRADES = 12.0
"""Sum of both ranks of the weakest grade, F6."""


class Shift(NamedTuple):
    """How far an outcome moves between the two ends of a claim's numbers."""

    swing: Annotated[Swing, "from the ends that should lower it to those that should raise it"]
    is_clear: Annotated[bool, "clear: on the side on which it was found before"]
    rises_with: Annotated[bool | None, "the one number; None if several, or not clear"]


def weakness_of(claim: Claim) -> float:
    """Return the weakness of a claim, from A1 at 1/6 to F6 at 1, by both ranks of its grade."""
    source, credibility = claim.grade[0], claim.grade[1]
    return ("ABCDEF".index(source) + 1 + int(credibility)) / GRADES


class UnlistedClaims(NamedTuple):
    """The claims with numbers whose shift of an outcome was not measured."""

    claims: int
    below: Annotated[float, "none moves the share by more, as far as was measured"]


@dataclass(frozen=True)
class ClaimInfluence:
    """How outcomes move if a claim is reversed; no shifts if it was not measured."""

    claim: Claim
    fields: Annotated[tuple[str, ...], "numbers that rest on it and can be turned"]
    fixed: Annotated[tuple[str, ...], "numbers that rest on it and stay as they are"]
    shifts: Mapping[str, Shift]

    @property
    def is_clear(self) -> bool:
        """Return whether it clearly moves an outcome."""
        return any(shift.is_clear for shift in self.shifts.values())

    @property
    def weakness(self) -> float:
        """Return the weakness of its claim, from A1 at 1/6 to F6 at 1."""
        return weakness_of(self.claim)

    @property
    def weight(self) -> float:
        """Return the claim's weakness times its largest shift, of the clear ones if any."""
        shifts = [shift for shift in self.shifts.values() if shift.is_clear or not self.is_clear]
        return self.weakness * max((abs(one.swing.value) for one in shifts), default=0.0)

    @property
    def order(self) -> tuple[bool, bool, float]:
        """Return the sort key of claims: clear ones first, then by weight."""
        return not self.is_clear, not self.shifts, -self.weight


@dataclass(frozen=True, repr=False)
class Influences(notebook.Shown):
    """How outcomes move if a claim is reversed; weak claims with large effects come first."""

    run: Run
    outcomes: tuple[str, ...]
    shares: Mapping[str, float]
    claims: Mapping[str, ClaimInfluence]
    worlds: Annotated[int, "that were played; 0 if none"] = 0
    unlisted: Mapping[str, UnlistedClaims] | None = None
    notes: tuple[str, ...] = ()

    def content(self) -> list[dict[str, Any]]:
        """Return `influence` of `detente evidence RUN --json`, a row for each claim and outcome."""
        return [
            {
                "claim": key,
                "outcome": outcome,
                "grade": claim.claim.grade,
                "shift": shift.swing.value,
                "low": shift.swing.low,
                "high": shift.swing.high,
                "told": shift.is_clear,
                "rises_with": shift.rises_with,
                "fields": claim.fields,
            }
            for key, claim in self.claims.items()
            for outcome, shift in claim.shifts.items()
        ]


def influence(
    run: Run,
    *,
    outcomes: Sequence[str] = OUTCOMES,
    play: bool = True,
    threads: int | None = None,
    progress: Listener | None = None,
) -> Influences:
    """Return how far outcomes move if a claim is reversed, by intervention on a run's worlds.

    What is played is stored in the run's folder, so that a second call reads it, and a call that
    was stopped continues.

    Parameters
    ----------
    run
        A finished run.
    outcomes
        Outcomes or endings, by key.
    play
        Whether worlds may be played; otherwise a note says if some are missing.
    threads
        Worlds played at a time; by default the number of processors.
    progress
        Called with the progress of each step, in worlds.

    Raises
    ------
    DetenteError
        If there is no such outcome, the run is damaged, or its pack was changed.
    """
    crisis = run.crisis
    weighing = run.weighing_of(run.record.settings.worlds)
    shares = {
        outcome: float(mean_of(by_world(run, outcome).shares, weighing)) for outcome in outcomes
    }
    inputs = inputs_of(crisis, outcomes)
    kept = {*inputs.accepted, *inputs.unranked}
    claims = {}
    for key, claim in crisis.claims.items():
        resting = [path for path, number in crisis.numbers.items() if key in number.because]
        turned = tuple(path for path in resting if path in inputs.numbers and path not in kept)
        fixed = tuple(path for path in resting if path not in turned)
        claims[key] = ClaimInfluence(claim, turned, fixed, {})
    notes = tuple(notes_of_force(crisis, outcomes))
    found = Influences(run, tuple(outcomes), shares, claims, notes=notes)
    settings = run.record.settings
    if settings.worlds < LEAST_WORLDS:
        return replace(found, notes=(too_few(settings.worlds, LEAST_WORLDS),))
    if not run.record.is_playable:
        return replace(found, notes=(OTHER_MODEL,))
    if progress is not None:
        progress = WholeWork(progress, planned(min(WORLDS, settings.worlds)))
    study = Study(run, command=COMMAND, may_play=play, threads=threads, progress=progress)
    try:
        return _measured(found, study)
    except UnplayedError:
        return replace(found, notes=(UNPLAYED,))


def planned(worlds: int) -> int:
    """Return the approximate number of worlds played to reverse claims in `worlds` worlds."""
    return 250 + 16 * worlds


def _measured(found: Influences, study: Study) -> Influences:
    """Return the shifts of the claims with the largest possible effects, in order."""
    worlds = study.count(None, WORLDS)
    rounds, count = rounds_of(worlds), max(1, FINALISTS // len(found.outcomes))
    chosen = {
        outcome: _chosen(found.claims, Swings(study, outcome), rounds, count)
        for outcome in found.outcomes
    }
    measuring, judging = study.sharper, range(rounds[-1], worlds)
    ends = [end for some in chosen.values() for one in some.ends.values() for end in one]
    measuring.play(ends, judging)
    shifts: dict[str, dict[str, Shift]] = {key: {} for key in found.claims}
    for outcome, some in chosen.items():
        for key, both in some.ends.items():
            swing = Swings(measuring, outcome).between(both, judging)
            is_clear, (first, *others) = swing.confirms(1.0), found.claims[key].fields
            rises = swing.value * some.signs[first] > 0.0
            rises_with = None if others or not is_clear else rises
            shifts[key][outcome] = Shift(swing, is_clear, rises_with)
    claims = {key: replace(claim, shifts=shifts[key]) for key, claim in found.claims.items()}
    ordered = dict(sorted(claims.items(), key=lambda pair: pair[1].order))
    unlisted = {outcome: some.unlisted for outcome, some in chosen.items()}
    return replace(found, claims=ordered, worlds=worlds, unlisted=unlisted)


class ChosenClaims(NamedTuple):
    """The claims with the largest possible effect on the outcome."""

    ends: Annotated[
        Mapping[str, tuple[Intervention, Intervention]],
        "interventions on the numbers of each that lower the outcome, and that raise it",
    ]
    signs: Annotated[Mapping[str, float], "1 if the outcome rises with a number, else -1"]
    unlisted: UnlistedClaims


def _chosen(
    claims: Mapping[str, ClaimInfluence], swings: Swings, rounds: Sequence[int], count: int
) -> ChosenClaims:
    """Return the `count` claims with the largest possible effect, selected in ever more worlds."""
    known: dict[str, Estimate] = {}

    def tried(keys: Sequence[str], worlds: int) -> dict[str, Estimate]:
        """Return how far the numbers of each claim together may move the outcome."""
        fields = dict.fromkeys(path for key in keys for path in claims[key].fields)
        known.update(swings.tried(fields, worlds))
        found = {}
        for key in keys:
            of_each = [known[path] for path in claims[key].fields]
            likely = sum(abs(one.value) for one in of_each)
            reach = math.hypot(*(one.most - abs(one.value) for one in of_each))
            found[key] = Estimate(likely, likely - reach, likely + reach)
        return found

    names = [key for key, claim in claims.items() if claim.fields]
    left, bounds = narrow(names, rounds, tried, one_in=2, most=count)
    signs = {path: 1.0 if one.value >= 0.0 else -1.0 for path, one in known.items()}
    worlds, ends = swings.study.baseline.worlds, {}
    for key in left:
        both = {path: swings.ends(path)[:: int(signs[path])] for path in claims[key].fields}
        low, high = (
            Intervention({path: np.full(worlds, pair[place]) for path, pair in both.items()})
            for place in (0, 1)
        )
        ends[key] = low, high
    return ChosenClaims(ends, signs, UnlistedClaims(len(bounds), max(bounds.values(), default=0.0)))
