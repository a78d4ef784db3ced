import asyncio

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from detente.pages.guard import MOST_BODY, POLICY, BodyError, Guard, counted
from tests.pages.conftest import HOME, OWN


@pytest.fixture
def stranger(guard):
    return TestClient(guard, base_url=HOME, follow_redirects=False)


def test_the_printed_address_lets_one_browser_in_and_no_second(guard, stranger):
    first = stranger.get(guard.address)
    again = stranger.get("/runs")
    second = TestClient(guard, base_url=HOME).get(guard.address)

    assert (first.status_code, first.headers["location"]) == (303, "/")
    assert "HttpOnly; SameSite=Strict" in first.headers["set-cookie"]
    assert again.status_code == 200
    assert guard.address.endswith(guard.token) is False
    assert second.status_code == 403


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:1", "127.0.0.1:8765.evil.example", ""])
def test_who_comes_by_another_name_is_refused_and_spends_no_token(guard, stranger, host):
    refused = stranger.get(guard.address, headers={"Host": host})

    assert refused.status_code == 421
    assert "set-cookie" not in refused.headers
    assert stranger.get(guard.address).status_code == 303


@pytest.mark.parametrize("site", ["cross-site", "same-site", "nonsense"])
def test_what_another_site_asks_is_refused(client, site):
    assert client.get("/runs", headers={"Sec-Fetch-Site": site}).status_code == 403


@pytest.mark.parametrize("origin", ["", "null", "http://127.0.0.1:1", "https://127.0.0.1:8765"])
def test_only_our_own_pages_change_anything(client, workspace, origin):
    work = "/run/one/section/turning/work"
    refused = client.post(work, headers={"Origin": origin})

    assert refused.status_code == 403
    assert not workspace.jobs.all


def test_a_cookie_that_is_guessed_or_no_cookie_is_refused(stranger):
    for cookie in ("", "detente-8765=guess", "=;;=", "detente-8765=\xe9"):
        refused = stranger.get("/runs", headers={"Cookie": cookie.encode("latin-1")})

        assert refused.status_code == 403


@pytest.fixture
def reader():
    """Return a browser that was let in to what reads all that is sent."""

    async def read(scope, receive, send):
        body = await Request(scope, receive).body()
        await Response(str(len(body)))(scope, receive, send)

    guard = Guard(read, 8765)
    client = TestClient(guard, base_url=HOME)
    client.get(guard.address, follow_redirects=False)
    return client


def test_a_body_that_is_too_long_is_refused_whether_it_says_so_or_not(reader):
    length = {**OWN, "Content-Length": str(MOST_BODY + 1)}
    piece = b"x" * (MOST_BODY // 2)

    assert reader.post("/", content=piece, headers=OWN).text == str(len(piece))
    assert reader.post("/", content=b"", headers=length).status_code == 413
    assert reader.post("/", content=iter([piece] * 3), headers=OWN).status_code == 413


def test_a_body_that_does_not_come_is_waited_for_no_longer_than_the_patience_lasts(monkeypatch):
    monkeypatch.setattr("detente.pages.guard.PATIENCE", 0.01)

    async def nothing():
        await asyncio.Event().wait()

    with pytest.raises(BodyError) as refused:
        asyncio.run(counted(nothing)())

    assert refused.value.status == 408


@pytest.mark.parametrize("path", ["/run/one/", "/no/page", "/static/page.js", "/open?token=x"])
def test_every_answer_says_what_a_browser_may_do_with_it(client, path):
    headers = client.get(path).headers

    assert headers["content-security-policy"] == POLICY
    assert "unsafe" not in POLICY
    assert (headers["x-content-type-options"], headers["cache-control"]) == ("nosniff", "no-store")


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/%2e%2e/app.py", "/apart/..%2fx"])
def test_no_name_leads_to_a_file_elsewhere(client, path):
    assert client.get(path).status_code == 404


def test_a_browser_may_name_the_origin_of_a_form(client):
    # Where no referrer is sent at all, browsers send the origin of a form as null.
    assert client.get("/runs").headers["referrer-policy"] == "same-origin"
