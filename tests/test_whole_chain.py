"""From a pack to a told future with the model itself."""

import numba
import pytest

import detente

pytestmark = pytest.mark.skipif(
    numba.config.DISABLE_JIT, reason="minutes of plain Python; the kernel's own tests cover it"
)

TINY = {"futures": 6, "worlds": 2, "grid": "tiny", "horizon": 60}


@pytest.fixture(scope="module")
def crisis():
    return detente.load("oman-2026")


@pytest.fixture(scope="module")
def run(crisis, tmp_path_factory):
    return detente.simulate(crisis, **TINY, threads=1, out=tmp_path_factory.mktemp("run"))


def test_two_threads_and_other_chunks_give_the_same_digest(crisis, run, tmp_path):
    again = detente.simulate(crisis, **TINY, threads=2, chunk=2, out=tmp_path)

    assert again.digest == run.digest


def test_every_future_keeps_the_laws(run):
    assert run.outcome.violations == 0
    assert run.outcome.visited > 0


@pytest.mark.parametrize("future", [(0, 0), (0, 2), (1, 1)])
def test_a_future_told_again_is_the_one_that_was_stored(run, future):
    told = detente.trace(run, future=future)

    assert told.differs == ()
    assert told.happenings[-1].day == told.row["ending_day"]


def test_the_public_names_are_all_there():
    assert [name for name in detente.__all__ if not hasattr(detente, name)] == []
