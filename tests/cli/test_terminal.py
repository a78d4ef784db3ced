"""What is printed in a terminal of any width, and in a pipe."""

import os
import sys

import pytest

from detente.cli import terminal


def test_a_table_is_shown_as_it_is_in_a_pipe(capsys):
    terminal.show_table([("", "share"), ("a long name", "12.5")], right=" r")

    assert capsys.readouterr().out.splitlines() == ["             share", "a long name   12.5"]


def test_no_terminal_is_taken_for_narrower_than_forty_columns(monkeypatch):
    monkeypatch.setattr(terminal, "is_terminal", lambda _stream: True)
    monkeypatch.setitem(os.environ, "COLUMNS", "10")

    assert terminal.room_of(sys.stdout) == 40


@pytest.mark.parametrize("kind", ["xterm", "dumb"])
def test_a_dumb_terminal_can_be_typed_at_and_shows_no_styles(monkeypatch, kind):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("TERM", kind)

    assert terminal.is_terminal(sys.stdout)
    assert terminal.obeys_codes(sys.stdout) == (kind == "xterm")
