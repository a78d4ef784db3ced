"""What is said of what was seen, and of what to watch for."""

from dataclasses import replace

import pytest

from detente import sightings, simulate, update
from detente.ensemble import runners
from detente.views import watching
from detente.views.blocks import plain
from tests.observations import PLANNED, sign, state, written
from tests.views.reading import must_say, rows_of

SMALL = {"futures": 6400, "worlds": 16, "threads": 1}


@pytest.fixture(scope="module")
def run(crisis, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "kernel", lambda: PLANNED)
        return simulate(crisis, **SMALL, out=tmp_path_factory.mktemp("runs") / "run")


@pytest.fixture(scope="module")
def found(run, tmp_path_factory):
    path = tmp_path_factory.mktemp("seen") / "seen.toml"
    path.write_text(written(sign(), state("ongoing")))
    return update(run, path)


@pytest.mark.parametrize(
    ("name", "words"),
    [("open", "whether the dispute goes on or is over"), ("ongoing", "and the dispute goes on (")],
)
def test_a_dispute_that_goes_on_is_distinguished_from_one_that_may_be_over(
    run, tmp_path, name, words
):
    (tmp_path / "seen.toml").write_text(written(state(name)))

    must_say(watching.section(update(run, tmp_path / "seen.toml")), words)


def test_what_was_seen_says_what_it_must(found):
    must_say(
        watching.section(found, shows_signs=True),
        "In this model, given what was seen, ",
        "Note: a sign counts as evidence of the challenger's plan or motive",
        "1 March 2026: “search and rescue” seen (an invented observer; an invented report)",
        "of its 6,400 courses of events and",
        "plan: a campaign of weeks",
        "In this model “tankers” is the best sign of whether war comes",
        "Plans that each sign points to",
    )


def test_shares_next_to_their_difference_have_its_digits(found):
    war = found.outcomes["any_war"]

    must_say(
        watching.section(found),
        f"given what was seen, {100.0 * war.after.value:.1f} %",
        f"Before, {100.0 * war.before.value:.1f} % had: {100.0 * war.shift.value:+.1f} points",
    )


def test_where_nothing_was_seen_the_signs_to_watch_for_are_shown(run):
    must_say(watching.section(update(run)), "What should be watched?", "search and rescue")


def test_the_sign_to_watch_first_is_the_one_that_surely_has_most_information(run):
    found = update(run)
    (key, best), *_ = found.next.items()
    unsure = best._replace(outcome=replace(best.outcome, low=0.0))
    nothing = unsure._replace(plan=replace(unsure.plan, low=0.0))
    name = key.replace("_", " ")

    assert plain(watching.first(found)).startswith(f"Watch whether “{name}” comes with the next")
    assert plain(watching.first(replace(found, next={key: unsure}))).startswith(
        "None of the signs listed gives useful warning of war"
    )
    assert watching.first(replace(found, next={key: nothing})) is None


def test_signs_that_surely_say_nothing_have_no_row_and_are_counted(run):
    found = update(run)
    (key, one), *_ = found.next.items()
    unsure = {part: replace(getattr(one, part), low=0.0) for part in ("outcome", "plan")}
    section = watching.section(replace(found, next={key: one._replace(**unsure)}))

    must_say(
        section,
        "none of the signs listed gives useful warning of war.",
        "This run cannot say that 1 of 1 signs are informative about war",
    )
    assert "watching" not in [getattr(block, "key", "") for block in section.blocks]


def test_shares_stand_with_their_intervals_and_how_they_differ(found):
    section, war = watching.section(found), found.outcomes["any_war"]
    before, after, both, shift, ends = rows_of(section, "update-outcomes")["war"]

    assert (before.value, after.value) == (100.0 * war.before.value, 100.0 * war.after.value)
    assert shift.value == 100.0 * war.shift.value
    assert (both.low, both.high) == (100.0 * war.after.low, 100.0 * war.after.high)
    assert (ends.low, ends.high) == (100.0 * war.shift.low, 100.0 * war.shift.high)


def test_the_report_says_where_no_sign_is_estimable(run, crisis):
    must_say(watching.report(run, crisis, None), "cannot estimate how much warning")


def test_events_that_may_be_seen_say_what_they_must(run, monkeypatch):
    monkeypatch.setattr(runners, "kernel", lambda: PLANNED)
    found = sightings(run, by="2026-03-08", threads=1)

    must_say(
        watching.events(found),
        "Which events may be seen by 8 March 2026 (day 30)?",
        "800 courses of events of option base, followed day by day: 16 sets of assumptions x 50",
        "In this model war is not clearly more or less frequent after any event",
        "Seen too seldom by then for an estimate",
        "Iran walks out of the talks",
        "An event need not cause what follows it",
    )
