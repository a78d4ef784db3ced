import json
from pathlib import Path

import jsonschema
import pytest

from detente.cli import main
from detente.ensemble import warmup
from detente.ensemble.warmup import Warmth
from detente.pack.schema import schema


def answer(capsys, *arguments):
    status = main(["lab", *arguments])
    return status, capsys.readouterr().out


def test_the_schema_is_printed_in_the_newest_draft(capsys):
    status, out = answer(capsys, "schema")

    assert status == 0
    assert json.loads(out) == schema()


def test_the_schema_is_printed_in_draft_4_for_editors_of_toml(capsys):
    _, out = answer(capsys, "schema", "--draft", "4", "--part")
    content = json.loads(out)

    jsonschema.Draft4Validator.check_schema(content)
    assert content == schema("4", is_part=True)


def test_json_wraps_the_schema_in_an_object_that_names_itself(capsys):
    _, out = answer(capsys, "schema", "--json")
    content = json.loads(out)

    assert content["schema"] == "detente/lab-schema/1"
    assert content["json_schema"] == schema()


def test_an_unknown_draft_is_refused(capsys):
    assert answer(capsys, "schema", "--draft", "7") == (2, "")


def warmth(monkeypatch, *given):
    monkeypatch.setattr(warmup, "warm_up", lambda _: Warmth(*given))


@pytest.mark.parametrize(
    ("given", "reported"),
    [
        ((False, 61.7, Path("code")), "Compiled in 62 s; the code lies in code.\n"),
        ((True, 0.0, Path("code")), "The model was compiled already; its code lies in code.\n"),
        (
            (True, 0.0, None),
            "The compiler is off (NUMBA_DISABLE_JIT): there is nothing to compile.\n",
        ),
    ],
)
def test_warmup_reports_how_long_it_took_and_where_the_code_lies(
    capsys, monkeypatch, given, reported
):
    warmth(monkeypatch, *given)

    assert answer(capsys, "warmup") == (0, reported)
    assert answer(capsys, "warmup", "-q") == (0, "")


@pytest.mark.parametrize("folder", ["code", None])
def test_warmup_in_json_names_the_folder(capsys, monkeypatch, folder):
    warmth(monkeypatch, folder is None, 1.23456, folder and Path(folder))
    _, out = answer(capsys, "warmup", "--json")

    assert json.loads(out) == {
        "schema": "detente/lab-warmup/1",
        "was_warm": folder is None,
        "seconds": 1.235,
        "folder": folder,
    }


def test_the_help_of_warmup_has_its_example(capsys):
    _, out = answer(capsys, "warmup", "--help")

    assert "Example: detente lab warmup" in out


@pytest.mark.parametrize("arguments", [["--help"], ["schema", "--help"]])
def test_help_has_an_example(capsys, arguments):
    status, out = answer(capsys, *arguments)

    assert status == 0
    assert "Example: detente lab schema" in out
