"""What is said of force against layered defence."""

from pathlib import Path

import pytest

from detente import load
from detente.questions.engagement import engage, parse_sweep
from detente.views.blocks import Table
from detente.views.engagement import section
from detente.views.render.grid import Screen
from detente.views.render.terminal import to_text
from tests.questions.battles import FAR, FEW, MINIMAL, NEAR, small_crisis, small_engagement
from tests.views.reading import must_say


def shown(crisis, **settings):
    """Return what a terminal shows of a few campaigns."""
    return to_text([section(engage(crisis, **FEW | settings))], Screen())


def swept(text, **settings):
    return shown(small_crisis(), sweep=parse_sweep(text), **settings)


def without_forces(folder):
    """Write a copy of the least pack in which nobody has a weapon; return its path."""
    for file in Path(MINIMAL).glob("*.toml"):
        text = file.read_text(encoding="utf-8")
        head, _, rest = text.partition("[arsenals.")
        kept = head + rest[rest.index("[defences.") :] if rest else text
        kept = kept[: kept.rindex("[[correlations]]")] if rest else kept
        (folder / file.name).write_text(kept, encoding="utf-8")
    return str(folder)


def test_an_engagement_says_what_it_must():
    must_say(
        section(small_engagement()),
        "4 days of raids, then 3 without. North begins. The challenger, North, has all its force",
        "12 campaigns: 3 sets of assumptions x 4, seed 4",
        "Raid: North fires at South.",
        "Retaliation: South fires at North.",
        "In this model 100 % of weapons that work pass the defence of North",
        "Raid on South: aircraft shot down",
        "The defence of North has no layers: whatever works passes.",
        "South: the fate of working weapons in each day's raid",
        "South: share of the first batteries that work after the raids",
        "Unproven, as no claim gives the kill chance or its range is wider than 30 points: ",
        "90 % interval: other draws of the assumptions and of chance",
    )


def test_who_may_join_and_who_is_hit_too_is_named_for_each_direction():
    must_say(
        section(engage(load("oman-2026"), **FEW)),
        "Raid: the United States, with Israel if it joins, fires at Iran",
        "Retaliation: Iran, with groups aligned with Iran if it joins, fires at the United "
        "States; some weapons that pass hit Israel and Qatar.",
        "Raid on Iran: cruise missiles that pass",
        "Retaliation on the United States: ballistic missiles that pass",
    )


def test_every_estimate_in_brief_has_both_intervals():
    table = next(one for one in section(small_engagement()).blocks if isinstance(one, Table))

    assert all(row[2].low <= row[1].value <= row[2].high for row in table.rows)
    assert all(row[3].low <= row[3].high for row in table.rows)


def test_a_shipped_crisis_says_what_is_not_known_to_be_there_and_what_is_not_proven():
    found = engage(load("oman-2026"), **FEW, side="defender", by="defender", plan="display")
    must_say(
        section(found),
        "Iran begins. The challenger, the United States, has all its force in reach; its plan is "
        "a show of force.",
        "Reported, but perhaps absent or not working: reported long range (26 %) and s300 (30 %).",
        "than 30 points: reported long range, s300, domestic long range and short range.",
        "Given by no claim: chance that the picture is good (defences.iran.tracking_probability)",
        "factor on detection with a bad picture (defences.iran.poor_tracking).",
        "No claim gives these prices, so that cost is a guess: reported long range",
    )


def test_without_rest_nothing_is_said_of_what_comes_back():
    text = shown(small_crisis(), rest=0)

    assert "4 days of raids. North begins." in text
    assert "share of the first batteries that work after the raids" not in text
    assert "campaigns with the defence back" not in text


def test_where_nothing_flies_that_is_said(tmp_path):
    text = shown(load(without_forces(tmp_path)), sweep=parse_sweep(f"{NEAR}cost=1:2:2"))

    assert "In this model nothing flies against North." in text
    assert "weapons that pass" not in text


def test_a_sweep_says_what_passes_at_both_ends_and_by_how_much_that_moves():
    found = engage(
        small_crisis(),
        **FEW,
        side="defender",
        sweep=parse_sweep(f"{NEAR}kill_probability=0.1:0.9:3"),
    )
    tables = [one for one in section(found).blocks if isinstance(one, Table)]
    table = next(one for one in tables if one.key == "sweep-defender")
    first, *_, last = table.rows

    must_say(section(found), f"With {NEAR}kill_probability at 0.1, ", "; at 0.9, ")
    assert [row[0] for row in table.rows] == ["0.1", "0.5", "0.9"]
    assert last[3].value == pytest.approx(last[1].value - first[1].value)


def test_a_sweep_that_is_not_read_or_changes_nothing_is_said_to_be_such():
    unread = swept("actors.south.war_cost=0:0.1:2")

    assert "actors.south.war_cost is not among the numbers that the engagement uses" in unread
    assert "change, points" not in unread
    assert "but changes nothing here" in swept("war.terms_rate=0:0.1:2")


def test_a_count_is_said_to_be_rounded():
    words = "A count is rounded to the nearest whole number in play."

    assert words in swept(f"{FAR}batteries=0:3:3")
    assert words not in swept(f"{FAR}batteries=0:4:3")
