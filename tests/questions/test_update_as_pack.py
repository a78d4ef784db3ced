"""What was seen, written as the pack of a new run."""

from datetime import date

import pytest

from detente import DetenteError, load, simulate
from detente.errors import PackFaults
from detente.questions.update import write_pack
from tests.observations import own_sign, sign, state
from tests.standin import played


@pytest.fixture(scope="module")
def run(tmp_path_factory, crisis):
    changed = crisis.with_changes({"talks.fade_rate": 0.004})
    return played(changed, tmp_path_factory.mktemp("seen") / "run", worlds=16, futures=16)


def test_the_new_pack_is_of_the_last_day_and_has_what_was_seen_as_indicators(
    run, reported, tmp_path
):
    own = own_sign("hospitals", "value = 3")
    file = reported(
        sign("hospitals"), sign(seen=False), state("ongoing", day="2026-03-05"), signs=own
    )
    made = write_pack(run, file, tmp_path / "later")
    crisis = load(tmp_path / "later")
    seen, absent = (crisis.model.indicators[key] for key in ("seen_0", "seen_1"))

    assert crisis.as_of == date(2026, 3, 5)
    assert (seen.date, seen.points_to) == (date(2026, 3, 1), ("direct_action",))
    assert seen.likelihood_ratio.value == 3.0
    assert absent.likelihood_ratio.range[1] < 1.0
    assert "an invented observer, an invented report" in seen.likelihood_ratio.assumed
    assert set(crisis.model.signs) == {"search_and_rescue", "tankers"}
    assert made.folder == tmp_path / "later"


def test_a_sign_of_force_becomes_an_indicator_of_force_with_the_ratio_between_types(
    run, reported, tmp_path
):
    own = own_sign("will", "value = 3", points_to='["force"]')
    write_pack(
        run, reported(sign("will"), sign("will", day="2026-03-02"), signs=own), tmp_path / "new"
    )
    first, second = list(load(tmp_path / "new").model.indicators.values())[-2:]

    assert first.points_to == second.points_to == ("force",)
    assert first.likelihood_ratio.value == second.likelihood_ratio.value == 3.0


def test_a_sign_that_a_run_was_reported_says_nothing_becomes_no_indicator(
    crisis, reported, tmp_path
):
    silent = crisis.with_changes({"signs.search_and_rescue.likelihood_ratio": 1.0})
    run = simulate(silent, worlds=2, futures=2, threads=1, out=tmp_path / "silent")
    write_pack(run, reported(sign()), tmp_path / "later")

    assert "seen_0" not in load(tmp_path / "later").model.indicators


def test_all_else_is_as_it_was_written(run, reported, tmp_path):
    write_pack(run, reported(sign()), tmp_path / "later")
    before = (run.folder / "pack" / "crisis.toml").read_text()
    after = (tmp_path / "later" / "crisis.toml").read_text()
    first, _, reported_after = after.partition("\n# Seen after 2026-02-06.")

    assert first == before.replace("as_of = 2026-02-06", "as_of = 2026-03-01")
    assert reported_after.startswith("\n\n[indicators.seen_0]\n")
    assert (tmp_path / "later" / "evidence.toml").read_text() == (
        run.folder / "pack" / "evidence.toml"
    ).read_text()


def test_the_command_keeps_what_was_set_for_the_run_and_what_cannot_stand_in_a_pack(
    run, reported, tmp_path
):
    failed = "date = 2026-03-01\ntalks_failed = true"
    made = write_pack(run, reported(failed), tmp_path / "later")

    assert made.command == (
        f"detente run {tmp_path}/later --set talks.fade_rate=0.004 --set talks.have_failed=1"
    )
    assert made.as_json()["next"] == [made.command]
    assert any("check the programme's step" in note for note in made.notes)


def test_what_runs_on_the_last_day_stands_at_the_new_start_and_what_ran_before_is_a_note(
    run, reported, tmp_path
):
    file = reported(state("mobilisation", day="2026-02-20"), state("ultimatum", day="2026-03-05"))
    made = write_pack(run, file, tmp_path / "later")
    model = load(tmp_path / "later").model

    assert model.talks.ultimatum_runs.value == 1
    assert "an invented observer" in model.talks.ultimatum_runs.assumed
    assert model.posture.raise_ordered is None
    assert "observed.seen_0 is of 2026-02-20: set posture.raise_ordered if" in made.notes[0]


@pytest.mark.parametrize("name", ["deal", "force"])
def test_no_run_begins_in_a_deal_or_under_force(run, reported, tmp_path, name):
    with pytest.raises(DetenteError, match=f"says that the crisis is in {name}; no run begins"):
        write_pack(run, reported(state(name)), tmp_path / "later")

    assert not (tmp_path / "later").exists()


def test_a_folder_that_is_there_is_left_alone(run, reported, tmp_path):
    (tmp_path / "later").mkdir()

    with pytest.raises(DetenteError, match="already there"):
        write_pack(run, reported(sign()), tmp_path / "later")
    assert list((tmp_path / "later").iterdir()) == []


def test_a_file_of_signs_alone_gives_no_pack(run, reported, tmp_path):
    with pytest.raises(DetenteError, match="nothing was seen"):
        write_pack(run, reported(signs=own_sign("hospitals", "value = 3")), tmp_path / "later")


def test_a_pack_that_does_not_hold_together_on_that_day_is_not_written(crisis, reported, tmp_path):
    (tmp_path / "pack").mkdir()
    for name, text in crisis.files.items():
        (tmp_path / "pack" / name).write_bytes(text)
    text = (tmp_path / "pack" / "crisis.toml").read_text()
    leaving = text.replace("deployed = true", "deployed = true\nleaves = 2026-02-20", 1)
    (tmp_path / "pack" / "crisis.toml").write_text(leaving)
    run = simulate(load(tmp_path / "pack"), worlds=2, futures=2, threads=1, out=tmp_path / "run")

    with pytest.raises(PackFaults, match="deployed only if it is there on 2026-03-01"):
        write_pack(run, reported(sign()), tmp_path / "later")
    assert not (tmp_path / "later").exists()


def test_an_indicator_that_has_the_name_already_is_kept(run, reported, tmp_path):
    text = reported(sign()).read_text().replace("observed.seen_0", "observed.search_and_rescue")
    reported(sign()).write_text(text)
    write_pack(run, tmp_path / "seen.toml", tmp_path / "later")

    assert {"search_and_rescue", "search_and_rescue_again"} <= set(
        load(tmp_path / "later").model.indicators
    )
