import pytest

from detente import DetenteError, explain, load
from detente.questions.explaining import IMPLICATIONS, KNOWN_MISSES, known_misses, median


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        (("rate", "1/day"), 0.02, "once in 50 days on average; 45 % within 30 days"),
        (("rate", "1/day"), 0.0, "never"),
        (("probability", "1/day"), 0.1, "10 % on each such day; 96 % in 30 of them"),
        (("switch", ""), 0.25, "yes under 25 % of assumptions"),
        (("positive", "basket"), 0.3, "30 % of the stakes of the side that bears it"),
        (("positive", "log-odds"), 1.0, "odds 2.7 times as high: 50 % becomes 73 %"),
    ],
)
def test_a_value_is_said_in_words_by_its_unit(kind, value, said):
    assert IMPLICATIONS[kind](value) == said


def test_a_mean_time_ends_on_any_day(crisis):
    middle = explain(crisis, "posture.raise_days").implied[1]

    assert (middle.at, middle.value) == ("middle", 14.0)
    assert middle.says == "half of the times within 9.7 days, 9 of 10 within 32 days"


def test_a_number_of_an_actor_is_compared_with_those_of_the_same_role(crisis):
    fields = {one.field for one in explain(crisis, "actors.iran.hard_probability").anchors}

    assert "actors.soviet_union.hard_probability" in fields
    assert "actors.us.hard_probability" not in fields


def test_a_claim_that_gives_the_size_is_distinguished_from_one_that_bears_on_it(crisis):
    rests = explain(crisis, "actors.us.hard_probability").as_json()["rests_on"]

    assert rests["grade"] == "size assumed"
    assert [claim["gives"] for claim in rests["claims"]] == [False] * len(rests["because"])


def test_the_median_lies_within_the_ends_of_every_number(crisis):
    numbers = crisis.numbers.values()

    assert [one for one in numbers if not one.low <= median(one) <= one.high] == []


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("talks.faderate", "did you mean talks.fade_rate"),
        ("nothing.like.it", "to see every number: detente check oman-2026 --resolved"),
        ("venue.access", "is not a number; it is keys of the mediators"),
    ],
)
def test_what_is_no_number_is_refused_with_what_may_be_meant(field, said):
    with pytest.raises(DetenteError, match=said):
        explain(load("oman-2026"), field)


def test_what_is_known_to_be_wrong_is_said_of_the_numbers_of_a_side_whoever_it_is(crisis):
    said = {miss for number in crisis.numbers for miss in known_misses(crisis, number)}

    assert len(said) == len(KNOWN_MISSES)
    assert "strength works the wrong way" in known_misses(crisis, "defences.iran.hardness")[0]
    assert known_misses(crisis, "defences.israel.hardness") == ()
