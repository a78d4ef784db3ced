from dataclasses import replace

import numpy as np
import pytest

from detente import pack
from detente.kernel.endings import EVENT, Ceasefire, Event, FirstShot
from detente.kernel.limits import PARTIES as CHALLENGER_THAT_JOINS
from detente.kernel.ruling import Verdict
from detente.questions.names import Names, names_of, packages_in_words
from detente.questions.trace import WORDINGS, happenings_of
from tests.questions.games import small_game

PARTIES = {"challenger": "Aland", "defender": "Bland", "ally": "Cland"}
NAMES = Names(
    PARTIES,
    ("Dland", "Eland"),
    ("field hospitals", "tankers"),
    {0: "Fland", 1: "Gland"},
    ("Water (all)", "Water (part)"),
    terms=("the talks are about Water", "the talks are held in Gland"),
    events=("A vote", "A round of talks"),
)


def reported(kind, first=0, second=0, value=0.0):
    return story((kind, first, second, value))[0]


def story(*happenings):
    lines = np.array([(5, *happening) for happening in happenings], EVENT)
    return [one.text for one in happenings_of(lines, NAMES)]


def test_the_first_full_answer_says_why_it_was_full():
    lines = np.array([(5, Event.ANSWERS, 0, kind, 0.5) for kind in (0, 2, 2)], EVENT)
    texts = [one.text for one in happenings_of(lines, NAMES, answer_gap=-0.03)]

    assert texts == [
        "Bland absorbs it without a reply (chance 50 %)",
        "Bland answers in full (chance 50 %), a misjudgement: that is worth less to it, by 0.03 of "
        "its stakes, than a lesser answer",
        "Bland answers in full (chance 50 %)",
    ]


def test_an_event_of_the_calendar_is_reported_by_its_name():
    assert reported(Event.HAPPENS, 1) == "A round of talks"


@pytest.mark.parametrize(
    ("result", "says"),
    [
        (Verdict.CHALLENGER, "The tribunal rules: the ruling is for Aland (chance 40 %)"),
        (Verdict.DEFENDER, "The tribunal rules: the ruling is for Bland (chance 40 %)"),
        (
            Verdict.NOBODY,
            "The tribunal rules: the time for a ruling passes without one (chance 40 %)",
        ),
    ],
)
def test_a_ruling_is_reported_with_its_side(result, says):
    line = np.array([(5, Event.RULES, result, 0, 0.4)], EVENT)
    (one,) = happenings_of(line, NAMES._replace(ruling="The tribunal rules"))

    assert one.text == says


def test_a_challenger_that_withdraws_after_a_taking_is_said_to_keep_what_it_took():
    takes, drops = (Event.TAKES, 0, 0, 0.9), (Event.DROPS, 0, 0, 0.0)
    restores = (Event.RESTORES, 0, 0, 0.9)

    assert "keeps what it took" in story(takes, drops)[-1]
    assert story(takes, restores, drops)[-1] == story(drops)[-1] == "Aland withdraws its demand"


@pytest.mark.parametrize("name", pack.shipped())
def test_whoever_else_may_join_the_challenger_that_joins_its_allys_war_is_named(name):
    names = names_of(pack.load(name), PARTIES)
    joins = [(5, Event.JOINS, CHALLENGER_THAT_JOINS, 2, scale) for scale in (0.0, 1.0)]

    assert [one.text for one in happenings_of(np.array(joins, EVENT), names)] == [
        "the war widens to Aland, which strikes, on day 2 of the fighting",
        "the war widens to Aland, which begins a campaign, on day 2 of the fighting",
    ]


def test_a_package_is_reported_as_it_is_on_its_day():
    names = NAMES._replace(later=((6, ("Water (most)",)),))
    offers = np.array([(day, Event.OFFERS, 0, 0, 0.0) for day in (5, 6)], EVENT)

    assert [one.text.rpartition(": ")[2] for one in happenings_of(offers, names)] == [
        "Water (all)",
        "Water (most)",
    ]


def test_every_kind_of_event_has_a_sentence():
    assert set(WORDINGS) == set(Event)


def test_a_package_is_reported_by_what_it_concedes_of_each_issue_and_of_relief():
    first, *_, last = packages_in_words(small_game().settled)

    assert first == "Water (part); 100 % of the relief; untouched: Islands"
    assert last == "Water (all); Islands (most); 100 % of the relief"


def test_a_package_is_reported_in_the_packs_own_words_and_says_what_is_vital_to_its_giver():
    settled = small_game().settled
    model = settled.crisis.model
    issues = {**model.issues, "water": model.issues["water"].model_copy(update={"vital": True})}
    says = ("first words", "words between", "last words")
    talks = model.talks.model_copy(update={"says": says})
    said_so = model.model_copy(update={"issues": issues, "talks": talks})
    first, *_ = packages_in_words(settled._replace(crisis=replace(settled.crisis, model=said_so)))

    assert first == (
        "first words (Water (part), which is vital to its giver; 100 % of the relief; "
        "untouched: Islands)"
    )


def test_a_package_is_reported_in_the_terms_of_the_crisis_where_the_pack_has_them():
    settled = small_game().settled
    model = settled.crisis.model
    steps = {"steps": ("a little water", "much water", "the whole river")}
    issues = {**model.issues, "water": model.issues["water"].model_copy(update=steps)}
    relief = model.relief.model_copy(update={"steps": ("lower tolls", "low tolls", "no tolls")})
    said_so = model.model_copy(update={"issues": issues, "relief": relief})
    first, *_, last = packages_in_words(
        settled._replace(crisis=replace(settled.crisis, model=said_so))
    )

    assert first == "a little water; no tolls; untouched: Islands"
    assert last == "the whole river; Islands (most); no tolls"


def test_no_event_is_reported_in_codes():
    texts = [reported(kind, 1, 1, 0.5) for kind in Event]

    assert all(texts)
    assert "_" not in "".join(texts)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ((Event.OFFERS, 1, 0), "Bland offers package 1: Water (all)"),
        ((Event.YIELDS, 1, 1), "Bland backs down under the ultimatum"),
        ((Event.YIELDS, 1, 0), "Bland backs down without a deal"),
        (
            (Event.FRONT, 1, 0, 0.34),
            "as the fighting ends Aland holds 34 % of the land in dispute; it held none at first",
        ),
        ((Event.ALLY_STRIKES, 2, 0), "Cland strikes on its own decision"),
        ((Event.ALLY_STRIKES, 2, 1), "Cland begins a campaign on its own decision"),
        ((Event.STRIKES, 0, 0), "Aland orders a strike"),
        ((Event.STRIKES, 0, 1), "Aland orders a campaign"),
        ((Event.STRIKES, 1, 0), "Bland orders a strike"),
        ((Event.ANSWERS, 0, 0, 0.2), "Bland absorbs it without a reply (chance 20 %)"),
        ((Event.ANSWERS, 0, 1, 0.3), "Bland answers with a token (chance 30 %)"),
        (
            (Event.CLOSES, 1, 4, 12.4),
            "Bland closes the chokepoint on day 4 of the war; until it ends that costs all others "
            "12 billion dollars",
        ),
        ((Event.ANSWERS, 1, 2, 0.5), "Aland answers in full (chance 50 %)"),
        ((Event.ANSWERS, 2, 2, 0.5), "Bland answers in full (chance 50 %)"),
        ((Event.ANSWERS, 3, 0, 0.5), "Bland absorbs it without a reply (chance 50 %)"),
        (
            (Event.FORCE_ENDS, 3, 12, 0.25),
            "force ends after 12 days as a war; 25 % of the disputed capabilities are destroyed",
        ),
        (
            (Event.CEASEFIRE, Ceasefire.LIMITED),
            "the fighting stopped on the last day of a strike that was not answered in full",
        ),
        (
            (Event.CEASEFIRE, Ceasefire.SPENT),
            "the fighting stopped once a side was exhausted",
        ),
        (
            (Event.CEASEFIRE, Ceasefire.MEDIATED),
            "the fighting stopped on terms that mediators found",
        ),
        (
            (Event.INCIDENT, 1, 0, 1.0),
            "incident at the contact zone, an accident: alarm on the side of Bland",
        ),
        (
            (Event.RAISES, 0, 2),
            "Aland orders more force; once it is there, level 2 of 2 is deployed",
        ),
        (
            (Event.ARRIVES, 0, 2),
            "the force that Aland ordered is there: level 2 of 2 is deployed",
        ),
        ((Event.LOWERS, 0, 1), "Aland lowers its force to level 1 of 2"),
        ((Event.SIGN, 0, 1), "the sign watched for, field hospitals, is seen with it"),
        ((Event.SIGN, 1, 0), "the sign watched for, tankers, is not seen with it"),
        (
            (Event.UNREST, 1, 30),
            "unrest within Bland begins and lasts 30 days: it gives a strike a justification",
        ),
        ((Event.VOWS, 1, 0), "Bland vows in public to answer force with force"),
        ((Event.RESTRAINED, 0, 2, 0.3), "Cland is about to strike; Aland holds it back"),
        ((Event.SPEAKS, 0, 0), "Dland says that Bland is resolved, and is believed"),
        ((Event.SPEAKS, 1, 1), "Eland says that Bland is unresolved, and is believed"),
        (
            (Event.BREAKS, 1, 0),
            "Bland breaks the deal on package 1 (Water (all)); talks have failed",
        ),
        ((Event.ACCEPTS, 0, 1), "Aland accepts package 2: Water (part)"),
        (
            (Event.FIRST_SHOT, 0, FirstShot.MISTAKE, -0.031),
            "first shot: a misjudgement of Aland: striking is worth less to Aland, by "
            "0.031 of its stakes, than its best other move",
        ),
        (
            (Event.FIRST_SHOT, 3, FirstShot.MISTAKE, -0.031),
            "first shot: a misjudgement of Aland: striking is worth less to Aland, by "
            "0.031 of its stakes, than its best other move",
        ),
        (
            (Event.FIRST_SHOT, 3, FirstShot.ALLY, 0.0),
            "first shot: the choice of Aland and Cland",
        ),
        (
            (Event.FIRST_SHOT, 1, FirstShot.MISREAD, 0.0),
            "first shot: an accident was taken for an attack, and the reply of Bland grew",
        ),
        (
            (Event.SHOWS_PLAN, 0, 2, 0.6),
            "how Aland fights shows what it had in mind, a campaign of weeks (believed before: "
            "likely, 60 %)",
        ),
        ((Event.JOINS, 0, 3), "the war widens to Fland, on day 3 of the fighting"),
        ((Event.JOINS, 1, 1), "the war widens to Gland, on day 1 of the fighting"),
        ((Event.RAIDS, 0, 120, 14.0), "Aland launches 120 weapons; 14 get through to Bland"),
        (
            (Event.LOSES, 1, 4, 0.0123),
            "Bland loses 1.2 hundredths of what its forces are worth on day 4 of the fighting",
        ),
        (
            (Event.LEAVES, 0, 0, 0.3),
            "Aland gains 30 % of what force can settle; the rest stays in dispute, and "
            "talks are suspended",
        ),
        ((Event.LEAVES, 0, 1, 0.3), "the dispute ends with it"),
        ((Event.SPEAKS, 1, -1, -1.0), "Eland gives its view of Bland, and is not believed"),
        (
            (Event.SPEAKS, 1, -1, 1.0),
            "Eland gives its view of Bland, and is not believed: it would call Bland "
            "unresolved whatever it knew",
        ),
        (
            (Event.DISPUTED, 1),
            "the venue of the talks is in dispute: no draft until a side concedes",
        ),
        ((Event.CONCEDES, 1, 0, 6.5), "Bland concedes the agenda: the talks are about Water"),
    ],
)
def test_an_event_is_reported_with_names_and_numbers(line, text):
    assert reported(*line) == text


def test_every_way_in_which_the_first_shot_came_has_words_of_its_own():
    assert len({reported(Event.FIRST_SHOT, 0, way, 0.1) for way in FirstShot}) == len(FirstShot)


def test_every_reason_why_fighting_stops_has_words_of_its_own():
    reasons = set(Ceasefire) - {Ceasefire.NONE}

    assert len({reported(Event.CEASEFIRE, reason) for reason in reasons}) == len(reasons)


def test_force_that_has_not_arrived_is_called_back_and_not_lowered():
    texts = story((Event.RAISES, 0, 2, 0.0), (Event.OFFERS, 0, 1, 0.0), (Event.LOWERS, 0, 1, 0.0))

    assert texts[-1] == "Aland calls back the force under way and stays at level 1 of 2"


def test_fighting_that_sets_the_programme_back_says_so():
    texts = story((Event.PROGRAMME_GROWS, 1, 2, 0.0), (Event.LEAVES, 1, 1, 0.2))

    assert texts[-1].startswith("the programme of Bland falls back to step 1 of 2; ")


def test_force_that_has_arrived_is_lowered():
    texts = story((Event.RAISES, 0, 2, 0.0), (Event.ARRIVES, 0, 2, 0.0), (Event.LOWERS, 0, 1, 0.0))

    assert texts[-1] == "Aland lowers its force to level 1 of 2"
