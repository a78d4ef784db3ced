import csv
import io
import json
from pathlib import Path

import pytest

from detente.cli import main
from detente.evidence import digest_of
from tests.border import BORDER
from tests.cli.asking import answering

ARTICLE = Path(__file__).parents[3] / "shared" / "seed" / "article.txt"
TEXT = "The upper state opened its dam. The lower state protested."
SOURCE = """
[sources.{source}]
title = "Dams"
publisher = "The Lake"
"""
CLAIM = """
[claims.{claim}]
says = "{claim}"
source = "{source}"
at = {{ start = {start}, end = {end}, sha256 = "{sha256}" }}
date = 2031-01-01
by = "a reporter"
kind = "reported"
grade = "B2"
"""


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    main(["new", "border-2031", "--from", str(BORDER)])
    Path("right.txt").write_text(TEXT)
    Path("moved.txt").write_text(f"News: {TEXT}")
    Path("wrong.txt").write_text("The upper state opened its dam.")
    return tmp_path


def cite(claim: str, source: str, words: str) -> str:
    start = TEXT.index(words)
    place = {"start": start, "end": start + len(words), "sha256": digest_of(words)}
    return CLAIM.format(claim=claim, source=source, **place)


@pytest.fixture
def cited():
    """Add two claims of one source, with their passages, to the pack."""
    opened = cite("opened", "paper", "The upper state opened its dam.")
    protest = cite("protest", "paper", "The lower state protested.")
    Path("border-2031/paper.toml").write_text(SOURCE.format(source="paper") + opened + protest)


answer = answering("evidence")


@pytest.mark.usefixtures("cited")
def test_passages_that_stand_in_a_document_are_counted(capsys):
    status, out, _ = answer(capsys, "./border-2031", "--document", "right.txt")

    assert status == 0
    assert "2 of 2 passages stand where their claims say; moved: 0, missing: 0." in out


@pytest.mark.usefixtures("cited")
def test_a_moved_passage_is_reported_with_its_place_and_is_no_fault(capsys):
    status, out, _ = answer(capsys, "./border-2031", "--document", "moved.txt")

    assert status == 0
    assert "Moved: opened, now on line 1\n" in out
    assert "A moved passage has the same words in another place: copy its new start and end" in out


@pytest.mark.usefixtures("cited")
def test_the_new_place_of_a_moved_passage_can_be_pasted_into_its_claim(capsys):
    _, out, _ = answer(capsys, "./border-2031", "--document", "moved.txt", "-q")
    opened, protest = (line.strip() for line in out.splitlines() if line.startswith("  at = "))
    paper = Path("border-2031/paper.toml")
    old = (line for line in paper.read_text().splitlines() if line.startswith("at = "))
    pasted = dict(zip(old, (opened, protest), strict=True))
    text = "\n".join(pasted.get(line, line) for line in paper.read_text().splitlines())
    paper.write_text(text)
    status, again, _ = answer(capsys, "./border-2031", "--document", "moved.txt")

    assert opened.startswith("at = { start = 6, end = 37, sha256 = ")
    assert status == 0
    assert "2 of 2 passages stand where their claims say; moved: 0, missing: 0." in again


@pytest.mark.usefixtures("cited")
def test_a_missing_passage_is_reported_with_its_claim_and_has_status_1(capsys):
    status, out, _ = answer(capsys, "./border-2031", "--document", "wrong.txt")

    assert status == 1
    assert "1 of 2 passages" in out
    assert "Missing\n  - protest: protest\n" in out


@pytest.mark.usefixtures("cited")
def test_passages_in_json_are_one_object(capsys):
    status, out, _ = answer(capsys, "./border-2031", "--document", "wrong.txt", "--json")
    content = json.loads(out)

    assert status == 1
    assert (content["schema"], content["source"]) == ("detente/passages/1", "paper")
    assert content["passages"] == [
        {"claim": "opened", "result": "matches", "start": 0, "end": 31, "line": 1},
        {"claim": "protest", "result": "missing", "start": None, "end": None, "line": None},
    ]


@pytest.mark.usefixtures("cited")
def test_with_several_sources_the_document_is_named_by_its_source(capsys):
    book = SOURCE.format(source="book") + cite("dam", "book", "its dam")
    Path("border-2031/book.toml").write_text(book)

    unnamed, _, printed = answer(capsys, "./border-2031", "--document", "right.txt")
    named, out, _ = answer(capsys, "./border-2031", "--document", "right.txt", "--source", "book")

    assert unnamed == 2
    assert "add --source, one of: book, paper" in printed
    assert named == 0
    assert "1 of 1 passages" in out


@pytest.mark.skipif(not ARTICLE.exists(), reason="the article is not at hand")
def test_the_article_says_what_the_shipped_crisis_says_it_says(capsys):
    status, out, _ = answer(capsys, "oman-2026", "--document", str(ARTICLE), "--json")
    results = {one["result"] for one in json.loads(out)["passages"]}

    assert status == 0
    assert results == {"matches"}


BAD = [
    ["oman-2026", "--document", "nowhere.txt"],
    ["oman-2026", "--document", "."],
    ["oman-2026", "--document", "right.txt", "--source", "no-such-source"],
    ["oman-2026", "--document", "right.txt", "--export", "csv"],
    ["oman-2026", "--source", "article"],
    ["oman-2026", "--export", "xlsx"],
    ["oman-2026", "--export", "csv", "-o", "right.txt"],
    ["oman-2026", "--export", "csv", "-o", "."],
    ["oman-2026", "--export", "csv", "-o", ".", "--overwrite"],
    ["oman-2026", "--export", "csv", "--overwrite"],
    ["oman-2026", "-o", "table.csv"],
    ["./border-2031", "--document", "right.txt"],
]


@pytest.mark.parametrize("arguments", BAD, ids=" ".join)
def test_what_cannot_be_done_is_reported_in_words(capsys, arguments):
    status, out, printed = answer(capsys, *arguments)

    assert status == 2
    assert out == ""
    assert printed.startswith("detente: ")
    assert Path("right.txt").read_text() == TEXT


def test_an_export_is_asked_for_in_one_form(capsys):
    status, out, _ = answer(capsys, "oman-2026", "--export", "csv", "--json")

    assert status == 2
    assert set(json.loads(out)) == {"error"}


def test_the_table_of_the_shipped_crisis_holds_its_numbers_and_claims(capsys):
    status, out, printed = answer(capsys, "oman-2026", "--export", "csv")
    rows = {row["key"]: row for row in csv.DictReader(io.StringIO(out))}

    assert (status, printed) == (0, "")
    assert rows["talks.wide_agenda"]["value"] == "chance 0.2 to 0.6"
    assert rows["moves.tempo"]["value"].startswith("gamma of mean 1")
    assert rows["war.limited_days"]["value"] == "2 or 3 or 4 or 5 or 6 or 7 days"
    assert rows["carrier-present"]["because"] == ""


def test_annotations_of_the_shipped_crisis_are_one_a_claim(capsys):
    _, out, _ = answer(capsys, "oman-2026", "--export", "jsonl")
    _, listed, _ = answer(capsys, "oman-2026", "--json")
    ids = [json.loads(line)["id"].split(":")[-1] for line in out.splitlines()]

    assert ids == [one["claim"] for one in json.loads(listed)["claims"]]


def test_an_export_goes_into_a_file_and_replaces_one_only_if_asked(capsys):
    export = ("oman-2026", "--export", "csv", "-o", "out/table.csv")
    statuses = [answer(capsys, *export)[0], answer(capsys, *export)[0]]
    replaced, out, _ = answer(capsys, *export, "--overwrite")

    assert statuses == [0, 2]
    assert (replaced, out) == (0, "")
    assert Path("out/table.csv").read_text().startswith("row,key,value")
