import numba
import pytest

from detente import DetenteError
from detente.ensemble import warmup
from detente.ensemble.warmup import Warmth, warm_up
from detente.kernel import jit
from tests.standin import KERNEL


class Cold:
    """Is warm once a future has been played, if it ever is."""

    def __init__(self, *, can_keep=True):
        self.can_keep = can_keep
        self.played = 0

    def play(self, *given, **named):
        self.played += named["futures"]
        return KERNEL.play(*given, **named)

    def is_warm(self, _entry=""):
        return self.can_keep and self.played > 0

    def kernel(self):
        return KERNEL._replace(play=self.play, is_warm=self.is_warm)


@pytest.fixture(autouse=True)
def compiler(monkeypatch, tmp_path):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", 0)
    monkeypatch.setattr(jit, "cache_root", lambda: tmp_path)


@pytest.fixture
def play_with(monkeypatch):
    def play_with(model):
        monkeypatch.setattr(warmup.runners, "kernel", model.kernel)
        return model

    return play_with


def test_a_warm_model_is_left_as_it_is(tmp_path):
    assert warm_up() == Warmth(was_warm=True, seconds=0.0, folder=tmp_path)


def test_a_cold_model_plays_one_future_that_is_not_stored(play_with, tmp_path):
    model = play_with(Cold())
    reported = []

    warmth = warm_up(reported.append)

    assert model.played == 1
    assert not warmth.was_warm
    assert warmth.seconds > 0.0
    assert reported[0].is_compiling
    assert list(tmp_path.iterdir()) == []


def test_a_second_time_there_is_nothing_to_do(play_with):
    play_with(Cold())
    warm_up()

    assert warm_up().was_warm


def test_code_that_is_not_kept_is_reported(play_with):
    play_with(Cold(can_keep=False))

    with pytest.raises(DetenteError, match="cannot be kept"):
        warm_up()


def test_without_a_folder_nothing_is_compiled(play_with, monkeypatch):
    model = play_with(Cold())
    monkeypatch.setattr(jit, "cache_root", lambda: None)

    with pytest.raises(DetenteError, match="cannot be kept"):
        warm_up()

    assert model.played == 0


def test_without_the_compiler_there_is_nothing_to_compile(monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", 1)

    assert warm_up() == Warmth(was_warm=True, seconds=0.0, folder=None)
