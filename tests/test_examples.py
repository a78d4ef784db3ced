"""The examples: each is run as it stands and prints what is stored next to it."""

import contextlib
import io
import runpy
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "examples"
EXAMPLES = sorted(FOLDER.glob("*.py"))
PAGE = FOLDER.parent / "docs" / "examples.md"


def printed(script, folder):
    """Return what a script prints when it is run in an empty folder."""
    out = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(out):
        runpy.run_path(str(script), run_name="__main__")
    return out.getvalue()


@pytest.mark.parametrize("script", EXAMPLES, ids=lambda script: script.stem)
def test_an_example_prints_what_is_stored_next_to_it(script, tmp_path):
    """Catch an example that breaks, or whose numbers or words have changed."""
    assert printed(script, tmp_path) == script.with_suffix(".out").read_text(encoding="utf-8")


def test_every_example_has_its_output_and_a_place_on_the_page():
    page = PAGE.read_text(encoding="utf-8")

    assert len(EXAMPLES) >= 5
    assert [path.stem for path in sorted(FOLDER.glob("*.out"))] == [one.stem for one in EXAMPLES]
    assert [one.name for one in EXAMPLES if f"../examples/{one.name}" not in page] == []
    assert [one.name for one in EXAMPLES if f"../examples/{one.stem}.out" not in page] == []


@pytest.mark.parametrize("script", EXAMPLES, ids=lambda script: script.stem)
def test_the_first_line_says_what_an_example_shows(script):
    first = script.read_text(encoding="utf-8").splitlines()[0]

    assert first.startswith('"""')
    assert first.endswith('."""')
