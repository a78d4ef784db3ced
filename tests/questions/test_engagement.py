import json
import math
from itertools import pairwise

import numpy as np
import pytest

from detente.ensemble.design import drawn_worlds
from detente.errors import DetenteError
from detente.questions.engagement import engage, fighting
from detente.questions.engagement.campaigns import CAUSES, CampaignMean
from detente.questions.engagement.fighting import Battles, RaidTerms, fight_world, set_up
from tests.questions.battles import FAR, FEW, NEAR, SEEN, small_crisis, small_engagement

TERMS = RaidTerms(2, "sustained", "challenger", 4, 3)
TOP = {
    *("schema", "pack", "name", "title", "as_of", "digest", "changes", "force", "plan", "by"),
    *("days", "rest", "worlds", "futures", "seed", "sides", "sweep"),
}
SIDE = {
    *("direction", "party", "attacker", "with_attacker", "hit_too", "layers", "classes"),
    *("unproven", "unpriced", "figures", "days"),
}
PARTS = {
    *("leakage", "cause", "class", "launched", "reliable", "engagements", "leaked", "shot_down"),
    *("aircraft", "broken", "loss", "shots", "rounds", "magazine", "batteries", "recovery"),
    "cost",
}
DAY = {
    *("day", "is_raid", "launched", "engagements", "leakage", *CAUSES, "shot_down", "shots"),
    *("cost_rounds", "cost_shot_down", "loss", "attacker_loss", "batteries", "alive", "rounds"),
    *("reserve", "left_share", "command", "sensors"),
}


def fight(campaigns=12, **changes):
    crisis = small_crisis().with_changes(changes) if changes else small_crisis()
    battles = Battles(crisis, TERMS, 4, campaigns)
    return fight_world(battles, 1, drawn_worlds(crisis, 2, 4)[1])


def test_json_has_the_keys_that_it_is_documented_with():
    content = json.loads(json.dumps(small_engagement().as_json(), allow_nan=False))
    defender = content["sides"]["defender"]

    assert set(content) == TOP
    assert content["schema"] == "detente/engage/2"
    assert (content["worlds"], content["futures"], content["sweep"]) == (3, 12, None)
    assert set(defender) == SIDE
    assert set(defender["figures"]) == PARTS
    assert set(defender["days"][0]) == DAY
    assert [day["is_raid"] for day in defender["days"]] == [True] * 4 + [False] * 3


def test_every_figure_lies_within_its_intervals():
    figures = [
        figure
        for side in small_engagement().sides.values()
        for figure in side.figures.values()
        if isinstance(figure, CampaignMean) and not math.isnan(figure.low)
    ]

    assert len(figures) > 40
    assert all(figure.low <= figure.value <= figure.high for figure in figures)
    assert all(figure.campaign_low <= figure.campaign_high for figure in figures)


@pytest.mark.parametrize("side", ["challenger", "defender"])
def test_causes_add_up_to_leakage_over_all_and_on_each_day(side):
    defended = small_engagement().sides[side]
    causes = [defended.figures["cause", cause].value for cause in CAUSES]

    assert sum(causes) == pytest.approx(defended.figures["leakage",].value, abs=1e-12)
    for day in defended.days[:4]:
        reported = sum(day.figures[cause].value for cause in CAUSES)

        assert reported == pytest.approx(day.figures["leakage"].value, abs=1e-12)


@pytest.mark.parametrize("side", ["challenger", "defender"])
def test_days_add_up_to_the_whole(side):
    defended = small_engagement().sides[side]
    whole = {
        "launched": ("launched",),
        "engagements": ("engagements",),
        "shot_down": ("shot_down",),
        "shots": ("shots",),
        "cost_rounds": ("cost", "rounds"),
        "cost_shot_down": ("cost", "shot_down"),
    }

    for name, key in whole.items():
        of_days = sum(day.figures[name].value for day in defended.days)

        assert of_days == pytest.approx(defended.figures[key].value)


def test_each_sides_losses_are_the_others_attackers():
    sides = small_engagement().sides
    for one, other in (("challenger", "defender"), ("defender", "challenger")):
        for own, foe in zip(sides[one].days, sides[other].days, strict=True):
            assert own.figures["loss"] == foe.figures["attacker_loss"]


def test_threads_change_nothing():
    results = [engage(small_crisis(), **FEW, threads=threads).as_json() for threads in (1, 2, 3)]

    assert results[0] == results[1] == results[2] == small_engagement().as_json()


def test_how_many_campaigns_are_fought_at_a_time_changes_nothing(monkeypatch):
    whole = fight()
    monkeypatch.setattr(fighting, "CHUNK", 5)
    parts = fight()

    for side in range(2):
        for key, values in whole.outcomes[side].items():
            assert values.tobytes() == parts.outcomes[side][key].tobytes()
        for name, sums in whole.days[side].items():
            np.testing.assert_allclose(sums.total, parts.days[side][name].total, rtol=1e-12)


def test_more_campaigns_leave_the_first_as_they_were():
    few, many = fight(3), fight(12)

    for key, values in few.outcomes[1].items():
        assert values.tobytes() == many.outcomes[1][key][:3].tobytes()


def test_against_no_layers_all_that_works_passes_unseen():
    defended = small_engagement().sides["challenger"]

    assert defended.systems == ()
    assert defended.get("leakage") == defended.get("cause", "unseen") == 1.0
    assert defended.get("shots") == 0.0
    assert defended.get("batteries", "first") is None


def test_a_defence_that_sees_nothing_fires_nothing():
    blind = fight(**{"defences.south.detection_probability": 0.0}).outcomes[1]

    assert (blind["leakage",] == 1.0).all()
    assert (blind["cause", "unseen"] == 1.0).all()
    assert (blind["shots",] == 0.0).all()


def test_a_defence_without_rounds_leaks_what_it_sees_for_want_of_them():
    empty = {path + name: 0.0 for path in (FAR, NEAR) for name in ("rounds", "reserve")}
    outcomes = fight(**empty, **SEEN).outcomes[1]

    assert (outcomes["leakage",] == 1.0).all()
    assert (outcomes["cause", "missed"] == 0.0).all()
    assert outcomes["cause", "no_round"].mean() > 0.05


def test_what_works_is_shot_down_or_leaks_in_every_campaign():
    outcomes = fight().outcomes[1]
    gone = outcomes["shot_down",] + outcomes["leaked",]

    np.testing.assert_array_equal(gone, outcomes["reliable",])
    assert (outcomes["aircraft", "down"] <= outcomes["shot_down",]).all()


def test_rounds_cost_what_the_layers_that_fire_them_pay():
    fought = fight(**{FAR + "cost": 2.0, NEAR + "cost": 2.0}, **SEEN)
    outcomes = fought.outcomes[1]

    np.testing.assert_allclose(outcomes["cost", "rounds"], 2.0 * outcomes["shots",])
    assert outcomes["shots",].sum() > 0.0


def test_after_the_raids_batteries_only_come_back():
    days = small_engagement().sides["defender"].days
    after = [day.figures["batteries"].value for day in days[3:]]

    assert all(later >= earlier for earlier, later in pairwise(after))
    assert [day.figures["launched"].value for day in days[4:]] == [0.0, 0.0, 0.0]


def test_less_force_in_view_flies_less():
    less = engage(small_crisis(), **FEW, force=0, side="defender")

    assert less.sides["defender"].get("launched") < small_engagement().sides["defender"].get(
        "launched"
    )


def test_a_show_of_force_raids_less_than_a_campaign_of_weeks():
    shown = engage(small_crisis(), **FEW, plan="display", side="defender")

    assert shown.sides["defender"].get("launched") < small_engagement().sides["defender"].get(
        "launched"
    )


def test_a_change_is_fought_and_recorded():
    kill = NEAR + "kill_probability"
    changed = engage(small_crisis(), **FEW, changes={kill: 0.95})

    assert changed.as_json()["changes"] == {kill: 0.95}
    assert changed.sides["defender"].get("leakage") < small_engagement().sides["defender"].get(
        "leakage"
    )


def test_nothing_but_force_is_read():
    crisis = small_crisis()
    values = drawn_worlds(crisis, 1, 1)[0]
    other = {**values, "actors.south.war_cost": 9.0, "venue.publicity": 0.9}

    assert set_up(crisis, values).content == set_up(crisis, other).content


def test_progress_is_reported_in_campaigns():
    reported = []
    engage(small_crisis(), **FEW, progress=reported.append)

    assert [one.done for one in reported] == [0, 4, 8, 12]
    assert {one.total for one in reported} == {12}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"days": 0}, "days is 0; use a whole number from 1 to 360"),
        ({"days": 361}, "days is 361"),
        ({"rest": -1}, "rest is -1; use a whole number from 0 to 90"),
        ({"force": 3}, "force is 3; use a whole number from 0 to 2"),
        ({"plan": "sustaned"}, "did you mean sustained?"),
        ({"by": "nobody"}, "by is 'nobody'; use challenger or defender or ally"),
        ({"by": "ally"}, "nobody in this crisis is one; use challenger or defender"),
        ({"side": "both"}, "side is 'both'; use challenger or defender"),
        ({"futures": 0}, "futures is 0; use a whole number from 1 to 200000"),
        ({"futures": 200_001}, "futures is 200001"),
        ({"worlds": 0}, "worlds is 0; use a whole number from 1"),
        ({"threads": 0}, "threads is 0"),
        ({"seed": -1}, "seed is -1"),
    ],
)
def test_a_setting_that_is_not_allowed_is_refused_by_name(wrong, words):
    with pytest.raises(DetenteError) as fault:
        engage(small_crisis(), **{**FEW, **wrong})

    assert words in str(fault.value)
