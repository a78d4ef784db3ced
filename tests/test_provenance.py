"""A commit is read from a checkout as git lays it out, without git."""

import json
import subprocess
import sys

import pytest

import detente
from detente import provenance
from detente.cli import main

COMMIT, OTHER = "c0ffee" * 6 + "c0ff", "0" * 40


@pytest.fixture
def checkout(tmp_path):
    """Return a function that writes files below a checkout's `.git` and returns the checkout."""

    def write(**files):
        for name, text in files.items():
            path = tmp_path / ".git" / name.replace("__", "/").replace("packed_refs", "packed-refs")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path

    return write


def test_a_commit_that_is_checked_out_by_itself_is_the_commit(checkout):
    place = checkout(HEAD=f"{COMMIT}\n")

    assert provenance.head_of(place).strip() == COMMIT


def test_a_branch_has_its_commit_in_a_file(checkout):
    place = checkout(HEAD="ref: refs/heads/main\n", refs__heads__main=f"{COMMIT}\n")

    assert provenance.head_of(place).strip() == COMMIT


def test_a_branch_that_was_packed_has_its_commit_in_the_list(checkout):
    listed = f"# pack-refs\n{OTHER} refs/heads/not-main\n{COMMIT} refs/heads/main\n"
    place = checkout(HEAD="ref: refs/heads/main\n", packed_refs=listed)

    assert provenance.head_of(place).strip() == COMMIT


def test_a_second_worktree_finds_its_branch_where_the_first_keeps_them(checkout, tmp_path):
    own = {"worktrees__two__HEAD": "ref: refs/heads/two\n", "worktrees__two__commondir": "../..\n"}
    checkout(refs__heads__two=f"{COMMIT}\n", **own)
    second = tmp_path / "second"
    second.mkdir()
    (second / ".git").write_text(f"gitdir: {tmp_path}/.git/worktrees/two\n")

    assert provenance.head_of(second).strip() == COMMIT


@pytest.mark.parametrize("head", ["", "ref: refs/heads/gone", "no commit", "\0"])
def test_a_checkout_that_does_not_tell_leaves_the_commit_out(checkout, monkeypatch, head):
    package = checkout(HEAD=head) / "src" / "detente"
    monkeypatch.setattr(provenance, "HERE", package)
    monkeypatch.setattr(provenance, "BUILT_FROM", package / "commit.txt")

    assert provenance.commit.__wrapped__() == ""


def test_what_the_build_wrote_comes_before_any_checkout(checkout, monkeypatch, tmp_path):
    checkout(HEAD=OTHER)
    (tmp_path / "commit.txt").write_text(COMMIT + "\n")
    monkeypatch.setattr(provenance, "HERE", tmp_path / "src" / "detente")
    monkeypatch.setattr(provenance, "BUILT_FROM", tmp_path / "commit.txt")

    assert provenance.commit.__wrapped__() == COMMIT


def test_the_version_names_the_model_and_the_commit(capsys, monkeypatch):
    monkeypatch.setattr(provenance, "commit", lambda: COMMIT)
    main(["--version", "--json"])
    told = json.loads(capsys.readouterr().out)
    main(["--version"])

    assert told == {
        "schema": "detente/version/1",
        "version": provenance.version_of("detente"),
        "model": provenance.model_digest(),
        "commit": COMMIT,
    }
    model = told["model"][:12]
    assert capsys.readouterr().out.endswith(f", model {model}, commit {COMMIT[:12]}\n")


def test_the_version_waits_for_no_library():
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "detente", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}

    assert "detente.provenance" in loaded
    assert loaded.isdisjoint({"numpy", "numba", "pydantic", "pyarrow", "rich", "jinja2"})


def test_the_library_says_its_version():
    assert detente.__version__ == provenance.version_of("detente") != ""
