import numpy as np
import pytest

from detente import DetenteError, simulate, summarise, trace
from detente.endings import SETTLEMENTS, Ending
from detente.kernel.endings import FirstShot, Violence
from tests.standin import played

SIZE = {"futures": 300, "worlds": 7}
SMALL = SIZE | {"threads": 1}


@pytest.fixture(scope="module")
def run(tmp_path_factory, crisis):
    return played(crisis, tmp_path_factory.mktemp("read") / "run", **SIZE, options=["hotline"])


def test_outcomes_are_sums_of_their_endings(run):
    base = summarise(run).base

    assert base.outcomes["deal"].value == pytest.approx(
        base.endings["comprehensive_deal"].value + base.endings["narrow_deal"].value
    )
    assert base.outcomes["force"].value == pytest.approx(
        base.endings["limited_strike"].value + base.outcomes["any_war"].value
    )


def test_every_ending_is_an_outcome_of_its_own(run):
    base = summarise(run).base

    assert set(base.outcomes) == {ending.name.lower() for ending in Ending} | {
        "deal",
        "settled",
        "force",
        "any_war",
        "deal_ever",
        "talks_ever_failed",
        "agreement",
    }


def test_both_axes_of_an_ending_add_up_to_all_futures(run):
    found = summarise(run).as_json()["violence_by_settlement"]
    shares = [share["share"] for row in found.values() for share in row.values()]

    assert list(found) == [violence.name.lower() for violence in Violence]
    assert list(found["none"]) == [settlement.name.lower() for settlement in SETTLEMENTS]
    assert sum(shares) == pytest.approx(1.0)


def test_who_began_adds_up_to_all_force(run):
    base = summarise(run).base
    force = round(base.outcomes["force"].value * run.record.settings.played)

    assert sum(one.futures for one in base.beginnings) == force


def test_how_the_first_shot_came_adds_up_to_all_force_and_to_who_began(run):
    base = summarise(run).base
    found, force = base.first_shots, base.outcomes["force"].value
    begun = [one.futures for one in base.beginnings if one.initiator == "defender"]
    of_defender = sum(parts["defender"] for parts in found.sides.values())

    assert sum(share.value for share in found.ways.values()) == pytest.approx(1.0)
    assert of_defender * force * run.record.settings.played == pytest.approx(sum(begun))


def test_how_the_first_shot_of_wars_came_counts_wars_alone(run):
    found = summarise(run).base.war_shots
    rows = np.concatenate([*run.rows()])
    wars = rows["first_shot"][rows["violence"] >= Violence.WAR]

    assert {way: share.value for way, share in found.ways.items()} == {
        way: pytest.approx((wars == way).mean()) for way in FirstShot
    }


def test_mistakes_are_counted_among_chosen_first_shots_with_how_much_less_they_are_worth(run):
    found = summarise(run).as_json()["first_shot"]["mistakes"]
    rows = np.concatenate([*run.rows()])
    gaps = rows["first_shot_gap"][rows["first_force_day"] >= 0]

    assert found["share"] == pytest.approx((gaps < 0.0).mean())
    assert found["low"] <= found["share"] <= found["high"]
    assert found["less"]["value"] == pytest.approx(np.quantile(-gaps[gaps < 0.0], 0.5), rel=0.1)


def test_why_wars_ended_adds_up_to_all_wars(run):
    base = summarise(run).base
    wars = round(base.outcomes["any_war"].value * run.record.settings.played)

    assert wars > 0
    assert sum(base.war_ends.values()) == wars
    assert summarise(run).as_json()["war_ends"] == {
        why.name.lower(): count for why, count in base.war_ends.items()
    }


def test_the_json_has_the_keys_that_are_promised(run):
    content = summarise(run).as_json()

    assert content["schema"] == "detente/run/1"
    assert {"record", "worlds", "futures", "endings", "outcomes", "corridor", "options"} < set(
        content
    )
    assert {"limits", "digest"} < set(content)
    assert set(content["endings"]) == {ending.name.lower() for ending in Ending}
    assert set(content["endings"]["war"]) == {
        "share",
        "low",
        "high",
        "spread_low",
        "spread_high",
        "chance_low",
        "chance_high",
    }
    assert set(content["variance"]) == set(content["outcomes"])
    assert set(content["variance"]["war"]) == {"total", "chance", "not_knowing"}
    assert set(content["variance"]["war"]["chance"]) == {"share", "low", "high"}
    assert content["options"]["base"]["variance"] == content["variance"]
    assert [*content["corridor"][0]] == ["day", "open", "deal", "force", "settled", "unresolved"]
    assert set(content["options"]) == {"base", "hotline"}
    assert content["options"]["base"]["endings"] == content["endings"]


def test_the_worlds_still_needed_are_those_of_the_widest_outcome(run):
    found = summarise(run)
    width = max(share.high - share.low for share in found.base.outcomes.values())

    assert found.more_worlds == pytest.approx(7 * ((width / 0.02) ** 2 - 1.0), abs=1)
    assert found.as_json()["more_worlds"] == found.more_worlds


def test_the_lines_of_the_corridor_have_the_intervals_of_their_shares(run):
    base = summarise(run).base
    ends = base.bands["force"][-1]

    assert ends == base.outcomes["force"].interval[1:]
    assert [len(bands) for bands in base.bands.values()] == [len(base.corridor)] * 5


def test_a_number_of_worlds_that_is_no_power_of_two_is_noted(run):
    assert summarise(run).notes == (
        "the number of sets of assumptions, 7, is not a power of two; "
        "4 or 8 would cover the assumptions more evenly",
    )


def test_one_future_a_world_is_noted(tmp_path, crisis):
    run = simulate(crisis, futures=4, worlds=8, out=tmp_path / "short")

    assert summarise(run).notes == (
        "with one course of events for each set of assumptions, "
        "we cannot separate chance from the effect of assumptions",
    )


def test_a_future_is_reported_day_by_day(run):
    reported = trace(run, future=(3, 4))

    assert [one.day for one in reported.happenings] == sorted(
        one.day for one in reported.happenings
    )
    assert reported.happenings[0].text.startswith(
        "the United States offers package 2: deep limits on Iran's nuclear work; "
    )
    assert " ".join(str(reported).split()).endswith(
        "Iran is resolved: roughly even chance, 50 %; "
        "the United States has a show of force in mind: below 1 %."
    )


def test_a_future_played_again_is_the_one_that_was_stored(run):
    reported = trace(run, future=(6, 42), option="hotline")

    assert reported.differs == ()
    assert reported.row["world"] == 6


def test_a_future_that_came_out_otherwise_is_reported_as_such(run, monkeypatch, kernel):
    monkeypatch.setattr(
        "detente.ensemble.runners.kernel", lambda: kernel._replace(play=play_otherwise(kernel))
    )

    assert trace(run, future=(3, 4)).differs == ("ending_day",)


def play_otherwise(kernel):
    def play(*given, **named):
        rows = kernel.play(*given, **named)
        rows["ending_day"] += 1
        return rows

    return play


def test_a_future_that_was_not_played_cannot_be_reported(run):
    with pytest.raises(DetenteError, match="no course of events 9:9"):
        trace(run, future=(9, 9))
