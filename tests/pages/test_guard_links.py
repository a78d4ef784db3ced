import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from detente.pages.guard import Guard
from detente.views.served import GuestLink
from tests.pages.conftest import HOME, OWN, PORT

TABLE = "/run/one/tables/table-1"
DEBRIEF = f"{TABLE}/debrief"
US, IRAN = (
    GuestLink(f"table-1/{seat}", f"{TABLE}/seat/{seat}", (DEBRIEF,)) for seat in ("us", "iran")
)


@pytest.fixture
def guard():
    """Return a guard of pages that say what they were asked for."""

    async def say(scope, receive, send):
        await PlainTextResponse(scope["path"])(scope, receive, send)

    return Guard(say, PORT)


@pytest.fixture
def browser(guard):
    return lambda: TestClient(guard, base_url=HOME, follow_redirects=False)


@pytest.fixture
def seat(guard, browser):
    """Return a browser that has opened the link of a seat."""
    client = browser()
    client.get(f"/seat?token={guard.links.give(US)}")
    return client


def test_a_link_opens_its_seat_in_one_browser_and_in_no_second(guard, browser):
    link = f"/seat?token={guard.links.give(US)}"
    mine = browser()
    first, page, second = mine.get(link), mine.get(US.address), browser().get(link)

    assert (first.status_code, first.headers["location"]) == (303, US.address)
    assert "HttpOnly; SameSite=Strict" in first.headers["set-cookie"]
    assert (second.status_code, "set-cookie" in second.headers) == (403, False)
    assert page.text == US.address
    assert mine.get(link).headers["location"] == "/"


def test_a_link_whose_answer_never_arrived_opens_again_and_its_lost_cookie_opens_nothing(
    guard, browser
):
    link, lost, again = f"/seat?token={guard.links.give(US)}", browser(), browser()
    lost.get(link)
    again.get(link)

    assert again.get(US.address).text == US.address
    assert lost.get(US.address).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_who_comes_by_another_name_or_from_another_site_spends_no_link(guard, browser, headers):
    link = f"/seat?token={guard.links.give(US)}"
    refused = browser().get(link, headers=headers)

    assert refused.status_code in {403, 421}
    assert "set-cookie" not in refused.headers
    assert browser().get(link).status_code == 303


def test_the_umpires_browser_and_a_glance_at_a_link_do_not_spend_it(guard, browser):
    link, umpire = f"/seat?token={guard.links.give(US)}", browser()
    umpire.get(guard.address)
    refused = umpire.get(link)

    assert (refused.status_code, "it still opens" in refused.text) == (403, True)
    assert browser().head(link).status_code == 403
    assert browser().get(link).status_code == 303


@pytest.mark.parametrize(
    "path",
    [
        *(
            TABLE,
            f"{TABLE}/undo",
            f"{TABLE}/hand",
            f"{TABLE}/seat",
            f"{TABLE}/seat/us/",
            IRAN.address,
        ),
        *("/run/one/tables/table-2/seat/us", "/run/two/tables/table-1/seat/us"),
        *("/run/one/tables", "/run/one/", "/runs", "/pack", "/ledger", "/jobs", "/jobs/1"),
        *("/apart/x.svg", "/static", f"{TABLE}/seat/us/../iran", f"{TABLE}/seat/us%2f..%2firan"),
    ],
)
def test_who_holds_a_seat_reaches_nothing_else(seat, path):
    read, sent = seat.get(path), seat.post(path, headers=OWN)

    assert (read.status_code, sent.status_code) == (403, 403)


def test_who_holds_a_seat_reaches_its_page_its_decisions_and_the_debrief_to_read(seat):
    home = seat.get("/")

    assert (home.status_code, home.headers["location"]) == (303, US.address)
    assert seat.get(US.address).text == US.address
    assert seat.post(US.address, headers=OWN).text == US.address
    assert seat.post(US.address).status_code == 403
    assert seat.get(DEBRIEF).text == DEBRIEF
    assert seat.post(DEBRIEF, headers=OWN).status_code == 403
    assert seat.get("/static/style.css").text == "/static/style.css"


def test_a_new_link_ends_the_old_one_and_what_it_opened(guard, browser, seat):
    lost = guard.links.give(US)
    token = guard.links.give(GuestLink("table-1/us", "/run/the-same-by-another-name"))
    ended = seat.get(US.address)

    assert (ended.status_code, "the umpire can give the seat a new one" in ended.text) == (
        403,
        True,
    )
    assert browser().get(f"/seat?token={lost}").status_code == 403
    assert browser().get(f"/seat?token={token}").status_code == 303


def test_the_links_of_other_seats_go_on_when_one_is_renewed(guard, seat):
    guard.links.give(IRAN)
    guard.links.end(IRAN)

    assert seat.get(US.address).status_code == 200


def test_neither_tokens_nor_cookies_are_kept_once_they_were_shown(guard, seat):
    token = guard.links.give(IRAN)
    shown = [guard.links.show(IRAN), guard.links.show(IRAN)]
    kept = repr(vars(guard.links))

    assert "iran" in kept
    assert shown == [token, None]
    assert token not in kept
    assert seat.cookies[guard.seat_cookie] not in kept
