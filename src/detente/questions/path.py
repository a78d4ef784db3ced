"""Why a change has its effect: the worth of force and of talks with it, and the first differences.

`detente whatif --why --json` adds `path` to `detente/whatif/1`. By name:

- worths[]: side (challenger or defender), of (start: the crisis; strike: one by the challenger at
  once; failure: talks that have failed), before, after and shift, means over worlds in shares of
  all that is at issue for the side, with low and high, a 90 % interval of the shift over worlds.
- otherwise: futures of all that were played (of) that end otherwise with the change; followed: how
  many of them were followed day by day.
- first[]: what differs first in these, the most frequent first: changed (what happens with the
  change on the first day that differs), unchanged (what happens that day without it), futures. Both
  are empty where nothing that a trace reports differs but days of fighting.
"""

from collections import Counter
from typing import Annotated, Any, NamedTuple, TypeAlias

import numpy as np

from detente.ensemble.encode.agenda import CrisisOnTerms
from detente.ensemble.intervention import AS_IT_IS, Intervention
from detente.ensemble.record import threads_of
from detente.ensemble.runners import Clock, each_world
from detente.ensemble.study import PlayedWorld, Study
from detente.ensemble.tally import SIDES
from detente.ensemble.weighing import mean_of
from detente.estimate.estimate import Estimate
from detente.estimate.intervals import mean_over_worlds
from detente.kernel.endings import Event
from detente.kernel.world import epochs_of
from detente.questions.bargaining.game import (
    Depth,
    Game,
    force_at_start,
    prior_chances,
    worth_of_failure,
    worth_of_force,
)
from detente.questions.names import Names, names_of
from detente.questions.trace import WORDINGS, Line, in_words

MOST_FOLLOWED = 8
"""Maximum number of a world's futures that are followed, of those that end differently."""
WORTHS = ("start", "strike", "failure")
"""The worths of each side: of the crisis, of an immediate strike by the challenger, of failed
talks."""
_Found: TypeAlias = tuple[np.ndarray, list[tuple[str, str]]]
"""The results of one world: worths without and with the change, shape (2, SIDES, WORTHS), and first
differences, with and without it."""


class MovedWorth(NamedTuple):
    """The worth of something to a side on the first day, and its shift by a change.

    Means over worlds and over the side's types, in shares of all its stakes.
    """

    side: str
    of: Annotated[str, "one of `WORTHS`"]
    before: float
    after: float
    shift: Estimate

    def as_json(self) -> dict[str, Any]:
        """Return it for JSON."""
        worth = {"side": self.side, "of": self.of, "before": self.before, "after": self.after}
        return {**worth, **self.shift.as_json()}


class FirstDifference(NamedTuple):
    """The events with and without a change, on the first day on which they differ."""

    changed: str
    unchanged: str
    futures: int


class Path(NamedTuple):
    """Why a change has its effect."""

    worths: tuple[MovedWorth, ...]
    otherwise: Annotated[int, "futures that end differently"]
    of: Annotated[int, "all that were played"]
    followed: Annotated[int, "number of these that were followed day by day"]
    first: Annotated[tuple[FirstDifference, ...], "the most frequent first"]


def path_of(study: Study, intervention: Intervention, worlds: int) -> Path:
    """Return why a change has its effect in the first worlds of a run, which were played with it.

    Worlds are solved again. Of the futures that end differently with the change the first few of
    each world are followed day by day, with and without it on the same draws.

    Raises `DetenteError` if the worlds were not played, or one of them cannot be solved.
    """
    answer, clock = study.read(intervention, worlds), Clock(worlds, study.progress)
    differs = answer.before != answer.after
    names = names_of(study.baseline.crisis, study.run.record.called)
    unchanged, changed = (study.worlds(one, worlds) for one in (AS_IT_IS, intervention))

    def follow(world: int) -> _Found:
        pair = [(one, one.solved()) for one in (unchanged[world], changed[world])]
        first = []
        for future in np.flatnonzero(differs[world])[:MOST_FOLLOWED].tolist():
            without, with_it = (
                one.stage.followed(*solved, one.stretch.world, future) for one, solved in pair
            )
            first.append(first_difference(with_it, without, names))
        return np.array([_worths(one, *solved) for one, solved in pair]), first

    found = each_world(follow, worlds, threads_of(study.threads), clock)
    reckoned = np.array([of_world for of_world, _ in found])
    counts = Counter(pair for _, first in found for pair in first)
    weighing = study.run.weighing_of(worlds)
    before, after = mean_of(reckoned, weighing)
    return Path(
        tuple(
            MovedWorth(
                side,
                of,
                float(before[row, column]),
                float(after[row, column]),
                mean_over_worlds(
                    reckoned[:, 1, row, column] - reckoned[:, 0, row, column], weighing
                ).of_kind("shift"),
            )
            for row, side in enumerate(SIDES)
            for column, of in enumerate(WORTHS)
        ),
        int(differs.sum()),
        differs.size,
        counts.total(),
        tuple(FirstDifference(*pair, many) for pair, many in counts.most_common()),
    )


def _worths(altered: PlayedWorld, encoded: Any, solved: Any) -> np.ndarray:
    """Return the worths of each side on the first day, shape (SIDES, WORTHS)."""
    stage, option = altered.stage, altered.option
    settled = CrisisOnTerms(stage.crises[option], stage.numbers(option, altered.stretch.world))
    depth = Depth(stage.settings.grid, stage.settings.horizon)
    game = Game(settled, epochs_of(encoded).start, solved, depth)
    struck = worth_of_force(game, force_at_start(game.world))
    by_type = np.array([solved.worth, struck[:4], worth_of_failure(game)[:4]]).reshape(3, 2, 2)
    firm = np.array(prior_chances(game.world))
    shares = np.stack([firm, 1.0 - firm], axis=1)
    return np.asarray((by_type * shares).sum(axis=2).T)


def first_difference(changed: np.ndarray, unchanged: np.ndarray, names: Names) -> tuple[str, str]:
    """Return the first event of each of two traces on the first day on which they differ.

    A text is empty if its trace has no event of its own on that day.
    """
    ours, theirs = (
        {key: line for line in lines if WORDINGS[(key := _identity(line))[1]].brief}
        for lines in (changed, unchanged)
    )
    day = min((day for day, *_ in ours.keys() ^ theirs.keys()), default=None)
    first, second = (
        next((_says(own[key], names) for key in own if key[0] == day and key not in other), "")
        for own, other in ((ours, theirs), (theirs, ours))
    )
    return first, second


def _identity(line: np.void) -> tuple[int, Event, int, int]:
    """Return the day of a line and its event, without chances and amounts."""
    return int(line["day"]), Event(int(line["kind"])), int(line["first"]), int(line["second"])


def _says(line: np.void, names: Names) -> str:
    numbers = int(line["first"]), int(line["second"]), float(line["value"])
    phrase = WORDINGS[Event(int(line["kind"]))].brief
    return in_words(phrase, Line(*numbers, names)) if phrase else ""
