"""What would have to be true for a view to be right: worlds weighted so that they agree with it.

Worlds get the weights nearest to equal ones (least relative entropy) with which the run's shares
are those of a view, or of several, which can be ranges or have conditions. All other shares follow,
and the assumptions that moved (`moved`). The run does not change.

`detente weigh --json` prints one object, `detente/weigh/1`. By name:

- run, option, digest (of the run), worlds; name, under which the weights are kept, or empty.
- views: each view as it was given, outcome, by {day, date}, given, held [low, high], who; before:
  what the run has, with its intervals; share: what it has with the weights.
- effective: effective number of worlds; entropy: of the weights relative to
  equal ones [nats].
- endings.KEY, outcomes.KEY: before, the share in the run with its intervals; share, low, high: with
  the weights, 90 % interval by the jackknife over scrambles; spread_low, spread_high: weighted 5th
  and 95th percentile across worlds; shift: difference (share less before) with its interval.
- moved: assumptions correlated with the weights by more than chance, at most three: field, title,
  unit; before, after: [5th percentile, median, 95th percentile] over worlds, after as far as these
  few numbers alone would have to move; quarters: for each view its share by quarter of the number,
  each {low_end, high_end (of the number there), share, low, high}.
- alone: is_enough, whether these few alone can bring the views about, and effective, in how many
  worlds in effect; null if none is named.
- tried: null, or on new worlds with these numbers moved so: worlds, futures; views: before, share,
  low, high, agrees (whether the interval meets what is held); confirmed: whether all agree.
- notes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from detente import notebook
from detente.data import fields_of
from detente.ensemble import weights
from detente.ensemble.advice import command_to_grow
from detente.ensemble.design import whole_scrambles
from detente.ensemble.measures import ENDINGS, EVER, OUTCOMES, SETS, endings_apart
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.runners import Listener
from detente.ensemble.weighing import Weighing
from detente.errors import DetenteError
from detente.estimate.estimate import Estimate
from detente.estimate.intervals import (
    estimate_ratio,
    estimate_share,
    less_fitted,
    reach_over_worlds,
    without_each,
)
from detente.estimate.tilting import LEAST_EFFECTIVE, Tilt, tilt, weighing_of
from detente.questions.conditions import notes_of_force
from detente.questions.outside import views_of
from detente.questions.reweighting import Updated
from detente.questions.weigh.moved import FewNumbers, Moved, NewWorldsTrial, try_out
from detente.questions.weigh.views import HeldView, ViewCounts, count, views_on

MOST_WORLDS = 20_000
"""Maximum number of worlds that is advised."""


class Agreed(NamedTuple):
    """A view, and the run's share before and after weighting."""

    view: HeldView
    before: Estimate
    after: float


@dataclass(frozen=True, repr=False)
class Weighed(notebook.Shown):
    """A run's worlds, weighted so that they agree with views."""

    main_table = "outcomes"

    run: Run
    option: str
    views: tuple[Agreed, ...]
    weighing: Weighing = field(repr=False)
    entropy: float
    endings: dict[str, Updated]
    outcomes: dict[str, Updated]
    moved: Moved
    trial: NewWorldsTrial | None = None
    name: str = ""
    notes: tuple[str, ...] = ()

    @property
    def worlds(self) -> int:
        """Return the number of worlds."""
        return len(self.weighing.weights)

    def content(self) -> dict[str, Any]:
        """Return the object that `detente weigh --json` prints."""
        return {
            "schema": "detente/weigh/1",
            "run": str(self.run.folder),
            **fields_of(self, "option name worlds"),
            "views": [
                {**view.view.content(self.run), "before": view.before, "share": view.after}
                for view in self.views
            ],
            "effective": self.weighing.effective,
            **fields_of(self, "entropy endings outcomes"),
            **self.moved.content(),
            "tried": self.trial,
            "notes": self.notes,
            "digest": self.run.digest,
        }


def weigh(  # noqa: PLR0913  every way to ask for it
    run: Run,
    to: str | Sequence[str],
    *,
    option: str = BASE,
    name: str = "",
    play: bool = False,
    threads: int | None = None,
    progress: Listener | None = None,
) -> Weighed:
    """Return what would have to be true for others' views to be right.

    Parameters
    ----------
    run
        A finished run.
    to
        Views, such as "force@2026-03-31=.40", "any_war@2026-12-31|force=.3-.5", or "view:KEY" of
        `outside.toml`; all of them must hold.
    option
        The option whose worlds are weighted.
    name
        Name under which the weights are stored in the run's folder; if empty, they are not.
    play
        Whether the assumptions that moved are tested in new worlds.
    threads
        Worlds played at a time; by default the number of processors.
    progress
        Called with the progress of that, in worlds.

    Raises
    ------
    DetenteError
        If a view cannot be read or is about nothing that the run has, views contradict each other,
        no weights agree, too few effective worlds are left, or a file of the run is damaged.
    """
    views = views_on(run, to)
    counted = count(run, option, views)
    conditions = _conditions(views, counted)
    found = tilt(*conditions)
    if found is None or not counted.whole.any(axis=1).all():
        raise _impossible(run, views, counted)
    if not found.is_enough:
        raise _too_few(run, option, views, found)
    weighing = weighing_of(found, *conditions)
    futures = run.record.settings.futures_of_a_world
    few = FewNumbers(run, views, counted, conditions, weighing)
    moved, trial = try_out(few, option, threads, progress) if play else (few.moved(), None)
    if name:
        weights.keep(run, replace(weighing, name=name), [view.written for view in views], option)
    shares = {
        key: _updated(weighing, OUTCOMES[key].counted(run.tally(option).classes), futures)
        for key in (*ENDINGS, *SETS, *EVER)
    }
    agreed = (
        Agreed(
            view,
            estimate_ratio(part, whole, futures),
            float(weighing.weights @ part / (weighing.weights @ whole)),
        )
        for view, part, whole in zip(views, *counted, strict=True)
    )
    return Weighed(
        run,
        option,
        tuple(agreed),
        weighing,
        found.entropy,
        **endings_apart(shares),
        moved=moved,
        trial=trial,
        name=name,
        notes=tuple(_notes(run, views, counted)),
    )


def judged(run: Run) -> Weighed | DetenteError | None:
    """Return a run weighted by the judgements of its pack; None if it has none.

    If they cannot all hold, the error is returned, not raised: the run is valid without them.
    """
    crisis = run.crisis_if_kept
    if crisis is None or not crisis.model.judgements:
        return None
    try:
        return weigh(run, [f"judgement:{key}" for key in crisis.model.judgements])
    except DetenteError as fault:
        return fault


def _updated(weighing: Weighing, happened: np.ndarray, futures: int) -> Updated:
    """Return how often something happens, with equal weights and with these."""
    whole = np.full(len(happened), futures)
    before, after = estimate_share(happened, futures), estimate_share(happened, futures, weighing)
    # Each scramble is left out of both, so that what the weights do not change does not vary.
    moved = without_each(happened, whole, weighing) - without_each(happened, whole)
    shift = after.value - before.value
    reach = reach_over_worlds(moved, less_fitted(weighing.effective, weighing))
    found = Estimate(shift, shift - reach, shift + reach, kind="shift")
    return Updated(before, after, found.within(-1.0, 1.0))


def _conditions(views: Sequence[HeldView], counted: ViewCounts) -> tuple[np.ndarray, np.ndarray]:
    """Return the amounts whose weighted means must be 0, and those whose must be at least 0.

    A share of `p` among futures that meet conditions means that the mean of `part - p whole` is 0,
    which is linear in the weights.
    """
    exact, at_least = [], []
    for view, part, whole in zip(views, *counted, strict=True):
        if view.low == view.high:
            exact.append(part - view.low * whole)
            continue
        at_least += [part - view.low * whole] if view.low > 0.0 else []
        at_least += [view.high * whole - part] if view.high < 1.0 else []
    shape = (0, counted.part.shape[1])
    return np.array(exact).reshape(-1, shape[1]), np.array(at_least).reshape(-1, shape[1])


def _notes(run: Run, views: Sequence[HeldView], counted: ViewCounts) -> Iterator[str]:
    """Yield a note for each view if chance is a large part of the variation between worlds."""
    yield from notes_of_force(run.crisis_if_kept, [view.outcome for view in views])
    others = views_of(run)
    for view, part, whole in zip(views, *counted, strict=True):
        stated = others.get(view.written.removeprefix("view:"))
        if view.written.startswith("view:") and stated is not None and stated.days_late > 0:
            yield (
                f"{view.written} was read on {stated.stated.date}, {stated.days_late} days after "
                "the pack's day"
            )
        few = whole[whole > 0]
        own = part[whole > 0] / few
        noise = float(np.mean(own * (1.0 - own) / np.maximum(1, few - 1)))
        variance = float(np.var(own, ddof=1))
        if variance > 0.0 and noise > CHANCE * variance:
            yield (
                f"{min(1.0, noise / variance):.0%} of the differences between sets of "
                f"assumptions in {view.written} are due to chance; more courses of events for "
                "each set would lower this part"
            )


CHANCE = 0.1
"""Largest part of the variation between worlds that may be chance without a note."""


def _impossible(run: Run, views: Sequence[HeldView], counted: ViewCounts) -> DetenteError:
    """Return the error: a view that no weights can reach, or views that contradict each other."""
    for size in range(1, len(views) + 1):
        for places in combinations(range(len(views)), size):
            some = [views[place] for place in places]
            chosen = ViewCounts(counted.part[list(places)], counted.whole[list(places)])
            can_be = tilt(*_conditions(some, chosen)) is not None
            if can_be and chosen.whole.any(axis=1).all():
                continue
            if size > 1:
                together = " and ".join(view.written for view in some)
                what = (
                    "these views contradict each other: there are weights for each alone, but "
                    "none for all of them together"
                )
                return DetenteError(what, where=f"--to {together}", hint="drop or widen one")
            return _out_of_reach(run, some[0], chosen)
    raise AssertionError("some views are impossible")


def _out_of_reach(run: Run, view: HeldView, counted: ViewCounts) -> DetenteError:
    """Return the error for a view that the model cannot reach, with the range over its worlds."""
    (part,), (whole,) = counted
    where = f"--to {view.written}"
    if not whole.any():
        what = f"no course of events of the run has {' and '.join(view.given)}"
        hint = "leave a condition out, or play a larger run"
        return DetenteError(what, where=where, hint=hint)
    own = part[whole > 0] / whole[whole > 0]
    what = (
        f"the model cannot bring this about, however assumptions are weighed: in each of "
        f"{len(own)} sets it lies from {100.0 * own.min():.1f} to {100.0 * own.max():.1f} %"
    )
    hint = (
        "this is a finding about the model: widen the ranges of the inputs that decide it "
        f"(detente drivers {run.in_command}), or ask for a view less far away"
    )
    return DetenteError(what, where=where, hint=hint)


def _too_few(run: Run, option: str, views: Sequence[HeldView], found: Tilt) -> DetenteError:
    """Return the error for too few effective worlds, with the number that would be enough."""
    worlds, together = len(found.weights), " and ".join(view.written for view in views)
    needed = whole_scrambles(worlds * LEAST_EFFECTIVE / found.effective)
    what = (
        f"to agree, nearly all weight goes to {found.effective:.1f} of {worlds} sets of "
        f"assumptions; {LEAST_EFFECTIVE:g} are needed"
    )
    if needed > MOST_WORLDS:
        hint = "the model hardly allows this: ask for less, or widen the ranges of the pack"
    else:
        command = command_to_grow(run.folder, run.record, worlds=needed, option=option)
        hint = f"about {needed:,} sets of assumptions would be enough: {command}"
    return DetenteError(what, where=f"--to {together}", hint=hint)
