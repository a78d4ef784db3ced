"""The documentation is built without a warning, asks for nothing, and holds every public name."""

import importlib
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

import detente
from detente.cli.app import program
from detente.ensemble.design import coordinates, draw_worlds
from tests.views.figures.made_up import texts

DOCS = Path(__file__).parents[1] / "docs"
SOURCES = DOCS.parent / "src" / "detente"
ASKS = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src"}
"""What a browser fetches by itself when it opens a page."""


class Page(HTMLParser):
    """What a page fetches, and the places that it can be entered at."""

    def __init__(self, path):
        super().__init__()
        self.fetched = []
        self.places = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        held = dict(attributes)
        self.places.add(held.get("id"))
        self.fetched.append(held.get(ASKS.get(tag, ""), ""))


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The built documentation; warnings stop the build."""
    folder = tmp_path_factory.mktemp("site")
    build = [sys.executable, "-m", "sphinx", "-W", "-q", "-b", "html", "-d", str(folder / "trees")]
    done = subprocess.run(
        [*build, str(DOCS), str(folder / "html")], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    return folder / "html"


def test_no_page_asks_another_machine_for_anything(site):
    """Catch a page that fetches from another machine, and a build of the site that warns."""
    pages = {path.name: Page(path) for path in site.rglob("*.html")}
    fetched = [(name, one) for name, page in pages.items() for one in page.fetched if one]
    styles = "".join(path.read_text(encoding="utf-8") for path in site.rglob("*.css"))

    assert len(pages) > 20
    assert [each for each in fetched if re.match(r"(\w+:)?//", each[1])] == []
    assert re.findall(r"@import|url\(\s*['\"]?(?:\w+:)?//", styles) == []


def test_every_public_name_is_in_the_reference(site):
    places = Page(site / "reference" / "library.html").places

    assert [name for name in detente.__all__ if f"detente.{name}" not in places] == []


def test_every_command_is_in_the_reference(site):
    places = Page(site / "reference" / "commands.html").places
    names = [command.name for command in program().registered_commands]

    assert [name for name in names if f"detente-{name}" not in places] == []


def test_every_object_that_a_command_prints_is_in_the_reference(site):
    page = (site / "reference" / "output.html").read_text(encoding="utf-8")
    sources = [path.read_text(encoding="utf-8") for path in SOURCES.rglob("*.py")]
    named = re.findall(r'"schema": "(detente/[a-z-]+/\d+)"', "".join(sources))

    assert len(named) > 20
    assert sorted({one for one in named if one not in page}) == []


def test_formulas_are_drawn_by_the_browser_itself(site):
    page = (site / "model.html").read_text(encoding="utf-8")

    assert page.count("<math") > 40
    assert "$" not in re.sub(r"<(script|style).*?</\1>", "", page, flags=re.S)


def test_every_rule_that_the_model_page_names_is_where_it_says():
    page = (DOCS / "model.md").read_text(encoding="utf-8")
    named = re.findall(r"`([a-z_]+)\.([a-z_]+)`", page)
    rules = [(module, rule) for module, rule in named if rule != "py"]
    missing = [
        f"{module}.{rule}"
        for module, rule in rules
        if not hasattr(importlib.import_module(f"detente.kernel.{module}"), rule)
    ]

    assert len(rules) > 30
    assert missing == []


def test_every_page_has_a_place_in_the_table_of_contents():
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    listed = re.findall(r"^[a-z0-9/-]+$", index, flags=re.M)
    there = [path.relative_to(DOCS).with_suffix("").as_posix() for path in DOCS.rglob("*.md")]

    assert sorted(listed) == sorted(set(there) - {"index"})


def test_the_readme_says_of_its_picture_what_stands_in_it():
    readme = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    says, place = re.findall(r"!\[(.*?)\]\((.*?)\)", readme)[0]
    words = " ".join(filter(None, texts((DOCS.parent / place).read_text(encoding="utf-8"))))

    for name in ("a deal stands", "the dispute peters out", "nothing is settled", "no force"):
        assert name in words
        assert name.removeprefix("a ") in says


def test_a_page_that_quotes_a_measured_interval_says_when_it_was_measured():
    pages = {path.name: path.read_text(encoding="utf-8") for path in DOCS.rglob("*.md")}
    prose = {name: re.sub(r"```.*?```", "", text, flags=re.S) for name, text in pages.items()}
    measured = r"[\d%] \[[-+.\d]+(?:, | to |-)[-+.\d]+\]|±|[\d%] \([-+.\d]+ to [-+.\d]+\)"
    quoting = [name for name, text in prose.items() if re.search(measured, text)]

    assert len(quoting) >= 4
    assert [name for name in quoting if not re.search(r"\d (Nov|Dec)", prose[name])] == []


def test_no_page_takes_a_dispute_that_is_over_for_talks_that_go_on():
    pages = [path.read_text(encoding="utf-8") for path in DOCS.rglob("*.md")]
    states = re.findall(r'^\s*state = "(\w+)"', "\n".join(pages), flags=re.M)

    assert states
    assert "open" not in states


def test_the_path_of_one_number_goes_through_files_that_have_what_it_names():
    page = (DOCS / "design.md").read_text(encoding="utf-8")
    trial = page.partition("## The life of one number")[2].partition("\n## ")[0]
    rows = [line.split(" | ")[-1] for line in trial.splitlines() if line.startswith("| ")]
    named = [
        (file, name.strip("`, "))
        for row in rows
        for file, names in re.findall(r"`([\w/-]+\.\w+)`((?: `\w+`,?)*)", row)
        for name in names.split()
    ]
    missing = [
        f"{file} {name}"
        for file, name in named
        if not re.search(rf"\b{name}\b", (SOURCES / file).read_text(encoding="utf-8"))
    ]

    assert len(named) > 20
    assert missing == []


def test_the_path_of_one_number_has_the_draws_of_its_world():
    page = (DOCS / "design.md").read_text(encoding="utf-8")
    crisis = detente.load("oman-2026")
    path = "actors.us.war_cost"
    drawn = draw_worlds(crisis.numbers, crisis.correlations, worlds=3, seed=1)[path]
    places = [coordinates([path], worlds=3, seed=1)[0, 1], *drawn]

    assert [one for one in places if f"{one:.4f}"[1:] not in page] == []
