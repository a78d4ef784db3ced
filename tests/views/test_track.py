"""What is said of a crisis that is followed: open questions, what moved and why, and scores."""

import pytest

from detente import register, resolve, track
from detente.follow import views
from detente.follow.tracked import verify
from detente.views import figures
from tests.observations import state, written
from tests.views.reading import must_say

WAR, DEAL = "any_war_2026_05_07", "deal_ever_2026_05_07"


@pytest.fixture(scope="module")
def found(earlier, run, tmp_path_factory):
    """Follow the crisis on two dates; one question is resolved and one void."""
    place = tmp_path_factory.mktemp("crisis")
    (place / "seen.toml").write_text(written(state("open", day="2026-02-18")))
    folder = place / "followed"
    register(folder, earlier, on="2026-02-10")
    register(folder, run, observed=place / "seen.toml", on="2026-02-20")
    reported = {"source": "an invented gazette", "by": "an invented umpire"}
    resolve(folder, WAR, "happened", on="2026-03-02", **reported)
    resolve(folder, DEAL, "void", on="2026-03-02", **reported)
    return track(folder)


def test_a_followed_crisis_says_what_it_must(found):
    written_on = found.last.written
    must_say(
        views.section(found),
        "What was forecast, and how did it fare?",
        f"Head of the chain, to be noted or published: {found.chain.head}",
        "12 questions: 10 open, 1 happened, 0 did not, 1 void.",
        "Against the base rate: cannot tell, as the resolved questions belong to 1 group",
        "2026-02-18: no use of force so far and no deal in force, whether the dispute goes on",
        "actors.us.war_cost: was ",
        "happened, 2026-03-02",
        "an invented umpire: an invented gazette",
        f"{DEAL}, 2026-03-02: an invented gazette (an invented umpire)",
        "uses armed force against another by decision of its government",
        "detente track verify ",
        f"0001-2026-02-10.json gives 2026-02-10 and was written on {written_on} (UTC)",
        f"0003-{WAR}.json gives 2026-03-02 and was written on {written_on} (UTC)",
    )


def test_scores_stand_as_they_were_found(found):
    one = next(each for each in found.questions if each.key == WAR)
    table = next(
        each for each in views.section(found).blocks if getattr(each, "key", "") == "track-resolved"
    )

    assert table.rows[0][3].value == one.score.own.brier
    assert table.rows[0][4].value == one.score.base.brier


def test_forecasts_over_time_have_a_row_for_each_and_mark_what_happened(found):
    figure = figures.tracked(found)
    drawn = str(figure.chart.to_dict())

    assert len(figure.table.rows) == 24
    assert "1. 2026-02-18: no use of force so far and no deal in force" in drawn
    assert f"2. 2026-03-02: {WAR} happened" in drawn
    assert figure.svg().startswith("<svg")


def test_what_was_changed_is_said(found):
    must_say(
        views.verified(verify(found.chain.folder, "0" * 64)),
        "Is the chain as it was written?",
        "no file has the seal 000000000000: it was changed or removed",
    )
    must_say(
        views.verified(verify(found.chain.folder, found.chain.files[0].seal)),
        "4 files and the packs kept with them are as sealed.",
        "The seal noted is that of 0001-2026-02-10.json; 3 files came after it.",
    )
