import html
import json
import re
import threading
from types import SimpleNamespace

import pytest

from detente import whatif
from detente.ensemble.lock import hold
from detente.estimate.estimate import Estimate
from detente.pages import crisis as question
from detente.pages import html as html_pages
from detente.pages import workspace as workspaces
from detente.questions.drivers import Driver
from detente.questions.drivers.swings import Swing
from detente.views import whatif as views
from detente.views.blocks import plain
from verification.pages.payloads import PAYLOADS

COST, FADE = "actors.us.war_cost", "talks.fade_rate"
PATIENCE = 30
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def copied(workspace):
    """Return a run as pages know it."""
    return workspace.known("one")


def parts(answered):
    """Return the parts of a page that a stream of events sends."""
    lines = answered.text.splitlines()
    return [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith('data: "')]


def test_the_first_page_has_the_picture_the_answer_and_numbers_to_move(client, run):
    page = client.get("/").text

    assert run.record.title in page
    assert 'src="/apart/' in page
    assert " comes in " in page
    assert f'href="?{FADE}=#moved"' not in page
    assert client.get(f"/run/one/numbers?find={FADE}").text.count("#moved") == 1


def test_a_question_in_an_address_is_answered_as_whatif_answers_it(client, run):
    page = client.get(f"/run/one/?{COST}=0.3&{FADE}=0.01:0.02").text
    found = whatif(run, {COST: 0.3, FADE: (0.01, 0.02)}, threads=1)

    for words in views.section(found).answer:
        assert plain(words) in page.replace('<span class="modelled">', "").replace("</span>", "")


def test_a_stream_sharpens_until_it_is_what_a_form_gets(client):
    address = f"?{COST}=0.4"
    sent = parts(client.get(f"/run/one/answer{address}"))
    for _ in range(PATIENCE):  # a page whose worlds are still being written asks again by itself
        whole = client.get(f"/run/one/{address}").text
        if "Working on the answer" not in whole:
            break

    assert "16 of 16 sets of assumptions" in sent[-1]
    assert all("more to come" in one for one in sent[:-1])
    # Word by word, so that a failure says where they part.
    answer = whole.partition("<figure>")[2].partition("</section>")[0]
    assert answer.split() == sent[-1].partition("<figure>")[2].split()


def test_a_page_without_a_script_comes_from_a_few_worlds_and_leads_to_all(client, monkeypatch):
    monkeypatch.setattr(question, "FIRST_WORLDS", 8)
    page = client.get(f"/run/one/?{COST}=0.55").text
    sharper = re.search(r'href="(\?[^"]*)">answer from 16 sets of assumptions', page).group(1)

    assert "8 of 16 sets of assumptions" in page
    assert "16 of 16 sets of assumptions" in client.get(f"/run/one/{html.unescape(sharper)}").text
    assert "16 of 16 sets of assumptions" in client.get(f"/run/one/?{COST}=0.55").text


def test_a_stream_begins_with_what_was_played_before(client):
    address = f"/run/one/answer?{COST}=0.45"
    client.get(address)

    (again,) = parts(client.get(address))
    assert "16 of 16 sets of assumptions" in again


def test_what_is_far_from_the_pack_is_said(client):
    assert "is far from the pack" in client.get(f"/run/one/?{COST}=2").text
    assert "is far from the pack" not in client.get(f"/run/one/?{COST}=0.12").text


@pytest.mark.parametrize("text", ["much", "0.1:0.2:0.3", "nan", "0.2:0.1", "-1", HOSTILE])
def test_what_cannot_be_is_said_where_it_was_asked(client, text):
    page = client.get("/run/one/", params={COST: text})

    assert page.status_code == 400
    assert page.text.index('aria-describedby="fault"') < page.text.index('id="fault"')
    assert HOSTILE not in page.text


def test_a_question_that_is_given_up_is_not_played_on(copied):
    given_up = threading.Event()
    moved = question.read(copied, {COST: "0.77"})
    asked = question.ask(copied.run, moved.asked, study=copied.study)
    given_up.set()

    assert list(question.answers(copied, asked, given_up)) == []
    assert asked.missing > 0


def test_a_run_that_is_written_by_something_else_answers_all_the_same(copied):
    moved = question.read(copied, {COST: "0.66"})
    asked = question.ask(copied.run, moved.asked, study=copied.study)
    with hold(copied.run.folder, "causes"):
        *_, found = question.answers(copied, asked, threading.Event())

    assert found.worlds == 16
    assert asked.missing > 0


def test_a_page_whose_question_waits_for_another_says_so_and_is_answered_afterwards(
    client, copied, monkeypatch
):
    address = f"/run/one/?{COST}=0.57"
    monkeypatch.setattr(workspaces, "SOON", 0.05)
    with copied.turn:
        waiting = client.get(address).text
    monkeypatch.setattr(workspaces, "SOON", 60.0)
    answered = client.get(address).text

    assert "it waits for them" in waiting
    assert '<noscript><meta http-equiv="refresh"' in waiting
    assert "16 of 16 sets of assumptions" in answered
    assert "it waits for them" not in answered


def test_what_is_played_already_is_shown_though_another_question_has_its_turn(client, copied):
    address = f"/run/one/?{COST}=0.58"
    first = client.get(address + "&sharp=").text
    with copied.turn:
        again = client.get(address + "&sharp=").text

    assert "16 of 16 sets of assumptions" in first
    assert again.count("16 of 16 sets of assumptions") == first.count(
        "16 of 16 sets of assumptions"
    )


def test_a_stream_whose_question_waits_for_another_says_so_first(client, copied, monkeypatch):
    monkeypatch.setattr(workspaces, "SOON", 0.05)
    write = html_pages.fragment

    def let_go(request, name, **given):
        if name == "waiting.html":
            copied.turn.release()
        return write(request, name, **given)

    monkeypatch.setattr(html_pages, "fragment", let_go)
    copied.turn.acquire()
    sent = parts(client.get(f"/run/one/answer?{COST}=0.52"))

    assert "it waits for them" in sent[0]
    assert "16 of 16 sets of assumptions" in sent[-1]


@pytest.mark.parametrize("payload", PAYLOADS[::25])
def test_hostile_words_are_words(client, copied, payload):
    _ = copied.drivers  # looked up before both, as the page says whether it was
    page, harmless = (
        client.get("/run/one/", params={COST: words}).text for words in (payload, "plain words")
    )

    assert page.count("<") == harmless.count("<")


def test_a_search_wants_every_word_of_what_a_number_is_called(copied):
    found = question.find(copied, "IRAN vow")

    assert found
    assert all("iran" in f"{one.path} {one.title}".lower() for one in found)
    assert question.find(copied, "iran xyzzy") == []


def test_what_was_found_to_move_outcomes_comes_first_with_its_sign(client, copied, monkeypatch):
    driver = Driver(Swing(0.02, 0.01, 0.03, agree=0.9, worlds=24), Estimate(0.5, 0.4, 0.6))
    found = {"any_war": SimpleNamespace(numbers={FADE: driver})}
    # A property wins over what the page looks up in the background and keeps.
    monkeypatch.setattr(type(copied), "drivers", property(lambda _: found))
    monkeypatch.setattr(type(copied), "has_drivers", True)
    page = client.get("/run/one/numbers").text

    assert page.index("These inputs were found to move outcomes") < page.index("#moved")
    assert page.index(f"?{FADE}=#moved") == page.index("?")
    assert "War +2.0 (1.0 to 3.0)" in page


def test_a_default_is_no_claim_that_a_number_rests_on(workspace):
    known = {one.path: one for one in question.find(workspace.known("one"), "posture")}

    assert known["moves.posture"].claims == 0
    assert known["moves.posture"].number.because == ("default",)
