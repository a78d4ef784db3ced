"""The answer: at most 120 words, and confidence apart from likelihood."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente import course, simulate, summarise
from detente.estimate.estimate import Estimate
from detente.estimate.quantiles import Quantile, Quantiles
from detente.questions import wording
from detente.questions.course import Course, Support
from detente.text import between
from detente.views.answer import MOST_WORDS, answer, confidence
from detente.views.blocks import plain

TERMS = [one.words for one in wording.TERMS]
FRACTIONS = st.floats(0.0, 1.0)
ORDERED = st.lists(FRACTIONS, min_size=5, max_size=5).map(sorted)

AS_OF = date(2026, 2, 6)


@st.composite
def shares(draw):
    """A share of any size with intervals about it."""
    spread_low, low, share, high, spread_high = draw(ORDERED)
    return Estimate(share, low, high, spread_low, spread_high, share, share)


@st.composite
def lengths(draw):
    """Quantiles of any size, with a spread or without."""
    low, value, high = sorted(draw(st.lists(st.floats(0, 3650), min_size=3, max_size=3)))
    one = Quantile(value, low, high, worlds=3)
    return draw(st.sampled_from([None, Quantiles(9, one, one, one, one)]))


@st.composite
def answers(draw):
    """A summary and a course of any figures."""
    outcomes = {key: draw(shares()) for key in ("any_war", "force", "deal")}
    option = SimpleNamespace(outcomes=outcomes)
    numbers = draw(st.integers(1, 9999))
    support = Support(numbers, draw(st.integers(0, numbers)))
    found = SimpleNamespace(
        option="base",
        until_of={key: draw(lengths()) for key in ("any_war", "deal")}.get,
        fighting_of={"any_war": draw(lengths())}.get,
        support=draw(st.sampled_from([None, support])),
        worlds=draw(st.sampled_from([1, 8, 64])),
        futures=draw(st.sampled_from([1, 782])),
        run=SimpleNamespace(record=SimpleNamespace(date_of=lambda day: AS_OF + timedelta(day))),
    )
    return SimpleNamespace(options={"base": option}), found


def comparison_of(asked):
    return [plain(words) for words in answer(*asked)]


@given(answers())
def test_an_answer_has_at_most_120_words(asked):
    reported = comparison_of(asked)

    assert sum(len(sentence.split()) for sentence in reported) <= MOST_WORDS


@given(answers())
def test_likelihood_and_confidence_never_share_a_sentence(asked):
    *likely, sure = comparison_of(asked)

    assert not any("onfidence" in sentence for sentence in likely)
    assert " confidence: " in sure
    assert not any(term in sure for term in TERMS)


@given(answers())
def test_every_term_is_reported_with_its_one_bracket(asked):
    reported = [one for one in comparison_of(asked) if any(term in one for term in TERMS)]

    assert all(one.count(" %)") == 1 for one in reported)


def test_where_another_seed_would_change_the_word_there_is_none():
    found = Estimate(0.17, 0.14, 0.21, 0.01, 0.5, 0.16, 0.18)
    likely, _, _, *_ = comparison_of(made_of(found))

    ends = between("1", "50")
    assert likely == f"War comes in 17 %. Depending on the assumptions: {ends} %."


def sure(outcomes, *, credible=90, worlds=64, futures=100):
    named = zip(("any_war", "force", "deal"), outcomes, strict=True)
    option = SimpleNamespace(outcomes=dict(named))
    support = Support(90, credible)
    found = SimpleNamespace(support=support, worlds=worlds, futures=futures, option="base")
    return plain(confidence(option, found))


ALIKE = Estimate(0.1, 0.09, 0.11, 0.06, 0.19, 0.09, 0.11)
NEXT_TO = Estimate(0.1, 0.09, 0.11, 0.04, 0.19, 0.09, 0.11)
APART = Estimate(0.1, 0.09, 0.11, 0.04, 0.21, 0.09, 0.11)


@pytest.mark.parametrize(
    ("outcomes", "credible", "level"),
    [
        ((ALIKE, ALIKE, ALIKE), 60, "high"),
        ((ALIKE, ALIKE, ALIKE), 59, "moderate"),
        ((ALIKE, ALIKE, ALIKE), 29, "low"),
        ((ALIKE, NEXT_TO, ALIKE), 60, "moderate"),
        ((ALIKE, NEXT_TO, APART), 60, "low"),
    ],
)
def test_confidence_goes_as_far_as_the_weaker_of_evidence_and_worlds(outcomes, credible, level):
    assert sure(outcomes, credible=credible).startswith(f"{level.capitalize()} confidence: ")


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (
            {"worlds": 1},
            "1 set of assumptions with 100 courses of events each cannot show how far the answer "
            "depends on assumptions",
        ),
        (
            {"futures": 1},
            "64 sets of assumptions with 1 course of events each cannot show how far the answer "
            "depends on assumptions",
        ),
    ],
)
def test_where_worlds_are_too_few_to_say_confidence_is_low(size, words):
    found = sure((ALIKE, ALIKE, ALIKE), **size)

    assert found.startswith("Low confidence: ")
    assert words in found


def test_the_answer_of_a_run_leads_with_counts_and_ends_with_confidence(tmp_path, crisis):
    run = simulate(crisis, futures=640, worlds=32, threads=1, out=tmp_path / "run")
    found = course(run)
    reported = comparison_of((summarise(run), found))

    assert reported[0].startswith("War ")
    assert " %. Depending on the assumptions: " in reported[0]
    assert f" of the {len(crisis.numbers)} inputs rest on good evidence" in reported[-1]
    assert isinstance(found, Course)


def made_of(share):
    """A summary and a course in which each outcome has this share."""
    outcomes = dict.fromkeys(("any_war", "force", "deal"), share)
    found = SimpleNamespace(
        option="base",
        until_of={"any_war": None, "deal": None}.get,
        fighting_of={"any_war": None}.get,
        support=None,
        worlds=20,
        futures=40,
    )
    return SimpleNamespace(options={"base": SimpleNamespace(outcomes=outcomes)}), found


def test_what_did_not_occur_is_reported_with_how_often_it_was_tried():
    reported = comparison_of(made_of(Estimate(0.0, 0.0, 0.003, 0.0, 0.0, 0.0, 0.003)))

    assert reported[0] == "War comes in none of 800 courses of events."
    assert len(reported) == 5
