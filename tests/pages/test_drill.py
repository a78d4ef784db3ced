import re
import threading
from types import SimpleNamespace

import pytest

from detente.ensemble import runners
from detente.ensemble.runners import Progress
from detente.pages.workspace import BackgroundJob, Workspace
from detente.views import endings, material
from detente.views.blocks import Card
from detente.views.register import SECTIONS
from detente.views.trace import Storyline
from tests.pages.conftest import OWN

COST = "actors.us.war_cost"


def test_a_number_leads_to_its_claims_and_a_claim_to_its_numbers(client, crisis):
    key = crisis.numbers[COST].because[0]
    number = client.get(f"/run/one/number/{COST}").text
    claim = client.get(f"/run/one/claim/{key}").text

    assert f'href="/run/one/claim/{key}"' in number
    assert f'href="/run/one/ask?{COST}=#moved"' in number
    assert f'href="/run/one/number/{COST}"' in claim
    assert f'href="/run/one/claim/{key}"' in client.get("/run/one/claims").text


def test_courses_of_events_have_their_share_and_a_hundred_futures_lead_to_their_walks(
    client, monkeypatch
):
    reported = Storyline("War", 0.18, (), 0, SimpleNamespace(world=0, future=1), "")
    monkeypatch.setattr(material, "storylines", lambda _run: (reported,))
    monkeypatch.setattr(endings, "story", lambda one: Card(f"{one.kind}, as in 18 %", ()))
    page = client.get("/run/one/futures").text
    story, *addresses = re.findall(r'href="(/run/one/future/\d+/\d+)"', page)

    assert "War, as in 18 %" in page
    assert story == "/run/one/future/0/1"
    assert len(set(addresses)) == 100


def test_a_future_is_walked_up_to_a_day(client):
    address = "/run/one/future/0/1"
    whole, first = client.get(address).text, client.get(f"{address}?day=0").text

    assert whole.count("<li") >= first.count("<li")
    assert "Ending:" in whole
    assert f'href="{address}"' not in first
    assert 'href="?"' in first


@pytest.mark.parametrize("section", ["beginnings", "watching", "resting", "evidence", "limits"])
def test_a_section_is_that_of_the_report(client, workspace, section):
    page = client.get(f"/run/one/section/{section}").text

    assert SECTIONS[section].of(workspace.known("one")).title in page


@pytest.mark.parametrize(
    "path",
    ["run/none/", "run/one/claim/none", "run/one/section/none", "jobs/9", "run/one/number/x"],
)
def test_what_is_not_there_is_said_on_a_page(client, path):
    got = client.get(f"/{path}")

    assert got.status_code in {400, 404}
    assert "Not done" in got.text


def test_work_for_a_section_is_a_job_that_leads_back_to_it(client, workspace):
    got = client.post("/run/one/section/hypotheses/work", headers=OWN, follow_redirects=False)
    (job,) = workspace.jobs.all.values()
    client.post(f"{job.address}/stop", headers=OWN)

    assert (got.status_code, got.headers["location"]) == (303, job.shown_at)
    assert job.shown_at == "/run/one/section/hypotheses"


def test_options_are_played_from_their_page_and_followed_there(client, workspace):
    shown_at = "/run/one/section/options"
    before = client.get(shown_at).text
    workspace.jobs.all["7"] = BackgroundJob("7", "Options", lambda _report: None, shown_at)
    meanwhile = client.get(shown_at).text

    assert f'action="{shown_at}/work"' in before
    assert re.search("It takes <b>about [0-9]+ (seconds|minutes)</b>", before)
    assert 'data-follow="/jobs/7/progress"' in meanwhile
    assert f'action="{shown_at}/work"' not in meanwhile


def test_the_page_of_a_job_that_was_stopped_stays_as_it_is(client, workspace):
    job = BackgroundJob(
        "7", "Drivers", lambda _report: None, "/", progress=Progress(8, 40, 2, False)
    )
    workspace.jobs.all["7"] = job
    working = client.get("/jobs/7")
    job.state = "stopped"
    stopped = client.get("/jobs/7")

    assert "20 % done; about 10 seconds left" in working.text
    assert "data-follow" in working.text
    assert "data-follow" not in stopped.text
    assert "refresh" not in stopped.headers


def test_runs_of_the_same_name_are_distinguished(run, tmp_path):
    there = Workspace(runs=[run.folder, tmp_path / "one", tmp_path / "One!"])

    assert list(there.runs) == ["one", "one-2", "one-3"]
    assert there.add(run.folder) == "one"


@pytest.mark.parametrize(
    ("path", "place"),
    [("run/one/ask", "Ask"), (f"run/one/number/{COST}", "Write"), ("run/one/claims", "Write")],
)
def test_the_bar_has_five_places_and_marks_the_one_that_a_page_belongs_to(client, path, place):
    bar = re.search(r'<nav aria-label="Places">(.*?)</nav>', client.get(f"/{path}").text, re.S)[1]

    assert re.findall(r">([^<]+)</a>", bar) == ["Crisis", "Ask", "Why", "Do and watch", "Write"]
    assert re.findall(r'aria-current="\w+">([^<]+)', bar) == [place]


def test_a_fault_leads_to_the_page_that_its_hint_names_and_back(client):
    page = client.get("/run/none/").text

    assert 'See <a href="/runs">Runs</a>.' in page
    assert 'Back to <a href="/run/one/">The crisis</a>' in page


@pytest.mark.parametrize(("pack", "said"), [("oman-2026", 0), ("cuba-1962", 1)])
def test_a_run_says_that_the_pack_served_is_another_than_it_was_played_with(
    client, workspace, pack, said
):
    workspace.pack = pack

    assert client.get("/run/one/").text.count("Play the pack as it is now") == said


def test_a_page_that_plays_says_that_the_model_is_compiled_until_it_is(client, kernel, monkeypatch):
    compiled = threading.Event()

    def encode(*given, **means):
        compiled.wait()
        return kernel.encode(*given, **means)

    cold = kernel._replace(is_warm=compiled.is_set, encode=encode)
    monkeypatch.setattr(runners, "kernel", lambda: cold)
    soon = client.get("/run/one/future/0/1")
    listed = client.get("/run/one/futures")
    compiled.set()

    assert "The model is compiled once" in soon.text
    assert soon.headers["refresh"] == "2"
    assert "The model is compiled once" not in listed.text


def test_how_the_model_fares_against_the_past_is_a_page_of_no_run(client):
    page = client.get("/past").text

    assert "<strong>never</strong>" in page
    assert re.search(r'src="/apart/\w+\.svg"', page)
