"""Articles into the evidence of a pack: cards, a draft, and what is accepted of it."""

import contextlib
import json
import re
import shutil
import tomllib
from pathlib import Path

import pytest

from detente import load
from detente.cli import main
from detente.evidence import digest_of
from tests.border import BORDER
from tests.cli.asking import answering

TEXT = """Talks open on the river
By Ada Quill

Prime Minister Tomas Brandt said that 14 ships would leave the estuary. Lena Ostrova waits.
"""
BRANDT = ("[cards.ferry.3]\naccept = false\nsays = ", "[cards.ferry.3]\naccept = true\nsays = ")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A pack, an article, and the draft of its cards."""
    folder = tmp_path_factory.mktemp("made")
    with contextlib.chdir(folder):
        main(["new", "border-2031", "--from", str(BORDER)])
        Path("ferry.txt").write_text(TEXT)
        main(["read", "ferry.txt", "-o", "draft.toml", "--date", "2031-02-20"])
    return folder


@pytest.fixture(autouse=True)
def here(made, tmp_path, monkeypatch):
    shutil.copytree(made, tmp_path / "here")
    monkeypatch.chdir(tmp_path / "here")


ask = answering("read")


def accept(capsys, *arguments):
    return ask(capsys, "--accept", "draft.toml", "-p", "./border-2031", *arguments)


def edit(*changes):
    """Change the draft: each text that goes by the one that comes, where it first stands."""
    draft = Path("draft.toml").read_text()
    for old, new in changes:
        assert old in draft, old
        draft = draft.replace(old, new, 1)
    Path("draft.toml").write_text(draft)


def take(says="Brandt promised that 14 ships go", more=""):
    """Accept the card of the third sentence."""
    edit(
        ('accepted_by = ""', 'accepted_by = "A. Reader"'),
        ('publisher = ""', 'publisher = "The Post (invented)"'),
        (f'{BRANDT[0]}""', f'{BRANDT[1]}"{says}"'),
        ('kind = "stated"\ngrade = ""', f'kind = "stated"\ngrade = "C2"\n{more}'),
    )


def pack_files():
    return {path.name: path.read_bytes() for path in sorted(Path("border-2031").glob("*.*ml"))}


def test_a_draft_has_a_card_for_every_sentence_below_its_words():
    draft = Path("draft.toml").read_text()
    read = tomllib.loads(draft)
    card = read["cards"]["ferry"]["3"]

    assert read["documents"]["ferry"]["author"] == "Ada Quill"
    assert len(read["cards"]["ferry"]) == 4
    assert (card["by"], card["kind"]) == ("Prime Minister Tomas Brandt", "stated")
    assert digest_of(TEXT[card["at"]["start"] : card["at"]["end"]]) == card["at"]["sha256"]
    assert "\n# Lena Ostrova waits.\n[cards.ferry.4]\n" in draft


def test_an_accepted_card_is_a_claim_and_the_pack_is_else_as_it_was(capsys):
    take(more='bears_on = ["actors.lake_union.text_rate", "actors.north.war_cost"]')
    before = pack_files()
    status, printed, _ = accept(capsys)
    crisis, after = load("./border-2031"), pack_files()
    (kept,) = Path("border-2031").glob(".backups/*/evidence.toml")
    claim = crisis.claims["brandt-promised-14-ships-go"]

    assert (status, "New claims in ./border-2031: 1" in printed) == (0, True)
    assert (claim.by, claim.source) == ("Prime Minister Tomas Brandt", "ferry")
    assert claim.accepted_by == "A. Reader"
    assert claim.accepted_on is not None
    assert "brandt-promised-14-ships-go" in crisis.numbers["actors.north.war_cost"].because
    assert after["evidence.toml"].startswith(before["evidence.toml"])
    assert kept.read_bytes() == before["evidence.toml"]
    assert after["crisis.toml"].count(b"#") == before["crisis.toml"].count(b"#")
    assert accept(capsys, "--json")[0] == 0
    assert pack_files()["evidence.toml"] == after["evidence.toml"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('accepted_by = "A. Reader"', 'accepted_by = " "', "accepted_by: blank"),
        ("Brandt promised", "Karpov promised", "Karpov, which the document does not name"),
        ("Brandt promised", "Ostrowa promised", "did you mean Ostrova?"),
        ('"Brandt promised that 14', '"Brandt promised that 15', "15, which the passage"),
        ('by = "Prime Minister Tomas Brandt"', 'by = ""', "cards.ferry.3.by: blank"),
        ("20\nat = { start = 38", "28\nat = { start = 39", "does not stand there in the document"),
        ('grade = "C2"\n\ndate = 2031-02-20', 'grade = "C2"\ndate = 2031-03-02', "2031-03-01 or"),
        ('grade = "C2"\n\ndate = 2031-02-20', 'grade = "C2"\ndate = 2031-02-21', "is of that day"),
        (
            'grade = "C2"',
            'grade = "C2"\n[cards.ferry.3]',
            "cards.ferry.3: a key that stands in line",
        ),
        (
            'file = "ferry.txt"',
            'file = "gone.txt"',
            "documents.ferry.file: gone.txt: cannot be read",
        ),
        ('grade = "C2"', 'grade = "C1"', "C1 on a single source"),
        ('grade = "C2"', 'grade = "C9"', "a letter A to F"),
        ('grade = "C2"', 'grade = "C2"\nbears_on = ["talks.fade_rat"]', "mean talks.fade_rate?"),
        ('grade = "C2"', 'grade = "C2"\nkey = "south-vow"', "a key that no other claim has"),
        ('title = "Talks open on the river"', 'title = ""', "documents.ferry.title: blank"),
        ('kind = "stated"', "kind = “stated”", "a curly quote"),
    ],
)
def test_what_is_wrong_with_an_accepted_card_is_said_and_nothing_is_written(capsys, old, new, says):
    take()
    edit((old, new))
    before = pack_files()
    status, _, complaint = accept(capsys)

    assert (status, pack_files()) == (2, before)
    assert says in complaint
    assert "draft.toml:" in complaint


def test_a_document_that_has_changed_since_is_said(capsys):
    take()
    Path("ferry.txt").write_text(TEXT.replace("waits", "wakes"))

    assert "has changed since it was read" in accept(capsys)[2]


def test_a_key_that_the_pack_has_for_another_document_is_said(capsys):
    take()
    accept(capsys)
    edit(('title = "Talks open on the river"', 'title = "Talks"'))
    same = accept(capsys)
    Path("ferry.txt").write_text(TEXT.replace("Talks open", "Talks end"))
    ask(capsys, "ferry.txt", "-o", "draft.toml", "--overwrite")
    take(says="Brandt said that 14 ships go")

    assert same[0] == 0
    assert "ferry, which is another document in the pack" in accept(capsys)[2]


def test_what_many_cards_leave_blank_is_asked_for_once(capsys):
    take()
    for number in (1, 2, 4):
        edit(
            (
                f'[cards.ferry.{number}]\naccept = false\nsays = ""',
                f'[cards.ferry.{number}]\naccept = true\nsays = "Brandt waits"',
            )
        )
    edit(('grade = "C2"', 'grade = ""'))
    _, _, complaint = accept(capsys)

    assert "otherwise.grade: blank here and on 4 accepted cards" in complaint
    assert complaint.count("grade: blank") == 1
    assert "cards.ferry.4.by: blank" in complaint
    assert "or once for all, in otherwise.by" in complaint


def test_a_claim_that_is_there_joins_numbers_that_its_card_names_later(capsys):
    take()
    accept(capsys)
    before = pack_files()
    edit(('grade = "C2"', 'grade = "C2"\nbears_on = ["actors.north.war_cost"]'))
    _, printed, _ = accept(capsys)

    assert "14-ships-go from now on, its range as it was: actors.north.war_cost" in printed
    assert "ships-go" in load("./border-2031").numbers["actors.north.war_cost"].because[0]
    assert pack_files()["evidence.toml"] == before["evidence.toml"]


def test_a_card_that_stands_twice_joins_a_number_once(capsys):
    take(more='bears_on = ["actors.north.war_cost"]')
    draft = Path("draft.toml").read_text()
    (card,) = re.findall(r"^\[cards\.ferry\.3\]\n(?:.+\n)+", draft, re.MULTILINE)
    Path("draft.toml").write_text(f"{draft}\n{card.replace('ferry.3', 'ferry.9')}")
    _, printed, _ = accept(capsys)

    assert printed.count("actors.north.war_cost") == 1
    because = load("./border-2031").numbers["actors.north.war_cost"].because
    assert list(because).count("brandt-promised-14-ships-go") == 1


def test_what_a_draft_has_otherwise_than_the_pack_and_what_may_stand_twice_is_said(capsys):
    take()
    accept(capsys)
    edit(('grade = "C2"', 'grade = "B2"'))
    _, changed, _ = accept(capsys)
    edit(("Brandt promised that", "Brandt said that"))
    _, reworded, _ = accept(capsys)

    assert "brandt-promised-14-ships-go (grade)" in changed
    assert load("./border-2031").claims["brandt-promised-14-ships-go"].grade == "C2"
    assert "brandt-14-ships-go may say what brandt-promised-14-ships-go says" in reworded


def test_a_claim_may_begin_with_a_word_that_is_no_name(capsys):
    take(says="Use of the estuary by 14 ships ends. Both wait")

    assert accept(capsys)[0] == 0
    assert "use-estuary-14-ships-ends" in load("./border-2031").claims


def test_a_draft_without_a_date_says_what_a_date_is_for(capsys):
    undated = ask(capsys, "ferry.txt", "-o", "undated.toml")[1]
    dated = ask(capsys, "ferry.txt", "-o", "dated.toml", "--date", "2031-02-20")[1]

    assert ("--date DATE" in undated, "--date DATE" in dated) == (True, False)


def test_the_headline_is_the_title_and_a_first_sentence_is_none(capsys):
    Path("plain.txt").write_text("The talks go on. Nobody knows for how long.\n")
    ask(capsys, "plain.txt", "ferry.txt", "-o", "two.toml")
    documents = tomllib.loads(Path("two.toml").read_text())["documents"]

    assert documents["ferry"]["title"] == "Talks open on the river"
    assert documents["plain"]["title"] == ""


def test_only_numbers_that_the_pack_gives_are_suggested_to_be_joined(capsys):
    said = "Envoys of the Lake Union bring texts to both capitals; plans are to strike from afar.\n"
    Path("ferry.txt").write_text(said)
    ask(capsys, "ferry.txt", "-o", "said.toml", "-p", "./border-2031")
    draft = Path("said.toml").read_text()

    assert '# bears_on = ["actors.lake_union.text_rate"]' in draft
    assert "plans.hard.stand_off" not in draft


def test_a_draft_of_which_nobody_accepts_anything_changes_nothing(capsys):
    assert accept(capsys)[0] == 2
    assert "no card is accepted" in accept(capsys)[2]


def test_a_passage_that_the_pack_has_is_named_and_so_are_numbers(capsys):
    take()
    accept(capsys)
    ask(capsys, "ferry.txt", "-o", "again.toml", "-p", "./border-2031")
    draft = Path("again.toml").read_text()

    assert "# - the pack has it: brandt-promised-14-ships-go\n" in draft
    assert "date = 2031-02-20" in draft


def test_cards_are_lines_for_other_programs_without_the_sentences(capsys):
    ask(capsys, "ferry.txt", "-o", "cards.jsonl")
    lines = Path("cards.jsonl").read_text().splitlines()

    assert json.loads(lines[2])["quantities"][0]["text"] == "14 ships"
    assert "estuary" not in lines[2]


def test_sentences_of_two_documents_are_shown_with_their_speakers(capsys):
    Path("copy.txt").write_text(TEXT)
    _, printed, _ = ask(capsys, "ferry.txt", "copy.txt")

    assert "[Prime Minister Tomas Brandt; stated; 14 ships]" in printed
    ask(capsys, "ferry.txt", "copy.txt", "-o", "both.toml")
    assert "# - nearly the same in copy 3: Prime" in Path("both.toml").read_text()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "no document"),
        (("nowhere.txt",), "cannot be read"),
        (("empty.txt", "-o", "other.toml"), "empty.txt: the document holds no words"),
        (("ferry.txt", "empty.txt"), "empty.txt: the document holds no words"),
        (("ferry.txt", "-o", "draft.toml"), "is there already"),
        (("ferry.txt", "--date", "May"), "no date"),
        (("ferry.txt", "--overwrite"), "means nothing without -o"),
        (("--accept", "draft.toml"), "no pack is named"),
        (("--accept", "draft.toml", "-p", "oman-2026"), "detente new my-crisis --from oman-2026"),
        (("ferry.txt", "--accept", "draft.toml"), "not together with --accept"),
        (("--accept", "ferry.txt", "-p", "./border-2031"), "ferry.txt:1:"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_to_do(capsys, arguments, says):
    Path("empty.txt").write_text(" \n12 - 14\n")
    status, _, complaint = ask(capsys, *arguments)

    assert (status, says in complaint) == (2, True), complaint
    assert not Path("other.toml").exists()
