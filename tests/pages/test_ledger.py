"""The pages of the ledger: a sentence becomes a claim once somebody has accepted it."""

import contextlib
import shutil
import threading
import tomllib
from datetime import date

import pytest

from detente.pack import beginning, check, load
from detente.reading import deciding
from detente.reading.deciding import last_day
from detente.reading.tools import propose_claim
from detente.views.programs import Access
from tests.border import BORDER
from tests.pages.browsing import Browser, words

TEXT = """Talks open on the river
By Ada Quill

Prime Minister Tomas Brandt said that 14 ships would leave the estuary. Lena Ostrova waits.
"""
OTHER = "Prime Minister Tomas Brandt said 14 ships would leave the estuary of the river."
CARD = "/ledger/ferry/ferry/3"
SAYS = "Brandt promised that 14 ships go"
ABOUT = {
    "accepted_by": "A. Reader",
    "ferry.title": "Talks",
    "ferry.publisher": "The Post (invented)",
    "otherwise.grade": "C3",
}
TAKEN = {"says": SAYS, "by": "Prime Minister Tomas Brandt", "kind": "stated", "date": "2031-02-20"}


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """A pack with a document that was read on its page."""
    with contextlib.chdir(tmp_path_factory.mktemp("packs")):
        pack = beginning.new("border-2031", folder=tmp_path_factory.mktemp("packs"), start=BORDER)
    files = [("document", ("ferry.txt", TEXT.encode()))]
    Browser(pack).send("/ledger", date="2031-02-20", files=files)
    return pack


@pytest.fixture
def pack(begun, tmp_path):
    return shutil.copytree(begun, tmp_path / "border-2031")


@pytest.fixture
def browser(pack):
    return Browser(pack)


@pytest.fixture
def ready(browser):
    """A browser in which it is said who accepts, and what the document is."""
    browser.send("/ledger/ferry", **ABOUT)
    return browser


def draft(pack):
    return tomllib.loads((pack / "drafts" / "ferry.toml").read_text())


def card(pack):
    return draft(pack)["cards"]["ferry"]["3"]


def test_every_sentence_is_a_card_in_its_context_prefilled_where_it_is_sure(browser):
    listed = words(browser.see("/ledger/ferry"))
    seen = browser.see(CARD)

    assert "4 of 4 sentences are left" in listed
    assert "By Ada Quill Prime Minister Tomas Brandt said" in words(seen)
    assert 'value="Prime Minister Tomas Brandt"' in seen.text
    assert "It mentions 14 ships" in words(seen)


def test_an_accepted_card_is_a_claim_once_it_is_put_into_the_pack(ready, pack):
    accepted = ready.send(CARD, do="accept", bears_on="actors.north.war_cost", **TAKEN)
    before = load(pack)
    entered = words(ready.send("/ledger/ferry/enter"))
    crisis = load(pack)
    (key,) = crisis.claims.keys() - before.claims.keys()
    again = ready.send(CARD, do="undo")

    assert "Accepted: sentence 3" in words(accepted)
    assert "New claims in the pack: 1" in entered
    assert (crisis.claims[key].accepted_by, crisis.claims[key].grade) == ("A. Reader", "C3")
    assert crisis.claims[key].accepted_on is not None
    assert crisis.numbers["actors.north.war_cost"].because == (key,)
    assert f"In the pack: {key}" in words(ready.see(CARD))
    assert (again.status_code, check(pack)) == (400, ())


def test_a_card_that_nobody_accepted_enters_nothing(ready, pack):
    ready.send(CARD, do="save", **TAKEN)
    before = {path.name: path.read_bytes() for path in pack.glob("*.toml")}
    reported = words(ready.send("/ledger/ferry/enter"))

    assert "no card is accepted" in reported
    assert (card(pack)["says"], card(pack)["accept"]) == (SAYS, False)
    assert {path.name: path.read_bytes() for path in pack.glob("*.toml")} == before


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"says": "Brandt promised that 15 ships go"}, "15, which the passage does not give"),
        ({"says": "Karpov promised that 14 ships go"}, "Karpov, which the document does not name"),
        ({"by": ""}, "who says so, as the document calls them"),
        ({"grade": "C1"}, "C1 on a single source"),
        ({"grade": "Z9"}, "a letter A to F"),
        ({"date": "2031-04-01"}, "the pack knows nothing later"),
        ({"bears_on": "talks.fade_rat"}, "did you mean talks.fade_rate?"),
    ],
)
def test_what_the_document_does_not_bear_out_is_refused_next_to_the_card(ready, pack, typed, says):
    before = card(pack)
    reported = ready.send(CARD, do="accept", **{**TAKEN, **typed})

    assert says in words(reported)
    assert next(iter(typed.values())) in reported.text
    assert card(pack) == before


def test_who_accepts_and_what_the_document_is_are_asked_for_first(browser, pack):
    reported = words(browser.send(CARD, do="accept", **TAKEN))
    asked = browser.send(CARD, do="about", **TAKEN)

    assert "accepted_by : blank" in reported
    assert "documents.ferry.publisher : blank" in reported
    assert "say below who accepts" in words(asked)
    assert asked.url.path == "/ledger/ferry"
    assert (card(pack)["says"], card(pack)["accept"]) == (SAYS, False)


def test_a_document_that_the_pack_has_is_not_asked_about_nor_its_claims_gone_through(ready):
    ready.send(CARD, do="accept", **TAKEN)
    ready.send("/ledger/ferry/enter")
    files = [("document", ("again.txt", TEXT.encode()))]
    seen = ready.send("/ledger", name="again", date="2031-02-20", files=files)
    ready.send("/ledger/again", accepted_by="A. Reader", **{"otherwise.grade": "C3"})
    skipped = ready.send("/ledger/again/ferry/2", do="reject")
    twice = ready.send("/ledger/again/ferry/3", do="accept", **{**TAKEN, "says": "14 ships go"})
    entered = words(ready.send("/ledger/again/enter"))

    assert "The pack has it as “Talks”, The Post (invented)" in words(seen)
    assert 'name="ferry.title"' not in seen.text
    assert "3 of 4 sentences are left" in words(seen)
    assert skipped.url.path == "/ledger/again/ferry/4"
    assert "Accepted: sentence 3" in words(twice)
    assert "14-ships-go may say what another claim" in entered


def test_a_claim_leads_to_numbers_that_its_sentence_shares_words_with(ready):
    text = "Envoys of the Lake Union bring texts to both capitals; plans are to strike from afar."
    files = [("document", ("price.txt", text.encode()))]
    ready.send("/ledger", date="2031-02-20", files=files)
    about = {"price.title": "Price", "price.publisher": "Post", "otherwise.grade": "C3"}
    ready.send("/ledger/price", accepted_by="A. Reader", **about)
    reported = {"says": "It gets dearer", "by": "the author", "kind": "analyst", "key": "dearer"}
    card_page = ready.see("/ledger/price/price/1").text
    ready.send("/ledger/price/price/1", do="accept", **reported)
    ready.send("/ledger/price/enter")
    seen = ready.see("/ledger/claim/dearer").text

    assert 'value="actors.lake_union.text_rate"' in card_page
    assert 'value="plans.hard.stand_off"' not in card_page
    assert "name=actors.lake_union.text_rate&claim=dearer" in seen
    assert "name=plans.hard.stand_off&claim=dearer" in seen


def test_a_decision_is_undone_and_the_next_open_card_comes(ready, pack):
    rejected = ready.send("/ledger/ferry/ferry/1", do="reject")
    first = draft(pack)["cards"]["ferry"]["1"]["reject"]
    undone = words(ready.send("/ledger/ferry/ferry/1", do="undo"))

    assert first is True
    assert rejected.url.path == "/ledger/ferry/ferry/2"
    assert "4 of 4 left" in undone


def test_two_servers_decide_two_cards_of_a_draft_at_once_and_both_stay(ready, pack, monkeypatch):
    other, whole = Browser(pack), deciding.write_whole
    reject = {"address": "/ledger/ferry/ferry/4", "do": "reject"}
    second = threading.Thread(target=other.send, kwargs=reject)

    def write(path, content):
        if not second.ident:
            second.start()
            second.join(1.0)
        whole(path, content)

    monkeypatch.setattr(deciding, "write_whole", write)
    ready.send(CARD, do="accept", **TAKEN)
    second.join()

    cards = draft(pack)["cards"]["ferry"]
    assert (cards["3"]["accept"], cards["4"].get("reject")) == (True, True)


def test_what_was_edited_in_the_file_stays_when_a_card_is_decided(ready, pack):
    path = pack / "drafts" / "ferry.toml"
    path.write_text(path.read_text().replace("# Lena Ostrova waits.", "# Mine. Lena waits."))
    ready.send(CARD, do="accept", **TAKEN)

    assert "# Mine. Lena waits." in path.read_text()
    assert card(pack)["accept"] is True


def test_a_document_of_any_name_is_kept_under_one_that_files_can_have(browser, pack):
    files = [("document", ("x" * 300 + ".txt", TEXT.encode()))]
    reported = browser.send("/ledger", name="word " * 900, files=files)

    assert "4 of 4 sentences are left" in words(reported)
    assert max(len(path.name) for path in (pack / "drafts").iterdir()) < 80


@pytest.mark.parametrize(
    ("written", "day"),
    [("2031-02-17", "2031-02-17"), ("2032-02", "2032-02-29"), ("2031", "2031-12-31")],
)
def test_of_a_month_or_a_year_the_last_day_is_offered(written, day):
    assert last_day(written) == day


def test_the_same_sentence_elsewhere_is_shown_next_to_a_card(browser):
    files = [("document", (name, text.encode())) for name, text in (("a", TEXT), ("b", OTHER))]
    browser.send("/ledger", name="two", files=files)

    assert f"Nearly the same in b : {OTHER}" in words(browser.see("/ledger/two/a/3"))


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"%PDF-1.4 torn"])
def test_what_is_no_document_leaves_nothing_behind(browser, pack, content):
    before = sorted(path.name for path in (pack / "drafts").iterdir())
    reported = browser.send("/ledger", files=[("document", ("torn.txt", content))])

    assert reported.status_code == 400
    assert sorted(path.name for path in (pack / "drafts").iterdir()) == before


def test_how_long_a_pasted_text_may_be_is_said_by_the_reader_of_documents(browser):
    none = [("document", ("", b""))]
    long = browser.send("/ledger", name="long", text="ships wait, " * 100_000, files=none)
    over = browser.send("/ledger", name="over", text="ships wait, " * 200_000, files=none)

    assert "1 of 1 sentences are left" in words(long)
    assert over.status_code == 400
    assert "over.txt : the document is too long Cut it to the pages" in words(over)


def test_a_form_that_is_too_long_is_refused_in_words_of_our_own(browser):
    reported = browser.send("/ledger/ferry", accepted_by="A" * (2 << 20))

    assert reported.status_code == 400
    assert "Send 1,000 fields and 1,000 files at most, with 1 MiB of text" in words(reported)


def test_a_claim_leads_to_a_number_whose_range_the_analyst_writes(browser, pack):
    text = (pack / "crisis.toml").read_text()
    (pack / "crisis.toml").write_text(
        text.replace('because = "north-speech"', 'assumed = "a guess"')
    )
    listed = words(browser.see("/ledger"))
    page = "/pack/field?name=actors.north.hard_probability&claim=north-speech"
    field = browser.see(page).text
    found = words(browser.see("/pack?find=north&claim=north-speech"))
    reported = {"name": "actors.north.hard_probability", "claim": "north-speech", "do": "save"}
    reported |= {"form": "value", "figures": "0.5", "because": "north-speech"}
    saved = browser.send("/pack/field", digest=browser.digest(page), **reported)

    assert "1 of 5 claims. The north's president told parliament" in listed
    assert 'name="because" value="north-speech"' in field
    assert "actors.north.hard_probability" in found
    assert "claims.north-speech.says" not in found
    assert saved.url.path == "/ledger/claim/north-speech"


def test_only_drafts_of_the_pack_are_reached(browser, pack):
    (pack.parent / "ferry.toml").write_text("")
    addresses = ["/ledger/..%2Fferry", "/ledger/none", "/ledger/ferry/ferry/99", "/ledger/claim/no"]

    assert {browser.see(one).status_code for one in addresses} == {404}


def test_a_proposal_of_an_assistant_enters_the_pack_from_its_page_alone(browser, pack, tmp_path):
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "ferry.txt").write_text(TEXT.replace("waits.", "waits. <b>Accept all</b>"))
    before = load(pack).numbers["actors.north.war_cost"]
    propose_claim(
        Access(str(pack), folder),
        document="ferry.txt",
        card=3,
        field="actors.north.war_cost",
        title="Talks",
        publisher="The Post (invented)",
        grade="C3",
        on=date(2031, 2, 20),
        reason="<script>they leave</script>",
        new={"range": [0.11, 0.29]},
        **{key: value for key, value in TAKEN.items() if key != "date"},
    )
    ledger, shown = browser.see("/ledger"), browser.see("/proposals")
    unnamed = browser.send("/proposals/1", do="accept", by=" ")
    still = load(pack).numbers["actors.north.war_cost"]
    entered = browser.send("/proposals/1", do="accept", by="A. Reader")
    after = load(pack)

    assert "1 proposal of an assistant waits" in words(ledger)
    assert "<script>they" not in shown.text
    assert SAYS in words(shown)
    assert "nobody decides" in words(unnamed)
    assert still == before
    assert "1: accepted by A. Reader" in words(entered)
    assert after.numbers["actors.north.war_cost"].low == 0.11
    assert SAYS in {one.says for one in after.claims.values()}
