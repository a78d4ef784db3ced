import numpy as np
import pytest
from scipy import stats

from detente.errors import DetenteError
from detente.questions.past import (
    BANDS,
    PastCrises,
    PastCrisis,
    Selection,
    base_rates,
    hazard_of,
    quartile_of,
    read_crises,
    share_of,
)
from detente.questions.past.definitions import (
    STARTS,
    hazard_interval,
    quantile_interval,
    share_interval,
)
from tests.questions.past import many, row, write_table

DAYS = list(range(1, 101))


def rates_of(folder, *rows, selection=None):
    return base_rates(read_crises(write_table(folder, *rows)), selection)


@pytest.mark.parametrize(("happened", "crises"), [(33, 266), (12, 141), (0, 9), (9, 9), (1, 1)])
def test_the_interval_of_a_share_is_wilsons(happened, crises):
    expected = stats.binomtest(happened, crises).proportion_ci(0.95, "wilson")

    assert share_interval(happened, crises) == pytest.approx((expected.low, expected.high))


def test_an_interval_holds_its_share_and_narrows_with_crises():
    wide, narrow = share_interval(1, 8), share_interval(100, 800)

    assert 0.0 < wide[0] < narrow[0] < 0.125 < narrow[1] < wide[1] < 1.0


@pytest.mark.parametrize("endings", [0, 1, 49, 126])
@pytest.mark.parametrize("level", [0.90, 0.95])
def test_the_ends_of_a_hazards_interval_are_those_that_a_score_test_just_keeps(endings, level):
    low, high = hazard_interval(endings, 1000.0, stats.norm.ppf((1.0 + level) / 2.0))
    scores = [(endings - 1000.0 * end) ** 2 for end in (low, high)]
    kept = stats.chi2.ppf(level, 1)

    assert scores == pytest.approx([kept * 1000.0 * end for end in (low, high)])


@pytest.mark.parametrize("count", [1, 7, 30, 100])
@pytest.mark.parametrize("level", [0.25, 0.5, 0.75])
def test_the_interval_of_a_quartile_leaves_at_most_its_tails(count, level):
    low, high = quantile_interval(DAYS[:count], level)
    below = stats.binom(count, level)
    low_rank, high_rank = low or 0, high or count + 1

    assert below.cdf(low_rank - 1) <= 0.025 < below.cdf(low_rank)
    assert below.sf(high_rank - 1) <= 0.025 < below.sf(high_rank - 2)


def test_nineteen_of_twenty_intervals_of_the_median_hold_it():
    generator = np.random.Generator(np.random.Philox(5))
    samples = np.sort(generator.exponential(size=(2000, 83)), axis=1)
    intervals = [quantile_interval(sample.tolist(), 0.5) for sample in samples]
    held = np.mean([low <= np.log(2.0) <= high for low, high in intervals])

    assert 0.95 - 0.015 < held < 0.95 + 0.03  # at least nominal, and not idle


def test_too_few_lengths_have_no_interval():
    assert quantile_interval([3.0], 0.5) == (None, None)
    assert quartile_of([], 0.5) == (0, None, None, None)


def test_what_is_not_known_is_left_out_of_a_share():
    assert share_of([True, None, False, None])[:3] == (1, 2, 0.5)
    assert share_of([None]) == (0, 0, None, None, None)


def test_a_constant_chance_to_end_gives_the_same_hazard_in_every_span():
    generator = np.random.Generator(np.random.Philox(6))
    days = generator.exponential(100.0, size=40_000).tolist()
    hazards = [hazard_of(days, span) for span in ((0, 60), (60, 180), (180, 360))]

    assert [hazard.low < 0.01 < hazard.high for hazard in hazards] == [True, True, True]
    assert [hazard.rate for hazard in hazards] == pytest.approx([0.01] * 3, rel=0.03)


def test_open_days_and_endings_are_counted_within_the_span_only():
    hazard = hazard_of([10.0, 60.0, 70.0, 500.0], (60, 180))

    assert (hazard.endings, hazard.days) == (2, 0 + 0 + 10 + 120)
    assert hazard.rate == pytest.approx(2 / 130)


def test_where_no_crisis_was_open_there_is_no_hazard():
    assert hazard_of([5.0], (60, 180)) == (60, 180, 0, 0.0, None, None, None)


def test_a_start_is_violent_if_its_trigger_is_a_violent_act_direct_or_not(tmp_path):
    found = rates_of(
        tmp_path,
        *many(2, trigger="Violent act"),
        *many(3, trigger="Indirect violent act"),
        *many(4, trigger="Non-violent military act"),
        row(crisno="unknown", trigger=""),
    )

    assert found.shares["violent.war"].crises == 5
    assert found.shares["non_violent.war"].crises == 4
    assert found.shares["all.war"].crises == 10


def test_violence_is_counted_by_the_gravest(tmp_path):
    found = rates_of(
        tmp_path,
        *many(1, violence="Full-scale war"),
        *many(2, violence="Serious clashes"),
        *many(3, violence="Minor clashes"),
        *many(4, violence="No violence"),
    )
    counts = [found.shares[f"all.{rate}"].happened for rate in ("war", "serious", "none")]

    assert counts == [1, 3, 4]


def test_formal_and_semi_formal_agreements_are_agreements_and_no_others(tmp_path):
    found = rates_of(
        tmp_path,
        *many(1, outcome="Formal agreement"),
        *many(2, outcome="Semi-formal agreement"),
        *many(4, outcome="Tacit understanding"),
        *many(8, outcome="Imposed agreement"),
    )

    assert found.shares["all.agreement"][:2] == (3, 15)


def test_a_crisis_is_mediated_if_mediation_occurred_not_if_it_was_offered(tmp_path):
    found = rates_of(
        tmp_path,
        *many(1, mediation="Mediation occurred", violence="Full-scale war", dur_days="90"),
        *many(2, mediation="Mediation offered"),
        *many(4, mediation=""),
    )

    assert found.shares["mediated.war"][:2] == (1, 1)
    assert found.shares["not_mediated.war"][:2] == (0, 2)
    assert found.lengths["mediated.half"].days == 90.0


def test_crises_in_ongoing_wars_and_other_years_are_left_out_unless_asked_for(tmp_path):
    rows = [
        *many(1, trig_date="1944-12-31", term_date=""),
        *many(2, trig_date="1945-01-01", term_date=""),
        *many(4, trig_date="1989-12-31", term_date=""),
        *many(8, trig_date="1990-01-01", term_date=""),
        *many(16, intra_war="1"),
    ]

    assert len(rates_of(tmp_path, *rows).crises) == 6
    assert len(rates_of(tmp_path, *rows, selection=Selection(1944, 1990)).crises) == 15
    assert len(rates_of(tmp_path, *rows, selection=Selection(with_wars=True)).crises) == 22


def test_only_the_crises_of_the_bands_are_like_for_like():
    assert Selection().is_of_bands
    assert not Selection(1946).is_of_bands
    assert not Selection(with_wars=True).is_of_bands


def test_lengths_unlike_the_dates_are_counted_from_the_first_day_to_the_last(tmp_path):
    found = rates_of(
        tmp_path,
        row(crisno="a", dur_days="10"),
        row(crisno="b", dur_days="17"),
        row(crisno="c", dur_days="18"),
        row(crisno="d", term_date="", dur_days="900"),
    )

    assert found.unlike_dates == 1


def test_a_rate_is_outside_its_band_or_in_it(tmp_path):
    wars = rates_of(tmp_path, *many(50, violence="Full-scale war"))
    some = rates_of(tmp_path, *many(1, violence="Full-scale war"), *many(7, dur_days="65"))

    assert {"all.war", "all.none", "all.half"} <= set(wars.outside)
    assert not {"all.war", "all.half"} & set(some.outside)
    assert set(some.outside) <= set(some.banded) <= set(BANDS)


def test_a_choice_of_no_crisis_is_refused_with_the_years_there_are(tmp_path):
    with pytest.raises(DetenteError, match="no crisis outside ongoing wars began in 1960 to 1970"):
        rates_of(tmp_path, row(), selection=Selection(1960, 1970))
    with pytest.raises(DetenteError, match=r"no crisis began in 1960 to 1970.*1950 to 1950"):
        rates_of(tmp_path, row(), selection=Selection(1960, 1970, with_wars=True))


def test_a_table_without_rows_is_refused(tmp_path):
    with pytest.raises(DetenteError, match="the table has no crises"):
        rates_of(tmp_path)


@pytest.mark.parametrize(
    ("key", "stated"),
    [
        ("all.war", (12.4, 9.0, 16.9)),
        ("non_violent.war", (8.5, 4.9, 14.3)),
    ],
)
def test_bands_of_war_are_as_the_model_states_them(key, stated):
    band = BANDS[key]
    percent = [round(100.0 * value, 1) for value in (band.value, band.low, band.high)]

    assert tuple(percent) == stated


def test_bands_are_as_the_model_states_them_in_whole_percent():
    stated = {
        "all.serious": 40,
        "non_violent.serious": 24,
        "all.none": 27,
        "non_violent.none": 49,
        "all.agreement": 34,
        "recurrence": 47,
    }

    assert {key: round(100.0 * BANDS[key].value) for key in stated} == stated


def test_bands_of_lengths_are_as_the_model_states_them():
    days = [BANDS[f"all.{name}"].value for name in ("quarter", "half", "three_quarters")]

    assert days == [26.0, 65.0, 184.0]


def test_the_two_starts_make_up_all_crises_of_the_bands():
    counts = {
        rate: [round(BANDS[f"{start}.{rate}"].value * STARTS[start]) for start in STARTS]
        for rate in ("war", "serious", "agreement")
    }

    assert counts == {"war": [12, 21], "serious": [34, 73], "agreement": [46, 44]}
    assert sum(STARTS.values()) == 266
    assert {rate: sum(both) / 266 for rate, both in counts.items()} == {
        rate: BANDS[f"all.{rate}"].value for rate in counts
    }


@pytest.mark.parametrize("strength", ["weaker", "similar", "stronger"])
def test_the_starts_make_up_all_crises_of_a_strength(strength):
    bands = [BANDS[f"{group}.war_if_{strength}"] for group in ("all", "non_violent", "violent")]
    wars = [round(band.value * band.crises) for band in bands]

    assert wars[0] == wars[1] + wars[2]
    assert bands[0].crises == bands[1].crises + bands[2].crises


def test_lengths_and_settlements_of_wars_are_counted_among_wars_only(tmp_path):
    found = rates_of(
        tmp_path,
        *many(2, violence="Full-scale war", outcome="Imposed agreement", dur_days="100"),
        *many(2, violence="Full-scale war", outcome="Formal agreement", dur_days="200"),
        *many(9, violence="Serious clashes", outcome="Formal agreement", dur_days="30"),
    )

    assert found.shares["all.given_up_after_war"][:2] == (2, 4)
    assert found.shares["all.agreement_after_war"][:2] == (2, 4)
    assert found.lengths["all.half_if_war"].days == 150.0
    assert found.lengths["all.half_if_clashes"].days == 30.0


def test_a_rate_about_which_no_crisis_reports_is_not_outside_its_band(tmp_path):
    found = rates_of(tmp_path, *many(3, trigger="Political act", dur_days=""))

    assert "violent.war" not in (*found.outside, *found.banded)
    assert "all.half" not in (*found.outside, *found.banded)
    assert {"violent.war", "all.half"}.isdisjoint(found.not_in_table)


def test_what_the_table_cannot_speak_to_is_named(tmp_path):
    found = rates_of(tmp_path, row())

    assert "recurrence" in found.not_in_table
    assert "response.half" in found.not_in_table
    assert set(found.not_in_table).isdisjoint(found.banded)


def test_rates_do_not_hang_on_the_order_of_rows():
    generator = np.random.Generator(np.random.Philox(7))
    crises = [
        PastCrisis(str(place), day, None, float(days), None, None, False, None, None, None)
        for place, (day, days) in enumerate(
            zip(
                np.arange("1950-01-01", "1950-03-02", dtype="datetime64[D]").tolist(),
                generator.integers(1, 400, 60),
                strict=True,
            )
        )
    ]
    there, back = (
        base_rates(PastCrises("made up", "", tuple(order))) for order in (crises, crises[::-1])
    )

    assert there.lengths == back.lengths
    assert there.hazards == back.hazards
