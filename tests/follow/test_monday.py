"""One page for Monday: what is new in the folder of a followed crisis, and no more than it says."""

import io
import json
import re

import docx
import pytest

from detente import DetenteError, load, monday, register, resolve, simulate
from detente.cli import main
from detente.ensemble import runners
from detente.follow.monday import Came, Monday
from detente.follow.monday_page import section
from detente.text import plain
from detente.views.render.grid import Screen
from detente.views.render.terminal import to_text
from tests.observations import sign, written
from tests.pages.browsing import Browser, words
from tests.standin import KERNEL

SMALL = {"futures": 64, "worlds": 8, "threads": 1}
CLAIM = """
[claims.second-reports]
says = "Both fleets check reports twice before they answer (invented)"
source = "caliber"
date = 2026-02-06
by = "an invented admiral"
kind = "claimed"
grade = "D4"
accepted_by = "A. Analyst"
"""
BASED = 'because = ["second-reports"], assumed = "invented"'


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A crisis registered twice, its pack changed in between, with a question that was decided."""
    place = tmp_path_factory.mktemp("monday")
    before = load("oman-2026")
    pack = place / "oman-2026"
    pack.mkdir()
    for name, text in before.files.items():
        (pack / name.rpartition("/")[2]).write_bytes(text)
    source = next(iter(before.sources))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runners, "kernel", lambda: KERNEL)
        register(place / "f", simulate(load(pack), **SMALL, out=place / "one"), on="2026-02-16")
        with (pack / "evidence.toml").open("a") as file:
            file.write(CLAIM.replace("caliber", source))
        written_pack = (pack / "crisis.toml").read_text()
        line = next(one for one in written_pack.splitlines() if one.startswith("war_cost = "))
        changed = f"war_cost = {{ range = [0.5, 0.9], {BASED} }}"
        (pack / "crisis.toml").write_text(written_pack.replace(line, changed, 1))
        (place / "seen.toml").write_text(written(sign(day="2026-02-20")))
        run = simulate(load(pack), **SMALL, out=place / "two")
        register(place / "f", run, observed=place / "seen.toml", on="2026-02-23")
    return place / "f"


@pytest.fixture(scope="module")
def found(folder):
    return monday(folder)


def said(found):
    return to_text([section(found)], Screen(room=None))


def test_it_says_what_was_seen_and_changed_and_by_whom(found):
    text = said(found)
    [change] = found.changes

    assert (str(found.since), str(found.on), str(found.next)) == (
        "2026-02-16",
        "2026-02-23",
        "2026-03-02",
    )
    assert change.field.endswith(".war_cost")
    assert (change.because, change.by) == (("second-reports",), ("A. Analyst",))
    assert list(found.claims) == ["second-reports"]
    assert "“search and rescue” seen (an invented observer, an invented report)" in text
    assert "an invented admiral, graded D4; accepted by A. Analyst" in text
    assert f"was {change.before}; is {change.after}, on second-reports (accepted by" in text


def test_moves_are_those_that_were_sealed(found):
    last = found.tracked.last.forecasts

    assert {one.question: one.difference for one in found.moved} == {
        key: one.moved.difference for key, one in last.items() if one.moved is not None
    }
    assert [one.is_clear for one in found.moved] == sorted(
        (one.is_clear for one in found.moved), reverse=True
    )


def test_a_forecast_that_is_as_it_was_is_not_among_those_that_moved(found):
    assert {round(100.0 * one.difference, 1) for one in found.moved} == {0.0}
    assert "No forecast moved." in said(found)


def test_a_forecast_that_moved_is_a_row_and_the_others_are_counted(found, monkeypatch):
    first, second, *_ = found.moved
    moved = first._replace(before=0.2, now=0.25, difference=0.05, low=0.02, high=0.08)
    monkeypatch.setattr(Monday, "moved", (moved, second))
    text = said(found)

    assert re.search(r"20\.0 +25\.0 +\+5\.0 +2\.0 to 8\.0", text)
    assert "The other 1 forecast moved less" in text


def test_the_next_command_names_the_run_without_a_detour(found):
    assert "/../" not in str(
        found.signs if isinstance(found.signs, str) else found.signs.run.folder
    )


def test_the_page_has_at_most_400_words(found):
    assert len(said(found).split()) <= 400


def test_a_full_week_has_at_most_400_words_and_loses_no_value_and_no_name(found, monkeypatch):
    many = " ".join(["invented"] * 30)
    seen, change, forecast = found.seen[0], found.changes[0], found.moved[0]
    long = seen.model_copy(update={"says": many, "source": many})
    result = Came(forecast.question, "did_not", found.on, many, "B. Umpire", 0.2, 0.1, {"C": 0.3})
    moved = forecast._replace(difference=0.05)
    monkeypatch.setattr(Monday, "seen", (long,) * 5)
    monkeypatch.setattr(Monday, "changes", (change,) * 5)
    monkeypatch.setattr(Monday, "came", (result,) * 5)
    monkeypatch.setattr(Monday, "moved", (moved,) * 9)
    text = said(found)

    assert len(text.split()) <= 400
    assert text.count("invented … (an invented observer, ") == 2
    assert text.count(f"is {change.after}, on second-reports (accepted by A. Analyst)") == 2
    assert text.count("B. Umpire") == 2


def test_what_came_stands_next_to_the_forecast_and_is_not_known_before_its_day(folder):
    key = "any_war_2026_03_08"
    reported = {"source": "an invented gazette", "by": "an invented umpire"}
    before = monday(folder, on="2026-03-08")
    resolve(folder, key, "did_not", on="2026-03-09", **reported)
    after = monday(folder, since="2026-02-23", on="2026-03-09")

    assert [one.question for one in before.late if one.question == key] == [key]
    assert monday(folder, on="2026-03-08").came == ()
    [came] = after.came
    assert (came.question, came.result) == (key, "did_not")
    assert came.share == after.tracked.last.forecasts[key].share
    assert after.scores["questions"] == 1


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"on": "2026-02-01"}, "nothing was registered until 2026-02-01"),
        ({"since": "2026-02-23"}, "2026-02-23 is not before 2026-02-23"),
        ({"since": "soon"}, "soon"),
    ],
)
def test_days_that_cannot_be_are_refused(folder, asked, says):
    with pytest.raises(DetenteError, match=says):
        monday(folder, **asked)


def test_it_is_written_for_word_with_the_same_words(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    assert main(["monday", str(folder), "--on", "2026-02-23", "--docx", "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    made = docx.Document(io.BytesIO((tmp_path / "oman-2026-2026-02-23.docx").read_bytes()))
    lines = " ".join(plain(one.text) for one in made.paragraphs)
    assert content["schema"] == "detente/monday/1"
    assert section(monday(folder, on="2026-02-23")).answer[0] in lines
    assert "No forecast moved." in lines
    assert main(["monday", str(folder), "--docx", "-o", "page.html"]) == 2
    assert main(["monday", str(folder), "-o", "page.odt"]) == 2
    assert [one.name for one in tmp_path.iterdir()] == ["oman-2026-2026-02-23.docx"]


def test_the_page_of_serve_shows_the_folder_that_lies_there_and_takes_dates(folder, monkeypatch):
    monkeypatch.chdir(folder.parent)
    browser = Browser("oman-2026")
    page = words(browser.see("/monday"))

    assert "What is new since 16 February 2026?" in page
    assert "accepted by A. Analyst" in page
    assert "detente monday f --since 2026-02-16 --on 2026-02-23 --docx" in page
    assert "What is new since 1 February 2026?" in words(browser.see("/monday/f?since=2026-02-01"))


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("/monday/f?since=2026-03-01", "2026-03-01 is not before 2026-02-23"),
        ("/monday/f?on=soon", "soon"),
        ("/monday/one", "no followed crisis is called that"),
    ],
)
def test_an_address_that_is_none_and_days_in_the_wrong_order_are_named(
    folder, monkeypatch, address, says
):
    monkeypatch.chdir(folder.parent)
    answer = Browser("oman-2026").see(address)

    assert answer.status_code in {400, 404}
    assert says in words(answer)


def test_where_nothing_is_followed_the_page_says_how_to_begin(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert "detente track followed --run RUN" in words(Browser("oman-2026").see("/monday"))


def test_a_crisis_begins_to_be_followed_from_the_page_and_no_other_folder_is(
    folder, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    browser = Browser("oman-2026")
    browser.workspace.add(folder.parent / "two")
    offered = words(browser.see("/monday"))
    shown = words(browser.send("/monday", run="two"))
    refused = browser.send("/monday/elsewhere", run="two")

    assert "Register the forecasts of two" in offered
    assert "No forecast was asked before" in shown
    assert [path.name for path in tmp_path.iterdir()] == ["followed"]
    assert refused.status_code == 400
