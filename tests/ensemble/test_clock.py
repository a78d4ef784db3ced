"""How far a run has come is said of the time in which it plays."""

from detente.ensemble import runners
from detente.ensemble.runners import Clock


def test_the_time_in_which_the_model_is_compiled_does_not_count_as_play(monkeypatch):
    now, heard = [100.0], []
    monkeypatch.setattr(runners.time, "monotonic", lambda: now[0])
    clock = Clock(1000, heard.append)

    clock.report(0, is_compiling=True)
    now[0] += 60.0
    clock.report(0, is_compiling=True)
    clock.report(100)
    now[0] += 2.0
    clock.report(100)

    assert [one.seconds for one in heard] == [0.0, 0.0, 0.0, 2.0]
    assert [one.is_compiling for one in heard] == [True, True, False, False]
