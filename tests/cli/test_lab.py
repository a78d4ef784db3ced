import json

import jsonschema
import pytest

from detente.cli import main
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


@pytest.mark.parametrize("arguments", [["--help"], ["schema", "--help"]])
def test_help_has_an_example(capsys, arguments):
    status, out = answer(capsys, *arguments)

    assert status == 0
    assert "Example: detente lab schema" in out
