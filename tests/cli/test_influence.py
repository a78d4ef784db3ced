"""What `detente evidence` tells of a run beyond what it tells of a pack."""

import json
from datetime import date
from types import SimpleNamespace

import pytest

from detente.analysis.influence import ClaimInfluence, Influences, Shift
from detente.cli import main
from detente.cli.influencing.page import show_influence
from detente.evidence.claim import Claim

SIZE = ["--futures", "320", "--worlds", "32", "--threads", "1"]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(here):
    assert main(["run", "oman-2026", *SIZE, "-o", "stored", "-q"]) == 0
    return here / "stored"


def answer(capsys, *arguments):
    """Ask for evidence; return the status and both outputs."""
    capsys.readouterr()
    status = main(["evidence", *arguments])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


@pytest.mark.usefixtures("run")
def test_what_hangs_on_claims_comes_first_and_the_pack_s_evidence_after_it(capsys):
    _, of_run, _ = answer(capsys, "stored")
    _, of_pack, _ = answer(capsys, "oman-2026")

    assert ": what hangs on each claim" in of_run.splitlines()[0]
    assert of_run.endswith(of_pack)


@pytest.mark.usefixtures("run")
def test_the_page_says_how_many_claims_chance_alone_would_tell(capsys):
    _, out, _ = answer(capsys, "stored")

    assert "about 4 would by chance alone" in out
    assert "13 claims have no number that rests on them" in out
    assert "too small to tell" in out


@pytest.mark.usefixtures("run")
def test_the_table_fits_a_terminal_of_80_columns(capsys):
    _, out, _ = answer(capsys, "stored", "-q")
    lines = out.splitlines()
    table = [line for line in lines[3 : lines.index("")] if not line.endswith(".")]

    assert len(table) == 13
    assert max(map(len, table)) <= 80


@pytest.mark.usefixtures("run")
def test_json_has_a_row_for_each_claim_and_outcome(capsys):
    _, out, _ = answer(capsys, "stored", "--json", "--outcome", "deal,force")
    rows = json.loads(out)["influence"]

    assert {row["outcome"] for row in rows} == {"deal", "force"}
    assert {"claim", "outcome", "shift", "low", "high"} < set(rows[0])
    assert all(0.0 <= row["low"] <= row["shift"] <= row["high"] for row in rows)


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["oman-2026", "--outcome", "deal"], "without a run"),
        (["stored", "--outcome", "warr"], "did you mean war"),
        (["stored", "--outcome", "deal", "--export", "csv"], "not together"),
        (["stored", "--outcome", " , "], "names no outcome"),
    ],
)
def test_what_cannot_be_asked_is_told_in_words(capsys, arguments, said):
    status, out, told = answer(capsys, *arguments)

    assert (status, out) == (2, "")
    assert said in told


@pytest.mark.usefixtures("run")
def test_a_bundle_is_read_as_its_run(capsys):
    main(["show", "stored", "--bundle", "run.zip"])
    _, of_bundle, _ = answer(capsys, "run.zip", "--json")
    _, of_run, _ = answer(capsys, "stored", "--json")

    assert of_bundle == of_run


def test_too_few_worlds_say_so(capsys):
    main(["run", "oman-2026", "--futures", "8", "--worlds", "4", "-o", "few", "-q"])
    _, out, _ = answer(capsys, "few")

    assert "Note: 16 worlds are needed to say anything; the run has 4." in out


def claim(grade):
    return Claim(
        says="x", source="s", date=date(2026, 1, 1), by="somebody", kind="stated", grade=grade
    )


def test_a_claim_whose_numbers_are_fixed_is_told_with_the_command_that_would_tell(capsys, here):
    settings = SimpleNamespace(worlds=64)
    record = SimpleNamespace(
        title="T", name="t", as_of="2026-01-01", source="my pack/", settings=settings
    )
    moved = Shift(0.043, 0.018, 0.081, stands_out=True, rises_with=True)
    claims = {
        "a" * 40: ClaimInfluence(claim("C3"), ("x",), (), {"deal": moved}),
        "fixed": ClaimInfluence(claim("B2"), (), ("talks.fade_rate",), {}),
    }
    found = Influences(
        SimpleNamespace(record=record, folder=here), ("deal",), {"deal": 0.3}, claims, ()
    )
    show_influence(found, quiet=True)
    out = capsys.readouterr().out

    assert f"{'a' * 33}…" in out
    assert " 4*   2-8\n" in out
    assert "detente run 'my pack/' --set talks.fade_rate=VALUE." in out
