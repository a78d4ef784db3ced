import dataclasses
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from detente import load, simulate, summarise
from detente.endings import Ending
from detente.estimate.estimate import NONE as NOTHING_DIFFERS
from detente.estimate.estimate import Estimate
from detente.kernel.endings import FUTURE
from detente.pack.model import DatedEvent
from detente.questions import wording
from detente.questions.compare import compare
from detente.questions.trace import Happening
from detente.text import between, capitalised
from detente.views import figures as charts
from detente.views.figures import Numbers
from detente.views.figures.futures import swarm
from detente.views.figures.marks import apart
from detente.views.figures.ribbons import FIRST, LAST, THEN, _places
from tests.views.figures.made_up import HOSTILE, PLAIN, STEERING, place_of, texts

NOTHING = Estimate(*(0.0,) * 7)


def rows_of(figure):
    """Return the rows of a table by their first cell."""
    return {row[0]: row[1:] for row in figure.table.rows}


def test_the_corridor_has_the_shares_of_the_summary_a_row_a_day(figures, found):
    days = found["corridor"].base.corridor
    columns, rows = figures["corridor"].table
    last = dict(zip(columns, rows[-1], strict=True))

    assert [row[0] for row in rows] == [one.day for one in days]
    assert last["date"] == "2027-02-06"
    assert last["settled, of 100"] == round(100.0 * days[-1].settled, 2)
    assert last["deal, of 100"] == round(100.0 * days[-1].deal, 2)
    assert last["force, low"] <= round(100.0 * days[-1].force, 2) <= last["force, high"]


def test_the_corridor_says_no_term_where_an_interval_meets_two(found):
    summary = found["corridor"]
    outcomes = {
        key: replace(share, value=0.1927, low=0.1533, high=0.2393)
        for key, share in summary.base.outcomes.items()
    }
    base = replace(summary.base, outcomes=outcomes)
    drawn = charts.corridor(replace(summary, options={**summary.options, "base": base}))

    assert f"Any deal: 19 %, 90 % interval {between('15', '24')}" in drawn.description


def test_what_stands_at_the_end_adds_up_to_all_futures(figures, found):
    rows = figures["stands"].table.rows
    shares = found["stands"].base.outcomes
    deal = next(row for row in rows if row[0] == "a deal stands")

    assert sum(sum(row[1:4]) for row in rows) == pytest.approx(100.0, abs=0.1)
    assert deal[1] == pytest.approx(100.0 * shares["deal"].value, abs=0.01)


def test_first_shots_of_wars_add_up_to_all_wars(figures):
    assert sum(row[2] for row in figures["shots"].table.rows) == pytest.approx(100.0, abs=0.1)


def test_counts_of_a_hundred_add_up_and_each_is_the_rounded_share_where_it_can_be():
    assert wording.adding_up((0.2721, 0.4530, 0.2398, 0.0351), 100) == [27, 45, 24, 4]
    assert wording.adding_up((0.5, 0.25, 0.25), 100) == [50, 25, 25]
    assert wording.adding_up((0.0, 0.0), 0) == [0, 0]


def addresses(figure):
    return [address for row in figure.table.rows for address in row[4].split()]


def test_the_hundred_share_out_among_endings_as_all_futures_do(figures, run):
    rows = figures["hundred_futures"].table.rows
    war, deal = (
        " ".join(row[4] for row in rows if row[0] == name)
        for name in ("war of two or three parties", "narrow deal")
    )
    shares = summarise(run).base.endings

    assert len(war.split()) == pytest.approx(100.0 * shares["war"].value, abs=1.0)
    assert len(deal.split()) == pytest.approx(100.0 * shares["narrow_deal"].value, abs=1.0)


def test_all_hundred_are_futures_of_the_run_named_in_few_rows(figures, run):
    rows = figures["hundred_futures"].table.rows
    ending, numbers, _, until, some = rows[-1]
    last = run.row(*map(int, some.split()[-1].split(":")))

    assert len(set(addresses(figures["hundred_futures"]))) == 100
    assert len(rows) < 40
    assert numbers.endswith("100")
    assert until == str(date(2026, 2, 6) + timedelta(days=int(last["ending_day"])))
    assert Ending(last["ending"]).name.lower().replace("_", " ") == ending


def test_a_run_of_few_futures_has_a_dot_for_each(crisis, tmp_path):
    small = simulate(crisis, futures=6, worlds=2, threads=1, out=tmp_path / "run")
    named = set(addresses(charts.hundred_futures(small)))

    assert named == {f"{world}:{future}" for world in range(2) for future in range(3)}


def test_credits_are_those_that_were_found_the_largest_on_top(figures, found):
    rows = rows_of(figures["causes"])
    share = found["causes"].shares["causes", "friction"]

    assert rows["friction in the talks"] == tuple(
        round(100.0 * end, 2) for end in (*share.interval, *share.spread)
    )
    assert [row[0] for row in rows.values()] == sorted(
        (row[0] for row in rows.values()), reverse=True
    )


def test_a_mechanism_that_may_bring_no_war_is_in_the_table_alone(found):
    causes = found["causes"]
    unsure = replace(causes.shares["causes", "friction"], low=-0.01)
    figure = charts.causes(
        dataclasses.replace(causes, shares={**causes.shares, ("causes", "friction"): unsure})
    )

    assert "friction in the talks" in rows_of(figure)
    assert "friction in the talks" not in texts(figure.svg())


def test_an_axis_of_days_has_dates(figures):
    assert "1 Apr" in texts(figures["corridor"].svg())
    assert "2026 to 2027" in texts(figures["corridor"].svg())


def test_without_war_there_are_no_causes_to_draw(found):
    causes = found["causes"]
    without = dataclasses.replace(causes, shares={**causes.shares, ("war",): NOTHING})

    assert charts.causes(without) is None


def test_the_chart_of_drivers_has_each_listed_number_by_its_title_and_its_swing(figures, found):
    rows = rows_of(figures["drivers"])

    assert list(rows) == list(found["drivers"].numbers)
    assert rows["talks.text_rate"][1:] == (-10.0, -12.0, -8.0)
    assert f"-10.0 ({between('-12.0', '-8.0')})" in texts(figures["drivers"].svg())
    assert figures["drivers"].title == "Inputs that move war most, and which way"


def test_what_turns_on_nothing_has_no_chart(found):
    nothing = dataclasses.replace(found["drivers"], numbers={})

    assert charts.drivers(nothing) is None


def test_options_are_drawn_by_rank_with_their_paired_differences(figures, found):
    compared = found["options"]
    names = [name for name in compared.ranking if name != "base"]
    rows, hotline = rows_of(figures["options"]), compared.options["hotline"].difference

    assert list(rows) == [compared.options[name].title for name in names]
    assert rows["A hotline between the fleets"] == tuple(
        round(100.0 * end, 2) for end in (*hotline.interval, *hotline.spread)
    )


def test_what_changes_by_less_than_a_point_neither_helps_nor_hurts_clearly(found):
    compared = found["options"]
    little = Estimate(-0.001, -0.0015, -0.0005, -0.002, 0.0, -0.0015, -0.0005, "difference")
    one = dataclasses.replace(
        compared.options["hotline"],
        difference=little,
        measures=dict.fromkeys(compared.options["hotline"].measures, little),
    )
    changed = dataclasses.replace(compared, options={**compared.options, "hotline": one})

    assert charts.options(changed).title == "Of 2 options, 0 clearly help and 0 clearly hurt"
    assert charts.options_matrix(changed).title == "Of 2 options, 0 clearly help, 0 trade, 0 hurt"


def test_the_matrix_draws_what_clearly_changes_and_names_the_rest(figures, found):
    figure, words = figures["options_matrix"], texts(figures["options_matrix"].svg())
    change = found["options"].options["hotline"].measures["any_war"]

    assert "A hotline between the fleets" in words
    assert "Stronger missile defence" not in " ".join(words)
    assert figure.notes[-1].endswith("clearly change none of the three: Stronger missile defence.")
    assert rows_of(figure)["A hotline between the fleets"][:3] == tuple(
        round(100.0 * end, 2) for end in change.interval
    )
    assert rows_of(figure)["Stronger missile defence"][-1] == "A hotline between the fleets"


def test_what_helps_stands_above_what_hurts_and_the_title_counts_both(found):
    compared = found["options"]
    worse = Estimate(0.2, 0.15, 0.25, 0.1, 0.3, 0.18, 0.22, "difference")
    hurting = dataclasses.replace(
        compared.options["base_defences"], measures={**compared.options["hotline"].measures}
    )
    hurting.measures.update(any_war=worse, force=worse, deal=NOTHING_DIFFERS)
    both = {**compared.options, "base_defences": hurting}
    figure = charts.options_matrix(dataclasses.replace(compared, options=both))
    words = texts(figure.svg())

    assert figure.title == "Of 2 options, 1 clearly helps, 0 trade, 1 hurts"
    assert words.index("Help: 1") < words.index("A hotline between the fleets")
    assert words.index("Hurt: 1") < words.index("Stronger missile defence (beaten)")
    assert "use of force +20.0 (clear)" in figure.description


def test_a_description_has_signs_that_are_read_aloud(figures):
    figure = dataclasses.replace(figures["flow"], description="-0.5 to 0.4 on 2026-02-06, 3-4")

    assert figure.description == "\u22120.5 to 0.4 on 2026-02-06, 3-4"


def test_the_flow_keeps_every_future(figures, run):
    rows = figures["flow"].table.rows
    deals = sum(row[-1] for row in rows if row[0] == "a deal")

    assert sum(row[-1] for row in rows) == pytest.approx(100.0, abs=0.05)
    assert deals == pytest.approx(100.0 * run_share(run, "deal"), abs=0.05)


def run_share(run, outcome):
    return summarise(run).base.outcomes[outcome].value


def test_the_flow_is_described_by_its_ribbons_and_by_deals_without_force(figures, run):
    figure = figures["flow"]
    unforced = wording.of_100(run_share(run, "deal"))

    assert " Ribbons: a deal to it holds " in figure.description
    assert f"{unforced} without force" in texts(figure.svg())


def test_a_deal_that_breaks_before_force_is_the_first_turn_and_force_before_it_is():
    rows = np.zeros(4, FUTURE)
    rows["settlement"] = (Ending.FADES, Ending.NARROW_DEAL, Ending.CONTAINMENT, 0)
    rows["first_force_day"] = (30, 5, -1, -1)
    rows["broken_deal_day"] = (10, 40, -1, -1)
    rows["rounds"] = (1, 2, 0, 0)
    first, then, last = _places(rows)

    assert [list(FIRST)[place] for place in first] == ["deal", "force", "neither", "deal"]
    assert [list(THEN)[place] for place in then] == ["breaks", "breaks", "neither", "holds"]
    assert [list(LAST)[place] for place in last] == ["fades", "deal", "open", "deal"]


def test_options_of_which_the_interval_holds_0_are_left_out_unless_all_do(found):
    compared = found["options"]
    same = dataclasses.replace(compared.options["base_defences"], is_same=True)
    unclear = dataclasses.replace(compared.options["hotline"], difference=NOTHING_DIFFERS)
    none = dataclasses.replace(compared, options={"hotline": unclear, "base_defences": same})

    assert "Stronger missile defence" not in texts(charts.options(compared).svg())
    assert "Not drawn: 1 option, with effects that may be zero." in charts.options(compared).notes
    assert "changes nothing" in texts(charts.options(none).svg())


def test_with_one_future_a_world_no_world_is_drawn_as_if_it_were_known(crisis, tmp_path):
    settings = {"futures": 4, "worlds": 4, "threads": 1, "options": ["hotline"]}
    compared = compare(simulate(crisis, **settings, out=tmp_path / "run"))

    assert [] in charts.options(compared).chart.to_dict()["datasets"].values()


def test_a_single_world_and_future_can_be_drawn(crisis, tmp_path):
    run = simulate(crisis, futures=1, worlds=1, threads=1, out=tmp_path / "run")

    assert "<svg" in charts.corridor(summarise(run)).svg()
    assert "<svg" in charts.stands(summarise(run)).svg()
    assert charts.hundred_futures(run).title in {
        "1 courses of events: 0 end in war",
        "1 courses of events: 1 end in war",
    }


def test_a_long_horizon_makes_no_larger_picture(crisis, tmp_path):
    run = simulate(crisis, futures=40, worlds=2, horizon=730, threads=1, out=tmp_path / "run")
    figure = charts.corridor(summarise(run))

    assert len(figure.table.rows) == 731
    assert len(figure.svg()) < 80_000


def test_names_of_parties_are_shown_as_they_stand(traced):
    names = {"challenger": HOSTILE["markup"], "defender": STEERING, "ally": "one"}
    record = traced.run.record.model_copy(update={"parties": names})
    run = dataclasses.replace(traced.run, record=record)
    words = texts(charts.beliefs(dataclasses.replace(traced, run=run)).svg())

    assert f"{HOSTILE['markup']} is resolved" in words
    assert f"{capitalised(PLAIN)} is resolved" in words


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


def test_beliefs_are_listed_with_the_act_that_moved_them(figures):
    assert [(row[0], row[2], row[3]) for row in figures["beliefs"].table.rows] == [
        ("9 February 2026", 40.0, "one side offers package 2"),
        ("15 February 2026", 70.0, "one side walks out"),
    ]


def test_a_belief_that_moves_on_a_day_without_an_act_is_put_down_to_none(traced):
    later = Happening(19, "beliefs", 0, 0, 0.75, "it is now believed")
    incident = Happening(20, "incident", 0, 0, 0.0, "an incident")
    last = Happening(20, "beliefs", 1, 0, 0.6, "it is now believed")
    moved = (*traced.happenings, later, incident, last)
    rows = charts.beliefs(dataclasses.replace(traced, happenings=moved)).table.rows

    assert [row[3] for row in rows[-2:]] == ["no act that day: holding out moves it too"] * 2


def test_numbers_of_acts_at_the_same_time_do_not_cover_each_other(traced):
    both = (*traced.happenings[:2], Happening(3, "beliefs", 1, 0, 0.41, "it is now believed"))
    svg = charts.beliefs(dataclasses.replace(traced, happenings=both)).svg()
    heights = [place_of(svg, number)[1] for number in ("1", "2")]

    assert abs(heights[0] - heights[1]) > 15.0


def test_a_future_in_which_no_belief_moved_has_no_chart(traced):
    assert charts.beliefs(dataclasses.replace(traced, happenings=())) is None


def test_the_calendar_has_every_date_of_signs_and_forces(figures, crisis):
    assert len(figures["calendar"].table.rows) == len(crisis.model.forces) + len(
        crisis.model.indicators
    )
    assert rows_of(figures["calendar"])["Carrier group"] == ("force deployed", "2026-01-26", "")


def test_a_force_is_called_by_its_name_and_else_by_its_key(crisis):
    forces = {**crisis.model.forces, "delbert_d_black": named_force(crisis, "Delbert D. Black")}
    model = crisis.model.model_copy(update={"forces": forces})
    changed = dataclasses.replace(crisis, model=model)

    assert {"Carrier group", "Delbert D. Black"} <= set(rows_of(charts.calendar(changed)))
    assert "Delbert D. Black" in str(charts.posture_map(changed).table.rows)


def named_force(crisis, name):
    return crisis.model.forces["carrier_group"].model_copy(update={"name": name})


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
        ("another-claim", "so", "F6", 40.0, 38.0, 42.0, "yes"),
        ("a-claim", "so", "B2", 20.0, 18.0, 22.0, "no"),
    )
    assert figures["evidence"].title == "The claim to check first has grade F6"
    assert "F6: so" in texts(figures["evidence"].svg())


def test_a_claim_that_may_be_chance_is_not_drawn(figures, found):
    claims = {"a-claim": found["evidence"].claims["a-claim"]}

    assert "B2: so" not in texts(figures["evidence"].svg())
    assert figures["evidence"].notes[-1].startswith("Not drawn: 1 of 2 measured claims")
    assert charts.evidence(dataclasses.replace(found["evidence"], claims=claims)) is None


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


def test_what_is_nothing_to_hundredths_has_no_sign(figures):
    figure = dataclasses.replace(figures["causes"], table=Numbers(("a",), ((-0.001,),)))

    assert str(figure.table.rows[0][0]) == "0.0"


def test_labels_stand_apart_and_within_the_axis():
    moved = apart([99.0, 98.0, 2.0], 8.0)

    assert moved == [100.0, 92.0, 2.0]


def test_dots_at_one_height_stand_side_by_side():
    dots = swarm([50.0, 50.0, 90.0], 20.0)

    assert [(dot["x"], dot["y"]) for dot in dots] == [
        (17.5, 50.0),
        (22.5, 50.0),
        (20.0, 90.0),
    ]
