"""Programs ask what pages ask, as JSON, and only those that have the token."""

import time

import pytest
from starlette.testclient import TestClient

from detente.pages import workspace as workspace_module
from detente.views.programs import QUESTIONS
from tests.pages.conftest import HOME


@pytest.fixture
def program(guard):
    """Return a program that sends the token and has no cookie."""
    return TestClient(guard, base_url=HOME, headers={"Authorization": f"Bearer {guard.session}"})


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"Authorization": "Bearer "}, 403),
        ({"Authorization": "Bearer guessed"}, 403),
        ({"Authorization": "Bearer {}", "Origin": "http://evil.example"}, 403),
        ({"Authorization": "Bearer {}", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Authorization": "Bearer {}", "Host": "evil.example"}, 421),
        ({"Authorization": "Bearer {}"}, 200),
    ],
)
def test_only_a_program_with_the_token_is_answered(guard, headers, status):
    given = {name: value.format(guard.session) for name, value in headers.items()}
    answer = TestClient(guard, base_url=HOME).get("/api/runs", headers=given)

    assert answer.status_code == status
    assert ("error" in answer.json()) == (status != 200)


def test_a_run_is_found_and_asked_and_the_answer_is_that_of_the_command(program, run):
    (listed,) = program.get("/api/runs").json()["runs"]
    answer = program.get(listed["questions"]["ask"], params={"by": "2026-04-01", "given": "force"})
    content = answer.json()

    assert listed["digest"] == run.digest
    assert (content["schema"], content["digest"]) == ("detente/answer/1", run.digest)
    assert content["answers"][0]["given"] == ["force"]
    assert {"low", "spread_low", "chance_low"} <= content["answers"][0].keys()
    assert content["outside"]["schema"] == "detente/strip/1"


@pytest.mark.parametrize("address", ["/api/runs", "/mcp"])
def test_a_program_that_sends_something_without_the_token_is_asked_for_it(guard, address):
    answer = TestClient(guard, base_url=HOME).post(address, json={})
    error = answer.json()["error"]

    assert answer.status_code == 403
    assert error["what"] == "the token is missing or wrong"
    assert error["hint"].endswith("Authorization: Bearer TOKEN")


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("/api/runs/one/ask?outcome=defender_loss", 400, "defender_loss is shown as a consequence"),
        ("/api/runs/one/ask?outcme=war", 400, "outcme"),
        ("/api/runs/one/whatif", 400, "changes is missing"),
        ("/api/nothing", 404, "there is no such page"),
        ("/api/runs/one/nothing", 404, "there is no such question"),
        ("/api/runs/two/ask", 404, "no run of this name is served"),
    ],
)
def test_what_is_wrong_is_said_as_json(program, address, status, says):
    answer = program.get(address)

    assert answer.status_code == status
    assert says in answer.json()["error"]["what"]


def test_what_plays_worlds_is_waited_for_at_the_same_address(program, monkeypatch):
    monkeypatch.setattr(workspace_module, "SOON", 0.0)
    address = "/api/runs/one/whatif?changes=talks.fade_rate=0.02&worlds=4"
    first = program.get(address)
    waited = first
    until = time.monotonic() + 60.0
    while waited.status_code == 202 and time.monotonic() < until:
        time.sleep(0.2)
        monkeypatch.setattr(workspace_module, "SOON", 1.0)
        waited = program.get(address)

    assert first.status_code == 202
    assert first.json()["again"].startswith("/api/runs/one/whatif?")
    assert waited.status_code == 200
    assert waited.json()["answers"][0]["schema"] == "detente/whatif/1"


def test_every_question_is_listed_on_the_page_and_described_for_tools(client, program):
    page = client.get("/api").text
    described = program.get("/api/openapi.json").json()

    assert described["openapi"].startswith("3.")
    for one in QUESTIONS:
        assert f"GET /api/runs/RUN/{one.name}" in page
        its = described["paths"][f"/api/runs/{{run}}/{one.name}"]["get"]
        assert its["parameters"][0]["name"] == "run"
        assert all(each["description"] for each in its["parameters"][1:])
