"""What is said of the model against the past comes from figures that ship, misses first."""

from detente.pack.toml import read_shipped
from detente.questions.past import record
from detente.views import compared
from detente.views.blocks import Strong, Table
from detente.views.render import html, markdown

FOUND = record.differences_of(read_shipped(record.SHIPPED_DIFFERENCES))


def test_misses_come_first_and_what_is_no_test_last():
    tested = [one.sign for one in FOUND if not one.identified]

    assert tested == sorted(tested, key=record.ORDER.index)
    assert [bool(one.identified) for one in FOUND] == sorted(bool(one.identified) for one in FOUND)


def test_what_no_future_has_stands_out_in_every_form():
    section = compared.section()
    tables = [one for one in section.blocks if isinstance(one, Table)]
    cells = [cell for one in tables for row in one.rows for cell in row]
    never = [cell for cell in cells if isinstance(cell, Strong) and str(cell) == compared.NEVER]

    assert never
    assert "| **never** |" in markdown.to_single(section)
    assert html.to_single(section).count("<strong>never</strong>") == len(never)


def test_a_miss_has_its_mechanism_and_whether_what_came_can_come_in_its_row():
    known = read_shipped(record.SHIPPED_PLAYS)
    *rows, unasked = compared.questions(known).rows
    missed = [row for row in rows if float(row[8]) > 0.15]

    assert len(missed) == 8
    assert all(row[9] for row in missed)
    assert all(row[10] for row in rows)
    assert {row[0] for row in rows if row[10] == "never"} == {"Russia invades Ukraine"}
    assert unasked[1] == "cannot be asked: it is about who holds an office"
    assert not any(unasked[5:])


def test_what_the_back_test_misses_comes_first():
    holds = record.record_shipped().holds
    asked = {key: words for key, (_, words) in record.CRITERIA.items()}
    fared, missed, *_ = markdown.to_single(compared.section()).split("\n\n")[1:]

    assert holds.keys() == asked.keys()
    assert "not clearly better than rates by trigger" in fared
    assert [key for key in holds if (asked[key] in missed) == holds[key]] == []


def test_near_misses_and_what_cannot_be_estimated_are_said():
    text = markdown.to_single(compared.section())

    assert [one for one in (record.UNCLEAR, record.UNKNOWN) if one not in text] == []
    assert "days after the window" in text


def test_all_figures_of_a_difference_are_drawn():
    figure = compared.section().figures[0]
    known = [one for one in FOUND if one.model and not one.identified]

    assert len(figure.table.rows) == sum(1 + len(one.model) for one in known)
