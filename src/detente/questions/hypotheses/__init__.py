"""Verdicts on the hypotheses of a pack, tested by intervention on a run's worlds and draws.

`detente hypotheses --json` prints one object, `detente/hypotheses/1`: run, worlds, and a list
`hypotheses` of {id, says, rejected_if, estimate, low, high, unit, verdict, why, needs, tests,
command}.

- verdict: supported, supported_small (by less than a point), rejected or cannot_tell, in this
  model; `why` says why nothing is estimable.
- estimate, low, high: of the result on which the verdict rests; null where nothing was measured.
- needs: whether all results have to bear it out, or any.
- tests: {kind, says, results}: what was done, in the pack's words, and all that was measured.
- results: name, estimate, low and high (90 % interval of the mean over worlds, which count as
  clusters), spread_low and spread_high (5th and 95th percentile across worlds, without sampling
  noise; null where it is one number for all), unit and scale (what 1 is shown as), threshold and
  expects (which side bears the hypothesis out), holds_in (share of worlds in which it is borne
  out), verdict, why, levels (the measure itself at each step; empty where a test has none).
- command: the command that reproduces it alone.
"""

import shlex
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, NamedTuple

from detente import notebook
from detente.data import fields_of
from detente.ensemble.intervention import AS_IT_IS
from detente.ensemble.measures import ACTS, FUTURES, RAIDS
from detente.ensemble.record import BASE, threads_of
from detente.ensemble.run import Run
from detente.ensemble.runners import Listener, WholeWork
from detente.ensemble.study import LEAST_WORLDS, Study
from detente.errors import DetenteError
from detente.pack.model import Hypothesis
from detente.questions.hypotheses.trying import Bench, judging_of, results_of
from detente.questions.hypotheses.verdicts import UNDECIDED, Result, Verdict, decisive
from detente.text import offered

WORLDS = 48
"""Default number of worlds that are played, if the run has as many."""
UNTESTED = "the pack names no test for it"


@dataclass(frozen=True)
class Tested:
    """A hypothesis with the results of its tests."""

    id: str
    hypothesis: Hypothesis
    by_test: tuple[tuple[Result, ...], ...]
    command: str

    @property
    def results(self) -> tuple[Result, ...]:
        """Return the results of all its tests."""
        return tuple(result for results in self.by_test for result in results)

    @property
    def rests_on(self) -> Result | None:
        """Return the result on which the verdict rests; None if there is no test."""
        return decisive(self.results, self.hypothesis.needs)

    @property
    def verdict(self) -> Verdict:
        """Return the verdict: supported, supported_small, rejected or cannot_tell."""
        return UNDECIDED if self.rests_on is None else self.rests_on.verdict

    @property
    def why(self) -> str:
        """Return why nothing can be estimated; empty if something is."""
        result = self.rests_on
        return UNTESTED if result is None else result.why

    def as_json(self) -> dict[str, Any]:
        """Return its fields in the object of `detente hypotheses --json`."""
        result = self.rests_on
        measured = dict.fromkeys(("estimate", "low", "high"))
        return {
            "id": self.id,
            **fields_of(self.hypothesis, "says rejected_if"),
            **(measured if result is None else {key: result.as_json()[key] for key in measured}),
            "unit": "" if result is None else result.unit,
            **fields_of(self, "verdict why"),
            "needs": self.hypothesis.needs,
            "tests": [
                {"kind": trial.kind, "says": trial.says, "results": some}
                for trial, some in zip(self.hypothesis.tests, self.by_test, strict=True)
            ],
            "command": self.command,
        }


@dataclass(frozen=True, repr=False)
class Hypotheses(notebook.Shown):
    """The hypotheses of a run's pack, each with the results of its tests."""

    run: Run
    worlds: int
    tested: tuple[Tested, ...]

    def content(self) -> dict[str, Any]:
        """Return the object that `detente hypotheses --json` prints."""
        return {
            "schema": "detente/hypotheses/1",
            "run": str(self.run.folder),
            "worlds": self.worlds,
            "hypotheses": self.tested,
        }


class PlannedTests(NamedTuple):
    """The work that is left to be done, and the number of threads."""

    played: Annotated[int, "worlds, with changes"]
    followed: Annotated[int, "futures, day by day"]
    raided: Annotated[int, "worlds, with raids only"]
    judged: Annotated[int, "worlds, for the causes of war"]
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

    What is played is stored in the run's folder, so that a second call reads it, and a call that
    was stopped continues.

    Parameters
    ----------
    run
        A finished run.
    only
        Keys of the hypotheses to test; by default all.
    worlds
        Worlds of the run to use, from the first; by default 48, or all if there are fewer.
    threads
        Worlds played at a time; by default the number of processors.
    progress
        Called with the progress, in worlds.

    Raises
    ------
    DetenteError
        If the pack has no hypotheses, or none with such a key, the run has fewer worlds, another
        version of the model made it, or it is damaged.
    """
    bench = ask(run, only, worlds, threads)
    if progress is not None:
        planned = bench.worlds * sum(map(len, bench.interventions.values()))
        bench = replace(bench, means={**bench.means, "progress": WholeWork(progress, planned)})
    for source, interventions in bench.interventions.items():
        bench.studies[source].play(interventions, bench.worlds)
    size = "" if bench.worlds == Study(run).count(None, WORLDS) else f" --worlds {bench.worlds}"
    folder, tested = run.in_command, []
    for key, one in bench.hypotheses.items():
        results = tuple(tuple(results_of(trial, bench)) for trial in one.tests)
        tested.append(Tested(key, one, results, f"detente hypotheses {folder} --only {key}{size}"))
    return Hypotheses(run, bench.worlds, tuple(tested))


def played(run: Run) -> Hypotheses | None:
    """Return the verdicts in the most worlds that were tested before; None if none were."""
    most = run.record.settings.worlds
    if not run.record.is_own_model or most < LEAST_WORLDS:
        return None
    if not run.crisis.hypotheses:
        return None

    def is_tested(worlds: int) -> bool:
        left = plan(run, only=(), worlds=worlds, threads=None)
        return not (left.played or left.raided or left.judged)

    worlds = range(most, LEAST_WORLDS - 1, -1)
    tested = bisect(worlds, False, key=is_tested)
    return hypotheses(run, worlds=worlds[tested]) if tested < len(worlds) else None


def ask(
    run: Run,
    only: Sequence[str],
    worlds: int | None,
    threads: int | None,
) -> Bench:
    """Return the hypotheses to be tested, and the worlds.

    Raises `DetenteError` if the pack has none, or none with such a key, the run has fewer worlds,
    or another version of the model made it.
    """
    run.refuse_other_model()
    count = Study(run).count(worlds, WORLDS)
    crisis = run.crises[BASE]
    held = dict(crisis.hypotheses)
    if not held:
        pack = shlex.quote(run.record.source)
        hint = f"write [hypotheses.KEY] in {pack} and play it: detente run {pack}"
        raise DetenteError("the run's pack holds no hypotheses", where=str(run.folder), hint=hint)
    for key in only:
        if key not in held:
            what, hint = f"the pack has no hypothesis {key!r}", offered(key, held, "it has")
            raise DetenteError(what, where="only", hint=hint)
    chosen = {key: one for key, one in held.items() if not only or key in only}
    return Bench(run, crisis, chosen, count, {"threads": threads})


def plan(run: Run, *, only: Sequence[str], worlds: int | None, threads: int | None) -> PlannedTests:
    """Return the work that is left for an answer."""
    bench = ask(run, only, worlds, threads)
    missing = {
        source: study.missing(bench.interventions.get(source, ()), bench.worlds)
        for source, study in bench.studies.items()
    }
    judges = any(trial.kind == "causes" for trial in bench.trials)
    study, judged = judging_of(bench)
    return PlannedTests(
        played=missing[FUTURES] + missing[ACTS],
        followed=missing[ACTS] * bench.studies[ACTS].futures,
        raided=missing[RAIDS],
        judged=study.missing([AS_IT_IS], judged) if judges else 0,
        threads=threads_of(threads),
    )
