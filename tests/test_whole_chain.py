"""From a pack to a traced future with the model itself."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import detente

LARGE = {"futures": 4_000, "worlds": 2, "grid": "tiny"}
TINY = {"futures": 6, "worlds": 2, "grid": "tiny", "horizon": 60}
MINIMAL = Path(__file__).parent / "cases" / "valid" / "minimal"
CALENDAR = """
[events.round]
name = "A round of talks"
date = 2031-03-11
foreseen = true
assumed = "a guess"
change = { "talks.text_rate" = 0.2 }

[events.vote]
name = "A vote"
between = [2031-03-16, 2031-04-20]
foreseen = false
assumed = "a guess"
change = { "talks.packages" = 3, "actors.south.war_cost" = 0.3 }
"""


@pytest.fixture(scope="module")
def crisis():
    return detente.load("oman-2026")


@pytest.fixture(scope="module")
def run(crisis, tmp_path_factory):
    return detente.simulate(crisis, **TINY, threads=1, out=tmp_path_factory.mktemp("run"))


def test_two_threads_and_other_chunks_give_the_same_digest(crisis, run, tmp_path):
    again = detente.simulate(crisis, **TINY, threads=2, chunk=2, out=tmp_path)

    assert again.digest == run.digest


@pytest.fixture(scope="module")
def dated(tmp_path_factory):
    """The least pack with a calendar: what both sides foresee, then what nobody does."""
    folder = tmp_path_factory.mktemp("dated")
    for file in MINIMAL.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    (folder / "calendar.toml").write_text(CALENDAR)
    return detente.load(folder)


def test_a_run_with_a_calendar_does_not_depend_on_threads_and_chunks(dated, tmp_path):
    run = detente.simulate(dated, **TINY, threads=1, out=tmp_path / "one")
    again = detente.simulate(dated, **TINY, threads=2, chunk=2, out=tmp_path / "two")

    assert again.digest == run.digest
    assert not detente.trace(run, future="1:2").differs


@pytest.fixture(scope="module")
def large_run(crisis, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    return detente.simulate(crisis, **LARGE, threads=1, chunk=1_000, out=folder)


@pytest.mark.parametrize("threads", [1, 2])
def test_chunks_of_a_thousand_and_of_ten_thousand_give_one_digest(
    crisis, large_run, tmp_path, threads
):
    again = detente.simulate(crisis, **LARGE, threads=threads, chunk=10_000, out=tmp_path)

    assert again.digest == large_run.digest
    assert len(list(tmp_path.rglob("futures/**/*.parquet"))) < len(
        list(large_run.folder.rglob("futures/**/*.parquet"))
    )


def digest_elsewhere(environment, settings, out):
    """Return the digest of a run that is played by the command, in another environment."""
    options = [f"--{name}={value}" for name, value in settings.items()]
    reported = subprocess.run(
        [sys.executable, "-m", "detente", "run", "oman-2026", "--json", *options, "-o", str(out)],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(reported.stdout)["digest"]


HELD_BACK = {
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-FMA,-AVX2",
    "OPENBLAS_CORETYPE": "Haswell",
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
}
"""Libraries without fused multiplication and newer instructions.

Other targets of the compiler and none, which take long, are for `verification.engine.digests`.
"""


def test_libraries_that_are_held_back_give_the_same_digest(run, tmp_path):
    assert digest_elsewhere(HELD_BACK, TINY, tmp_path) == run.digest


def test_every_future_keeps_the_laws(run):
    assert run.outcome.violations == 0
    assert run.outcome.visited > 0


@pytest.mark.parametrize("future", [(0, 0), (0, 2), (1, 1)])
def test_a_future_played_again_is_the_one_that_was_stored(run, future):
    reported = detente.trace(run, future=future)

    assert reported.differs == ()
    assert reported.happenings[-1].day == reported.row["ending_day"]


def test_the_public_names_are_all_there():
    assert [name for name in detente.__all__ if not hasattr(detente, name)] == []
