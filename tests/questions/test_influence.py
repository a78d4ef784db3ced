"""A claim is reversed by intervention: its numbers go from one end to the other."""

import shutil
from datetime import date

import pytest

from detente import DetenteError, Run, influence, simulate
from detente.ensemble import runners
from detente.evidence.claim import Claim
from detente.pack.places import divides_attack
from detente.questions.drivers.swings import Swing
from detente.questions.influence import UNPLAYED, ClaimInfluence, Shift
from detente.views.evidence import heaviest
from tests.standin import KERNEL, played, world

PLANTED = {"actors.iran.vow_price": 6.0, "actors.iran.vow_retreat": -2.0}
"""What each number of the claim `warning-not-threat` adds to how much war there is."""
RISES, FALLS = PLANTED


def encode(_crisis, values, *, horizon, **_):
    """Let war depend on two numbers, which act against each other."""
    calm = 0.3 + sum(slope * values[path] for path, slope in PLANTED.items())
    return world(calm, horizon)


@pytest.fixture(scope="module")
def unturned(tmp_path_factory, crisis):
    out = tmp_path_factory.mktemp("unturned") / "run"
    return played(crisis, out, KERNEL._replace(encode=encode), futures=1280, worlds=64)


@pytest.fixture
def run(unturned, tmp_path, monkeypatch):
    monkeypatch.setattr(runners, "kernel", lambda: KERNEL._replace(encode=encode))
    return Run.open(shutil.copytree(unturned.folder, tmp_path / "run"))


@pytest.fixture(scope="module")
def asked(unturned, tmp_path_factory):
    """Return a run whose claims were all turned, and what was found."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "kernel", lambda: KERNEL._replace(encode=encode))
        run = Run.open(shutil.copytree(unturned.folder, tmp_path_factory.mktemp("asked") / "run"))
        return run, influence(run, threads=1)


def test_the_claim_on_which_a_planted_effect_rests_is_distinguished_from_none_and_no_other_is(
    asked,
):
    _, found = asked
    reported = {key for key, one in found.claims.items() if one.is_clear}

    assert "warning-not-threat" in reported
    assert all({RISES, FALLS} & set(found.claims[key].fields) for key in reported)
    assert set(list(found.claims)[: len(reported)]) == reported


def test_numbers_that_act_against_each_other_are_turned_so_that_their_effects_add_up(asked):
    claims = asked[1].claims
    both, rising, falling = (
        claims[key].shifts["any_war"]
        for key in ("warning-not-threat", "fire-back", "capitulation-under-duress")
    )

    assert min(rising.swing.value, falling.swing.value) > 0.0
    assert both.swing.value == pytest.approx(rising.swing.value + falling.swing.value, abs=0.02)
    assert both.rises_with is None


def test_claims_are_chosen_on_the_tiny_grid_and_measured_on_the_coarse_one(asked):
    run, _ = asked
    choosing, measuring = (
        {path.name.split("-")[1] for path in run.folder.glob(f"answers/base/*/{first}-*")}
        for first in ("000000", "000012")
    )

    assert choosing == {"tiny"}
    assert measuring == {"coarse"}


def test_what_was_played_is_read_and_not_played_again(run, monkeypatch):
    before = influence(run, play=False)
    first = influence(run, threads=1).as_json()
    monkeypatch.setattr(runners, "kernel", lambda: KERNEL._replace(play=None))

    assert (before.notes, before.as_json()) == ((UNPLAYED,), [])
    assert influence(run, play=False).as_json() == first


def test_what_was_stopped_goes_on_and_comes_to_the_same(run):
    def stop(progress):
        if progress.done >= 40:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as stopped:
        influence(run, threads=1, progress=stop)
    whole = influence(run, threads=1).as_json()
    (run.folder / "answers").rename(run.folder.parent / "aside")

    assert "detente evidence" in stopped.value.__notes__[0]
    assert influence(run, threads=1).as_json() == whole


def test_what_divides_an_attack_is_never_turned(asked):
    claims = asked[1].claims

    assert not any(map(divides_attack, (path for one in claims.values() for path in one.fields)))
    assert claims["june-drones-fired"].fixed == ("arsenals.iran.drones.stock",)


def test_claims_on_the_challengers_force_are_reversed_for_war_force_and_deals_alone(asked):
    run, of_war = asked
    of_fading = influence(run, outcomes=["fades"], play=False)

    assert "actors.qatar.consent" in of_war.claims["three-mediators"].fields
    assert "actors.qatar.consent" in of_fading.claims["three-mediators"].fixed


def test_what_is_left_out_is_said_where_it_was_played(run):
    found = influence(run, outcomes=["fades"], threads=1)
    note, answer = map(str, heaviest(found))

    assert "of the challenger's force are left out" in note
    assert "Reversing the claim" in answer


def test_claims_that_were_not_measured_have_a_bound_on_what_they_move(run):
    found = influence(run, outcomes=["any_war"], threads=1)
    measured = sum(bool(one.shifts) for one in found.claims.values())
    with_numbers = sum(bool(one.fields) for one in found.claims.values())

    assert measured + found.unlisted["any_war"].claims == with_numbers
    assert found.unlisted["any_war"].below < 0.2


CLAIM = Claim(says="x", source="s", date=date(2026, 1, 1), by="x", kind="stated", grade="A1")
WEAK = CLAIM.model_copy(update={"grade": "F6"})


def moved(swing, *, is_clear):
    found = Swing(swing, swing - 0.01, swing + 0.01, agree=1.0, worlds=24)
    return {"deal": Shift(found, is_clear, None)}


def test_weak_claims_with_much_weight_come_first_and_those_not_distinguished_from_none_later():
    claims = {
        "strong": ClaimInfluence(CLAIM, ("x",), (), moved(0.10, is_clear=True)),
        "weak": ClaimInfluence(WEAK, ("x",), (), moved(0.05, is_clear=True)),
        "unsure": ClaimInfluence(WEAK, ("x",), (), moved(0.20, is_clear=False)),
        "silent": ClaimInfluence(WEAK, (), (), {}),
    }

    assert sorted(claims, key=lambda key: claims[key].order) == [
        "weak",
        "strong",
        "unsure",
        "silent",
    ]


def test_too_few_worlds_say_nothing(tmp_path, crisis):
    found = influence(simulate(crisis, futures=64, worlds=8, threads=1, out=tmp_path / "few"))

    assert found.notes == ("16 sets of assumptions are needed to say anything; the run has 8",)
    assert found.as_json() == []


def test_there_is_no_influence_on_an_outcome_that_is_none(run):
    with pytest.raises(DetenteError, match="no outcome 'warr'"):
        influence(run, outcomes=["warr"])
