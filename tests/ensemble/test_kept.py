"""What a question plays again of a run is played once, and is whole or not there."""

import errno
from dataclasses import replace

import numpy as np
import pytest

from detente import DetenteError, Run, simulate
from detente.ensemble import bundle, store
from detente.ensemble.kept import Kept, array_file

WORLDS = range(6)
KIND = np.dtype("<i4")


@pytest.fixture
def run(tmp_path, crisis):
    return simulate(crisis, futures=60, worlds=6, threads=1, out=tmp_path / "run")


def squares_of(run, changes="", played=None):
    """Return a question about a run: the square of each world's index, and one more."""

    def file_of(world):
        return array_file(f"squares/{world}", f"{run.digest} {changes} {world} ", KIND, (2,))

    def prepare(_missing):
        def play(world, _stop):
            played.append(world)
            return np.array([world * world, world * world + 1])

        return play

    return Kept(run, "hypotheses", "hypotheses RUN --only squares", file_of, prepare)


def test_what_is_there_is_read_and_not_played_again(run):
    played = []
    squares_of(run, played=played).play_missing(range(2), threads=1)
    squares_of(run, played=played).play_missing(range(4), threads=2)

    assert sorted(played) == [0, 1, 2, 3]
    np.testing.assert_array_equal(squares_of(run).read_all([3, 2]), [[9, 10], [4, 5]])


def test_two_questions_play_at_a_time_and_neither_plays_what_the_other_has_played(run):
    ours, theirs = [], []

    def prepare(_missing):
        def play(world, _stop):
            ours.append(world)
            if world == 1:
                squares_of(run, played=theirs).play_missing(WORLDS, threads=1)
            return np.array([world * world, world * world + 1])

        return play

    replace(squares_of(run), prepare=prepare).play_missing(WORLDS, threads=1)

    assert ours == [0, 1]
    assert theirs == [1, 2, 3, 4, 5]
    assert squares_of(run).missing(WORLDS) == []


def test_what_was_stopped_leaves_whole_files_and_says_how_to_go_on(run):
    def stop(progress):
        if progress.done == 3:
            raise KeyboardInterrupt

    squares = squares_of(run, played=[])
    with pytest.raises(KeyboardInterrupt) as stopped:
        squares.play_missing(WORLDS, threads=1, progress=stop)
    left = squares.missing(WORLDS)
    squares.play_missing(WORLDS, threads=1)

    assert stopped.value.__notes__ == [
        f"go on with: detente hypotheses {run.folder} --only squares"
    ]
    assert 0 < len(left) <= 3
    assert squares.missing(WORLDS) == []


@pytest.mark.parametrize("damage", [b"", b"\0" * 40, b"\0" * 41])
def test_a_damaged_file_is_missing_and_so_is_that_of_another_world(run, damage):
    squares = squares_of(run, played=[])
    squares.play_missing(WORLDS, threads=1)
    squares.path(3).write_bytes(damage)
    squares.path(5).write_bytes(squares.path(4).read_bytes())

    assert squares.missing(WORLDS) == [3, 5]


def test_what_was_played_with_other_changes_is_not_read(run):
    squares_of(run, "one", played=[]).play_missing(WORLDS, threads=1)

    assert squares_of(run, "other").missing(WORLDS) == [0, 1, 2, 3, 4, 5]


def test_what_vanishes_while_it_is_read_is_told_with_its_file(run):
    squares = squares_of(run, played=[])
    squares.play_missing(WORLDS, threads=1)
    squares.path(5).unlink()

    with pytest.raises(DetenteError, match=r"squares.5: was changed while it was read.*ask again"):
        squares.read_all(WORLDS)


def test_a_full_disk_is_told_with_how_to_go_on(run, monkeypatch):
    def fill(_path, _content):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(store, "write_aside", fill)

    with pytest.raises(DetenteError, match=r"cannot be written: No space.*go on with: detente hyp"):
        squares_of(run, played=[]).play_missing(WORLDS, threads=1)


def test_what_a_bundle_lacks_is_kept_beside_it(run, tmp_path):
    bundle.pack(run, tmp_path / "run.detente")
    before = (tmp_path / "run.detente").read_bytes()
    squares = squares_of(Run.open(tmp_path / "run.detente"), played=[])
    squares.play_missing(WORLDS, threads=1)

    assert squares.missing(WORLDS) == []
    assert (tmp_path / "run.detente").read_bytes() == before
