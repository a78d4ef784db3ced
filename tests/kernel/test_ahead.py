import psutil
import pytest

from detente.kernel import ahead
from detente.kernel.ahead import compile_all
from detente.kernel.crisis import compile_playing, play_rows
from detente.kernel.jit import cache_root
from tests.kernel.test_own_rule import keep, needs_compiler, played


@needs_compiler
def test_what_is_compiled_ahead_is_what_is_played():
    compile_playing()
    played(keep)

    assert len(play_rows.signatures) == 1


@pytest.mark.skipif(cache_root() is None, reason="no two processes share compiled code")
def test_an_interrupt_ends_the_process_that_compiles_too(monkeypatch):
    monkeypatch.setattr(ahead, "compile_playing", lambda: None)
    before, begun = psutil.Process().children(), []

    def stop():
        begun.extend(one for one in psutil.Process().children() if one not in before)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compile_all(stop, processors=2)
    assert len(begun) == 1
    assert not begun[0].is_running()


def test_on_one_processor_all_is_compiled_here(monkeypatch):
    before, done = psutil.Process().children(), []
    monkeypatch.setattr(ahead, "compile_playing", lambda: done.append("playing"))
    compile_all(lambda: done.append(psutil.Process().children()), processors=1)

    assert done == [before, "playing"]
