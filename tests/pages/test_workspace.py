import threading

import pytest

from detente.ensemble.runners import Progress
from detente.errors import DetenteError
from detente.pages.workspace import Jobs

SOON = 5.0


@pytest.fixture
def jobs():
    jobs = Jobs()
    yield jobs
    jobs.stop_all()


class Work:
    """Work that goes on until it is let go."""

    def __init__(self):
        self.begun, self.let_go = threading.Event(), threading.Event()

    def __call__(self, report):
        self.begun.set()
        self.let_go.wait(SOON)
        report(Progress(1, 2, 0.1, False))


def ended(jobs):
    """Wait until all that was asked for is over: what comes last is worked on last."""
    last = threading.Event()
    jobs.start("last", lambda _report: last.set(), shown_at="/last")
    assert last.wait(SOON)


def test_one_job_is_worked_on_at_a_time_in_order(jobs):
    first, second = Work(), Work()
    one, other = (jobs.start(str(work), work, shown_at="/") for work in (first, second))
    first.begun.wait(SOON)

    assert (one.state, other.state) == ("working", "waiting")

    first.let_go.set()
    second.let_go.set()
    ended(jobs)

    assert (one.state, other.state) == ("done", "done")


def test_what_is_asked_twice_is_one_job(jobs):
    work = Work()
    one = jobs.start("the same", work, shown_at="/there")

    assert jobs.start("the same", work, shown_at="/there") is one
    assert jobs.start("the same", work, shown_at="/elsewhere") is not one

    work.let_go.set()


def test_a_job_that_is_stopped_ends_when_it_next_reports(jobs):
    work, never = Work(), Work()
    job = jobs.start("stopped", work, shown_at="/")
    waiting = jobs.start("never begun", never, shown_at="/")
    jobs.stop(job.key)
    jobs.stop(waiting.key)
    work.let_go.set()
    ended(jobs)

    assert (job.state, waiting.state) == ("stopped", "stopped")
    assert not never.begun.is_set()


def test_a_job_that_fails_says_why_and_the_next_goes_on(jobs):
    def fail(_report):
        raise DetenteError("no room", hint="free some")

    job = jobs.start("fails", fail, shown_at="/")
    ended(jobs)

    assert (job.state, str(job.fault)) == ("failed", "no room; free some")


def test_a_job_may_say_where_its_result_is_shown(jobs):
    job = jobs.start("leads", lambda _report: "/run/new/", shown_at="/runs")
    ended(jobs)

    assert job.shown_at == "/run/new/"
