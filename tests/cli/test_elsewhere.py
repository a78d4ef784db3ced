import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from detente import Run, simulate
from detente.ensemble import bundle, runners, store
from tests.cli.asking import answer
from tests.sealing import edit, sealed
from tests.standin import KERNEL

SMALL = ["--futures", "60", "--worlds", "3", "--threads", "1"]
READING = [
    ["show"],
    ["trace", "--future", "1:2"],
    ["replay"],
    ["replay", "--future", "1:2"],
    ["causes"],
    ["evidence"],
]


@pytest.fixture(scope="module")
def usual(tmp_path_factory, crisis):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "kernel", lambda: KERNEL)
        out = tmp_path_factory.mktemp("usual")
        return simulate(crisis, futures=60, worlds=3, threads=1, out=out)


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    MemoryFileSystem.store.clear()
    MemoryFileSystem.pseudo_dirs[:] = [""]
    return tmp_path


@pytest.fixture
def elsewhere(usual, here):
    """Return an address and a bundle at which the same run lies."""
    bundle.pack(usual, here / "run.zip")
    filled = MemoryFileSystem()
    for path in usual.folder.rglob("*"):
        if path.is_file():
            filled.pipe_file(f"/runs/{path.relative_to(usual.folder)}", path.read_bytes())
    return {"address": "memory://runs", "bundle": "run.zip"}


def json_of(capsys, command, place):
    status, out, err = answer(capsys, command[0], str(place), *command[1:], "--json")
    assert (status, err) == (0, "")
    return json.loads(out.replace(json.dumps(str(place)), '"RUN"'))


@pytest.mark.parametrize("place", ["address", "bundle"])
@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_a_run_elsewhere_is_read_as_one_in_a_folder(usual, here, elsewhere, capsys, command, place):
    folder = shutil.copytree(usual.folder, here / "folder")

    assert json_of(capsys, command, elsewhere[place]) == json_of(capsys, command, folder)


def test_a_run_is_played_at_an_address_and_reported_where(capsys, usual):
    status, out, _ = answer(capsys, "run", "oman-2026", *SMALL, "-o", "memory://one")

    assert status == 0
    assert "lies in memory://one (checksum " in out
    assert f"(checksum {usual.digest[:12]})" in out
    assert "detente trace memory://one --future" in out


def test_a_run_at_an_address_is_extended(capsys):
    answer(capsys, "run", "oman-2026", *SMALL, "-o", "memory://one")

    status, out, err = answer(
        capsys, "run", "--resume", "memory://one", "--futures", "90", "--json"
    )

    assert status == 0
    assert json.loads(out)["futures"] == 90
    assert err.startswith("detente: memory://one: an address has no locks")
    assert err.count("\n") == 1


def test_packing_says_what_the_bundle_holds(usual, capsys):
    status, out, err = answer(capsys, "show", str(usual.folder), "--bundle", "run.zip")

    assert (status, err) == (0, "")
    assert out.startswith("run.zip holds the run in ")
    assert Run.open("run.zip").digest == usual.digest


def test_packing_in_json_is_one_object(usual, capsys):
    _, out, _ = answer(capsys, "show", str(usual.folder), "--bundle", "run.zip", "--json")
    reported = json.loads(out)

    assert reported == {
        "schema": "detente/bundle/1",
        "run": str(usual.folder),
        "bundle": "run.zip",
        "files": len(bundle.required(usual.record)),
        "bytes": Path("run.zip").stat().st_size,
        "digest": usual.digest,
    }


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["show", "RUN", "--bundle", "taken.txt"], "is there already"),
        (["show", "RUN", "--bundle", "memory://run.zip"], "cannot be written at an address"),
        (["show", "RUN", "--bundle", "no/such/taken.txt/run.zip"], ""),
        (["show", "RUN", "--overwrite"], "means nothing without --bundle"),
        (["show", "taken.txt"], "taken.txt: is no bundle of a run"),
        (["run", "--resume", "run.zip"], "a bundle can be read, but not resumed or extended"),
        (["run", "oman-2026", "-o", "taken.txt"], "a file lies there"),
        (["run", "oman-2026", "-o", "taken.txt/run"], "cannot be written"),
        (["run", "oman-2026", "-o", "nowhere://run"], "cannot be reached"),
        (["show", "nowhere://run"], "cannot be reached"),
        (["show", "memory://nothing"], "no run lies here"),
        (["show", "file://run"], "names another machine"),
        (["evidence", "nowhere://run"], "cannot be reached"),
    ],
    ids=str,
)
@pytest.mark.usefixtures("elsewhere")
def test_what_cannot_be_done_has_status_2_and_changes_nothing(
    usual, here, capsys, arguments, words
):
    (here / "taken.txt").write_text("years of work")
    (here / "no" / "such").mkdir(parents=True)
    (here / "no" / "such" / "taken.txt").write_text("a file")
    given = [str(usual.folder) if one == "RUN" else one for one in arguments]

    status, out, err = answer(capsys, *given)

    assert (status, out) == (2, "")
    assert err.startswith("detente: ")
    assert words in err
    assert (here / "taken.txt").read_text() == "years of work"
    assert sorted(path.name for path in here.iterdir()) == ["no", "run.zip", "taken.txt"]


def newer_record(folder):
    path = folder / "record.json"
    path.write_text(path.read_text().replace("detente/record/5", "detente/record/6"))


def newer_part(folder):
    path = next((folder / "futures").rglob("*.parquet"))
    table = pq.read_table(path)
    notes = {**table.schema.metadata, store.NAMED: b"detente/futures/6"}
    pq.write_table(table.replace_schema_metadata(notes), path, compression="none")


@pytest.mark.parametrize("command", ["show", "replay", "trace", "causes"])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (newer_record, "of another version of detente"),
        (newer_record, "its schema is detente/record/6"),
        (newer_part, "'detente/futures/6'; by the run's record it is 'detente/"),
        (newer_part, "use the version of detente that wrote it"),
    ],
)
def test_a_newer_schema_is_refused_by_name(usual, here, capsys, command, change, words):
    folder = shutil.copytree(usual.folder, here / "folder")
    change(folder)

    status, out, err = answer(capsys, command, "folder")

    assert (status, out) == (2, "")
    assert words in err


def test_a_part_of_a_newer_schema_is_not_played_over(usual, here, capsys):
    folder = shutil.copytree(usual.folder, here / "folder")
    newer_part(folder)
    part = next((folder / "futures").rglob("*.parquet"))
    before = part.read_bytes()
    edit(folder, outcome=None)

    status, _, err = answer(capsys, "run", "--resume", "folder")

    assert status == 2
    assert "detente/futures/6" in err
    assert part.read_bytes() == before


def edits(record):
    """Yield the record with each of its values in turn gone, or another."""
    for key in record:
        yield {name: value for name, value in record.items() if name != key}
        for other in (None, "x", -1, [], {}, {"x": "y"}, 1e400):
            yield {**record, key: other}
        if isinstance(record[key], dict):
            for inner in edits(record[key]):
                yield {**record, key: inner}


# Of eight edits of a value some, all kinds by turns; a seal that is wrong ends most at once.
@pytest.mark.parametrize(
    ("forge", "every"), [(dict, 9), (sealed, 3)], ids=["with its seal", "sealed again"]
)
def test_an_edited_record_is_shown_or_refused_in_words(usual, here, capsys, forge, every):
    folder = shutil.copytree(usual.folder, here / "folder")
    record = json.loads((folder / "record.json").read_text())
    statuses = set()
    for edited in list(edits(record))[::every]:
        (folder / "record.json").write_text(json.dumps(forge(edited)))
        statuses.add(answer(capsys, "show", "folder", "-q")[0])

    assert statuses == {0, 2}


def test_the_pack_of_another_run_is_refused(usual, here, capsys):
    folder = shutil.copytree(usual.folder, here / "folder")
    answer(capsys, "run", "june-2025", *SMALL, "-o", "other")
    shutil.rmtree(folder / "pack")
    shutil.copytree(here / "other" / "pack", folder / "pack")

    for command in ("trace", "causes", "evidence"):
        status, out, err = answer(capsys, command, "folder")
        assert (status, out) == (2, "")
        assert "put it back as it was, or play it again: detente run folder/pack" in err


def test_the_record_of_another_run_is_refused(usual, here, capsys):
    folder = shutil.copytree(usual.folder, here / "folder")
    answer(capsys, "run", "june-2025", *SMALL, "-o", "other")
    shutil.copy(here / "other" / "record.json", folder / "record.json")

    status, out, err = answer(capsys, "trace", "folder")

    assert (status, out) == (2, "")
    assert err.startswith("detente: ")
