"""The bargaining game alone: what a deal could be, who offers what, and what deployed force does.

`detente solve --json` prints one object, `detente/solve/1`: `pack`, `name`, `title`, `as_of`,
`digest`, `grid`, `horizon`, `changes`; `events_left_out`, the keys of the calendar's events, which
the game does not include; `worlds` and `seed`, null in the median world; `parties` {role: name} of
the roles that somebody has, `issues` and `mediators` {key: name}; `packages`, the most of any
world; `switches` {field: {chance, taken}} in the median world, empty over worlds; and `figures`.

A figure is {value, spread_low, spread_high, worlds}: the number in the median world, where the
spread is null, or its median and its 5th and 95th percentile over the worlds that have it. A yes or
no is {share, worlds}. Worths are in shares of the holder's whole stakes, chances run from 0 to 1,
days and packages are named by their number; package 1 concedes least. By name:

- force_at_start: the level deployed, 0 to 2.
- beliefs.{hard, tough}: chances at the start.
- worth.{hard, soft, tough, weak, ally}: of the crisis at its start; the ally's is that just before
  the first move.
- terms.wide_less_narrow.HOLDER if there are two agendas; terms.{agenda, venue}.{
  challenger_concedes, mean_delay} and terms.venue.is_rival where in dispute.
- agendas.{narrow, wide}.played; .packages.NUMBER.{issues.KEY, relief, to_challenger, to_defender};
  .pairs.{hard, soft}.{tough, weak}.{exists, lowest, highest, force_to_challenger,
  force_to_defender, inside.NUMBER}: deals that both prefer to force begun by the challenger.
- moves.SIDE.{no_text, text_ready}.DAY.MOVE.TYPE: chance within 30 days.
- answers.SIDE.{NUMBER, ultimatum, standstill}.TYPE.BELIEF: chance of acceptance by belief about
  the other.
- leverage.fall.STEP; leverage.{margin, is_leverage, is_readier, agrees}.NUMBER.STEP;
  leverage.accepted.NUMBER.FORCE. A STEP is 0_to_1 or 1_to_2. Force is leverage where the margin of
  one stage is above 0, provocation elsewhere; is_readier is what acceptance in the game says, and
  agrees whether the two say the same, left out where acceptance moves by less than 0.05 points.
- mediators.KEY.worth.HOLDER, .report_rate, .bias, .is_believed, .always_tough, .always_weak: what
  it would say of the defender whatever it knew; .if_tough, .if_weak: the belief that the defender
  is resolved after a message that is believed.
- solver.{nodes, evaluations_a_node, folded_share, unsettled_share, worst_residual} and
  solver.exploitability.TYPE: what a type could gain by always answering best.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from detente import notebook
from detente.ensemble import foundation, runners
from detente.ensemble import record as records
from detente.ensemble.design import drawn_worlds, quantile
from detente.ensemble.record import Grid
from detente.ensemble.runners import EXPLOITED_EVERY, Clock, Listener
from detente.ensemble.tally import INITIATORS
from detente.estimate.estimate import nested
from detente.pack import Change, Crisis
from detente.questions.bargaining.game import (
    HOLDERS,
    Depth,
    Key,
    Reading,
    play_out,
    prior_chances,
    read_answers,
    read_leverage,
    read_moves,
    worth_at_start,
)
from detente.questions.bargaining.ranges import read_mediators, read_ranges, read_terms
from detente.text import in_sentence

LOW, MEDIAN, HIGH = 0.05, 0.5, 0.95


class Switch(NamedTuple):
    """A yes or no with a known chance, and its value in the median world."""

    chance: float
    taken: int


class AcrossWorlds(NamedTuple):
    """A number of the game: in the median world, or its median and range across worlds."""

    value: float
    spread_low: float | None
    spread_high: float | None
    worlds: int


class ShareOfWorlds(NamedTuple):
    """The share of worlds in which something is true; 0 or 1 in the median world."""

    share: float
    worlds: int


@dataclass(frozen=True, repr=False)
class Bargaining(notebook.Shown):
    """The solved bargaining game of a crisis, in the median world or over drawn worlds."""

    main_table = "figures"

    crisis: Crisis
    worlds: int | None
    seed: int
    depth: Depth
    figures: Mapping[Key, AcrossWorlds | ShareOfWorlds]
    switches: Mapping[str, Switch]

    @property
    def parties(self) -> dict[str, str]:
        """Return the names of challenger, defender and, if there is one, ally."""
        actors, of_role = self.crisis.model.actors, self.crisis.all_of_role
        names = {role: [actors[key].name for key in of_role(role)] for role in INITIATORS}
        return {role: " or ".join(each) for role, each in names.items() if each}

    @property
    def called(self) -> dict[str, str]:
        """Return their names as written within a sentence."""
        return {role: in_sentence(name) for role, name in self.parties.items()}

    @property
    def packages(self) -> int:
        """Return the largest number of packages in any world."""
        return len(self.below("leverage", "margin"))

    def get(self, *key: str) -> float | None:
        """Return a number of the game, or the share of worlds in which something is true."""
        figure = self.figures.get(key)
        return None if figure is None else figure[0]

    def below(self, *key: str) -> list[str]:
        """Return the names directly below a key, in order."""
        depth = len(key)
        names = [other[depth] for other in self.figures if other[:depth] == key]
        return list(dict.fromkeys(names))

    def content(self) -> dict[str, Any]:
        """Return the object that `detente solve --json` prints."""
        crisis, model = self.crisis, self.crisis.model
        return {
            "schema": "detente/solve/1",
            **foundation.identity(crisis),
            **self.depth._asdict(),
            "changes": {path: foundation.plain(value) for path, value in crisis.changes.items()},
            "events_left_out": [*crisis.events, *model.rulings],
            "worlds": self.worlds,
            "seed": None if self.worlds is None else self.seed,
            "parties": self.parties,
            "issues": {key: issue.name for key, issue in model.issues.items()},
            "mediators": {key: model.actors[key].name for key in crisis.all_of_role("mediator")},
            "packages": self.packages,
            "switches": self.switches,
            "figures": nested(self.figures),
        }


def solve(  # noqa: PLR0913  every setting, each with its default
    crisis: Crisis,
    *,
    worlds: int | None = None,
    seed: int = 1,
    grid: Grid = "normal",
    horizon: int = 365,
    threads: int | None = None,
    changes: Mapping[str, Change] | None = None,
    progress: Listener | None = None,
) -> Bargaining:
    """Solve the bargaining game of a crisis without playing it.

    By default in the median world, where every number is at its median and every switch at its
    likelier value. With `worlds`, over that many drawn worlds, the same as those of a run with this
    `seed`. `grid` is the grid of beliefs, `horizon` the days that can be played, `threads` the
    worlds solved at a time, by default the number of processors. `progress` is called with the
    progress, in worlds.

    Raises `DetenteError` if a setting or a change is not allowed.
    """
    if changes:
        crisis = crisis.with_changes(changes)
    settings = records.settle(
        worlds=1 if worlds is None else worlds,
        seed=seed,
        grid=grid,
        horizon=horizon,
        threads=records.threads_of(threads),
    )
    depth = Depth(settings.grid, settings.horizon)
    numbers = [median_world(crisis)] if worlds is None else drawn_worlds(crisis, worlds, seed)
    clock = Clock(len(numbers), progress)
    clock.report(0, is_compiling=not runners.kernel().is_warm())

    def read(number: int) -> Reading:
        # Exploitability is slow to compute, so only a few worlds have it.
        is_brief = bool(number % EXPLOITED_EVERY)
        game = play_out(crisis, numbers[number], depth, with_exploitability=not is_brief)
        hard, tough = prior_chances(game.world)
        reading: Reading = {
            ("force_at_start",): float(game.world.calendar.force_at_start),
            ("beliefs", "hard"): hard,
            ("beliefs", "tough"): tough,
        }
        for holder, worth in zip(HOLDERS, worth_at_start(game).tolist(), strict=True):
            reading["worth", holder] = worth
        reading |= read_terms(crisis, numbers[number], game)
        reading |= read_ranges(game)
        reading |= read_moves(game)
        reading |= read_answers(game)
        reading |= read_leverage(game)
        reading |= read_mediators(game)
        # How accurately the game is solved.
        report = game.solved.report
        reading["solver", "nodes"] = float(report.nodes)
        reading["solver", "evaluations_a_node"] = report.evaluations / max(1, report.nodes)
        reading["solver", "folded_share"] = report.folded_rows / max(1, report.rows)
        reading["solver", "unsettled_share"] = report.unsettled_nodes / max(1, report.nodes)
        reading["solver", "worst_residual"] = report.worst_residual
        if not is_brief:
            for holder, gain in zip(HOLDERS[:4], report.exploitability, strict=True):
                reading["solver", "exploitability", holder] = gain
        if crisis.all_of_role("ally"):
            return reading
        return {key: value for key, value in reading.items() if key[-1] != "ally"}

    readings = runners.each_world(read, len(numbers), settings.threads, clock)
    figures = over_worlds(readings, is_spread=worlds is not None)
    switches = {
        path: Switch(number.probability or 0.0, int(quantile(number, MEDIAN)))
        for path, number in crisis.numbers.items()
        if worlds is None and number.kind == "chance"
    }
    return Bargaining(crisis, worlds, seed, depth, figures, switches)


def median_world(crisis: Crisis) -> dict[str, float]:
    """Return every number of a crisis at its median; a switch has its likelier value."""
    return {path: quantile(number, MEDIAN) for path, number in crisis.numbers.items()}


def over_worlds(
    readings: Sequence[Reading], *, is_spread: bool
) -> dict[Key, AcrossWorlds | ShareOfWorlds]:
    """Return each number's median and range across the worlds that have it."""
    figures: dict[Key, AcrossWorlds | ShareOfWorlds] = {}
    for key in dict.fromkeys(key for reading in readings for key in reading):
        values = [each[key] for each in readings if key in each]
        if isinstance(values[0], bool):
            figures[key] = ShareOfWorlds(sum(values) / len(values), len(values))
        elif is_spread:
            low, middle, high = np.quantile(values, (LOW, MEDIAN, HIGH)).tolist()
            figures[key] = AcrossWorlds(middle, low, high, len(values))
        else:
            figures[key] = AcrossWorlds(float(values[0]), None, None, len(values))
    return figures
