"""Symbolic links: one to a run stays when the run is replaced, one within a run is not followed."""

import shutil

import pytest

from detente import DetenteError, resume, simulate

SMALL = {"futures": 60, "worlds": 6, "threads": 1, "chunk": 20}


@pytest.fixture
def run(tmp_path, crisis):
    return simulate(crisis, **SMALL, out=tmp_path / "run")


@pytest.fixture
def elsewhere(run, tmp_path, request):
    """Move one thing of the run out of it, and leave a link to it."""
    there = tmp_path / "elsewhere"
    shutil.move(run.folder / request.param, there)
    (run.folder / request.param).symlink_to(there)
    return there


def names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_overwriting_through_a_link_replaces_what_it_leads_to(tmp_path, crisis, run):
    (tmp_path / "link").symlink_to(run.folder)

    other = simulate(crisis, **SMALL, seed=2, out=tmp_path / "link", overwrite=True)

    assert (tmp_path / "link").is_symlink()
    assert resume(run.folder).digest == other.digest != run.digest


@pytest.mark.parametrize(
    "elsewhere",
    ["futures", "futures/base", "pack", "pack/crisis.toml", "worlds.parquet"],
    indirect=True,
)
def test_a_link_within_a_run_is_refused_before_anything_is_written(
    tmp_path, crisis, run, elsewhere
):
    before = names(tmp_path)

    with pytest.raises(DetenteError, match="is a symbolic link, and a run has none"):
        resume(run.folder, futures=120)
    with pytest.raises(DetenteError, match="is a symbolic link, and a run has none"):
        simulate(crisis, **SMALL, seed=2, out=run.folder, overwrite=True)

    assert names(tmp_path) == before
    assert elsewhere.exists()


def test_a_users_own_file_in_a_run_is_left_when_the_run_goes_on(run):
    (run.folder / ".env.prod-1").write_text("mine")

    resume(run.folder, futures=120)

    assert (run.folder / ".env.prod-1").read_text() == "mine"
