"""What a question plays again of a run is played once, and is whole or not there."""

import errno
from dataclasses import replace

import numpy as np
import pytest

from detente import DetenteError, Run, disk, simulate
from detente.ensemble import bundle
from detente.ensemble.intervention import AS_IT_IS
from detente.ensemble.study import Readout, Study, WorldBlock

WORLDS = range(6)
KIND = np.dtype("<i4")


@pytest.fixture
def run(tmp_path, crisis):
    return simulate(crisis, futures=60, worlds=6, threads=1, out=tmp_path / "run")


def squares_of(run, changes="", played=None):
    """Return a study of a run: the square of each world's index, and one more."""

    def read(world):
        number = world.stretch.world
        played.append(number)
        return np.array([number * number, number * number + 1])

    reading = Readout("squares", KIND, read, worlds=1, about=changes)
    return Study(
        run, futures=2, command="hypotheses RUN --only squares", reading=reading, threads=1
    )


def missing(study):
    """Return the worlds that are left to be played."""
    return [world for world in WORLDS if study.missing([AS_IT_IS], [world])]


def path_of(study, world):
    return study.path(WorldBlock(AS_IT_IS, world))


def test_what_is_there_is_read_and_not_played_again(run):
    played = []
    squares_of(run, played=played).play([AS_IT_IS], range(2))
    squares_of(run, played=played).play([AS_IT_IS], range(4))

    assert sorted(played) == [0, 1, 2, 3]
    np.testing.assert_array_equal(squares_of(run).rows(AS_IT_IS, [3, 2]), [[9, 10], [4, 5]])


def test_two_questions_play_at_a_time_and_neither_plays_what_the_other_has_played(run):
    ours, theirs = [], []

    def read(world):
        number = world.stretch.world
        ours.append(number)
        if number == 1:
            squares_of(run, played=theirs).play([AS_IT_IS], WORLDS)
        return np.array([number * number, number * number + 1])

    slow = Readout("squares", KIND, read, worlds=1)
    replace(squares_of(run), reading=slow).play([AS_IT_IS], WORLDS)

    assert ours == [0, 1]
    assert theirs == [1, 2, 3, 4, 5]
    assert missing(squares_of(run)) == []


def test_what_was_stopped_leaves_whole_files_and_says_how_to_go_on(run):
    def stop(progress):
        if progress.done == 3:
            raise KeyboardInterrupt

    squares = squares_of(run, played=[])
    with pytest.raises(KeyboardInterrupt) as stopped:
        replace(squares, progress=stop).play([AS_IT_IS], WORLDS)
    left = missing(squares)
    squares.play([AS_IT_IS], WORLDS)

    assert stopped.value.__notes__ == [
        f"go on with: detente hypotheses {run.folder} --only squares"
    ]
    assert 0 < len(left) <= 3
    assert missing(squares) == []


@pytest.mark.parametrize("damage", [b"", b"\0" * 40, b"\0" * 41])
def test_a_damaged_file_is_missing_and_so_is_that_of_another_world(run, damage):
    squares = squares_of(run, played=[])
    squares.play([AS_IT_IS], WORLDS)
    path_of(squares, 3).write_bytes(damage)
    path_of(squares, 5).write_bytes(path_of(squares, 4).read_bytes())

    assert missing(squares) == [3, 5]


def test_what_was_played_with_other_changes_is_not_read(run):
    squares_of(run, "one", played=[]).play([AS_IT_IS], WORLDS)

    assert missing(squares_of(run, "other")) == [0, 1, 2, 3, 4, 5]


def test_what_vanishes_while_it_is_read_is_reported_with_its_file(run):
    squares = squares_of(run, played=[])
    squares.play([AS_IT_IS], WORLDS)
    path_of(squares, 5).unlink()

    with pytest.raises(DetenteError, match=r"000005-tiny-2.squares: was changed .*ask again"):
        squares.rows(AS_IT_IS, WORLDS)


def test_a_full_disk_is_reported_with_how_to_go_on(run, monkeypatch):
    def fill(_path, _content):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(disk, "write_whole", fill)

    with pytest.raises(DetenteError, match=r"cannot be written: No space.*go on with: detente hyp"):
        squares_of(run, played=[]).play([AS_IT_IS], WORLDS)


def test_what_a_bundle_lacks_is_kept_next_to_it(run, tmp_path):
    bundle.pack(run, tmp_path / "run.detente")
    before = (tmp_path / "run.detente").read_bytes()
    squares = squares_of(Run.open(tmp_path / "run.detente"), played=[])
    squares.play([AS_IT_IS], WORLDS)

    assert missing(squares) == []
    assert (tmp_path / "run.detente").read_bytes() == before
