"""The effects of a run's options, on the same worlds and the same draws.

`detente compare --json` prints one object, `detente/compare/1`. By name:

- run, outcome, better (more or less of it), digest (of the run); worlds and futures of each option,
  the base among them: in the first worlds of the run, those in which all of them were played.
- options.NAME, the base among them: title; share of the outcome with its intervals; difference from
  the base with its 90 % interval (low, high; over worlds and chance, paired on the same draws)
  and its 5th and 95th percentile across worlds, sampling noise removed (spread_low, spread_high);
  same: the option changes nothing, so that all is exactly 0.
- options.NAME.regret: by how much the best option of each world is better, on average; the best is
  chosen on other futures than it is judged on, which puts the mean at or below the truth.
  regret_most: chosen and judged on the same, which puts it above. regret_worst: 95th percentile
  over worlds. best_in: share of worlds in which it is the best. null with one future a world.
- options.NAME.measures.KEY: the same differences of deal, settled, force, any_war (shares of
  futures), challenger_loss, defender_loss (normalised) and world_cost (billion dollars);
  gains, costs: which of these are clearly better, and clearly worse: by at least a point (of what
  is no share: a hundredth of what a side has there, or a billion dollars), with a 97 % interval
  that does not hold 0.
- options.NAME.says, pays: what is done and who bears its cost, in the words of the pack.
- options.NAME.reached.GOAL: share of worlds in which a threshold is kept, Wilson's interval over
  worlds.
- options.NAME.works_if: conditions {field, is_above, value, place}, only (helps there and not
  clearly elsewhere), share of worlds, inside and outside {mean, low, high} on held-out worlds;
  `why` if there is no rule.
- ranking, tied (options whose interval does not set them apart from the best); dominated: options
  that another beats, with the best that does: clearly better by war, use of force or deals, and by
  its estimates at least as good by the others.
- flip: best, second, lead; worlds: the smallest re-weighting of worlds that makes them equal
  {entropy, effective, moved, why}; number: the one number that must go least far, or null.
- inverse.GOAL.options.NAME: the smallest re-weighting under which the goal is kept, under the base
  and the best option.
- notes.
"""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from detente import notebook
from detente.data import fields_of, in_json
from detente.ensemble.foundation import has_options
from detente.ensemble.measures import outcome_of
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.weighing import mean_of
from detente.errors import DetenteError
from detente.estimate.estimate import NONE, Estimate
from detente.estimate.intervals import estimate_share
from detente.estimate.paired import (
    COMPARED,
    COUNTED,
    WANTED,
    Goal,
    Pairs,
    Regret,
    beaten,
    better_of,
    clearly,
    count_pairs,
    estimate_difference,
    goal_as_json,
    goals_of,
    of_measure,
    paired_means,
    reached,
    regrets,
    shares_by_world,
)
from detente.pack import Crisis
from detente.questions.conditions import (
    Flip,
    Reweighted,
    Search,
    WorldNumbers,
    find_rule,
    read_numbers,
    reweighted,
    turning_point,
)
from detente.questions.wording import few_worlds
from detente.text import offered

FEW_WORLDS = 16
"""With fewer worlds hardly anything can be said about how they differ."""
OF_ALL_ALIKE = (
    "the conditions under which an option helps, and the weights that would change an answer, "
    "treat all sets of assumptions alike"
)
"""The note of a run whose worlds are weighted."""
NOT_CLEAR = "not clear"
GROUPS = {"help": {1}, "trade": {-1, 1}, "hurt": {-1}, NOT_CLEAR: set[int]()}
"""Groups of options, in order, and the signs of the distinguishable changes of each."""


@dataclass(frozen=True)
class Compared:
    """One option compared with the base."""

    title: str
    says: str
    """What is done, in the pack's words; empty for the base, or if the pack cannot be read."""
    pays: str
    """Who bears its cost, in the pack's words, if it says."""
    is_same: bool
    """Whether it sets every field to the value that the field has in all worlds anyway."""
    share: Estimate
    difference: Estimate
    regret: Regret | None
    measures: dict[str, Estimate]
    reached: dict[Goal, Estimate]
    search: Search

    @property
    def signs(self) -> dict[str, int]:
        """Return by measure 1 if it is clearly better than in the base, -1 if clearly worse."""
        signs = {key: clearly(key, measure) for key, measure in self.measures.items()}
        return {key: sign for key, sign in signs.items() if sign}

    @property
    def counts(self) -> dict[str, int]:
        """Return the signs of the measures that define groups: war, use of force and deals."""
        return {key: sign for key, sign in self.signs.items() if key in COUNTED}

    @property
    def gains(self) -> tuple[str, ...]:
        """Return the measures that are clearly better than in the base."""
        return tuple(key for key, sign in self.signs.items() if sign > 0)

    @property
    def costs(self) -> tuple[str, ...]:
        """Return the measures that are clearly worse than in the base."""
        return tuple(key for key, sign in self.signs.items() if sign < 0)

    def as_json(self) -> dict[str, Any]:
        """Return its fields in the object of `detente compare --json`."""
        regret = dict.fromkeys(Regret._fields) if self.regret is None else self.regret._asdict()
        rule = self.search.rule
        works_if: dict[str, Any] = {"conditions": [], "why": self.search.why}
        if rule is not None:
            works_if = {
                "conditions": rule.conditions,
                "only": rule.is_only_if,
                **fields_of(rule, "share inside outside"),
                "why": "",
            }
        return {
            **fields_of(self, "title says pays share"),
            **in_json(self.difference),
            "same": self.is_same,
            "regret": regret["regret"],
            "regret_most": regret["most"],
            "regret_worst": regret["worst"],
            "best_in": regret["best_in"],
            **fields_of(self, "measures gains costs"),
            "reached": {goal.name: one for goal, one in self.reached.items()},
            "works_if": works_if,
        }


@dataclass(frozen=True, repr=False)
class Comparison(notebook.Shown):
    """The options of a run, compared."""

    run: Run
    outcome: str
    better: int
    """1 if more of the outcome is better, -1 if less."""
    pairs: Pairs = field(repr=False)
    options: dict[str, Compared]
    goals: tuple[Goal, ...]
    flip: Flip
    crisis: Crisis | None = field(repr=False)
    """The crisis without any option; None if the run's pack can no longer be read."""
    inverse: dict[Goal, dict[str, Reweighted]]
    """The re-weighting of worlds that reaches a goal, under the base and the best option."""

    @property
    def ranking(self) -> tuple[str, ...]:
        """Return the options, the base included, the best first."""
        return _ranked(self.pairs, self.better)

    @property
    def tied(self) -> tuple[str, ...]:
        """Return the options that cannot be distinguished from the best."""
        return tuple(name for name in self.ranking[1:] if self.places[name] == 1)

    @cached_property
    def places(self) -> dict[str, int]:
        """Return the place of each option, the best first; options that are tied share a place.

        Those that share a place cannot be distinguished from the best of them; the next place is
        that of the best of all others.
        """
        found: dict[str, int] = {}
        while len(found) < len(self.ranking):
            first, *rest = [name for name in self.ranking if name not in found]
            alike = [name for name in rest if not self.difference(name, first).is_clear]
            found |= dict.fromkeys([first, *alike], len(found) + 1)
        return found

    def rivals(self, name: str, sign: int = 1) -> list[str]:
        """Return the options of its group that an option does not clearly beat.

        It beats those from which it clearly differs in war, use of force or deals, each time for
        the better. With `sign` -1: the options than which it is not clearly worse.
        """
        places = self.pairs.options
        (group,) = (names for names in self.groups.values() if name in names)

        def signs(other: str) -> set[int]:
            """Return the signs of its clear differences from another option."""
            by = {
                key: estimate_difference(
                    paired_means(self.pairs, places.index(name), places.index(other), key)
                )
                for key in COUNTED
            }
            return {
                1 if better_of(key) * one.value > 0.0 else -1
                for key, one in by.items()
                if one.is_clear
            }

        return [other for other in group if other != name and signs(other) != {sign}]

    @cached_property
    def dominated(self) -> dict[str, str]:
        """Return the options that another beats, each with the best that does (`paired.beaten`)."""
        return beaten(self.pairs, self.ranking)

    @property
    def in_order(self) -> tuple[str, ...]:
        """Return the options that none beats, then the others; each time the best first."""
        names = [name for name in self.ranking if name != BASE]
        return tuple(sorted(names, key=lambda name: name in self.dominated))

    @cached_property
    def groups(self) -> dict[str, list[str]]:
        """Return the options of each group; those that are better on more counts come first."""

        def merit(name: str) -> tuple[int, float]:
            one = self.options[name]
            points = sum(sign * abs(one.measures[key].value) for key, sign in one.counts.items())
            return list(one.counts.values()).count(1), points

        return {
            group: sorted(
                (name for name in self.in_order if set(self.options[name].counts.values()) == kind),
                key=merit,
                reverse=True,
            )
            for group, kind in GROUPS.items()
        }

    @property
    def notes(self) -> tuple[str, ...]:
        """Return the notes on this run."""
        worlds, futures = self.pairs.worlds, self.pairs.futures
        few = f"{few_worlds(worlds)} to see how options depend on assumptions"
        one = (
            "with one course of events for each set of assumptions, we cannot separate chance "
            "from the effect of assumptions"
        )
        lost = "the run's pack was changed or lost: descriptions and costs of options are missing"
        notes = {few: worlds < FEW_WORLDS, one: futures == 1, lost: self.crisis is None}
        notes |= {OF_ALL_ALIKE: self.run.weighing is not None}
        return tuple(note for note, is_so in notes.items() if is_so)

    def difference(self, option: str, other: str = BASE) -> Estimate:
        """Return how much more often the outcome comes under one option than under another."""
        places = [_place(self.pairs.options, name, self.run) for name in (option, other)]
        is_base = all(name == BASE or self.options[name].is_same for name in (option, other))
        if is_base or option == other:
            return NONE
        return estimate_difference(paired_means(self.pairs, places[0], places[1]))

    def content(self) -> dict[str, Any]:
        """Return the object that `detente compare --json` prints."""
        return {
            "schema": "detente/compare/1",
            "run": str(self.run.folder),
            "outcome": self.outcome,
            "better": "more" if self.better > 0 else "less",
            "worlds": self.pairs.worlds,
            "futures": self.pairs.worlds * self.pairs.futures,
            **fields_of(self, "options ranking tied dominated flip"),
            "inverse": {
                goal.name: {**goal_as_json(goal), "options": found}
                for goal, found in self.inverse.items()
            },
            "notes": self.notes,
            "digest": self.run.digest,
        }


def compare(
    run: Run,
    *,
    outcome: str = "any_war",
    options: Sequence[str] = (),
    better: Literal["more", "less"] | None = None,
    below: Mapping[str, float] | None = None,
    above: Mapping[str, float] | None = None,
) -> Comparison:
    """Compare the options of a run, on the same worlds and the same draws.

    The base is restricted to the worlds in which the options were played, the first ones.

    Parameters
    ----------
    run
        A finished run that played options.
    outcome
        The outcome, or ending, by which they are ranked.
    options
        The options to compare with the base; by default all that the run played.
    better
        Whether more of the outcome is better, or less; by default depending on the outcome.
    below, above
        Thresholds by outcome, from 0 to 1: in how many worlds the outcome stays below, or above,
        and what would have to be true for that. By default war below 5 %.

    Raises
    ------
    DetenteError
        If there is no such outcome or option, the run played no options, a threshold is out of its
        bounds, or a file of the run is missing or was changed.
    """
    outcome_of(outcome)
    goals = goals_of(outcome, below, above)
    if better not in {None, "more", "less"}:
        what = f"better is {better!r}; use more or less"
        raise DetenteError(what, where="better", hint="or leave it out")
    is_wanted = outcome in WANTED if better is None else better == "more"
    sign = 1 if is_wanted else -1
    pairs = count_pairs(run, _chosen(run, options), outcome)
    numbers, fixed = read_numbers(run, pairs.worlds, [outcome])
    crisis = run.crisis_if_kept  # if there is none, a note says so
    regret, found = regrets(pairs, sign), {}
    for place, name in enumerate(pairs.options):
        # An option has no effect if every number has its value in all worlds anyway.
        same = name == BASE or all(
            path in fixed and isinstance(value, (int, float)) and float(value) == fixed[path]
            for path, value in run.record.options[name].change.items()
        )
        difference = paired_means(pairs, place, 0)
        written = None if crisis is None else crisis.options.get(name)
        found[name] = Compared(
            title=run.record.options[name].title,
            says=written.says if written else "",
            pays=(written.pays or "") if written else "",
            is_same=same,
            share=estimate_share(pairs.counts[:, place], pairs.futures, pairs.weighing),
            difference=NONE if same else estimate_difference(difference),
            regret=None if regret is None else regret[place],
            measures={
                measure: NONE if same else of_measure(pairs, measure, place) for measure in COMPARED
            },
            reached={goal: reached(pairs, goal, place) for goal in goals},
            search=Search(None, "it changes nothing")
            if same
            else find_rule(sign * difference.means, numbers),
        )
    ranked = _ranked(pairs, sign)
    best, second = (pairs.options.index(name) for name in ranked[:2])
    raw = paired_means(pairs, best, second)
    lead = raw._replace(means=sign * raw.means)
    return Comparison(
        run=run,
        outcome=outcome,
        better=sign,
        pairs=pairs,
        options=found,
        goals=goals,
        crisis=crisis,
        flip=Flip(
            best=ranked[0],
            second=ranked[1],
            lead=estimate_difference(lead),
            worlds=reweighted(lead, 0.0, numbers),
            number=turning_point(lead, numbers),
        ),
        inverse={goal: _inverse(pairs, goal, (BASE, ranked[0]), numbers) for goal in goals},
    )


def _chosen(run: Run, asked: Sequence[str]) -> tuple[str, ...]:
    """Return the options that are compared, the base first."""
    if len(run.options) == 1:
        pack = shlex.quote(run.record.source)
        hint = f"play them: detente run {pack} --options all"
        if not has_options(run.folder):
            hint = (
                f"its pack has none: write [options.NAME] in {pack} and play it with --options all"
            )
        what = "the run played no options, so that there is nothing to compare"
        raise DetenteError(what, where=str(run.folder), hint=hint)
    for name in asked:
        _place(run.options, name, run)
    chosen = [name for name in run.options if name != BASE and (not asked or name in asked)]
    if not chosen:
        what = "the base alone is named; name an option to compare with it"
        raise DetenteError(what, where="options", hint="it has: " + ", ".join(run.options[1:]))
    return (BASE, *chosen)


def _place(options: Sequence[str], name: str, run: Run) -> int:
    if name in options:
        return options.index(name)
    what, hint = f"the run has no option {name!r}", offered(name, options, "it has")
    raise DetenteError(what, where=str(run.folder), hint=hint)


def _ranked(pairs: Pairs, sign: int) -> tuple[str, ...]:
    totals = sign * mean_of(pairs.counts, pairs.weighing)
    order = sorted(range(len(pairs.options)), key=lambda place: -totals[place])
    return tuple(pairs.options[place] for place in order)


def _inverse(
    pairs: Pairs, goal: Goal, names: Sequence[str], numbers: WorldNumbers
) -> dict[str, Reweighted]:
    found = {}
    for name in names:
        option = pairs.options.index(name)
        shares = shares_by_world(pairs, goal.outcome, option)
        mean = shares.mean
        is_reached = mean < goal.threshold if goal.is_below else mean > goal.threshold
        met = Reweighted(None, (), "it holds as things are")
        found[name] = met if is_reached else reweighted(shares, goal.threshold, numbers)
    return found
