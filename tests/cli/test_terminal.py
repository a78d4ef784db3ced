"""What is printed in a terminal of any width, and in a pipe."""

import os
import re
import sys

import pytest

from detente.cli import terminal
from detente.views.blocks import Bar, Bars, Picture, Section
from detente.views.render.terminal import Screen, to_text

HEAD = ("", "deal", "chance", "worlds", "in words", "war", "chance")
ROWS = [
    HEAD,
    ("unilateral or tacit", "12345", "11000-13000", "0-99999", "unlikely (20-45)", "7", "5-9"),
    ("deal", "6789", "6000-7000", "1-2", "a roughly even choice of all (45-55)", "8", "6-10"),
]
NUMBERS = re.compile(r"\d[\d-]*")


@pytest.fixture
def told(monkeypatch, capsys):
    """Return a function that prints in a terminal of so many columns and gives the lines."""
    monkeypatch.setattr(terminal, "is_terminal", lambda _stream: True)
    monkeypatch.setenv("NO_COLOR", "1")

    def tell(columns, printing, *given, **named):
        monkeypatch.setenv("COLUMNS", str(columns))
        printing(*given, **named)
        return capsys.readouterr().out.splitlines()

    return tell


@pytest.mark.parametrize("columns", [40, 47, 60, 79])
def test_a_table_fits_a_narrow_terminal_and_keeps_every_number(told, columns):
    lines = told(columns, terminal.show_table, ROWS, right=" rrr rr")

    assert max(map(len, lines)) <= columns
    for number in NUMBERS.findall(" ".join(map(" ".join, ROWS))):
        assert number in " ".join(lines)


def test_a_figure_stays_beside_its_intervals(told):
    lines = told(48, terminal.show_table, ROWS, right=" rrr rr")
    heads = [line.split() for line in lines if "chance" in line and "(" not in line]

    assert heads == [["deal", "chance", "worlds"], ["war", "chance"]]


def test_every_part_names_its_rows_by_as_many_columns_as_it_takes(told):
    rows = [("agenda", "types", "from", "to"), ("narrow", "hard", "0.07", "0.52" * 5)]
    rows += [("narrow", "soft", "0.06", "0.55"), ("wide", "hard", "-0.1", "0.5")]

    lines = told(40, terminal.show_table, rows)

    assert [line.split()[:2] for line in lines].count(["narrow", "soft"]) == 2


def test_a_column_of_nothing_is_left_out_where_room_is_short(told):
    rows = [("name", "of 100", "worlds"), ("x" * 30, "1" * 12, ""), ("y", "2", "")]

    lines = told(40, terminal.show_table, rows, right=" rr")

    assert "worlds" not in " ".join(lines)


def test_a_name_that_is_too_long_for_its_column_stands_above(told):
    rows = [("", "share"), ("defences.iran.layers.long_range.present", "0.25"), ("x", "1")]

    lines = told(40, terminal.show_table, rows, right=" r")

    assert lines[1] == "defences.iran.layers.long_range.present"
    assert lines[2].strip() == "0.25"


def test_a_long_command_goes_on_behind_a_stroke_and_can_be_copied(told):
    command = "detente trace runs/oman-2026-20260206-093000 --future 12:345 --option hotline"

    lines = told(40, terminal.show_table, [("", command, "day by day")], has_head=False)

    assert max(map(len, lines)) <= 40
    assert "\n".join(lines[:-1]).replace("\\\n", "").split() == command.split()


def test_words_beside_a_short_name_are_wrapped_beside_it(told):
    rows = [("june-2025", "Talks and threats: the United States, Iran and Israel")]

    lines = told(44, terminal.show_table, rows, has_head=False)

    assert lines == [
        "june-2025  Talks and threats: the United",
        "             States, Iran and Israel",
    ]


def test_a_wide_terminal_and_a_pipe_show_a_table_as_it_is(told, monkeypatch):
    wide = told(200, terminal.show_table, ROWS, right=" rrr rr")
    monkeypatch.setattr(terminal, "is_terminal", lambda _stream: False)

    assert told(40, terminal.show_table, ROWS, right=" rrr rr") == wide
    assert len(wide) == len(ROWS)


def test_a_bar_is_as_long_as_there_is_room_for():
    rows = (Bar("0", (0.0, 1.0), ("0", "100")), Bar("1", (0.25, 0.5), ("25", "50")))
    bars = Bars("By day", (("▒", "deal"), ("·", "open")), ("day", "deal", "open"), rows)
    section = Section("made-up", "Made up", (), (Picture("", None, bars),))

    lines = to_text([section], Screen(room=40)).splitlines()

    assert max(map(len, lines)) == 40
    assert lines[-1].split() == ["1", "▒▒▒▒▒▒" + "·" * 11, "25", "50"]


@pytest.mark.parametrize(("room", "width"), [(40, 13), (35, 8), (34, 0), (200, 50)])
def test_a_bar_that_would_tell_too_little_is_left_out(monkeypatch, room, width):
    monkeypatch.setattr(terminal, "room_of", lambda _stream: room)

    assert terminal.bar_width(50, 27) == width


def test_no_terminal_is_taken_for_narrower_than_forty_columns(monkeypatch):
    monkeypatch.setattr(terminal, "is_terminal", lambda _stream: True)
    monkeypatch.setitem(os.environ, "COLUMNS", "10")

    assert terminal.room_of(sys.stdout) == 40
