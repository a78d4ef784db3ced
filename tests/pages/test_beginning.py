"""The page of the eight questions."""

from datetime import date
from pathlib import Path

import pytest

from detente.pack import load
from tests.pages.browsing import Browser, words

SENT = {
    "name": "guyana",
    "as_of": "2023-12-06",
    "who.presser": "Venezuela",
    "who.pressed": "Guyana",
    "issues[0].name": "Essequibo",
    "issues[0].presser": "high",
    "issues[0].pressed": "vital",
    "issues[0].taken": "partly",
    "demand.says": "Guyana gives way",
    "force.presser.strikes": "tens",
    "force.pressed.strikes": "none",
    "resolve.presser": "even",
    "resolve.pressed": "even",
    "kind.start": "non_violent",
}


@pytest.fixture
def browser(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Browser("cuba-1962")


def test_answers_become_a_pack_that_is_served_from_then_on(browser):
    sent = browser.send("/new", **SENT)

    assert load("./guyana").title == "Venezuela presses Guyana over Essequibo"
    assert "Venezuela presses Guyana" in words(browser.see("/pack"))
    assert sent.status_code < 400


def test_faults_stand_at_their_fields_and_what_was_typed_stays(browser):
    typed = {**SENT, "demand.deadline": "2023-01-01", "issues[0].taken": ""}
    page = browser.send("/new", **typed)

    assert page.status_code == 400
    assert not Path("guyana").exists()
    assert 'id="demand.deadline-fault"' in page.text
    assert 'id="issues[0].taken-fault"' in page.text
    assert 'value="Essequibo"' in page.text


def test_a_question_that_follows_another_names_it(browser):
    page = browser.see("/new").text

    assert page.count('data-after="demand.court"') == 3
    assert page.count('data-after="force.measure"') == 5


def test_an_empty_form_says_what_is_needed_and_no_more(browser):
    page = browser.send("/new")

    assert page.status_code == 400
    assert words(page).count("An answer is needed") == page.text.count('facts">needed') - 1


def test_what_was_sent_is_offered_again_and_can_be_changed(browser):
    browser.send("/new", **SENT)
    page = browser.see("/new?name=guyana")
    browser.send("/new", **{**SENT, "resolve.presser": "high"})

    assert 'value="Venezuela"' in (page if isinstance(page, str) else page.text)
    assert load("./guyana").numbers["actors.venezuela.hard_probability"].low == 0.6


def test_a_server_that_was_killed_midway_offers_the_answers_so_far(browser):
    midway = {key: text for key, text in SENT.items() if not key.startswith(("force", "kind"))}
    browser.send("/new/kept", **midway)
    again = Browser("cuba-1962")
    listed, page = again.see("/new"), again.see("/new?name=guyana")

    assert "guyana : 4 of 8 questions answered" in words(listed)
    assert "/new?name=guyana#friends" in listed.text
    assert 'value="Essequibo"' in page.text
    assert not Path("guyana").exists()


def test_another_crisis_of_the_same_name_leaves_kept_answers_alone(browser):
    browser.send("/new/kept", **SENT)
    other = browser.send("/new/kept", name="guyana", **{"who.presser": "Atlantis"})

    assert "there are answers of this name" in words(other)
    assert "Venezuela" in Path("guyana.answers.toml").read_text()


def test_the_article_dates_the_crisis_else_it_is_today(browser):
    today = date.today().isoformat()
    article = "A deadline is set\nPublished 6 December 2023\n\nCaracas set a deadline of 5 March."
    page = browser.send("/new/passages", as_of=today, article=article)

    assert f'value="{today}"' in browser.see("/new").text
    assert 'value="2023-12-06"' in page.text
    assert "Caracas set a deadline of 5 March." in words(page)
