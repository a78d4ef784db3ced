"""How far a run has come, as a log tells it."""

import pytest

from detente.cli.progress import ProgressReport
from detente.ensemble.runners import Progress, WholeWork, WorkInParts


def test_a_log_gets_a_line_at_each_tenth_or_half_minute_and_none_of_what_is_over_soon(capsys):
    seen = [(50, 4.0), (90, 6.0), (110, 7.0), (300, 8.0), (310, 12.0), (320, 42.0), (990, 52.0)]
    with ProgressReport() as report:
        for done, seconds in seen:
            report(Progress(done, 1000, seconds, is_compiling=False))

    assert capsys.readouterr().err.splitlines() == [
        "playing: 110 of 1,000 courses of events in 7 s, about 57 s left",
        "playing: 310 of 1,000 courses of events in 12 s, about 27 s left",
        "playing: 320 of 1,000 courses of events in 42 s, about 89 s left",
        "playing: 990 of 1,000 courses of events in 52 s, about 1 s left",
    ]


def test_steps_of_a_command_are_one_piece_of_work_whose_end_was_planned(capsys):
    with ProgressReport("testing", "sets of assumptions") as report:
        work = WholeWork(report, 40)
        work(Progress(10, 10, 60.0, is_compiling=False))
        work(Progress(2, 10, 8.0, is_compiling=False))
        work(Progress(10, 10, 60.0, is_compiling=False))

    assert capsys.readouterr().err.splitlines() == [
        "testing: 10 of 40 sets of assumptions in 60 s, about 180 s left",
        "testing: 20 of 40 sets of assumptions in 120 s, about 120 s left",
    ]


def test_what_was_there_before_does_not_make_the_rest_seem_quick():
    left = Progress(90, 100, 10.0, is_compiling=False, kept=85).seconds_left

    assert left == pytest.approx(20.0)


def test_parts_that_take_alike_are_reported_as_one_piece_of_work():
    heard = []
    work = WorkInParts(heard.append, 4)
    last = [work.begin() for _ in range(3)][-1]  # the first two find all of theirs done
    last(Progress(5, 10, 30.0, is_compiling=False))

    assert [one.done / one.total for one in heard] == [0.625]
    assert heard[0].seconds_left == pytest.approx(90.0)


def test_time_is_counted_once_when_a_part_turns_out_larger():
    heard = []
    work = WholeWork(heard.append)
    part = WorkInParts(work, 1).begin()
    part(Progress(10, 10, 40.0, is_compiling=False))
    part(Progress(0, 30, 1.0, is_compiling=False))

    assert [one.seconds for one in heard] == [40.0, 41.0]
    assert [one.done for one in heard] == [1000, 1000]


def test_work_that_turns_out_larger_than_planned_is_counted_once():
    heard = []
    work = WholeWork(WholeWork(heard.append), 10)
    work(Progress(10, 10, 40.0, is_compiling=False))
    work(Progress(5, 20, 10.0, is_compiling=False))

    assert [(one.done, one.total, one.seconds) for one in heard] == [(10, 10, 40.0), (15, 30, 50.0)]
