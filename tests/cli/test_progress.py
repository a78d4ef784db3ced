"""How far a run has come, as a log tells it."""

from detente.cli.progress import ProgressReport
from detente.ensemble.runners import Progress


def test_a_log_gets_a_line_at_each_tenth_or_half_minute_and_none_of_what_is_over_soon(capsys):
    seen = [(50, 4.0), (90, 6.0), (110, 7.0), (300, 8.0), (310, 12.0), (320, 42.0), (990, 52.0)]
    with ProgressReport() as report:
        for done, seconds in seen:
            report(Progress(done, 1000, seconds, is_compiling=False))

    assert capsys.readouterr().err.splitlines() == [
        "playing: 110 of 1,000 futures in 7 s, about 57 s left",
        "playing: 310 of 1,000 futures in 12 s, about 27 s left",
        "playing: 320 of 1,000 futures in 42 s, about 89 s left",
        "playing: 990 of 1,000 futures in 52 s, about 1 s left",
    ]


def test_each_step_of_a_command_is_told_from_its_own_start(capsys):
    with ProgressReport("testing", "worlds") as report:
        report(Progress(9, 10, 60.0, is_compiling=False))
        report(Progress(2, 10, 8.0, is_compiling=False))

    assert capsys.readouterr().err.splitlines() == [
        "testing: 9 of 10 worlds in 60 s, about 7 s left",
        "testing: 2 of 10 worlds in 8 s, about 32 s left",
    ]
