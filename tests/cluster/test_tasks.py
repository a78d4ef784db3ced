import numpy as np
import pytest

from detente import provenance
from detente.cluster import tasks
from detente.cluster.clusters import refuse_threads
from detente.ensemble import runners
from detente.ensemble.foundation import with_options
from detente.ensemble.runners import ClusterError
from detente.ensemble.simulate import settle, stage_of
from detente.ensemble.store import plan
from detente.errors import DetenteError

OPTIONS = ("base", "hotline")


@pytest.fixture
def stage(tmp_path, crisis):
    settings = settle(crisis, options=["hotline"], threads=1, futures=300, worlds=7, chunk=100)
    return stage_of(tmp_path, with_options(crisis, settings), settings)


@pytest.fixture
def wanted():
    return runners.jobs(part for name in OPTIONS for part in plan(name, [(7, 43)], 100))


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_each_world_is_in_one_task_of_its_option(stage, wanted, size):
    cut = list(tasks.cut(stage, wanted, size))

    assert [job for task in cut for job in task.jobs] == wanted
    assert all({job.option for job in task.jobs} == {task.option} for task in cut)
    assert max(len(task.jobs) for task in cut) == min(size, 7)


def test_a_task_carries_the_numbers_of_its_worlds_alone(stage, wanted):
    task = list(tasks.cut(stage, wanted, 3))[1]

    assert {len(drawn) for drawn in task.values.values()} == {3}
    assert task.values.keys() == stage.values["base"].keys()


@pytest.mark.parametrize("size", [1, 3, 7])
def test_a_task_plays_the_futures_that_a_thread_would(stage, wanted, size):
    pieces = [
        piece
        for task in tasks.cut(stage, wanted, size)
        for piece in tasks.play(stage.crises[task.option], task)
    ]
    here = [piece for job in wanted for piece in runners.do(stage, job, runners.threading.Event())]

    assert [piece[:2] for piece in pieces] == [piece[:2] for piece in here]
    assert all(
        np.array_equal(there.rows, own.rows) and there.report == own.report
        for there, own in zip(pieces, here, strict=True)
    )


def test_worlds_that_were_left_out_of_their_order_keep_their_numbers(stage, wanted):
    left = [wanted[5], wanted[0], wanted[3]]

    (task,) = tasks.cut(stage, left, 3)
    pieces = tasks.play(stage.crises["base"], task)

    assert [piece.world for piece in pieces] == [0, 3, 5]
    field = "talks.fade_rate"
    assert np.array_equal(task.values[field], stage.values["base"][field][:6])


@pytest.mark.parametrize(
    ("asked", "jobs", "threads", "worlds"),
    [
        ({"futures": 300, "worlds": 7, "chunk": 100}, 7, 1, 1),
        ({"futures": 300, "worlds": 300}, 300, 1, 8),
        ({"futures": 300, "worlds": 300}, 300, 10, 3),
        ({"futures": 300_000, "worlds": 300, "chunk": 5000}, 300, 1, 5),
        ({"futures": 300_000, "worlds": 300, "chunk": 500}, 300, 1, 1),
    ],
)
def test_tasks_are_small_enough_for_every_thread_and_every_part(
    crisis, asked, jobs, threads, worlds
):
    settings = settle(crisis, options=(), threads=1, **asked)

    assert tasks.worlds_of_a_task(settings, jobs, threads) == worlds


def test_a_machine_with_another_model_refuses_to_play(stage, wanted, monkeypatch):
    task = next(tasks.cut(stage, wanted, 1))
    monkeypatch.setattr(provenance, "model_digest", lambda: "0" * 64)

    with pytest.raises(ClusterError, match="another model"):
        tasks.play(stage.crises["base"], task)


def test_threads_are_refused_where_workers_have_their_own():
    with pytest.raises(DetenteError, match="workers have their own"):
        refuse_threads("tcp://127.0.0.1:8786", 4)


@pytest.mark.parametrize(("cluster", "threads"), [("local", 4), ("tcp://127.0.0.1:8786", None)])
def test_threads_are_taken_where_they_mean_something(cluster, threads):
    assert refuse_threads(cluster, threads) is None
