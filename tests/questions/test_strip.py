"""The three views: what stands in a row, where they differ, and what that is said to come of."""

from types import SimpleNamespace

import pytest

from detente import ask, simulate
from detente.ensemble import runners
from detente.estimate.estimate import Estimate
from detente.evidence import ledger
from detente.questions import strip as question
from detente.questions.strip import strip
from detente.views.blocks import Listing, plain
from detente.views.strip import blocks, headline
from tests.standin import KERNEL

SMALL = {"futures": 640, "worlds": 32, "threads": 1}
VIEW = """\
[view.{key}]
outcome = "{outcome}"
by = {by}
given = {given}
probability = {chance}
who = "Forecaster A"
date = 2026-02-06
source = "an invented example, {key}"
kind = "forecasters"
"""


@pytest.fixture
def run(tmp_path, crisis, monkeypatch):
    monkeypatch.setattr(runners, "kernel", lambda: KERNEL)
    monkeypatch.setattr(question, "reference_of", lambda _: None)
    return simulate(crisis, **SMALL, out=tmp_path / "run")


def view(key, outcome, chance, by="2027-02-06", given=()):
    return VIEW.format(key=key, outcome=outcome, by=by, given=list(given), chance=chance)


def state(run, *views):
    text = 'pack = "oman-2026"\n' + "".join(views)
    (run.folder / "outside.toml").write_text(text)


def past(monkeypatch, **shares):
    """Let past crises of a kind have shares, whatever the day."""
    shared = {key: Estimate(*ends) for key, ends in shares.items()}
    kind = SimpleNamespace(
        of=SimpleNamespace(start="violent"), share=lambda outcome, _: shared.get(outcome)
    )
    monkeypatch.setattr(question, "reference_of", lambda _: kind)


def test_every_question_has_the_share_that_ask_gives(run):
    for row in strip(run).rows:
        expected = ask(run, outcome=row.asked.outcome, by=row.asked.day)

        assert row.model == expected.share
        low, high = row.asked.middle_half
        assert row.model.spread_low <= low <= high <= row.model.spread_high


def test_a_view_stands_in_the_row_of_its_question_or_has_one_of_its_own(run):
    state(run, view("a", "any_war", 0.3), view("b", "any_war", 0.3, given=["talks_ever_failed"]))
    rows = strip(run).rows
    named = {one.key: row.asked for row in rows for one in row.others}

    assert len(rows) == 13
    assert (named["a"].day, named["a"].given) == (365, ())
    assert named["b"].given == ("talks_ever_failed",)


def test_views_differ_by_a_factor_of_two_and_a_point_and_ranges_by_their_nearest_ends(run):
    share = ask(run, outcome="any_war").share.value
    far, near, reaching = 2.1 * share, 1.9 * share, [1.9 * share, 0.9]
    chances = {"far": far, "near": near, "reaching": reaching}
    state(run, *(view(key, "any_war", chance) for key, chance in chances.items()))

    assert [(gap.one, gap.view.key) for gap in strip(run).gaps] == [("model", "far")]


def test_the_cause_is_chance_where_past_crises_allow_what_the_model_gives(run, monkeypatch):
    share = ask(run, outcome="any_war").share.value
    past(monkeypatch, any_war=(share / 3.0, 0.0, 1.1 * share))

    assert {gap.cause for gap in strip(run).gaps} == {"chance"}


def test_a_known_miss_is_a_cause_only_in_its_own_direction(run, monkeypatch):
    found = strip(run)
    past(monkeypatch, agreement=(0.99, 0.98, 1.0), force=(0.99, 0.98, 1.0))
    causes = {gap.row.asked.outcome: gap.cause for gap in strip(run).gaps}

    # The fit gives fewer agreements after a violent start than history's interval holds.
    assert found.gaps == ()
    assert causes == {"agreement": "known_miss", "force": "unasked"}


def test_nothing_of_it_changes_what_is_played(run):
    before = run.digest
    state(run, view("a", "force", 0.9))

    assert strip(run).content()["digest"] == before
    assert type(run).open(run.folder).digest == before


def test_numbers_without_a_source_that_decide_most_are_the_suspected_cause(
    run, crisis, monkeypatch
):
    bare = [row.field for row in ledger(crisis.numbers.items(), crisis.claims).unsupported][:3]
    sourced = next(path for path in crisis.numbers if path not in bare)
    decide = SimpleNamespace(numbers=dict.fromkeys((sourced, *bare)))
    monkeypatch.setattr(question, "drivers_played", lambda *_, **__: decide)
    state(run, view("a", "force", 0.99))
    (gap,) = strip(run).gaps

    assert (gap.cause, gap.numbers) == ("unsourced", tuple(bare[:2]))


def test_the_headline_has_what_both_say_at_the_last_day_on_which_they_differ(run, monkeypatch):
    past(monkeypatch, force=(0.01, 0.0, 0.02))
    said = plain(headline(strip(run)))

    assert said == (
        "Similar past crises differ more than twofold from this model "
        "by 6 February 2027: force 1.0 %."
    )


def test_names_of_others_are_never_taken_for_a_place_to_fill(run):
    state(run, view("a", "force", 0.99).replace("Forecaster A", "A {} %s"))
    found = strip(run)
    said = [
        plain(words)
        for block in blocks(found)
        if isinstance(block, Listing)
        for words in block.items
    ]

    assert "99 % by A {} %s" in plain(headline(found))
    assert [
        one for one in said if one.startswith("a: A {} %s (forecasters), read on 6 February 2026: ")
    ]
