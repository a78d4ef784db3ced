"""Where views of others are looked for, and that nothing else knows of them."""

import shutil

import pytest

from detente import load, simulate
from detente.cli import main
from detente.ensemble import runners
from detente.ensemble.bundle import pack
from detente.ensemble.run import Run
from detente.errors import Faults
from detente.pack import files
from detente.questions.outside import outside_of, views_of
from tests.standin import KERNEL

SMALL = {"futures": 320, "worlds": 8, "threads": 1}
VIEW = """\
[view.{key}]
outcome = "force"
by = 2026-03-31
probability = 0.4
who = "Forecaster A"
date = 2026-02-06
source = "an invented example"
kind = "own"
"""


def written(*keys, name="oman-2026"):
    return f'pack = "{name}"\n' + "".join(VIEW.format(key=key) for key in keys)


@pytest.fixture
def played(tmp_path, monkeypatch):
    monkeypatch.setattr(runners, "kernel", lambda: KERNEL)
    folder = tmp_path / "my-crisis"
    shutil.copytree(str(files.library() / "oman-2026"), folder)
    return simulate(load(folder), **SMALL, out=tmp_path / "runs" / "run"), folder


def test_the_file_in_the_folder_of_a_run_comes_first_then_that_next_to_it_then_the_packs(played):
    run, folder = played
    found = [set(views_of(run))]
    for place, key in [(folder, "a"), (run.folder.parent, "b"), (run.folder, "c")]:
        (place / "outside.toml").write_text(written(key))
        found.append(set(views_of(run)))

    assert found == [set(), {"a"}, {"b"}, {"c"}]


def test_a_file_next_to_a_run_may_be_about_another_crisis_and_one_in_its_folder_may_not(played):
    run, folder = played
    other = written("x", name="another-crisis")
    (run.folder.parent / "outside.toml").write_text(other)
    (folder / "outside.toml").write_text(written("a"))

    assert set(views_of(run)) == {"a"}
    (run.folder / "outside.toml").write_text(other)
    with pytest.raises(Faults, match="another-crisis"):
        views_of(run)


def test_a_bundle_leaves_views_out_and_finds_those_next_to_it(played, tmp_path):
    run, _ = played
    (run.folder / "outside.toml").write_text(written("a"))
    there = tmp_path / "elsewhere"
    there.mkdir()
    pack(run, there / "run.detente")
    bundled = Run.open(there / "run.detente")

    assert bundled.digest == run.digest
    assert outside_of(bundled).path is None
    (there / "outside.toml").write_text(written("b"))
    assert set(views_of(bundled)) == {"b"}


def test_a_check_of_a_pack_names_the_faults_of_the_views_next_to_it(played, capsys):
    _, folder = played
    (folder / "outside.toml").write_text(written("a").replace("0.4", "40"))

    assert main(["check", str(folder)]) == 1
    assert "view.a.probability: 40; allowed: more than 0" in capsys.readouterr().out
