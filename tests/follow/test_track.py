"""A made-up crisis of six dates: registered, sealed, resolved, and scored as by hand."""

import json
import math
import shutil
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from detente import DetenteError, register, resolve, simulate, track
from detente.ensemble import runners
from detente.ensemble.record import digest_of
from detente.estimate.estimate import Estimate
from detente.follow import writing
from detente.follow.chain import Resolution, append
from detente.follow.scoring import Judged, Stated, score_question, skills
from detente.follow.tracked import verify
from detente.questions.past.reference import reference_of
from detente.views.watching import STATES
from tests.observations import state, written
from tests.standin import KERNEL

SMALL = {"futures": 64, "worlds": 8, "threads": 1}
DATES = ("2026-02-10", "2026-02-20", "2026-03-02", "2026-03-12", "2026-03-22", "2026-04-01")
SHARES = (0.2, 0.3, 0.5, 0.6, 0.8, 0.4)
REPORTED = 'source = "an invented gazette"\nbase = 0.1\nbase_source = "made up"'
QUESTIONS = f"""
[questions.force_by_april]
outcome = "force"
rule = "Yes if the invented gazette says that force was used."
by = 2026-04-11
{REPORTED}

[questions.deal_by_april]
outcome = "deal_ever"
rule = "Yes if the invented gazette says that a deal was made."
by = 2026-04-11
{REPORTED}
"""


@pytest.fixture(scope="module")
def run(crisis, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "kernel", lambda: KERNEL)
        return simulate(crisis, **SMALL, out=tmp_path_factory.mktemp("runs") / "first")


@pytest.fixture(scope="module")
def registered(run, tmp_path_factory):
    """Register six made-up forecasts of two questions."""
    made_up = iter([share for share in SHARES for _ in range(2)])

    def share_of(*_, **__):
        share = next(made_up)
        found = Estimate(share, share - 0.1, share + 0.1, share, share, 0.0, 1.0)
        return SimpleNamespace(share=found, futures=100, worlds=8)

    place = tmp_path_factory.mktemp("crisis")
    (place / "questions.toml").write_text(QUESTIONS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "ask", share_of)
        for day in DATES:
            register(place / "followed", run, questions=place / "questions.toml", on=day)
    return place / "followed"


@pytest.fixture
def folder(registered, tmp_path):
    return shutil.copytree(registered, tmp_path / "followed")


def resolved(folder, question, result, on):
    reported = {"source": "an invented gazette", "by": "an invented umpire"}
    return resolve(folder, question, result, on=on, **reported)


def question_of(folder, key):
    return next(one for one in track(folder).questions if one.key == key)


def test_scores_are_those_of_the_days_for_which_forecasts_stood(folder):
    resolved(folder, "force_by_april", "happened", "2026-03-27")
    resolved(folder, "deal_by_april", "did_not", "2026-04-11")
    force, deal = (question_of(folder, f"{key}_by_april").score for key in ("force", "deal"))

    assert (force.days, deal.days) == (45, 60)
    assert force.own.brier == pytest.approx((10 * (0.64 + 0.49 + 0.25 + 0.16) + 5 * 0.04) / 45)
    assert deal.own.brier == pytest.approx((0.04 + 0.09 + 0.25 + 0.36 + 0.64 + 0.16) / 6)
    assert force.own.log == pytest.approx(
        -(10 * sum(map(math.log, (0.2, 0.3, 0.5, 0.6))) + 5 * math.log(0.8)) / 45
    )
    assert force.base == pytest.approx((0.81, -math.log(0.1)))
    assert force.updated.brier == pytest.approx((10 * (0.49 + 0.25 + 0.16) + 5 * 0.04) / 35)
    assert force.held.brier == pytest.approx((10 * (0.64 + 0.49 + 0.25) + 5 * 0.16) / 35)


def test_a_later_resolution_counts_and_a_void_one_has_no_score(folder):
    resolved(folder, "force_by_april", "happened", "2026-03-27")
    resolved(folder, "force_by_april", "void", "2026-03-28")
    found = question_of(folder, "force_by_april")

    assert [one.result for one in found.resolutions] == ["happened", "void"]
    assert (found.status, found.score) == ("void", None)
    assert track(folder).as_json()["voids"] == [
        {"key": "force_by_april", "reason": "an invented gazette", "by": "an invented umpire"}
    ]


def test_nothing_has_not_happened_before_its_last_day(folder):
    with pytest.raises(
        DetenteError, match=r"until 2026-04-11; after 2026-04-10 it may still come.*void"
    ):
        resolved(folder, "deal_by_april", "did_not", "2026-04-10")

    assert question_of(folder, "deal_by_april").status == "open"


def test_what_was_said_too_early_not_to_have_happened_is_not_scored_until_it_is_said_again(folder):
    """Earlier versions let one say so, and did not seal the day of writing."""
    head = track(folder).chain.head
    reported = {"source": "an invented gazette", "by": "an invented umpire"}
    question, on = "deal_by_april", date(2026, 3, 1)
    early = Resolution(
        number=7, before=head, question=question, result="did_not", on=on, **reported
    )
    append(folder, early)
    too_early = question_of(folder, question)
    resolved(folder, question, "did_not", "2026-04-12")
    again = question_of(folder, question)

    assert (too_early.is_early, too_early.score) == (True, None)
    assert (again.is_early, again.score.days) == (False, 60)


def test_files_are_sealed_with_the_day_of_writing_and_say_where_it_is_another(
    folder, run, monkeypatch
):
    monkeypatch.setattr(writing, "today", lambda: date(2026, 4, 12))
    register(folder, run)
    resolved(folder, "deal_by_april", "did_not", "2026-04-11")
    chain = track(folder).chain
    claimed = [(one.number, one.claimed, one.written) for one in chain.misdated[-1:]]

    assert [one.date for one in chain.registrations if one.written == one.date] == [
        date(2026, 4, 12)
    ]
    assert claimed == [(8, date(2026, 4, 11), date(2026, 4, 12))]
    assert all('"written": "20' in (folder / one.name).read_text() for one in chain.files)


def test_files_of_earlier_versions_which_have_no_day_of_writing_are_read(folder):
    path = folder / "0006-2026-04-01.json"
    content = json.loads(path.read_text())
    del content["written"], content["seal"]
    path.write_text(json.dumps({**content, "seal": digest_of(content)}))

    assert verify(folder).faults == ()
    assert track(folder).chain.undated == 1
    assert track(folder).as_json()["registrations"][5]["written"] is None


def test_a_file_that_says_other_than_it_did_is_named(folder):
    path = folder / "0003-2026-03-02.json"
    path.write_text(path.read_text().replace('"share": 0.5', '"share": 0.9', 1))
    found = verify(folder)

    assert [one.file for one in found.faults] == [path.name]
    with pytest.raises(DetenteError, match=r"0003-2026-03-02.json: the file was changed"):
        track(folder)


def test_a_file_that_was_sealed_again_is_named_by_the_one_after(folder):
    path = folder / "0003-2026-03-02.json"
    content = json.loads(path.read_text()) | {"date": "2026-03-02", "left_out": {"force": "no"}}
    content.pop("seal")
    path.write_text(json.dumps({**content, "seal": digest_of(content)}))

    assert [(one.file, one.found) for one in verify(folder).faults] == [
        (path.name, "the file was replaced: 0004-2026-03-12.json records another seal for it")
    ]


def test_a_file_that_is_gone_is_named_and_the_last_one_by_its_noted_seal(folder):
    head = track(folder).chain.head
    (folder / "0006-2026-04-01.json").unlink()
    last = verify(folder, head)
    (folder / "0002-2026-02-20.json").unlink()

    assert verify(folder).faults[0] == ("0002-*.json", "the file is missing")
    assert [one.found for one in last.faults] == [
        f"no file has the seal {head[:12]}: it was changed or removed"
    ]


def test_a_pack_that_is_kept_is_sealed_too(folder):
    with Path(folder, "packs", "0002", "options.toml").open("a") as file:
        file.write("# another\n")

    assert verify(folder).faults == (("packs/0002/options.toml", "the file was changed"),)


def test_a_head_that_was_noted_holds_for_the_files_under_it(folder):
    first = track(folder).chain.files[1].seal

    assert (verify(folder, first).noted, verify(folder, first).faults) == (2, ())


def test_one_date_has_one_forecast(folder, run):
    with pytest.raises(DetenteError, match="2026-04-01 already; one date has one forecast"):
        register(folder, run, on="2026-04-01")


def test_the_questions_of_a_run_are_asked_again_of_the_next_and_paired(run, crisis, tmp_path):
    folder, seen = tmp_path / "followed", tmp_path / "seen.toml"
    seen.write_text(written(state("open", day="2026-02-18")))
    changed = crisis.with_changes({"talks.fade_rate": 0.02})
    later = simulate(changed, **SMALL, out=tmp_path / "later")
    first = register(folder, run, on="2026-02-10")
    second = register(folder, later, observed=seen, on="2026-02-20")
    moved = second.forecasts["any_war_2026_05_07"].moved

    assert sorted({one.by for one in first.questions.values()}) == [
        *(date(2026, 3, 8), date(2026, 5, 7), date(2026, 8, 5), date(2027, 2, 6))
    ]
    assert second.questions == {}
    assert second.forecasts.keys() == first.forecasts.keys()
    assert moved.paired
    assert moved.difference == pytest.approx(
        second.forecasts["any_war_2026_05_07"].share - first.forecasts["any_war_2026_05_07"].share
    )
    assert [one.field for one in second.differs.numbers] == ["talks.fade_rate"]
    assert [one.says for one in second.observed] == [STATES["open"]]
    assert first.forecasts["any_war_2027_02_06"].base == pytest.approx(
        reference_of(crisis).share("any_war", 365).value
    )


def test_the_base_rate_is_that_of_past_crises_to_which_it_has_not_come(crisis):
    asked = writing.AskedQuestion(
        outcome="force", by=crisis.as_of + timedelta(60), rule="Yes if force.", source="a gazette"
    )
    new, _ = writing.base_rate(asked, crisis, crisis.as_of)
    old, source = writing.base_rate(asked, crisis, crisis.as_of - timedelta(300))

    # Most force comes early, and the rate of a year that is spread evenly would be .043.
    assert 0.0 < old < 0.02
    assert new > 2.0 * old
    assert "crises with a non-violent start" in source


def test_a_question_keeps_its_words_and_a_run_that_answers_none_is_refused(folder, run, tmp_path):
    file = tmp_path / "questions.toml"
    file.write_text(QUESTIONS.replace("force was used", "force was threatened"))
    with pytest.raises(DetenteError, match=r"questions.force_by_april: was asked in other words"):
        register(folder, run, questions=file, on="2026-04-05")
    file.write_text(QUESTIONS)
    with pytest.raises(DetenteError, match="no open question can be asked of this run"):
        register(folder, run, questions=file, on="2026-04-11")


def judged(group, share, *, happened):
    stated = [Stated(date(2031, 3, 1), share, 100, 0.5)]
    return Judged(
        group, happened, score_question(stated, happened=happened, closed=date(2031, 4, 1))
    )


def test_no_skill_is_claimed_of_few_questions_or_where_nothing_happened():
    nine = [judged(f"o{place}", 0.1 + place / 100, happened=False) for place in range(9)]
    one = judged("came", 0.9, happened=True)

    assert skills(nine)["base_brier"].reason == "none of them happened"
    assert skills([*nine[:3], one])["base_brier"].verdict == "cannot_tell"
    assert skills([*nine, one])["base_brier"].verdict == "better"
    assert (
        skills([one, *(judged("same", 0.1, happened=False) for _ in range(9))])["base_brier"].reason
        == "the resolved questions belong to 2 groups; 5 are needed"
    )


def test_a_share_of_no_future_costs_no_endless_score():
    found = score_question(
        [Stated(date(2031, 3, 1), 0.0, 100, None)], happened=True, closed=date(2031, 3, 2)
    )

    assert found.own == pytest.approx((1.0, -math.log(0.005)))


VIEWS = """
pack = "oman-2026"

[view.early]
outcome = "force"
by = 2026-04-11
probability = 0.9
who = "Forecaster A"
date = 2026-03-02
source = "an invented example"
kind = "own"

[view.late]
outcome = "force"
by = 2026-04-11
probability = [0.5, 0.7]
who = "Forecaster A"
date = 2026-03-22
source = "an invented example"
kind = "own"

[view.other]
outcome = "any_war"
by = 2026-04-11
probability = 0.5
who = "Forecaster A"
date = 2026-03-22
source = "an invented example"
kind = "own"
"""


def test_views_of_others_are_scored_as_the_model_is_on_the_days_on_which_both_stood(folder):
    (folder / "outside.toml").write_text(VIEWS)
    resolved(folder, "force_by_april", "happened", on="2026-04-01")
    found = track(folder)
    (rivalry,) = question_of(folder, "force_by_april").rivalries.values()

    # From 2 March on: the model .5, .6 and .8 for ten days each; they .9 for twenty, then .6.
    assert rivalry.days == 30
    assert rivalry.own.brier == pytest.approx((0.5**2 + 0.4**2 + 0.2**2) / 3)
    assert rivalry.views.brier == pytest.approx((2 * 0.1**2 + 0.4**2) / 3)
    assert rivalry.views.log == pytest.approx(-(2 * math.log(0.9) + math.log(0.6)) / 3)
    assert rivalry.base.brier == pytest.approx(0.9**2)
    assert [one.key for one in found.unasked] == ["other"]
    assert found.rivals["Forecaster A"]["brier"].reason == (
        "the resolved questions belong to 1 group; 5 are needed"
    )
    assert verify(folder).faults == ()
