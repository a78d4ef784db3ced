"""The pages of the pack: an edit is shown with its faults first, and saved only without."""

import re
import shutil
import threading
from html import unescape
from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from detente.pack import beginning, check, editing, load
from detente.pages import running
from detente.pages.workspace import ServedRun
from tests.border import BORDER
from tests.pages.browsing import BASE, Browser, words
from tests.standin import played

FIELD = "actors.north.war_cost"
PAGE = f"/pack/field?name={FIELD}"


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return beginning.new("border-2031", folder=tmp_path_factory.mktemp("packs"), start=BORDER)


@pytest.fixture
def pack(written, tmp_path):
    return shutil.copytree(written, tmp_path / "border-2031")


@pytest.fixture
def browser(pack):
    return Browser(pack)


def contents(pack):
    return {path.name: path.read_bytes() for path in pack.glob("*.toml")}


def number(browser, do, **fields):
    given = {"form": "range", "figures": "0.05, 0.2", "assumed": "a guess: trade would stop"}
    digest = browser.digest(PAGE)
    sent = {"name": FIELD, "digest": digest, "do": do, **given, **fields}
    return browser.send("/pack/field", **sent)


def test_a_field_is_found_by_what_it_is_and_says_what_it_rests_on(browser):
    printed = words(browser.see("/pack?find=price+of+war"))

    assert (
        f"Price of war whatever is lost {FIELD} 0.1 to 0.3 of the stakes rests on a guess"
        in printed
    )
    assert "allowed: 0 to 10" in printed


def test_an_edit_is_shown_before_it_is_saved_and_comments_stay(browser, pack):
    before = contents(pack)
    seen = words(number(browser, "show"))
    unchanged = contents(pack)
    saved = words(number(browser, "save", because="south-vow"))
    (kept,) = pack.glob(".backups/*/crisis.toml")

    assert (
        "price of war whatever is lost: 0.05 to 0.2 of the stakes, not 0.1 to 0.3 of the stakes."
        in seen
    )
    assert "+war_cost = { range = [0.05, 0.2]" in seen
    assert unchanged == before
    assert "Saved. As it was:" in saved
    assert load(pack).numbers[FIELD].because == ("south-vow",)
    assert kept.read_bytes() == before["crisis.toml"]
    assert contents(pack)["crisis.toml"].count(b"#") == before["crisis.toml"].count(b"#")


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"figures": "0.2, 0.05"}, "allowed: a lower end, then a higher one"),
        ({"figures": "a lot"}, "no number: a lot"),
        ({"figures": "0.1"}, "1 figures; allowed: two figures"),
        ({"figures": "30 %, 40 %"}, "write 0.3"),
        ({"because": "nobody"}, "the key of a claim"),
        ({"assumed": ""}, "a number that rests on nothing"),
        ({"form": "sketch"}, "no form: sketch"),
    ],
)
def test_a_faulty_edit_says_why_keeps_what_was_typed_and_writes_nothing(
    browser, pack, fields, says
):
    before = contents(pack)
    seen = number(browser, "save", **fields)

    assert says in words(seen)
    assert 'aria-describedby="faults"' in seen.text
    assert f'value="{fields.get("figures", "0.05, 0.2")}"' in seen.text
    assert contents(pack) == before


def test_a_pack_that_was_changed_by_another_hand_is_not_written_over(browser, pack):
    digest = browser.digest(PAGE)
    (pack / "more.toml").write_text("# another hand\n")
    before = contents(pack)
    seen = number(browser, "save", digest=digest)

    assert "has changed since this page was made" in words(seen)
    assert contents(pack) == before
    assert "Saved" in words(number(browser, "save"))


def test_of_two_servers_of_one_pack_one_saves_and_the_other_shows_its_edit_again(
    browser, pack, monkeypatch
):
    other, digest = Browser(pack), browser.digest(PAGE)
    title = {"name": "title", "value": "Another", "digest": digest, "do": "save"}
    second = threading.Thread(target=lambda: seen.append(other.send("/pack/field", **title)))
    seen, whole = [], editing.write_whole

    def write(path, content):
        if not second.ident:
            second.start()
            second.join(1.0)
        whole(path, content)

    monkeypatch.setattr(editing, "write_whole", write)
    saved = words(number(browser, "save", digest=digest))
    second.join()
    refused = words(seen[0])
    again = words(other.send("/pack/field", **title | {"digest": other.digest(PAGE)}))

    assert "Saved" in saved
    assert "has changed on the disk since it was read" in refused
    assert "Saved" in again
    assert (load(pack).numbers[FIELD].high, load(pack).title) == (0.2, "Another")


def test_a_field_is_taken_out_and_its_default_stands_in(browser, pack):
    refused = words(number(browser, "save", out="yes"))
    page = "/pack/field?name=actors.lake_union.text_rate"
    printed = {"name": "actors.lake_union.text_rate", "digest": browser.digest(page), "out": "yes"}
    browser.send("/pack/field", do="save", **printed)

    assert "add war_cost =" in refused
    assert load(pack).numbers["actors.lake_union.text_rate"].because == ("default",)


def test_the_faults_of_a_pack_stand_next_to_its_fields_and_are_put_right(browser, pack):
    text = (pack / "crisis.toml").read_text()
    (pack / "crisis.toml").write_text(text.replace("as_of = 2031-03-01", 'as_of = "soon"', 1))
    (fault,) = check(pack)
    seen = words(browser.see("/pack?table="))
    digest = browser.digest("/pack/field?name=as_of")
    right = {"name": "as_of", "value": "2031-03-01", "digest": digest, "do": "save"}
    browser.send("/pack/field", **right)

    assert f"{fault.place}: as_of : {fault.found}" in seen
    assert check(pack) == ()


def test_a_text_that_cannot_be_read_is_put_right_as_a_file(browser, pack):
    text = (pack / "options.toml").read_text()
    (pack / "options.toml").write_text(text + "[torn")
    page = "/pack/file/options.toml"
    seen = words(browser.see(page))
    digest = browser.digest(page)
    lines = text.replace("\n", "\r\n")  # as browsers send them
    browser.send(page, text=lines, digest=digest, do="save")

    assert "options.toml:" in seen
    assert (pack / "options.toml").read_text() == text


def test_a_file_that_is_sent_back_as_it_was_shown_changes_nothing(browser):
    page = "/pack/file/crisis.toml"
    shown = re.search(r"<textarea[^>]*>\n(.*)</textarea>", browser.see(page).text, re.DOTALL)[1]
    printed = browser.send(page, text=unescape(shown).replace("\n", "\r\n"), do="show")

    assert "What changes Nothing." in words(printed)


def test_a_list_is_shown_and_sent_an_entry_a_line(browser, pack):
    page = "/pack/field?name=actors.lake_union.roles"
    printed = {"name": "actors.lake_union.roles", "value": "venue\r\nmediator", "do": "save"}
    browser.send("/pack/field", digest=browser.digest(page), **printed)

    assert load(pack).model.actors["lake_union"].roles == ("venue", "mediator")
    assert ">venue\nmediator</textarea>" in browser.see(page).text


def test_a_pack_that_ships_is_copied_before_it_is_edited(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    browser = Browser("cuba-1962")
    page = "/pack/field?name=title"
    printed = {"name": "title", "value": "Another", "do": "save"}
    refused = browser.send("/pack/field", digest=browser.digest(page), **printed)
    browser.send("/pack/copy", name="own")
    browser.send("/pack/field", digest=browser.digest(page), **printed)

    assert "copied before it is edited" in words(refused)
    assert load(tmp_path / "own").title == "Another"


def test_only_files_of_the_pack_are_reached(browser, pack):
    (pack / "notes.txt").write_text("private")
    address = "/pack/file/..%2F..%2Fetc%2Fpasswd"

    assert browser.see("/pack/file/notes.txt").status_code == 400
    assert browser.see(address).status_code in {400, 404}
    assert browser.see("/pack/field?name=a.b").status_code == 400


def test_what_a_pack_says_is_never_markup(browser, pack):
    payload = "<img src=x onerror=alert(1)>"
    text = (pack / "crisis.toml").read_text()
    (pack / "crisis.toml").write_text(text.replace("a guess: trade along", payload))
    pages = [PAGE, "/pack?table=actors.north", "/pack?find=img", "/pack/file/crisis.toml"]
    seen = [browser.see(page).text for page in pages]

    assert all(payload not in page and "&lt;img" in page for page in seen)


def test_inputs_that_have_an_effect_come_before_the_tables_once_that_is_known(browser, pack):
    before = words(browser.see("/pack"))
    crisis = load(pack)
    browser.workspace.idle[crisis.text.digest] = frozenset({FIELD})
    after = words(browser.see("/pack"))

    assert "Find inputs that change nothing" in before
    assert "1 input changes nothing in this crisis" in after
    assert "whose size no claim gives" in after


def test_a_new_run_is_begun_with_what_was_asked_for(browser, pack, monkeypatch):
    play = Mock(return_value=SimpleNamespace(address="/pack"))
    monkeypatch.setattr(running, "play", play)
    asked = {"seed": "7", "worlds": "2", "futures": "4", "option": "hotline"}
    browser.send("/pack/run", **asked)
    faulty = [{"seed": "seven"}, {"worlds": "0"}, {"futures": "9" * 5000}]
    refused = [words(browser.send("/pack/run", **{**asked, **one})) for one in faulty]
    (call,) = play.call_args_list

    assert call.args[1] == str(pack)
    assert call.kwargs == {"options": ["hotline"], "seed": 7, "worlds": 2, "futures": 4}
    assert all("no such whole number" in printed for printed in refused)


def test_the_page_of_a_pack_says_which_crisis_and_which_pack_it_is(browser, pack):
    page = browser.see("/pack").text

    assert f"<h1>{load(pack).title}</h1>" in page
    assert f"The pack {pack}" in page


def added(browser, to, **fields):
    digest = browser.digest(f"/pack/add?to={to}")
    return browser.send("/pack/add", to=to, digest=digest, do="save", **fields)


def taken(browser, table):
    digest = browser.digest(f"/pack/out?table={table}")
    return browser.send("/pack/out", table=table, digest=digest, do="save")


def test_a_table_is_added_with_the_fields_that_it_needs_and_taken_out_again(browser, pack):
    before = contents(pack)
    summit = {"key0": "summit", "name.value": "A summit", "foreseen.value": "true"}
    summit |= {"change.value": "venue.publicity = 0.2", "assumed.value": "it was announced"}
    asked = added(browser, "events", **summit).text
    unchanged = contents(pack)
    added(browser, "events", **summit, **{"date.value": "2031-03-20"})
    made = load(pack).model.events["summit"]
    printed = words(browser.see("/pack?table=events.summit"))
    taken(browser, "events.summit")

    assert 'name="date.value"' in asked
    assert unchanged == before
    assert (made.name, dict(made.change)) == ("A summit", {"venue.publicity": 0.2})
    assert "Take events.summit out" in printed
    assert contents(pack) == before


def test_an_option_changes_one_more_field_on_its_page(browser, pack):
    hotline = {"key0": "hotline", "title.value": "A line", "change.value": "incidents.hotline = 1"}
    added(browser, "options", **hotline, **{"assumed.value": "both have offered it"})
    shown = browser.see("/pack/field?name=options.hotline.change")
    lines = {"value": "incidents.hotline = 1\ntalks.packages = 4"}
    name, digest = "options.hotline.change", browser.digest("/pack/field?name=title")
    browser.send("/pack/field", name=name, digest=digest, do="save", **lines)
    printed = words(browser.see("/pack?table=options.hotline"))

    assert "incidents.hotline = 1</textarea>" in shown.text
    assert "incidents.hotline = 1, talks.packages = 4" in printed
    assert load(pack).model.options["hotline"].change == {
        "incidents.hotline": 1,
        "talks.packages": 4,
    }


def test_a_table_on_which_something_rests_stays(browser, pack):
    before = contents(pack)
    refused = words(taken(browser, "claims.agenda-open"))

    assert 'talks.wide_agenda.because[0] : "agenda-open"' in refused
    assert contents(pack) == before


@pytest.mark.parametrize("address", ["/pack/add?to=venue", "/pack/out?table=venue.publicity"])
def test_only_tables_that_may_come_and_go_do(browser, address):
    assert browser.see(address).status_code == 400


def test_the_pack_of_a_run_that_is_served_alone_is_copied_with_a_button(
    client, workspace, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    offered = words(client.get("/pack"))
    refused = client.get("/ledger")
    copied = client.post("/pack/copy", data={"name": "mine"}, headers={"origin": BASE})

    assert "played the pack oman-2026" in offered
    assert "detente serve" not in offered
    assert '<a href="/pack">The pack</a>' in refused.text
    assert "The pack ./mine; no faults" in words(copied)
    assert workspace.pack == "./mine"
    assert load("./mine").name == "mine"


@pytest.mark.parametrize("is_changed", [False, True])
def test_ones_own_pack_of_a_run_is_opened_unless_it_has_changed(browser, pack, is_changed):
    run = played(load(pack), pack.parent / "run", futures=2, worlds=2)
    if is_changed:
        (pack / "crisis.toml").write_text((pack / "crisis.toml").read_text() + "# later\n")
    browser.workspace.pack = None
    browser.workspace.add(run.folder)
    offered = words(browser.see("/pack"))
    opened = words(browser.send("/pack/open"))

    assert (f"Open {pack}" in offered) is not is_changed
    assert (f"The pack {pack}; no faults" in opened) is not is_changed
    assert ("changed after the run" in opened) is is_changed


def test_inputs_that_go_with_outcomes_come_first_until_drivers_are_computed(
    browser, pack, monkeypatch
):
    run = played(load(pack), pack.parent / "run", futures=64, worlds=32)
    monkeypatch.setattr(ServedRun, "go_along", [FIELD])
    monkeypatch.setattr(ServedRun, "drivers", {})
    browser.workspace.add(run.folder)
    shown = words(browser.see("/pack"))
    listed = words(browser.see("/run/run/numbers"))

    assert "with the lowest values" in shown
    assert "is known once the drivers of the run are computed. It takes" in shown
    assert (FIELD in listed, "actors.south.war_cost" in listed) == (True, False)


def test_without_run_and_pack_the_page_of_the_pack_begins_a_crisis(browser):
    browser.workspace.pack = None

    assert '<form action="/new">' in browser.see("/pack").text
