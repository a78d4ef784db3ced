"""Time what a user would otherwise pick; results go to stdout.

`python -m benchmarks.peers.measure FILE FOLDER` reads what `benchmarks.peers.sheet` has written,
and takes the peers from a folder of packages. A peer that is not installed is reported as such.
"""

import json
import pickle
import sys
import time
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from benchmarks.peers.dispute import End, Tables
from detente.kernel import crisis

ROUNDS = 5


class Task(NamedTuple):
    """What is to be measured."""

    tables: Tables
    world: Any
    solved: Any
    twin_futures: int
    """Futures that each twin plays in a round."""
    experiments: int
    batch: int
    """Futures in one call, where whole batches are called."""


def seconds(job: Callable[[int], object], rounds: int = ROUNDS) -> float:
    """Return the median processor time of a job that gets its round [s]."""
    times = []
    for turn in range(rounds):
        begun = time.process_time()
        job(turn)
        times.append(time.process_time() - begun)
    return median(times)


def twin(task: Task, module: str) -> dict[str, Any]:
    """Play the day loop in a framework; return the time of a future [s] and all ends."""
    play = import_module(f"benchmarks.peers.{module}").play
    ends: list[End] = []
    taken = seconds(lambda turn: ends.extend(play(task.tables, task.twin_futures, turn)))
    return {"future": taken / task.twin_futures, "ends": ends}


def negmas(task: Task) -> dict[str, Any]:
    """Time sessions of alternating offers: two parties, four issues, fifty steps [s]."""
    from negmas import SAOMechanism, make_issue  # noqa: PLC0415  may not be installed
    from negmas.preferences import LinearUtilityAggregationFunction  # noqa: PLC0415
    from negmas.sao import AspirationNegotiator  # noqa: PLC0415

    issues = [make_issue(5, f"issue {number}") for number in range(4)]

    def session() -> None:
        mechanism = SAOMechanism(issues=issues, n_steps=50)
        for _ in range(2):
            worth = LinearUtilityAggregationFunction.random(issues=issues, reserved_value=0.0)
            mechanism.add(AspirationNegotiator(), ufun=worth)
        mechanism.run()

    count = max(1, task.experiments // 10)

    def sessions(_: int) -> None:
        for _ in range(count):
            session()

    return {"session": seconds(sessions) / count}


def workbench(task: Task) -> dict[str, Any]:
    """Time experiments of the EMA Workbench: of nothing, of one future, of a batch of them [s]."""
    from ema_workbench import (  # noqa: PLC0415  may not be installed
        Model,
        RealParameter,
        ScalarOutcome,
        SequentialEvaluator,
    )

    def experiment(work: Callable[[float], float], count: int) -> float:
        model = Model("detente", function=lambda x: {"y": work(x)})
        model.uncertainties = [RealParameter("x", 0.0, 1e6)]
        model.outcomes = [ScalarOutcome("y")]
        with SequentialEvaluator(model) as evaluator:
            taken = seconds(lambda _: evaluator.perform_experiments(scenarios=count))
        return taken / count

    def played(first: float, futures: int) -> float:
        rows = crisis.play(
            task.world, task.solved, seed=1, number=0, first=int(first), futures=futures
        )
        return float(rows["ending"].mean())

    played(0.0, 1)
    return {
        "nothing": experiment(float, task.experiments),
        "single": experiment(lambda x: played(x, 1), task.experiments),
        "batch": experiment(lambda x: played(x, task.batch), max(2, task.experiments // 100)),
    }


def salib(task: Task) -> dict[str, Any]:
    """Time a Sobol analysis of ten numbers by SALib, a row of results [s]."""
    import numpy as np  # noqa: PLC0415  next to SALib, which may not be installed
    from SALib.analyze import sobol  # noqa: PLC0415

    problem = {"num_vars": 10, "names": [f"x{n}" for n in range(10)], "bounds": [[0, 1]] * 10}
    rows = np.random.default_rng(1).random(task.experiments * (2 * 10 + 2))
    taken = seconds(lambda _: sobol.analyze(problem, rows, print_to_console=False, seed=1))
    return {"row": taken / len(rows)}


PEERS: dict[str, Callable[[Task], dict[str, Any]]] = {
    "simpy": lambda task: twin(task, "in_simpy"),
    "mesa": lambda task: twin(task, "in_mesa"),
    "negmas": negmas,
    "ema_workbench": workbench,
    "SALib": salib,
}


def measure(task: Task) -> dict[str, Any]:
    """Measure every peer that can be imported, by its name; of others, why they cannot."""
    found: dict[str, Any] = {}
    for name, job in PEERS.items():
        try:
            import_module(name)
        except ImportError as fault:
            found[name] = {"missing": str(fault)}
        else:
            found[name] = {"version": version(name), **job(task)}
    return found


if __name__ == "__main__":
    sys.path.append(sys.argv[2])
    # The file was written a moment ago by the program that started this one.
    reported = measure(Task(*pickle.loads(Path(sys.argv[1]).read_bytes())))  # noqa: S301
    print(json.dumps(reported))
