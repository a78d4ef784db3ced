"""What is said of one number of a pack."""

from detente import explain
from detente.text import between
from detente.views import explaining
from tests.views.reading import must_say


def test_a_number_says_what_it_must(crisis):
    must_say(
        explaining.section(explain(crisis, "unrest.rate")),
        "What does unrest.rate mean?",
        f"Meaning: rate at which a spell begins [1/day]. Allowed: {between('0', '10')}",
        f"In this pack: {between('0.002', '0.008')} 1/day in 9 of 10 sets of assumptions, and "
        "below 0.004 in half of them.",
        "once in 250 days on average; 11 % within 30 days",
        " other packs that ship",
        "Claim crackdown-as-reason (graded F2, reported;",
        "Its size is assumed: no claim gives it.",
        "It does not change the results of force",
        "--set unrest.rate=0.008",
    )


def test_a_number_that_nothing_reads_is_said_to_be_one(crisis):
    found = explain(crisis, "arsenals.us.cruise_missiles.cost")

    must_say(
        explaining.section(found),
        "The model does not use it in this crisis",
        "the catalogue of systems",
    )
