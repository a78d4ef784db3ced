"""What past crises of a kind come to, as a table gives it."""

import pytest

from detente.cli import main
from detente.errors import DetenteError
from detente.lab.kinds import DAYS, fit_kinds
from detente.pack.kind import ATTRIBUTES
from detente.pack.toml import parse, read_shipped
from detente.questions.past import Selection, read_crises
from detente.questions.past.table import COLUMNS
from tests.questions.past import WITH_INPUTS, judged_rows, many, write_table

AGREED = {"outcome": "Formal agreement", "violence": "Serious clashes", "dur_days": "99"}


def by_day(curve):
    return dict(zip(DAYS, curve, strict=True))


def with_inputs(rows):
    (one,) = judged_rows(1950, 1)[:1]
    return [row + one.removeprefix(",".join(one.split(",")[:10])) for row in rows]


@pytest.fixture
def table(tmp_path):
    rows = (
        *many(6, **AGREED),
        *many(6, trigger="Violent act", **AGREED),
        *many(2, violence="Full-scale war", dur_days="300"),
        *many(2, trigger="Violent act", violence="Full-scale war", dur_days="300"),
        *many(9, violence="No violence"),
        *many(9, trigger="Violent act", violence="Minor clashes"),
    )
    path = write_table(tmp_path, *with_inputs(rows), head=WITH_INPUTS)
    return read_crises(path, tuple(COLUMNS))


def test_a_fit_counts_crises_and_dates_them_by_their_length(table, tmp_path):
    found = fit_kinds(table, tmp_path / "found.toml", Selection())
    calm = found.figures["starts"]["non_violent"]

    assert [calm[key] for key in ("crises", "serious", "war", "agreement")] == [17, 8, 2, 6]
    assert by_day(calm["agreement_by"]["ended"])[120] == 1.0
    assert by_day(calm["serious_by"]["ended"])[120] == 0.75
    assert by_day(calm["war_by"]["begun"])[150] == pytest.approx(151 / 301, abs=1e-5)
    assert calm["weights"] == dict.fromkeys(ATTRIBUTES, 0.0)


def test_what_is_written_has_the_form_of_what_ships(table, tmp_path):
    found = fit_kinds(table, tmp_path / "found.toml", Selection())
    written, ships = parse(found.file.read_bytes()), read_shipped("reference.toml")

    assert list(written["days"]) == found.figures["days"]
    assert {key: set(one) for key, one in written["starts"].items()} == {
        key: set(one) for key, one in ships["starts"].items()
    }
    assert ships["provenance"]["sha256"] == read_shipped("history.toml")["provenance"]["sha256"]


def test_too_few_crises_are_refused(table, tmp_path):
    with pytest.raises(DetenteError, match="0 crises with a non-violent start"):
        fit_kinds(table, tmp_path / "found.toml", Selection(1960, 1970))


@pytest.mark.parametrize(
    ("asked", "says"),
    [((), "name your copy"), (("crises.csv", "--attributes"), "leave FILE out")],
)
def test_rates_take_a_table_or_list_attributes(asked, says, capsys):
    assert main(["lab", "rates", *asked]) == 2
    assert says in capsys.readouterr().err


def test_attributes_are_listed_with_their_meaning(capsys):
    assert main(["lab", "rates", "--attributes", "--all"]) == 0
    out = capsys.readouterr().out

    assert [name for name in ATTRIBUTES if name not in out] == []
    assert "the two have a common border" in out
