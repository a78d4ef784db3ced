import json

import pytest

import detente
from detente import DetenteError, Run, pack, provenance, simulate
from detente.ensemble import advice, foundation
from detente.ensemble import record as records
from detente.pack.quantity import accepted
from tests.sealing import edit

OUTCOME = {
    "finished": "2026-02-06T09:30:00Z",
    "digest": "0" * 64,
    "seconds": 1.0,
    "solver": dict.fromkeys(("nodes", "evaluations", "rows", "folded_rows", "exploitability"), 1),
    "visited": 1,
    "unsettled": 0,
    "violations": 0,
}
SMALL = {"futures": 60, "worlds": 3, "threads": 1}


@pytest.fixture(scope="module")
def crisis():
    """Return a crisis with an ally, which gives some calibrated numbers itself."""
    return pack.load("oman-2026")


@pytest.fixture
def run(tmp_path, crisis):
    return simulate(crisis, **SMALL, options=["hotline"], out=tmp_path / "run")


def test_a_record_is_read_as_it_was_written(run):
    assert records.read(run.folder) == run.record


def test_a_record_names_what_a_run_stands_on(run, crisis):
    record = json.loads((run.folder / "record.json").read_text())

    assert record["schema"] == "detente/record/5"
    assert record["pack"] == crisis.digest
    assert record["model"] == provenance.model_digest()
    assert set(record["environment"]) == {"python", "numpy", "numba", "platform"}
    assert record["parties"] == {
        "challenger": "United States",
        "defender": "Iran",
        "ally": "Israel",
    }


def test_the_call_in_a_record_makes_the_run_again(run, tmp_path):
    call = run.record.call.removesuffix(")") + f", out={str(tmp_path / 'again')!r})"

    again = eval(call, {"detente": detente})  # noqa: S307  the record's own promise

    assert again.digest == run.digest


def test_lists_that_fields_are_given_are_kept_and_read_again(tmp_path):
    place = pack.new("mine", folder=tmp_path, start="oman-2026")
    option = '[options.x]\ntitle = "a"\nsays = "b"\nchange = { "venue.access" = ["turkiye"] }\n'
    (place / "more.toml").write_text(option, encoding="utf-8")
    changed = pack.load(place, changes={"venue.access": ["qatar", "turkiye"]})

    run = simulate(changed, **SMALL, options=["x"], out=tmp_path / "run")
    again = foundation.read_again(run.folder, records.read(run.folder))

    assert records.read(run.folder) == run.record
    assert again["base"].model.venue.access == ("qatar", "turkiye")
    assert again["x"].model.venue.access == ("turkiye",)
    assert "venue.access=[" in advice.command_of(run.record.settings, "oman-2026")


def test_a_pack_that_is_changed_after_it_was_read_is_refused(crisis, tmp_path):
    run = simulate(crisis, **SMALL, out=tmp_path / "run")
    foundation.read_again(run.folder, run.record)
    file = run.folder / "pack" / run.record.files[0]
    file.write_text(f"{file.read_text()}# more\n", encoding="utf-8")

    with pytest.raises(DetenteError, match="is not the one that its record names"):
        foundation.read_again(run.folder, run.record)


def test_the_record_of_each_option_has_its_change_and_its_digest(run, crisis):
    option = run.record.options["hotline"]

    assert option.change == dict(crisis.options["hotline"].change)
    assert len(option.digest) == 64
    assert option.resolved != run.record.resolved


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("settings", {"futures": -1}),
        ("as_of", "soon"),
        ("started", "at noon"),
        ("evidence", {"numbers": -1, "claims": 0, "calibrated": 0, "assumed": 0, "general": 0}),
        ("outcome", OUTCOME | {"seconds": float("nan")}),
        ("outcome", OUTCOME | {"finished": "0"}),
        ("outcome", OUTCOME | {"visited": -1}),
        ("outcome", OUTCOME | {"violations": 10**400}),
        ("settings", None),
        ("digest", "short"),
        ("options", {"../../x": {"resolved": "0" * 64}}),
        ("pack", "not a digest"),
        ("surprise", 1),
    ],
)
def test_an_edited_record_is_refused(run, field, value):
    edit(run.folder, **{field: value})

    with pytest.raises(DetenteError, match=f"changed or is damaged: {field}"):
        records.read(run.folder)


@pytest.mark.parametrize("seal", [None, "0" * 64, 1])
def test_a_record_without_its_own_seal_is_refused(run, seal):
    path = run.folder / "record.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "seal": seal}))

    with pytest.raises(DetenteError, match="it is not as it was written"):
        records.read(run.folder)


def test_futures_that_go_on_after_the_horizon_of_the_record_are_refused(run):
    edit(run.folder, settings={**run.record.settings.model_dump(), "horizon": 1})

    with pytest.raises(DetenteError, match="the record has a horizon of 1"):
        Run.open(run.folder).tally()


def test_a_record_names_the_commit_if_it_is_known(run):
    assert run.record.commit == provenance.commit()


def test_a_newer_schema_is_refused_by_name(run):
    path = run.folder / "record.json"
    path.write_text(path.read_text().replace("detente/record/5", "detente/record/6"))

    with pytest.raises(DetenteError, match="detente/record/6"):
        records.read(run.folder)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000])
def test_a_record_that_is_no_record_is_refused(tmp_path, content):
    (tmp_path / "record.json").write_bytes(content)

    with pytest.raises(DetenteError, match="record"):
        records.read(tmp_path)


def test_an_error_in_a_setting_says_what_is_allowed():
    with pytest.raises(DetenteError, match="worlds is 0; use a whole number from 1 to 999999"):
        records.settle(worlds=0)


def test_all_numbers_are_counted_by_what_they_rest_on(run, crisis):
    evidence = run.record.evidence
    given = {f"aftermath.{key}" for key in ("concession_factor", "fade_factor", "resume_rate")}
    taken = set(accepted().columns) - given

    assert evidence["numbers"] == len(crisis.numbers)
    assert sum(evidence.values()) == 2 * evidence["numbers"] + evidence["given"]
    assert evidence["claims"] > evidence["given"] > 0
    assert evidence["calibrated"] == len(taken) > 0
    assert taken == {path for path, one in crisis.numbers.items() if one.kind == "accepted"}


def test_a_version_that_the_disk_does_not_give_is_left_out(tmp_path, monkeypatch):
    (tmp_path / "unread-1.0.dist-info").mkdir()
    monkeypatch.syspath_prepend(tmp_path)

    assert provenance.version_of("unread") == ""
