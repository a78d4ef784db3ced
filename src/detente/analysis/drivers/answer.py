"""Asks what an outcome turns on by one of three methods, and keeps the answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

from detente import notebook
from detente.analysis.drivers import design as designs
from detente.analysis.drivers import given
from detente.analysis.drivers.design import Design
from detente.analysis.drivers.given import LEAST_VARIANCE, Effect, Worlds, look_at
from detente.analysis.drivers.inputs import Inputs, inputs_of
from detente.analysis.outcomes import by_world, members_of
from detente.ensemble.design import ACCEPTED
from detente.ensemble.foundation import read_again
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.simulate import Listener
from detente.errors import DetenteError
from detente.pack import Crisis
from detente.pack.allocation import INSTEAD, REFUSED, divides_attack
from detente.text import did_you_mean

Method: TypeAlias = Literal["given_data", "design", "shapley"]
METHODS: tuple[Method, ...] = get_args(Method)
LEAST_WORLDS = 16
"""With fewer, intervals say nothing."""
WIDEST = 0.25
"""An interval wider than this part of the variance is too wide to say anything."""


@dataclass(frozen=True, repr=False)
class Drivers(notebook.Shown):
    """What an outcome turns on in a run, in this model."""

    run: Run
    option: str
    outcome: str
    method: Method
    worlds: int
    share: float
    spread: float
    numbers: dict[str, Effect] = field(default_factory=dict)
    groups: dict[str, Effect] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def effects(self) -> dict[str, Effect]:
        """Return the effects of groups and numbers."""
        return {**self.groups, **self.numbers}

    @property
    def enough(self) -> bool:
        """Say whether everything that was asked about is estimable."""
        return bool(self.effects) and all(map(is_estimable, self.effects.values()))

    def as_json(self) -> dict[str, Any]:
        """Return what `detente drivers --json` prints."""
        return {
            "schema": "detente/drivers/1",
            "run": str(self.run.folder),
            "option": self.option,
            "outcome": self.outcome,
            "method": self.method,
            "worlds": self.worlds,
            "share": self.share,
            "spread": self.spread,
            "enough": self.enough,
            "numbers": {name: _plain(effect) for name, effect in self.numbers.items()},
            "groups": {name: _plain(effect) for name, effect in self.groups.items()},
            "told": {name: is_estimable(effect) for name, effect in self.effects.items()},
            "notes": list(self.notes),
        }


def is_estimable(effect: Effect) -> bool:
    """Say whether an effect's interval is narrow enough to say anything."""
    return effect.main.high - effect.main.low <= WIDEST


def _plain(effect: Effect) -> dict[str, float]:
    plain = {
        "first": effect.first.share,
        "first_low": effect.first.low,
        "first_high": effect.first.high,
        "total": effect.total.share,
        "low": effect.main.low,
        "high": effect.main.high,
    }
    return plain | ({"shapley": effect.shapley.share} if effect.shapley else {})


def drivers(  # noqa: PLR0913  every setting, each with its default
    run: Run,
    *,
    outcome: str = "any_war",
    option: str = BASE,
    method: Method = "given_data",
    worlds: int | None = None,
    numbers: Sequence[str] = (),
    threads: int | None = None,
    progress: Listener | None = None,
) -> Drivers:
    """Say which numbers, and which groups of them, move an outcome's share over worlds.

    Parameters
    ----------
    run
        A finished run.
    outcome
        A named outcome or an ending, by key.
    option
        The option under which it is asked.
    method
        `given_data` reads the run's worlds, `design` plays new ones in the run's folder and goes on
        where it was stopped, `shapley` shares out what the calibrated numbers explain.
    worlds
        Rows of the design, 16 to 4096; 64 unless given. Only with `design`.
    numbers
        Single numbers to look at beside the groups. Only with `design`.
    threads
        Worlds played at a time; as many as there are processors unless given.
    progress
        Called now and then with how far the design has come, in worlds.

    Raises
    ------
    DetenteError
        If there is no such outcome, option, method or number, the run is damaged or was made by
        another version of the model, or the design has no allowed size.
    """
    problem = ask(run, outcome, option)
    if method not in METHODS:
        what = f"there is no method {method!r}"
        raise DetenteError(what, where="method", hint=f"methods: {', '.join(METHODS)}")
    if method == "design":
        design = design_for(problem, worlds, numbers)
        design.kept().play_missing(design.batches(), threads=threads, progress=progress)
        return _from_design(problem, design)
    if worlds is not None or numbers:
        what = "worlds and numbers are settings of a design"
        raise DetenteError(what, where="method", hint="add --design, or leave them out")
    return _from_worlds(problem, _shapley if method == "shapley" else _given, method)


class Problem(NamedTuple):
    """What is asked of which run, with the pack that the run was made from."""

    run: Run
    outcome: str
    option: str
    crisis: Crisis
    inputs: Inputs


def ask(run: Run, outcome: str, option: str) -> Problem:
    """Return a question, once it is known to be one.

    Raises
    ------
    DetenteError
        If there is no such outcome or option, or the pack in the run's folder was changed.
    """
    members_of(outcome)
    run.known(option)
    crisis = read_again(run.folder, run.record)[option]
    return Problem(run, outcome, option, crisis, inputs_of(crisis))


def plan(
    run: Run, *, outcome: str, option: str, worlds: int | None, numbers: Sequence[str]
) -> Design:
    """Return the design that would be played.

    Raises
    ------
    DetenteError
        If what is asked for is not allowed.
    """
    return design_for(ask(run, outcome, option), worlds, numbers)


def design_for(problem: Problem, worlds: int | None, numbers: Sequence[str]) -> Design:
    """Return the design that answers a question: all groups, and the numbers asked for."""
    rows = designs.ROWS if worlds is None else worlds
    designs.check_rows(problem.run, rows)
    names = problem.inputs.groups
    for number in numbers:
        if number not in problem.inputs.singles:
            raise _no_such_number(problem.inputs, number)
    names = names | {number: (number,) for number in numbers}
    return Design(problem.run, problem.option, problem.inputs, problem.crisis, names, rows)


def _no_such_number(inputs: Inputs, number: str) -> DetenteError:
    if divides_attack(number):
        return DetenteError(f"is not ranked; use {REFUSED}", where=number, hint=INSTEAD)
    if number in inputs.accepted:
        hint = f"it comes with others from the accepted set: see the group {ACCEPTED} or --shapley"
        return DetenteError("does not vary alone", where=number, hint=hint)
    if any(number in paths for paths in inputs.tied):
        hint = "it is correlated with others: see the group that names them"
        return DetenteError("does not vary alone", where=number, hint=hint)
    near = did_you_mean(number, inputs.singles)
    hint = near or "detente check PACK --resolved lists all numbers; fixed ones cannot be asked for"
    return DetenteError("is no number that worlds differ in", where=number, hint=hint)


_Effects: TypeAlias = tuple[dict[str, Effect], dict[str, Effect]]


def _from_worlds(
    problem: Problem, method_of: Callable[[Problem, Worlds], _Effects], method: Method
) -> Drivers:
    """Answer from the worlds of a run, or say why they do not answer."""
    shares, noise = by_world(problem.run, problem.outcome, problem.option)
    if len(shares) < LEAST_WORLDS:
        note = f"{LEAST_WORLDS} worlds are needed to say anything; the run has {len(shares)}"
        return _answer(problem, method, (len(shares), float(shares.mean()), 0.0), notes=(note,))
    worlds = look_at(shares, noise)
    size = (len(shares), float(shares.mean()), max(0.0, worlds.variance) ** 0.5)
    if worlds.variance <= LEAST_VARIANCE:
        note = "worlds do not differ in this outcome by more than chance: it turns on nothing here"
        return _answer(problem, method, size, notes=(note,))
    return _answer(problem, method, size, effects=method_of(problem, worlds))


def _given(problem: Problem, worlds: Worlds) -> _Effects:
    found = given.effects(problem.inputs, _uniforms(problem, worlds), worlds)
    return (
        {path: found[path] for path in problem.inputs.singles},
        {name: found[name] for name in problem.inputs.groups},
    )


def _shapley(problem: Problem, worlds: Worlds) -> _Effects:
    if not problem.inputs.accepted:
        what = "the run has no numbers from an accepted set"
        raise DetenteError(what, where=str(problem.run.folder), hint="leave --shapley out")
    places = _uniforms(problem, worlds)[ACCEPTED]
    return given.shapley_effects(problem.inputs, places, worlds), {}


def _uniforms(problem: Problem, worlds: Worlds) -> dict[str, Any]:
    seed = problem.run.record.settings.seed
    return problem.inputs.uniforms(worlds=len(worlds.deviations), seed=seed)


def _from_design(problem: Problem, design: Design) -> Drivers:
    members = members_of(problem.outcome)
    whole = designs.whole(design, members)
    size = (design.worlds, whole.share, max(0.0, whole.variance) ** 0.5)
    if whole.variance <= LEAST_VARIANCE:
        note = "worlds do not differ in this outcome by more than chance: it turns on nothing here"
        return _answer(problem, "design", size, notes=(note,))
    found = dict(designs.effects(design, whole, members))
    groups = {name: found.pop(name) for name in problem.inputs.groups}
    return _answer(problem, "design", size, effects=(found, groups))


def _answer(
    problem: Problem,
    method: Method,
    size: tuple[int, float, float],
    *,
    effects: _Effects = ({}, {}),
    notes: tuple[str, ...] = (),
) -> Drivers:
    return Drivers(
        problem.run, problem.option, problem.outcome, method, *size, *effects, notes=notes
    )
