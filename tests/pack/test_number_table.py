from collections.abc import Mapping

import pytest

from detente.pack import load, shipped
from detente.pack.number import number, number_findings
from detente.pack.places import number_table, row_at

TABLE = number_table()


def defaults_of(row):
    """Return the defaults of a row, by role or table where they depend on that."""
    return row.default if isinstance(row.default, Mapping) else {"": row.default}


DEFAULTS = [
    pytest.param(row, default, id=f"{path}:{whose}")
    for path, row in TABLE.items()
    for whose, default in defaults_of(row).items()
    if default is not None
]


def test_a_row_stands_at_the_path_of_its_number():
    row = TABLE["actors.*.war_cost"]

    assert row is row_at("actors.iran.war_cost")
    assert (row.says, row.unit) == ("price of war whatever is lost", "basket")


@pytest.mark.parametrize("name", shipped())
def test_every_number_of_a_crisis_has_its_row(name):
    rows = {path: row_at(path) for path in load(name).numbers}

    assert {path for path, row in rows.items() if row is None} == set()
    assert {id(row) for row in rows.values()} <= {id(row) for row in TABLE.values()}


@pytest.mark.parametrize(("row", "default"), DEFAULTS)
def test_a_default_is_a_number_without_fault(row, default):
    assert list(number_findings(default, row, ("number",))) == []


def test_a_default_is_given_by_roles_that_read_the_number():
    by_role = {key: row for key, row in TABLE.items() if key.startswith("actors.")}
    given = {key: set(row.default) for key, row in by_role.items() if isinstance(row.default, dict)}

    assert {key for key, roles in given.items() if not roles <= set(TABLE[key].roles)} == set()
    assert given["actors.*.war_cost"] == {"ally"}


def test_a_default_may_depend_on_the_role_or_on_the_table():
    exposure, display = TABLE["actors.*.exposure"], TABLE["plans.hard.display"]

    assert exposure.default_of(("ally",)).range == (0.1, 0.5)
    assert exposure.default_of(("challenger",)) is None
    assert display.default_of(("hard",)).gamma.mean == 0.15
    assert TABLE["plans.soft.display"].default_of(("soft",)).gamma.mean == 0.7


def test_a_row_that_is_misspelt_fails_at_once():
    with pytest.raises(TypeError, match="defualt"):
        number.share("a test", defualt=None)
