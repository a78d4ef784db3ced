"""A commit is read from a checkout as git writes it; the model's digest is that of its code."""

import io
import json
import subprocess
import sys
import tokenize

import pytest

import detente
from detente import provenance
from detente.cli import main
from detente.pack.places import number_table

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
def test_a_checkout_that_does_not_say_leaves_the_commit_out(checkout, monkeypatch, head):
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
    printed = json.loads(capsys.readouterr().out)
    main(["--version"])

    assert printed == {
        "schema": "detente/version/1",
        "version": provenance.version_of("detente"),
        "model": provenance.model_digest(),
        "commit": COMMIT,
    }
    model = printed["model"][:12]
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


RULE = '''
def worth(share: float) -> float:
    """Return what a share is worth."""
    # losses count twice
    return share * 2.0  # "twice" in every report

NAME = "a # in a string stays"
"""What it is called."""
'''


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"""Return what a share is worth."""', '"""Return the worth.\n\n    Of a share.\n    """'),
        ("# losses count twice", "# as in the paper\n\n    # and for its reasons"),
        ('  # "twice" in every report', ""),
        ('"""What it is called."""', ""),
    ],
)
def test_what_is_said_of_a_rule_is_not_its_code(before, after):
    assert before in RULE

    assert provenance.code_of(RULE.replace(before, after)) == provenance.code_of(RULE)


@pytest.mark.parametrize(
    ("before", "after"),
    [("2.0", "3.0"), ("a # in a string stays", "a # in a string goes"), ("    return", "return")],
)
def test_a_number_a_string_and_a_place_are_code(before, after):
    assert before in RULE

    assert provenance.code_of(RULE.replace(before, after)) != provenance.code_of(RULE)


@pytest.mark.parametrize("path", provenance.model_sources(), ids=lambda path: path.name)
def test_nothing_of_a_model_source_is_taken_for_words_but_what_is(path):
    source = path.read_text(encoding="utf-8")

    assert _signs(provenance.code_of(source)) == _signs(source)


def _signs(source):
    """Return the names, numbers and operators of a module."""
    signs = tokenize.NAME, tokenize.NUMBER, tokenize.OP
    found = tokenize.generate_tokens(io.StringIO(source).readline)
    return [token.string for token in found if token.type in signs]


def test_the_model_is_another_if_a_number_goes_to_another_slot_and_not_if_its_title_changes():
    row = (
        'class Moves:\n    slip: Measured = number.share("a", title="{}", slot="Negotiation.{}")\n'
    )
    slots = [list(provenance.slots_in(row.format(*one))) for one in (("b", "slip"), ("c", "slip"))]

    assert slots == [["Moves slip share 'Negotiation.slip'"]] * 2
    assert list(provenance.slots_in(row.format("b", "precision"))) != slots[0]


def test_a_slot_that_numbers_have_in_common_counts_for_each_of_them():
    rows = 'theatre = NumberFields(slot="{}")\nclass War:\n    a: Measured = theatre.rate("b")\n'

    assert list(provenance.slots_in(rows.format("Theatre"))) == ["War a rate 'Theatre'"]


def test_every_number_with_a_slot_counts_for_the_model():
    folder = provenance.HERE / "pack"
    table = [(folder / f"{name}.py").read_text() for name in provenance.NUMBER_TABLE]
    counted = {line.split()[1].rstrip("_") for line in provenance.slots_in(*table)}

    assert counted == {path.rpartition(".")[2] for path, row in number_table().items() if row.slot}
