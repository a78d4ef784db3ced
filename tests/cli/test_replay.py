import json
import re

import pytest

from detente import Run, provenance
from detente.ensemble import record as records
from detente.ensemble import runners, store
from tests.cli.asking import answer
from tests.standin import KERNEL


@pytest.fixture(scope="session")
def usual(play):
    return play(futures=300, worlds=7, options=["hotline"])


@pytest.fixture
def edited(stored):
    """Return a run of which one future was changed and sealed again."""
    run = Run.open(stored)
    part = run.parts("base")[0]
    rows, reports = run.read_part(part)
    rows["ending_day"][44] = 400
    store.write(stored / "futures", part, rows, reports, run.identity(part))
    return stored


@pytest.mark.usefixtures("stored")
def test_a_run_that_comes_out_the_same_says_so(capsys):
    status, out, err = answer(capsys, "replay", "stored")
    lines = out.splitlines()

    assert status == 0
    assert "the run in stored" in lines[2]
    assert [line.split()[:2] for line in lines[-7:]] == [
        [subject, "same"]
        for subject in ("version", "model", "pack", "numbers", "worlds", "futures", "digest")
    ]
    assert lines[4] == "All that was replayed is identical."
    assert err == ""


@pytest.mark.usefixtures("edited")
def test_a_run_that_differs_has_status_1_and_the_first_difference(capsys):
    status, out, _ = answer(capsys, "replay", "stored")

    assert status == 1
    assert "option base, course of events 1:1, ending_day: stored 400, played" in out
    assert "It differs: what was played has the recorded checksum" in out


@pytest.mark.usefixtures("edited")
def test_json_is_one_object_with_a_schema(capsys):
    status, out, _ = answer(capsys, "replay", "stored", "--json")
    content = json.loads(out)

    assert status == 1
    assert set(content) == {
        "schema",
        "run",
        "options",
        "worlds",
        "futures",
        "differing",
        "same",
        "reason",
        "checks",
        "first",
        "columns",
    }
    assert content["schema"] == "detente/replay/1"
    assert content["same"] is False
    assert content["futures"] == 2 * 7 * 43
    assert set(content["checks"][0]) == {"subject", "same", "says"}
    assert {key: content["first"][key] for key in ("option", "world", "future", "stored")} == {
        "option": "base",
        "world": 1,
        "future": 1,
        "stored": 400,
    }
    assert content["columns"] == []


@pytest.mark.usefixtures("edited")
def test_one_future_is_shown_column_by_column(capsys):
    status, out, _ = answer(capsys, "replay", "stored", "--future", "1:1", "--all")
    row = next(line for line in out.splitlines() if line.startswith("ending_day"))

    assert status == 1
    assert "Course of events 1:1, option base" in out
    assert row.split()[1] == "400"
    assert row.endswith("differs")
    assert out.count("  same\n") == len(Run.open("stored").row(1, 1).dtype.names) - 1


@pytest.mark.usefixtures("edited")
def test_one_future_of_another_option_is_the_same(capsys):
    status, out, _ = answer(capsys, "replay", "stored", "--future", "1:1", "--option", "hotline")

    assert status == 0
    assert "Course of events 1:1, option hotline" in out


@pytest.mark.usefixtures("stored")
def test_one_future_in_json_has_its_columns(capsys):
    _, out, _ = answer(capsys, "replay", "stored", "--future", "1:1", "--json")
    content = json.loads(out)

    assert set(content["columns"][0]) == {"column", "stored", "played", "same"}
    assert content["futures"] == 1


@pytest.mark.usefixtures("edited")
def test_the_first_worlds_alone_do_not_see_the_rest(capsys):
    status, out, _ = answer(capsys, "replay", "stored", "--worlds", "1")

    assert status == 0
    assert "not compared  1 of 7 sets of assumptions were played" in out


@pytest.mark.usefixtures("stored")
def test_another_model_is_reported(capsys, monkeypatch):
    monkeypatch.setattr(provenance, "model_digest", lambda: "0" * 64)

    status, out, _ = answer(capsys, "replay", "stored")

    assert status == 0
    assert re.search("model +differs", out)
    assert "this is 000000000000" in out


def test_a_changed_pack_has_status_1(stored, capsys):
    pack = stored / "pack" / "options.toml"
    pack.write_bytes(pack.read_bytes() + b"\n# a line more\n")

    status, out, _ = answer(capsys, "replay", "stored")

    assert status == 1
    assert re.search("pack +differs", out)
    assert re.search("futures +not compared", out)


def test_an_unfinished_run_is_not_replayed(stored, capsys):
    record = records.read(stored)
    record.model_copy(update={"outcome": None}).write(stored)

    status, out, err = answer(capsys, "replay", "stored")

    assert (status, out) == (2, "")
    assert "detente run --resume stored" in err


def test_a_torn_part_is_an_error(stored, capsys):
    part = next((stored / "futures").rglob("*.parquet"))
    part.write_bytes(part.read_bytes()[:-9])

    status, out, err = answer(capsys, "replay", "stored")

    assert (status, out) == (2, "")
    assert "damaged" in err


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(
    "arguments", [["nowhere"], ["stored", "--worlds", "8"], ["stored", "--future", "1"]]
)
def test_what_cannot_be_done_has_status_2(capsys, arguments):
    status, out, err = answer(capsys, "replay", *arguments)

    assert (status, out) == (2, "")
    assert err.startswith("detente: ")


@pytest.mark.usefixtures("stored")
def test_compiling_is_reported_on_the_standard_error(capsys, monkeypatch):
    monkeypatch.setattr(runners, "kernel", lambda: KERNEL._replace(is_warm=lambda _="": False))

    _, out, err = answer(capsys, "replay", "stored")

    assert "compiling" not in out
    assert "compiling the model once" in err


@pytest.mark.usefixtures("stored")
def test_an_interrupt_has_its_status_and_says_how_to_begin_again(capsys, monkeypatch):
    monkeypatch.setattr(runners, "kernel", lambda: KERNEL._replace(solve=interrupt))

    status, out, err = answer(capsys, "replay", "stored")

    assert (status, out) == (130, "")
    assert "nothing was changed; again: detente replay stored" in err


def interrupt(*_, **__):
    raise KeyboardInterrupt
