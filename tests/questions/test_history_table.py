import datetime as dt
import hashlib

import pytest

from detente.errors import DetenteError
from detente.evidence import document
from detente.questions.past import PastCrisis, TableFaults, read_crises
from detente.questions.past import table as tables
from tests.questions.past import HEAD, row, write_table


def faults_of(path):
    with pytest.raises(TableFaults) as error:
        read_crises(path)
    return error.value.faults


def test_a_row_is_read_as_it_is_written(tmp_path):
    path = write_table(tmp_path, row(crisno="7.0", intra_war="1", recent_5y="True"))
    table = read_crises(path)
    crisis = PastCrisis(
        "7",
        dt.date(1950, 3, 1),
        dt.date(1950, 3, 10),
        10.0,
        "Political act",
        "No violence",
        True,
        "Unilateral act",
        "No mediation",
        True,
    )

    assert table.crises == (crisis,)
    assert table.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_blank_cells_are_what_is_not_known(tmp_path):
    blank = dict.fromkeys(["term_date", "dur_days", "trigger", "violence"], "")
    written = dict.fromkeys(["outcome", "mediation", "recent_5y"], "NA")
    crisis = read_crises(write_table(tmp_path, row(**blank, **written))).crises[0]

    assert crisis == ("1", dt.date(1950, 3, 1), *[None] * 4, False, *[None] * 15)


def test_case_and_space_around_a_word_do_not_matter(tmp_path):
    path = write_table(tmp_path, row(trigger=" violent ACT ", violence="no violence"))
    crisis = read_crises(path).crises[0]

    assert (crisis.trigger, crisis.violence) == ("Violent act", "No violence")


def test_other_columns_blank_rows_and_a_byte_order_mark_do_not_matter(tmp_path):
    path = tmp_path / "table.csv"
    text = f'\ufeffname,{HEAD}\r\n\r\n"One, or\r\ntwo",{row()}\r\n,,,,\r\n'
    path.write_bytes(text.encode())

    assert len(read_crises(path).crises) == 1


@pytest.mark.parametrize(
    ("column", "cell", "found"),
    [
        ("trig_date", "1.3.1950", '"1.3.1950"'),
        ("trig_date", "1950-02-30", '"1950-02-30"'),
        ("trig_date", "", "blank"),
        ("term_date", "soon", '"soon"'),
        ("dur_days", "ten", '"ten"'),
        ("dur_days", "-1", '"-1"'),
        ("dur_days", "inf", '"inf"'),
        ("dur_days", "1e9", '"1e9"'),
        ("trigger", "4", '"4"'),
        ("violence", "Full scale war", '"Full scale war"'),
        ("intra_war", "", "blank"),
        ("intra_war", "2", '"2"'),
        ("outcome", "peace", '"peace"'),
        ("mediation", "yes", '"yes"'),
        ("recent_5y", "-1", '"-1"'),
        ("crisno", "", "blank"),
        ("crisno", "1" * 41, f'"{"1" * 41}"'),
    ],
)
def test_a_faulty_cell_is_reported_with_line_column_and_what_is_allowed(
    tmp_path, column, cell, found
):
    path = write_table(tmp_path, row(crisno="0"), row(**{column: cell}))
    (fault,) = faults_of(path)

    assert (fault.file, fault.line, fault.field) == ("crises.csv", 3, column)
    assert fault.found == found
    assert fault.allowed


def test_the_nearest_word_is_offered(tmp_path):
    (fault,) = faults_of(write_table(tmp_path, row(violence="Full scale war")))

    assert fault.hint == "did you mean Full-scale war?"


def test_all_faults_are_reported_at_once(tmp_path):
    path = write_table(
        tmp_path,
        row(trig_date="x", violence="y"),
        row(crisno="2", dur_days="z"),
        row(crisno="3") + ",more",
        row(crisno="4", term_date="1950-02-28"),
        row(crisno="5"),
        row(crisno="5"),
    )
    reported = [(fault.line, fault.field) for fault in faults_of(path)]

    assert reported == [
        (2, "trig_date"),
        (2, "violence"),
        (3, "dur_days"),
        (4, ""),
        (5, "term_date"),
        (7, "crisno"),
    ]


def test_a_crisis_that_stands_twice_is_reported_with_its_other_line(tmp_path):
    (fault,) = faults_of(write_table(tmp_path, row(), row(crisno="2"), row()))

    assert fault.hint == "it stands in line 2 too; keep one of them"


def test_lines_are_counted_as_an_editor_counts_them(tmp_path):
    text = f'name,{HEAD}\n"a\nb",{row()}\n\nc\u2028\x0bd,{row(crisno="2", dur_days="x")}\n'
    path = tmp_path / "table.csv"
    path.write_bytes(text.encode())
    (fault,) = faults_of(path)

    assert fault.line == 5


def test_a_row_with_a_cell_too_few_is_reported(tmp_path):
    (fault,) = faults_of(write_table(tmp_path, row().rsplit(",", 1)[0]))

    assert (fault.line, fault.found, fault.allowed) == (2, "9 cells", "10, as in the first line")


def test_every_missing_column_is_reported_and_the_nearest_name_offered(tmp_path):
    head = HEAD.replace("dur_days", "durdays").replace("violence", "x")
    faults = faults_of(write_table(tmp_path, row(), head=head))

    assert [fault.field for fault in faults] == ["dur_days", "violence"]
    assert [fault.hint for fault in faults] == ["did you mean durdays?", ""]


def test_a_column_that_stands_twice_is_reported(tmp_path):
    (fault,) = faults_of(write_table(tmp_path, row() + ",0", head=HEAD + ",recent_5y"))

    assert (fault.field, fault.found) == ("recent_5y", "2 columns of this name")


@pytest.mark.parametrize(
    ("head", "hint"),
    [
        (HEAD.replace(",", ";"), "split the cells by commas"),
        (HEAD.replace(",", "\t"), "split the cells by commas"),
        ("Dear reader", "name these in the first line"),
    ],
)
def test_what_is_no_table_of_crises_is_reported_once(tmp_path, head, hint):
    (fault,) = faults_of(write_table(tmp_path, row(), head=head))

    assert fault.found == "none of the columns that are read"
    assert fault.hint == hint


def test_a_quote_that_is_not_closed_is_reported(tmp_path):
    (fault,) = faults_of(write_table(tmp_path, row(crisno='"1')))

    assert fault.hint == "look for a quote that is not closed, here or above"


@pytest.mark.parametrize("content", [b"\xff\xfe\x00c", b"crisno\0", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_text_is_refused(tmp_path, content):
    path = tmp_path / "table.csv"
    path.write_bytes(content)

    with pytest.raises(DetenteError, match="not text in UTF-8"):
        read_crises(path)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b" , \n"])
def test_an_empty_table_is_refused(tmp_path, content):
    path = tmp_path / "table.csv"
    path.write_bytes(content)

    with pytest.raises(DetenteError, match="the table is empty"):
        read_crises(path)


def test_a_table_too_long_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(document.read_whole, "__kwdefaults__", {"most": 100})

    with pytest.raises(DetenteError, match="too long"):
        read_crises(write_table(tmp_path, row()))


def test_too_many_lines_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "MOST_LINES", 3)
    path = write_table(tmp_path, row(crisno="2"), row())

    assert len(read_crises(path).crises) == 2
    (fault,) = faults_of(write_table(tmp_path, row(crisno="2"), row(), ""))

    assert (fault.line, fault.found) == (4, "too many lines")


def test_too_many_columns_are_refused(tmp_path):
    head = ",".join([HEAD, *map(str, range(491))])
    (fault,) = faults_of(write_table(tmp_path, row(), head=head))

    assert fault.found == "501 columns, more than 500"


def test_more_faults_than_anybody_reads_are_cut(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "MOST_FAULTS", 3)
    faults = faults_of(write_table(tmp_path, *[row(dur_days="x")] * 9))

    assert len(faults) == 3


def test_a_folder_or_nothing_is_refused(tmp_path):
    with pytest.raises(DetenteError, match="cannot be read"):
        read_crises(tmp_path)
    with pytest.raises(DetenteError, match="cannot be read"):
        read_crises(tmp_path / "nothing.csv")


@pytest.mark.parametrize("column", ["violence", "trig_date", "dur_days"])
def test_what_steers_a_terminal_is_not_shown(tmp_path, column):
    path = write_table(tmp_path, row(**{column: "\x1b[31mred\u202e\x07"}))
    (fault,) = faults_of(path)

    assert fault.found == '"[31mred"'


def test_what_steers_a_terminal_is_not_offered_as_a_name(tmp_path):
    head = HEAD.replace("dur_days", "dur_days\x1b[31m")
    (fault,) = faults_of(write_table(tmp_path, row(), head=head))

    assert fault.hint == "did you mean dur_days[31m?"
