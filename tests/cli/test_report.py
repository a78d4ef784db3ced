"""`detente report` as a person meets it."""

import json
from types import SimpleNamespace

import pytest

from detente.cli import main
from detente.cli.app import program
from tests.cli.asking import answer


@pytest.fixture(scope="session")
def usual(play):
    return play(futures=20, worlds=2)


@pytest.fixture(autouse=True)
def here(stored, monkeypatch):
    monkeypatch.setattr("detente.views.material.engage", lambda *_, **__: SimpleNamespace(sides={}))
    return stored.parent


def test_the_example_in_the_help_writes_one_of_the_newest_run_named_after_the_pack(here, capsys):
    example = next(one.epilog for one in program().registered_commands if one.name == "report")
    (here / "runs").mkdir()
    (here / "stored").rename(here / "runs" / "stored")
    status, out, _ = answer(capsys, *example.split()[2:])

    assert status == 0
    assert out.startswith("oman-2026-report.html holds the report")
    assert (here / "oman-2026-report.html").is_file()


def test_json_says_what_was_written(here, capsys):
    status, out, _ = answer(capsys, "report", "stored", "--format", "md", "--json")
    content = json.loads(out)

    assert status == 0
    assert content["schema"] == "detente/report/1"
    assert content["report"] == "oman-2026-report.md"
    assert content["beside"][0].startswith("oman-2026-report-files/")
    files = [content["report"], *content["beside"]]
    assert content["bytes"] == sum((here / one).stat().st_size for one in files)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["-o", "report.odt"], "a report is not written as .odt"),
        (["--docx", "--pdf"], "docx and pdf are 2 forms"),
        (["--pptx", "-o", "report.docx"], "is not the name of a report in pptx"),
        (["-o", "report.svg"], "add --slide for a picture"),
        (["-o", "slide.html", "--slide"], "a slide is not written as .html"),
        (["--brief", "--slide"], "are two parts"),
        (["-o", "report.md", "--format", "html"], "is not the name of a report in html"),
        (["-o", "stored"], "is there already"),
        (["--tlp", "pink"], "--tlp"),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_in_words(capsys, asked, words):
    status, out, err = answer(capsys, "report", "stored", *asked)

    assert (status, out) == (2, "")
    assert words in err


def test_a_file_in_place_of_a_run_gets_the_option_that_names_it(capsys):
    status, _, err = answer(capsys, "report", "--docx", "brief.docx")

    assert status == 2
    assert "detente report -o brief.docx" in err


def test_what_has_changed_since_an_earlier_run_comes_first(here, capsys):
    small = ["--futures", "20", "--worlds", "2", "--threads", "1", "-q"]
    assert main(["run", "oman-2026", *small, "--set", "incidents.hotline=1", "-o", "later"]) == 0
    status, _, _ = answer(capsys, "report", "later", "--since", "stored", "-o", "report.md")
    text = (here / "report.md").read_text()

    assert status == 0
    assert text.index("What has changed since the last run?") < text.index("How may it end")
    assert "incidents.hotline" in text


def test_a_run_that_cannot_be_compared_is_refused_and_nothing_written(here, capsys):
    status, out, err = answer(capsys, "report", "stored", "--since", "stored")

    assert (status, out) == (2, "")
    assert "is the run itself" in err
    assert not list(here.glob("*.html"))


def test_what_is_there_is_not_replaced_unasked(here, capsys):
    (here / "oman-2026-report.html").write_text("mine")
    status, _, err = answer(capsys, "report", "stored")

    assert status == 2
    assert "is there already" in err
    assert (here / "oman-2026-report.html").read_text() == "mine"


def test_a_brief_has_no_appendix_and_a_slide_is_a_picture(here, capsys):
    asked = [["--brief", "--tlp", "red"], ["--slide"], ["--slide", "-o", "slide.png"]]
    statuses = [answer(capsys, "report", "stored", *one)[0] for one in asked]

    assert statuses == [0, 0, 0]
    assert "Appendix" not in (here / "oman-2026-brief.html").read_text()
    assert "TLP:RED" in (here / "oman-2026-brief.html").read_text()
    assert (here / "oman-2026-slide.svg").read_text().startswith("<svg ")
    assert (here / "slide.png").read_bytes().startswith(b"\x89PNG")
