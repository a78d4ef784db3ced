"""What is said of runs that another version made is true, and what it advises works."""

import json
import shlex

import pytest

from detente import DetenteError, Run, provenance, resume, simulate
from detente.cli import main
from detente.ensemble import advice, bundle
from detente.ensemble import record as records
from detente.ensemble.record import Settings
from tests.sealing import edit

SMALL = {"futures": 60, "worlds": 3, "threads": 1, "options": ["hotline"]}
OTHER = {"package": "0.0.9", "model": "ab" * 32, "commit": "cd" * 20}
MADE = "detente 0.0.9, model abababababab, commit cdcdcdcdcdcd"


@pytest.fixture
def older(tmp_path, crisis):
    """Return the folder of a run that another version made."""
    run = simulate(crisis, **SMALL, seed=7, out=tmp_path / "run")
    edit(run.folder, **OTHER)
    return run.folder


def play(command):
    """Run a command line that was advised and return its status and the run."""
    status = main([*shlex.split(command)[1:], "--threads", "1", "--quiet", "-o", "again"])
    return status, Run.open("again")


def test_a_run_of_another_version_names_both_and_a_command_that_plays_it_again(
    older, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DetenteError) as reported:
        Run.open("run").refuse_other_model()
    status, again = play(reported.value.hint.partition("play it again: ")[2])

    assert MADE in reported.value.what
    assert provenance.describe(*provenance.this()) in reported.value.what
    assert status == 0
    assert again.digest == Run.open(older).digest
    assert "in this model" in capsys.readouterr().out


def test_an_unfinished_run_of_another_version_is_not_sent_to_resume(older):
    edit(older, outcome=None)

    for opened in (Run.open, resume):
        with pytest.raises(DetenteError, match="another version of the model") as reported:
            opened(older)
        assert "--resume" not in str(reported.value)
        assert f"detente run {older}/pack" in reported.value.hint


def test_a_damaged_run_of_another_version_is_not_sent_to_resume(older):
    run = Run.open(older)
    (older / "futures" / run.parts("base")[0].name).unlink()

    with pytest.raises(DetenteError) as reported:
        run.tally()

    assert MADE in reported.value.hint
    assert "--resume" not in reported.value.hint


def test_more_worlds_of_another_version_are_a_new_run(older):
    other = Run.open(older).record
    own = other.model_copy(update={"model": provenance.model_digest()})

    resumed = advice.command_to_grow(older, own, worlds=6)
    begun = advice.command_to_grow(older, other, worlds=6)

    assert resumed == f"detente run --resume {older} --worlds 6"
    assert begun.startswith(f"detente run {older}/pack ")
    assert "--futures 120 --worlds 6 --seed 7" in begun


def test_other_numbers_of_the_same_model_are_another_versions(older):
    options = json.loads((older / "record.json").read_text())["options"]
    changed = {name: {**option, "resolved": "0" * 64} for name, option in options.items()}
    edit(older, model=provenance.model_digest(), options=changed)

    with pytest.raises(DetenteError, match="had other defaults or other numbers") as reported:
        resume(older, futures=90)

    assert "detente 0.0.9" in reported.value.what
    assert f"detente run {older}/pack" in reported.value.hint


def test_a_bundle_is_unpacked_before_its_run_is_played_again(older, tmp_path):
    bundle.pack(Run.open(older), tmp_path / "run.zip")
    packed = Run.open(tmp_path / "run.zip")

    with pytest.raises(DetenteError) as reported:
        packed.refuse_other_model()

    unpacked = f"python -m zipfile -e {tmp_path}/run.zip RUN && detente run RUN/pack --options"
    assert unpacked in reported.value.hint


def test_a_run_without_its_pack_is_played_from_where_the_pack_was(older):
    record = Run.open(older).record
    (older / "pack").rename(older / "gone")

    assert "detente run cuba-1962 --options" in advice.how_to_play_again(older, record)


def test_changed_fields_are_spelt_as_a_pack_has_them():
    changes = {"venue.publicity": 0.2, "incidents.hotline": True, "venue.host": "qatar"}
    command = advice.command_of(Settings(changes={**changes, "as_of": "2026-02-06"}), "./pack")

    assert shlex.split(command)[-8:] == [
        *("--set", "venue.publicity=0.2"),
        *("--set", "incidents.hotline=true"),
        *("--set", 'venue.host="qatar"'),
        *("--set", "as_of=2026-02-06"),
    ]


def test_a_run_with_a_users_rule_is_played_again_in_python():
    rule = {"name": "patient", "digest": "0" * 64}

    called = advice.command_of(Settings(rules={"defender": rule}), "run/pack")

    assert called.startswith("detente.simulate(detente.load('run/pack')")
    assert "rules={'defender': patient}" in called


def test_a_record_that_another_version_wrote_is_not_called_damaged(older):
    edit(older, weather="fine")

    with pytest.raises(DetenteError, match="is of another version of detente") as reported:
        records.read(older)

    assert MADE in reported.value.what
    assert "weather" in reported.value.what
    assert "damaged" not in str(reported.value)
