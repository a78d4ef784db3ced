"""The notebook, run from its first cell to its last, shows what is stored in it."""

import base64
import re
import shutil
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from detente.questions.causes import KEYS

DIGEST = re.compile(r"\b[0-9a-f]{12}\b")
"""Those of the model and of the pack change with every edit of their sources."""
DATA = re.compile(r"(?<=base64,)[A-Za-z0-9+/=]+")
"""A table as a file to save: the digests stand in it as well."""
DRAWN = re.compile(r"<svg.*?</svg>", re.S)
"""A picture, whose letters are as wide as the machine's."""
NOTEBOOK = Path(__file__).parents[1] / "docs" / "notebook.ipynb"


def shown(notebook):
    """Return what each cell shows: HTML where it has it, else text."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    data = [[one.get("data", one) for one in cell.outputs] for cell in cells]
    printed = [[one.get("text/html", one.get("text/plain")) for one in cell] for cell in data]
    return [[stripped(str(one)) for one in cell] for cell in printed]


def stripped(text):
    """Return what a cell shows without what differs between machines and versions."""
    return DRAWN.sub("picture", DIGEST.sub("digest", DATA.sub(decode, text)))


def decode(found):
    """Return the text of data that a page holds in base64."""
    return base64.b64decode(found.group()).decode(errors="replace")


def execute(folder):
    """Run a copy of the notebook in a folder and return it."""
    copy = Path(shutil.copy(NOTEBOOK, folder))
    notebook = nbformat.read(copy, as_version=4)
    resources = {"metadata": {"path": str(folder)}}
    return NotebookClient(
        notebook, timeout=600, kernel_name="python3", resources=resources
    ).execute()


def test_the_notebook_shows_what_is_stored_in_it(tmp_path):
    """Catch a notebook whose cells fail, or show something else by now."""
    stored = nbformat.read(NOTEBOOK, as_version=4)

    assert shown(execute(tmp_path)) == shown(stored)


def test_every_cell_has_one_output_and_none_is_an_error():
    outputs = shown(nbformat.read(NOTEBOOK, as_version=4))

    assert [len(each) for each in outputs] == [1] * len(outputs)
    assert ["None"] not in outputs


def test_the_notebook_has_a_picture():
    outputs = nbformat.read(NOTEBOOK, as_version=4).cells
    pages = [one.data.get("text/html", "") for cell in outputs for one in cell.get("outputs", [])]

    assert any("<figure" in page and "<svg" in page for page in pages)


def test_the_notebook_counts_the_mechanisms_that_there_are():
    words = {10: "ten"}
    text = "".join(cell.source for cell in nbformat.read(NOTEBOOK, as_version=4).cells)

    assert f"without each of {words[len(KEYS)]} mechanisms" in text
