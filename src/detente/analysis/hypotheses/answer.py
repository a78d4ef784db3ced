"""Tests the hypotheses of a run's pack by intervention, and says what follows for each."""

import math
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

from detente import notebook
from detente.analysis.causes.coalitions import coalition_wars, worlds_of
from detente.analysis.hypotheses.interventions import (
    ACTS,
    Intervention,
    intervened,
    rows_of,
    worlds_under,
)
from detente.analysis.hypotheses.trying import Bench, design_of, interventions_of, results_of
from detente.analysis.hypotheses.verdicts import Result, Verdict, together
from detente.ensemble.foundation import read_again
from detente.ensemble.kept import threads_of
from detente.ensemble.record import BASE
from detente.ensemble.run import Run
from detente.ensemble.simulate import Listener
from detente.errors import DetenteError
from detente.pack import Crisis
from detente.pack.model import Hypothesis
from detente.text import did_you_mean

UNTESTED = "the pack names no test for it"


@dataclass(frozen=True)
class Tested:
    """A hypothesis with what its tests found, in this model."""

    id: str
    hypothesis: Hypothesis
    by_test: tuple[tuple[Result, ...], ...]
    command: str

    @property
    def results(self) -> tuple[Result, ...]:
        """Return all that its tests found."""
        return tuple(result for results in self.by_test for result in results)

    @property
    def verdict(self) -> Verdict:
        """Return what follows: supported, rejected or cannot_tell."""
        return together(self.results, self.hypothesis.needs)[0]

    @property
    def rests_on(self) -> Result | None:
        """Return the result on which the verdict rests; none if there is no test."""
        return together(self.results, self.hypothesis.needs)[1]

    @property
    def why(self) -> str:
        """Return why nothing is estimable; empty if something is."""
        on = self.rests_on
        return UNTESTED if on is None else on.why

    def as_json(self) -> dict[str, Any]:
        """Return a hypothesis as `detente hypotheses --json` prints it."""
        on = self.rests_on
        found = dict.fromkeys(("estimate", "low", "high"))
        return {
            "id": self.id,
            "says": self.hypothesis.says,
            "rejected_if": self.hypothesis.rejected_if,
            **(found if on is None else {key: _of_result(on)[key] for key in found}),
            "unit": "" if on is None else on.unit,
            "verdict": self.verdict,
            "why": self.why,
            "needs": self.hypothesis.needs,
            "tests": [
                {"kind": trial.kind, "says": trial.says, "results": list(map(_of_result, results))}
                for trial, results in zip(self.hypothesis.tests, self.by_test, strict=True)
            ],
            "command": self.command,
        }


@dataclass(frozen=True, repr=False)
class Hypotheses(notebook.Shown):
    """The hypotheses of a run's pack, each with what its tests found, in this model."""

    run: Run
    worlds: int
    tested: tuple[Tested, ...]

    def as_json(self) -> dict[str, Any]:
        """Return what `detente hypotheses --json` prints."""
        return {
            "schema": "detente/hypotheses/1",
            "run": str(self.run.folder),
            "worlds": self.worlds,
            "hypotheses": [one.as_json() for one in self.tested],
        }


class Plan(NamedTuple):
    """What is left to be done, and on how many threads."""

    played: Annotated[int, "worlds, with changes"]
    followed: Annotated[int, "futures, day by day"]
    judged: Annotated[int, "worlds, for what caused war"]
    designed: Annotated[int, "worlds of designs"]
    threads: int


def hypotheses(
    run: Run,
    *,
    only: Sequence[str] = (),
    worlds: int | None = None,
    threads: int | None = None,
    progress: Listener | None = None,
) -> Hypotheses:
    """Test the hypotheses of a run's pack by intervention, on the run's worlds and draws.

    What is played is kept in the run's folder, so that a second call reads it, and one that was
    stopped goes on.

    Parameters
    ----------
    run
        A finished run.
    only
        Keys of the hypotheses to test; all unless given.
    worlds
        How many of the run's worlds to use, from the first; all unless given.
    threads
        Worlds played at a time; as many as there are processors unless given.
    progress
        Called now and then with how far it has come, in worlds.

    Raises
    ------
    DetenteError
        If the pack holds no hypotheses, or none of such a key, the run has fewer worlds, was made
        by another version of the model, or is damaged.
    """
    chosen, bench = ask(run, only, worlds, threads, progress)
    run.refuse_other_model()
    wanted = worlds_under(interventions_for(chosen, bench.crisis), bench.worlds)
    intervened(run).play_missing(wanted, threads=bench.threads, progress=progress)
    tested = tuple(
        Tested(key, one, _results(one, bench), _command(run, key, bench.worlds))
        for key, one in chosen.items()
    )
    return Hypotheses(run, bench.worlds, tested)


def ask(
    run: Run,
    only: Sequence[str],
    worlds: int | None,
    threads: int | None,
    progress: Listener | None = None,
) -> tuple[dict[str, Hypothesis], Bench]:
    """Return the hypotheses that are to be tested, and on what.

    Raises
    ------
    DetenteError
        If the pack holds none, or none of such a key, or the run has fewer worlds.
    """
    count = len(worlds_of(run, worlds))
    crisis = read_again(run.folder, run.record)[BASE]
    held = dict(crisis.hypotheses)
    if not held:
        pack = shlex.quote(run.record.source)
        hint = f"write [hypotheses.KEY] in {pack} and play it: detente run {pack}"
        raise DetenteError("the run's pack holds no hypotheses", where=str(run.folder), hint=hint)
    for key in only:
        if key not in held:
            near = did_you_mean(key, held)
            hint = f"{near} it has: {', '.join(held)}".strip()
            raise DetenteError(f"the pack has no hypothesis {key!r}", where="only", hint=hint)
    chosen = {key: one for key, one in held.items() if not only or key in only}
    return chosen, Bench(run, crisis, count, threads_of(threads), progress)


def interventions_for(chosen: dict[str, Hypothesis], crisis: Crisis) -> list[Intervention]:
    """Return all interventions of the tests of hypotheses, each once."""
    trials = [trial for one in chosen.values() for trial in one.tests]
    found = [one for trial in trials for one in interventions_of(trial, crisis)]
    return list(dict.fromkeys(found))


def plan(run: Run, *, only: Sequence[str], worlds: int | None, threads: int | None) -> Plan:
    """Return what is left to be done for an answer.

    Raises
    ------
    DetenteError
        If what is asked for is not allowed.
    """
    chosen, bench = ask(run, only, worlds, threads)
    wanted = worlds_under(interventions_for(chosen, bench.crisis), bench.worlds)
    missing = intervened(run).missing(wanted)
    kinds = {trial.kind for one in chosen.values() for trial in one.tests}
    judged = range(bench.worlds if "causes" in kinds else 0)
    designed = 0
    for trial in (trial for one in chosen.values() for trial in one.tests):
        design = design_of(trial, bench) if trial.kind == "groups" else None
        designed += 0 if design is None else design.missing
    return Plan(
        played=len(missing),
        followed=sum(rows_of(run, one.under) for one in missing if one.under.kept == ACTS),
        judged=len(coalition_wars(run, BASE).missing(judged)),
        designed=designed,
        threads=bench.threads,
    )


def _results(hypothesis: Hypothesis, bench: Bench) -> tuple[tuple[Result, ...], ...]:
    return tuple(tuple(results_of(trial, bench)) for trial in hypothesis.tests)


def _command(run: Run, key: str, worlds: int) -> str:
    size = "" if worlds == run.record.settings.worlds else f" --worlds {worlds}"
    return f"detente hypotheses {shlex.quote(str(run.folder))} --only {key}{size}"


def _of_result(result: Result) -> dict[str, Any]:
    numbers = {key: _or_nothing(value) for key, value in result.estimate._asdict().items()}
    plain = result._asdict()
    del plain["estimate"]
    return {"name": plain.pop("name"), **numbers, **plain, "levels": list(result.levels)}


def _or_nothing(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else value
