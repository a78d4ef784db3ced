import dataclasses
from datetime import date

import pytest

from detente import load, simulate, summarise
from detente.analysis.compare import compare
from detente.analysis.trace import Happening
from detente.ensemble.shares import Share
from detente.kernel.endings import Ending
from detente.pack.model import DatedEvent
from detente.views import figures as charts
from detente.views.figures.standing import apart, swarm
from tests.views.figures.made_up import HOSTILE, PLAIN, STEERING, place_of, texts

NOTHING = Share(*(0.0,) * 7)


def rows_of(figure):
    """Return the rows of a table by their first cell."""
    return {row[0]: row[1:] for row in figure.table.rows}


def test_the_corridor_has_the_shares_of_the_summary(figures, found):
    days = found["corridor"].base.corridor
    rows = [row for row in figures["corridor"].table.rows if row[0] == days[-1].day]

    assert {row[1]: row[2] for row in rows} == {
        "open": round(100.0 * days[-1].open, 2),
        "deal": round(100.0 * days[-1].deal, 2),
        "force": round(100.0 * days[-1].force, 2),
    }
    assert all(low <= share <= high for *_, share, low, high in figures["corridor"].table.rows)


def test_the_hundred_share_out_among_endings_as_all_futures_do(figures, run):
    drawn = [row[1] for row in figures["hundred_futures"].table.rows]
    shares = run.ending_shares()

    assert len(drawn) == 100
    assert drawn.count("war") == pytest.approx(100.0 * shares["war"].share, abs=1.0)
    assert drawn.count("narrow deal") == pytest.approx(100.0 * shares["narrow_deal"].share, abs=1.0)


def test_each_of_the_hundred_is_a_future_of_the_run(figures, run):
    number, ending, day, address = figures["hundred_futures"].table.rows[-1]
    world, future = map(int, address.split(":"))
    row = run.row(world, future)

    assert number == 100
    assert (Ending(row["ending"]).name.lower().replace("_", " "), row["ending_day"]) == (
        ending,
        day,
    )


def test_a_run_of_few_futures_has_a_dot_for_each(crisis, tmp_path):
    small = simulate(crisis, futures=6, worlds=2, threads=1, out=tmp_path / "run")
    addresses = {row[3] for row in charts.hundred_futures(small).table.rows}

    assert addresses == {f"{world}:{future}" for world in range(2) for future in range(3)}


def test_credits_are_those_that_were_found_the_largest_on_top(figures, found):
    rows = rows_of(figures["causes"])
    share = found["causes"].shares["causes", "friction"]

    assert rows["friction in the talks"] == tuple(round(100.0 * end, 2) for end in share[:5])
    assert [row[0] for row in rows.values()] == sorted(
        (row[0] for row in rows.values()), reverse=True
    )


def test_without_war_there_are_no_causes_to_draw(found):
    causes = found["causes"]
    without = dataclasses.replace(causes, shares={**causes.shares, ("war",): NOTHING})

    assert charts.causes(without) is None


def test_the_chart_of_drivers_has_each_listed_number_by_its_title_and_its_swing(figures, found):
    rows = rows_of(figures["drivers"])

    assert list(rows) == list(found["drivers"].numbers)
    assert rows["talks.text_rate"][1:] == (-10.0, -12.0, -8.0)
    assert "-10.0 (-12.0 to -8.0)" in texts(figures["drivers"].svg())
    assert figures["drivers"].title == "What moves war (regional or not) most, and which way"


def test_what_turns_on_nothing_has_no_chart(found):
    nothing = dataclasses.replace(found["drivers"], numbers={})

    assert charts.drivers(nothing) is None


def test_options_are_drawn_by_rank_with_their_paired_differences(figures, found):
    compared = found["options"]
    rows = rows_of(figures["options"])

    assert list(rows) == [name for name in compared.ranking if name != "base"]
    assert rows["hotline"][1:] == tuple(
        round(100.0 * end, 2) for end in compared.options["hotline"].difference[:5]
    )


def test_an_option_that_changes_nothing_is_said_to(found):
    compared = found["options"]
    same = dataclasses.replace(compared.options["posture_up"], is_same=True)
    changed = dataclasses.replace(compared, options={**compared.options, "posture_up": same})

    assert "changes nothing" in texts(charts.options(changed).svg())


def test_with_one_future_a_world_no_world_is_drawn_as_if_it_were_known(crisis, tmp_path):
    settings = {"futures": 4, "worlds": 4, "threads": 1, "options": ["hotline"]}
    compared = compare(simulate(crisis, **settings, out=tmp_path / "run"))

    assert [] in charts.options(compared).chart.to_dict()["datasets"].values()


def test_a_single_world_and_future_can_be_drawn(crisis, tmp_path):
    run = simulate(crisis, futures=1, worlds=1, threads=1, out=tmp_path / "run")

    assert "<svg" in charts.corridor(summarise(run)).svg()
    assert charts.hundred_futures(run).title in {
        "1 futures: 0 end in war",
        "1 futures: 1 end in war",
    }


def test_a_long_horizon_makes_no_larger_picture(crisis, tmp_path):
    run = simulate(crisis, futures=40, worlds=2, horizon=730, threads=1, out=tmp_path / "run")
    figure = charts.corridor(summarise(run))

    assert len(figure.table.rows) == 3 * 731
    assert len(figure.svg()) < 80_000


def test_names_of_parties_are_shown_as_they_stand(told):
    names = {"challenger": HOSTILE["markup"], "defender": STEERING, "ally": "one"}
    record = told.run.record.model_copy(update={"parties": names})
    run = dataclasses.replace(told.run, record=record)
    words = texts(charts.beliefs(dataclasses.replace(told, run=run)).svg())

    assert f"{HOSTILE['markup']} is resolved" in words
    assert f"{PLAIN} is resolved" in words


def test_causes_of_leakage_add_up_to_all_that_passes(figures):
    rows = [
        row
        for row in figures["leakage"].table.rows
        if row[0] == figures["leakage"].table.rows[0][0]
    ]
    of_each = [row[2] for row in rows[:-1]]

    assert rows[-1][1] == "all that pass"
    assert sum(of_each) == pytest.approx(rows[-1][2], abs=0.03)


def test_a_defence_that_nothing_flies_against_has_no_chart(found):
    engagement = found["leakage"]
    sides = {key: dataclasses.replace(one, figures={}) for key, one in engagement.sides.items()}

    assert charts.leakage(dataclasses.replace(engagement, sides=sides)) is None


def test_beliefs_are_told_with_the_act_that_moved_them(figures):
    assert [(row[0], row[2], row[3]) for row in figures["beliefs"].table.rows] == [
        (3, 40.0, "one side offers package 2"),
        (9, 70.0, "one side walks out"),
    ]


def test_numbers_of_acts_at_the_same_time_do_not_cover_each_other(told):
    both = (*told.happenings[:2], Happening(3, "beliefs", 1, 0, 0.41, "it is now believed"))
    svg = charts.beliefs(dataclasses.replace(told, happenings=both)).svg()
    heights = [place_of(svg, number)[1] for number in ("1", "2")]

    assert abs(heights[0] - heights[1]) > 15.0


def test_a_future_in_which_no_belief_moved_has_no_chart(told):
    assert charts.beliefs(dataclasses.replace(told, happenings=())) is None


def test_the_calendar_has_every_date_of_signs_and_forces(figures, crisis):
    assert len(figures["calendar"].table.rows) == len(crisis.model.forces) + len(
        crisis.model.indicators
    )
    assert rows_of(figures["calendar"])["carrier group"] == ("force deployed", "2026-01-26", "")


def test_the_calendar_has_the_days_and_windows_of_events(crisis):
    common = {"foreseen": True, "change": {"talks.text_rate": 0.2}}
    sure = DatedEvent(name="A round", date=date(2026, 4, 1), **common)
    vague = DatedEvent(name="A vote", between=(date(2026, 5, 1), date(2026, 6, 1)), **common)
    model = crisis.model.model_copy(update={"events": {"round": sure, "vote": vague}})
    rows = rows_of(charts.calendar(dataclasses.replace(crisis, model=model)))

    assert rows["A round"] == ("event", "2026-04-01", "2026-04-01")
    assert rows["A vote"] == ("event", "2026-05-01", "2026-06-01")


def test_weak_and_heavy_claims_are_listed_first_with_what_they_move(figures):
    assert figures["evidence"].table.rows == (
        ("another-claim", "F6", 40.0, 38.0, 42.0, "yes"),
        ("a-claim", "B2", 20.0, 18.0, 22.0, "no"),
    )
    assert figures["evidence"].title == "Most depends on an F6 claim: another-claim"


def test_a_claim_that_may_be_chance_is_not_called_the_heaviest(found):
    claims = {"a-claim": found["evidence"].claims["a-claim"]}
    figure = charts.evidence(dataclasses.replace(found["evidence"], claims=claims))

    assert figure.title == "No claim stands out in what it moves"


def test_where_no_claim_moves_anything_there_is_no_chart_of_them(found):
    claims = {"idle-claim": found["evidence"].claims["idle-claim"]}

    assert charts.evidence(dataclasses.replace(found["evidence"], claims=claims)) is None


def test_packs_without_known_places_or_dates_have_no_such_charts():
    bare = load("reference-violent")
    changed = dataclasses.replace(
        bare,
        model=bare.model.model_copy(
            update={
                "forces": {},
                "indicators": {},
                "venue": bare.model.venue.model_copy(update={"place": "nowhere at all"}),
                "actors": {},
            }
        ),
    )

    assert charts.calendar(changed) is None
    assert charts.posture_map(changed) is None


def test_labels_stand_apart_and_within_the_axis():
    moved = apart([99.0, 98.0, 2.0], 8.0)

    assert moved == [100.0, 92.0, 2.0]


def test_dots_at_one_height_stand_side_by_side():
    dots = swarm([50.0, 50.0, 90.0], 20.0)

    assert [(dot["across"], dot["share"]) for dot in dots] == [
        (17.5, 50.0),
        (22.5, 50.0),
        (20.0, 90.0),
    ]
